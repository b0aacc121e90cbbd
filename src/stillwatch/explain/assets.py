"""Holds what the page carries along: styles, scripts, their digests, and data safe to embed."""

import base64
import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from stillwatch.explain import words

_SHEET = "templates/report.css"
_STYLES = ("static/uPlot.min.css", _SHEET)
_FIRST_SCRIPT = "templates/first.js"
_OWN_SCRIPTS = tuple(
    f"templates/{name}.js"
    for name in ("elements", "evidence", "timeline", "network", "accounts", "campaigns", "page")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """Styles and scripts as they stand in the page, and the policy that admits nothing else."""

    style: Markup
    first_script: Markup  # runs before anything is painted
    scripts: tuple[Markup, ...]
    policy: str
    credits: tuple[tuple[str, str], ...]


def assets() -> Assets:
    """The page's own styles and scripts with a content policy made of their digests."""
    style = "\n".join(_text(path) for path in _STYLES)
    first = _text(_FIRST_SCRIPT)
    vendored = json.loads(_text("static/vendor.json"))
    libraries = [_text(f"static/{entry['file']}") for entry in vendored if _is_script(entry)]
    scripts = [*libraries, "\n".join(_text(path) for path in _OWN_SCRIPTS)]
    admitted = " ".join(_digest(script) for script in (first, *scripts))
    policy = (
        f"default-src 'none'; script-src {admitted}; style-src {_digest(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return Assets(
        style=_own(style),
        first_script=_own(first),
        scripts=tuple(_own(script) for script in scripts),
        policy=policy,
        credits=tuple((e["name"], e["copyright"]) for e in vendored if _is_script(e)),
    )


def still_assets(own_style: str) -> Assets:
    """Styles alone, for a page without scripts: its policy admits none."""
    style = "\n".join(_text(path) for path in (_SHEET, own_style))
    return Assets(
        style=_own(style),
        first_script=_own(""),
        scripts=(),
        policy=(
            f"default-src 'none'; style-src {_digest(style)}; base-uri 'none'; form-action 'none'"
        ),
        credits=(),
    )


def _is_script(entry: dict[str, str]) -> bool:
    return entry["file"].endswith(".js")


def _text(path: str) -> str:
    return (files("stillwatch.explain") / path).read_text(encoding="utf-8")


def _own(text: str) -> Markup:
    """A style or script of this package, admitted by its digest."""
    return Markup(text)  # noqa: S704 -- package files only, never input


def _digest(text: str) -> str:
    value = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{value}'"


def embedded(data: Any) -> Markup:
    """Data as JSON that cannot leave its script element, whatever the strings in it say."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(safe)  # noqa: S704 -- no character of HTML is left in it


def _unbroken(value: Any) -> Any:
    """A number never stands at the end of a line with its percent sign on the next."""
    is_plain = isinstance(value, str) and not isinstance(value, Markup)
    return value.replace(" %", "\N{NO-BREAK SPACE}%") if is_plain else value


def environment() -> Environment:
    """The templates, with every value escaped and the words of this room as filters."""
    made = Environment(
        loader=PackageLoader("stillwatch.explain"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_unbroken,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        name: getattr(words, name)
        for name in (
            "visible",
            "sentence",
            "title_of",
            "count",
            "short",
            "percent",
            "bits",
            "odds",
            "day",
            "minute",
        )
    }
    return made
