"""`stillwatch evaluate`, as far as it speaks of what it was given."""

from pathlib import Path

import pytest

from stillwatch.commands.evaluate import evaluate
from stillwatch.evals.left_out import FOLDS, beside, kinds_name
from stillwatch.model.errors import SettingError
from stillwatch.settings import Settings


def test_held_out_names_the_files_that_are_missing_and_how_they_are_made(tmp_path: Path) -> None:
    """Before anything is judged: the bits without each part of the kinds lie beside the bits."""
    bits = tmp_path / "bits.json"
    for number in range(FOLDS - 1):
        beside(bits, kinds_name(number)).write_text("{}")
    with pytest.raises(SettingError, match=r"bits\.without-kinds-3\.json") as told:
        evaluate(None, Settings(), out=None, quick=True, held_out=bits, quiet=True)
    assert "--leave-out" in str(told.value)
