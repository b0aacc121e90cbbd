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
# What an expert needs beside METHODS: the statistic, its null and its unit.
COMPUTED: dict[str, str] = {
    "exact_copies": (
        "Counted are prompts whose first usable answer has the teacher's words. The null is the "
        "reference lineage that copies most, at the upper end of its interval; p is binomial."
    ),
    "style_lineage": (
        "Six comparisons are made: of opening templates and opening words, and of which third "
        "vendors' models both resemble in templates, words, layout and vocabulary. Each is "
        "standardised twice over models unrelated to the teacher, cut at two spreads, and all are "
        "averaged, those with less weight that say the same as others of unrelated models; what a "
        "nearer vendor is ahead is taken off. p is (1 + N x share) / (1 + N) over "
        "N unrelated lineages, by the larger of two shares that score as high: of all of them, and "
        "of those unrelated to this teacher, each by its nearest model. The suspect's first answer "
        "to each prompt is read."
    ),
    "canaries": (
        "Two statistics are summed over canaries: how often the drawn answer is shown, and how "
        "surprising that is beside what else the suspect says. Their law under fresh draws is "
        "computed without sampling; p is twice the smaller one. Repeats of a question are one "
        "canary. Holm's correction runs over all accounts and campaigns."
    ),
    "habits": (
        "A habit is one canary, however many replies show it, and p is computed as for canaries."
    ),
    "watermark": (
        "Each distinct place (the tokens before, and the token) counts once; places that stood in "
        "the question do not count. p is the chance of so high a sum under the key's own law."
    ),
    "served_twins": (
        "Resemblance is how much a reply repeats of the runs of one to four words that set an "
        "answer apart from the others; p is exact over which of them could have been given."
    ),
    "served_withheld": "p is exact over which prompts the key could have withheld.",
    "served_matched": (
        "The suspect's difference is ranked among independent reference lineages, of which N give "
        "no p below 1 / (N + 1)."
    ),
}
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
