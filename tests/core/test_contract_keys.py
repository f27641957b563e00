"""Every key of the contract's sections 2 to 5 is in the records, and the records have no others."""

from typing import get_args, get_origin

import pytest

from epsom.core.records import Assessment, Case, Scenario, SimulationResult
from epsom.core.records.common import Record

SUPPLEMENT = "form dose dose_of with_food route duration prescribed reason times_per_day"
ESTIMATE = "median interval interval_probability unit"
PROBABILITY = "probability interval interval_probability"
SPREAD = "mean sd min max"

# Written by hand from the contract: "place: keys", the place empty at the top, [] for the entries of a list.
CASE = f"""
: schema question asked_on person diet supplements symptoms labs red_flags
person: age sex weight height kidney pregnant conditions drugs
person.kidney: egfr creatinine dialysis
person.conditions[]: name start stop
person.drugs[]: name dose start stop
diet: magnesium
supplements[]: {SUPPLEMENT} start stop
symptoms[]: name present onset resolved severity course
labs[]: test value taken bound urine_hours
"""

SCENARIO = f"""
: schema people diet diet_changes drug_changes condition_changes meals supplements duration control measures
people: count seed age sex weight height egfr dialysis pregnant conditions drugs select
people.age: {SPREAD}
people.sex: female
people.weight: {SPREAD}
people.height: {SPREAD}
people.egfr: {SPREAD}
people.dialysis: kind per_week hours dialysate_magnesium
people.conditions[]: name
people.drugs[]: name dose
people.select: serum_magnesium
people.select.serum_magnesium: min max
diet: magnesium
diet_changes[]: day magnesium
drug_changes[]: day start stop
condition_changes[]: day start stop
meals[]: at_day magnesium phytate labeled
supplements[]: {SUPPLEMENT} start_day stop_day at_day labeled
measures[]: name days above
"""

ASSESSMENT = f"""
: schema question asked_on triage triage_reasons causes magnesium_status serum_magnesium stool if_stopped
: if_stopped_reason next_tests alternatives actions scales not_used model other_kinds
other_kinds[]: kind probability interval interval_probability
triage_reasons[]: rule because sources
causes[]: cause {PROBABILITY} monte_carlo_error pathways for against
causes[].pathways[]: pathway probability interval evidence steps sources
magnesium_status: deficient low_normal normal mild_excess severe_excess cutoffs
magnesium_status.deficient: {PROBABILITY}
magnesium_status.low_normal: {PROBABILITY}
magnesium_status.normal: {PROBABILITY}
magnesium_status.mild_excess: {PROBABILITY}
magnesium_status.severe_excess: {PROBABILITY}
magnesium_status.cutoffs: deficient_below low_normal_below mild_excess_above severe_excess_above unit
serum_magnesium: {ESTIMATE} before_labs
serum_magnesium.before_labs: {ESTIMATE}
stool: mass_per_day diarrhea
stool.mass_per_day: with_supplement without_supplement
stool.mass_per_day.with_supplement: {ESTIMATE}
stool.mass_per_day.without_supplement: {ESTIMATE}
stool.diarrhea: with_supplement without_supplement
stool.diarrhea.with_supplement: {PROBABILITY}
stool.diarrhea.without_supplement: {PROBABILITY}
if_stopped[]: day gone_if_stopped gone_if_continued
if_stopped[].gone_if_stopped: {PROBABILITY}
if_stopped[].gone_if_continued: {PROBABILITY}
next_tests[]: test expected_information unit why
alternatives[]: form dose dose_unit times_per_day absorbed absorbed_unit diarrhea excess note change with_food
alternatives[].diarrhea: {PROBABILITY}
alternatives[].excess: {PROBABILITY}
actions[]: action urgency because sources
scales: naranjo who_umc
scales.naranjo: score category items
scales.naranjo.items[]: item answer score
scales.who_umc: category
not_used[]: where why
model: version evidence_version seed people parameter_sets effective_sample_size failed_runs fit warnings
"""

SIMULATION = """
: schema people failed measures
measures[]: name unit day mean sd p05 p50 p95 control_mean difference_mean difference_sd fraction_above
"""


def written_keys(text):
    lines = [line.split(": ", 1) for line in text.strip().splitlines()]
    return {f"{place}.{key}".lstrip(".") for place, keys in lines for key in keys.split()}


def record_keys(record, place=""):
    for key, annotation in record.keys().items():
        path = f"{place}.{key}".lstrip(".")
        yield path
        for inner, is_list in records_in(annotation):
            yield from record_keys(inner, path + "[]" * is_list)


def records_in(annotation, is_list=False):
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation, is_list
    for argument in get_args(annotation):
        yield from records_in(argument, is_list or get_origin(annotation) is tuple)


@pytest.mark.parametrize(
    ("record", "keys"),
    [(Case, CASE), (Scenario, SCENARIO), (Assessment, ASSESSMENT), (SimulationResult, SIMULATION)],
)
def test_the_records_have_the_keys_of_the_contract(record, keys):
    assert set(record_keys(record)) == written_keys(keys)
