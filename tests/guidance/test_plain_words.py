"""What is said to the person: grade 7 or below, no promise against a flag, blanks filled in."""

from __future__ import annotations

import random
import re
from functools import cache

import pytest
from guidance_people import DENIED, case, day, magnesium, plain_back_pain, random_tree
from reading_grade import ALLOWED, counts, grade, syllables
from rule_examples import EXAMPLES

from epsom.core.documents import case_from_tree
from epsom.core.names import CONDITIONS, RED_FLAGS, SYMPTOMS
from epsom.guidance.actions import actions
from epsom.guidance.pathways import routes
from epsom.guidance.triage import triage
from epsom.guidance.wording import condition_words, flag_words, listed, symptom_words

GRADE = 7.0
PROMISES = re.compile(
    r"\b(?:safe|harmless|nothing to worry|no need to|no danger|no risk|all clear|don't worry|do not worry"
    r"|not serious|reassur\w*|you are fine|is fine|unlikely to be)\b",
    re.IGNORECASE,
)


@cache
def people():
    draw = random.Random(77)
    drawn = [random_tree(draw) if number % 3 else plain_back_pain(draw) for number in range(900)]
    return [case_from_tree(tree) for tree in (*drawn, *(fires for fires, _ in EXAMPLES.values()))]


@cache
def said():
    """Everything said to each of these people."""
    found = []
    for person in people():
        pressed = triage(person)
        advice = actions(person, pressed)
        found.append(([reason.because for reason in pressed.told], [item.because for item in advice]))
    return found


def test_syllables_are_counted_well_enough():
    words = {
        "kidney": 2,
        "muscles": 2,
        "people": 2,
        "doctor": 2,
        "urine": 2,
        "dose": 1,
        "doses": 2,
        "lasted": 2,
    }
    words |= {"blocked": 1, "prescriber": 3, "emergency": 2, "because": 2, "dizziness": 3, "table": 2}
    assert {word: syllables(word) for word in words} == words


def test_the_measure_agrees_with_texts_of_known_grade():
    easy = ["The cat sat on the mat. It was a warm day."]
    hard = ["Hypermagnesemia necessitates multidisciplinary consideration of extracorporeal elimination."]
    assert grade(easy) < 2
    assert grade(hard) > 18
    assert counts("Take 400 mg (16.5 mmol/L) of it. Then rest.") == (2, 7, 7)


def test_the_allowed_nouns_are_few():
    assert len(ALLOWED) <= 40


def test_reasons_read_at_grade_7_or_below_on_average():
    assert grade([text for reasons, _ in said() for text in reasons]) <= GRADE


def test_advice_reads_at_grade_7_or_below_on_average():
    assert grade([text for _, advice in said() for text in advice]) <= GRADE


def test_each_persons_whole_text_is_easy_for_nearly_all():
    """No person's text as a whole is above grade 9, and at most one in twenty is above 7."""
    grades = [grade([*reasons, *advice]) for reasons, advice in said() if reasons or advice]
    assert max(grades) <= 9.0
    assert sum(found > GRADE for found in grades) <= 0.05 * len(grades)


def test_steps_of_the_pathways_read_at_grade_7_or_below():
    told = [
        route.to(symptom).steps for route in routes().values() for symptom in ("low_back_pain", "headache")
    ]
    assert grade([step for steps in told for step in steps]) <= GRADE


def test_no_other_symptom_is_explained_as_back_pain():
    """Once every symptom's background was that of low back pain, and weak legs strained the back."""
    for (_, pathway), route in routes().items():
        for symptom in set(SYMPTOMS) - {"low_back_pain"}:
            if pathway not in (
                "referred_pain",
                "malaise_posture",
                "chronic_tension",
            ):  # to the low back alone
                assert not re.search(r"\b(?:back|spine)\b", " ".join(route.to(symptom).steps)), (
                    pathway,
                    symptom,
                )


def test_sentences_are_filled_in():
    for reasons, advice in said():
        for text in (*reasons, *advice):
            assert not re.search(r"[{}]|\bNone\b|\bnan\b|_|  ", text), text
            assert text[0].isupper()
            assert text.endswith(".")
            assert not re.search(r"\b(?:a|an) (?:a|an)\b|your (?:a|an) ", text), text


@pytest.mark.parametrize("flag", RED_FLAGS)
def test_nothing_promises_safety_against_a_flag(flag):
    mild = {"name": "low_back_pain", "onset": day(3), "course": "better", "severity": 1}
    for keys in ({}, {"mg": magnesium(ago=400)}, {"flags": DENIED}):
        flags = dict(keys.get("flags", {})) | {flag: True}
        person = case(mild, **keys | {"flags": flags, "kidney": {"egfr": "95 mL/min/1.73m2"}})
        pressed = triage(person)
        advice = actions(person, pressed)
        assert "no_change_needed" not in {item.action for item in advice}
        for text in (*(reason.because for reason in pressed.reasons), *(item.because for item in advice)):
            assert not PROMISES.search(text), text


def test_nothing_promises_safety_to_anyone():
    for reasons, advice in said():
        for text in (*reasons, *advice):
            assert not PROMISES.search(text), text


def test_every_name_has_plain_words():
    for names, wording in ((SYMPTOMS, symptom_words), (RED_FLAGS, flag_words), (CONDITIONS, condition_words)):
        for name in names:
            assert wording(name)
            assert "_" not in wording(name)


def test_lists_read_as_people_write_them():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "a"]) == "a and b"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""


def test_one_answer_writes_one_kidney_rate():
    """A creatinine of 13 mg/dL was told as about 4 in one line and as about 3.72 in another."""
    person = case(
        "muscle_weakness", question="muscle_weakness", mg=magnesium(dose="400 mg"),
        kidney={"creatinine": "13 mg/dL"}, conditions=["chronic_kidney_disease"],
    )  # fmt: skip
    reasons = " ".join(reason.because for reason in triage(person).told)
    told = re.findall(r"\(eGFR\) is about (\d+(?:\.\d+)?)", reasons)
    assert len(told) >= 2
    assert len(set(told)) == 1
