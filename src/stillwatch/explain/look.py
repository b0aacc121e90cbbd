"""Shows a run, a campaign or an account in a terminal, and gives the same as plain values."""

from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from rich import box
from rich.bar import Bar
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from stillwatch.explain import words
from stillwatch.explain.campaigns import CampaignView, campaign_views
from stillwatch.explain.findings_in_words import statement
from stillwatch.explain.page import ReportPage
from stillwatch.explain.timeline import timeline
from stillwatch.explain.waterfall import Step, Waterfall, account_pieces, waterfall
from stillwatch.model.errors import RunError
from stillwatch.model.visible import visible

CAMPAIGNS_SHOWN = 30
LINKS_SHOWN = 10
_BAR_WIDTH = 28
_FOR, _AGAINST, _SOFT = "dark_orange3", "steel_blue3", "dim"


def overview(page: ReportPage) -> RenderableType:
    """What the run found, how sure it is, what it could not check, and its campaigns."""
    said = statement(page)
    parts: list[RenderableType] = [Text(said.headline, style="bold"), Text()]
    for title, sentences in (
        ("What was found" if page.campaigns.num_rows else "What was looked at", said.found),
        ("How sure", said.sure),
        ("What was not checked", said.unchecked),
    ):
        parts += [Text(title, style="bold"), Padding(Text("\n".join(sentences)), (0, 0, 1, 2))]
    if page.campaigns.num_rows:
        parts.append(_campaign_table(page.campaigns, "Campaign", "campaigns"))
    if page.candidates.num_rows:
        parts += [Text(), Text("Below the alert level: worth a look", style="bold")]
        parts.append(_campaign_table(page.candidates, "Candidate", "candidates"))
    parts += [_skipped(page)] if page.skipped else []
    return Group(*parts)


def overview_facts(page: ReportPage) -> dict[str, Any]:
    """The same as `overview`, as plain values."""
    said = statement(page)
    return {
        "headline": said.headline,
        "found": list(said.found),
        "how_sure": list(said.sure),
        "not_checked": list(said.unchecked),
        "campaigns": [
            _plain(row)
            for row in _by_posterior(page.campaigns).drop_columns(["account_ids"]).to_pylist()
        ],
        "candidates": [_plain(row) for row in _by_posterior(page.candidates).to_pylist()],
        "skipped_detectors": [
            {"detector_id": entry.detector_id, "title": entry.title, "reason": entry.reason}
            for entry in page.skipped
        ],
        "rejected": [
            {"reason": entry.reason, "line_count": entry.line_count} for entry in page.rejected
        ],
    }


def campaign(page: ReportPage, campaign_id: str) -> RenderableType:
    """One campaign: in words, its evidence as a waterfall, what speaks against it, what is next."""
    view = _view(page, campaign_id)
    sure = f"{words.percent(view.posterior)}, {view.sure} extraction; odds of {view.odds}"
    return Group(
        Panel(
            Text("\n\n".join(view.summary)),
            title=Text(view.headline, style="bold"),
            subtitle=Text(sure),
            box=box.ROUNDED,
            padding=(1, 2),
        ),
        _titled("Why: each bit doubles the odds", _fall_table(view.waterfall, view.posterior)),
        _titled("Purpose", _factors(view)),
        _titled("Honest explanations tried", _alternatives(view)),
        _titled("Look at this next", _numbered(view.next_steps)),
        _titled(
            f"Most evidence, of {words.some(view.row['account_count'], 'account')}",
            _accounts(view),
        ),
    )


def campaign_facts(page: ReportPage, campaign_id: str) -> dict[str, Any]:
    """The same as `campaign`, as plain values."""
    view = _view(page, campaign_id)
    row = _one(page.campaigns, "campaign_id", campaign_id).to_pylist()[0]
    return {
        "campaign": _plain(row),
        "headline": view.headline,
        "summary": list(view.summary),
        "waterfall": _fall_facts(view.waterfall),
        "next_steps": list(view.next_steps),
    }


def account(page: ReportPage, account_id: str) -> RenderableType:
    """One account: its verdict as a waterfall, and what links it to others."""
    verdict, fall, links = _account(page, account_id)
    campaign_id = verdict["campaign_id"]
    facts = [
        f"{words.percent(verdict['posterior'])}, odds of {words.odds(verdict['posterior'])}",
        "flagged" if verdict["flagged"] else "below the alert level",
        visible(verdict["role"] or "", 40),
        "in no campaign" if campaign_id is None else f"campaign {visible(campaign_id, 80)}",
    ]
    parts: list[RenderableType] = [
        Text(visible(account_id, 80), style="bold"),
        Text(" · ".join(fact for fact in facts if fact)),
        _titled("Why: each bit doubles the odds", _fall_table(fall, verdict["posterior"])),
    ]
    if links.num_rows:
        title = f"Strongest of {words.some(links.num_rows, 'link')}"
        parts.append(_titled(title, _link_table(links, account_id)))
    return Group(*parts)


def account_facts(page: ReportPage, account_id: str) -> dict[str, Any]:
    """The same as `account`, as plain values."""
    verdict, fall, links = _account(page, account_id)
    return {
        "verdict": _plain(verdict),
        "waterfall": _fall_facts(fall),
        "links": links.slice(0, LINKS_SHOWN).to_pylist(),
        "link_count": links.num_rows,
    }


def _view(page: ReportPage, campaign_id: str) -> CampaignView:
    found = _one(page.campaigns, "campaign_id", campaign_id)
    if not found.num_rows:
        ids = page.campaigns.column("campaign_id").to_pylist()
        near = get_close_matches(campaign_id, ids, n=3)
        remedy = f"did you mean {words.listed(near)}?" if near else "`look RUN` lists the campaigns"
        raise RunError("look", f"no campaign '{visible(campaign_id, 80)}'", remedy)
    only = replace(page, campaigns=found)
    facts = page.facts
    return campaign_views(only, timeline(page.timeline, facts.window_start, facts.window_end))[0]


def _account(page: ReportPage, account_id: str) -> tuple[dict[str, Any], Waterfall, pa.Table]:
    found = _one(page.verdicts, "account_id", account_id)
    if not found.num_rows:
        ids = page.verdicts.column("account_id")
        near = ids.filter(pc.match_substring(ids, account_id, ignore_case=True)).slice(0, 3)
        said = words.listed([visible(name, 80) for name in near.to_pylist()])
        remedy = f"did you mean {said}?" if said else "verdicts.parquet holds every account seen"
        raise RunError("look", f"no account '{visible(account_id, 80)}'", remedy)
    verdict: dict[str, Any] = found.to_pylist()[0]
    mine = pc.or_(
        pc.equal(page.links.column("account_a"), account_id),
        pc.equal(page.links.column("account_b"), account_id),
    )
    links = page.links.filter(mine).sort_by([("bits", "descending"), ("account_a", "ascending")])
    return verdict, waterfall(account_pieces(verdict["reasons"]), verdict["posterior"]), links


def _one(table: pa.Table, column: str, value: str) -> pa.Table:
    return table.filter(pc.equal(table.column(column), value)).slice(0, 1)


def _by_posterior(campaigns: pa.Table) -> pa.Table:
    return campaigns.sort_by([("posterior", "descending"), ("campaign_id", "ascending")])


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _table(*columns: tuple[str, bool]) -> Table:
    """A quiet table; a column is a title and whether it holds numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style=_SOFT)
    for title, is_number in columns:
        table.add_column(title, justify="right" if is_number else "left", no_wrap=is_number)
    return table


def _titled(title: str, body: RenderableType) -> RenderableType:
    return Group(Text(), Text(title, style="bold"), body)


def _numbered(sentences: tuple[str, ...]) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    for number, sentence in enumerate(sentences, 1):
        table.add_row(Text(f"{number}."), Text(sentence))
    return table


def _campaign_table(rows: pa.Table, title: str, file: str) -> RenderableType:
    table = _table(
        (title, False),
        ("Sure", True),
        ("Accounts", True),
        ("Exchanges", True),
        ("Techniques", False),
        ("Seen (UTC)", False),
    )
    ordered = _by_posterior(rows)
    for row in ordered.slice(0, CAMPAIGNS_SHOWN).drop_columns(["account_ids"]).to_pylist():
        table.add_row(
            Text(visible(row["campaign_id"], 80)),
            Text(words.percent(row["posterior"])),
            Text(words.count(row["account_count"])),
            Text(words.count(row["exchange_count"])),
            Text(visible(", ".join(row["techniques"]), 60)),
            Text(words.window(row["first_seen_at"], row["last_seen_at"])),
        )
    more = ordered.num_rows - CAMPAIGNS_SHOWN
    note = Text(f"and {words.count(more)} more in {file}.parquet", style=_SOFT)
    return Group(table, note) if more > 0 else table


def _skipped(page: ReportPage) -> RenderableType:
    table = _table(("Detector that could not run", False), ("Why not", False))
    for entry in page.skipped:
        table.add_row(Text(visible(entry.title, 80)), Text(visible(entry.reason)))
    return table


def _fall_table(fall: Waterfall, posterior: float) -> RenderableType:
    table = _table(("Reason", False), ("", False), ("Bits", True), ("Sum", True))
    for step in (*fall.steps, fall.correction):
        reason = Text(step.title, style="bold")
        reason.append(f"  {step.family}\n" if step.family else "\n", style="not bold dim")
        reason.append(step.sentence, style="not bold")
        table.add_row(
            reason,
            _bar(step, fall),
            Text(words.bits(step.bits), style=_FOR if step.bits >= 0 else _AGAINST),
            Text(f"{step.after:.1f}"),
        )
    table.add_section()
    said = f"Posterior {words.percent(posterior)}, odds of {words.odds(posterior)}"
    table.add_row(Text(said, style="bold"), "", "", Text(f"{fall.final_bits:.1f}", style="bold"))
    return table


def _bar(step: Step, fall: Waterfall) -> Bar:
    left, right = sorted((step.before, step.after))
    return Bar(
        size=fall.high - fall.low or 1.0,
        begin=left - fall.low,
        end=right - fall.low,
        width=_BAR_WIDTH,
        color=_FOR if step.bits >= 0 else _AGAINST,
    )


def _fall_facts(fall: Waterfall) -> list[dict[str, Any]]:
    return [
        {
            "title": step.title,
            "family": step.family,
            "sentence": step.sentence,
            "bits": step.bits,
            "sum": step.after,
        }
        for step in (*fall.steps, fall.correction)
    ]


def _factors(view: CampaignView) -> RenderableType:
    table = _table(("Factor", False), ("Bits", True), ("", False))
    for factor in view.factors:
        table.add_row(
            Text(factor["title"]), Text(words.bits(factor["bits"])), Text(factor["sentence"])
        )
    return table


def _alternatives(view: CampaignView) -> RenderableType:
    table = _table(("Explanation", False), ("For", True), ("Against", True), ("", False))
    for other in view.alternatives:
        table.add_row(
            Text(other["title"]),
            Text(f"{other['for_bits']:.1f}"),
            Text(f"{other['against_bits']:.1f}"),
            Text(other["sentence"]),
        )
    return table


def _accounts(view: CampaignView) -> RenderableType:
    table = _table(("Account", False), ("Sure", True), ("Bits", True), ("Role", False))
    for row in view.accounts[:LINKS_SHOWN]:
        table.add_row(
            Text(row["account_id"]),
            Text(words.percent(row["posterior"])),
            Text(words.bits(row["bits"])),
            Text(row["role"]),
        )
    return table


def _link_table(links: pa.Table, account_id: str) -> RenderableType:
    table = _table(("Linked with", False), ("Bits", True), ("Reasons", False))
    for link in links.slice(0, LINKS_SHOWN).to_pylist():
        other = link["account_b"] if link["account_a"] == account_id else link["account_a"]
        reasons = "\n".join(
            f"{words.bits(reason['bits'])}  {words.sentence(reason['sentence'])}"
            for reason in link["reasons"]
        )
        table.add_row(Text(visible(other, 80)), Text(words.bits(link["bits"])), Text(reasons))
    return table
