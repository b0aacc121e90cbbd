"""`stillwatch schemas`: the published surface as JSON Schemas, one file a noun."""

import json
from pathlib import Path

from stillwatch.catalog.contract import PUBLISHED, json_schema
from stillwatch.io.pages import write_pages


def schemas(out: Path) -> list[str]:
    """Write the schemas and say which files they are."""
    pages = {
        f"{one.name}.schema.json": json.dumps(json_schema(one), indent=2, ensure_ascii=False) + "\n"
        for one in PUBLISHED
    }
    write_pages(out, pages)
    return sorted(pages)
