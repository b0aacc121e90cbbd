"""Makes the pages of the documentation that come from cards, schemas and commands."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from stillwatch.catalog.contract import Published, Vocabulary, type_in_words
from stillwatch.catalog.load import Catalog
from stillwatch.model.cards import DetectorCard, PolicyCard
from stillwatch.tables.schema import schema_of

MADE = "<!-- Made by `stillwatch docs`. Edit the cards, nouns and help texts, not this page. -->"
MARK = re.compile(r"(<!-- columns: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionText:
    """One argument or option of a command."""

    words: str
    help: str
    is_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandText:
    """One command as its help shows it."""

    name: str
    help: str
    options: tuple[OptionText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingText:
    """One setting, its default and its environment variable."""

    name: str
    default: str
    meaning: str
    variable: str


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell(value) for value in line)} |" for line in lines)


def cell(text: str) -> str:
    """A text that cannot break the table or be read as markup."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def code(text: str) -> str:
    """A name, as code; nothing for nothing."""
    return f"`{text}`" if text else ""


def page(title: str, *parts: str) -> str:
    """A whole page."""
    return "\n\n".join([f"# {title}", MADE, *parts]) + "\n"


def meaning(field: pa.Field) -> str:
    """What a noun says about a column; nothing for a column that a query made."""
    return str((field.metadata or {}).get(b"meaning", b"").decode())


def columns(noun: type) -> str:
    """Every column of a noun: name, type, whether it must be there, meaning."""
    rows = [
        [
            f"`{field.name}`" + ("" if field.nullable else " **required**"),
            type_in_words(field.type),
            meaning(field),
        ]
        for field in schema_of(noun)
    ]
    return grid(["column", "type", "meaning"], rows)


def written_columns(noun: type) -> str:
    """The same for what we write, where every column is always there."""
    return columns(noun).replace(" **required**", "")


def with_columns(text: str, published: Sequence[Published]) -> str:
    """A page with the tables between its marks `<!-- columns: NAME -->` and `<!-- end -->`."""
    made = {
        one.name: columns(one.noun) if one.side == "input" else written_columns(one.noun)
        for one in published
    }
    return MARK.sub(lambda found: f"{found[1]}\n{made[found[2]]}\n\n{found[3]}", text)


def tables_page(catalog: Catalog, schemas: Mapping[str, pa.Schema]) -> str:
    """Every table that a card's query may read, with every column."""
    cards = {card.id: card for card in catalog.features}
    parts = []
    for name in sorted(schemas):
        parts.append(f"## {name}")
        if name in cards:
            card = cards[name]
            kept = "Kept as history. " if card.grain == "day" else ""
            parts.append(f"{card.title}. {kept}{card.why}")
        else:
            parts.append(_GIVEN[name])
        told = [
            [code(f.name), type_in_words(f.type), meaning(f)] for f in schemas[name] if meaning(f)
        ]
        bare = [f"`{f.name}` {type_in_words(f.type)}" for f in schemas[name] if not meaning(f)]
        if told:
            parts.append(grid(["column", "type", "meaning"], told))
        if bare:
            parts.append(f"{'And' if told else 'Columns'}: {', '.join(bare)}.")
    return page("Tables inside a scan", _INSIDE, *parts)


_INSIDE = """What goes in and what comes out is in [the contract](contract.md). The tables here live
inside a scan; they are what the queries of [cards](cards.md) read. Accounts are 64-bit keys in all
of them, and none holds text. A detector's query gives `subject_id`, `value` and `support`."""


_GIVEN = {
    "exchanges": "One request and its response after `fingerprint`: numbers, keys, yes/no facts. "
    "Each marker card adds one column.",
    "marks": "In how many exchanges of one day an account showed each marker. Every account of "
    "the day has a row.",
    "block_day": "One reasoning block, returned by an exchange or sent back. Kept as history.",
    "trait": "What an account of a cluster shows of each kind of [link](cards.md#links) over the "
    "window.",
    "trait_day": "What an account shows of each kind of link on one day. Kept as history.",
    "model_day": "`trait_day` for the models asked for.",
    "accounts": "The accounts that were given, by key.",
    "account_events": "The account events that were given, by account key.",
    "releases": "The model releases that were given, by model key and day.",
    "competitor_releases": "The releases of outside models that were given, by key and day.",
    "kinds": "The names of the kinds of link.",
    "crowds": "Traits that so many accounts have that they link nobody.",
    "ties": "What each account shares with others, how rare that is, and in what share of its use.",
    "cluster_trait": "The traits that two or more accounts of a cluster have, and how many do; how "
    "many of all accounts do, and how many traits of the kind are held by about as many.",
    "cluster_holding": "How many traits of each kind the accounts of a cluster have, and how many "
    "of the accounts have one in common with another; pairs of account and trait, here and of all.",
    "member_fit": "How each account of a campaign compares with the fellows most like it; made "
    "after campaigns are named.",
    "peer_trait": "Traits of ours that peers told of, how far each is believed, and by how many.",
    "members": "The accounts of each cluster, and by how many bits each hangs on.",
    "subject_day": "`account_day` with its account, or its cluster, as subject.",
    "account_total": "`subject_total` of accounts, also when the subjects are clusters.",
}


def cards_page(catalog: Catalog) -> str:
    """Every card with its title and why."""
    found: dict[str, list[str]] = {}
    for card in catalog.detectors:
        found.setdefault(card.technique, []).append(code(card.id))
    techniques = [
        [card.id, card.title, card.group, card.what, ", ".join(found.get(card.id, ["none yet"]))]
        for card in catalog.techniques
    ]
    return page(
        "Cards",
        "What is looked for, as data. A card alone proves nothing: what a level of a detector is "
        "worth is measured, and families are added up only once each.",
        "## Techniques",
        grid(["id", "title", "group", "what", "detectors"], techniques),
        "## Detectors",
        *(_detector(card) for card in catalog.detectors),
        "## Links",
        "Traits that accounts of one operator may share.",
        _links(catalog),
        "## Features",
        grid(
            ["id", "title", "made", "reads", "why"],
            [
                [code(c.id), c.title, f"each {c.grain}", ", ".join(c.reads), c.why]
                for c in catalog.features
            ],
        ),
        "## Markers",
        "Each is a column `is_<id>` of `exchanges` and a count in the day tables.",
        grid(
            ["id", "title", "looks at", "why"],
            [[code(c.id), c.title, c.where, c.why] for c in catalog.markers],
        ),
        "## Honest explanations",
        grid(
            ["id", "title", "looks like", "what tells it apart"],
            [[code(c.id), c.title, c.looks_like, c.tells_apart] for c in catalog.alternatives],
        ),
        "## Policies",
        *(_policy(card) for card in catalog.policies),
        "## Provider formats",
        grid(
            ["id", "title", "what it cannot carry"],
            [
                [code(c.id), c.title, "; ".join(f"`{n}`: {w}" for n, w in c.cannot_carry.items())]
                for c in catalog.providers
            ],
        ),
    )


def _links(catalog: Catalog) -> str:
    return grid(
        ["id", "title", "family", "from", "crowd", "why", "false positives"],
        [
            [
                code(c.id),
                c.title,
                c.family,
                code(c.column or ", ".join(c.reads)),
                f"{c.crowd:,}" if c.links else "links nobody",
                c.why,
                "; ".join(c.false_positives),
            ]
            for c in catalog.links
        ],
    )


def _detector(card: DetectorCard) -> str:
    reads = ", ".join(code(name) for name in card.reads)
    lines = [
        f"### {card.id}",
        f"**{card.title}.** {card.why}",
        grid(
            ["technique", "subject", "family", "status", "reads", "levels from"],
            [
                [
                    card.technique,
                    ", ".join(card.subject),
                    card.family,
                    card.status,
                    reads + (f" (method {code(card.method)})" if card.method else ""),
                    ", ".join(f"{band:g}" for band in card.bands),
                ]
            ],
        ),
    ]
    if card.needs:
        lines.append(f"Silent without {', '.join(code(name) for name in card.needs)}.")
    lines.append(
        f"- Blind to: {'; '.join(card.blind_spots)}\n"
        f"- Wrong about: {'; '.join(card.false_positives)}\n"
        f"- Next: {card.triage}"
    )
    return "\n\n".join(lines)


def _policy(card: PolicyCard) -> str:
    steps = [
        [
            s.action,
            f"{s.from_posterior:g}",
            f"{s.expires_after_days} days",
            "yes" if s.automatic else "a person",
        ]
        for s in card.step
    ]
    return (
        f"### {card.id}\n\n{card.title}. A campaign needs posterior {card.alert_posterior:g}, "
        f"{card.least_families} independent families and {card.least_accounts} accounts; a group "
        f"that has these from posterior {card.review_posterior:g} on is listed for a person.\n\n"
        + grid(["action", "from posterior", "expires after", "without a person"], steps)
    )


def mapping_page(vocabulary: Vocabulary, published: Sequence[Published]) -> str:
    """What another vocabulary calls our columns, noun by noun."""
    parts = [f"Version: {vocabulary.version}.", vocabulary.about]
    for one in published:
        if one.name not in vocabulary.nouns:
            continue
        names = vocabulary.nouns[one.name]
        rows = []
        for name in schema_of(one.noun).names:
            there = names.standard.get(name, "")
            ours = names.extension.get(name, "")
            older = names.legacy.get(name, "")
            said = [
                f"older: `{older}`" if older else "",
                names.notes.get(name, ""),
                names.none.get(name, ""),
            ]
            kind = "standard" if there else "extension" if ours else "none"
            rows.append([code(name), code(there or ours), kind, "; ".join(s for s in said if s)])
        parts += [f"## {one.name}", names.about, grid(["column", "there", "kind", "note"], rows)]
    return page(vocabulary.title, *parts)


def commands_page(commands: Sequence[CommandText], settings: Sequence[SettingText]) -> str:
    """Every command with its options, and every setting."""
    parts = []
    for command in commands:
        parts.append(f"## {command.name}")
        parts.append(command.help)
        parts.append(
            grid(
                ["word", "meaning"],
                [
                    [code(o.words) + (" **required**" if o.is_required else ""), o.help]
                    for o in command.options
                ],
            )
        )
    rows = [[code(s.name), s.default or "none", code(s.variable), s.meaning] for s in settings]
    return page(
        "Commands and settings",
        "Exit codes: 0 complete, 1 failed, 2 wrong usage, 3 complete but some input was rejected. "
        "Progress goes to stderr, results to stdout.",
        *parts,
        "## The settings",
        "A command-line option wins over the environment, the environment over the file that "
        "`--config` names (TOML), the file over the default. `stillwatch settings` says where each "
        "value came from.",
        grid(["setting", "default", "environment", "meaning"], rows),
    )
