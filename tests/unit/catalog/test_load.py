"""How the text of cards becomes a catalogue, and how faults are told."""

import json

import pytest

from stillwatch.catalog.load import expand, load_catalog
from stillwatch.model.errors import CardError, Faults
from stillwatch.model.marker import MarkerCard

ALTERNATIVE = 'id = "{id}"\ntitle = "{title}"\nlooks_like = "a"\ntells_apart = "b"\n'


def alternative(id_: str, title: str = "t") -> tuple[str, str]:
    """A small card, as file and text."""
    return f"alternatives/{id_}.toml", ALTERNATIVE.format(id=id_, title=title)


def test_cards_are_ordered_by_id_and_later_files_replace_earlier() -> None:
    """A user's card takes the place of ours of the same id."""
    files = [alternative("b"), alternative("a"), alternative("b", "theirs")]
    catalog = load_catalog(files, "digest")
    assert [(card.id, card.title) for card in catalog.alternatives] == [("a", "t"), ("b", "theirs")]
    assert catalog.digest == "digest"


def test_measured_bits_are_read_with_the_cards() -> None:
    """And a file of another shape is a fault like any other."""
    level = {
        "detector": "d", "subject": "cluster", "level": 1, "bits": 2.5, "low": 2.0, "high": 3.0,
        "attack_count": 9, "honest_count": 1,
    }  # fmt: skip
    text = json.dumps({"measured_on": "a test", "level": [level]})
    assert load_catalog([("bits.json", text)], "").bits.level[0].bits == 2.5
    with pytest.raises(CardError, match=r"bits\.json: cannot be read"):
        load_catalog([("bits.json", '{"level": [1]}')], "")


def test_all_faults_of_all_cards_are_reported_together() -> None:
    """Each names its file and what to do."""
    wrong = {
        "alternatives/a.toml": ALTERNATIVE.format(id="b", title="t"),
        "alternatives/c.toml": "id = ",
        "alternatives/d.toml": ALTERNATIVE.format(id="d", title="t") + 'titel = "x"\n',
        "alternatives/e.toml": 'id = "e"\n',
        "wishes/f.toml": 'id = "f"\n',
    }
    with pytest.raises(Faults) as caught:
        load_catalog([*wrong.items(), alternative("fine")], "")
    said = {str(fault).split(":")[0]: str(fault) for fault in caught.value.exceptions}
    assert set(said) == set(wrong)
    assert "the id is 'b'; give card and file one name" in said["alternatives/a.toml"]
    assert "unknown entry 'titel'; did you mean 'title'?" in said["alternatives/d.toml"]
    assert "title" in said["alternatives/e.toml"]
    assert "no such kind of card; use one of techniques" in said["wishes/f.toml"]


def marker(id_: str) -> MarkerCard:
    """A marker card of that id."""
    return MarkerCard(id=id_, title="", why="", where="prompt", groups=(("x",),), tests=())


def test_a_query_can_say_something_of_each_marker() -> None:
    """Written out once for every marker, in the order given; a query without it stays."""
    sql = "select {each marker: sum(is_<m>) as <m>_count}, 1 as n, {each marker: <m>} from t"
    made = " ".join(expand(sql, [marker("a"), marker("b")]).split())
    assert made == "select sum(is_a) as a_count, sum(is_b) as b_count, 1 as n, a, b from t"
    assert expand("select 1", [marker("a")]) == "select 1"


def test_an_unclosed_phrase_is_a_fault_of_its_card() -> None:
    """Not a stack trace."""
    text = (
        'id = "f"\ntitle = "f"\nwhy = "w"\ngrain = "day"\nreads = ["exchanges"]\nkey = ["n"]\n'
        'query = "select {each marker: is_<m> from exchanges"\n'
    )
    with pytest.raises(CardError, match=r"features/f\.toml"):
        load_catalog([("features/f.toml", text)], "")
