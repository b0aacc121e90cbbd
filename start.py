"""Sets Stillwatch up in a folder of its own and runs it: `python3 start.py demo`, `… test`.

Needs Python 3.11 or newer with pip, and nothing else. Every dependency is pinned with hashes.
Whatever follows the first word goes to the command, so `python3 start.py scan --help` works too.
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
BIN = HOME / "bin"


def main(words: list[str]) -> int:
    """Install what the command needs, once, and run it."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python can start this file
        print("Stillwatch needs Python 3.11 or newer", file=sys.stderr)
        return 1
    testing = words[:1] == ["test"]
    install(ROOT / "requirements" / ("test.txt" if testing else "run.txt"))
    if testing:
        how = ("-n", "2", "--dist", "worksteal", "-m", "not gateway")
        command = [str(BIN / "python"), "-m", "pytest", *how, *words[1:]]
    else:
        command = [str(BIN / "stillwatch"), *(words or ["--help"])]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def install(lock: Path) -> None:
    """Install a lock file and Stillwatch itself, unless this very lock is installed already."""
    mark = HOME / f"installed-{lock.stem}"
    if mark.is_file() and mark.read_bytes() == lock.read_bytes():
        return
    print(f"setting up {HOME} (once)", file=sys.stderr)
    if not (BIN / "python").exists():
        venv.create(HOME, with_pip=True)
    pip = [str(BIN / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    # The lock names everything and was resolved once; pip has nothing left to resolve.
    subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", str(lock)], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], check=True)
    mark.write_bytes(lock.read_bytes())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
