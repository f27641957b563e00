"""Faults are readable, come all at once and hint at the nearest name; floor 1 is light to import."""

import subprocess
import sys

import pytest

from epsom.core.faults import BadValueError, Fault, InputError, nearest, nearest_hint, show
from epsom.core.names import SYMPTOMS


def test_an_input_error_reads_as_plain_text_with_every_fault():
    faults = [Fault("a.b (line 2)", "3", "text", "put it in quotes"), Fault("c", "nothing", "a number")]
    error = InputError(iter(faults))
    assert error.faults == tuple(faults)
    assert str(error).splitlines() == [
        *["a.b (line 2)", "  got: 3", "  expected: text", "  hint: put it in quotes"],
        *["c", "  got: nothing", "  expected: a number"],
    ]


def test_an_input_error_without_a_fault_is_refused():
    with pytest.raises(ValueError, match="at least one fault"):
        InputError([])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        *[("low_back_pains", "low_back_pain"), ("Low back pain", "low_back_pain"), ("diarrhoea", "diarrhea")],
        *[("back_pain", "low_back_pain"), ("cramps", "muscle_cramps"), ("xyzzy", None)],
    ],
)
def test_the_nearest_name_is_found(name, found):
    assert nearest(name, SYMPTOMS) == found


def test_hints_are_empty_for_what_is_no_text():
    assert nearest_hint(3, SYMPTOMS) == ""
    assert nearest_hint("nauseo", SYMPTOMS) == "did you mean nausea?"


def test_values_are_shown_briefly():
    shown = [show(value) for value in (None, True, 3, "x", {}, {"a": 1}, [], [1])]
    assert shown == [
        "nothing",
        "true",
        "3",
        "'x'",
        "an empty mapping",
        "a mapping of keys",
        "an empty list",
        "a list",
    ]
    assert len(show("x" * 1000)) == 60


def test_a_bad_value_becomes_a_fault_at_its_place():
    bad = BadValueError("3", "text", "quote it")
    assert bad.at("a") == Fault("a", "3", "text", "quote it")
    assert str(bad) == "got 3, expected text (quote it)"


@pytest.mark.parametrize("module", ["faults", "quantities", "names", "times", "forms"])
def test_basic_modules_import_nothing_heavy(module):
    program = (
        f"import sys, epsom.core.{module}; "
        "sys.exit(bool({'pydantic', 'numpy', 'yaml', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
