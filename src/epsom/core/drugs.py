"""Drug names people type, and the class each belongs to as far as magnesium is concerned."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from epsom.core.evidence import data_folder

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
def _tables() -> Mapping[str, Mapping]:
    return tomllib.loads((data_folder() / "drugs.toml").read_text(encoding="utf-8"))


@cache
def drug_classes() -> Mapping[str, DrugClass]:
    """Every class, by name."""
    fields = ("description", "direction", "how", "status")
    return {
        name: DrugClass(name, *(table[f] for f in fields), tuple(table["sources"]), tuple(table["matters"]))
        for name, table in _tables().items()
    }


@cache
def _by_name() -> Mapping[str, str]:
    return {_folded(name): drug_class for drug_class, table in _tables().items() for name in table["names"]} | {
        _folded(drug_class): drug_class for drug_class in _tables()
    }


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


def _strength(word: str) -> bool:
    return any(character.isdigit() for character in word) or word in {"mg", "g", "ug", "mcg", "daily", "tablet", "tablets"}
