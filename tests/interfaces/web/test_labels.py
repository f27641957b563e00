"""Labels: form, dose and what the dose counts are read, and what a label leaves open is asked."""

from __future__ import annotations

import pytest

from epsom.core.forms import compositions
from epsom.interfaces.web.labels import read_label


@pytest.mark.parametrize(
    ("text", "form", "dose", "dose_of", "times"),
    [
        ("magnesium (as oxide) 400 mg", "oxide", "400 mg", "elemental", None),
        ("Magnesium oxide 400 mg", "oxide", "400 mg", None, None),
        ("Magnesium citrate 1,000 mg providing 150 mg elemental magnesium, twice daily", "citrate", "150 mg",
         "elemental", 2.0),
        ("Magnesium 375 mg (from magnesium citrate)", "citrate", "375 mg", "elemental", None),
        ("MgO 250mg", "oxide", "250 mg", None, None),
        ("Milk of Magnesia 1200 mg at night", "hydroxide", "1200 mg", None, 1.0),
        ("5 mmol magnesium aspartate 3 times a day", "aspartate", "5 mmol", None, 3.0),
        ("Magnesium glycinate 2,5 g", "bisglycinate", "2.5 g", None, None),
        ("mineral water 100 mg", "mineral_water", "100 mg", "elemental", None),
        ("Vitamin C", None, None, None, None),
    ],
)  # fmt: skip
def test_labels_are_read(text, form, dose, dose_of, times):
    found = read_label(text)
    assert (found.form, found.dose, found.dose_of, found.times_per_day) == (form, dose, dose_of, times)


def test_an_open_mass_is_asked_about_and_never_guessed():
    assert "alone, or all" in read_label("magnesium oxide 400 mg").asks
    assert read_label("magnesium oxide 400 mg").dose_of is None


def test_a_likely_meaning_is_asked_about_too():
    assert "instead?" in read_label("magnesium (as oxide) 400 mg").asks


@pytest.mark.parametrize("text", ["10 mmol magnesium citrate", "150 mg elemental magnesium as citrate"])
def test_a_clear_label_asks_nothing(text):
    assert read_label(text).asks == ""


def test_a_mixture_is_asked_about():
    found = read_label("magnesium citrate and magnesium oxide, 200 mg elemental")
    assert found.form == "citrate"
    assert "magnesium oxide" in found.asks


def test_every_form_is_found_by_each_of_its_names():
    for form, made in compositions().items():
        for name in (form.replace("_", " "), *made.synonyms):
            assert read_label(f"Best {name} 100 mg").form == form, name
