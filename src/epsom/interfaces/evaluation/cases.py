"""The answers held against the published cases: right causes by class, beside three simple rules.

A person counts once: a case and its twin with an ordinary supplement added are one person, who is right only
if every file of theirs is. Case reports are selected; their frequencies say nothing about risks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.documents import case_from_tree
from epsom.core.evidence import data_folder
from epsom.core.names import CAUSES, TRIAGE_LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from epsom.core.names import Cause
    from epsom.core.records import Case
    from epsom.core.records.assessment import Assessment

VERSIONS = ("with_labs", "without_labs")
CLASSES: Mapping[str, Cause] = {
    "excess": "magnesium_excess", "deficiency": "magnesium_deficiency", "not_magnesium": "other_cause",
}  # fmt: skip
_OPPOSITE: Mapping[str, Cause] = {"excess": "magnesium_deficiency", "deficiency": "magnesium_excess"}
#: Usual serum magnesium, mmol/L, beyond which the second simple rule names a cause.
_USUAL = (0.7, 1.1)
#: Probability a simple rule gives the cause it names; the rest is shared evenly.
_SURE = 0.9
#: Ninety-five percent.
_DEVIATE = 1.959963984540054


@dataclass(frozen=True)
class Scored:
    """One file of a published case and what was answered.

    Attributes
    ----------
    person
        The case without the word for its twin.
    direction
        ``excess``, ``deficiency`` or ``not_magnesium``.
    judged
        What may fairly be scored (``cause_first``, ``direction``, ``triage``, ...).
    measured
        Whether the file holds serum or ionized magnesium.
    telling
        Whether exposure and kidneys, as written, foretell the serum at least roughly.
    named
        Cause that each simple rule names.
    probabilities
        Of each cause; even where the model does not fit.
    """

    person: str
    version: str
    direction: str
    cause: Cause | None
    role: str
    judged: tuple[str, ...]
    measured: bool
    telling: bool
    fit: str
    probabilities: Mapping[Cause, float]
    named: Mapping[str, Cause]
    first_test: str | None
    triage: str
    least_triage: str | None

    @property
    def leads(self) -> Cause | None:
        """The most probable cause; None where none is named."""
        return None if self.fit == "none" else max(CAUSES, key=lambda cause: self.probabilities[cause])

    @property
    def pressing_enough(self) -> bool:
        """Whether the triage is not below what the file demands."""
        if self.least_triage is None:
            return True
        return TRIAGE_LEVELS.index(self.triage) <= TRIAGE_LEVELS.index(self.least_triage)


def published() -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Every published case with its name."""
    folder = data_folder() / "published_cases"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".json"):
            yield file.name.removesuffix(".json"), json.loads(file.read_text(encoding="utf-8"))


def score_all(
    answer: Callable[[Case], Assessment], progress: Callable[[int, int], None] = lambda _a, _b: None
) -> list[Scored]:
    """Answer every adult file of every published case of a scored class."""
    files = [
        (name, tree, version)
        for name, tree in published()
        if tree["expected"]["direction"] in CLASSES
        for version in VERSIONS
        if tree[f"case_{version}"] is not None and tree[f"case_{version}"]["person"]["age"] >= 18
    ]
    found = []
    for done, (name, tree, version) in enumerate(files):
        progress(done, len(files))
        case = case_from_tree(tree[f"case_{version}"])
        found.append(_scored(name, version, case, tree["expected"], answer(case)))
    return found


def _scored(name: str, version: str, case: Case, expected: Mapping[str, Any], record: Assessment) -> Scored:
    even = dict.fromkeys(CAUSES, 1.0 / len(CAUSES))
    return Scored(
        person=name.removesuffix("-supplement"),
        version=version,
        direction=expected["direction"],
        cause=expected["cause"],
        role=expected["role"],
        judged=tuple(expected["score"]),
        measured=any(lab.test in ("serum_magnesium", "ionized_magnesium") for lab in case.labs),
        telling=expected["serum_predictable_from_exposure_and_kidney"] != "no",
        fit=record.model.fit,
        probabilities={share.cause: share.probability for share in record.causes} or even,
        named={rule: names(case) for rule, names in SIMPLE_RULES.items()},
        first_test=record.next_tests[0].test if record.next_tests else None,
        triage=record.triage,
        least_triage=expected["triage_minimum_from_file"][version],
    )


# ---- Three simple rules


def _by_serum(case: Case) -> Cause:
    levels = [lab.value.value for lab in case.labs if lab.test == "serum_magnesium"]
    if any(level > _USUAL[1] for level in levels):
        return "magnesium_excess"
    return "magnesium_deficiency" if any(level < _USUAL[0] for level in levels) else "other_cause"


SIMPLE_RULES: Mapping[str, Callable[[Case], Cause]] = {
    "always other": lambda _case: "other_cause",
    "abnormal serum names the cause": _by_serum,
    "exposure names the cause": lambda case: "magnesium_excess" if case.supplements else "other_cause",
}


# ---- Scores


def right(file: Scored, leads: Cause | None) -> bool:
    """Whether naming ``leads`` first is right for this file."""
    return leads == CLASSES[file.direction]


def right_as_judged(file: Scored) -> bool:
    """Whether all holds that may fairly be asked of the causes of this file, with magnesium measured.

    Where a report leaves open what caused the symptom asked about, that is the direction alone.
    """
    return right_direction(file) and ("cause_first" not in file.judged or right(file, file.leads))


def right_direction(file: Scored) -> bool:
    """Whether the cause of the true direction is more probable than that of the opposite one."""
    return file.probabilities[CLASSES[file.direction]] > file.probabilities[_OPPOSITE[file.direction]]


def share_of_persons(files: Sequence[Scored], good: Callable[[Scored], bool]) -> tuple[int, int]:
    """How many persons are right in every file, and how many persons there are."""
    persons: dict[str, bool] = {}
    for file in files:
        persons[file.person] = persons.get(file.person, True) and good(file)
    return sum(persons.values()), len(persons)


def wilson(good: int, count: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share."""
    if count == 0:
        return 0.0, 1.0
    share, z2 = good / count, _DEVIATE**2
    center = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _DEVIATE / (1 + z2 / count) * np.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    return float(max(center - half, 0.0)), float(min(center + half, 1.0))


def brier_and_log(files: Sequence[Scored], rule: str | None = None) -> tuple[float, float]:
    """Mean Brier and log score (nats, lower is better) of the model, or of a simple rule."""
    brier, logarithm = [], []
    for file in files:
        given = file.probabilities if rule is None else _spread(file.named[rule])
        truth = CLASSES[file.direction]
        brier.append(sum((given[cause] - (cause == truth)) ** 2 for cause in CAUSES))
        logarithm.append(-np.log(max(given[truth], 1e-6)))
    return float(np.mean(brier)), float(np.mean(logarithm))


def _spread(named: Cause) -> Mapping[Cause, float]:
    rest = (1 - _SURE) / (len(CAUSES) - 1)
    return {cause: _SURE if cause == named else rest for cause in CAUSES}


def document(files: Sequence[Scored]) -> dict[str, Any]:
    """All scores as one tree."""
    told = [f for f in files if "cause_first" in f.judged and (f.measured or f.direction == "not_magnesium")]
    without = [f for f in files if not f.measured and f.direction in _OPPOSITE and "direction" in f.judged]
    lacking = [f for f in without if f.direction == "deficiency" and f.leads != "magnesium_deficiency"]
    controls = [f for f in files if f.direction == "not_magnesium"]
    measured = [f for f in files if f.measured and "direction" in f.judged]
    fair = [f for f in told if f.role in ("cause", "not_cause")]
    return {
        "cause_first": {
            direction: _row([f for f in told if f.direction == direction], lambda f: right(f, f.leads))
            for direction in CLASSES
        },
        "simple_rules": {
            rule: {
                direction: _row(
                    [f for f in told if f.direction == direction],
                    lambda f, rule=rule: right(f, f.named[rule]),
                )
                for direction in CLASSES
            }
            for rule in SIMPLE_RULES
        },
        "all_that_is_judged": {
            direction: _row([f for f in measured if f.direction == direction], right_as_judged)
            for direction in _OPPOSITE
        },
        "direction_without_magnesium_test": _directions(without),
        "direction_where_exposure_and_kidneys_tell": _directions([f for f in without if f.telling]),
        "serum_magnesium_leads_next_tests": _row(lacking, lambda f: f.first_test == "serum_magnesium"),
        "controls_led_by_magnesium": sorted(
            {f.person for f in controls if f.leads not in ("other_cause", None)}
        ),
        "triage_below_minimum": sorted({f"{f.person} {f.version}" for f in files if not f.pressing_enough}),
        "scores": {name: _scores(fair, rule) for name, rule in _COMPARED.items()},
        "wrong": [_wrong(f) for f in told if not right(f, f.leads)],
    }


_COMPARED: Mapping[str, str | None] = {"model": None} | {rule: rule for rule in SIMPLE_RULES}


def _row(files: Sequence[Scored], good: Callable[[Scored], bool]) -> dict[str, Any]:
    count, persons = share_of_persons(files, good)
    return {"right": count, "persons": persons, "interval": list(wilson(count, persons))}


def _directions(files: Sequence[Scored]) -> dict[str, Any]:
    return {
        direction: _row([f for f in files if f.direction == direction], right_direction)
        for direction in _OPPOSITE
    }


def _scores(files: Sequence[Scored], rule: str | None) -> dict[str, float]:
    brier, logarithm = brier_and_log(files, rule)
    return {"brier": brier, "log": logarithm}


def _wrong(file: Scored) -> dict[str, Any]:
    return {
        "person": file.person, "version": file.version, "expected": CLASSES[file.direction],
        "named": file.leads, "fit": file.fit, "probabilities": dict(file.probabilities),
    }  # fmt: skip
