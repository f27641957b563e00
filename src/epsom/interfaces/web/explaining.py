"""What a name means: what it is in plain words, its numbers, and the sources behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.core import names
from epsom.core.evidence import registry, sources
from epsom.core.forms import compositions
from epsom.guidance import wording
from epsom.guidance.pathways import routes
from epsom.interfaces import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def explanation(name: str) -> dict[str, Any] | None:
    """What is known of ``name``, or None if nothing goes by it; the first kind that has it answers."""
    for kind, told in _KINDS.items():
        found = told(name)
        if found is not None:
            return {"name": name, "kind": kind, **found}
    return None


def _symptom(name: str) -> dict[str, Any] | None:
    return {"words": wording.symptom_words(name)} if name in names.SYMPTOMS else None


def _condition(name: str) -> dict[str, Any] | None:
    return {"words": wording.condition_words(name)} if name in names.CONDITIONS else None


def _red_flag(name: str) -> dict[str, Any] | None:
    return {"words": wording.flag_words(name)} if name in names.RED_FLAGS else None


def _lab(name: str) -> dict[str, Any] | None:
    return {"words": words.LABS[name]} if name in words.LABS else None


def _measure(name: str) -> dict[str, Any] | None:
    known = {str(measure): entry for measure, entry in names.MEASURES.items()}
    return {"words": words.MEASURES[name], "unit": known[name].unit} if name in known else None


def _form(name: str) -> dict[str, Any] | None:
    made = {str(form): entry for form, entry in compositions().items()}.get(name)
    if made is None:
        return None
    return {
        "words": words.form(name), "formula": made.formula, "synonyms": list(made.synonyms),
        "elemental_fraction": made.elemental_fraction, "sources": cited(made.sources),
    }  # fmt: skip


def _pathway(name: str) -> dict[str, Any] | None:
    ways = [
        {
            "cause": cause, "evidence": way.grade, "established_for": list(way.established_for),
            "steps": list(way.steps), "sources": cited(way.sources),
        }
        for (cause, pathway), way in routes().items() if pathway == name
    ]  # fmt: skip
    return {"words": words.PATHWAYS[name], "ways": ways} if ways else None


def _parameter(name: str) -> dict[str, Any] | None:
    known = registry()
    if name not in known:
        return None
    found = known[name]
    return {
        "words": words.plain(name), "value": found.value, "unit": found.unit, "status": found.status,
        "sources": cited(found.sources),
    }  # fmt: skip


def _source(name: str) -> dict[str, Any] | None:
    known = sources()
    return {"words": known[name].cite()} if name in known else None


def cited(keys: Iterable[str]) -> list[dict[str, str]]:
    """Sources in full."""
    known = sources()
    return [{"key": key, "text": known[key].cite() if key in known else ""} for key in keys]


_KINDS: dict[str, Callable[[str], dict[str, Any] | None]] = {
    "symptom": _symptom, "condition": _condition, "red_flag": _red_flag, "lab": _lab, "measure": _measure,
    "form": _form, "pathway": _pathway, "parameter": _parameter, "source": _source,
}  # fmt: skip
