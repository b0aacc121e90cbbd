"""One world seen by several labs: every account is at one of them, campaigns are at all."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stillwatch.catalog.load import Catalog
from stillwatch.evals.campaigns import KINDS, CampaignPlan
from stillwatch.evals.hostile.work import Care
from stillwatch.evals.laboratory import Observed, observe
from stillwatch.evals.texts import own_texts
from stillwatch.evals.traffic import Traffic, make_traffic
from stillwatch.model.circle import Circle, Member, Terms
from stillwatch.model.findings import Campaign, Trace
from stillwatch.model.sharing import PeerIndicator, PeerOpinion
from stillwatch.sharing.answer import seen
from stillwatch.sharing.disclose import LEAST_ACCOUNTS, Sender, disclose
from stillwatch.sharing.entry import enter
from stillwatch.sharing.inward import SEEN, rows_of
from stillwatch.sharing.profile import emit
from stillwatch.sharing.seal import sealed
from stillwatch.stages.trace import traces
from stillwatch.tables.query import Limits
from stillwatch.verifier.envelope import key_id

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 7
CARES: tuple[Care, ...] = ("naive", "careful", "adaptive")
LABS = ("lab-a", "lab-b", "lab-c")
LIAR = "lab-d"
TERMS = Terms(
    tlp="amber",
    service="api",
    permitted_use=("detect",),
    legal_basis="legitimate-interest",
    expires_after_days=60,
)


def private_key(member: str) -> bytes:
    """The key of a made-up member; everybody can make it, so it protects nothing."""
    return hashlib.sha256(f"made-up member {member}".encode()).digest()


def public_key(member: str) -> bytes:
    """The public half."""
    private = Ed25519PrivateKey.from_private_bytes(private_key(member))
    return private.public_key().public_bytes_raw()


def circle_of(members: Sequence[str] = (*LABS, LIAR)) -> Circle:
    """A circle of made-up members."""
    return Circle(
        id="made-up",
        tlp="amber",
        members=tuple(Member(id=one, public_key=public_key(one)) for one in members),
        secret=hashlib.sha256(b"made-up circle").digest(),
    )


def sender_of(member: str) -> Sender:
    """Who a made-up member is to the others."""
    secret = hashlib.sha256(f"made-up names {member}".encode()).digest()
    return Sender(secret=secret, keyid=key_id(public_key(member)))


def make_labs(
    seed: int,
    *,
    honest_accounts: int,
    campaigns: int,
    labs: Sequence[str] = LABS,
    cares: Sequence[Care] = CARES,
    uneven: bool = False,
) -> dict[str, Traffic]:
    """A world with campaigns, dealt out to labs account by account.

    Where it is uneven, the first lab has half of the operators' accounts of every other as well:
    he goes where the model is best, and tries the others.
    """
    dice = np.random.default_rng(seed)
    kinds = sorted(KINDS)
    first = seed * campaigns
    plans = [
        CampaignPlan(
            kind=kinds[(first + at) % len(kinds)],
            accounts=int(dice.integers(75, 150)),
            requests_per_account_day=float(dice.uniform(8, 25)),
            start_day=float(dice.uniform(0, 1)),
            days=float(DAYS - 1),
            care=cares[int(dice.integers(len(cares)))],
        )
        for at in range(campaigns)
    ]
    world = make_traffic(
        seed=seed,
        honest_accounts=honest_accounts,
        days=DAYS,
        start=START,
        campaigns=plans,
        texts=own_texts(seed),
    )
    return {lab: _dealt(world, at, len(labs), uneven=uneven) for at, lab in enumerate(labs)}


def _dealt(world: Traffic, at: int, count: int, *, uneven: bool) -> Traffic:
    """The part of the world that one lab sees; companies stay whole."""
    hostile = world.truth.filter(world.truth.column("is_hostile"))
    moved = frozenset(hostile.column("account_id").to_pylist()) if uneven else frozenset()
    owners = {
        row["account_id"]: row["organization_id"] or row["account_id"]
        for row in world.accounts.select(["account_id", "organization_id"]).to_pylist()
    }

    def place(name: str) -> int:
        number = zlib.crc32(owners.get(name, name).encode())
        return 0 if name in moved and (number // count) % 2 else number % count

    def mine(column: pa.ChunkedArray) -> pa.Array:
        names = pc.unique(column).to_pylist()
        kept = [name for name in names if place(name) == at]
        return pc.is_in(column, pa.array(kept, pa.string()))

    here = mine(world.exchanges.column("account_id"))
    parts = {
        name: getattr(world, name).filter(mine(getattr(world, name).column("account_id")))
        for name in ("accounts", "account_events", "truth")
    }
    return replace(
        world,
        exchanges=world.exchanges.filter(here),
        truth_exchanges=world.truth_exchanges.filter(here),
        **parts,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """One lab: what it saw, and what it may tell the others."""

    member: str
    seen: Observed
    traces: Mapping[str, Sequence[Trace]]  # campaign → what its accounts share
    suspected: Mapping[str, Sequence[Trace]]  # the same of listed groups


def open_lab(member: str, traffic: Traffic, catalog: Catalog, limits: Limits) -> Lab:
    """Scan a lab's traffic without any peer."""
    return lab_of(member, observe(traffic, catalog, limits), limits)


def lab_of(member: str, seen: Observed, limits: Limits) -> Lab:
    """A lab with what its run saw."""
    found = seen.run.conclusion
    keys = {name: key for key, name in seen.inputs.names["account"].items()}

    def accounts(some: Sequence[Campaign]) -> dict[str, list[int]]:
        return {one.campaign_id: [keys[name] for name in one.account_ids] for one in some}

    table = traces(
        accounts(found.campaigns),
        accounts(found.candidates),
        seen.run.features["trait"],
        seen.run.features["cluster_trait"],
        seen.run.features["kinds"],
        limits,
    )
    both = (*found.campaigns, *found.candidates)
    held: dict[str, list[Trace]] = {one.campaign_id: [] for one in both}
    for row in table.to_pylist():
        held[row["campaign_id"]].append(Trace(**row))
    return Lab(
        member=member,
        seen=seen,
        traces={one.campaign_id: held[one.campaign_id] for one in found.campaigns},
        suspected={one.campaign_id: held[one.campaign_id] for one in found.candidates},
    )


def told_by(
    lab: Lab, circle: Circle, catalog: Catalog, now: datetime, as_: str | None = None
) -> list[PeerIndicator]:
    """What a lab, or another as it, tells the circle, through the same doors as in earnest.

    Every campaign and every listed group leaves: no person looked at the groups and kept some back.
    """
    member = as_ or lab.member
    told: list[PeerIndicator] = []
    found = lab.seen.run.conclusion
    for one in (*found.campaigns, *found.candidates):
        if one.account_count < LEAST_ACCOUNTS:
            continue
        is_listed = one.campaign_id in lab.suspected
        held = lab.suspected if is_listed else lab.traces
        made = disclose(
            one, held[one.campaign_id], "none" if is_listed else "alert", catalog, circle, TERMS,
            sender_of(member), now, is_listed=is_listed,
        )  # fmt: skip
        told += received(made.objects, member, circle, now)
    return told


def answers_of(lab: Lab, told: Sequence[PeerIndicator], circle: Circle) -> list[PeerOpinion]:
    """What the lab's own campaigns show of what it was told; to itself it says so at once."""
    return [
        PeerOpinion(
            opinion_id=f"{lab.member} saw {one.indicator_id}",
            member_id=lab.member,
            is_signed=True,
            about_id=one.indicator_id,
            stance=SEEN,
            sighting_count=held.exchange_count,
            modified_at=one.modified_at,
            is_revoked=False,
        )
        for mine in lab.traces.values()
        for one, held in seen(mine, told, circle)
    ]


def received(
    objects: Sequence[object], member: str, circle: Circle, now: datetime
) -> list[PeerIndicator]:
    """Objects sealed by a member, sent, checked and taken in."""
    data = emit(sealed(objects, private_key(member)))
    return rows_of(enter(data, member, now).entered, circle, now).indicators
