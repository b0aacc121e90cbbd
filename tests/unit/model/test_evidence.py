"""What evidence is worth in a log that lacks some of what it was measured with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes import level_bits
from stillwatch.model.evidence import Bits, Posterior
from stillwatch.model.inputs import SOURCES, absent_sources

WHOLE = Posterior(subject="cluster", offset=-9.0)
WITHOUT_ACCOUNTS = Posterior(subject="cluster", offset=-7.0, slope=1.5, without=["accounts"])
WITHOUT_BOTH = Posterior(
    subject="cluster", offset=-5.0, slope=0.5, without=["accounts", "connection"]
)
BITS = Bits(
    level=[level_bits("telling", 1, 4.0), level_bits("near", 1, 4.0, subject="member")],
    posterior=[
        WITHOUT_BOTH,
        WHOLE,
        WITHOUT_ACCOUNTS,
        Posterior(subject="member", offset=1.0),
    ],
)


@pytest.mark.parametrize(
    ("absent", "curve"),
    [
        (set(), WHOLE),
        ({"accounts"}, WITHOUT_ACCOUNTS),
        ({"accounts", "turns"}, WITHOUT_ACCOUNTS),
        ({"connection"}, WHOLE),
        ({"accounts", "connection", "answer"}, WITHOUT_BOTH),
    ],
)
def test_the_curve_is_the_one_that_lacks_most_of_what_the_log_lacks(
    absent: set[str], curve: Posterior
) -> None:
    """Never one that lacks what is there: it would make too much of what was said."""
    heard = BITS.heard(frozenset(absent))
    offset = {one.subject: one.offset for one in heard.posterior}
    assert offset == {"cluster": curve.offset, "member": 1.0}
    worth = {one.subject: one.bits for one in heard.level}
    assert worth == {"cluster": 4.0 * curve.slope, "member": 4.0}


def test_hearing_twice_changes_nothing_more() -> None:
    """The slope is multiplied in once."""
    once = BITS.heard(frozenset({"accounts"}))
    assert once.heard(frozenset({"accounts"})) == once


def test_a_source_is_absent_when_none_of_its_columns_has_a_value() -> None:
    """A log with addresses and no client names has a connection; one with neither has none."""
    everything = frozenset().union(*SOURCES.values())
    assert absent_sources(everything) == frozenset()
    assert absent_sources(frozenset({"ip"})) == frozenset(SOURCES) - {"connection"}
    assert absent_sources(everything - SOURCES["accounts"]) == {"accounts"}


def test_what_is_usual_of_the_curve_that_is_heard_is_kept() -> None:
    """It stands in bits after the slope, as sums do then."""
    curves = [replace(WHOLE, usual=3.0), replace(WITHOUT_ACCOUNTS, usual=2.0)]
    heard = replace(BITS, posterior=curves).heard(frozenset({"accounts"}))
    assert [one.usual for one in heard.posterior] == [2.0]


def test_moving_a_log_moves_one_kind_of_subject() -> None:
    """Crowds say nothing of who belongs to a campaign."""
    moved = BITS.heard(frozenset()).moved("cluster", 1.5)
    assert {one.subject: one.offset for one in moved.posterior} == {"cluster": -10.5, "member": 1.0}
