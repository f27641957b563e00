"""Every name of the contract has plain words, and numbers read well."""

from __future__ import annotations

import pytest

from epsom.core import names
from epsom.interfaces import numerals, words
from epsom.interfaces.cli import screen


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        (words.CAUSES, names.CAUSES), (words.PATHWAYS, names.PATHWAYS), (words.ACTIONS, names.ACTIONS),
        (words.TRIAGE, names.TRIAGE_LEVELS), (words.URGENCY, names.TRIAGE_LEVELS), (words.LABS, names.LABS),
        (words.MEASURES, names.MEASURES), (words.STATUSES, names.MAGNESIUM_STATUSES),
        (words.STATUS_TITLES, names.MAGNESIUM_STATUSES), (words.EVIDENCE, names.EVIDENCE_GRADES),
        (words.FITS, names.FITS),
    ],
)  # fmt: skip
def test_every_name_has_words(table, wanted):
    assert set(table) == set(wanted)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.95, "0.95"), (0.9512, "0.951"), (123.4, "123"), (12345, "12,345"), (0.0, "0"), (-0.0312, "−0.0312"),
     (None, "not known"), (float("nan"), "not known"), (5.0, "5"), (2.5e-7, "2.50e-07")],
)  # fmt: skip
def test_numbers_have_few_digits(value, text):
    assert numerals.number(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (0.001, "<1 %"), (0.5, "50 %"), (0.999, ">99 %"), (1.0, "100 %"), (None, "not known")],
)
def test_small_and_large_shares_are_not_rounded_away(share, text):
    assert numerals.percent(share) == text


def test_one_table_has_one_number_of_decimals():
    values = [0.823, 0.0604, -0.00255]
    decimals = numerals.decimals_for(values)
    assert [numerals.fixed(v, decimals, sign=True) for v in values] == ["+0.823", "+0.060", "−0.003"]
    assert numerals.fixed(-0.0001, 3) == "0.000"


@pytest.mark.parametrize("probability", [0.0, 0.03, 0.5, 1.0])
def test_a_bar_is_as_long_as_its_scale(probability):
    bar = screen.bar(probability, (max(probability - 0.2, 0), min(probability + 0.2, 1)), 24)
    assert len(bar) == 24
    assert len(screen.bar(probability, (0.0, 1.0), 24, plain=True).encode("ascii")) == 24
