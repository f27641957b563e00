"""What each drug, condition, form and route does to the body, beside what its sources say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from epsom.core.evidence import data_table
from epsom.core.names import MEASURES
from epsom.simulation.study import run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from epsom.simulation.engine import Engine

Direction = Literal["higher", "lower", "either"]

#: Days of a supplement before it is read, and days of a drug that builds up.
_SUPPLEMENT_DAYS, _DAY_READ = 7.0, 6.0
_ADULT = {"age": {"mean": 50, "sd": 12, "min": 25, "max": 75}, "egfr": "95 mL/min/1.73m2"}


@dataclass(frozen=True)
class Effect:
    """One expected effect and what the body does.

    ``change`` is the mean difference it makes in ``measure``, in ``unit``; ``agrees`` tells whether the
    direction is right and, where a source gives a size, whether it lies between ``low`` and ``high``.
    """

    of: str
    kind: str
    measure: str
    unit: str
    direction: Direction
    source_says: str
    sources: tuple[str, ...]
    low: float | None
    high: float | None
    change: float
    failed: int

    @property
    def agrees(self) -> bool:
        """Whether the body moves as the sources say."""
        right = {"higher": self.change > 0, "lower": self.change < 0, "either": True}[self.direction]
        inside = (self.low is None or self.change >= self.low) and (
            self.high is None or self.change <= self.high
        )
        return right and inside and self.failed == 0


def expected_effects() -> list[Mapping[str, Any]]:
    """The checks of ``data/effect_checks.toml``."""
    return data_table("effect_checks.toml")["check"]


def run_effects(
    people: int = 64,
    only: str | None = None,
    *,
    engine: Engine | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> list[Effect]:
    """Run every expected effect (or those of ``only``) in the same ``people`` with and without it."""
    checks = [check for check in expected_effects() if only in (None, check["of"])]
    effects = []
    for done, check in enumerate(checks):
        effects.append(_effect(check, people, engine))
        progress(done + 1, len(checks))
    return effects


def _effect(check: Mapping[str, Any], people: int, engine: Engine | None) -> Effect:
    with_it, failed = _mean(_scenario(check, people, acting=True), check["measure"], engine)
    without, also = _mean(_scenario(check, people, acting=False), check["measure"], engine)
    return Effect(
        check["of"], check["kind"], check["measure"], MEASURES[check["measure"]].unit, check["direction"],
        check["source_says"], tuple(check["sources"]), check.get("low"), check.get("high"),
        with_it - without, failed + also,
    )  # fmt: skip


def _scenario(check: Mapping[str, Any], people: int, *, acting: bool) -> dict[str, Any]:
    """The scenario with the drug, condition, form or route at work, or without it."""
    group: dict[str, Any] = {"count": people, **_ADULT}
    tree: dict[str, Any] = {
        "schema": "epsom.scenario/1",
        "people": group,
        "diet": {"magnesium": "300 mg/day"},
    }
    day = check.get("day", _DAY_READ if "form" in check or "route" in check or check.get("onset") else 1.0)
    kind, of = check["kind"], check["of"]
    if kind in ("form", "route"):
        tree["supplements"] = [_supplement(check)] if acting else []
    elif "form" in check:
        tree["supplements"] = [_supplement(check)]
    if acting and kind == "drug":
        group["drugs"] = [of]
    if acting and kind == "condition":
        _add_condition(tree, group, check)
    tree["duration"] = f"{max(day + 1, 1):g} d"
    tree["measures"] = [{"name": check["measure"], "days": [day]}]
    return tree


def _add_condition(tree: dict[str, Any], group: dict[str, Any], check: Mapping[str, Any]) -> None:
    if check["of"] == "pregnancy":
        group |= {"pregnant": True, "sex": "female"}
    elif check.get("onset"):
        tree["condition_changes"] = [{"day": 0, "start": check["of"]}]
    else:
        group["conditions"] = [check["of"]]
    if "egfr" in check:
        group["egfr"] = f"{check['egfr']:g} mL/min/1.73m2"


def _supplement(check: Mapping[str, Any]) -> dict[str, Any]:
    route = check.get("route", "oral")
    dose = {"form": check.get("form", "sulfate"), "route": route}
    if route == "intravenous":
        return dose | {
            "dose": f"{check['mmol']:g} mmol",
            "duration": "24 h",
            "start_day": 0,
            "stop_day": _SUPPLEMENT_DAYS,
        }
    if route == "oral":
        per_day = {"times_per_day": 2, "start_day": 0, "stop_day": _SUPPLEMENT_DAYS}
        return dose | per_day | {"dose": f"{check['mmol'] / 2:g} mmol", "with_food": True}
    return dose | {"dose": f"{check['mmol']:g} mmol", "at_day": 0.05}


def _mean(tree: dict[str, Any], measure: str, engine: Engine | None) -> tuple[float, int]:
    from epsom.core.documents import scenario_from_tree

    record = run(scenario_from_tree(tree), engine=engine).record()
    value = next(m.mean for m in record.measures if m.name == measure)
    return (float("nan") if value is None else value), record.failed
