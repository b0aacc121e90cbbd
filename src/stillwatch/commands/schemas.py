"""`stillwatch schemas`: the published surface as JSON Schemas, one file a noun or kind."""

import json
from pathlib import Path

from stillwatch.catalog.contract import PUBLISHED, json_schema
from stillwatch.io.pages import write_pages
from stillwatch.sharing.profile import profile_schemas


def schemas(out: Path) -> list[str]:
    """Write the schemas and say which files they are."""
    known = {one.name: json_schema(one) for one in PUBLISHED}
    known |= {f"sharing-{kind}": schema for kind, schema in profile_schemas().items()}
    pages = {
        f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in known.items()
    }
    write_pages(out, pages)
    return sorted(pages)
