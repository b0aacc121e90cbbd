"""Says in plain sentences what a run found, how sure it is, and what it could not check."""

from dataclasses import dataclass

import pyarrow.compute as pc

from stillwatch.explain import words
from stillwatch.explain.page import ReportPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The first screen: one headline and three groups of sentences."""

    headline: str
    found: tuple[str, ...]
    sure: tuple[str, ...]
    unchecked: tuple[str, ...]


def statement(page: ReportPage) -> Statement:
    """What a reader must know who reads nothing else."""
    seen = words.short(page.facts.exchange_count)
    number = page.campaigns.num_rows
    headline = (
        f"{words.some(number, 'campaign')} found in {seen} exchanges"
        if number
        else f"No campaign was found in {seen} exchanges"
    )
    return Statement(
        headline=headline,
        found=_found(page) if number else _looked_at(page),
        sure=_sure(page),
        unchecked=_unchecked(page),
    )


def _found(page: ReportPage) -> tuple[str, ...]:
    facts, campaigns = page.facts, page.campaigns
    accounts = pc.sum(campaigns.column("account_count")).as_py()
    exchanges = pc.sum(campaigns.column("exchange_count")).as_py()
    tokens = pc.sum(campaigns.column("output_tokens")).as_py()
    return (
        (
            f"{words.some(accounts, 'account')} of {words.count(facts.account_count)} "
            f"({words.share(accounts, facts.account_count)}) "
            f"{'belongs' if accounts == 1 else 'belong'} to a campaign: linked accounts that act "
            "for one operator and collect answers to train another model."
        ),
        (
            f"They sent {words.some(exchanges, 'exchange')} "
            f"({words.share(exchanges, facts.exchange_count)}) and took {words.short(tokens)} "
            "tokens of answers."
        ),
        *_alone(page, "more account"),
    )


def _alone(page: ReportPage, noun: str) -> tuple[str, ...]:
    alone = alone_count(page)
    if not alone:
        return ()
    return (
        (
            f"{words.some(alone, noun)} {'is' if alone == 1 else 'are'} flagged without belonging "
            "to any campaign."
        ),
    )


def alone_count(page: ReportPage) -> int:
    """How many accounts are flagged and belong to no campaign."""
    verdicts = page.verdicts
    alone = pc.and_(verdicts.column("flagged"), pc.is_null(verdicts.column("campaign_id")))
    return int(pc.sum(alone).as_py() or 0)


def _looked_at(page: ReportPage) -> tuple[str, ...]:
    ran = page.facts.detector_count - len(page.skipped)
    links = page.links.num_rows
    weighed = (
        f"{words.some(links, 'link')} between accounts {'was' if links == 1 else 'were'} weighed"
        if links
        else "No two accounts were linked"
    )
    return (
        (
            f"{words.some(ran, 'detector')} looked at "
            f"{words.some(page.facts.account_count, 'account')}, "
            f"{words.window(page.facts.window_start, page.facts.window_end)}."
        ),
        (
            f"{weighed}; no group of accounts carried enough evidence from at least two "
            "independent families."
        ),
        *_alone(page, "account"),
    )


def _sure(page: ReportPage) -> tuple[str, ...]:
    if not page.campaigns.num_rows:
        return (
            (
                "No finding is not proof of absence. It says that nothing in these logs stood out "
                "enough, with the detectors that could run."
            ),
            *_expected_wrong(page),
            *_below(page),
        )
    best, worst = (
        pc.max(page.campaigns.column("posterior")).as_py(),
        pc.min(page.campaigns.column("posterior")).as_py(),
    )
    if page.campaigns.num_rows == 1:
        first = f"It is {words.percent(best)} probable: odds of {words.odds(best)}."
    else:
        first = (
            f"The surest is {words.percent(best)} probable (odds of {words.odds(best)}), "
            f"the least sure {words.percent(worst)}."
        )
    return (
        first,
        *_expected_wrong(page),
        *_below(page),
        (
            "What happens with the answers is not in any log. The finding is about how they are "
            "collected."
        ),
    )


def _expected_wrong(page: ReportPage) -> tuple[str, ...]:
    flagged = page.verdicts.filter(page.verdicts.column("flagged"))
    if not flagged.num_rows:
        return ()
    wrong = flagged.num_rows - pc.sum(flagged.column("posterior")).as_py()
    about = "fewer than one" if wrong < 1 else f"about {words.count(round(wrong))}"
    return (
        (
            f"Of {words.some(flagged.num_rows, 'flagged account')}, expect {about} to be honest: "
            "that is what the probabilities themselves say."
        ),
    )


def _below(page: ReportPage) -> tuple[str, ...]:
    """What is left for a person to look at."""
    number = page.candidates.num_rows
    if not number:
        return ()
    accounts = pc.sum(page.candidates.column("account_count")).as_py()
    return (
        (
            f"{words.some(number, 'more group')} of {words.some(accounts, 'account')} "
            f"{'is' if number == 1 else 'are'} below the alert level and worth a look; nobody in "
            f"{'it' if number == 1 else 'them'} is flagged."
        ),
    )


def _unchecked(page: ReportPage) -> tuple[str, ...]:
    said = []
    if page.skipped:
        said.append(
            f"{len(page.skipped)} of {words.some(page.facts.detector_count, 'detector')} "
            "could not run."
        )
    lines = sum(entry.line_count for entry in page.rejected)
    if lines:
        said.append(f"{words.some(lines, 'input line')} could not be read.")
    unmeasured = sum(entry.false_positives is None for entry in page.look_alikes)
    if unmeasured:
        said.append(
            f"For {unmeasured} of {words.some(len(page.look_alikes), 'kind')} of honest traffic "
            "it is not measured how often they are flagged by mistake."
        )
    said.append("Transcripts bought or stolen elsewhere cause no traffic here and stay unseen.")
    return tuple(said)
