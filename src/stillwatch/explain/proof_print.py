"""Prints a proof's report as PDF: the page's sentences; equal reports give equal bytes."""

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Group, Line, String
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from stillwatch.explain.proof import (
    KINDS,
    TREE_NOTE,
    bars,
    figures,
    limits_of_page_one,
    parts,
    table,
    trees,
)
from stillwatch.explain.proof_tree import Picture
from stillwatch.model.forensic import Finding, ProofReport
from stillwatch.model.visible import visible

INK, SOFT, LINE = colors.HexColor("#1d2227"), colors.HexColor("#59626b"), colors.HexColor("#e2ded6")
MARK = colors.HexColor("#a8481c")
BODY = ParagraphStyle(
    "body", fontName="Helvetica", fontSize=9.5, leading=13.5, textColor=INK, spaceAfter=4
)
SMALL = ParagraphStyle("small", BODY, fontSize=8, leading=10.5, spaceAfter=0)
NUMBER = ParagraphStyle("number", SMALL, alignment=TA_RIGHT)
NOTE = ParagraphStyle("note", BODY, textColor=SOFT, fontSize=8.5, leading=11.5)
POINT = ParagraphStyle(
    "point", BODY, fontSize=8, leading=10, spaceAfter=1, leftIndent=9, bulletIndent=0
)
TITLE = ParagraphStyle(
    "title", BODY, fontName="Helvetica-Bold", fontSize=15, leading=18, spaceAfter=4
)
HEAD = ParagraphStyle(
    "head",
    BODY,
    fontName="Helvetica-Bold",
    fontSize=12.5,
    leading=16,
    spaceBefore=10,
    keepWithNext=1,  # never alone at the foot of a page
)
UNDER = ParagraphStyle(
    "under", BODY, fontName="Helvetica-Bold", fontSize=10, spaceBefore=4, spaceAfter=1
)
FIRST = ParagraphStyle("first", BODY, fontSize=8.5, leading=11, spaceAfter=2)
WIDTH = A4[0] - 40 * mm


def proof_print(told: ProofReport) -> bytes:
    """The report as a PDF file. Fonts are those that every reader has; nothing is embedded."""
    made = io.BytesIO()
    document = SimpleDocTemplate(
        made,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=15 * mm,
        bottomMargin=17 * mm,
        title=_plain(told.title),
        author="Stillwatch",
        invariant=1,  # no time of day and no chance in the file
        lang="en",
    )
    story = [*_first_page(told), PageBreak(), *_findings(told)]
    for name, title, lines in parts(told):
        if lines:
            story += [_said(title, HEAD), *_listed(lines)]
        if name == "data":
            story.append(_answers(told))
    story += [*_custody(told), *_identity(told)]
    document.build(story, onFirstPage=_foot, onLaterPages=_foot)
    return made.getvalue()


def _first_page(told: ProofReport) -> list[Flowable]:
    rows = [
        [_said(value, UNDER) for _, value in figures(told)],
        [_said(label, NOTE) for label, _ in figures(told)],
    ]
    return [
        _said(told.title, NOTE),
        _said(told.headline, TITLE),
        *(
            said
            for title, lines in told.first_page
            for said in (_said(title, UNDER), *(_said(line, FIRST) for line in lines))
        ),
        Spacer(1, 2 * mm),
        Table(
            rows,
            colWidths=[WIDTH / 4] * 4,
            style=TableStyle([("LINEABOVE", (0, 0), (-1, 0), 0.6, LINE)]),
        ),
        _cautions(told),
    ]


def _cautions(told: ProofReport) -> Table:
    """Side by side, so that they stay on page one."""
    here = (("What was not observed", told.unobserved), ("Limits", limits_of_page_one(told)))
    columns = [
        [said for title, lines in side for said in (_said(title, UNDER), *_listed(lines))]
        for side in (here, told.alternatives)
    ]
    plain = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)]
    return Table([columns], colWidths=[WIDTH / 2] * 2, style=TableStyle(plain))


def _findings(told: ProofReport) -> list[Flowable]:
    story: list[Flowable] = [_said("Findings", HEAD)]
    for kind, title, note in KINDS:
        mine = [one for one in told.findings if one.kind == kind]
        if mine:
            story += [_said(title, UNDER), _said(note, NOTE)]
        for one in mine:
            head = f"{one.suspect} against {one.teacher} ({one.title})"
            story.append(
                KeepTogether([_said(head, UNDER), *(_said(t, BODY) for t in one.text), *_bars(one)])
            )
            story += _numbers(one)
    story += _trees(told)
    return story


def _numbers(one: Finding) -> list[Flowable]:
    grid = table(one)
    if grid is None:
        return []
    first = 1 - 0.13 * (len(grid.head) - 1)
    shares = [first, *[0.13] * (len(grid.head) - 1)]
    return [
        KeepTogether(
            [_said(grid.title, NOTE), _grid(grid.head, grid.rows, shares, numbers_from=1)]
        ),
        Spacer(1, 2 * mm),
    ]


def _trees(told: ProofReport) -> list[Flowable]:
    story: list[Flowable] = []
    for name, tree in trees(told):
        head = [_said(f"Family tree of {name}", HEAD), _said(TREE_NOTE, NOTE)]
        story.append(KeepTogether([*head, _drawn(tree)]))
    return story


def _drawn(tree: Picture) -> Drawing:
    """The tree on the page's width; a page's height is never exceeded."""
    scale = min(WIDTH / tree.width, (A4[1] - 80 * mm) / tree.height)
    made = Drawing(tree.width * scale, tree.height * scale)
    shapes: list[Line | String] = []
    for fork in tree.forks:
        for x1, y1, x2, y2 in (
            (fork.from_x, fork.from_y, fork.x, fork.from_y),
            (fork.x, fork.from_y, fork.x, fork.to_y),
            (fork.x, fork.to_y, fork.to_x, fork.to_y),
        ):
            shapes.append(
                Line(x1, tree.height - y1, x2, tree.height - y2, strokeColor=SOFT, strokeWidth=0.7)
            )
        y = tree.height - (fork.from_y + fork.to_y) / 2 + 2
        shapes.append(
            String(fork.x - 3, y, fork.support, fontSize=8, fillColor=SOFT, textAnchor="end")
        )
    fonts = {"suspect": "Helvetica-Bold", "outgroup": "Helvetica-Oblique"}
    for word in tree.words:
        shapes.append(
            String(
                word.x,
                tree.height - word.y - 4,
                _plain(word.text),
                fontSize=11,
                fontName=fonts.get(word.kind, "Helvetica"),
                fillColor=MARK if word.kind == "suspect" else INK,
            )
        )
    made.add(Group(*shapes, transform=(scale, 0, 0, scale, 0, 0)))
    return made


def _bars(one: Finding) -> list[Flowable]:
    rows = bars(one)
    if not rows:
        return []
    drawn = []
    for row in rows:
        bar = Table([[""]], colWidths=[max(1.0, row.width / 2.2)], rowHeights=[8])
        bar.setStyle(
            TableStyle([("BACKGROUND", (0, 0), (-1, -1), MARK if row.is_suspect else SOFT)])
        )
        bar.hAlign = "LEFT"
        drawn.append([_said(row.name, SMALL), bar, _said(row.label, NUMBER)])
    return [Table(drawn, colWidths=[45 * mm, 90 * mm, 30 * mm], hAlign="LEFT"), Spacer(1, 2 * mm)]


def _answers(told: ProofReport) -> Table:
    head = ("Model", "Role", "Lineage", "Planned", "Answered", "As files", "Usable")
    rows = [
        (r.respondent, r.role, r.lineage, r.planned, r.answered, r.received, r.whole)
        for r in told.answers
    ]
    return _grid(head, rows, [0.24, 0.14, 0.2, 0.1, 0.12, 0.1, 0.1], numbers_from=3)


def _custody(told: ProofReport) -> list[Flowable]:
    rows = [(step.at, step.actor, step.sentence) for step in told.custody]
    head = ("Time, UTC", "Who", "What")
    return [_said("Custody", HEAD), _grid(head, rows, [0.28, 0.2, 0.52], numbers_from=9)]


def _identity(told: ProofReport) -> list[Flowable]:
    rows = [
        *told.identity.items(),
        *((f"material {name}", value) for name, value in told.materials.items()),
        *told.notes.items(),
    ]
    return [
        _said("What this report belongs to", HEAD),
        _said("Check it without us: python -m stillwatch.verifier BUNDLE", BODY),
        _grid(("What", "Value"), rows, [0.25, 0.75], numbers_from=9),
    ]


def _grid(
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    shares: Sequence[float],
    numbers_from: int,
) -> Table:
    styles = [NUMBER if at >= numbers_from else SMALL for at in range(len(head))]
    cells = [
        [_said(str(value), style) for value, style in zip(row, styles, strict=True)]
        for row in (head, *rows)
    ]
    return Table(
        cells,
        colWidths=[share * WIDTH for share in shares],
        repeatRows=1,
        style=TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, SOFT),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ]
        ),
    )


def _listed(lines: Sequence[str]) -> list[Flowable]:
    return [Paragraph(escape(_plain(line)), POINT, bulletText="\u2022") for line in lines]


def _said(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(_plain(text)), style)


def _plain(text: str) -> str:
    """Text in the letters of the standard fonts; any other letter is spelt by its number."""
    return "".join(
        one if one.isascii() or one.encode("cp1252", "ignore") else f"<U+{ord(one):04X}>"
        for one in visible(text, 2000)
    )


def _foot(canvas: object, document: object) -> None:
    canvas.setFont("Helvetica", 8)  # type: ignore[attr-defined]
    canvas.setFillColor(SOFT)  # type: ignore[attr-defined]
    canvas.drawString(20 * mm, 11 * mm, "Written by Stillwatch. It quotes no answer.")  # type: ignore[attr-defined]
    canvas.drawRightString(A4[0] - 20 * mm, 11 * mm, str(document.page))  # type: ignore[attr-defined]
