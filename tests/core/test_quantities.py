"""Quantities are read with magnesium's rules, and nothing ambiguous gets through."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epsom.core.faults import BadValueError
from epsom.core.kinds import KINDS, LAB_KINDS, MEASURE_KINDS
from epsom.core.names import LABS, MEASURES
from epsom.core.quantities import canonical_unit, express, parse


def test_an_equivalent_of_magnesium_is_half_a_mole():
    # UCUM takes an equivalent for a mole and would call this 1.5 mmol/L, a toxic level.
    quantity = parse("1.5 mEq/L", "magnesium_concentration")
    assert quantity.value == 0.75
    assert quantity.unit == "mmol/L"
    assert quantity.text == "1.5 mEq/L"


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("24.305 mg", "magnesium_amount", 1.0, "mmol"),
        ("2 mEq", "magnesium_amount", 1.0, "mmol"),
        ("1 g", "magnesium_amount", 1000 / 24.305, "mmol"),
        ("24305 mcg", "magnesium_amount", 1.0, "mmol"),
        ("310 mg/day", "magnesium_per_day", 310 / 24.305, "mmol/day"),
        ("12 mmol/d", "magnesium_per_day", 12.0, "mmol/day"),
        ("24 mEq per day", "magnesium_per_day", 12.0, "mmol/day"),
        ("2.4305 mg/dL", "magnesium_concentration", 1.0, "mmol/L"),
        ("24.305 mg/L", "magnesium_concentration", 1.0, "mmol/L"),
        ("850 µmol/l", "magnesium_concentration", 0.85, "mmol/L"),
        ("4.0078 mg/dL", "calcium_concentration", 1.0, "mmol/L"),
        ("5 mEq/L", "calcium_concentration", 2.5, "mmol/L"),
        ("4 mEq/L", "potassium_concentration", 4.0, "mmol/L"),
        ("3.90983 mg/dL", "potassium_concentration", 1.0, "mmol/L"),
        ("88.42 umol/L", "creatinine", 1.0, "mg/dL"),
        ("0.08842 mmol/L", "creatinine", 1.0, "mg/dL"),
        ("28 mL/min/1.73m2", "filtration", 28.0, "mL/min/1.73m2"),
        ("28 ml/min per 1.73 m²", "filtration", 28.0, "mL/min/1.73m2"),
        ("28 mL/min", "filtration", 28.0, "mL/min"),
        ("3 %", "fraction", 0.03, "fraction"),
        ("0.03 fraction", "fraction", 0.03, "fraction"),
        ("6 pmol/L", "parathyroid_hormone", 56.55, "pg/mL"),
        ("45 ng/L", "parathyroid_hormone", 45.0, "pg/mL"),
        ("20 ng/mL", "vitamin_d", 49.92, "nmol/L"),
        ("2 ukat/L", "creatine_kinase", 120.0, "U/L"),
        ("200 IU/L", "creatine_kinase", 200.0, "U/L"),
        ("400 mg", "dose", 0.4, "g"),
        ("16 mEq", "dose", 8.0, "mmol"),
        ("154 lb", "body_mass", 69.85, "kg"),
        ("65 in", "height", 1.651, "m"),
        ("2 weeks", "duration", 336.0, "h"),
        ("90min", "duration", 1.5, "h"),
        ("1 month", "duration", 730.5, "h"),
        ("4 mmol/24 h", "urine_magnesium", 4.0, "mmol/day"),
        ("4 mmol", "urine_magnesium", 4.0, "mmol"),
        ("2 mmol", "phytate", 2.0, "mmol"),
        ("1.2e3 mg", "dose", 1.2, "g"),
        (" +5. mg ", "dose", 0.005, "g"),
    ],
)
def test_units_convert_to_one_canonical_unit_for_each_kind(text, kind, value, unit):
    quantity = parse(text, kind)
    assert quantity.value == pytest.approx(value, rel=1e-3 if kind in ("vitamin_d", "body_mass") else 1e-9)
    assert quantity.unit == unit == canonical_unit(text, kind)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            "mg",
            "400",
            "1,000 mg",
            "1 000 mg",
            "1.000,5 mg",
            "nan mg",
            "inf mg",
            "1e999 mg",
            "-4 mg",
            "0 mg",
        ],
        *[
            "400 mgg",
            "400 mg/day",
            "400 mg mg",
            "10 kg",
            "<400 mg",
            "400 mg 2",
            "4٠ mg",
            "0x10 mg",
            "1_000 mg",
        ],
        *["9" * 100 + " mg", "400 IU", None, 400, 2.5, True, ["400 mg"], {"mg": 400}],
    ],
)
def test_what_is_no_possible_dose_is_refused(text):
    with pytest.raises(BadValueError):
        parse(text, "dose")


def test_a_bare_number_is_asked_for_its_unit():
    # 2.0 is a normal serum magnesium in mg/dL and mEq/L and a toxic one in mmol/L.
    for bare in (2.0, "2.0"):
        with pytest.raises(BadValueError) as caught:
            parse(bare, "magnesium_concentration")
        assert '"2.0 mmol/L" or "2.0 mg/dL"' in caught.value.hint


def test_a_unit_of_another_substance_or_a_misspelled_one_is_refused_with_a_hint():
    with pytest.raises(BadValueError) as caught:
        parse("2 mmool/L", "magnesium_concentration")
    assert caught.value.hint == "did you mean mmol/L?"
    with pytest.raises(BadValueError) as caught:
        parse("3 m", "duration")
    assert caught.value.hint == "write min for minutes or month for months"
    with pytest.raises(BadValueError):
        parse("2 mEq/L", "creatinine")


def test_relative_and_absolute_filtration_are_kept_apart():
    assert parse("60 mL/min/1.73m2", "filtration").unit != parse("60 mL/min", "filtration").unit


def test_a_lower_limit_can_be_given_where_zero_or_less_is_possible():
    assert parse("0 kg", "body_mass", least=0.0).value == 0.0
    assert parse("-5 mmHg", "pressure", least=-math.inf).value == -5.0
    with pytest.raises(BadValueError):
        parse("-1 kg", "body_mass", least=0.0)


def test_every_lab_and_measure_has_a_kind_and_measures_report_its_canonical_unit():
    assert tuple(LAB_KINDS) == LABS
    assert {name: KINDS[kind].unit for name, kind in MEASURE_KINDS.items()} == {
        name: measure.unit for name, measure in MEASURES.items()
    }


@st.composite
def _units_and_values(draw):
    kind = draw(st.sampled_from(sorted(KINDS)))
    unit = draw(st.sampled_from(sorted(KINDS[kind].units)))
    canonical, factor = KINDS[kind].units[unit]
    return kind, unit, draw(st.floats(1e-6, 0.99)) * KINDS[kind].most[canonical] / factor


@settings(deadline=None)
@given(_units_and_values())
def test_any_value_in_any_unit_converts_there_and_back(drawn):
    kind, unit, number = drawn
    quantity = parse(f"{number!r} {unit}", kind)
    assert express(quantity.value, kind, unit) == pytest.approx(number, rel=1e-12)
    assert parse(f"{number!r}{unit.upper().replace('MCG', 'mcg')}", kind).value == quantity.value


@settings(deadline=None)
@given(st.text(max_size=100) | st.from_regex(r"[-+0-9.eE, ]*[a-zA-Zµ/% 0-9.]*", fullmatch=True))
def test_any_text_is_read_or_refused_and_never_breaks(text):
    for kind in KINDS:
        try:
            quantity = parse(text, kind)
        except BadValueError as fault:
            assert fault.expected
        else:
            assert math.isfinite(quantity.value)
