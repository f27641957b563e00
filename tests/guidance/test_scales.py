"""The Naranjo scale and the WHO-UMC categories: scores as published, answers from the person's own dates."""

from __future__ import annotations

import random

import pytest
from guidance_findings import fake_findings
from guidance_people import case, day, magnesium, random_tree

from epsom.core.documents import case_from_tree
from epsom.guidance.scales import scales
from epsom.guidance.tables import table

ITEMS = [item["id"] for item in table("scales")["naranjo"]["item"]]


def answers(*symptoms, findings=None, **keys):
    found = scales(case(*symptoms, **keys), findings)
    return dict(zip(ITEMS, (item.answer for item in found.naranjo.items), strict=True)), found


def pain(onset, name="diarrhea", **keys):
    return {"name": name, "onset": day(onset)} | keys


def test_the_scores_are_those_of_the_scale():
    """Item scores of the original: yes, no; unknown is 0."""
    published = [(1, 0), (2, -1), (1, 0), (2, -1), (-1, 2), (-1, 1), (1, 0), (1, 0), (1, 0), (1, 0)]
    assert [(item["yes"], item["no"]) for item in table("scales")["naranjo"]["item"]] == published
    assert sum(max(pair) for pair in published) == 13
    assert sum(min(*pair, 0) for pair in published) == -4


@pytest.mark.parametrize(
    ("score", "category"),
    [(13, "definite"), (9, "definite"), (8, "probable"), (5, "probable"), (4, "possible"), (1, "possible"),
     (0, "doubtful"), (-4, "doubtful")],
)  # fmt: skip
def test_categories_begin_where_the_original_says(score, category):
    categories = table("scales")["naranjo"]["categories"]
    assert next(name for name, least in categories if score >= least) == category


def test_every_item_is_shown_and_the_score_is_their_sum():
    draw = random.Random(4)
    for _ in range(500):
        found = scales(case_from_tree(random_tree(draw))).naranjo
        if found is not None:
            assert len(found.items) == 10
            assert found.score == sum(item.score for item in found.items)
            assert all(item.score == 0 for item in found.items if item.answer == "unknown")


def test_nothing_taken_nothing_to_judge():
    found = scales(case("diarrhea"))
    assert found.naranjo is None
    assert found.who_umc is None


def test_before_and_after_the_start():
    after, found = answers(pain(5), question="diarrhea", mg=magnesium(ago=7))
    assert after["began_after"] == "yes"
    assert found.who_umc.category == "possible"
    before, found = answers(pain(9), question="diarrhea", mg=magnesium(ago=7))
    assert before["began_after"] == "no"
    assert found.who_umc.category == "unlikely"
    worse, found = answers(pain(9, course="worse"), question="diarrhea", mg=magnesium(ago=7))
    assert worse["began_after"] == "unknown"
    assert found.who_umc.category != "unlikely"
    unknown, found = answers(question="diarrhea", mg=magnesium(ago=7))
    assert unknown["began_after"] == "unknown"
    assert found.who_umc.category == "conditional"


def test_relief_after_stopping():
    stopped = magnesium(ago=20, stop=day(6))
    relieved, found = answers(pain(10, resolved=day(4)), question="diarrhea", mg=stopped)
    assert relieved["better_without"] == "yes"
    assert found.who_umc.category == "probable"
    going_on, _ = answers(pain(10), question="diarrhea", mg=stopped)
    assert going_on["better_without"] == "no"
    still_taken, _ = answers(pain(10, resolved=day(4)), question="diarrhea", mg=magnesium(ago=20))
    assert still_taken["better_without"] == "unknown"
    too_early, _ = answers(pain(10), question="diarrhea", mg=magnesium(ago=20, stop=day(1)))
    assert too_early["better_without"] == "unknown"


def test_relief_of_back_pain_stays_possible_since_it_has_causes_of_its_own():
    keys = {"mg": magnesium(ago=20, stop=day(6))}
    found, both = answers(pain(10, "low_back_pain", resolved=day(4)), **keys)
    assert found["other_causes"] == "yes"
    assert found["earlier_reports"] == "no"
    assert both.who_umc.category == "possible"
    assert both.naranjo.category == "possible"


def test_coming_back_when_taken_again():
    products = [magnesium(ago=40, stop=day(30)), magnesium(ago=10)]
    back, found = answers(pain(38, resolved=day(29)), pain(9), question="diarrhea", mg=products)
    assert back["came_back"] == "yes"
    assert back["before"] == "yes"
    assert found.naranjo.score >= 6
    gone, _ = answers(pain(38, resolved=day(29)), question="diarrhea", mg=products)
    assert gone["came_back"] == "no"
    once, _ = answers(pain(38), question="diarrhea", mg=products[1])
    assert once["came_back"] == "unknown"


def test_even_a_full_story_of_back_pain_does_not_reach_definite():
    products = [magnesium(ago=40, stop=day(30)), magnesium(ago=10, stop=day(3))]
    story = [pain(38, "low_back_pain", resolved=day(29)), pain(9, "low_back_pain", resolved=day(2))]
    _, found = answers(*story, mg=products)
    assert found.naranjo.category == "probable"
    assert found.who_umc.category in ("possible", "probable")


def test_a_toxic_level_confirms_weakness_and_nothing_else():
    keys = {"mg": magnesium(ago=9), "labs": {"serum_magnesium": "3 mmol/L"}}
    weak, found = answers(pain(3, "muscle_weakness"), question="muscle_weakness", **keys)
    assert (weak["toxic_level"], weak["confirmed"], weak["earlier_reports"]) == ("yes", "yes", "yes")
    assert found.naranjo.category == "probable"
    back, _ = answers(pain(3, "low_back_pain"), **keys)
    assert (back["toxic_level"], back["confirmed"]) == ("yes", "unknown")
    normal, _ = answers(mg=magnesium(), labs={"serum_magnesium": "0.9 mmol/L"})
    assert normal["toxic_level"] == "no"


def test_a_raised_dose():
    raised = [magnesium(dose="100 mg", ago=40, stop=day(11)), magnesium(dose="400 mg", ago=10)]
    found, _ = answers(pain(9), question="diarrhea", mg=raised)
    assert found["dose_response"] == "yes"
    found, _ = answers(pain(30), question="diarrhea", mg=raised)
    assert found["dose_response"] == "unknown"


def test_other_causes_are_known_from_flags_drugs_and_the_crowd():
    keys = {"question": "diarrhea", "mg": magnesium(ago=9)}
    assert answers(pain(3), **keys)[0]["other_causes"] == "unknown"
    assert answers(pain(3), drugs=["metformin"], **keys)[0]["other_causes"] == "yes"
    assert answers(pain(3), flags="fever", **keys)[0]["other_causes"] == "yes"
    crowd = fake_findings(causes={"other_cause": 0.8})
    assert answers(pain(3), findings=crowd, **keys)[0]["other_causes"] == "yes"
