"""Shows what others' tools make of a share: `python -m stillwatch.evals.sharing.others FILE`.

Reads a file that `stillwatch share` wrote, or what a hub gave, and needs nothing of ours: run it
with `PYTHONPATH=src` in an environment that holds the tools; one that is not there is passed over.
With a hub's address, user and password the stock clients read its first collection too.
"""

import argparse
import importlib
import json
import logging
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Bundle = Mapping[str, Any]
NOT_COMPARED = {"type", "id", "spec_version", "created", "modified", "created_by_ref"}


def validated(bundle: Bundle) -> Iterator[str]:
    """What OASIS's validator says of every object."""
    validator = importlib.import_module("stix2validator")
    options = validator.ValidationOptions(version="2.1", silent=True)
    found = [validator.validate_instance(one, options) for one in bundle["objects"]]
    errors = [str(error) for one in found for error in one.errors or ()]
    warnings = Counter(str(w).split("{")[1][:3] for one in found for w in one.warnings or ())
    yield f"{len(found)} objects, {len(errors)} with an error, warnings by code {dict(warnings)}"
    yield from errors[:10]


def through_misp(bundle: Bundle) -> Iterator[str]:
    """What is left after misp-stix made a MISP event of it, and STIX of that."""
    logging.disable(logging.WARNING)
    converter = importlib.import_module("misp_stix_converter")
    stix2 = importlib.import_module("stix2")
    inward = converter.ExternalSTIX2toMISPParser()
    inward.load_stix_bundle(stix2.parse(bundle, allow_custom=True))
    inward.parse_stix_bundle(single_event=True)
    event = inward.misp_event
    outward = converter.MISPtoSTIX21Parser()
    outward.parse_misp_event(event)
    back = json.loads(outward.bundle.serialize())
    names = Counter(one.name for one in event.objects)
    yield f"one MISP event: objects {dict(names)}, tags {[one.name for one in event.tags]}"
    yield f"errors {sum(map(len, inward.errors.values()))}"
    yield f"sent {_kinds(bundle)}"
    yield f"back {_kinds(back)}"
    yield from lost(bundle, event.to_json(), json.dumps(back))


def lost(bundle: Bundle, event: str, back: str) -> Iterator[str]:
    """Of every property, how many of its values stand in the event, and in what came back."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in bundle["objects"]:
        for path, value in _values(one):
            row = counts[f"{one['type']} {path}"]
            row[0] += 1
            row[1] += value in event
            row[2] += value in back
    for name, (sent, inside, returned) in sorted(counts.items()):
        if min(inside, returned) < sent:
            yield f"{name}: {sent} sent, {inside} in MISP, {returned} back"


def _values(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        if not before and name in NOT_COMPARED:
            continue
        if isinstance(inner, Mapping):
            short = "extension" if name.startswith("extension-definition--") else name
            yield from _values(inner, f"{before}{short}.")
        else:
            for one in inner if isinstance(inner, list) else [inner]:
                if not isinstance(one, Mapping):
                    text = json.dumps(one)[1:-1] if isinstance(one, str) else str(one)
                    yield f"{before}{name}", text


def _kinds(bundle: Bundle) -> dict[str, int]:
    return dict(Counter(one["type"] for one in bundle["objects"]))


def split_for_opencti(bundle: Bundle) -> Iterator[str]:
    """How pycti would hand it to OpenCTI; the rest of its import needs a running OpenCTI."""
    pycti = importlib.import_module("pycti")
    splitter = pycti.OpenCTIStix2Splitter()
    count, unfit, _ = splitter.split_bundle_with_expectations(json.dumps(bundle))
    unfit = [str(one.get("type", one)) if isinstance(one, Mapping) else str(one) for one in unfit]
    yield f"{count} objects to import, not taken {unfit}"


def by_taxii2_client(url: str, user: str, password: str) -> Iterator[str]:
    """Objects and records of the first collection, page by page."""
    client = importlib.import_module("taxii2client.v21")
    collection = client.Server(url, user=user, password=password).api_roots[0].collections[0]
    counts = [
        sum(len(page.get("objects", ())) for page in client.as_pages(read, per_request=30))
        for read in (collection.get_objects, collection.get_manifest)
    ]
    yield f"{counts[0]} objects and {counts[1]} records in pages of 30"


def by_cytaxii2(url: str, user: str, password: str) -> Iterator[str]:
    """The second client: discovery, roots, collections, objects."""
    cytaxii2 = importlib.import_module("cytaxii2.cytaxii2")
    client = cytaxii2.cytaxii2(discovery_url=url, username=user, password=password)
    asked = [client.discovery_request(), client.root_discovery(), client.collection_request()]
    first = asked[-1]["response"]["collections"][0]["id"]
    asked.append(client.poll_request(collection_id=first))
    yield f"answers {[one['status_code'] for one in asked]}"


ON_A_FILE: Mapping[str, Callable[[Bundle], Iterator[str]]] = {
    "stix2-validator": validated,
    "misp-stix": through_misp,
    "pycti": split_for_opencti,
}
ON_A_HUB: Mapping[str, Callable[[str, str, str], Iterator[str]]] = {
    "taxii2-client": by_taxii2_client,
    "cytaxii2": by_cytaxii2,
}


def main(words: Sequence[str] | None = None) -> int:
    """Print what every tool that is there says."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("file", type=Path)
    given.add_argument("--hub", help="address of a hub's discovery")
    given.add_argument("--user", default="")
    given.add_argument("--password", default="")
    asked = given.parse_args(words)
    bundle = json.loads(asked.file.read_bytes())
    tools: dict[str, Iterator[str]] = {name: run(bundle) for name, run in ON_A_FILE.items()}
    if asked.hub:
        tools |= {
            name: run(asked.hub, asked.user, asked.password) for name, run in ON_A_HUB.items()
        }
    for name, said in tools.items():
        sys.stdout.write(f"{name}\n")
        try:
            for line in said:
                sys.stdout.write(f"  {line}\n")
        except ModuleNotFoundError as error:
            sys.stdout.write(f"  passed over: {error.name} is not installed\n")
        except AttributeError as error:
            sys.stdout.write(f"  passed over: of another version ({error})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
