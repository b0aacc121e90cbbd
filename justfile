# One recipe a habit. `just` alone lists them; `just check` is the one definition of every check.

export PATH := justfile_directory() / ".venv/bin" + ":" + env("PATH")

[private]
default:
    @just --list --unsorted

# Format, lint, types, floors and the quick tests: what every commit passes
check: lint types floors quick

# Style and format
lint:
    ruff check .
    ruff format --check .

# Put the code into its format
format:
    ruff check --fix-only .
    ruff format .

# Static types of the package
types:
    mypy

# Which room may import which
floors:
    lint-imports

# Tests that take seconds
quick *args:
    pytest -m "not slow and not browser and not gateway and not spark" -n 2 {{args}}

# Every test, with the browser, both engines and real traffic where present
test *args:
    pytest -n 2 -m "not gateway" {{args}}
