"""Measures how much campaign work, hidden among ordinary requests, cards see in linked accounts.

Groups of equal size are judged as if they were clusters: ordinary accounts drawn at random, honest
groups that belong together, and ordinary accounts some of whose requests were replaced by the work
of one campaign. Who is linked to whom is given, not found: this measures the test alone.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.stats import binomtest

from stillwatch.catalog.load import Catalog
from stillwatch.evals.campaigns import KINDS
from stillwatch.evals.cast import Circumstances, World, enrol, groups_of
from stillwatch.evals.clients import clients, profiles
from stillwatch.evals.honest.communities import gathered
from stillwatch.evals.honest.persona import Persona
from stillwatch.evals.honest.population import PEOPLE
from stillwatch.evals.hostile.work import Care, Work
from stillwatch.evals.network import network
from stillwatch.evals.personas import PERSONAS
from stillwatch.evals.rhythm import Beats, Rhythm, beats
from stillwatch.evals.scene import Lines, Scene
from stillwatch.evals.texts import TextPool
from stillwatch.pipeline import METHODS
from stillwatch.stages.detect import detect
from stillwatch.stages.features import build_features
from stillwatch.stages.fingerprint import complete, fingerprint_batch
from stillwatch.stages.traits import day_traits, kind_id
from stillwatch.stats.holdings import holdings
from stillwatch.tables.query import Limits
from stillwatch.text.phrases import compile_phrases

Ints = np.ndarray[Any, np.dtype[np.int64]]

REQUESTS = 100  # of each account
ACCOUNTS = 50  # of each group
DAYS = 10
PEOPLE_NAMES = frozenset(persona.name for persona in PEOPLE)
# Honest groups that belong together: who shares work, a product or a teacher.
TEAMS = (
    "student_class",
    "enterprise_nat",
    "agency_staff",
    "launch_day",
    "hackathon",
    "white_label_saas",
    "reseller",
    "coding_fleet",
    "batch_labelling",
    "llm_judge",
    "localisation",
    "tutoring_app",
    "office_robots",
    "nightly_suite",
    "reasoning_auditor",
    "red_team",
    "reference_publisher",
    "authorized_synthetic",
)
CONTENT = frozenset({"content"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured in one world."""

    population: int = 2_500  # honest accounts, of all kinds by their shares
    random_groups: int = 120
    alike_groups: int = 3  # of each kind of people that has enough accounts
    team_groups: int = 2  # of each of TEAMS
    at_once: int = 6  # groups judged in one population
    kinds: Sequence[str] = tuple(KINDS)
    cares: Sequence[Care] = ("careful", "adaptive")
    percents: Sequence[int] = (5, 10, 25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one card said of one group; NaN where it said nothing."""

    detector: str
    group: str  # people, everyone, alike:…, team:…, campaign
    value: float
    kind: str = ""
    care: str = ""
    percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """How many groups of one sort a card's value puts above a threshold; interval of Wilson."""

    detector: str
    group: str
    care: str
    percent: int
    threshold: float
    hits: int
    count: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Group:
    label: str
    exchanges: pa.Table
    gone: Ints  # accounts of the population that it takes the place of
    kind: str = ""
    care: str = ""
    percent: int = 0


def pooled_values(
    seed: int,
    texts: TextPool,
    catalog: Catalog,
    detectors: Sequence[str],
    size: Size,
    limits: Limits,
) -> list[Judged]:
    """What the named cluster cards say of the groups of one world; equal inputs, equal values."""
    stage = _Stage(seed, texts, catalog)
    base, classes = stage.population(size.population)
    judged: list[Judged] = []
    groups = _groups(stage, base, classes, size)
    while some := list(itertools.islice(groups, size.at_once)):
        judged += _judge(base, some, catalog, detectors, limits)
    return judged


def pooled_power(
    learnt: Sequence[Judged], judged: Sequence[Judged], rate: float = 0.003
) -> list[Power]:
    """Shares above the value that so few random groups of the learnt worlds exceed."""
    rows = []
    for detector in sorted({one.detector for one in judged}):
        honest = [_value(o) for o in learnt if o.detector == detector and o.group == "people"]
        threshold = float(np.quantile(honest, 1 - rate, method="higher"))
        mine = [one for one in judged if one.detector == detector]
        for key in sorted({(one.group, one.care, one.percent) for one in mine}):
            values = [_value(o) for o in mine if (o.group, o.care, o.percent) == key]
            hits = sum(value > threshold for value in values)
            range_ = binomtest(hits, len(values)).proportion_ci(method="wilson")
            rows.append(
                Power(
                    detector=detector,
                    group=key[0],
                    care=key[1],
                    percent=key[2],
                    threshold=threshold,
                    hits=hits,
                    count=len(values),
                    low=float(range_.low),
                    high=float(range_.high),
                )
            )
    return rows


def _value(one: Judged) -> float:
    return -1.0 if np.isnan(one.value) else one.value


class _Stage:
    """Writes and fingerprints the requests of one world."""

    def __init__(self, seed: int, texts: TextPool, catalog: Catalog) -> None:
        self.texts, self.catalog, self.serial = texts, catalog, 0
        self.phrases = compile_phrases(catalog.markers)
        self.dice = np.random.default_rng([seed, 11])
        self.world = World(
            seed=seed,
            days=DAYS,
            first_weekday=0,
            release=0.5 * DAYS,
            net=network(),
            clients=clients(),
            profiles=profiles(),
        )

    def population(self, accounts: int) -> tuple[pa.Table, np.ndarray[Any, Any]]:
        """Honest accounts of all kinds; the class of each serial."""
        total = sum(persona.share for persona in PERSONAS)
        parts, classes = [], []
        for persona in PERSONAS:
            count = max(round(accounts * persona.share / total), 1)
            parts.append(self.honest(persona, count))
            classes += [persona.name] * count
        return pa.concat_tables(parts), np.array(classes)

    def honest(self, persona: Persona, count: int, of: int | None = None) -> pa.Table:
        """Accounts of one persona, each with all its requests; `of` is the size of groups."""
        facts = persona.facts if of is None else replace(persona.facts, group=(of, of))
        groups = groups_of(count, facts.group, self.dice)
        cast = enrol(self.world, facts, groups, self.serial, self.dice)
        if persona.community is not None:
            cast = gathered(cast, persona.community, self.world, self.dice)
        played = self.beats(count, REQUESTS, persona.habit.turns)
        scene = Scene(world=self.world, pool=self.texts, cast=cast, beats=played, dice=self.dice)
        self.serial += count
        return self.prints(persona.write(scene), played, cast.serial)

    def work(self, kind: str, care: Care, each: int, serials: Ints) -> pa.Table:
        """The work of a campaign, so many requests of each of its accounts."""
        count = len(serials)
        cast = enrol(self.world, Circumstances(), np.zeros(count, np.int64), 0, self.dice)
        played = self.beats(count, each, float(self.dice.uniform(1, 3)))
        order = np.argsort(np.argsort(played.at, kind="stable"), kind="stable").astype(np.int64)
        scene = Scene(world=self.world, pool=self.texts, cast=cast, beats=played, dice=self.dice)
        work = Work(scene=scene, care=care, order=order, start=0.0, days=float(DAYS))
        return self.prints(KINDS[kind].write(work), played, serials)

    def beats(self, count: int, each: int, turns: float) -> Beats:
        """Exactly so many requests of each account: the first ones of a busy rhythm."""
        rhythm = Rhythm(
            per_day=np.full(count, (3 * each + 25 * turns) / DAYS),
            turns=turns,
            pause=40.0,
            pause_sigma=1.0,
            peak=np.full(count, 14.0),
            spread=np.full(count, 4.0),
            weekend=np.ones(count),
            first=np.zeros(count),
            last=np.full(count, np.inf),
            noise=0.3,
        )
        played = beats(rhythm, DAYS, 0, self.dice)
        order = np.lexsort((played.at, played.account))
        account = played.account[order]
        place = np.arange(len(order)) - np.searchsorted(account, account)
        return played.kept(np.sort(order[place < each]))

    def prints(self, lines: Lines, played: Beats, serials: Ints) -> pa.Table:
        """The exchanges of what was said; only texts and times matter here."""
        code = np.full(len(played), -1) if lines.system is None else np.asarray(lines.system)
        systems = pa.array([*lines.systems, ""], pa.string())
        rows = pa.record_batch(
            {
                "exchange_id": pa.array(np.arange(len(played))).cast(pa.string()),
                "received_at": pa.array(played.at, pa.timestamp("us", tz="UTC")),
                "account_id": pa.array(serials[played.account]).cast(pa.string()),
                "request_model": pa.repeat("m", len(played)).cast(pa.string()),
                "prompt_text": lines.prompt,
                "system_text": systems.take(pa.array(code, mask=code < 0)),
            }
        )
        found = fingerprint_batch(rows, self.catalog.markers, self.phrases).exchanges
        return complete(found).append_column("serial", pa.array(serials[played.account]))


def _groups(
    stage: _Stage, base: pa.Table, classes: np.ndarray[Any, Any], size: Size
) -> Iterator[_Group]:
    dice = stage.dice
    people = np.flatnonzero(np.isin(classes, sorted(PEOPLE_NAMES)))
    of = _rows_of(base, len(classes))

    def drawn(label: str, among: Ints) -> _Group:
        some = dice.choice(among, ACCOUNTS, replace=False)
        return _Group(label, base.take(pa.array(np.concatenate([of[a] for a in some]))), some)

    for _ in range(size.random_groups):
        yield drawn("people", people)
    for _ in range(size.random_groups // 4):
        yield drawn("everyone", np.arange(len(classes)))
    for name in sorted(PEOPLE_NAMES):
        alike = np.flatnonzero(classes == name)
        if len(alike) >= 2 * ACCOUNTS:
            for _ in range(size.alike_groups):
                yield drawn(f"alike:{name}", alike)
    personas = {persona.name: persona for persona in PERSONAS}
    for name in TEAMS:
        for _ in range(size.team_groups):
            team = stage.honest(personas[name], ACCOUNTS, ACCOUNTS)
            yield _Group(f"team:{name}", team, np.empty(0, np.int64))
    for care, percent, kind in itertools.product(size.cares, size.percents, size.kinds):
        some = dice.choice(people, ACCOUNTS, replace=False)
        each = percent * REQUESTS // 100
        kept = [dice.permutation(of[a])[: REQUESTS - each] for a in some]
        work = stage.work(kind, care, each, some)
        mixed = pa.concat_tables([base.take(pa.array(np.concatenate(kept))), work])
        yield _Group("campaign", mixed, some, kind, care, percent)


def _rows_of(base: pa.Table, accounts: int) -> list[Ints]:
    serial = base.column("serial").to_numpy()
    order = np.argsort(serial, kind="stable")
    return np.split(order, np.searchsorted(serial[order], np.arange(1, accounts)))


def _judge(
    base: pa.Table,
    groups: Sequence[_Group],
    catalog: Catalog,
    detectors: Sequence[str],
    limits: Limits,
) -> list[Judged]:
    """One population with these groups in it, each a cluster of its own accounts.

    An account that two groups drew is two accounts here, one for each group.
    """
    gone = np.unique(np.concatenate([group.gone for group in groups]))
    kept = ~np.isin(base.column("serial").to_numpy(), gone)
    parts = [base.filter(pa.array(kept))]
    members = []
    for number, group in enumerate(groups):
        account = group.exchanges.column("account_id").to_numpy() ^ np.int64(number + 1)
        at = group.exchanges.schema.get_field_index("account_id")
        parts.append(group.exchanges.set_column(at, "account_id", pa.array(account)))
        members += [(number, key, 0.0) for key in np.unique(account).tolist()]
    exchanges = pa.concat_tables(parts)
    cluster, account, attached = zip(*members, strict=True)
    tables = _tables(exchanges, catalog, limits) | {
        "members": pa.table(
            {
                "cluster_id": pa.array(cluster, pa.int64()),
                "account_id": pa.array(account, pa.int64()),
                "attachment_bits": pa.array(attached, pa.float64()),
            }
        )
    }
    held = holdings([tables["trait_day"]], limits.threads)
    tables["cluster_trait"], tables["cluster_holding"] = held.of_clusters(tables["members"])
    cards = [card for card in catalog.detectors if card.id in detectors]
    found = detect(
        tables,
        cards,
        subject_kind="cluster",
        columns=frozenset({"prompt_text", "system_text"}),
        methods=METHODS,
        limits=limits,
    ).table.to_pylist()
    said = {(row["detector_id"], row["subject_id"]): row["value"] for row in found}
    return [
        Judged(
            detector=card.id,
            group=group.label,
            value=said.get((card.id, number), float("nan")),
            kind=group.kind,
            care=group.care,
            percent=group.percent,
        )
        for card in cards
        for number, group in enumerate(groups)
    ]


def _tables(exchanges: pa.Table, catalog: Catalog, limits: Limits) -> dict[str, pa.Table]:
    """The day tables that cards on prompts read, and the accounts' sums."""
    links = [card for card in catalog.links if card.family in CONTENT]
    sample = [card for card in catalog.features if card.id == "sample_day"]
    day_no = exchanges.column("day_no").to_numpy()
    traits, samples = [], []
    for day in np.unique(day_no).tolist():
        mine = exchanges.filter(pa.array(day_no == day))
        traits.append(day_traits(mine, links))
        samples.append(build_features({"exchanges": mine}, sample, limits).tables["sample_day"])
    total = exchanges.group_by("account_id").aggregate([("exchange_id", "count")])
    return {
        "trait_day": pa.concat_tables(traits),
        "sample_day": pa.concat_tables(samples),
        "account_total": pa.table(
            {
                "subject_id": total.column("account_id"),
                "exchange_count": total.column("exchange_id_count"),
            }
        ),
        "kinds": pa.table(
            {
                "kind_id": pa.array([kind_id(card.id) for card in links], pa.int32()),
                "kind": [card.id for card in links],
                "is_counted": [False] * len(links),
            }
        ),
    }
