"""JSON Schemas of the four documents, generated from the records.

``python -m epsom.core.schemas`` writes them into ``epsom/data/schemas``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from epsom.core.documents import RECORDS
from epsom.core.evidence import data_folder

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each document by the name of its file."""
    return {file_name(schema): _schema(schema) for schema in RECORDS}


def file_name(schema: str) -> str:
    """Return the file of a document's schema: ``case.schema.json`` for ``epsom.case/1``."""
    return f"{schema.removeprefix('epsom.').partition('/')[0]}.schema.json"


def text_of(schema: dict[str, Any]) -> str:
    """Write a schema as its file has it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> None:
    """Write every schema into a folder."""
    for name, schema in schemas().items():
        (folder / name).write_text(text_of(schema), encoding="utf-8")


class _Generator(GenerateJsonSchema):
    """Leaves out titles that only repeat the key."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def _schema(schema: str) -> dict[str, Any]:
    """Generate one schema; of each docstring only the summary describes a record to readers of files."""
    generated = RECORDS[schema].model_json_schema(schema_generator=_Generator)
    for record in (generated, *generated.get("$defs", {}).values()):
        record["description"] = record["description"].partition("\n\n")[0]
    return {"$schema": _DIALECT, **generated, "title": schema}


if __name__ == "__main__":
    write(Path(str(data_folder())) / "schemas")
