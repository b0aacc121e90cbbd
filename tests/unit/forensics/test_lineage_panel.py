"""Panels: their table, alignment, and the statistics that may leave without text."""

from __future__ import annotations

import pytest

from lineages import answers, habit, panel
from stillwatch.forensics.lineage import channel_table, examine, examine_statistics
from stillwatch.forensics.panel import (
    models_of,
    packed,
    panel_of,
    publishable,
    statistics_of,
    unpacked,
    without,
)
from stillwatch.io.panels import default_statistics, read_answers, read_lineage, read_suspect
from stillwatch.model.errors import Faults, SourceError
from stillwatch.verifier.canonical import Damaged
from stillwatch.verifier.likeness import Model
from stillwatch.verifier.panel_file import (
    Panel,
    Statistics,
    aligned,
    prompt_id,
    read_panel,
    write_panel,
)

PROMPTS, MODELS, SAID = panel()
WHOLE = panel_of(
    MODELS,
    {m.name: dict(zip(PROMPTS, s, strict=True)) for m, s in zip(MODELS, SAID, strict=True)},
)
SUSPECT = Model("suspect", "suspect", "other", "2024-01")
GUILTY = dict(zip(PROMPTS, answers(PROMPTS, 0.8 * habit(0) + 0.2 * habit(777), 5), strict=True))


def test_all_faults_of_a_table_come_together() -> None:
    """A wrong role, a name twice and a student without a teacher are one report."""
    rows = [
        {"model": "a", "lineage": "x/1", "role": "vendor"},
        {"model": "a", "lineage": "x/1", "role": "wendor"},
        {"model": "b", "lineage": "b", "role": "student"},
        {"model": "c", "lineage": ""},
    ]
    with pytest.raises(Faults) as caught:
        models_of(rows, "lineage.csv")
    assert len(caught.value.exceptions) == 4


def test_a_table_becomes_models() -> None:
    """Lists are parted by semicolons; yes and 1 say the same."""
    row = {
        "model": "m",
        "lineage": "m",
        "role": "student",
        "teachers": "a/1; b/2",
        "undisclosed": "yes",
    }
    assert models_of([row], "t") == [
        Model("m", "m", "student", "", ("a/1", "b/2"), (), undisclosed=True)
    ]


def test_prompts_that_few_answered_are_left_out() -> None:
    """Nine of ten models must have answered; missing answers are empty."""
    models = [Model(f"m{i}", f"m{i}", "human") for i in range(10)]
    said = {m.name: {"all": "x", **({"few": "y"} if i < 3 else {})} for i, m in enumerate(models)}
    assert panel_of(models, said).prompts == ("all",)


def test_alignment_keeps_prompts_that_both_have() -> None:
    """Answers follow their prompts, whatever order they came in."""
    part, mine = aligned(WHOLE, {PROMPTS[5]: "five", PROMPTS[2]: "two", "other": "no"})
    assert set(part.prompts) == {PROMPTS[2], PROMPTS[5]}
    assert dict(zip(part.prompts, mine, strict=True)) == {PROMPTS[2]: "two", PROMPTS[5]: "five"}
    assert part.answers[0][part.prompts.index(PROMPTS[2])] == SAID[0][2]


def test_a_result_says_what_it_cannot_say() -> None:
    """N, p's floor, nearest innocent and the missing direction stand in words."""
    made = examine(WHOLE, SUSPECT, GUILTY, 0.05)
    assert [lead.teacher for lead in made.standing] == ["vendor0"]
    assert "Nearest innocent: " in made.sentences[0]
    assert f"N = {made.standing[0].null_lineages}" in made.sentences[0]
    assert any("no direction" in one for one in made.limits)
    assert any("clears nobody" in one for one in made.limits)
    assert len(channel_table(made.standing[0])) == 12


def test_a_refusal_has_no_numbers() -> None:
    """Too few prompts in common: a sentence, no lead."""
    made = examine(WHOLE, SUSPECT, dict(list(GUILTY.items())[:50]))
    assert made.standing == made.assessment.leads == ()
    assert "too few prompts" in made.sentences[0]


def test_statistics_are_the_same_bytes_and_come_back_whole() -> None:
    """Packing twice gives one digest; unpacking gives what was packed."""
    made = statistics_of(WHOLE)
    data = packed(made)
    assert data == packed(statistics_of(WHOLE))
    again = unpacked(data, "here")
    assert (again.models, again.prompt_ids, again.counts, again.answered) == (
        made.models,
        made.prompt_ids,
        made.counts,
        made.answered,
    )


def test_statistics_hold_no_text_and_no_rare_opening() -> None:
    """No prompt is in the bytes, and what one model did once is not counted."""
    made = statistics_of(WHOLE)
    data = packed(made)
    assert PROMPTS[0].encode() not in data
    assert all(count >= 2 for each in made.counts for count in each.values())


def test_statistics_still_find_a_planted_student() -> None:
    """Template counts alone point at the teacher, with four channels and a plain warning."""
    made = examine_statistics(statistics_of(WHOLE), SUSPECT, GUILTY, 0.05)
    assert made.assessment.leads[0].teacher == "vendor0"
    assert len(channel_table(made.assessment.leads[0])) == 4
    assert any("statistics only" in one for one in made.limits)


def test_statistics_refuse_other_prompts() -> None:
    """Counts over all prompts say nothing about half of them."""
    half = dict(list(GUILTY.items())[:60])
    made = examine_statistics(statistics_of(WHOLE), SUSPECT, half)
    assert [one.reason for one in made.assessment.refusals] == ["mismatched prompts"]


def test_damaged_statistics_are_an_error() -> None:
    """Bytes that are no panel say so."""
    with pytest.raises(SourceError, match="no panel's statistics"):
        unpacked(b"nonsense", "here")


def test_what_is_shipped_names_nobody_a_student() -> None:
    """Names and teachers of students are gone; who may be a null of whom is not."""
    made = publishable(WHOLE)
    assert not any(m.teachers for m in made.models)
    assert not any(m.name.startswith(("pupil", "free")) for m in made.models)
    students = [m for m in made.models if m.role == "student"]
    assert [m.maybe for m in students] == [("vendor0/line",)] * 6


def test_the_shipped_panel_is_small_and_can_be_used() -> None:
    """It has enough null lineages, no teachers, and stays far below a few megabytes."""
    data = default_statistics()
    assert len(data) < 1_000_000
    given = unpacked(data, "shipped")
    assert not any(model.teachers for model in given.models)
    assert len({m.lineage for m in given.models if m.is_control}) >= 16


def test_a_folder_of_answers_is_a_panel(tmp_path) -> None:
    """JSONL files, one a model, beside lineage.csv."""
    (tmp_path / "lineage.csv").write_text("model,lineage,role\na,x/1,vendor\nb,b,human\n", "utf-8")
    (tmp_path / "a.jsonl").write_text('{"prompt": "p", "response": "r"}\n\n', "utf-8")
    (tmp_path / "more.jsonl").write_text(
        '{"model": "b", "prompt": "p", "response": null}\n{"model": "b", "prompt": "p"}', "utf-8"
    )
    with pytest.raises(SourceError, match="line 2"):
        read_answers(tmp_path)
    (tmp_path / "more.jsonl").write_text('{"model": "b", "prompt": "p", "response": "s"}', "utf-8")
    models = models_of(read_lineage(tmp_path), "lineage.csv")
    assert panel_of(models, read_answers(tmp_path)) == Panel(
        tuple(models), ("p",), (("r",), ("s",))
    )
    assert read_suspect(tmp_path / "a.jsonl") == {"p": "r"}


def test_a_model_can_be_taken_out() -> None:
    """What a refusal asks for is one call."""
    assert "free1" not in {m.name for m in without(WHOLE, frozenset(("free1",))).models}
    assert prompt_id("a  b") == prompt_id("a b")


def test_a_panel_survives_being_written() -> None:
    """With its answers, and as counts alone; the counts are those that the packed form holds."""
    assert read_panel(write_panel(WHOLE), "panel") == WHOLE
    counted = statistics_of(WHOLE)
    again = read_panel(write_panel(counted), "panel")
    assert isinstance(again, Statistics)
    assert (again.models, again.prompt_ids, again.answered) == (
        counted.models,
        counted.prompt_ids,
        counted.answered,
    )
    assert [dict(one) for one in again.counts] == [dict(one) for one in counted.counts]
    assert again.common.tolist() == counted.common.tolist()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"format":1', b'"format":2'),
        (b'"role":"human"', b'"role":"alien"'),
        (b"answers", b"anrwess"),
    ],
)
def test_a_file_that_is_no_panel_says_so(before: bytes, after: bytes) -> None:
    """Another format, a role that there is not, a line without answers."""
    with pytest.raises(Damaged, match="panel"):
        read_panel(write_panel(WHOLE).replace(before, after), "panel")
