"""Faults of single values, as pydantic finds them, said in plain words with their place."""

from __future__ import annotations

import re
from inspect import isclass
from typing import TYPE_CHECKING, Any, get_args

from epsom.core.faults import BadValueError, nearest_hint, one_of, show
from epsom.core.records.common import Record
from epsom.core.tree import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from epsom.core.tree import KeyPath

# What each kind of pydantic error expects; braces are filled from its context.
_EXPECTED = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "string_too_long": "text of at most {max_length} characters",
    "string_pattern_mismatch": "text that is not blank",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys",
    "too_short": "a list of at least {min_length}",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number of at least {ge:g}",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "a number of at most {le:g}",
    "invalid_key": "a key that is text",
}
# Ends a location of pydantic's when the key of a mapping is meant, not its value.
_KEY_MARK = "[key]"
_QUOTED_NUMBER = re.compile(r"\s*[-+]?[0-9]*\.?[0-9]+\s*")


def findings_of(error: ValidationError, record: type[Record], tree: object) -> Iterator[Finding]:
    """Yield each of pydantic's errors as a finding.

    Parameters
    ----------
    error : pydantic.ValidationError
        What pydantic says of the tree.
    record : type of Record
        The record it was read as.
    tree : object
        The tree.
    """
    for details in error.errors(include_url=False):
        if details["type"] == "too_short" and len(details["input"]) >= details.get("ctx", {})["min_length"]:
            continue  # long enough as written: pydantic counts only the entries without faults
        path = _path_in(tree, details["loc"])
        yield Finding(path, _fault(details, path, record))


def _path_in(tree: object, location: tuple[int | str, ...]) -> KeyPath:
    """Keep of a location what the tree holds: records written bare end earlier in it."""
    path: KeyPath = ()
    for part in location:
        if part == _KEY_MARK or not isinstance(tree, dict | list):
            break
        path = (*path, part)
        if isinstance(tree, dict):
            tree = tree.get(part)
        else:
            tree = tree[part] if isinstance(part, int) and part < len(tree) else None
    return path


def _fault(details: ErrorDetails, path: KeyPath, record: type[Record]) -> BadValueError:
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if isinstance(context.get("error"), BadValueError):
        return context["error"]
    got, hint = show(value), _hint(kind, value)
    if kind == "missing":
        got, expected = "nothing", f"the key {path[-1]}, which is required"
    elif kind == "extra_forbidden":
        known = _keys_at(record, path[:-1])
        got, expected, hint = f"the key {show(path[-1])}", one_of(known), nearest_hint(path[-1], known)
    elif kind == "literal_error":
        known = re.findall(r"'([^']*)'", context["expected"]) or [context["expected"]]
        expected, hint = one_of(known), nearest_hint(value, known)
    elif kind in ("model_type", "model_attributes_type"):
        expected = f"a mapping with keys among: {', '.join(_keys_at(record, path))}"
    elif kind in _EXPECTED:
        expected = _EXPECTED[kind].format(**context)
    else:
        expected = details["msg"]
    return BadValueError(got, expected, hint)


def _hint(kind: str, value: object) -> str:
    if kind == "bool_type" and str(value).lower() in ("yes", "no", "on", "off", "y", "n"):
        return "yes and no are text here: write true or false"
    if kind in ("float_type", "int_type") and isinstance(value, str) and _QUOTED_NUMBER.fullmatch(value):
        return "write the number without quotes"
    if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        return "put text that looks like a number in quotes"
    return ""


def _keys_at(record: type[Record], path: KeyPath) -> list[str]:
    """Return the keys that a record may have at a path."""
    annotation: Any = record
    for part in path:
        if isinstance(part, str):
            found = _record_in(annotation)
            annotation = found.keys().get(part) if found else None
    found = _record_in(annotation)
    return list(found.keys()) if found else []


def _record_in(annotation: Any) -> type[Record] | None:
    """Return the record an annotation is made of, as in ``tuple[Annotated[Meal, ...], ...] | None``."""
    if isclass(annotation) and issubclass(annotation, Record):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _record_in(inner))), None)
