"""The words of a product's label, read as form and dose; what a label leaves open is asked, not guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from epsom.core.forms import compositions
from epsom.interfaces import words

if TYPE_CHECKING:
    from epsom.core.names import DoseOf, Form

#: Longest label that is read.
LONGEST = 300

_MASS = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?)\s*(?P<unit>mg|mmol|g|mEq)\b", re.I
)
_ELEMENTAL = re.compile(
    r"\belemental\b|\bas magnesium\b|\bof (?:which )?magnesium\b|\bMg\s*2\+|\bMg\+\+", re.I
)
# "Magnesium (as oxide) 400 mg", "400 mg magnesium (from magnesium citrate)": the metal is what is counted.
_AS_COMPOUND = re.compile(r"\bmagnesium[\s\d.,]*(?:mg|g)?\s*\(?\s*(?:as|from|in the form of)\b", re.I)
_TIMES = (
    (re.compile(r"\b(?:four times|4\s*(?:x|times)|every 6 hours|qid)\b", re.I), 4.0),
    (re.compile(r"\b(?:three times|thrice|3\s*(?:x|times)|every 8 hours|tid)\b", re.I), 3.0),
    (re.compile(r"\b(?:twice|two times|2\s*(?:x|times)|every 12 hours|bid)\b", re.I), 2.0),
    (re.compile(r"\b(?:once|one time|1\s*(?:x|time)|daily|every day|at night|per day|a day)\b", re.I), 1.0),
)


@dataclass(frozen=True)
class Reading:
    """What a label says.

    Attributes
    ----------
    form
        Of the contract, or None when no form is named.
    dose
        One intake as a quantity, or None.
    dose_of
        What the mass counts, or None where the label does not say or the unit counts the metal anyway.
    times_per_day
        Intakes a day, or None.
    says
        What was understood, in one sentence.
    asks
        What must be asked, or an empty text.
    """

    form: Form | None
    dose: str | None
    dose_of: DoseOf | None
    times_per_day: float | None
    says: str
    asks: str


def read_label(text: str) -> Reading:
    """Read the words of a label.

    ``magnesium (as oxide) 400 mg`` counts the magnesium, ``magnesium oxide 400 mg`` may count either: with
    such a label both meanings are put into the question.
    """
    text = " ".join(text.split())[:LONGEST]
    forms = _forms(text)
    form = forms[0] if forms else None
    elemental = _ELEMENTAL.search(text)
    chosen = _chosen(list(_MASS.finditer(text)), elemental.start() if elemental else None)
    dose = f"{_number(chosen)} {_unit(chosen)}" if chosen else None
    weighed = chosen is not None and _unit(chosen) in ("mg", "g")
    implied = _AS_COMPOUND.search(text) is not None
    counts_metal = elemental is not None or implied or form in _NO_COMPOUND
    dose_of: DoseOf | None = "elemental" if weighed and counts_metal else None
    times = next((count for pattern, count in _TIMES if pattern.search(text)), None)
    asks = [_ask_form(forms)] if len(forms) > 1 else []
    if weighed and elemental is None and form not in _NO_COMPOUND:
        asks.append(_ask_dose(form, dose or "", implied=implied))
    return Reading(form, dose, dose_of, times, _says(form, dose, dose_of, times), " ".join(asks))


#: They are no single compound, so a mass can only count the metal.
_NO_COMPOUND = ("mineral_water", "food")


def _chosen(masses: list[re.Match[str]], elemental: int | None) -> re.Match[str] | None:
    """The amount of the metal where the label marks one, otherwise the first amount."""
    if not masses:
        return None
    if elemental is None:
        return masses[0]
    return min(masses, key=lambda match: abs(match.end() - elemental))


def _number(match: re.Match[str]) -> str:
    text = match["number"]
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+", text)
    return text.replace(",", "") if thousands else text.replace(",", ".")


def _unit(match: re.Match[str]) -> str:
    return {"meq": "mEq"}.get(match["unit"].lower(), match["unit"].lower())


@cache
def _names() -> tuple[tuple[re.Pattern[str], Form], ...]:
    """Every name of every form as a pattern, the longest first."""
    found: list[tuple[str, Form]] = [
        (name, form)
        for form, composition in compositions().items()
        for name in (form.replace("_", " "), *composition.synonyms)
    ]
    found.sort(key=lambda pair: -len(pair[0]))
    return tuple(
        (re.compile(rf"(?<![A-Za-z]){_loose(name)}(?![A-Za-z])", re.I), form) for name, form in found
    )


def _loose(name: str) -> str:
    """A name with any spaces or hyphens between its words."""
    return r"[\s-]*".join(re.escape(word) for word in re.split(r"[\s_-]+", name))


def _forms(text: str) -> tuple[Form, ...]:
    """Every form that is named, in the order of the text; a name inside a longer one does not count."""
    found: dict[Form, int] = {}
    for pattern, form in _names():
        match = pattern.search(text)
        if match:
            found.setdefault(form, match.start())
            text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
    return tuple(sorted(found, key=lambda form: found[form]))


def _says(form: Form | None, dose: str | None, dose_of: DoseOf | None, times: float | None) -> str:
    """What was understood."""
    if form is None and dose is None:
        return "No form and no dose was found in these words."
    what = f"Magnesium {words.form(form)}" if form else "Magnesium of an unknown form"
    much = ""
    if dose is not None:
        much = f", {dose}" + (" of magnesium itself" if dose_of == "elemental" else "")
    often = "" if times is None else f", {times:g} time{'' if times == 1 else 's'} a day"
    return f"Read as: {what}{much}{often}."


def _ask_form(forms: tuple[Form, ...]) -> str:
    """The question that a mixture leaves."""
    first, *others = (f"magnesium {words.form(form)}" for form in forms)
    return f"The label names {first} and {', '.join(others)}. Is most of it {first}?"


def _ask_dose(form: Form | None, dose: str, *, implied: bool) -> str:
    """The question whether a mass counts the metal or the compound."""
    what = f"magnesium {words.form(form)}" if form else "compound"
    if implied:
        return (
            f"Most labels of this kind count the magnesium alone. Does {dose} mean all of the {what} instead?"
        )
    return (
        f"Does {dose} count the magnesium alone, or all of the {what}? "
        "Look for “elemental” or “as magnesium” on the label."
    )
