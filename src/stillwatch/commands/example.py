"""`stillwatch prove example`: two whole bundles from invented text, of guilt and of innocence."""

from pathlib import Path
from typing import Any

from stillwatch.evals.proof_examples import CASES, make_example
from stillwatch.io.bundles import write_file
from stillwatch.verifier.container import pack


def example(out: Path) -> tuple[Any, str]:
    """Write both bundles and the keys of their invented signers; the same bytes each time."""
    written = []
    for case in CASES:
        files, keys = make_example(case)
        write_file(out / f"{case.name}.zip", pack(files))
        written.append(str(out / f"{case.name}.zip"))
        for name, key in keys.items():
            write_file(out / f"{name}.pub", key)
    said = "\n".join([*written, f"Check: stillwatch verify {written[0]}"])
    return {"bundles": written}, said
