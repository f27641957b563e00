"""Drugs that magnesium must be kept apart from: which, and by how many hours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from epsom.core.drugs import drug_classes
from epsom.core.names import FORMS
from epsom.guidance.grammar import names
from epsom.guidance.tables import GuidanceDataError, Provenance, check_keys, provenance, table
from epsom.guidance.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from epsom.guidance.facts import Drug
    from epsom.guidance.products import Taken

_KEYS = (
    "id",
    "names",
    "classes",
    "not_names",
    "only_forms",
    "unknown_drugs",
    "before_h",
    "after_h",
    "avoid",
    "severity",
    "status",
    "sources",
    "note",
)
_SEVERITIES = ("major", "moderate", "minor")


@dataclass(frozen=True, slots=True)
class Apart:
    """Drugs to keep apart from magnesium by mouth.

    Attributes
    ----------
    id : str
        Name of the entry.
    names, classes, not_names : tuple of str
        Drugs by name, classes of the lexicon, and names of those classes that are left out.
    only_forms : tuple of str
        Forms it holds for; all where empty.
    unknown_drugs : bool
        Whether it holds for drugs that the lexicon does not have.
    before, after : float or None
        Hours: the drug at least so long before or after magnesium; None where hours do not help.
    severity : str
        ``major``, ``moderate`` or ``minor``.
    provenance : Provenance
        Status, sources, and what they disagree about.
    """

    id: str
    names: tuple[str, ...]
    classes: tuple[str, ...]
    not_names: tuple[str, ...]
    only_forms: tuple[str, ...]
    unknown_drugs: bool
    before: float | None
    after: float | None
    severity: str
    provenance: Provenance

    def sentence(self, drug: str, product: str) -> str:
        """Tell how to take a drug and a product apart."""
        if self.before is None or self.after is None:
            return f"Ask a pharmacist before you take {drug} and {product}: hours between them do not help."
        before = f"{_hours(self.before)} before or " if self.before else ""
        why = "less of it may work" if self.unknown_drugs else "less of it works"
        return f"Take {drug} at least {before}{_hours(self.after)} after {product}: else {why}."


@dataclass(frozen=True, slots=True)
class Pair:
    """A drug and a product of one person that must be kept apart."""

    drug: Drug
    product: Taken
    apart: Apart


@cache
def entries() -> tuple[Apart, ...]:
    """Read every entry of ``interactions.toml``.

    Raises
    ------
    GuidanceDataError
        If one of them is wrong.
    """
    return tuple(_entry(entry) for entry in table("interactions")["apart"])


def _entry(entry: Mapping[str, Any]) -> Apart:
    where = f"interactions: {entry['id']}"
    check_keys(entry, _KEYS, where)
    avoid = entry.get("avoid", False)
    if entry["severity"] not in _SEVERITIES or avoid == ("before_h" in entry):
        raise GuidanceDataError(f"{where}: wrong severity, or hours for what is to be avoided")
    return Apart(
        id=entry["id"],
        names=tuple(_folded(name) for name in entry.get("names", ())),
        classes=names(entry["classes"], drug_classes()) if "classes" in entry else (),
        not_names=tuple(_folded(name) for name in entry.get("not_names", ())),
        only_forms=names(entry["only_forms"], FORMS) if "only_forms" in entry else (),
        unknown_drugs=entry.get("unknown_drugs", False),
        before=None if avoid else float(entry["before_h"]),
        after=None if avoid else float(entry["after_h"]),
        severity=entry["severity"],
        provenance=provenance(entry, where),
    )


def pairs(drugs: Iterable[Drug], products: Iterable[Taken]) -> Iterator[Pair]:
    """Yield the drugs and products that must be kept apart, each pair by the entry that fits it best."""
    taken = tuple(products)
    for drug in drugs:
        for product in taken:
            found = _best(drug, product)
            if found is not None:
                yield Pair(drug, product, found)


def _best(drug: Drug, product: Taken) -> Apart | None:
    """An entry that names the drug goes before one of its class."""
    fitting = [entry for entry in entries() if not entry.only_forms or product.form in entry.only_forms]
    by_name = (entry for entry in fitting if _named(drug, entry.names))
    by_class = (entry for entry in fitting if _of_class(drug, entry) and not _named(drug, entry.not_names))
    return next(by_name, None) or next(by_class, None)


def _of_class(drug: Drug, entry: Apart) -> bool:
    return entry.unknown_drugs if drug.drug_class is None else drug.drug_class.name in entry.classes


def _named(drug: Drug, listed: tuple[str, ...]) -> bool:
    """Tell whether a drug is one of those listed, a strength behind its name overlooked."""
    folded = _folded(drug.name)
    return any(folded == name or folded.startswith(f"{name} ") for name in listed)


def _folded(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").replace("_", " ").split())


def _hours(hours: float) -> str:
    return f"{number(hours)} hours"
