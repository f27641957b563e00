"""Small ways to write a case, and people who are drawn at random."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from epsom.core.documents import case_from_tree
from epsom.core.drugs import drug_classes
from epsom.core.names import CONDITIONS, COURSES, FORMS, LABS, RED_FLAGS, SYMPTOMS

if TYPE_CHECKING:
    import random

    from epsom.core.records import Case

ASKED = date(2026, 6, 1)
DENIED = dict.fromkeys(
    (
        "saddle_numbness",
        "urinary_retention",
        "bowel_incontinence",
        "leg_weakness_progressive",
        "fever",
        "collapse",
        "chest_pain",
        "severe_breathlessness",
    ),
    False,
)


def day(ago: int) -> str:
    """The date some days before the question."""
    return (ASKED - timedelta(days=ago)).isoformat()


def magnesium(form: str = "citrate", dose: str | None = "200 mg", **keys: Any) -> dict[str, Any]:
    """A product taken once a day, chosen by the person, begun long ago unless `start` or `ago` says so."""
    entry = {"form": form, "times_per_day": 1, "prescribed": False, "start": day(keys.pop("ago", 400))}
    if dose is not None:
        entry |= {"dose": dose} if "mol" in dose else {"dose": dose, "dose_of": "elemental"}
    entry |= keys
    return {key: value for key, value in entry.items() if value is not None}


def tree(
    *symptoms: str | dict[str, Any],
    question: str = "low_back_pain",
    mg: list[dict[str, Any]] | dict[str, Any] | None = None,
    flags: dict[str, bool] | list[str] | str | None = None,
    labs: dict[str, str] | list[dict[str, Any]] | None = None,
    diet: str | None = None,
    **person: Any,
) -> dict[str, Any]:
    """The tree of a case; symptoms by name are present since some time, flags by name are there."""
    listed = [{"name": entry} if isinstance(entry, str) else entry for entry in symptoms]
    found: dict[str, Any] = {
        "schema": "epsom.case/1",
        "question": question,
        "asked_on": ASKED.isoformat(),
        "person": {"age": 40, "sex": "female"} | person,
    }
    if listed:
        found["symptoms"] = listed
    if mg:
        found["supplements"] = [mg] if isinstance(mg, dict) else mg
    if flags:
        names = [flags] if isinstance(flags, str) else flags
        found["red_flags"] = names if isinstance(names, dict) else dict.fromkeys(names, True)
    if isinstance(labs, dict):
        labs = [{"test": test, "value": value, "taken": day(0)} for test, value in labs.items()]
    if labs:
        found["labs"] = labs
    if diet:
        found["diet"] = {"magnesium": diet}
    return found


def case(*symptoms: str | dict[str, Any], **keys: Any) -> Case:
    """A case, as `tree` writes it."""
    return case_from_tree(tree(*symptoms, **keys))


# ---- People drawn at random

_DRUGS = [*drug_classes(), "some other drug"]
_VALUES = {
    "serum_magnesium": (0.1, 0.85, 6.0, "mmol/L"),
    "ionized_magnesium": (0.1, 0.52, 3.0, "mmol/L"),
    "serum_calcium": (1.2, 2.35, 4.0, "mmol/L"),
    "serum_potassium": (1.8, 4.2, 7.5, "mmol/L"),
    "serum_creatinine": (0.4, 0.8, 9.0, "mg/dL"),
    "egfr": (3.0, 95.0, 120.0, "mL/min/1.73m2"),
    "creatine_kinase": (50.0, 120.0, 15000.0, "U/L"),
    "parathyroid_hormone": (5.0, 40.0, 300.0, "pg/mL"),
    "vitamin_d_25oh": (5.0, 60.0, 150.0, "nmol/L"),
    "red_cell_magnesium": (1.0, 2.0, 3.0, "mmol/L"),
    "urine_magnesium": (0.1, 4.0, 10.0, "mmol/day"),
    "fractional_excretion_magnesium": (0.5, 3.0, 20.0, "%"),
    "ionized_calcium": (0.7, 1.2, 1.7, "mmol/L"),
}


def random_tree(draw: random.Random) -> dict[str, Any]:
    """A person with any of what a case can say; how much of it is serious differs from person to person."""
    ill = draw.random() ** 2
    age = draw.uniform(3, 18) if draw.random() < 0.05 else draw.uniform(18, 95)
    person: dict[str, Any] = {"age": round(age, 1), "sex": draw.choice(("female", "male"))}
    if draw.random() < 0.5:
        person["weight"] = f"{draw.uniform(40, 110):.0f} kg"
    if draw.random() < 0.6:
        person["kidney"] = draw.choice(
            (
                {"egfr": f"{draw.uniform(120 - 117 * ill, 120):.1f} mL/min/1.73m2"},
                {"creatinine": f"{draw.uniform(0.4, 0.9 + 8 * ill):.2f} mg/dL"},
                {"dialysis": "hemodialysis"} if draw.random() < ill else {"egfr": "95 mL/min/1.73m2"},
            )
        )
    if person["sex"] == "female" and draw.random() < 0.2:
        person["pregnant"] = draw.random() < 0.5
    person["conditions"] = draw.sample(CONDITIONS, _some(draw, ill, 2))
    person["drugs"] = draw.sample(_DRUGS, draw.choice((0, 0, 1, 2)))
    found = {
        "schema": "epsom.case/1",
        "question": "low_back_pain" if draw.random() < 0.6 else draw.choice(SYMPTOMS),
        "asked_on": ASKED.isoformat(),
        "person": person,
        "supplements": [random_product(draw) for _ in range(draw.choice((0, 1, 1, 2)))],
        "labs": [random_lab(draw, ill) for _ in range(draw.choice((0, 0, 1, 2)))],
        "red_flags": {n: draw.random() < 0.4 * ill for n in draw.sample(RED_FLAGS, draw.choice((0, 1, 20)))},
    }
    others = [name for name in SYMPTOMS if name != found["question"]]
    found["symptoms"] = [random_symptom(draw, name) for name in draw.sample(others, _some(draw, ill, 3))]
    if draw.random() < 0.6:
        found["symptoms"].append(random_symptom(draw, found["question"]) | {"present": True})
    return found


def _some(draw: random.Random, share: float, most: int) -> int:
    return sum(draw.random() < share for _ in range(most))


def random_product(draw: random.Random) -> dict[str, Any]:
    """A magnesium product, often with little known of it."""
    form = draw.choice([name for name in FORMS if name not in ("food", "mineral_water")])
    entry: dict[str, Any] = {"form": form}
    if draw.random() < 0.8:
        entry |= {"dose": f"{draw.choice((50, 200, 300, 500, 1500, 3000))} mg", "dose_of": "elemental"}
        entry["times_per_day"] = draw.choice((1, 2, 3))
    if draw.random() < 0.7:
        entry["start"] = day(draw.choice((0, 3, 10, 20, 60, 300)))
    if draw.random() < 0.2 and "start" in entry:
        entry["stop"] = day(0)
    if draw.random() < 0.6:
        entry["prescribed"] = draw.random() < 0.4
    if draw.random() < 0.1:
        entry |= {"route": "intravenous", "duration": "1 h"}
    return entry


def random_symptom(draw: random.Random, name: str) -> dict[str, Any]:
    """An episode of a symptom, or its absence."""
    entry: dict[str, Any] = {"name": name, "present": draw.random() < 0.85}
    if entry["present"]:
        if draw.random() < 0.6:
            entry["onset"] = day(draw.choice((0, 2, 9, 25, 70, 400)))
        if draw.random() < 0.5:
            entry["course"] = draw.choice(COURSES)
        if draw.random() < 0.4:
            entry["severity"] = draw.randint(0, 10)
    return entry


def random_lab(draw: random.Random, ill: float) -> dict[str, Any]:
    """A result of any test, with or without a date, further from the usual the more ill the person is."""
    test = draw.choice(("serum_magnesium", "serum_magnesium", *LABS))
    low, usual, high, unit = _VALUES[test]
    value = usual + ill * (draw.uniform(low, high) - usual)
    entry: dict[str, Any] = {"test": test, "value": f"{value:.3f} {unit}"}
    if draw.random() < 0.8:
        entry["taken"] = day(draw.choice((0, 1, 5, 40, 300, 800)))
    return entry


def plain_back_pain(draw: random.Random) -> dict[str, Any]:
    """Someone of primary care with back pain and no red flag, who may take an ordinary supplement.

    Shares are rough figures of such people: a quarter take magnesium, one in eight of them on prescription;
    a tenth have weak kidneys, more with age; some take common drugs and have common complaints.
    """
    age = round(min(max(draw.gauss(50, 16), 18), 92))
    rate = max(min(draw.gauss(105 - 0.75 * (age - 20), 15), 125), 20)
    person: dict[str, Any] = {"age": age, "sex": draw.choice(("female", "male"))}
    if draw.random() < 0.5:
        person["kidney"] = {"egfr": f"{rate:.0f} mL/min/1.73m2"}
    common = {
        "diabetes": 0.09,
        "osteoporosis": 0.06,
        "previous_low_back_pain": 0.5,
        "chronic_constipation": 0.08,
    }
    common |= {"irritable_bowel_syndrome": 0.08, "heart_failure": 0.02, "alcohol_use_disorder": 0.04}
    person["conditions"] = [name for name, share in common.items() if draw.random() < share]
    drugs = {"omeprazole": 0.12, "ibuprofen": 0.25, "atorvastatin": 0.15, "lisinopril": 0.15}
    drugs |= {"hydrochlorothiazide": 0.08, "metformin": 0.06, "levothyroxine": 0.06, "amlodipine": 0.1}
    person["drugs"] = [name for name, share in drugs.items() if draw.random() < share]
    symptoms = [{"name": "low_back_pain"}]
    pain = symptoms[0]
    if draw.random() < 0.8:
        pain["onset"] = day(draw.choice((1, 3, 7, 14, 30, 60, 200)))
    if draw.random() < 0.5:
        pain["course"] = draw.choice(COURSES)
    if draw.random() < 0.6:
        pain["severity"] = draw.choice((2, 3, 4, 5, 5, 6, 6, 7, 8, 9))
    extras = {"leg_pain": 0.2, "muscle_tension": 0.2, "muscle_spasm": 0.1, "fatigue": 0.15, "headache": 0.1}
    extras |= {
        "diarrhea": 0.05,
        "bloating": 0.06,
        "muscle_cramps": 0.08,
        "constipation": 0.05,
        "nausea": 0.03,
    }
    symptoms += [{"name": name} for name, share in extras.items() if draw.random() < share]
    found = tree(*symptoms, **person)
    found["red_flags"] = {name: False for name in RED_FLAGS if draw.random() < 0.5}
    if draw.random() < 0.25:
        entry = magnesium(
            draw.choice(("oxide", "citrate", "bisglycinate")), draw.choice(("100 mg", "200 mg", "350 mg"))
        )
        entry |= {"prescribed": draw.random() < 0.12, "start": day(draw.choice((3, 10, 30, 90, 300, 700)))}
        found["supplements"] = [entry]
    return found
