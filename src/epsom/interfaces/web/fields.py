"""The fields of the page's form, and the case they make.

A field that is empty makes no key: not known is never "no". Keys of a file that the form does not show ride
along in hidden fields, so that opening and saving loses nothing.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from epsom.core import names
from epsom.core.names import DEFAULT_QUESTION

if TYPE_CHECKING:
    from collections.abc import Mapping

Fields = dict[str, str]

#: Fields that show a day; a moment of a file rides along beside them, and how many letters a day has.
DAYS, EXACT, DAY = ("asked_on", "-start", "-stop", "-onset", "-taken"), ".exact", 10
#: Rows a form may have of one kind; more are no form's.
MOST_ROWS = 40
_ROW = re.compile(r"(product|lab|drug)-([0-9]{1,3})-")
_YES_NO = {"yes": True, "no": False}
PRODUCT_TEXTS = ("form", "dose", "dose_of", "start", "stop", "reason", "route")
LAB_TEXTS = ("test", "value", "taken")
DRUG_TEXTS = ("name", "start")
PERSON_TEXTS = ("weight", "height")


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
    _flags(given, draft, carried)
    return draft


def _exact(given: Fields) -> Fields:
    """The fields with the moments of a file where the day that the form shows of them was not changed."""
    found = {name: value for name, value in given.items() if not name.endswith(EXACT)}
    for name, value in given.items():
        field_name = name.removesuffix(EXACT)
        if name.endswith(EXACT) and found.get(field_name) == value[:DAY]:
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
        person["age"] = number(given["age"])
    for key in ("sex", *PERSON_TEXTS):
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
    draft.places |= {f"person.{key}": key for key in ("age", "sex", *PERSON_TEXTS, "pregnant")}
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
        entry = _row(given, f"drug-{row}-", DRUG_TEXTS)
        if "name" in entry:
            draft.places |= {f"person.drugs[{len(drugs)}]": f"drug-{row}-name"}
            draft.places |= {f"person.drugs[{len(drugs)}].{key}": f"drug-{row}-{key}" for key in DRUG_TEXTS}
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
        entry = _row(given, prefix, PRODUCT_TEXTS)
        for key in ("with_food", "prescribed"):
            if given.get(prefix + key) in _YES_NO:
                entry[key] = _YES_NO[given[prefix + key]]
        if prefix + "times" in given:
            entry["times_per_day"] = number(given[prefix + "times"])
        if not entry.keys() - {"route"}:
            continue
        path = f"supplements[{len(products)}]"
        shown = (*PRODUCT_TEXTS, "with_food", "prescribed")
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
            entry["severity"] = number(given[prefix + "severity"])
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
        entry = _row(given, f"lab-{row}-", LAB_TEXTS)
        if not entry.keys() - {"test"}:
            continue
        draft.places[f"labs[{len(labs)}]"] = f"lab-{row}-value"
        draft.places |= {f"labs[{len(labs)}].{key}": f"lab-{row}-{key}" for key in LAB_TEXTS}
        labs.append(entry)
    if labs:
        draft.tree["labs"] = labs


def _flags(given: Fields, draft: Draft, carried: Mapping[str, Any]) -> None:
    denied = {name: False for name in names.RED_FLAGS if name in carried.get("denied", ())}
    flags = denied | {name: True for name in names.RED_FLAGS if f"flag-{name}" in given}
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


def number(text: str) -> float | str:
    """A number where the text is one; otherwise the text, which the record then refuses in its own words."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    return value if math.isfinite(value) else text
