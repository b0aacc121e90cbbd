"""Whose word counts when a setting is given twice, and what is said when it cannot be."""

from pathlib import Path

import pytest

from stillwatch.commands.settings import settings
from stillwatch.model.errors import Faults, SettingError
from stillwatch.settings import Settings, resolve


def file_of(folder: Path, text: str) -> Path:
    """A settings file."""
    path = folder / "stillwatch.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_command_line_outranks_the_environment_the_file_and_the_default(tmp_path: Path) -> None:
    """Each layer gives what the layers above it leave open, and the origin is told."""
    file = file_of(tmp_path, 'threads = 3\nwindow_days = 7\npolicy = "file"\n')
    environment = {"STILLWATCH_THREADS": "4", "STILLWATCH_POLICY": "environment", "HOME": "/"}
    found = resolve(file, environment, {"threads": 5, "policy": None})
    assert found.settings == Settings(threads=5, window_days=7, policy="environment")
    assert found.origin["threads"] == "command line"
    assert found.origin["policy"] == "environment"
    assert found.origin["window_days"] == str(file)
    assert found.origin["memory_limit"] == "default"


def test_without_any_word_the_defaults_hold() -> None:
    """No file, nothing in the environment, no option."""
    found = resolve(None, {}, {})
    assert found.settings == Settings()
    assert set(found.origin.values()) == {"default"}


def test_an_unknown_setting_is_met_with_the_nearest_one(tmp_path: Path) -> None:
    """Or, when none is near, with all of them."""
    with pytest.raises(SettingError, match="unknown setting 'thread'; did you mean 'threads'"):
        resolve(file_of(tmp_path, "thread = 3"), {}, {})
    with pytest.raises(SettingError, match="unknown setting 'zzz'; use one of threads, memory"):
        resolve(file_of(tmp_path, "zzz = 3"), {}, {})


def test_other_programs_variables_are_let_be() -> None:
    """STILLWATCH_TEXTS belongs to the tests, not to the settings."""
    assert resolve(None, {"STILLWATCH_TEXTS": "/texts"}, {}).settings == Settings()


def test_all_faults_are_reported_together(tmp_path: Path) -> None:
    """Of the file, the environment and the command line at once."""
    file = file_of(tmp_path, "thread = 3\nwindow_days = 0\n")
    with pytest.raises(Faults) as caught:
        resolve(file, {"STILLWATCH_THREADS": "many"}, {"memory_limit": "lots"})
    said = [str(fault) for fault in caught.value.exceptions]
    assert [one.split(":")[0] for one in said] == [
        str(file), str(file), "environment", "command line",
    ]  # fmt: skip
    assert "threads is 'many'; give a whole number from 1 on" in said[2]


NO_NUMBERS = ("2.5", "[1]", "true", "-1", "0", '"4 "', "1e3", '"٣"', "{a = 1}")


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_a_number_is_a_whole_number_from_1_on(tmp_path: Path, value: str) -> None:
    """Nothing is rounded, and no type of the file's ends in a stack trace."""
    with pytest.raises(SettingError, match=r"threads is .*; give a whole number from 1 on"):
        resolve(file_of(tmp_path, f"threads = {value}"), {}, {})


@pytest.mark.parametrize("value", ["lots", "4 bananas", "0GB", "-1GB", "80%", "1GB'; select '"])
def test_memory_is_a_size(value: str) -> None:
    """The query engine is never given another text."""
    with pytest.raises(SettingError, match="give a size such as 3GB"):
        resolve(None, {}, {"memory_limit": value})


@pytest.mark.parametrize("value", ["500MB", "3GB", "1.5 GiB", "2TB"])
def test_sizes_are_written_as_usual(value: str) -> None:
    """With or without a blank, in powers of 1,000 or 1,024."""
    assert resolve(None, {}, {"memory_limit": value}).settings.memory_limit == value


def test_a_text_is_a_text(tmp_path: Path) -> None:
    """A number where a name is expected is a mistake, not a name."""
    with pytest.raises(SettingError, match="policy is 3; give a text"):
        resolve(file_of(tmp_path, "policy = 3"), {}, {})


@pytest.mark.parametrize("body", [b"threads = ", b"\xff\xfe", None], ids=str)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, body: bytes | None) -> None:
    """Broken TOML, other bytes, and no file at all."""
    path = tmp_path / "stillwatch.toml"
    if body is not None:
        path.write_bytes(body)
    with pytest.raises(SettingError, match=r"stillwatch\.toml: .*; give a readable TOML file"):
        resolve(path, {}, {})


def test_the_command_lists_every_setting_with_value_origin_and_meaning() -> None:
    """As data and in words."""
    value, words = settings(resolve(None, {"STILLWATCH_THREADS": "3"}, {}))
    assert value["threads"] == {"value": 3, "origin": "environment", "meaning": "worker threads"}
    assert all(entry["meaning"] and name in words for name, entry in value.items())
    assert len(value) == len(Settings.__dataclass_fields__)
