"""A suspect against a panel, from raw text: leads, and refusals with their reasons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lineages import answers, habit, panel
from stillwatch.verifier.leads import Assessment, assess
from stillwatch.verifier.likeness import Model

PROMPTS, MODELS, SAID = panel()
GUILTY = answers(PROMPTS, 0.8 * habit(0) + 0.2 * habit(777), 5)
INNOCENT = answers(PROMPTS, habit(778), 6)
SUSPECT = Model("suspect", "suspect", "other", "2024-01")


def told(said: list[str], **changed: object) -> Assessment:
    """An assessment of a suspect with something of the panel changed."""
    given = {"prompts": PROMPTS, "models": MODELS, "answers": SAID} | changed
    return assess(suspect=SUSPECT, suspect_answers=said, **given)  # type: ignore[arg-type]


def reasons(said: list[str], **changed: object) -> set[str]:
    """Why nothing is said."""
    return {one.reason for one in told(said, **changed).refusals}


def test_a_student_stands_and_names_its_teacher() -> None:
    """Teacher, alternatives, innocents, N and bounds stand beside the score."""
    made = told(GUILTY)
    lead = made.leads[0]
    assert (made.refusals, lead.teacher) == ((), "vendor0")
    assert lead.stands_at(0.05)
    assert lead.null_lineages == len({m.lineage for m in MODELS})
    assert 1 / (1 + lead.null_lineages) - 1e-6 <= lead.p_value <= 0.1
    assert lead.likelihood_ratio is not None
    assert lead.likelihood_ratio <= lead.null_lineages + 1
    assert len(lead.alternatives) == len(lead.innocents) == 3
    assert "vendor0" not in {near.lineage.split("/")[0] for near in lead.alternatives}
    assert len(lead.channels) == len(made.weights) == 12
    assert made.generations[0].teacher == "vendor0/line"


def test_an_innocent_does_not_stand() -> None:
    """A line of its own is below every vendor's threshold."""
    made = told(INNOCENT)
    assert made.refusals == ()
    assert [lead.teacher for lead in made.leads if lead.stands_at(0.01)] == []


def test_the_same_text_gives_the_same_numbers() -> None:
    """Assessed twice, equal to the last digit."""
    assert told(GUILTY) == told(GUILTY)


def test_fewer_than_sixteen_null_lineages_are_refused() -> None:
    """Without enough unrelated lineages there is no error rate."""
    kept = [i for i, m in enumerate(MODELS) if m.role != "human"][:14]
    assert "too few lineages" in reasons(
        GUILTY, models=[MODELS[i] for i in kept], answers=[SAID[i] for i in kept]
    )


def test_few_vendors_are_refused() -> None:
    """Three vendors do not tell what is common to all."""
    kept = [i for i, m in enumerate(MODELS) if m.source not in ("vendor3", "vendor4")]
    assert "too few vendors" in reasons(
        GUILTY, models=[MODELS[i] for i in kept], answers=[SAID[i] for i in kept]
    )


def test_maths_prompts_are_refused() -> None:
    """All models begin a calculation alike."""
    maths = [f"Calculate 17 + {i} * 3 = ?" for i in range(len(PROMPTS))]
    assert "maths prompts" in reasons(GUILTY, prompts=maths)


def test_duplicated_and_few_prompts_are_refused() -> None:
    """The same question twice is one question."""
    assert {"duplicated prompts", "too few prompts"} <= reasons(GUILTY, prompts=PROMPTS[:40] * 3)
    few = slice(0, 99)
    assert reasons(GUILTY[few], prompts=PROMPTS[few], answers=[s[few] for s in SAID]) == {
        "too few prompts"
    }


def test_answers_to_other_prompts_are_refused() -> None:
    """Answers shifted by one do not take up their prompts' words."""
    parts = [p.split("Tell me about ")[1] for p in PROMPTS]
    words = [f"zeta{i:04d} omega{i * 7:05d}" for i in range(len(PROMPTS))]
    asked = [f"Tell me about {w}" for w in words]

    def swap(said: list[str], by: int) -> list[str]:
        return [
            one.replace(part, words[(i + by) % len(words)])
            for i, (one, part) in enumerate(zip(said, parts, strict=True))
        ]

    panel_said = [swap(each, 0) for each in SAID]
    assert "mismatched prompts" in reasons(swap(GUILTY, 1), prompts=asked, answers=panel_said)
    assert "mismatched prompts" not in reasons(swap(GUILTY, 0), prompts=asked, answers=panel_said)


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("empty answers", lambda i, said: "" if i % 5 == 0 else said),
        ("declined answers", lambda i, said: "I'm sorry, but I can't." if i % 2 else said),
        ("truncated answers", lambda _, said: said[:40].rstrip(" .,!:-")),
        ("degenerate answers", lambda i, _: f"```json here is the thing {i}."),
        ("mixed languages", lambda i, said: "Вот ответ на этот вопрос." if i % 3 else said),
        (
            "mixed languages",
            lambda i, said: "Das ist hier doch gar keine Frage." if i % 8 == 0 else said,
        ),
        ("declined answers", lambda i, said: "As an AI, I can't." if i % 3 == 0 else said),
    ],
)
def test_unusable_answers_are_refused(reason: str, change) -> None:
    """Each fault by its name; the clean answers have none of them."""
    changed = [change(i, said) for i, said in enumerate(GUILTY)]
    assert reason in reasons(changed)
    assert reason not in reasons(GUILTY)


def test_prompts_in_two_scripts_are_refused() -> None:
    """A panel of mixed languages has no common way to open."""
    mixed = [f"Расскажи про номер {i}" if i % 2 else p for i, p in enumerate(PROMPTS)]
    assert "mixed languages" in reasons(GUILTY, prompts=mixed)


def test_a_suspect_of_the_panel_is_refused_by_name() -> None:
    """Its own answers under another name are recognised."""
    made = told(SAID[12])
    assert {one.reason for one in made.refusals} == {"suspect in panel"}
    assert MODELS[12].name in made.refusals[0].text


def test_a_suspect_that_hands_on_answers_is_refused_by_name() -> None:
    """A model's whole answers to a part of the prompts are recognised; openings alone are not."""
    tail = " so that this answer is certainly longer than a dozen words, as most answers are"
    longer = [[f"{one}{tail} {place}" for place, one in enumerate(each)] for each in SAID]
    mine = [f"{one}{tail} of mine" for one in GUILTY]

    def refused(share: float) -> list[str]:
        handed = round(share * len(mine))
        made = told([*longer[12][:handed], *mine[handed:]], answers=longer)
        return [one.text for one in made.refusals if one.reason == "suspect in panel"]

    assert refused(0.05) == []
    for share in (0.15, 0.4):
        (text,) = refused(share)
        assert MODELS[12].name in text


def test_one_model_under_two_lineages_is_refused() -> None:
    """Near-duplicates would count as two lineages."""
    models = [*MODELS, replace(MODELS[11], name="copy", lineage="another")]
    assert "near-duplicate models" in reasons(GUILTY, models=models, answers=[*SAID, SAID[11]])
    same = [*MODELS, replace(MODELS[11], name="copy")]
    assert reasons(GUILTY, models=same, answers=[*SAID, SAID[11]]) == set()


def test_no_prompts_and_no_models_are_refused() -> None:
    """Nothing in, a reason out."""
    assert "too few prompts" in reasons([], prompts=[], answers=[[] for _ in MODELS])
    assert "too few vendors" in reasons(GUILTY, models=[], answers=[])


def test_impossible_teachers_are_rarely_named() -> None:
    """Pairs that dates make impossible are counted by lineage, and stay near the nominal rate."""
    later = [replace(m, released="2025-01") if m.source == "vendor4" else m for m in MODELS]
    made = told(GUILTY, models=later)
    assert made.impossible_lineages > 16
    assert made.impossible_rate is not None
    assert made.impossible_rate <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / made.impossible_lineages)
