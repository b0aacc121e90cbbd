"""Bad input ends in a finding that says why, or in an error that says what to do."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import proof_extra  # noqa: F401
from lineages import answers, habit
from proof_case import MODELS, PROMPTS, SAID, run, styled, write_lines, write_panel_folder
from stillwatch.model.errors import Faults, SettingError, SourceError, StillwatchError

ROOT = Path(__file__).parents[2]
GOOD = styled("suspect-x")
CYRILLIC = "Конечно, вот что об этом думают люди в этом городе и в других местах."
GERMAN = "Natürlich, hier sind einige Vorschläge für Sie, die dabei helfen können."

SPOILED: dict[str, tuple[list[str], str]] = {
    "empty": ([text if n % 5 else "" for n, text in enumerate(GOOD)], "empty answers"),
    "coy": (
        [
            text if n % 2 else "I'm sorry, but I cannot help with that."
            for n, text in enumerate(GOOD)
        ],
        "declined answers",
    ),
    "evasive": (
        [
            text if n % 5 > 1 else "As an AI language model, I cannot help with that request."
            for n, text in enumerate(GOOD)
        ],
        "declined answers",
    ),
    "german": ([text if n % 5 else GERMAN for n, text in enumerate(GOOD)], "mixed languages"),
    "cut": ([text.rstrip(".")[:-4] for text in GOOD], "truncated answers"),
    "foreign": ([text if n % 2 else CYRILLIC for n, text in enumerate(GOOD)], "mixed languages"),
    "shuffled": (
        [f"Well, {n} ships sail past the lighthouse in the fog." for n in range(len(GOOD))],
        "mismatched prompts",
    ),
    "fixed": (["The answer is as follows, and so on and on."] * len(GOOD), "degenerate answers"),
    "twin": (list(SAID[0]), "suspect in panel"),
}


def plan_text(suspects: Sequence[str], prompts: str, materials: str, test: str) -> str:
    """A plan file."""
    asked = "".join(f'[[respondent]]\nname = "{one}"\nrole = "suspect"\n' for one in suspects)
    return (
        'title = "Bad input"\nquestion = "What comes of it?"\nprepared_by = "A. Tester"\n'
        f"alpha = 0.05\nprompts = {prompts}\n[materials]\n{materials}\n"
        '[[respondent]]\nname = "ours"\nrole = "teacher"\nlineage = "vendor0/line"\n'
        f"asked = false\n{asked}{test}"
    )


STYLE = '[[test]]\nname = "style_lineage"\nparameters = { panel = "panel" }\n'


def scored(
    folder: Path, said: dict[str, list[str]], panel: Path, asked: Sequence[str] = PROMPTS
) -> dict[str, dict]:
    """Findings by suspect, through plan, receive and score."""
    rows = [{"id": f"p{n}", "prompt": text} for n, text in enumerate(asked)]
    write_lines(folder / "prompts.jsonl", rows)
    (folder / "panel.jsonl").write_bytes(panel.read_bytes())
    text = plan_text(list(said), '"prompts.jsonl"', 'panel = "panel.jsonl"', STYLE)
    (folder / "plan.toml").write_text(text, "utf-8")
    run("prove", "plan", folder / "plan.toml", "--out", folder / "room")
    for name, texts in said.items():
        given = [{"prompt": f"p{n}", "answer": one} for n, one in enumerate(texts)]
        path = write_lines(folder / f"{name}.jsonl", given)
        run("prove", "receive", folder / "room", name, path, "--note", "handed in")
    told = run("prove", "score", folder / "room", "--quiet", "--json")
    return {one["suspect"]: one for one in json.loads(told)["findings"]}


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A panel that is as it should be."""
    folder = tmp_path_factory.mktemp("panel")
    models = write_panel_folder(folder / "models")
    run("prove", "panel", "build", models, "--out", folder / "panel.jsonl", "--quiet")
    return folder / "panel.jsonl"


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory, panel: Path) -> dict[str, dict]:
    """One suspect for each way in which answers can be bad, and a good one."""
    said = {name: texts for name, (texts, _) in SPOILED.items()}
    return scored(tmp_path_factory.mktemp("spoiled"), said | {"good": GOOD}, panel)


@pytest.mark.parametrize("name", SPOILED)
def test_answers_that_carry_nothing_are_refused_with_a_reason(
    spoiled: dict[str, dict], name: str
) -> None:
    """The reason has a name and a number; the same answers unspoiled are judged."""
    found = spoiled[name]
    assert SPOILED[name][1] in found["refused"]
    assert any(one.isdigit() for one in found["refused"])
    assert found["p_value"] is None
    assert not found["is_below_alpha"]
    assert spoiled["good"]["refused"] is None


def test_too_few_lineages_and_prompts_are_refused(tmp_path: Path) -> None:
    """Both reasons, with how many there are and how many are needed."""
    few = [m.name for m in MODELS if m.role == "vendor"]
    models = write_panel_folder(tmp_path / "models", few)
    run("prove", "panel", "build", models, "--out", tmp_path / "few.jsonl", "--quiet")
    found = scored(tmp_path, {"x": GOOD[:40]}, tmp_path / "few.jsonl", PROMPTS[:40])
    assert "too few lineages" in found["x"]["refused"]
    assert "16 are needed" in found["x"]["refused"]
    assert "40 different prompts" in found["x"]["refused"]


def test_calculations_are_refused(tmp_path: Path) -> None:
    """All models begin those alike."""
    sums = [f"Calculate {n} + {n * 7} = ?" for n in range(len(PROMPTS))]
    models = tmp_path / "models"
    write_panel_folder(models)
    rows = [json.loads(one) for one in (models / "answers.jsonl").read_text().splitlines()]
    place = {prompt: n for n, prompt in enumerate(PROMPTS)}
    write_lines(
        models / "answers.jsonl", [{**row, "prompt": sums[place[row["prompt"]]]} for row in rows]
    )
    run("prove", "panel", "build", models, "--out", tmp_path / "sums.jsonl", "--quiet")
    found = scored(tmp_path, {"x": GOOD}, tmp_path / "sums.jsonl", sums)
    assert "maths prompts" in found["x"]["refused"]


def test_a_panel_with_a_near_duplicate_is_not_built(tmp_path: Path) -> None:
    """Both models are named; one lineage for both, or one left out, is a panel."""
    models = write_panel_folder(tmp_path / "models")
    with (models / "lineage.csv").open("a", encoding="utf-8") as table:
        table.write("copy,elsewhere,human,2023-06,,,\n")
    with (models / "answers.jsonl").open("a", encoding="utf-8") as lines:
        for prompt, text in zip(PROMPTS, SAID[10], strict=True):
            lines.write(json.dumps({"model": "copy", "prompt": prompt, "response": text}) + "\n")
    build = ("prove", "panel", "build", models, "--out", tmp_path / "p.jsonl", "--quiet")
    with pytest.raises(SourceError, match=f"{MODELS[10].name} and copy begin 100%"):
        run(*build)
    assert not (tmp_path / "p.jsonl").exists()
    run(*build, "--without", "copy")
    with pytest.raises(SourceError, match="copy is not in the panel"):
        run("prove", "panel", "build", write_panel_folder(tmp_path / "again"), "--out",
            tmp_path / "q.jsonl", "--without", "copy", "--quiet")  # fmt: skip


def test_a_panel_grows_by_models_that_are_new(tmp_path: Path) -> None:
    """The larger panel holds both; a model of both is refused."""
    names = [m.name for m in MODELS]
    first = write_panel_folder(tmp_path / "first", names[:-2])
    more = write_panel_folder(tmp_path / "more", names[-2:])
    small, large = tmp_path / "small.jsonl", tmp_path / "large.jsonl"
    run("prove", "panel", "build", first, "--out", small, "--quiet")
    told = run("prove", "panel", "extend", small, more, "--out", large, "--quiet", "--json")
    assert json.loads(told)["models"] == len(names)
    with pytest.raises(Faults):
        run("prove", "panel", "extend", large, more, "--out", tmp_path / "x.jsonl", "--quiet")
    counts = tmp_path / "counts.jsonl"
    run("prove", "panel", "build", "--out", counts)
    with pytest.raises(SourceError, match="counts alone"):
        run("prove", "panel", "extend", counts, more, "--out", tmp_path / "x.jsonl", "--quiet")


def test_a_suspect_in_the_panel_is_found_before_anybody_is_asked(
    tmp_path: Path, panel: Path
) -> None:
    """By its answers when the panel is built, and by its name in the plan."""
    models = write_panel_folder(tmp_path / "models")
    rows = [{"prompt": p, "response": t} for p, t in zip(PROMPTS, SAID[12], strict=True)]
    build = (
        "prove", "panel", "build", models, "--out", tmp_path / "p.jsonl", "--suspect",
        write_lines(tmp_path / "suspect.jsonl", rows), "--quiet",
    )  # fmt: skip
    with pytest.raises(SourceError, match=f"take {MODELS[12].name} out of the panel"):
        run(*build)
    run(*build, "--without", MODELS[12].name)
    with pytest.raises(SettingError, match="stands in the panel"):
        scored(tmp_path, {MODELS[12].name: GOOD}, panel)


def test_the_shipped_panel_shows_what_it_carries() -> None:
    """Vendors, lineages and prompts; no text."""
    told = json.loads(run("prove", "panel", "show", "--json"))
    assert told["prompts"] == 405
    assert not told["holds_text"]
    assert max(told["null_lineages"].values()) >= told["least_null_lineages"]


def change(path: Path, table: str) -> Path:
    """A lineage table written over."""
    (path / "lineage.csv").write_text(table, "utf-8")
    return path


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: (f / "lineage.csv").unlink(), "is missing"),
        (lambda f: change(f, "model,lineage,role\nv0.0,a/1,wendor\n"), "wendor"),
        (lambda f: (f / "answers.jsonl").write_text("no json\n"), "line 1"),
        (lambda f: (f / "answers.jsonl").unlink(), "holds no .jsonl"),
    ],
)
def test_a_folder_that_is_no_panel_says_where(
    tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    """The file, the fault and the remedy."""
    models = write_panel_folder(tmp_path / "models")
    spoil(models)
    with pytest.raises((StillwatchError, Faults)) as caught:
        run("prove", "panel", "build", models, "--out", tmp_path / "p.jsonl", "--quiet")
    faults = getattr(caught.value, "exceptions", [caught.value])
    assert any(said in str(one) for one in faults)


def test_prompts_asked_twice_and_prompts_of_nobody_are_faults_of_the_plan(
    tmp_path: Path, panel: Path
) -> None:
    """Before anybody is asked."""
    with pytest.raises(SettingError, match="asks the same as"):
        scored(tmp_path, {"x": GOOD}, panel, [*PROMPTS[:-1], PROMPTS[0]])
    with pytest.raises(SettingError, match="no prompt of the plan was put to the panel"):
        scored(tmp_path, {"x": ["One."]}, panel, ["Which prompt is this?"])


@pytest.fixture
def bundle(tmp_path: Path) -> dict[str, bytes]:
    """The example of guilt, file by file."""
    with zipfile.ZipFile(ROOT / "examples/guilt.zip") as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("exchanges.jsonl", b"I believe it is", b"I believe it was", "exchanges.jsonl"),
        ("log.jsonl", b'"at":"2026-09-01', b'"at":"2026-08-01', "log"),
        ("plan.json", b'"alpha":0.001', b'"alpha":0.01', "plan.json"),
        ("materials/canaries", b"valley-03", b"valley-04", "materials/canaries"),
        ("findings.json", b'"account-17"', b'"account-23"', "findings.json"),
        ("report.html", b"Proof that", b"Wrong that", "report.html"),
    ],
)
def test_a_tampered_or_back_dated_bundle_is_not_sound(
    tmp_path: Path, bundle: dict[str, bytes], name: str, before: bytes, after: bytes, said: str
) -> None:
    """The file is named; the exit code is 1."""
    from stillwatch.verifier.container import pack

    files = {**bundle, name: bundle[name].replace(before, after, 1)}
    (tmp_path / "bad.zip").write_bytes(pack(files))
    told = json.loads(run("verify", tmp_path / "bad.zip", "--json", code=1))
    failed = [one for one in told["checks"] if one["outcome"] == "fails"]
    assert any(said in one["sentence"] or said in one["name"] for one in failed)


def test_an_innocent_with_a_common_style_is_left_alone(tmp_path: Path, panel: Path) -> None:
    """Six habits of their own: no lead at the error rate of the plan, corrected for six."""
    said = {f"own{n}": answers(PROMPTS, habit(900 + n), 900 + n) for n in range(6)}
    found = scored(tmp_path, said, panel)
    assert [one["is_below_alpha"] for one in found.values()] == [False] * 6
