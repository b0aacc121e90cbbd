"""What the page carries along is what was reviewed, and admits nothing else."""

import base64
import hashlib
import json
import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.explain.assets import assets, embedded

ROOM = files("stillwatch.explain")
VENDORED = json.loads((ROOM / "static" / "vendor.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_the_one_that_was_reviewed(entry):
    """Its SHA-256 is the one in vendor.json."""
    assert (
        hashlib.sha256((ROOM / "static" / entry["file"]).read_bytes()).hexdigest()
        == (entry["sha256"])
    )


def test_every_library_is_named_with_version_licence_and_holder():
    """No file lies in static/ that vendor.json does not answer for."""
    named = {entry["file"] for entry in VENDORED}
    lying = {file.name for file in (ROOM / "static").iterdir()}
    assert {name for name in lying if name.endswith((".js", ".css"))} == named
    for entry in VENDORED:
        assert entry["licence"] == "MIT"
        assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])
        assert entry["copyright"].startswith("Copyright")


def test_the_policy_admits_these_scripts_and_this_style_alone():
    """Every digest in the policy is of something in the page; nothing is unsafe or remote."""
    made = assets()
    parts = dict(part.strip().split(" ", 1) for part in made.policy.split(";"))
    wanted = {
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in (made.first_script, *made.scripts)
    }
    assert set(parts["script-src"].split()) == wanted
    assert parts["default-src"] == "'none'"
    assert parts["img-src"] == "data:"
    assert "unsafe" not in made.policy
    assert "http" not in made.policy


def test_no_script_or_style_can_end_its_element():
    """Nothing in them closes the element early or starts a comment that hides one."""
    made = assets()
    for script in (made.first_script, *made.scripts):
        assert "</script" not in script.lower()
        assert "<!--" not in script
        assert "\r" not in script  # a browser would change it and the digest would fail
    assert "</style" not in made.style.lower()


def test_styles_and_scripts_leave_room_for_data():
    """The page without data stays under 900 kB."""
    made = assets()
    assert sum(len(text.encode()) for text in (made.style, *made.scripts)) < 600_000


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_embedded_data_comes_back_and_holds_no_markup(data):
    """Whatever the strings say, the JSON has no character that HTML or a script would read."""
    text = str(embedded(data))
    assert json.loads(text) == data
    assert not set(text) & set("<>&\u2028\u2029")


def _tokens():
    """Each colour of the sheet: name → (light, dark)."""
    sheet = (ROOM / "templates" / "report.css").read_text(encoding="utf-8")
    return {
        name: (light, dark)
        for name, light, dark in re.findall(r"--(\w+): light-dark\((#\w{6}), (#\w{6})\)", sheet)
    }


def _luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "raised", "wash"])
@pytest.mark.parametrize("front", ["ink", "soft", "accent", "plus", "minus"])
def test_text_stands_out_from_every_ground(front, ground, theme):
    """Contrast is at least 4.5 to 1 (WCAG AA) in both themes."""
    tokens = _tokens()
    high, low = sorted(
        (_luminance(tokens[front][theme]), _luminance(tokens[ground][theme])), reverse=True
    )
    assert (high + 0.05) / (low + 0.05) >= 4.5
