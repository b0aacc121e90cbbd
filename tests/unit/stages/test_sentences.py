"""What was measured is said in the card's own sentence."""

import pytest

from fakes import detector_card
from stillwatch.io.cards import read_catalog
from stillwatch.stages.verdicts import in_words


def test_share_value_and_support_take_their_places() -> None:
    """A share as per cent, a value to four figures, a count with its thousands apart."""
    card = detector_card("d", sentence="{support} accounts, {share} of them, {value} each")
    assert in_words(card, 0.23456, 1200) == "1,200 accounts, 23% of them, 0.2346 each"


@pytest.mark.parametrize("card", read_catalog().detectors, ids=lambda card: card.id)
def test_no_sentence_keeps_a_brace(card) -> None:
    """A reader sees what was found, never the name of a place."""
    said = in_words(card, 0.5, 7)
    assert "{" not in said
    assert "}" not in said
