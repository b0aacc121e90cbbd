"""Runs the command line as `python -m stillwatch.cli`."""

from stillwatch.cli import main

main()
