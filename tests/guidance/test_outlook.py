"""What the crowd says beyond causes, in words: short, plain, and with cautions where they are due."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

from guidance_findings import fake_findings, share
from guidance_people import case, magnesium
from reading_grade import grade

from epsom.core.names import CAUSES, Lab
from epsom.guidance import outlook
from epsom.guidance.facts import facts
from epsom.inference.findings import CauseFinding, Estimate, ExpectedTest, PlanFinding, Reason


def plan(change: str = "halve", excess: float = 0.0) -> PlanFinding:
    return PlanFinding(
        change, "oxide", 200.0, 2.0, None, Estimate(120.0, 80.0, 200.0), share(0.1), share(excess), {}
    )


def with_plans(*plans: PlanFinding, tests: tuple[ExpectedTest, ...] = ()):
    from dataclasses import replace

    return replace(fake_findings(), plans=plans, next_tests=tests)


def test_every_reason_for_a_test_is_plain() -> None:
    tests = [
        ExpectedTest(test, bits, pair)
        for test in (*get_args(Lab), "three_day_stop")
        for pair in combinations(CAUSES, 2)
        for bits in (0.001, 0.5)
    ]
    told = outlook.next_tests(with_plans(tests=tuple(tests)))
    assert len(told) == len(tests)
    assert grade(" ".join(dict.fromkeys(test.why for test in told))) <= 7.0
    assert all("{" not in test.why for test in told)


def test_reasons_are_told_by_their_way_and_strength() -> None:
    found = CauseFinding(
        "magnesium_excess", share(0.5), {},
        (Reason("level", "serum_magnesium", "labs", None, 40.0),
         Reason("stop", "relief", "supplements", False, 0.2),
         Reason("flag", "fever", "red_flags.fever", True, 0.5),
         Reason("lab", "serum_calcium", "labs[1]", None, 1.5)),
    )  # fmt: skip
    assert outlook.speaks(found, way=True) == (
        "Your measured magnesium speaks strongly for it.",
        "Your result for calcium in blood speaks a little for it.",
    )
    against = outlook.speaks(found, way=False)
    assert against[0] == "That it did not get better after you stopped speaks clearly against it."
    assert len(against) == 2


def test_failing_kidneys_and_excess_carry_a_caution() -> None:
    well = case(mg=magnesium())
    sick = case(mg=magnesium(), kidney={"egfr": "20 mL/min/1.73m2"})
    found = with_plans(plan(), plan("split", excess=0.3))
    plain = outlook.alternatives(facts(well), "soon", found)
    careful = outlook.alternatives(facts(sick), "soon", found)
    assert "kidneys" not in plain[0].note
    assert "kidneys" in careful[0].note
    assert "too high" in plain[1].note
    assert "first" in outlook.alternatives(facts(well), "urgent", found)[0].note
