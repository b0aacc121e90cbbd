"""Writes a proof's report.html: what was asked, what came out, and what was not seen."""

from dataclasses import dataclass

from stillwatch.explain.assets import environment, still_assets
from stillwatch.explain.proof_tree import Picture, picture
from stillwatch.model.forensic import LEAD, PROOF, Finding, ProofReport
from stillwatch.verifier.tree import tree_of

KINDS = (
    (
        PROOF,
        "Proof",
        (
            "The error rate of these findings is exact by design: it follows from what was drawn, "
            "which an innocent suspect cannot know."
        ),
    ),
    (LEAD, "Leads", "These point somewhere. They rest on the reference models and prove nothing."),
)
WIDEST = 340
ON_PAGE_ONE = 3  # limits, the general ones; all of them follow
TREE_NOTE = (
    "How alike models begin their answers: the further left two lines join, the less alike. A "
    "number at a fork says in how many of 100 redrawn sets of prompts the same models join; below "
    "fifty it is left out. A tree always has a nearest neighbour: it shows likeness, not descent, "
    "and carries no error rate. Lines in italics are human-written outgroups."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of a finding."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One model's share in the picture of a finding."""

    name: str
    width: int
    label: str
    is_suspect: bool


def proof_page(told: ProofReport) -> str:
    """The whole page as text; equal reports give equal pages."""
    return (
        environment()
        .get_template("proof.html.jinja")
        .render(
            told=told,
            assets=still_assets("templates/proof.css"),
            figures=figures(told),
            kinds=KINDS,
            parts=parts(told),
            bars=bars,
            table=table,
            trees=trees(told),
            tree_note=TREE_NOTE,
            limits=limits_of_page_one(told),
        )
    )


def limits_of_page_one(told: ProofReport) -> tuple[str, ...]:
    """The general limits, and where the others stand."""
    more = len(told.limits) - ON_PAGE_ONE
    rest = (f"{more} more, test by test, stand under Limits.",) if more > 0 else ()
    return (*told.limits[-ON_PAGE_ONE:], *rest)


def parts(told: ProofReport) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """The parts after page one, in their order; both forms of the report have them."""
    return (
        ("findings", "Findings", ()),
        ("hypotheses", "Hypotheses", told.hypotheses),
        ("method", "Method", told.method),
        ("data", "Data", told.data),
        ("errors", "Error rates", told.error_rates),
        ("limits", "Limits", told.limits),
        ("custody", "Custody", ()),
        ("identity", "Identity", ()),
    )


def figures(told: ProofReport) -> tuple[tuple[str, str], ...]:
    """The few numbers of page one."""
    return (
        ("Proofs that stand", _standing(told, PROOF)),
        ("Leads that stand", _standing(told, LEAD)),
        ("Answers", f"{sum(one.answered for one in told.answers):,}"),
        ("Comparisons refused", str(sum(one.refused is not None for one in told.findings))),
    )


def _standing(told: ProofReport, kind: str) -> str:
    mine = [one for one in told.findings if one.kind == kind]
    if not mine:
        return "none sought"
    alpha = max(one.alpha for one in mine)
    return f"{sum(one.is_below_alpha for one in mine)} of {len(mine)}, at {100 * alpha:g} %"


def table(one: Finding) -> Grid | None:
    """The numbers behind a finding, row by row, where a test has such."""
    if one.refused is not None:
        return None
    if "channel_names" in one.facts:
        parts = (one.facts[name] for name in ("channel_names", "channels", "channel_weights"))
        return Grid(
            title="Channels of the score, in spreads above unrelated models (cut at two)",
            head=("Channel", "z", "Share"),
            rows=tuple((name, f"{z:+.2f}", f"{w:.0%}") for name, z, w in zip(*parts, strict=True)),
        )
    if "best" in one.facts and isinstance(one.facts["best"], list):
        return Grid(
            title=f"The {len(one.facts['best'])} nearest of {one.facts['names']} names",
            head=("Name", "Canaries", "Agreeing", "By chance", "p", "p, corrected", "Highest e"),
            rows=tuple(
                (
                    row["name"],
                    str(row["canaries"]),
                    f"{row['agreeing']} of {row['readable']}",
                    f"{row['expected']:.1f}",
                    f"{row['p_value']:.2g}",
                    f"{row['adjusted_p']:.2g}",
                    f"{row['e_highest']:.3g}",
                )
                for row in one.facts["best"]
            ),
        )
    if "campaigns" in one.facts:
        return Grid(
            title="Campaigns",
            head=("Campaign", "Prompts", "Leaning", "p, corrected"),
            rows=tuple(
                (
                    name,
                    str(row.get("trials", row.get("pairs"))),
                    f"{row['statistic']:+.4f}",
                    f"{row['adjusted_p']:.2g}",
                )
                for name, row in one.facts["campaigns"].items()
            ),
        )
    return None


def trees(told: ProofReport) -> tuple[tuple[str, Picture], ...]:
    """A family tree for each suspect whose lineage was scored."""
    found: dict[str, Picture] = {}
    for one in told.findings:
        for name, value in one.shared.get("trees", {}).items():
            found.setdefault(name, picture(tree_of(value), name))
    return tuple(found.items())


def bars(one: Finding) -> tuple[Bar, ...]:
    """The suspect among the reference lineages, where a finding compares shares."""
    references = one.facts.get("references")
    if not isinstance(references, dict) or one.statistic is None:
        return ()
    shares = {
        name: (row["copied"], row["prompts"]) for name, row in references.items() if row["prompts"]
    }
    rows = [(one.suspect, one.facts["copied"], one.facts["prompts"], True)]
    rows += [(name, copied, count, False) for name, (copied, count) in shares.items()]
    return tuple(
        Bar(
            name=name,
            width=max(1, round(WIDEST * copied / count)),
            label=f"{copied} of {count}",
            is_suspect=is_suspect,
        )
        for name, copied, count, is_suspect in rows
    )
