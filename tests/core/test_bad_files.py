"""Every fault of a bad file is named in one answer, each with its key path and line.

The texts in `CASES` and `PROTOCOLS` follow good lines, those in `ALONE` are whole files.
"""

import pytest

from epsom.core.documents import load, load_case, load_scenario
from epsom.core.faults import InputError

CASE = "schema: epsom.case/1\nasked_on: 2026-06-01\nperson: {age: 60, sex: female}\n"
SCENARIO = "schema: epsom.scenario/1\npeople: {count: 10}\nduration: 7 d\n"
MEASURES = "measures: [{name: serum_magnesium, days: [7]}]\n"

CASES = {
    "dose without a unit": ("supplements: [{form: oxide, dose: 400}]", ["supplements[0].dose (line 4)"]),
    "dose in an unknown unit": (
        "supplements: [{form: oxide, dose: 400 mgs}]",
        ["supplements[0].dose (line 4)"],
    ),
    "negative dose": (
        "supplements:\n  - form: oxide\n    dose: -400 mg\n    dose_of: elemental",
        ["supplements[0].dose (line 6)"],
    ),
    "no dose at all": (
        "supplements:\n  - {form: oxide, dose: 0 mg, dose_of: elemental}",
        ["supplements[0].dose (line 5)"],
    ),
    "dose no one can take": (
        "supplements:\n  - {form: oxide, dose: 10 kg, dose_of: elemental}\n"
        "  - {form: oxide, dose: 500 g, dose_of: elemental}",
        ["supplements[0].dose (line 5)", "supplements[1].dose (line 6)"],
    ),
    "mass that may be of magnesium or of compound": (
        "supplements:\n  - form: oxide\n    dose: 400 mg",
        ["supplements[0].dose_of (line 5)"],
    ),
    "compound mass of what is no compound": (
        "supplements:\n  - {form: food, dose: 400 mg, dose_of: compound}\n"
        "  - {form: mineral_water, dose_of: compound}",
        ["supplements[0].dose_of (line 5)", "supplements[1].dose_of (line 6)"],
    ),
    "compound counted in moles": (
        "supplements: [{form: citrate, dose: 5 mmol, dose_of: compound}]",
        ["supplements[0].dose_of (line 4)"],
    ),
    "food through a vein": (
        "supplements: [{form: mineral_water, route: intravenous}]",
        ["supplements[0].route (line 4)"],
    ),
    "unknown names": (
        "question: back_pain\nsupplements: [{form: magnesium oxid, route: mouth, reason: pain}]\n"
        "symptoms: [{name: headake, course: bad}]\nlabs: [{test: serum_mg, value: 2 mg/dL, bound: over}]\n"
        "red_flags: {fevr: true}",
        [
            *["question (line 4)", "supplements[0].form (line 5)", "supplements[0].route (line 5)"],
            *["supplements[0].reason (line 5)", "symptoms[0].name (line 6)", "symptoms[0].course (line 6)"],
            *["labs[0].test (line 7)", "labs[0].bound (line 7)", "red_flags.fevr (line 8)"],
        ],
    ),
    "unknown keys": (
        "suplements: []\nlabs: [{test: egfr, value: 60 mL/min, date: 2026-05-01}]\ndiet: {mg: 3 mg/day}",
        ["suplements (line 4)", "labs[0].date (line 5)", "diet.mg (line 6)"],
    ),
    "supplement stopped before it started": (
        "supplements:\n  - form: oxide\n    start: 2026-05-10\n    stop: 2026-05-09",
        ["supplements[0].stop (line 7)"],
    ),
    "symptom resolved before it began": (
        "symptoms:\n  - {name: nausea, onset: 2026-05-10T12:00, resolved: 2026-05-10T11:00}",
        ["symptoms[0].resolved (line 5)"],
    ),
    "everything after the question": (
        "supplements: [{form: oxide, start: 2026-06-02}]\n"
        "symptoms: [{name: nausea, onset: 2026-06-02T00:00}]\n"
        "labs: [{test: egfr, value: 60 mL/min, taken: 2026-07-01}]",
        ["supplements[0].start (line 4)", "symptoms[0].onset (line 5)", "labs[0].taken (line 6)"],
    ),
    "symptom that resolved tomorrow": (
        "symptoms: [{name: nausea, onset: 2026-05-01, resolved: 2026-06-02}]\n"
        "supplements: [{form: oxide, start: 2026-05-01, stop: 2026-07-01}]",
        ["symptoms[0].resolved (line 4)"],
    ),
    "days that are in no calendar": (
        "supplements: [{form: oxide, start: 2026-02-30}]\n"
        "symptoms: [{name: nausea, onset: 2026-04-31}, {name: tremor, onset: 12.05.2026}]\n"
        "labs: [{test: egfr, value: 60 mL/min, taken: 1850-01-01},\n"
        " {test: egfr, value: 1 mL/min, taken: 2026}]",
        [
            *["supplements[0].start (line 4)", "symptoms[0].onset (line 5)", "symptoms[1].onset (line 5)"],
            *["labs[0].taken (line 6)", "labs[1].taken (line 7)"],
        ],
    ),
    "offsets on some times only": (
        "symptoms:\n  - {name: nausea, onset: 2026-05-01T10:00+02:00}\n"
        "  - {name: tremor, onset: 2026-05-01T10:00, resolved: 2026-05-02}\n"
        "labs: [{test: egfr, value: 60 mL/min, taken: 2026-05-30T09:00}]",
        ["symptoms[1].onset (line 6)", "labs[0].taken (line 7)"],
    ),
    "question that is absent": (
        "symptoms:\n  - name: low_back_pain\n    present: false",
        ["symptoms[0].present (line 6)"],
    ),
    "units of another test": (
        "labs:\n  - {test: serum_magnesium, value: 140 mmHg}\n  - {test: serum_potassium, value: 4 U/L}\n"
        "  - {test: egfr, value: 1.2 mg/dL}\n  - {test: serum_calcium, value: 2.4}\n"
        "  - {test: urine_magnesium, value: 3 mmol/L}\n",
        [f"labs[{index}].value (line {index + 5})" for index in range(5)],
    ),
    "laboratory values no one has": (
        "labs:\n  - {test: serum_magnesium, value: 900 mmol/L}\n"
        "  - {test: fractional_excretion_magnesium, value: 300 %}",
        ["labs[0].value (line 5)", "labs[1].value (line 6)"],
    ),
    "limit written with a sign": (
        "labs: [{test: parathyroid_hormone, value: <5 pg/mL}]",
        ["labs[0].value (line 4)"],
    ),
    "urine collections": (
        "labs:\n  - {test: urine_magnesium, value: 3 mmol}\n"
        "  - {test: serum_magnesium, value: 2 mg/dL, urine_hours: 24}\n"
        "  - {test: urine_magnesium, value: 3 mmol, urine_hours: 0}\n",
        ["labs[0].urine_hours (line 5)", "labs[1].urine_hours (line 6)", "labs[2].urine_hours (line 7)"],
    ),
    "not a number": (
        "symptoms: [{name: nausea, severity: .nan}, {name: tremor, severity: -.inf}]\n"
        "supplements: [{form: oxide, times_per_day: .NaN}]",
        [
            "symptoms[0].severity (line 4)",
            "symptoms[1].severity (line 4)",
            "supplements[0].times_per_day (line 5)",
        ],
    ),
    "text where a number belongs": (
        "symptoms: [{name: nausea, severity: bad}]\n"
        "supplements: [{form: oxide, times_per_day: '2', with_food: 1}]",
        [
            *["symptoms[0].severity (line 4)", "supplements[0].times_per_day (line 5)"],
            "supplements[0].with_food (line 5)",
        ],
    ),
    "number where text belongs": (
        "question: 7\ndiet: {magnesium: 310}\nsupplements: [{form: 12}]\nlabs: [{test: 3, value: 4}]",
        [
            *["question (line 4)", "diet.magnesium (line 5)", "supplements[0].form (line 6)"],
            *["labs[0].test (line 7)", "labs[0].value (line 7)"],
        ],
    ),
    "yes and no are text": (
        "symptoms: [{name: nausea, present: no}]\nred_flags: {fever: yes}\n"
        "supplements: [{form: oxide, with_food: on}]",
        ["symptoms[0].present (line 4)", "red_flags.fever (line 5)", "supplements[0].with_food (line 6)"],
    ),
    "numbers out of range": (
        "symptoms: [{name: nausea, severity: 11}]\n"
        "supplements: [{form: oxide, times_per_day: 0, duration: -1 h}]",
        [
            *["symptoms[0].severity (line 4)", "supplements[0].times_per_day (line 5)"],
            "supplements[0].duration (line 5)",
        ],
    ),
    "lists and mappings in each other's place": (
        "symptoms: nausea\nlabs: {test: egfr}\ndiet: [310 mg/day]\nsupplements: [oxide]\nred_flags: [fever]",
        [
            "symptoms (line 4)",
            "labs (line 5)",
            "diet (line 6)",
            "supplements[0] (line 7)",
            "red_flags (line 8)",
        ],
    ),
    "entries without what they need": (
        "symptoms: [{severity: 3}]\nlabs: [{}, {test: egfr}]\nsupplements: [{dose: 5 mmol}]",
        [
            *["symptoms[0].name (line 4)", "labs[0].test (line 5)", "labs[0].value (line 5)"],
            *["labs[1].value (line 5)", "supplements[0].form (line 6)"],
        ],
    ),
    "the same key twice": (
        "question: nausea\nquestion: tremor\nsymptoms: [{name: nausea, name: tremor}]",
        ["question (line 5)", "symptoms[0].name (line 6)"],
    ),
    "anchors and aliases": (
        "symptoms:\n  - &first {name: nausea}\n  - *first\n",
        ["symptoms[0] (line 5)", "symptoms[1] (line 6)"],
    ),
    "tags": (
        "question: !!str nausea\nsymptoms: !!python/tuple []\n"
        "labs: !local\n  - {test: !!binary aGk=, value: 1 mmol/L}",
        ["question (line 4)", "symptoms (line 5)", "labs (line 6)", "labs[0].test (line 7)"],
    ),
    "merge key": ("diet:\n  <<: {magnesium: 3 mg/day}\n", ["diet['<<'] (line 5)"]),
    "keys that are no text": (
        "red_flags: {1: true, true: false, [a]: true}\n2026: 3\n",
        ["red_flags (line 4)", "bad.yaml (line 5)"],
    ),
    "reader, value and meaning in one answer": (
        "question: tremor\nquestion: nausea\nsymptoms:\n  - {name: tremor, present: false, severity: high}\n"
        "supplements:\n  - {form: citrat, dose: 1000 mg, start: 2026-05-02,\n"
        "     stop: 2026-05-01, with_food: .inf}",
        [
            *["question (line 5)", "symptoms[0].present (line 7)", "symptoms[0].severity (line 7)"],
            *[
                "supplements[0].form (line 9)",
                "supplements[0].dose_of (line 9)",
                "supplements[0].stop (line 10)",
            ],
            "supplements[0].with_food (line 10)",
        ],
    ),
}

PERSONS = {
    "two kidneys": ("{egfr: 60 mL/min, creatinine: 1 mg/dL}", ["person.kidney (line 6)"]),
    "three kidneys, one of them wrong": (
        "{egfr: 60, creatinine: 1 mg/dL, dialysis: yes}",
        ["person.kidney (line 6)", "person.kidney.egfr (line 6)", "person.kidney.dialysis (line 6)"],
    ),
    "kidney without a value": ("{}", ["person.kidney (line 6)"]),
    "kidney with an empty value": ("{egfr: }", ["person.kidney (line 6)"]),
    "unknown kidney": ("{gfr: 60 mL/min}", ["person.kidney.gfr (line 6)"]),
}

SCENARIOS = {
    "nobody": ("people: {count: 0}", ["people.count (line 2)"]),
    "too many people": (
        "people: {count: 1000001, seed: -1}",
        ["people.count (line 2)", "people.seed (line 2)"],
    ),
    "half a person": ("people: {count: 2.5, sex: both}", ["people.count (line 2)", "people.sex (line 2)"]),
    "spreads that contradict themselves": (
        "people: {count: 5, age: {mean: 50, sd: -1, min: 60, max: 40}, weight: {mean: 200 kg, max: 90 kg},"
        " height: {sd: 5 cm, min: 2 m, max: 1 m}, egfr: {mean: 90 mL/min/1.73m2, sd: 9 mL/min}}",
        [
            *["people.age.sd (line 2)", "people.age.min (line 2)", "people.weight.mean (line 2)"],
            *["people.height.mean (line 2)", "people.height.min (line 2)", "people.egfr.sd (line 2)"],
        ],
    ),
    "bare numbers for filtration": (
        "people: {count: 5, egfr: {mean: 37, sd: 11}}",
        ["people.egfr.mean (line 2)", "people.egfr.sd (line 2)"],
    ),
    "shares beyond all": (
        "people: {count: 5, sex: {female: 1.2}, select: {serum_magnesium: {min: 2 mg/dL, max: 0.5 mmol/L}}}",
        ["people.sex.female (line 2)", "people.select.serum_magnesium.min (line 2)"],
    ),
    "pregnant men": ("people: {count: 5, sex: male, pregnant: true}", ["people.pregnant (line 2)"]),
    "dialysis around the clock": (
        "people: {count: 5, dialysis: {kind: hemodialysis, per_week: 14, hours: 20}}",
        ["people.dialysis.hours (line 2)"],
    ),
    "dates in a group": (
        "people: {count: 5, drugs: [{name: omeprazole, start: 2026-01-01}], conditions: [diabetis]}",
        ["people.drugs[0].start (line 2)", "people.conditions[0] (line 2)"],
    ),
}

PROTOCOLS = {
    "once and repeated": (
        "supplements:\n  - {form: oxide, at_day: 1, start_day: 0, times_per_day: 2}",
        ["supplements[0].start_day (line 6)", "supplements[0].times_per_day (line 6)"],
    ),
    "stopped before it starts": (
        "supplements:\n  - {form: oxide, start_day: 5, stop_day: 5}\n  - {form: oxide, stop_day: -1}",
        ["supplements[0].stop_day (line 6)", "supplements[1].stop_day (line 7)"],
    ),
    "civil times in a scenario": (
        "supplements: [{form: oxide, start: 2026-01-01}]",
        ["supplements[0].start (line 5)"],
    ),
    "changes that change nothing or too much": (
        "drug_changes: [{day: 1}, {day: 2, start: a, stop: b}, {start: a}]\n"
        "condition_changes: [{day: -1, start: flu}]\n"
        "diet_changes: [{day: 3, magnesium: 10 mg}]",
        [
            *["drug_changes[0] (line 5)", "drug_changes[1] (line 5)", "drug_changes[2].day (line 5)"],
            *["condition_changes[0].day (line 6)", "condition_changes[0].start (line 6)"],
            "diet_changes[0].magnesium (line 7)",
        ],
    ),
    "control that is no choice": (
        "control: no\nmeals: [{at_day: 1, phytate: 3}]",
        ["control (line 5)", "meals[0].phytate (line 6)"],
    ),
}

DURATIONS = {
    "day beyond the end": (
        "duration: 6 d\nmeasures: [{name: serum_magnesium, days: [0, 6, 7]}]",
        ["measures[0].days[2] (line 4)"],
    ),
    "unknown measures and thresholds": (
        "duration: 6\nmeasures: [{name: magnesium, days: []},\n"
        " {name: diarrhea, days: [-1], above: [3 mg, much]}]",
        [
            *["duration (line 3)", "measures[0].name (line 4)", "measures[0].days (line 4)"],
            *[
                "measures[1].days[0] (line 5)",
                "measures[1].above[0] (line 5)",
                "measures[1].above[1] (line 5)",
            ],
        ],
    ),
    "nothing to measure": ("duration: 0 d\nmeasures: []", ["duration (line 3)", "measures (line 4)"]),
    "no protocol": ("control: true\n", ["duration (line 1)", "measures (line 1)"]),
}

ALONE = {
    "empty": ("", ["bad.yaml"]),
    "comments only": ("# nothing\n", ["bad.yaml"]),
    "list at the top": ("- schema: epsom.case/1\n", ["bad.yaml (line 1)"]),
    "text at the top": ("schema\n", ["bad.yaml (line 1)"]),
    "two documents": (CASE + "---\n" + CASE, ["bad.yaml (line 4)"]),
    "tabs for indentation": ("schema: epsom.case/1\nperson:\n\tage: 3\n", ["person (line 3)"]),
    "unclosed bracket": ("schema: epsom.case/1\nsymptoms: [nausea\n", ["symptoms[1] (line 3)"]),
    "unclosed quote": ('schema: "epsom.case/1\n', ["schema (line 2)"]),
    "colon in plain text": (CASE + "question: a: b\n", ["bad.yaml (line 4)"]),
    "deep nesting": ("schema: " + "[" * 5000, ["schema" + "[0]" * 31 + " (line 1)"]),
    "a million laughs": (
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        [
            *["a (line 1)", "b (line 2)", "b[0] (line 2)", "b[1] (line 2)", "c (line 3)", "c[0] (line 3)"],
            *["c[1] (line 3)", "schema (line 1)", "asked_on (line 1)", "person (line 1)"],
        ],
    ),
    "bytes that are not UTF-8": (b"schema: epsom.case/1\nquestion: \xe9\n", ["bad.yaml (line 2)"]),
    "UTF-16": (CASE.encode("utf-16"), ["bad.yaml (line 1)"]),
    "a NUL character": ("schema: epsom.case/1\nquestion: a\0b\n", ["bad.yaml (line 2)"]),
    "an escaped NUL character": (
        'schema: "epsom\\0"\nasked_on: 2026-06-01\nperson: {age: 6, sex: male}\n',
        ["schema (line 1)"],
    ),
    "broken JSON": ('{"schema": "epsom.case/1",\n "question": nausea}', ["question (line 2)"]),
    "JSON with a trailing comma": ('{"schema": "epsom.case/1",\n}', ["bad.yaml (line 2)"]),
    "JSON with what is no number": (
        '{"schema": "epsom.case/1", "asked_on": "2026-06-01",\n'
        '"person": {"age": NaN, "sex": "male", "sex": 3}}',
        ["person.age (line 2)", "person.sex (line 2)"],
    ),
    "unknown schema": (CASE.replace("case/1", "case/9"), ["schema (line 1)"]),
    "schema of another document": (CASE.replace("case/1", "scenario/1"), ["schema (line 1)"]),
    "no schema": (CASE.partition("\n")[2], ["schema (line 1)"]),
    "a person without age or sex": (
        "schema: epsom.case/1\nperson: {weight: 70, pregnant: maybe}\n",
        [
            *["asked_on (line 1)", "person.age (line 2)", "person.sex (line 2)"],
            *["person.weight (line 2)", "person.pregnant (line 2)"],
        ],
    ),
    "a person no one is": (
        CASE.replace("60, sex: female", "131, sex: male, pregnant: true, weight: 900 kg, height: 9 m"),
        [
            "person.age (line 3)",
            "person.pregnant (line 3)",
            "person.weight (line 3)",
            "person.height (line 3)",
        ],
    ),
    "conditions and drugs": (
        CASE.replace(
            "female}",
            "female, conditions: [diabetis, {start: 2026-05-01},\n"
            " {name: ileus, start: 2026-05-02, stop: 2026-05-01}],\n"
            " drugs: [7, '', {name: aspirin, dose: 100, start: 2027-01-01}]}",
        ),
        [
            *["person.conditions[0] (line 3)", "person.conditions[1].name (line 3)"],
            *["person.conditions[2].stop (line 4)", "person.drugs[0] (line 5)", "person.drugs[1] (line 5)"],
            *["person.drugs[2].dose (line 5)", "person.drugs[2].start (line 5)"],
        ],
    ),
}


def places(load_it, path):
    with pytest.raises(InputError) as caught:
        load_it(path)
    return {fault.where for fault in caught.value.faults}


def of(table):
    return [pytest.param(*row, id=name) for name, row in table.items()]


@pytest.fixture
def bad_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(content):
        (tmp_path / "bad.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
        return "bad.yaml"

    return write


@pytest.mark.parametrize(("text", "expected"), of(CASES))
def test_bad_cases(bad_file, text, expected):
    assert places(load_case, bad_file(CASE + text)) == set(expected)


@pytest.mark.parametrize(("kidney", "expected"), of(PERSONS))
def test_bad_kidneys(bad_file, kidney, expected):
    person = f"person:\n  age: 60\n  sex: female\n  kidney: {kidney}\n"
    text = "schema: epsom.case/1\nasked_on: 2026-06-01\n" + person
    assert places(load_case, bad_file(text)) == set(expected)


@pytest.mark.parametrize(("people", "expected"), of(SCENARIOS))
def test_bad_groups(bad_file, people, expected):
    text = f"schema: epsom.scenario/1\n{people}\nduration: 7 d\n{MEASURES}"
    assert places(load_scenario, bad_file(text)) == set(expected)


@pytest.mark.parametrize(("text", "expected"), of(PROTOCOLS))
def test_bad_protocols(bad_file, text, expected):
    assert places(load_scenario, bad_file(SCENARIO + MEASURES + text)) == set(expected)


@pytest.mark.parametrize(("text", "expected"), of(DURATIONS))
def test_bad_durations_and_measures(bad_file, text, expected):
    start = "schema: epsom.scenario/1\npeople: {count: 10}\n"
    assert places(load_scenario, bad_file(start + text)) == set(expected)


@pytest.mark.parametrize(("content", "expected"), of(ALONE))
def test_bad_texts(bad_file, content, expected):
    assert places(load_case, bad_file(content)) == set(expected)


def test_ten_megabytes_are_refused_unread(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_bytes(CASE.encode() + b"# " + b"x" * 10_000_000)
    assert places(load, path) == {str(path)}


def test_what_is_no_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "missing.yaml"):
        assert places(load, path) == {str(path)}


def test_unknown_names_come_with_the_nearest_one(bad_file):
    text = "question: back_pain\nsupplements: [{form: magnesium oxid}]\nsuplements: []\n"
    with pytest.raises(InputError) as caught:
        load_case(bad_file(CASE + text))
    assert {fault.where: fault.hint for fault in caught.value.faults} == {
        "question (line 4)": "did you mean low_back_pain?",
        "supplements[0].form (line 5)": "did you mean oxide?",
        "suplements (line 6)": "did you mean supplements?",
    }


def test_faults_come_in_the_order_of_their_lines(bad_file):
    text = (
        "labs: [{test: x, value: 1 mg/dL}]\nquestion: y\nquestion: z\nsymptoms: [{name: tremor, severity: x}]"
    )
    with pytest.raises(InputError) as caught:
        load_case(bad_file(CASE + text))
    lines = [int(fault.where.partition("(line ")[2].rstrip(")")) for fault in caught.value.faults]
    assert lines == sorted(lines)


def test_the_good_lines_around_the_bad_ones_are_good():
    load_case(CASE)
    load_scenario(SCENARIO + MEASURES)
