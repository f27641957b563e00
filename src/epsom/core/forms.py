"""The forms of magnesium: what each is made of, what it is called, and how much magnesium a dose holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from epsom.core.evidence import data_table
from epsom.core.faults import BadValueError, nearest, one_of, show
from epsom.core.names import FORMS
from epsom.core.units import MOLAR_MASS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.core.names import DoseOf, Form
    from epsom.core.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Substance:
    """A compound with magnesium in it.

    Attributes
    ----------
    name : str
        How it differs from other hydrates or salts of its form.
    formula : str
        Chemical formula with its water.
    molar_mass : float
        In g/mol.
    elemental_fraction : float
        Grams of magnesium per gram.
    """

    name: str
    formula: str
    molar_mass: float
    elemental_fraction: float


@dataclass(frozen=True, slots=True)
class Composition:
    """What one form of the contract is made of.

    Attributes
    ----------
    title, formula : str
        Name in words, and the substance that a compound mass means.
    molar_mass : float or None
        In g/mol; None for mineral water and food, which have no compound mass.
    elemental_fraction : float or None
        Grams of magnesium per gram of `formula`.
    variants : tuple of Substance
        Other hydrates and salts sold under the same name.
    synonyms : tuple of str
        Other names of the form.
    status : str
        How its numbers are known.
    sources : tuple of str
        Keys of the sources.
    """

    title: str
    formula: str
    molar_mass: float | None
    elemental_fraction: float | None
    variants: tuple[Substance, ...]
    synonyms: tuple[str, ...]
    status: str
    sources: tuple[str, ...]


@cache
def compositions() -> Mapping[Form, Composition]:
    """Read the composition of every form from ``data/forms.toml``, in the contract's order."""
    tables = data_table("forms.toml")
    return {form: _composition(tables[form]) for form in FORMS}


def _composition(table: Mapping) -> Composition:
    return Composition(
        title=table["title"],
        formula=table["formula"],
        molar_mass=table.get("molar_mass"),
        elemental_fraction=table.get("elemental_fraction"),
        variants=tuple(Substance(**variant) for variant in table.get("variants", ())),
        synonyms=tuple(table["synonyms"]),
        status=table["status"],
        sources=tuple(table["sources"]),
    )


def resolve_form(text: object) -> Form:
    """Return the contract's name of a form written in any accepted way.

    Case, spaces, hyphens and a leading "magnesium" make no difference: ``MgO``, ``Magnesium oxide`` and
    ``oxide`` are one form.

    Raises
    ------
    BadValueError
        If the text names no form; the hint is the nearest name.
    """
    by_name = _forms_by_folded_name()
    folded = _fold(text) if isinstance(text, str) else ""
    if folded in by_name:
        return by_name[folded]
    close = nearest(folded, by_name)
    hint = f"did you mean {by_name[close]}?" if close else ""
    if folded == "magnesium":
        hint = "the label says which compound it is"
    raise BadValueError(show(text), one_of(FORMS), hint)


def check_dose_of(form: Form | None, unit: str | None, dose_of: DoseOf | None) -> None:
    """Check that a dose's unit, what it is a dose of and the form fit together.

    Parameters
    ----------
    form : str or None
        Contract name of the form; None leaves out what depends on it.
    unit : {"g", "mmol"} or None
        Canonical unit of the dose; None leaves out what depends on it.
    dose_of : {"elemental", "compound"} or None
        What a mass is a mass of; a dose in mmol needs none.

    Raises
    ------
    BadValueError
        If a mass comes without `dose_of`, or a compound mass is given for a form that is no compound, or a
        compound is counted in mmol or mEq (a molecule may hold several magnesium ions).
    """
    if unit == "g" and dose_of is None:
        raise BadValueError(
            "nothing",
            "elemental or compound, since the dose is a mass",
            "the label says whether it counts the magnesium or the whole compound",
        )
    if unit == "mmol" and dose_of == "compound":
        raise BadValueError("compound", "elemental", "doses in mmol or mEq count the magnesium itself")
    if form is not None and dose_of == "compound" and compositions()[form].elemental_fraction is None:
        raise BadValueError("compound", "elemental", f"{form} is no single compound")


def elemental_millimoles(form: Form, dose: Quantity, dose_of: DoseOf | None) -> float:
    """Return the magnesium in one dose, in mmol.

    Parameters
    ----------
    form : str
        Contract name of the form.
    dose : Quantity
        In g or in mmol of magnesium, as kind ``dose`` reads it.
    dose_of : {"elemental", "compound"} or None
        What a mass is a mass of.

    Raises
    ------
    BadValueError
        Where `check_dose_of` does.
    """
    check_dose_of(form, dose.unit, dose_of)
    if dose.unit == "mmol":
        return dose.value
    share = compositions()[form].elemental_fraction if dose_of == "compound" else 1.0
    return 1000.0 * dose.value * (share or 0.0) / MOLAR_MASS["magnesium"]


def _fold(text: str) -> str:
    """Bring a form's name to one spelling: lower case, joined, without a leading "magnesium"."""
    without_metal = re.sub(r"^(magnesium|mg)[\s_-]+", "", text.strip().casefold())
    return re.sub(r"[\s_-]+", "", without_metal)


@cache
def _forms_by_folded_name() -> dict[str, Form]:
    return {
        _fold(name): form
        for form, composition in compositions().items()
        for name in (form, *composition.synonyms)
    }
