"""Whatever gets worse, a case never becomes less pressing: checked on long chains of random people."""

from __future__ import annotations

import copy
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from guidance_findings import fake_findings
from guidance_people import case, day, random_product, random_symptom, random_tree

from epsom.core.documents import case_from_tree
from epsom.core.drugs import drug_classes
from epsom.core.names import CONDITIONS, RED_FLAGS, SYMPTOMS
from epsom.guidance.rules import pressing
from epsom.guidance.triage import triage

if TYPE_CHECKING:
    from collections.abc import Callable

Tree = dict[str, Any]
STEPS = 4


def number_of(text: str) -> tuple[float, str]:
    value, _, unit = text.partition(" ")
    return float(value), unit


def one_more_flag(draw: random.Random, person: Tree) -> bool:
    name = draw.choice(RED_FLAGS)
    person["red_flags"][name] = True
    return True


def one_more_condition(draw: random.Random, person: Tree) -> bool:
    person["person"]["conditions"].append(draw.choice(CONDITIONS))
    return True


def one_more_drug(draw: random.Random, person: Tree) -> bool:
    person["person"]["drugs"].append(draw.choice([*drug_classes()]))
    return True


def one_more_symptom(draw: random.Random, person: Tree) -> bool:
    name = draw.choice(SYMPTOMS)
    person["symptoms"] = [s for s in person["symptoms"] if s["name"] != name or s["present"]]
    person["symptoms"].append(random_symptom(draw, name) | {"present": True})
    # Naming the symptom asked about says more of it: that is no worsening.
    return name != person["question"]


def one_more_product(draw: random.Random, person: Tree) -> bool:
    person["supplements"].append(random_product(draw))
    return True


def symptom_worse(draw: random.Random, person: Tree) -> bool:
    there = [entry for entry in person["symptoms"] if entry["present"]]
    if not there:
        return False
    draw.choice(there)["course"] = "worse"
    return True


def symptom_more_severe(draw: random.Random, person: Tree) -> bool:
    graded = [entry for entry in person["symptoms"] if entry["present"] and "severity" in entry]
    if not graded:
        return False
    entry = draw.choice(graded)
    entry["severity"] = draw.randint(entry["severity"], 10)
    return True


def higher_dose(draw: random.Random, person: Tree) -> bool:
    dosed = [entry for entry in person["supplements"] if "dose" in entry]
    if not dosed:
        return False
    entry = draw.choice(dosed)
    value, unit = number_of(entry["dose"])
    entry["dose"] = f"{min(value * draw.uniform(1.0, 6.0), 100_000.0):.1f} {unit}"
    return True


def more_often(draw: random.Random, person: Tree) -> bool:
    if not person["supplements"]:
        return False
    entry = draw.choice(person["supplements"])
    entry["times_per_day"] = entry.get("times_per_day", 1) + draw.choice((1, 3))
    return True


def start_not_known(draw: random.Random, person: Tree) -> bool:
    dated = [entry for entry in person["supplements"] if "start" in entry and "stop" not in entry]
    if not dated:
        return False
    del draw.choice(dated)["start"]
    return True


def lower_filtration(draw: random.Random, person: Tree) -> bool:
    kidney = person["person"].get("kidney", {})
    labs = [lab for lab in person["labs"] if lab["test"] in ("egfr", "serum_creatinine")]
    if "egfr" in kidney:
        value, unit = number_of(kidney["egfr"])
        kidney["egfr"] = f"{value * draw.random():.2f} {unit}"
    elif "creatinine" in kidney:
        value, unit = number_of(kidney["creatinine"])
        kidney["creatinine"] = f"{min(value * draw.uniform(1.0, 5.0), 90.0):.3f} {unit}"
    elif labs:
        lab = draw.choice(labs)
        value, unit = number_of(lab["value"])
        factor = draw.random() if lab["test"] == "egfr" else draw.uniform(1.0, 5.0)
        lab["value"] = f"{min(value * factor, 90.0 if unit == 'mg/dL' else value * factor):.3f} {unit}"
    else:
        return False
    return True


def further_from_normal(draw: random.Random, person: Tree) -> bool:
    """A measured excess gets higher, a measured lack lower; a normal value goes either way."""
    middle = {"serum_magnesium": (0.7, 1.05), "ionized_magnesium": (0.44, 0.93), "serum_calcium": (2.2, 2.65)}
    middle |= {"serum_potassium": (3.5, 5.5), "creatine_kinase": (0.0, 1000.0)}
    labs = [lab for lab in person["labs"] if lab["test"] in middle]
    if not labs:
        return False
    lab = draw.choice(labs)
    value, unit = number_of(lab["value"])
    low, high = middle[lab["test"]]
    up = value > high or (value >= low and draw.random() < 0.5)
    changed = value * (draw.uniform(1.0, 3.0) if up else draw.uniform(0.2, 1.0))
    lab["value"] = f"{min(changed, 18.0 if unit == 'mmol/L' else changed):.4f} {unit}"
    return True


def older(draw: random.Random, person: Tree) -> bool:
    if person["person"]["age"] < 18:
        return False
    person["person"]["age"] = round(min(person["person"]["age"] + draw.uniform(0, 30), 105), 1)
    return True


def pregnant(_: random.Random, person: Tree) -> bool:
    if person["person"]["sex"] == "male":
        return False
    person["person"]["pregnant"] = True
    return True


WORSE: tuple[Callable[[random.Random, Tree], bool], ...] = (
    one_more_flag,
    one_more_condition,
    one_more_drug,
    one_more_symptom,
    one_more_product,
    symptom_worse,
    symptom_more_severe,
    higher_dose,
    more_often,
    start_not_known,
    lower_filtration,
    further_from_normal,
    older,
    pregnant,
)


def check_chains(people: int, seed: int) -> Counter[str]:
    """Let random people get worse step by step; count the pairs, those that rose, and those by cause."""
    draw, counted = random.Random(seed), Counter[str]()
    for _ in range(people):
        before = random_tree(draw)
        level = triage(case_from_tree(before)).level
        for _ in range(STEPS):
            after = copy.deepcopy(before)
            step = draw.choice(WORSE)
            if not step(draw, after):
                continue
            now = triage(case_from_tree(after)).level
            assert pressing(now) >= pressing(level), (step.__name__, level, now, before, after)
            counted["pairs"] += 1
            counted[step.__name__] += 1
            counted["could rise"] += level != "emergency"
            counted["rose"] += now != level
            before, level = after, now
    return counted


def check(counted: Counter[str], pairs: int) -> None:
    assert counted["pairs"] >= pairs
    assert counted["could rise"] >= pairs // 4
    assert counted["rose"] >= pairs // 20
    assert all(counted[step.__name__] >= pairs // 100 for step in WORSE)


def test_nothing_worse_makes_any_of_20000_pairs_less_pressing():
    check(check_chains(7000, seed=20260601), pairs=20_000)


@pytest.mark.long
def test_nothing_worse_makes_any_of_100000_pairs_less_pressing():
    check(check_chains(36_000, seed=7), pairs=100_000)


def test_findings_only_ever_raise_urgency():
    draw, raised = random.Random(11), 0
    for _ in range(1500):
        person = case_from_tree(random_tree(draw))
        alone = triage(person)
        shares = [draw.random() for _ in range(5)]
        severe = draw.random()
        one, more = (fake_findings(status=shares, severe=s) for s in (severe, min(severe * 1.5, 1.0)))
        levels = [pressing(triage(person, findings).level) for findings in (None, one, more)]
        assert levels == sorted(levels)
        assert {r.rule for r in alone.reasons} <= {r.rule for r in triage(person, one).reasons}
        raised += levels[1] > levels[0]
    assert raised > 50


def test_a_higher_chance_of_a_magnesium_cause_never_lowers_urgency():
    for person in (case(), case("muscle_weakness")):
        for cause in ("magnesium_excess", "magnesium_deficiency", "gastrointestinal_upset"):
            levels = [
                pressing(triage(person, fake_findings(causes={cause: chance})).level)
                for chance in (0.0, 0.2, 0.5, 0.8)
            ]
            assert levels == sorted(levels)


def test_a_later_onset_relative_to_the_start_only_matters_within_its_window():
    """Sliding the onset over the start: before it, within 14 days, long after it."""
    found = {}
    for onset in range(60, 0, -1):
        product = {"form": "citrate", "start": day(30), "prescribed": False}
        person = case({"name": "low_back_pain", "onset": day(onset)}, mg=product)
        found[30 - onset] = any(r.rule == "back_pain_after_start_chosen" for r in triage(person).reasons)
    assert {days for days, fires in found.items() if fires} == set(range(15))
