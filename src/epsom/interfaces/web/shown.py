"""From a case file to the fields that show it; what the form does not show rides along in hidden fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from epsom.core import names
from epsom.core.names import DEFAULT_QUESTION
from epsom.interfaces.web.fields import (
    DAY,
    DAYS,
    DRUG_TEXTS,
    EXACT,
    LAB_TEXTS,
    PERSON_TEXTS,
    PRODUCT_TEXTS,
    Fields,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Keys of a symptom that the form shows; an episode with other keys rides along.
_SYMPTOM_KEYS = {"name", "present", "onset", "course", "severity"}


def fields_of(tree: Mapping[str, Any]) -> Fields:
    """The fields that show a case; ``tree`` need not be valid."""
    found: dict[str, Any] = {key: tree.get(key) for key in ("question", "asked_on")}
    carried: dict[str, Any] = {}
    person = _mapping(tree.get("person"))
    found |= {key: person.get(key) for key in ("age", "sex", *PERSON_TEXTS, "pregnant")}
    found |= _kidney_fields(_mapping(person.get("kidney")))
    for entry in _entries(person.get("conditions")):
        found[f"condition-{entry.get('name')}"] = True
        if entry.keys() - {"name"}:
            carried.setdefault("conditions", {}).setdefault(entry.get("name"), []).append(entry)
    for row, entry in enumerate(_entries(person.get("drugs"))):
        found |= _row_fields(f"drug-{row}-", entry, DRUG_TEXTS)
    found["diet"] = _mapping(tree.get("diet")).get("magnesium")
    for row, entry in enumerate(_entries(tree.get("supplements"))):
        shown = (*PRODUCT_TEXTS, "with_food", "prescribed", "times_per_day")
        fields = _row_fields(f"product-{row}-", entry, shown)
        fields[f"product-{row}-times"] = fields.pop(f"product-{row}-times_per_day", None)
        found |= fields
    found |= _symptom_fields(tree, carried)
    for row, entry in enumerate(_entries(tree.get("labs"))):
        found |= _row_fields(f"lab-{row}-", entry, LAB_TEXTS)
    flags = _mapping(tree.get("red_flags"))
    found |= {f"flag-{name}": True for name, present in flags.items() if present is True}
    if flags.keys() >= set(names.RED_FLAGS):
        found["flags_rest"] = "none"
    elif denied := [name for name, present in flags.items() if present is False]:
        carried["denied"] = denied
    found["carried"] = json.dumps(carried, ensure_ascii=False) if carried else None
    texts = {name: _text(value) for name, value in found.items() if value is not None}
    moments = {name: text for name, text in texts.items() if name.endswith(DAYS) and len(text) > DAY}
    return (
        texts
        | {name: text[:DAY] for name, text in moments.items()}
        | {f"{name}{EXACT}": text for name, text in moments.items()}
    )


def _kidney_fields(kidney: Mapping[str, Any]) -> dict[str, Any]:
    if "dialysis" in kidney:
        return {"kidney": kidney["dialysis"]}
    return next(({"kidney": k, "kidney_value": kidney[k]} for k in ("egfr", "creatinine") if k in kidney), {})


def _symptom_fields(tree: Mapping[str, Any], carried: dict[str, Any]) -> dict[str, Any]:
    question = tree.get("question", DEFAULT_QUESTION)
    found: dict[str, Any] = {}
    seen: set[Any] = set()
    absent = 0
    for entry in _entries(tree.get("symptoms")):
        name = entry.get("name")
        if entry.get("present") is False and not entry.keys() - {"name", "present"}:
            absent += 1
            continue
        if name in seen or entry.keys() - _SYMPTOM_KEYS or entry.get("present") is False:
            carried.setdefault("symptoms", []).append(entry)
            continue
        seen.add(name)
        prefix = "question-" if name == question else f"symptom-{name}-"
        if name != question:
            found[f"symptom-{name}"] = True
        found |= {prefix + key: entry.get(key) for key in ("onset", "course", "severity")}
    others = len(set(names.SYMPTOMS) - seen - {question})
    if absent and absent >= others:
        found["symptoms_rest"] = "none"
    elif absent:
        denied = (e for e in _entries(tree.get("symptoms")) if e.get("present") is False)
        kept = carried.setdefault("symptoms", [])
        kept += [entry for entry in denied if entry not in kept]
    return found


def _row_fields(prefix: str, entry: Mapping[str, Any], shown: tuple[str, ...]) -> dict[str, Any]:
    fields = {prefix + key: entry.get(key) for key in shown}
    rest = {key: value for key, value in entry.items() if key not in shown}
    return fields | ({prefix + "rest": json.dumps(rest, ensure_ascii=False)} if rest else {})


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _entries(value: object) -> Iterator[dict[str, Any]]:
    """The entries of a list, bare names among them."""
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, dict):
            yield entry
        elif isinstance(entry, str):
            yield {"name": entry}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
