"""Gives a hub what was let leave: a whole share in one request, and what became of it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import msgspec

from stillwatch.io.doors import Door, read_door
from stillwatch.io.taxii import Collection, Status, TaxiiClient
from stillwatch.model.errors import SharingError
from stillwatch.sharing.seal import event_of

PATIENCE = 60.0  # seconds that a hub may take to say what became of a request
SHOWN = 5


def _by_reason(status: Status) -> list[str]:
    """Each reason once with an object that it befell, the rarest first: it befell the culprit."""
    befell: dict[str, list[str]] = {}
    for one, why in status.failures:
        befell.setdefault(why, []).append(one)
    rarest = sorted(befell.items(), key=lambda item: len(item[1]))[:SHOWN]
    return [
        f"{ids[0]} {why}" + (f" (and {len(ids) - 1} more)" if ids[1:] else "")
        for why, ids in rarest
    ]


def send(data: bytes, to: Path, sleep: Callable[[float], None] = time.sleep) -> dict[str, Any]:
    """Put the member's own objects of a bundle into a hub's collection, and wait for the answer.

    Raises SharingError where the hub refused any of them.
    """
    door = read_door(to)
    circle, objects = own_objects(data, str(to))
    with door.open() as client:
        collection = collection_of(client, door, circle)
        status = client.add(collection, msgspec.json.encode({"objects": objects}))
        status = _settled(client, collection, status, sleep)
    if status.failure_count or status.success_count != len(objects):
        refused = _by_reason(status)
        count = max(status.failure_count, len(objects) - status.success_count)
        what = f"{count} of {len(objects)} objects did not enter: {'; '.join(refused)}"
        raise SharingError(door.address, what, "mend what it names, then `stillwatch send` again")
    return {"to": door.address, "collection": collection.id, "accepted": status.success_count}


def collection_of(client: TaxiiClient, door: Door, circle: str) -> Collection:
    """The collection that the door names, or the one named like the circle."""
    return client.collection(door.collection or circle)


def own_objects(data: bytes, where: str) -> tuple[str, list[dict[str, Any]]]:
    """The circle a bundle is meant for, and its objects without those that are nobody's.

    Markings and definitions are public; a hub lets a member speak in his own name alone.
    """
    found = _objects(data, where)
    event = next((one for one in found if event_of(one) is not None), None)
    if event is None:
        raise SharingError(where, "holds no share", "name a file that `stillwatch share` wrote")
    author = event.get("created_by_ref")
    mine = [one for one in found if author in (one.get("created_by_ref"), one.get("id"))]
    return str((event_of(event) or {}).get("circle", "")), mine


def _objects(data: bytes, where: str) -> list[dict[str, Any]]:
    try:
        found = msgspec.json.decode(data)
        return [one for one in found["objects"] if isinstance(one, dict)]
    except (msgspec.DecodeError, RecursionError, KeyError, TypeError) as error:
        remedy = "name a file that `stillwatch share` wrote"
        raise SharingError(where, f"is no bundle ({error})", remedy) from error


def _settled(
    client: TaxiiClient, collection: Collection, status: Status, sleep: Callable[[float], None]
) -> Status:
    """Some servers take their time; ask at growing intervals, and not for ever."""
    root, waited, pause = urljoin(collection.url, "../../"), 0.0, 0.5
    while not status.is_complete:
        if waited >= PATIENCE:
            what = f"has not said within {PATIENCE:.0f} s what became of request {status.id}"
            raise SharingError(collection.url, what, "send again; what is there stays there once")
        sleep(pause)
        waited, pause = waited + pause, min(2 * pause, 10.0)
        status = client.status(root, status.id)
    return status
