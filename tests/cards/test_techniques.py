"""Every technique card is whole: what it is, how it shows, who is mistaken for it, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from card_examples import catalog

from stillwatch.evals.campaigns import KINDS
from stillwatch.model.cards import DetectorCard, TechniqueCard

TECHNIQUES = catalog().techniques
TRAINING_USES = {
    "supervised fine-tuning",
    "reward model",
    "preference optimisation",
    "reinforcement-learning tasks",
    "agent trajectories",
    "logit matching",
    "data cleaning",
    "access",  # what the supply chain is for, whatever is trained afterwards
}
UNREAD = "Nothing reads this sign yet: "
DAY = re.compile(r"20\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
HIDDEN = re.compile(r"\b(silent|covert|secret|degrad|poison|worsen)", re.IGNORECASE)
NEVER = re.compile(r"\bnever\b[^;.]*")
ATLAS_TECHNIQUE = re.compile(r"AML\.T\d{4}(\.\d{3})?")
ATLAS_MITIGATION = re.compile(r"AML\.M\d{4}")
OWASP = re.compile(r"LLM(0[1-9]|10):2025")
COUNTRIES = re.compile(
    r"\b(china|chinese|hong kong|taiwan|russia|russian|iran|iranian|(north |south )?korean?s?|japan"
    r"|japanese|india|indian|singapore|vietnam|vietnamese|israel|israeli|america|american|europe"
    r"|european|britain|british|germany|german|france|french|beijing|shanghai|moscow|tehran)\b",
    re.IGNORECASE,
)
ORIGIN = re.compile(
    r"\b(nationality|nationals?|citizen(ship|s)?|country|countries|time ?zones?|mother tongue)\b",
    re.IGNORECASE,
)


def _id(card: TechniqueCard) -> str:
    return card.id


def evidence_texts(card: TechniqueCard) -> Iterator[str]:
    """Every sentence of a card but the reports on others, which name whom they accuse."""
    yield from (card.title, card.what, card.in_traffic, *card.responses, *card.blind_spots)
    yield from (telltale.sign for telltale in card.telltales)
    yield from (text for one in card.evasions for text in (one.move, one.still_shows))
    yield from (text for one in card.look_alikes for text in (one.who, one.tells_apart))


def reading(card: TechniqueCard) -> set[str]:
    """The detectors that a card's telltales name."""
    return {id_ for telltale in card.telltales for id_ in telltale.detectors}


def test_the_catalogue_has_every_technique() -> None:
    """AD-001 to AD-044, none left out."""
    assert [card.id for card in TECHNIQUES] == [f"AD-{n:03}" for n in range(1, 45)]


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_a_technique_says_all_that_a_person_must_know(card: TechniqueCard) -> None:
    """What it trains, how it is known and shows, how it hides, who looks like it, what to do."""
    assert card.what
    assert card.in_traffic
    assert card.training_use
    assert set(card.training_use) <= TRAINING_USES
    assert card.evidence
    assert card.observed
    assert card.telltales
    assert len(card.evasions) >= 2
    assert len(card.look_alikes) >= 2
    assert len(card.responses) >= 3
    assert card.blind_spots


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_no_text_of_a_technique_is_empty_or_frayed(card: TechniqueCard) -> None:
    """No sentence is missing, and none begins or ends in a space."""
    texts = [*evidence_texts(card), *card.training_use]
    texts += [text for one in card.observed for text in (one.who, one.says, one.source)]
    assert all(text and text == text.strip() for text in texts)


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_nothing_is_said_twice_in_one_list(card: TechniqueCard) -> None:
    """A list whose entries repeat looks fuller than it is."""
    lists: list[list[str]] = [
        card.training_use,
        list(card.evidence),
        card.responses,
        card.blind_spots,
        card.generators,
        card.atlas,
        card.atlas_mitigations,
        card.owasp,
        [one.sign for one in card.telltales],
        [one.move for one in card.evasions],
        [one.who for one in card.look_alikes],
        *(one.detectors for one in card.telltales),
    ]
    assert all(len(one) == len(set(one)) for one in lists)


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_a_report_is_dated_and_says_what_is_uncertain(card: TechniqueCard) -> None:
    """What stays open is said; no figure of an accuser has been audited."""
    for one in card.observed:
        assert DAY.fullmatch(one.when), one.when
        assert one.uncertain, f"{one.who}, {one.when}"


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_how_a_technique_is_known_has_a_report_of_that_kind(card: TechniqueCard) -> None:
    """What was seen in the wild or in the market has a witness; what research showed, a paper."""
    standings = {one.standing for one in card.observed}
    for evidence in card.evidence:
        wanted = {"academic"} if evidence == "research" else {"primary", "secondary"}
        assert standings & wanted, f"{evidence} without a report of that kind"


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_every_detector_that_a_technique_names_exists(card: TechniqueCard) -> None:
    """A telltale points at cards that can be opened."""
    assert reading(card) <= {detector.id for detector in catalog().detectors}


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_no_telltale_is_read_by_what_speaks_for_innocence(card: TechniqueCard) -> None:
    """A detector of an honest explanation lowers the odds, so it is no sign of a technique."""
    honest = {detector.id for detector in catalog().detectors if detector.explains}
    assert not reading(card) & honest


@pytest.mark.parametrize(
    "detector",
    [one for one in catalog().detectors if one.family in ("content", "exact")],
    ids=lambda one: one.id,
)
def test_a_technique_knows_the_detectors_that_were_made_for_it(detector: DetectorCard) -> None:
    """What reads a request for one technique is a telltale on that technique's card."""
    card = catalog().techniques[int(detector.technique.removeprefix("AD-")) - 1]
    assert detector.id in reading(card)


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_a_sign_that_nothing_reads_is_a_blind_spot(card: TechniqueCard) -> None:
    """No card promises more than its detectors see, and none hides behind a sign that is read."""
    for one in card.telltales:
        said = any(spot.startswith(UNREAD + one.sign) for spot in card.blind_spots)
        assert said == (not one.detectors), one.sign


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_what_leaves_traffic_is_played_and_read(card: TechniqueCard) -> None:
    """Traffic of it can be made and is looked at; what leaves none has neither, and says so."""
    assert set(card.generators) <= set(KINDS)
    if card.leaves_traffic:
        assert card.generators
        assert reading(card)
    else:
        assert not card.generators


def test_every_kind_of_campaign_plays_a_technique() -> None:
    """No hostile traffic is made that no card describes."""
    assert set(KINDS) <= {kind for card in TECHNIQUES for kind in card.generators}


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_references_to_other_catalogues_have_their_shape(card: TechniqueCard) -> None:
    """ATLAS techniques and mitigations and OWASP risks go by their ids."""
    assert all(ATLAS_TECHNIQUE.fullmatch(id_) for id_ in card.atlas)
    assert all(ATLAS_MITIGATION.fullmatch(id_) for id_ in card.atlas_mitigations)
    assert all(OWASP.fullmatch(id_) for id_ in card.owasp)
    if card.leaves_traffic:
        assert card.atlas
        assert card.atlas_mitigations


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_no_country_is_evidence(card: TechniqueCard) -> None:
    """Where somebody comes from says nothing about what he does."""
    named = [text for text in evidence_texts(card) if COUNTRIES.search(text)]
    assert named == []


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_no_telltale_is_about_origin(card: TechniqueCard) -> None:
    """Nationality and what stands in for it are no signs."""
    assert [one.sign for one in card.telltales if ORIGIN.search(one.sign)] == []


@pytest.mark.parametrize("card", TECHNIQUES, ids=_id)
def test_no_response_is_hidden_from_the_customer(card: TechniqueCard) -> None:
    """What is done about an account is told to its owner; answers are never spoilt in secret."""
    assert [one for one in card.responses if HIDDEN.search(NEVER.sub("", one))] == []
