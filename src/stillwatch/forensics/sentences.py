"""Names what each test says of itself: its method, what it found, and what it cannot mean."""

from collections.abc import Callable

from stillwatch.forensics import lead_sentences, proof_sentences
from stillwatch.forensics.phrases import Numbers, figure, verdict
from stillwatch.model.forensic import LEAD

Said = Callable[[Numbers, Numbers], tuple[str, ...]]


def any_test(one: Numbers, _: Numbers) -> tuple[str, ...]:
    """What the test found."""
    value = "none" if one["statistic"] is None else figure(one["statistic"])
    return (
        (
            f"{one['test']} of {one['suspect']} against {one['teacher']}: statistic {value}, "
            f"from {one['n']} {one['unit']}."
        ),
        verdict(one),
    )


def any_limits(one: Numbers, _: Numbers) -> tuple[str, ...]:
    """What it cannot mean."""
    if one["kind"] == LEAD:
        return ("Similarity is symmetric: it does not say who learnt from whom.",)
    return ()


SENTENCES: dict[str, Said] = {
    "exact_copies": lead_sentences.copies,
    "style_lineage": lead_sentences.lineage,
    "canaries": proof_sentences.canaries,
    "habits": proof_sentences.canaries,
    "watermark": proof_sentences.watermark,
    "served_twins": proof_sentences.served,
    "served_withheld": proof_sentences.served,
    "served_matched": lead_sentences.matched,
}
LIMITS: dict[str, Said] = {
    "exact_copies": lead_sentences.copies_limits,
    "style_lineage": lead_sentences.lineage_limits,
    "canaries": proof_sentences.canary_limits,
    "habits": proof_sentences.canary_limits,
    "watermark": proof_sentences.watermark_limits,
    "served_twins": proof_sentences.served_limits,
    "served_withheld": proof_sentences.served_limits,
    "served_matched": lead_sentences.matched_limits,
}
TITLES: dict[str, str] = {
    "exact_copies": "Answers word for word",
    "style_lineage": "How answers begin and are laid out",
    "canaries": "Canaries",
    "habits": "Habits",
    "watermark": "Watermark",
    "served_twins": "Which answer was given",
    "served_withheld": "Which prompts were answered",
    "served_matched": "Served prompts beside like ones",
}
# How many of its sentences page one has: what was seen, and how probable that is by chance.
BRIEF: dict[str, int] = dict.fromkeys(
    ("canaries", "habits", "watermark", "served_twins", "served_withheld", "style_lineage"), 2
)
METHODS: dict[str, str] = {
    "exact_copies": (
        "On how many prompts does the suspect's answer have the same words as the teacher's, "
        "beside models that are believed to be unrelated?"
    ),
    "style_lineage": (
        "Models keep their teacher's ways of opening an answer, laying it out and wording it. How "
        "near does the suspect come, and how often do unrelated families come as near?"
    ),
    "canaries": (
        "Rare questions have several equally good answers, and a secret key had decided which of "
        "them each suspected account was given. Who never saw those answers can agree with the "
        "key by chance alone, and that chance is computed exactly."
    ),
    "habits": (
        "A secret key had decided which of several equally good wordings ran through the answers "
        "to each suspected account. Who never saw them can agree with the key by chance alone."
    ),
    "watermark": (
        "A key puts a secret mark into the teacher's choice of words. Text that never learnt from "
        "it carries the mark by chance alone."
    ),
    "served_twins": (
        "The teacher had several answers to the same prompt, of which a campaign was given one. "
        "Does the suspect repeat the one that was given?"
    ),
    "served_withheld": (
        "A key decided which of a campaign's prompts got a real answer. Does the suspect answer "
        "those more like the teacher?"
    ),
    "served_matched": (
        "Does the suspect repeat the teacher more on prompts that a campaign was served than on "
        "like prompts that nobody was served, beside reference models?"
    ),
}
