"""Drug names people type, and the class each belongs to as far as magnesium is concerned."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core.evidence import data_table

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class DrugClass:
    """A class of drugs: what it is, and what it does to serum magnesium as far as is known."""

    name: str
    description: str
    direction: str
    how: str
    status: str
    sources: tuple[str, ...]
    matters: tuple[str, ...]


@cache
def _tables() -> Mapping[str, Mapping[str, Any]]:
    return data_table("drugs.toml")


@cache
def drug_classes() -> Mapping[str, DrugClass]:
    """Every class, by name."""
    return {name: _drug_class(name, table) for name, table in _tables().items()}


def _drug_class(name: str, table: Mapping[str, Any]) -> DrugClass:
    return DrugClass(
        name=name,
        description=table["description"],
        direction=table["direction"],
        how=table["how"],
        status=table["status"],
        sources=tuple(table["sources"]),
        matters=tuple(table["matters"]),
    )


@cache
def _by_name() -> Mapping[str, str]:
    classes = {_folded(name): name for name in _tables()}
    return {_folded(name): key for key, table in _tables().items() for name in table["names"]} | classes


def drug_class(name: str) -> DrugClass | None:
    """The class of the drug called ``name``, or None if it is not in the lexicon.

    Case, hyphens and underscores make no difference; a strength behind the name ("omeprazole 20 mg") is
    overlooked.
    """
    words = _folded(name).split()
    for length in range(len(words), 0, -1):
        found = _by_name().get(" ".join(words[:length]))
        if found and all(_strength(word) for word in words[length:]):
            return drug_classes()[found]
    return None


def _folded(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").replace("_", " ").split())


_STRENGTH_WORDS = frozenset({"mg", "g", "ug", "mcg", "daily", "tablet", "tablets"})


def _strength(word: str) -> bool:
    return any(character.isdigit() for character in word) or word in _STRENGTH_WORDS
