"""The endpoints of TAXII 2.1: the objects of a circle, then the others in the standard's order."""

import uuid
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from stillwatch.services.hub import resources, store
from stillwatch.services.hub.admission import admit, objects_of
from stillwatch.services.hub.cursor import make_next, read_next
from stillwatch.services.hub.filters import (
    Filter,
    read_added_after,
    read_filter,
    read_limit,
)
from stillwatch.services.hub.hub import Caller, Hub
from stillwatch.services.hub.openapi import PAGING, answers, asks, takes
from stillwatch.services.hub.pages import Answer
from stillwatch.services.hub.people import Seat
from stillwatch.services.hub.refusal import Refusal
from stillwatch.services.hub.requests import (
    TAXII,
    authenticated,
    authenticated_still,
    check_accept,
    check_content_type,
    hub_of,
    read_body,
)
from stillwatch.services.hub.seals import under_seals
from stillwatch.services.hub.turn import turn
from stillwatch.services.hub.writing import Added, add, delete

router = APIRouter()
Asking = Annotated[Caller, Depends(authenticated)]
ROOT = f"/{resources.ROOT}"
SHORT = 200  # objects
OBJECTS = ROOT + "/collections/{collection}/objects/"
OBJECT = OBJECTS + "{object_id}/"


def told(content: bytes, headers: dict[str, str] | None = None, status: int = 200) -> Response:
    """An answer in TAXII's media type."""
    return Response(content, status_code=status, headers=headers, media_type=TAXII)


# Asked far more often than all others, and routes are tried in this order.
@router.get(
    OBJECTS,
    responses=answers("envelope"),
    openapi_extra=asks(*PAGING, "id", "type", "version", "spec_version"),
)
async def objects(request: Request, caller: Asking, collection: str) -> Response:
    """The objects of a circle (5.4)."""
    check_accept(request)
    seat = caller.reading(collection)
    wanted = read_filter(
        request.query_params.multi_items(), "id", "type", "version", "spec_version"
    )
    return await _page(request, seat, wanted, "objects", resources.envelope)


@router.get("/taxii2/", responses=answers("discovery"))
async def discovery(request: Request, _: Asking) -> Response:
    """What this server is (4.1)."""
    check_accept(request)
    hub = hub_of(request)
    address = hub.address or f"{request.url.scheme}://{request.url.netloc}"
    value = resources.discovery(hub.title, hub.description, hub.contact, address)
    return told(resources.encoded(value))


@router.get(f"{ROOT}/", responses=answers("api_root"))
async def api_root(request: Request, _: Asking) -> Response:
    """What the API root takes (4.2)."""
    check_accept(request)
    hub = hub_of(request)
    value = resources.api_root(hub.title, hub.description, hub.limits.content_bytes)
    return told(resources.encoded(value))


@router.get(ROOT + "/status/{status_id}/", responses=answers("status"))
async def status(request: Request, caller: Asking, status_id: str) -> Response:
    """What became of a request to add (4.3)."""
    check_accept(request)
    hub = hub_of(request)

    def find() -> bytes | None:
        with hub.engine.connect() as connection:
            return store.status(connection, status_id, caller.member.member_id)

    found = await run_in_threadpool(find)
    if found is None:
        raise Refusal(404, "There is no such status", "it was another's, or it has expired")
    return told(found)


@router.get(f"{ROOT}/collections/", responses=answers("collections"))
async def collections(request: Request, caller: Asking) -> Response:
    """The circles in which the member sits (5.1)."""
    check_accept(request)
    found = [resources.collection(seat) for name, seat in sorted(caller.seats.items())
             if name == seat.circle.name]  # fmt: skip
    return told(resources.encoded({"collections": found} if found else {}))


@router.get(ROOT + "/collections/{collection}/", responses=answers("collection"))
async def collection(request: Request, caller: Asking, collection: str) -> Response:
    """One circle (5.2)."""
    check_accept(request)
    return told(resources.encoded(resources.collection(caller.seat(collection))))


@router.get(
    ROOT + "/collections/{collection}/manifest/",
    responses=answers("manifest"),
    openapi_extra=asks(*PAGING, "id", "type", "version", "spec_version"),
)
async def manifest(request: Request, caller: Asking, collection: str) -> Response:
    """What a circle holds, without the objects (5.3)."""
    check_accept(request)
    seat = caller.reading(collection)
    wanted = read_filter(
        request.query_params.multi_items(), "id", "type", "version", "spec_version"
    )
    return await _page(request, seat, wanted, "manifest", resources.manifest)


@router.post(
    OBJECTS,
    responses=answers("status", status=202),
    status_code=202,
    openapi_extra=takes("envelope"),
)
async def add_objects(request: Request, caller: Asking, collection: str) -> Response:
    """Add objects to a circle (5.5). The answer is given when they are on the disk."""
    check_accept(request)
    check_content_type(request)
    hub = hub_of(request)
    caller.writing(collection)
    body = await read_body(request, hub.limits)
    caller = await authenticated_still(request)  # a body may take its time
    seat = caller.writing(collection)
    added = await hub.write(lambda: _add(hub, caller, seat, body))
    metrics = request.app.state.metrics
    metrics.added(added.new_count, len(added.refused))
    request.state.refused = [(one.object_id, one.message) for one in added.refused[:20]]
    return told(added.status, status=202)


def _add(hub: Hub, caller: Caller, seat: Seat, body: bytes) -> Added:
    now = hub.clock()
    values = objects_of(body, hub.limits)
    read = [admit(value, caller.member, seat.circle, hub.limits, now) for value in values]
    if seat.circle.is_signed:
        read = under_seals(values, read, caller.member)
    status_id = str(uuid.UUID(bytes=hub.entropy()[:16], version=4))
    with turn(hub.engine, hub.clock) as ours:
        return add(ours, caller.member, seat.circle, read, hub.limits, status_id)


@router.get(
    OBJECT,
    responses=answers("envelope"),
    openapi_extra=asks(*PAGING, "version", "spec_version"),
)
async def one_object(request: Request, caller: Asking, collection: str, object_id: str) -> Response:
    """The versions of one object that are asked for (5.6)."""
    check_accept(request)
    seat = caller.reading(collection)
    wanted = read_filter(request.query_params.multi_items(), "version", "spec_version")
    return await _page(request, seat, wanted, "object", resources.envelope, object_id=object_id)


@router.delete(OBJECT, responses=answers(None), openapi_extra=asks("version", "spec_version"))
async def delete_object(
    request: Request, caller: Asking, collection: str, object_id: str
) -> Response:
    """Take out versions of one's own object (5.7). Who has it learns of it by revocation alone."""
    check_accept(request)
    hub = hub_of(request)
    caller.reading(collection)
    seat = caller.writing(collection)
    wanted = read_filter(request.query_params.multi_items(), "version", "spec_version")

    def take_out() -> None:
        with turn(hub.engine, hub.clock) as ours:
            delete(ours, caller.member, seat.circle, object_id, wanted)

    await hub.write(take_out)
    return told(b"")


@router.get(
    OBJECT + "versions/",
    responses=answers("versions"),
    openapi_extra=asks(*PAGING, "spec_version"),
)
async def object_versions(
    request: Request, caller: Asking, collection: str, object_id: str
) -> Response:
    """Which versions of one object there are (5.8)."""
    check_accept(request)
    seat = caller.reading(collection)
    wanted = read_filter(request.query_params.multi_items(), "spec_version", versions=("all",))
    return await _page(request, seat, wanted, "versions", resources.versions, object_id=object_id)


async def _page(
    request: Request,
    seat: Seat,
    wanted: Filter,
    question: str,
    write: Callable[[store.Page, str | None], bytes],
    object_id: str | None = None,
) -> Response:
    hub, given = hub_of(request), request.query_params
    if object_id is not None:
        wanted = Filter(ids=(object_id,), versions=wanted.versions, is_held=wanted.is_held)
    limit = read_limit(given.get("limit"), hub.limits.page_objects)
    about = (question.encode(), seat.circle.collection_id.encode(), wanted.digest)
    after = read_added_after(given.get("added_after"))
    position = -1 if after is None else after
    if given.get("next") is not None:
        position = max(position, read_next(hub.key, given["next"], *about))

    def find() -> Answer:
        circle_id = seat.circle.circle_id
        with hub.engine.connect() as connection:
            if object_id is not None and not store.is_there(connection, circle_id, object_id):
                raise Refusal(404, "There is no such object", "the circle does not hold this id")
            if write is resources.envelope:
                page = store.objects_page(
                    connection, circle_id, wanted, position, limit, hub.limits.page_bytes
                )
            else:
                page = store.records_page(connection, circle_id, wanted, position, limit)
        next_ = make_next(hub.key, page.rows[-1][0], *about) if page.has_more else None
        return write(page, next_), resources.added_headers(page.rows)

    async def found() -> Answer:
        # A short page out of a file is read sooner than a thread is woken. A filter may look
        # through the whole circle for it.
        is_short = hub.engine.dialect.name == "sqlite" and limit <= SHORT and wanted == Filter()
        return find() if is_short else await run_in_threadpool(find)

    key = (*about[:2], wanted, position, limit)
    content, headers = await hub.pages.page(key, found)
    return told(content, headers)
