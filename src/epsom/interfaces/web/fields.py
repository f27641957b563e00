"""The fields of the page's form, and the case they make; and back, for a case file that is opened.

A field that is empty makes no key: not known is never "no". Keys of a file that the form does not show ride
along in hidden fields, so that opening and saving loses nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from epsom.core import names
from epsom.core.names import DEFAULT_QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Fields = dict[str, str]

#: Fields that show a day; a moment of a file rides along beside them, and how many letters a day has.
_DAYS, _EXACT, _DAY = ("asked_on", "-start", "-stop", "-onset", "-taken"), ".exact", 10
#: Rows a form may have of one kind; more are no form's.
MOST_ROWS = 40
_ROW = re.compile(r"(product|lab|drug)-([0-9]{1,3})-")
_YES_NO = {"yes": True, "no": False}
_PRODUCT_TEXTS = ("form", "dose", "dose_of", "start", "stop", "reason", "route")
_LAB_TEXTS = ("test", "value", "taken")
_DRUG_TEXTS = ("name", "start")
_PERSON_TEXTS = ("weight", "height")
#: Keys of a symptom that the form shows; an episode with other keys rides along.
_SYMPTOM_KEYS = {"name", "present", "onset", "course", "severity"}


@dataclass
class Draft:
    """A case as the form has it.

    Attributes
    ----------
    tree
        Of the contract, not checked yet.
    places
        Key path of the tree -> the field it came from, so that a fault is shown where it was made.
    """

    tree: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)

    def field_of(self, where: str) -> str | None:
        """The field behind a fault's place, or None; a place inside another one is its field too."""
        path = where.partition(" (")[0]
        while path:
            if path in self.places:
                return self.places[path]
            path = re.sub(r"(\.[^.\[\]]+|\[[0-9]+\])$", "", path) if re.search(r"[.\[]", path) else ""
        return None


# ---- From the form to the case


def draft_of(fields: Mapping[str, str]) -> Draft:
    """The case that the fields make."""
    given = _exact({name: value.strip() for name, value in fields.items() if value.strip()})
    carried = _carried(given.get("carried"))
    draft = Draft({"schema": "epsom.case/1"})
    _question(given, draft)
    _person(given, draft, carried)
    _diet(given, draft)
    _products(given, draft)
    _symptoms(given, draft, carried)
    _labs(given, draft)
    _flags(given, draft)
    return draft


def _exact(given: Fields) -> Fields:
    """The fields with the moments of a file where the day that the form shows of them was not changed."""
    found = {name: value for name, value in given.items() if not name.endswith(_EXACT)}
    for name, value in given.items():
        field_name = name.removesuffix(_EXACT)
        if name.endswith(_EXACT) and found.get(field_name) == value[:_DAY]:
            found[field_name] = value
    return found


def _carried(text: str | None) -> dict[str, Any]:
    """What rides along; something that is no object was not written by this page and is dropped."""
    try:
        found = json.loads(text or "{}")
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _question(given: Fields, draft: Draft) -> None:
    draft.tree["question"] = given.get("question", DEFAULT_QUESTION)
    draft.places |= {"question": "question", "asked_on": "asked_on"}
    if "asked_on" in given:
        draft.tree["asked_on"] = given["asked_on"]


def _person(given: Fields, draft: Draft, carried: Mapping[str, Any]) -> None:
    person: dict[str, Any] = {}
    if "age" in given:
        person["age"] = _number(given["age"])
    for key in ("sex", *_PERSON_TEXTS):
        if key in given:
            person[key] = given[key]
    if given.get("pregnant") in _YES_NO:
        person["pregnant"] = _YES_NO[given["pregnant"]]
    kidney = _kidney(given)
    if kidney:
        person["kidney"] = kidney
    conditions = _conditions(given, carried)
    if conditions:
        person["conditions"] = conditions
    _drugs(given, person, draft)
    draft.tree["person"] = person
    draft.places |= {f"person.{key}": key for key in ("age", "sex", *_PERSON_TEXTS, "pregnant")}
    draft.places |= {"person.kidney": "kidney_value", "person": "age"}


def _kidney(given: Fields) -> dict[str, Any]:
    kind, value = given.get("kidney"), given.get("kidney_value")
    if kind in names.DIALYSIS_KINDS:
        return {"dialysis": kind}
    return {kind: value} if kind in ("egfr", "creatinine") and value else {}


def _conditions(given: Fields, carried: Mapping[str, Any]) -> list[Any]:
    dated = carried.get("conditions", {})
    ticked = [name for name in names.CONDITIONS if f"condition-{name}" in given]
    return [entry for name in ticked for entry in dated.get(name, [name])]


def _drugs(given: Fields, person: dict[str, Any], draft: Draft) -> None:
    drugs = []
    for row in _rows(given, "drug"):
        entry = _row(given, f"drug-{row}-", _DRUG_TEXTS)
        if "name" in entry:
            draft.places |= {f"person.drugs[{len(drugs)}]": f"drug-{row}-name"}
            draft.places |= {f"person.drugs[{len(drugs)}].{key}": f"drug-{row}-{key}" for key in _DRUG_TEXTS}
            drugs.append(entry)
    if drugs:
        person["drugs"] = drugs


def _diet(given: Fields, draft: Draft) -> None:
    if "diet" in given:
        draft.tree["diet"] = {"magnesium": given["diet"]}
        draft.places["diet.magnesium"] = "diet"


def _products(given: Fields, draft: Draft) -> None:
    products = []
    for row in _rows(given, "product"):
        prefix = f"product-{row}-"
        entry = _row(given, prefix, _PRODUCT_TEXTS)
        for key in ("with_food", "prescribed"):
            if given.get(prefix + key) in _YES_NO:
                entry[key] = _YES_NO[given[prefix + key]]
        if prefix + "times" in given:
            entry["times_per_day"] = _number(given[prefix + "times"])
        if not entry.keys() - {"route"}:
            continue
        path = f"supplements[{len(products)}]"
        shown = (*_PRODUCT_TEXTS, "with_food", "prescribed")
        draft.places |= {path: f"{prefix}form", f"{path}.times_per_day": f"{prefix}times"}
        draft.places |= {f"{path}.{key}": prefix + key for key in shown}
        products.append(entry)
    if products:
        draft.tree["supplements"] = products


def _symptoms(given: Fields, draft: Draft, carried: Mapping[str, Any]) -> None:
    question = draft.tree["question"]
    ticked = {question, *(name for name in names.SYMPTOMS if f"symptom-{name}" in given)}
    # What was absent in the file and is ticked now has come since.
    more = [
        entry for entry in carried.get("symptoms", [])
        if isinstance(entry, dict) and not (entry.get("present") is False and entry.get("name") in ticked)
    ]  # fmt: skip
    known = {entry.get("name") for entry in more}
    symptoms: list[dict[str, Any]] = []

    def add(name: str, prefix: str) -> None:
        entry: dict[str, Any] = {"name": name}
        for key in ("onset", "course"):
            if prefix + key in given:
                entry[key] = given[prefix + key]
        if prefix + "severity" in given:
            entry["severity"] = _number(given[prefix + "severity"])
        path = f"symptoms[{len(symptoms)}]"
        draft.places |= {f"{path}.{key}": prefix + key for key in ("onset", "course", "severity")}
        symptoms.append(entry)

    add(question, "question-")
    for name in names.SYMPTOMS:
        if name == question or name in known:
            continue
        if f"symptom-{name}" in given:
            add(name, f"symptom-{name}-")
        elif given.get("symptoms_rest") == "none":
            symptoms.append({"name": name, "present": False})
    draft.tree["symptoms"] = symptoms + more


def _labs(given: Fields, draft: Draft) -> None:
    labs = []
    for row in _rows(given, "lab"):
        entry = _row(given, f"lab-{row}-", _LAB_TEXTS)
        if not entry.keys() - {"test"}:
            continue
        draft.places[f"labs[{len(labs)}]"] = f"lab-{row}-value"
        draft.places |= {f"labs[{len(labs)}].{key}": f"lab-{row}-{key}" for key in _LAB_TEXTS}
        labs.append(entry)
    if labs:
        draft.tree["labs"] = labs


def _flags(given: Fields, draft: Draft) -> None:
    flags: dict[str, bool] = {name: True for name in names.RED_FLAGS if f"flag-{name}" in given}
    if given.get("flags_rest") == "none":
        flags = {name: name in flags for name in names.RED_FLAGS}
    if flags:
        draft.tree["red_flags"] = flags


def _rows(given: Fields, kind: str) -> list[int]:
    """Numbers of the rows of one kind that say anything."""
    found = {int(match[2]) for name in given if (match := _ROW.match(name)) and match[1] == kind}
    return sorted(found)[:MOST_ROWS]


def _row(given: Fields, prefix: str, keys: tuple[str, ...]) -> dict[str, Any]:
    """The texts of a row over what rides along with it."""
    texts = {key: given[prefix + key] for key in keys if prefix + key in given}
    return (_carried(given.get(prefix + "rest")) if texts else {}) | texts


def _number(text: str) -> float | str:
    """A number where the text is one; otherwise the text, which the record then refuses in its own words."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


# ---- From the case to the form


def fields_of(tree: Mapping[str, Any]) -> Fields:
    """The fields that show a case; ``tree`` need not be valid."""
    found: dict[str, Any] = {key: tree.get(key) for key in ("question", "asked_on")}
    carried: dict[str, Any] = {}
    person = _mapping(tree.get("person"))
    found |= {key: person.get(key) for key in ("age", "sex", *_PERSON_TEXTS, "pregnant")}
    found |= _kidney_fields(_mapping(person.get("kidney")))
    for entry in _entries(person.get("conditions")):
        found[f"condition-{entry.get('name')}"] = True
        if entry.keys() - {"name"}:
            carried.setdefault("conditions", {}).setdefault(entry.get("name"), []).append(entry)
    for row, entry in enumerate(_entries(person.get("drugs"))):
        found |= _row_fields(f"drug-{row}-", entry, _DRUG_TEXTS)
    found["diet"] = _mapping(tree.get("diet")).get("magnesium")
    for row, entry in enumerate(_entries(tree.get("supplements"))):
        shown = (*_PRODUCT_TEXTS, "with_food", "prescribed", "times_per_day")
        fields = _row_fields(f"product-{row}-", entry, shown)
        fields[f"product-{row}-times"] = fields.pop(f"product-{row}-times_per_day", None)
        found |= fields
    found |= _symptom_fields(tree, carried)
    for row, entry in enumerate(_entries(tree.get("labs"))):
        found |= _row_fields(f"lab-{row}-", entry, _LAB_TEXTS)
    flags = _mapping(tree.get("red_flags"))
    found |= {f"flag-{name}": True for name, present in flags.items() if present is True}
    found["flags_rest"] = "none" if flags.keys() >= set(names.RED_FLAGS) else None
    found["carried"] = json.dumps(carried, ensure_ascii=False) if carried else None
    texts = {name: _text(value) for name, value in found.items() if value is not None}
    moments = {name: text for name, text in texts.items() if name.endswith(_DAYS) and len(text) > _DAY}
    return (
        texts
        | {name: text[:_DAY] for name, text in moments.items()}
        | {f"{name}{_EXACT}": text for name, text in moments.items()}
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
