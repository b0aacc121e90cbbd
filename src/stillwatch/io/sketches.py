"""Reads the file of the reference that sketches are made with; it ships with the catalogue."""

from importlib.resources import files


def reference_file() -> bytes:
    """The reference as it ships."""
    return files("stillwatch.catalog").joinpath("sketch.json").read_bytes()
