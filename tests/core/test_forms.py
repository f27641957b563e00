"""Forms go by many names, and a dose of each holds the magnesium its composition says."""

import re

import pytest

from epsom.core.faults import BadValueError
from epsom.core.forms import compositions, elemental_millimoles, resolve_form
from epsom.core.names import FORMS
from epsom.core.quantities import parse

ATOMIC_WEIGHTS = {
    **{"H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999},
    **{"Mg": 24.305, "S": 32.06, "Cl": 35.45},
}


def atoms(formula):
    """Count the atoms of a formula such as 4MgCO3·Mg(OH)2·5H2O."""
    counts = dict.fromkeys(ATOMIC_WEIGHTS, 0)
    for part in formula.split("·"):
        times, rest = re.fullmatch(r"(\d*)(.*)", part).groups()
        for group, inside, repeated, element, number in re.findall(
            r"(\(([^)]*)\)(\d*))|([A-Z][a-z]?)(\d*)", rest
        ):
            found = re.findall(r"([A-Z][a-z]?)(\d*)", inside) if group else [(element, number)]
            for name, count in found:
                counts[name] += int(times or 1) * int(repeated or 1) * int(count or 1)
    return counts


def substances():
    for form, composition in compositions().items():
        for substance in (composition, *composition.variants):
            if substance.molar_mass is not None:
                yield pytest.param(substance, id=f"{form} {substance.formula}")


@pytest.mark.parametrize("substance", list(substances()))
def test_masses_and_fractions_follow_from_the_formula(substance):
    counts = atoms(substance.formula)
    mass = sum(ATOMIC_WEIGHTS[element] * count for element, count in counts.items())
    assert substance.molar_mass == pytest.approx(mass, abs=0.03)
    assert substance.elemental_fraction == pytest.approx(24.305 * counts["Mg"] / mass, abs=6e-5)


def test_every_form_of_the_contract_has_a_composition_and_sources():
    assert tuple(compositions()) == FORMS
    assert all(composition.sources and composition.status for composition in compositions().values())


@pytest.mark.parametrize(
    ("text", "form"),
    [
        *[("magnesium oxide", "oxide"), ("MgO", "oxide"), ("Magnesium Oxide", "oxide"), ("oxide", "oxide")],
        *[("milk of magnesia", "hydroxide"), ("Mg(OH)2", "hydroxide"), ("Epsom salt", "sulfate")],
        *[("epsom-salts", "sulfate"), ("magnesium sulphate", "sulfate"), ("glycinate", "bisglycinate")],
        *[
            ("Magnesium Bisglycinate", "bisglycinate"),
            ("magnesium citrate", "citrate"),
            ("mg citrate", "citrate"),
        ],
        *[("Magnesium L-threonate", "threonate"), ("mineral water", "mineral_water"), (" food ", "food")],
    ],
)
def test_common_names_are_understood(text, form):
    assert resolve_form(text) == form


def test_no_two_forms_share_a_name():
    names = [name for form in FORMS for name in (form, *compositions()[form].synonyms)]
    assert [resolve_form(name) for name in names] == [
        form for form in FORMS for _ in (form, *compositions()[form].synonyms)
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        *[("oxyde", "did you mean oxide?"), ("magnesium glycinat", "did you mean bisglycinate?")],
        *[
            ("magnesium", "the label says which compound it is"),
            ("calcium", ""),
            ("", ""),
            (3, ""),
            (None, ""),
        ],
    ],
)
def test_unknown_forms_are_refused_with_the_nearest_name(text, hint):
    with pytest.raises(BadValueError) as caught:
        resolve_form(text)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("form", "dose", "dose_of", "millimoles"),
    [
        ("oxide", "400 mg", "elemental", 400 / 24.305),
        ("oxide", "400 mg", "compound", 9.924),
        ("sulfate", "1 g", "compound", 4.057),  # the heptahydrate
        ("citrate", "1 g", "compound", 6.65),
        ("chloride", "1 g", "compound", 4.919),  # the hexahydrate
        ("food", "100 mg", "elemental", 100 / 24.305),
        ("citrate", "7 mmol", None, 7.0),
        ("citrate", "7 mEq", "elemental", 3.5),
    ],
)
def test_a_dose_holds_the_magnesium_of_its_form(form, dose, dose_of, millimoles):
    assert elemental_millimoles(form, parse(dose, "dose"), dose_of) == pytest.approx(millimoles, rel=1e-3)


@pytest.mark.parametrize(
    ("form", "dose", "dose_of"),
    [
        ("oxide", "400 mg", None),
        ("food", "400 mg", "compound"),
        ("mineral_water", "400 mg", "compound"),
        ("citrate", "7 mmol", "compound"),
    ],
)
def test_a_dose_that_can_mean_two_things_is_refused(form, dose, dose_of):
    with pytest.raises(BadValueError):
        elemental_millimoles(form, parse(dose, "dose"), dose_of)
