"""What peers say of a campaign flags nobody who does not show it himself."""

import pyarrow as pa

from fakes import members_of, policy
from stillwatch.model.evidence import Bits, Posterior
from stillwatch.stages.score import Scores, who_shows_peers, without_peers
from stillwatch.stages.track import Tracked, as_sure_as_ours

NAMES = {number: f"acct-{number}" for number in range(9)}


def campaign(*keys: int, **belongs: float) -> Tracked:
    """A campaign of these accounts; who is not named in `belongs` surely belongs."""
    return Tracked(
        campaign_id="C-1",
        cluster_id=7,
        accounts=tuple(NAMES[key] for key in keys),
        keys=keys,
        posterior=0.95,
        millibits=20_000,
        family_count=3,
        history=(),
        belongs={f"acct-{name[1:]}": value for name, value in belongs.items()},
    )


def part(own: float, *shows: int, **belongs: float) -> dict[str, float]:
    """How surely each of three accounts belongs, when the cluster is `own` sure without peers."""
    scores = pa.table({"subject_id": pa.array([7], pa.int64()), "posterior": [own]})
    (one,) = as_sure_as_ours([campaign(1, 2, 3, **belongs)], scores, shows, NAMES, policy())
    return {name: one.belongs.get(name, 1.0) for name in one.accounts}


def test_who_does_not_show_what_peers_told_is_as_sure_as_our_own_evidence() -> None:
    """The first shows it, the second does not, the third belongs less surely anyway."""
    assert part(0.6, 1, a3=0.5) == {"acct-1": 1.0, "acct-2": 0.6, "acct-3": 0.5}


def test_a_campaign_that_we_are_sure_of_ourselves_stays_as_it_is() -> None:
    """Peers moved nothing there."""
    assert part(0.9) == {"acct-1": 1.0, "acct-2": 1.0, "acct-3": 1.0}


def test_our_own_evidence_is_read_from_the_scores() -> None:
    """Of clusters that our own links made, without peers' bits; others are left out."""
    scores = pa.table(
        {
            "subject_kind": ["cluster", "cluster"],
            "subject_id": pa.array([7, 8], pa.int64()),
            "millibits": pa.array([3000, 9000], pa.int64()),
            "own_millibits": pa.array([0, 9000], pa.int64()),
            "posterior": [0.9, 0.99],
        }
    )
    curve = Posterior(subject="cluster", offset=0.0, slope=1.0)
    found = without_peers(scores, members_of({7: [1, 2, 3]}), Bits(posterior=[curve]))
    assert found.select(["subject_id", "millibits", "posterior"]).to_pylist() == [
        {"subject_id": 7, "millibits": 0, "posterior": 0.5}
    ]


def test_who_shows_peers_is_read_from_the_scores() -> None:
    """Accounts with peers' bits of any worth, and no others."""
    scores = Scores(
        subjects=pa.table({}),
        weighed=pa.table(
            {
                "subject_kind": ["account", "account", "account", "cluster"],
                "family": ["peers", "peers", "rhythm", "peers"],
                "subject_id": pa.array([1, 2, 3, 4], pa.int64()),
                "millibits": pa.array([3170, 0, 3000, 3170], pa.int64()),
            }
        ),
    )
    assert who_shows_peers(scores) == {1}
