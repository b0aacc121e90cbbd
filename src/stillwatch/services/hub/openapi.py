"""Describes TAXII's resources in OpenAPI, so that others' tools can try the hub."""

from typing import Any

TAXII = "application/taxii+json;version=2.1"
TEXT = {"type": "string"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
COUNT = {"type": "integer", "minimum": 0}
FLAG = {"type": "boolean"}


def _object(needed: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": needed.split(), "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1}


COLLECTION = _object(
    "id title can_read can_write", id=TEXT, title=TEXT, description=TEXT, alias=TEXT,
    can_read=FLAG, can_write=FLAG, media_types=_list(TEXT),
)  # fmt: skip
DETAILS = _object("id version", id=TEXT, version=TEXT, message=TEXT)
RECORD = _object("id date_added version", id=TEXT, date_added=TIME, version=TEXT, media_type=TEXT)
RESOURCES: dict[str, dict[str, Any]] = {
    "discovery": _object(
        "title", title=TEXT, description=TEXT, contact=TEXT, default=TEXT, api_roots=_list(TEXT)
    ),
    "api_root": _object(
        "title versions max_content_length", title=TEXT, description=TEXT, versions=_list(TEXT),
        max_content_length={"type": "integer", "minimum": 1},
    ),
    "status": _object(
        "id status total_count success_count failure_count pending_count", id=TEXT,
        status={"enum": ["complete", "pending"]}, request_timestamp=TIME, total_count=COUNT,
        success_count=COUNT, failure_count=COUNT, pending_count=COUNT, successes=_list(DETAILS),
        failures=_list(DETAILS), pendings=_list(DETAILS),
    ),
    "collections": _object("", collections=_list(COLLECTION)),
    "collection": COLLECTION,
    "manifest": _object("", more=FLAG, next=TEXT, objects=_list(RECORD)),
    "envelope": _object("", more=FLAG, next=TEXT, objects=_list({"type": "object"})),
    "versions": _object("", more=FLAG, next=TEXT, versions=_list(TEXT)),
    "error": _object(
        "title", title=TEXT, description=TEXT, error_id=TEXT, error_code=TEXT, http_status=TEXT
    ),
}  # fmt: skip
REFUSED = {
    400: "cannot be read", 401: "nobody we know", 403: "not allowed", 404: "not there",
    405: "another method", 406: "another media type is wanted", 408: "did not arrive",
    413: "too much", 415: "another media type was sent", 422: "no envelope", 429: "too often",
    503: "not ready",
}  # fmt: skip


def answers(resource: str | None, *, status: int = 200) -> dict[int | str, Any]:
    """The answers of an endpoint: its resource, or the error message."""
    found: dict[int | str, Any] = {
        code: {"description": said, "content": {TAXII: {"schema": RESOURCES["error"]}}}
        for code, said in REFUSED.items()
    }
    done: dict[str, Any] = {"description": "as asked"}
    if resource is not None:
        done["content"] = {TAXII: {"schema": RESOURCES[resource]}}
    return found | {status: done}


def takes(resource: str) -> dict[str, Any]:
    """What an endpoint takes."""
    envelope = RESOURCES[resource] | {"required": ["objects"]}
    return {"requestBody": {"required": True, "content": {TAXII: {"schema": envelope}}}}


PAGING = ("added_after", "limit", "next")
WORDS = "[!-+.-~]{1,60}(,[!-+.-~]{1,60}){0,9}"
VALUE = r"(first|last|all|\d{4}-0[1-9]-[012][1-8]T[01]\d:[0-5]\d:[0-5]\dZ)"
FIELDS: dict[str, tuple[str, dict[str, Any]]] = {
    "added_after": (
        "only what was added after this time",
        {"type": "string", "pattern": r"^20\d\d-0[1-9]-[012][1-8]T[01]\d:[0-5]\d:[0-5]\dZ$"},
    ),
    "limit": ("how many at most", {"type": "integer", "minimum": 1, "maximum": 10**15}),
    "next": ("`next` of the page before", {"type": "string", "pattern": r"^[A-Za-z0-9_-]{34}$"}),
    "id": ("ids, with commas", {"type": "string", "pattern": f"^{WORDS}$"}),
    "type": ("types, with commas", {"type": "string", "pattern": f"^{WORDS}$"}),
    "version": (
        "first, last, all or times, with commas",
        {"type": "string", "pattern": f"^{VALUE}(,{VALUE}){{0,5}}$"},
    ),
    "spec_version": ("versions of STIX", {"type": "string", "enum": ["2.1", "2.0", "2.0,2.1"]}),
}


def asks(*names: str) -> dict[str, Any]:
    """The parameters of a question. They are read by hand: the standard's words, at little cost."""
    return {
        "parameters": [
            {
                "name": name if name in PAGING else f"match[{name}]",
                "in": "query",
                "required": False,
                "description": FIELDS[name][0],
                "schema": FIELDS[name][1],
            }
            for name in names
        ]
    }
