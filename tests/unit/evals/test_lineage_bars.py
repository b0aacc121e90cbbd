"""The evaluation of the lineage test: what is unseen stays unseen, and absent data is said."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lineages import panel
from stillwatch.evals.proof.lineage import VARIABLE, main, rates
from stillwatch.evals.proof.lineage_data import Corpus, halves, read_corpus
from stillwatch.evals.proof.lineage_laundering import stripped
from stillwatch.evals.proof.lineage_measures import pooled_auc, vendors, within_auc
from stillwatch.evals.proof.lineage_splits import judged_all, one_left_out
from stillwatch.evals.proof.score_speed import timed
from stillwatch.model.errors import SourceError


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A folder in the public form, with vendor0 as the teacher C35."""
    folder: Path = tmp_path_factory.mktemp("lineage")
    prompts, models, said = panel(count=60, controls=10, students=6)
    roles = {"vendor": "API", "human": "HUM", "student": "STU"}
    names = ("model", "role", "family", "teachers", "weak_teachers", "undisclosed", "date")
    with (folder / "lineage.csv").open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(names)
        for model in models:
            family = "openai-35" if model.source == "vendor0" else model.lineage.replace("/", "-")
            taught = "C35" if model.teachers else ""
            table.writerow((model.name, roles[model.role], family, taught, "", "0", model.released))
    rows = [
        {"model": m.name, "prompt_index": i, "prompt": p, "response": s}
        for m, each in zip(models, said, strict=True)
        for i, (p, s) in enumerate(zip(prompts, each, strict=True))
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "outputs.parquet")
    return read_corpus(folder)


def test_halves_share_neither_lineages_nor_prompts(corpus: Corpus) -> None:
    """Taught lineages are halved too, and nothing is lost."""
    (one, rows), (other, more) = halves(corpus, 3)
    assert not one & other
    assert one | other == {model.lineage for model in corpus.models}
    assert sorted([*rows.tolist(), *more.tolist()]) == list(range(60))
    taught = {model.lineage for model in corpus.models if model.teachers}
    assert len(taught & one) == len(taught & other) == 3


def test_planted_students_are_found_unseen(corpus: Corpus) -> None:
    """A lineage that nothing was learnt from is still above the nulls of its teacher."""
    (_, learn), (_, test) = halves(corpus, 0)
    trials = one_left_out(corpus, learn, test)
    for trial in (level for both in trials for level in (both.generation, both.vendor)):
        assert not {one.lineage for one in trial.known} & {one.lineage for one in trial.unseen}
    found = judged_all(trials, vendor=True)
    assert within_auc(found) > 0.9
    assert "openai" in vendors(found)
    lines = list(rates(found, "title"))
    assert any("FPR at 1 % in openai's columns" in line for line in lines)
    assert all("[" in line for line in lines if ("met" in line or "MISSED" in line))


def test_no_folder_is_said_and_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the variable the bars are skipped by name; a wrong folder is an error."""
    monkeypatch.delenv(VARIABLE, raising=False)
    assert main([]) == 0
    assert f"skipped: {VARIABLE}" in capsys.readouterr().out
    with pytest.raises(SourceError, match="is missing"):
        main(["nowhere"])


def test_pooled_auc_is_that_of_a_slow_twin() -> None:
    """Share of pairs in order, ties half."""
    dice = np.random.default_rng(1)
    values, flags = dice.integers(0, 5, 40).tolist(), (dice.random(40) < 0.4).tolist()
    pairs = [
        (a > b) + 0.5 * (a == b)
        for a, t in zip(values, flags, strict=True)
        for b, u in zip(values, flags, strict=True)
        if t and not u
    ]
    assert pooled_auc(values, flags) == pytest.approx(np.mean(pairs))


def test_stripping_leaves_an_answer() -> None:
    """The first sentence goes, unless it is all there is."""
    assert stripped("Sure! Here it is. More.") == "Here it is. More."
    assert stripped("Only this.") == "Only this."


def test_the_time_is_that_of_a_scoring_that_ran_to_its_end() -> None:
    """A whole room is scored without refusal, and its size is told beside the seconds."""
    prompts, models, answers = panel(count=110, controls=18, students=2)
    told = timed(models[:-1], prompts, answers[:-1], "vendor0/line", answers[-1])
    assert (told.refused, told.models, told.prompts) == ("", len(models) - 1, 110)
    assert told.seconds > 0
