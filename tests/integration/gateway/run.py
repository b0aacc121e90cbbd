"""Starts the paper provider, the log sink and the proxy, drives them, and stops them again.

    python run.py FOLDER

Run it with the Python of the gateway environment. FOLDER receives `log.jsonl` (the proxy's own
log writer), `sink.jsonl` (the same rows by the `generic_api` callback), `sent.jsonl` (what the
clients sent) and the servers' output. Everything listens and calls on 127.0.0.1; any attempt to
go elsewhere over HTTP meets a closed port. Keys are drawn for each run and end with it.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

HERE = Path(__file__).parent
START_SECONDS = 120
DRIVE_SECONDS = 180
SETTLE_SECONDS = 30
OWNERS = ("acct-garden", "acct-product", "acct-writer", "acct-storm", "acct-burst")


def free_port() -> int:
    """A loopback port that nobody holds now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def keys() -> dict[str, dict[str, str]]:
    """Fresh virtual keys: one a user, and one that belongs to a team but to no user."""
    owners = [
        {"key_alias": name, "user_id": name, "team_id": f"{name}-team", "org_id": f"{name}-org"}
        for name in OWNERS
    ]
    owners.append({"key_alias": "shared", "team_id": "shared-team"})
    return {f"sk-{secrets.token_hex(24)}": owner for owner in owners}


def environment(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    """What the servers and clients are told; nothing of the caller's own environment goes in."""
    at = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(folder),
        "PYTHONPATH": str(HERE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_LOCAL_POLICY_TEMPLATES": "True",
        "LITELLM_LOCAL_BLOG_POSTS": "True",
        "LITELLM_TELEMETRY": "False",
        "DISABLE_ADMIN_UI": "True",
        "NO_DOCS": "True",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
        "UPSTREAM_OPENAI": at["upstream"] + "/v1",
        "UPSTREAM_ANTHROPIC": at["upstream"],
        "GATEWAY_URL": at["proxy"],
        "GATEWAY_MASTER_KEY": f"sk-{secrets.token_hex(32)}",
        "GATEWAY_KEYS": str(folder / "keys.json"),
        "GATEWAY_SENT": str(folder / "sent.jsonl"),
        "STILLWATCH_LOG": str(folder / "log.jsonl"),
        "STILLWATCH_SINK": str(folder / "sink.jsonl"),
        "GENERIC_LOGGER_ENDPOINT": at["sink"] + "/logs",
        "DEFAULT_FLUSH_INTERVAL_SECONDS": "1",
    }


@contextmanager
def server(name: str, command: list[str], ready: str, env: dict[str, str]) -> Iterator[None]:
    """A server process, from the moment it answers until the block ends."""
    folder = Path(env["HOME"])
    with (folder / f"{name}.out").open("wb") as out:
        process = subprocess.Popen(command, env=env, cwd=folder, stdout=out, stderr=out)
        try:
            wait_for(name, process, ready)
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(name: str, process: subprocess.Popen[bytes], url: str) -> None:
    """Return when the server answers; raise when it ends or takes too long."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with {process.returncode}; read {name}.out")
        try:
            opener.open(url, timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise RuntimeError(f"{name} did not answer within {START_SECONDS} s; read {name}.out")


def lines(path: Path) -> list[str]:
    """The lines of a file, none if it is not there yet."""
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def settle(folder: Path) -> None:
    """Wait until the log holds a row a request and has stopped growing."""
    wanted = len(lines(folder / "sent.jsonl"))
    until, before = time.monotonic() + SETTLE_SECONDS, -1
    while time.monotonic() < until:
        count = len(lines(folder / "log.jsonl"))
        if wanted <= count == before:
            return
        before = count
        time.sleep(2)


def main(folder: Path) -> None:
    """One whole run into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "keys.json").write_text(json.dumps(keys()), encoding="utf-8")
    shutil.copy(HERE / "proxy.yaml", folder)
    # The proxy looks for its callbacks beside its configuration.
    for module in ("stillwatch_log.py", "key_desk.py"):
        shutil.copy(HERE / module, folder)
    ports = {name: free_port() for name in ("upstream", "sink", "proxy")}
    env = environment(folder, ports)
    local = ["--host", "127.0.0.1", "--port"]
    with ExitStack() as stack:
        for name in ("upstream", "sink"):
            command = [sys.executable, "-m", "uvicorn", f"{name}:app", *local, str(ports[name])]
            url = f"http://127.0.0.1:{ports[name]}/ready"
            stack.enter_context(server(name, command, url, env))
        litellm = os.fspath(Path(sys.executable).parent / "litellm")
        command = [litellm, "--config", "proxy.yaml", *local, str(ports["proxy"])]
        url = env["GATEWAY_URL"] + "/health/liveliness"
        stack.enter_context(server("proxy", command, url, env))
        drive = [sys.executable, os.fspath(HERE / "drive.py")]
        subprocess.run(drive, env=env, cwd=folder, check=True, timeout=DRIVE_SECONDS)
        settle(folder)
    (folder / "keys.json").unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
