"""Asks our hub and another TAXII 2.1 server the same, and says where the answers differ.

`python -m stillwatch.evals.sharing.hub_beside URL --user NAME --password WORD`, where URL is that
of an empty collection that may be read, written and deleted from.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec

from stillwatch.evals.sharing.served_hub import CIRCLE, indicators, make, served

MEDIA = "application/taxii+json;version=2.1"
LATER = "2026-02-01T00:00:00.000Z"
Ask = Callable[..., httpx.Response]


def questions() -> Iterator[tuple[str, dict[str, Any]]]:
    """What is asked, in order: a name, and the request."""
    three = msgspec.json.decode(indicators(0, 3))["objects"]
    first = three[0]["id"]
    newer = three[0] | {"modified": LATER, "confidence": 50}
    one = f"objects/{first}/"
    address = {
        "type": "ipv4-addr", "spec_version": "2.1", "value": "192.0.2.1",
        "id": "ipv4-addr--5a5cbd13-ab2e-5d12-a9e3-0b2d3a3d2b36",
        "object_marking_refs": three[0]["object_marking_refs"],
    }  # fmt: skip
    yield "objects of an empty collection", {"path": "objects/"}
    yield "manifest of an empty collection", {"path": "manifest/"}
    yield "add three", _adding(three)
    yield "add the same again", _adding(three[:1])
    yield "add a newer version", _adding([newer])
    yield "add an observable", _adding([address])
    yield "add an object without an id", _adding([{"type": "indicator"}])
    yield "add with another media type", _adding(three) | {"media": "application/json"}
    yield "add what is not JSON", {"method": "POST", "path": "objects/", "content": b"{"}
    yield "add no envelope", {"method": "POST", "path": "objects/", "content": b"[]"}
    for place in ("objects/", "manifest/"):
        yield place, {"path": place}
        for word in ("all", "first", "last", LATER, f"{LATER},first"):
            yield f"{place}?match[version]={word}", _asking(place, **{"match[version]": word})
        yield f"{place}?match[id]=one", _asking(place, **{"match[id]": first})
        yield f"{place}?match[id]=two", _asking(place, **{"match[id]": f"{first},{three[1]['id']}"})
        yield f"{place}?match[type]=ipv4-addr", _asking(place, **{"match[type]": "ipv4-addr"})
        yield f"{place}?match[type]=malware", _asking(place, **{"match[type]": "malware"})
        yield f"{place}?match[spec_version]=2.0", _asking(place, **{"match[spec_version]": "2.0"})
        yield f"{place}?limit=2", _asking(place, limit="2")
        yield f"{place}?limit=0", _asking(place, limit="0")
        yield f"{place}?limit=x", _asking(place, limit="x")
        yield f"{place}?added_after=2999", _asking(place, added_after="2999-01-01T00:00:00.000Z")
        yield f"{place}?added_after=yesterday", _asking(place, added_after="yesterday")
        yield f"{place}?next=made-up", _asking(place, next="made-up")
    yield "one object", {"path": one}
    yield "one object, every version", _asking(one, **{"match[version]": "all"})
    yield "versions of an object", {"path": f"{one}versions/"}
    yield "an object that is not there", {"path": f"objects/{first[:-4]}0000/"}
    yield "versions of an object that is not there", {"path": f"objects/{first[:-4]}0000/versions/"}
    yield "another media type wanted", {"path": "objects/", "accept": "text/html"}
    yield "nobody asks", {"path": "objects/", "is_nobody": True}
    yield "put", {"method": "PUT", "path": "objects/"}
    yield "delete one version", _asking(one, "DELETE", **{"match[version]": LATER})
    yield "the object afterwards", _asking(one, **{"match[version]": "all"})
    yield "delete an object", _asking(one, "DELETE", **{"match[version]": "all"})
    yield "the deleted object", {"path": one}
    yield "delete it again", {"method": "DELETE", "path": one}


def _adding(objects: Sequence[Any]) -> dict[str, Any]:
    content = msgspec.json.encode({"objects": objects})
    return {"method": "POST", "path": "objects/", "content": content}


def _asking(path: str, method: str = "GET", **params: str) -> dict[str, Any]:
    return {"method": method, "path": path, "params": params}


def asker(client: httpx.Client, url: str, user: str, password: str) -> Ask:
    """Asks one collection."""

    def ask(
        path: str, method: str = "GET", accept: str = MEDIA, media: str = MEDIA, *,
        is_nobody: bool = False, **more: Any,
    ) -> httpx.Response:  # fmt: skip
        headers = {"accept": accept} | ({"content-type": media} if "content" in more else {})
        auth = None if is_nobody else (user, password)
        return client.request(method, url + path, headers=headers, auth=auth, **more)

    return ask


def summary(answer: httpx.Response) -> str:
    """What matters of an answer, without times, ids of statuses and words of errors."""
    try:
        value = answer.json()
    except ValueError:
        value = None
    if answer.status_code >= 400:
        is_error = isinstance(value, dict) and "title" in value
        kind = "TAXII's error" if is_error else "another body"
        return f"{answer.status_code}, {kind}"
    if not isinstance(value, dict):
        return f"{answer.status_code}, {'no body' if not answer.content else 'no object'}"
    said = [str(answer.status_code)]
    if "success_count" in value:
        said += [f"{value.get(name)} {name[:-6]}" for name in ("success_count", "failure_count")]
    if "objects" in value:
        said.append(" ".join(_short(one) for one in value["objects"]))
    if "versions" in value:
        said.append(" ".join(value["versions"]))
    said.append("more" if value.get("more") else "no more" if "more" in value else "")
    return ", ".join(one for one in said if one)


def _short(one: dict[str, Any]) -> str:
    version = one.get("version") or one.get("modified") or "unversioned"
    return f"{one['id'].partition('--')[2][:4]}@{version[:10]}"


def compare(url: str, user: str, password: str) -> list[tuple[str, str, str]]:
    """Each question with our answer and the other's."""
    found = []
    with tempfile.TemporaryDirectory() as folder, httpx.Client(timeout=30) as client:
        desk = make(Path(folder) / "hub", None)
        with served(desk, 1) as hub:
            address = f"http://127.0.0.1:{hub.port}/api/collections/{CIRCLE}/"
            ours = asker(client, address, desk.name, desk.key)
            theirs = asker(client, url.rstrip("/") + "/", user, password)
            for name, request in questions():
                found.append((name, summary(ours(**request)), summary(theirs(**request))))
    return found


def main(words: Sequence[str] | None = None) -> int:
    """Print the differences as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="an empty collection of the other server")
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    asked = parser.parse_args(words)
    found = compare(asked.url, asked.user, asked.password)
    differing = [row for row in found if row[1] != row[2]]
    lines = [f"{len(found) - len(differing)} of {len(found)} requests are answered alike.", ""]
    if differing:
        lines += ["| request | hub | other |", "| --- | --- | --- |"]
        lines += [f"| {name} | {ours} | {theirs} |" for name, ours, theirs in differing]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
