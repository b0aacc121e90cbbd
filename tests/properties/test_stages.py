"""What must be true of the stages whatever they are given."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakes import LIMITS, account_total, detector_card, level_bits, link_card, policy, traits
from fakes import members_of as members
from fakes import signals as signals_of
from fakes import worth as worth_of
from stillwatch.io.spool import Spool
from stillwatch.model.evidence import LinkBits
from stillwatch.stages.cluster import cluster
from stillwatch.stages.link import link
from stillwatch.stages.score import score
from stillwatch.stages.track import MOST_THINNED, track
from stillwatch.stages.traits import Incidence, day_traits, incidence, shared
from stillwatch.stats.divergence import SCALE_BITS, mmd_of_subjects, mmd_squared
from stillwatch.tables.digest import digest

KEYS = st.integers(-(2**63), 2**63 - 1)
FEW_KEYS = st.sampled_from([0, 1, 2, 5, -1, -(2**63), 2**63 - 1, 1 << 29, 1 << 40])
SHOWN = st.lists(st.tuples(FEW_KEYS | KEYS, FEW_KEYS | KEYS), max_size=60)


def _columns(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    accounts = np.array([account for account, _ in pairs], np.int64)
    found = np.array([trait for _, trait in pairs], np.int64)
    return accounts, found


@settings(max_examples=200, deadline=None)
@given(SHOWN)
def test_incidence_counts_what_a_plain_count_counts(pairs: list[tuple[int, int]]) -> None:
    """Each account and trait once, with how often; trait 0 is none; ordered by both."""
    accounts, found = _columns(sorted(pairs, key=lambda pair: pair[0]))
    made = incidence(accounts, found)
    counted = Counter((a, t) for a, t in pairs if t != 0)
    rows = list(zip(made.account.tolist(), made.trait.tolist(), made.count.tolist(), strict=True))
    assert rows == sorted((a, t, n) for (a, t), n in counted.items())


@settings(max_examples=200, deadline=None)
@given(st.sets(st.tuples(FEW_KEYS | KEYS, (FEW_KEYS | KEYS).filter(bool)), max_size=60))
def test_shared_keeps_exactly_what_two_accounts_have(pairs: set[tuple[int, int]]) -> None:
    """A trait (never 0) stays, with all its accounts and in order, when two or more have it."""
    accounts, found = _columns(sorted(pairs))
    every = Incidence(account=accounts, trait=found, count=np.arange(len(found), dtype=np.int32))
    made = shared(every)
    held = Counter(found.tolist())
    expected = [n for n, trait in enumerate(found.tolist()) if held[trait] >= 2]
    assert made.count.tolist() == expected
    assert made.account.tolist() == accounts[expected].tolist()
    assert made.trait.tolist() == found[expected].tolist()


@settings(max_examples=50, deadline=None)
@given(SHOWN, st.randoms(use_true_random=False))
def test_the_order_of_exchanges_does_not_change_traits(
    pairs: list[tuple[int, int]], dice: object
) -> None:
    """A day's traits are the same however its exchanges lie."""
    cards = [link_card("template"), link_card("prompt", keep="shared")]

    def made(rows: list[tuple[int, int]]) -> pa.Table:
        accounts, found = _columns(rows)
        key = pa.array(found, mask=found == 0)
        return day_traits(
            pa.table(
                {
                    "account_id": accounts,
                    "day_no": np.full(len(rows), 20_000, np.int32),
                    "template_id": key,
                    "prompt_id": key,
                }
            ),
            cards,
        )

    mixed = list(pairs)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert made(mixed).equals(made(pairs))


LEVELS = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.integers(1, 8)), st.integers(0, 3), max_size=30
)
# Detectors a and b are of one family, e and f speak for an honest explanation.
FAMILIES = {"a": "one", "b": "one", "c": "c", "d": "d", "e": "honest:e", "f": "honest:f"}
CARDS = [detector_card(id_, family=family) for id_, family in FAMILIES.items()]


def _bits_of(detector: str, level: int) -> float:
    """Rises with the level, from below zero; falls where a detector speaks for honesty."""
    sign = -1.0 if detector in "ef" else 1.0
    return sign * (2.0 * level - 1.0 + 0.25 * "abcdef".index(detector))


BITS = worth_of(
    *(level_bits(id_, level, _bits_of(id_, level)) for id_ in FAMILIES for level in range(4))
)


def _posteriors(levels: dict[tuple[str, int], int]) -> dict[int, float]:
    table = signals_of((id_, subject, level) for (id_, subject), level in levels.items())
    subjects = score(table, CARDS, BITS, LIMITS).subjects
    return dict(
        zip(
            subjects.column("subject_id").to_pylist(),
            subjects.column("posterior").to_pylist(),
            strict=True,
        )
    )


@settings(max_examples=10, deadline=None)
@given(LEVELS, st.sampled_from("abcd"), st.integers(1, 3))
def test_more_evidence_never_lowers_a_posterior(
    levels: dict[tuple[str, int], int], detector: str, level: int
) -> None:
    """When a silent detector speaks, worth bits above zero, no subject is less sure than before."""
    silent = {key: value for key, value in levels.items() if key[0] != detector}
    spoken = silent | {(detector, subject): level for subject in range(1, 9)}
    before, after = _posteriors(silent), _posteriors(spoken)
    assert all(after[subject] >= sure for subject, sure in before.items())


@settings(max_examples=10, deadline=None)
@given(LEVELS, st.randoms(use_true_random=False))
def test_the_order_of_signals_does_not_change_scores(
    levels: dict[tuple[str, int], int], dice: object
) -> None:
    """Scores are sums of integers, so any order of rows gives the same bytes."""
    rows = [(id_, subject, level) for (id_, subject), level in levels.items()]
    mixed = list(rows)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    first = score(signals_of(rows), CARDS, BITS, LIMITS)
    second = score(signals_of(mixed), CARDS, BITS, LIMITS)
    for name in ("subjects", "weighed"):
        assert digest(getattr(first, name)) == digest(getattr(second, name))


@settings(max_examples=10, deadline=None)
@given(LEVELS)
def test_a_score_is_the_plain_sum_of_all_signals(levels: dict[tuple[str, int], int]) -> None:
    """Families with a bit or more in sum are counted, but not honest ones."""
    told = score(
        signals_of((id_, subject, level) for (id_, subject), level in levels.items()),
        CARDS, BITS, LIMITS,
    )  # fmt: skip
    families: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (id_, subject), level in levels.items():
        families[subject][FAMILIES[id_]] += _bits_of(id_, level)
    expected = {
        subject: (
            round(1000 * sum(mine.values())),
            sum(bits >= 1 for name, bits in mine.items() if not name.startswith("honest:")),
        )
        for subject, mine in families.items()
    }
    found = {
        row["subject_id"]: (row["millibits"], row["family_count"])
        for row in told.subjects.to_pylist()
    }
    assert found == expected


KEY = 1 << 32  # keys lie far apart, as real ones do: a cluster's id is near its smallest key


def _planted(sizes: list[int], alone: int) -> list[tuple[str, int, int, int]]:
    """Traits of groups that share one template and one network each, and of lone accounts."""
    rows = []
    account = KEY
    for group, size in enumerate(sizes, 1):
        for _ in range(size):
            rows += [("template", account, group, 10), ("network", account, 900 + group, 10)]
            account += KEY
    rows += [("template", account + KEY * n, 5_000 + n, 10) for n in range(alone)]
    return rows


KINDS = [link_card("template"), link_card("network")]
MEASURED = [
    LinkBits(kind=card.id, step=step, bits=6.0, same_pairs=100, other_pairs=1)
    for card in KINDS
    for step in range(8)
]


def _partition(rows: list[tuple[str, int, int, int]]) -> set[frozenset[int]]:
    accounts = {account for _, account, _, _ in rows}
    # People who share nothing make what the few share rare.
    totals = dict.fromkeys(accounts, 10) | {-n: 1 for n in range(400)}
    found = cluster(link(traits(rows), account_total(totals), KINDS, MEASURED, 1).ties).members
    groups: dict[int, set[int]] = defaultdict(set)
    for row in found.to_pylist():
        groups[row["cluster_id"]].add(row["account_id"])
    assert all(id_ // KEY * KEY == min(mine) for id_, mine in groups.items())
    return {frozenset(mine) for mine in groups.values()}


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.integers(2, 9), min_size=1, max_size=6),
    st.integers(0, 20),
    st.randoms(use_true_random=False),
)
def test_names_and_order_do_not_change_who_belongs_together(
    sizes: list[int], alone: int, dice: object
) -> None:
    """Accounts under other keys, in rows of another order, gather in the same groups.

    Groups of two are none.
    """
    rows = _planted(sizes, alone)
    accounts = sorted({account for _, account, _, _ in rows})
    other = list(accounts)
    dice.shuffle(other)  # type: ignore[attr-defined]
    renamed = dict(zip(accounts, other, strict=True))
    mixed = [(kind, renamed[account], trait, n) for kind, account, trait, n in rows]
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    first, second = _partition(rows), _partition(mixed)
    assert second == {frozenset(renamed[account] for account in mine) for mine in first}
    assert sorted(len(mine) for mine in first) == sorted(size for size in sizes if size >= 3)


GROUPS = st.lists(st.sets(st.integers(0, 40), min_size=3, max_size=12), max_size=5)


@settings(max_examples=100, deadline=None)
@given(GROUPS, GROUPS)
def test_no_two_campaigns_have_one_id(then: list[set[int]], now: list[set[int]]) -> None:
    """However groups split and merge, ids are distinct.

    A standing id stays with accounts it had.
    """
    taken: set[int] = set()
    clusters = {}
    for number, mine in enumerate(now):
        if rest := mine - taken:
            clusters[number] = rest
        taken |= mine
    standing = {
        f"C-{number}": frozenset(f"a{account}" for account in mine)
        for number, mine in enumerate(then)
    }
    scores = pa.table(
        {
            "subject_id": pa.array(list(clusters), pa.int64()),
            "posterior": pa.array([0.95] * len(clusters), pa.float64()),
            "millibits": pa.array([9000] * len(clusters), pa.int64()),
            "family_count": pa.array([3] * len(clusters), pa.int32()),
        }
    )
    names = {account: f"a{account}" for account in range(41)}
    owners = dict.fromkeys(clusters, 4)
    tracked = track(members(clusters), scores, owners, names, standing, policy(least_accounts=1))
    ids = [one.campaign_id for one in tracked]
    assert len(ids) == len(set(ids)) == len(clusters)
    for one in tracked:
        if one.campaign_id in standing:
            assert standing[one.campaign_id] & set(one.accounts)


@settings(max_examples=100, deadline=None)
@given(GROUPS, st.lists(st.integers(1, 30_000), min_size=5, max_size=5))
def test_campaigns_are_disjoint_and_lose_no_account_of_equal_evidence(
    clusters: list[set[int]], millibits: list[int]
) -> None:
    """However clusters overlap, each account of a convicted one is in one campaign at most.

    Only accounts of clusters on which there is less evidence may be left out. A campaign's name
    cluster is one of its own, and all its accounts come from convicted ones.
    """
    given_ = dict(enumerate(clusters))
    scores = pa.table(
        {
            "subject_id": pa.array(list(given_), pa.int64()),
            "posterior": pa.array([0.95] * len(given_), pa.float64()),
            "millibits": pa.array(millibits[: len(given_)], pa.int64()),
            "family_count": pa.array([3] * len(given_), pa.int32()),
        }
    )
    names = {account: f"a{account}" for account in range(41)}
    owners = dict.fromkeys(given_, 4)
    tracked = track(members(given_), scores, owners, names, {}, policy(least_accounts=1))
    named = [account for one in tracked for account in one.keys]
    assert len(named) == len(set(named))
    assert set(named) <= set().union(*clusters)
    mine = millibits[: len(given_)] or [0]
    if max(mine) - min(mine) <= MOST_THINNED:
        assert set(named) == set().union(*clusters)
    assert all(set(one.keys) & given_[one.cluster_id] for one in tracked)


@settings(max_examples=200, deadline=None)
@given(
    GROUPS,
    st.lists(st.tuples(st.integers(1, 30_000), st.booleans()), min_size=5, max_size=5),
    st.lists(st.integers(0, 4_000), min_size=5, max_size=5),
)
def test_what_our_own_evidence_calls_is_the_same_whatever_peers_tell(
    clusters: list[set[int]], own: list[tuple[int, bool]], told: list[int]
) -> None:
    """Its name cluster and its accounts; what peers make sure is made of other accounts."""

    def scores(added: list[int], posterior: list[float]) -> pa.Table:
        return pa.table(
            {
                "subject_id": pa.array(range(len(clusters)), pa.int64()),
                "posterior": pa.array(posterior, pa.float64()),
                "millibits": pa.array(
                    [bits + more for (bits, _), more in zip(own, added, strict=True)][
                        : len(clusters)
                    ],
                    pa.int64(),
                ),
                "family_count": pa.array([3] * len(clusters), pa.int32()),
            }
        )

    alone = [0.95 if sure else 0.6 for _, sure in own][: len(clusters)]
    mine = scores([0] * 5, alone)
    beside = scores(
        told, [0.95 if more > 2_000 else p for p, more in zip(alone, told, strict=False)]
    )
    given_ = dict(enumerate(clusters))
    names = {account: f"a{account}" for account in range(41)}
    owners = dict.fromkeys(given_, 4)
    rules = policy(least_accounts=1)
    without = track(members(given_), mine, owners, names, {}, rules)
    with_peers = track(members(given_), beside, owners, names, {}, rules, own_scores=mine)
    kept = {one.cluster_id: set(one.keys) for one in with_peers}
    for one in without:
        assert kept.pop(one.cluster_id) == set(one.keys)
    ours = {account for one in without for account in one.keys}
    assert not any(accounts & ours for accounts in kept.values())


HASHES = st.lists(FEW_KEYS | KEYS, min_size=2, max_size=25)


def _brute_force_mmd(x: list[int], y: list[int]) -> float:
    """Gretton et al. 2012, equation 3, written out."""

    def kernel(a: int, b: int) -> float:
        return float(np.exp(-((a ^ b) & (2**64 - 1)).bit_count() / SCALE_BITS))

    m, n = len(x), len(y)
    within_x = sum(kernel(x[i], x[j]) for i in range(m) for j in range(m) if i != j)
    within_y = sum(kernel(y[i], y[j]) for i in range(n) for j in range(n) if i != j)
    between = sum(kernel(a, b) for a in x for b in y)
    return within_x / (m * (m - 1)) + within_y / (n * (n - 1)) - 2 * between / (m * n)


@settings(max_examples=100, deadline=None)
@given(HASHES, HASHES)
def test_mmd_equals_its_formula_written_out(x: list[int], y: list[int]) -> None:
    """The fast estimate and the double loop agree."""
    fast = mmd_squared(np.array(x, np.int64), np.array(y, np.int64))
    assert fast == pytest.approx(_brute_force_mmd(x, y), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(KEYS, min_size=1, max_size=25), min_size=1, max_size=3),
    st.lists(KEYS, min_size=20, max_size=25),
    st.randoms(use_true_random=False),
)
def test_the_method_is_mmd_of_each_subject_alone(
    samples: list[list[int]], reference: list[int], dice: object
) -> None:
    """One row for each subject of twenty prompts or more, whatever the order of rows."""
    rows = [(s, h, p) for s, mine in enumerate(samples) for p, h in enumerate(mine)]
    rows += [(None, h, p) for p, h in enumerate(reference)]
    dice.shuffle(rows)  # type: ignore[attr-defined]
    subject, simhash, position = zip(*rows, strict=True)
    found = mmd_of_subjects(
        pa.table(
            {
                "subject_id": pa.array(subject, pa.int64()),
                "simhash": pa.array(simhash, pa.int64()),
                "position": pa.array(position, pa.int64()),
            }
        )
    ).to_pylist()
    expected = {
        s: _brute_force_mmd(mine, reference) for s, mine in enumerate(samples) if len(mine) >= 20
    }
    assert {row["subject_id"]: row["value"] for row in found} == pytest.approx(expected, abs=1e-9)
    assert all(row["support"] == len(samples[row["subject_id"]]) for row in found)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(19_000, 19_004), max_size=30), max_size=6), st.integers(1, 90))
def test_what_goes_into_the_spool_comes_out_by_day(
    batches: list[list[int]], flush_rows: int
) -> None:
    """Every row comes out once, under its day, in the order in which it came."""
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder), flush_rows)
        expected: dict[int, list[int]] = defaultdict(list)
        number = 0
        for days in batches:
            rows = list(range(number, number + len(days)))
            number += len(days)
            for day, row in zip(days, rows, strict=True):
                expected[day].append(row)
            columns = {"day_no": pa.array(days, pa.int32()), "n": pa.array(rows, pa.int64())}
            spool.add(pa.table(columns))
        assert sorted(spool.row_counts) == sorted(expected)
        for day, rows in expected.items():
            assert spool.day(day).column("n").to_pylist() == rows
            assert set(spool.day(day).column("day_no").to_pylist()) == {day}


CELLS = st.tuples(
    st.none() | st.booleans(),
    st.none() | st.integers(-5, 5),
    st.none() | st.text(max_size=4),
    st.none() | st.lists(st.none() | st.text(max_size=3), max_size=3),
)
SCHEMA = pa.schema(
    [
        ("flag", pa.bool_()),
        ("count", pa.int64()),
        ("name", pa.string()),
        ("labels", pa.list_(pa.string())),
    ]
)


def _table(rows: list[tuple[object, ...]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * 4
    arrays = [pa.array(list(c), f.type) for c, f in zip(columns, SCHEMA, strict=True)]
    return pa.table(arrays, schema=SCHEMA)


@settings(max_examples=200, deadline=None)
@given(st.lists(CELLS, max_size=12), st.lists(CELLS, max_size=3), st.integers(1, 5), st.booleans())
@example([(True, 1, "a", None)], [(True, None, None, None)], 1, True)
def test_a_digest_is_of_the_content_alone(
    rows: list[tuple[object, ...]], before: list[tuple[object, ...]], chunk: int, cut: bool
) -> None:
    """Chunks, slices of a larger table and metadata do not change the digest; a row does."""
    plain = _table(rows)
    whole = _table([*before, *rows, *before]).slice(len(before), len(rows)) if cut else plain
    pieces = [whole.slice(at, chunk) for at in range(0, len(whole), chunk)]
    other = pa.concat_tables(pieces) if pieces else whole
    assert digest(other.replace_schema_metadata({"made": "elsewhere"})) == digest(plain)
    assert digest(_table([*rows, (None, None, None, None)])) != digest(plain)
