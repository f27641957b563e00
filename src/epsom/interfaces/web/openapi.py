"""The description of the HTTP API. ``python -m epsom.interfaces.web.openapi`` prints it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from epsom.core import names
from epsom.core.schemas import schemas

if TYPE_CHECKING:
    from fastapi import FastAPI

_TITLES = {"case": "Case", "assessment": "Assessment", "scenario": "Scenario", "simulation": "Simulation"}
_TEXT = {"type": "string"}
_NUMBER = {"type": ["number", "null"]}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of ``app``: its routes, and the documents of the contract as components."""
    from fastapi.openapi.utils import get_openapi

    found = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )  # fmt: skip
    known = found.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in schemas().items():
        # An id of its own makes a schema's inner references its own too.
        known[_TITLES[name.partition(".")[0]]] = {**schema, "$id": name}
    known |= _own()
    return found


def _own() -> dict[str, Any]:
    """What only the API has."""
    fault: dict[str, Any] = dict.fromkeys(("where", "got", "expected", "hint"), _TEXT)
    change = {
        "stop": {"type": "boolean"}, "form": {"enum": list(names.FORMS)}, "with_food": {"type": "boolean"},
        "milligrams_per_day": {"type": "number", "minimum": 0}, "times_per_day": {"type": "number"},
    }  # fmt: skip
    chance = _object(
        {"probability": _NUMBER, "interval": _INTERVAL, "interval_probability": {"type": "number"}}
    )
    course = {"type": "array", "items": _estimate({"day": {"type": "number"}})}
    forecast = _object({
        "serum_magnesium": course, "stool_mass": course, "absorbed_magnesium": _estimate({}),
        "diarrhea": chance, "excess": chance, "gone": {"type": "array", "items": chance},
    })  # fmt: skip
    return {
        "Problem": _object({
            "type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT,
            "faults": {"type": "array", "items": _object(fault)},
        }),
        "CompareRequest": _object({
            "case": {"$ref": "#/components/schemas/Case"},
            "changes": {"type": "array", "items": _object(change), "minItems": 1, "maxItems": 12},
        }),
        "Comparison": _object({
            "schema": {"const": "epsom.comparison/1"},
            "forecasts": {"type": "array", "items": _object({
                "change": _object(change), "continued": forecast, "changed": forecast,
            })},
        }),
    }  # fmt: skip


_INTERVAL = {"type": ["array", "null"], "items": {"type": "number"}, "minItems": 2, "maxItems": 2}


def _estimate(more: dict[str, Any]) -> dict[str, Any]:
    own = {
        "median": _NUMBER,
        "interval": _INTERVAL,
        "interval_probability": {"type": "number"},
        "unit": _TEXT,
    }
    return _object({**more, **own})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def text_of(app: FastAPI) -> str:
    """The description as its file has it."""
    return json.dumps(describe(app), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    from epsom.interfaces.web.app import create_app

    print(text_of(create_app(log=False, warm=False)), end="")
