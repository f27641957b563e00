"""Published groups as scenarios: who they were, what was done, what was read and between which limits.

A target names an ``experiment`` on effects, or has named ``arms``, each a group under a protocol (the keys of
``epsom.scenario/1`` without ``schema`` and ``measures``), and ``reading`` tables, each one number of one arm.
Each ``part`` of an arm says which ``share`` of its people differed, and in what of ``people``; nobody is of
two parts. ``combine`` makes one value of the readings. The limits and the observed value are compared with
that value and enter nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal

from epsom.core.documents import scenario_from_tree
from epsom.core.evidence import data_folder, data_table, registry
from epsom.simulation.draws import resized

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from epsom.core.evidence import Parameter
    from epsom.core.records.scenario import Scenario

#: ``fit`` targets are fitted, ``check`` targets never; rivals of a ``conflict-set`` contradict each other; a
#: ``report-only`` value is from memory, what was done cannot be written as a scenario, or its source says not
#: to judge by it.
Role = Literal["fit", "check", "conflict-set", "report-only"]
ROLES = ("fit", "check", "conflict-set", "report-only")

#: How people's values become a reading. Shares count people beyond ``limit``.
STATISTICS = ("mean", "median", "share_above", "share_below", "p2_5", "p95", "p97_5", "p99")
#: How one person's values of several days become one.
DAYS = ("mean", "sum", "max")
#: Whose values: the group's, or those of the same people left alone.
GROUPS = ("value", "control")
#: ``sum``: plus + weighted sum over ``by`` or over a second weighted sum.
KINDS = ("sum", "ratio", "relative", "least_step", "odds_ratio", "correlation")


class TargetError(ValueError):
    """A data file of the targets is wrong; the message names the target."""


@dataclass(frozen=True)
class Reading:
    """One number of one arm.

    Attributes
    ----------
    observed_sd
        Standard deviation between people of this reading, as published, in the unit of the measure.
    observed_cv
        The same over the mean, where the level itself depends on the assay.
    samples
        Whether the published spread is of all single samples, of each person on each day, and not of people.
    """

    arm: str
    measure: str
    days: tuple[float, ...]
    of: str = "value"
    over: str = "mean"
    statistic: str = "mean"
    limit: float | None = None
    observed_sd: float | None = None
    observed_cv: float | None = None
    samples: bool = False

    def __post_init__(self) -> None:
        """Refuse unknown names."""
        if self.of not in GROUPS or self.over not in DAYS or self.statistic not in STATISTICS:
            raise TargetError(f"{self.of}, {self.over} or {self.statistic} is not known")
        if self.statistic.startswith("share") != (self.limit is not None):
            raise TargetError("a share needs a limit, nothing else has one")

    @property
    def published(self) -> tuple[float, bool] | None:
        """The published spread between people and whether it is over the mean; None where there is none."""
        if self.observed_sd is not None:
            return self.observed_sd, False
        return None if self.observed_cv is None else (self.observed_cv, True)


@dataclass(frozen=True)
class Combine:
    """How the readings become the target's value.

    Attributes
    ----------
    kind
        ``sum`` as below; ``ratio`` first over second; ``relative`` first over second less 1; ``least_step``
        the smallest rise from a reading to the next; ``odds_ratio`` of two shares; ``correlation`` of two
        readings between people.
    weights, plus, by, by_weights
        Of ``sum``: ``plus`` + weights times readings, over ``by`` or over by_weights times readings.
    """

    kind: str = "sum"
    weights: tuple[float, ...] = (1.0,)
    plus: float = 0.0
    by: float = 1.0
    by_weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse unknown kinds."""
        if self.kind not in KINDS:
            raise TargetError(f"{self.kind} is not one of {KINDS}")


@dataclass(frozen=True)
class Body:
    """What is known of the people studied in one parameter, in the unit of its record.

    Attributes
    ----------
    spread
        How they differ in it, of the kind of the record's ``between``; None if all have ``value``.
    """

    value: float
    spread: float | None = None

    def told(self, record: Parameter) -> Parameter:
        """The parameter as these people have it."""
        known = replace(record, value=self.value, uncertainty=None)
        if self.spread is None:
            return replace(known, between=None)
        differing = resized(known, self.spread)
        assert differing is not None, f"{record.name} has no spread between people"
        return differing


@dataclass(frozen=True)
class Target:
    """What one published group showed.

    Attributes
    ----------
    observed
        As published, in ``unit``; None where only words are.
    low, high
        The band within which a simulated value passes; None is open.
    observed_sd
        Standard deviation between people of the target's value, as published.
    observed_people
        How many people were studied, where it matters for what a repetition would show.
    bodies
        What is known of these people and a scenario cannot say, by parameter.
    caution
        What the scenario assumes, and what is weak about the figure.
    why_missed
        Why the body misses the band although it was fitted: structure or conflicting data.
    experiment, place
        Of what is no scenario: the key in `epsom.simulation.experiments.EFFECT_TARGETS`, and which of its
        numbers. Its role ``fit`` means that the value set a constant; calibration does not see it.
    """

    id: str
    title: str
    topic: str
    role: Role
    unit: str
    status: str
    source: str
    direction_only: bool
    readings: tuple[Reading, ...] = ()
    arms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    observed: float | None = None
    low: float | None = None
    high: float | None = None
    observed_sd: float | None = None
    observed_people: int | None = None
    bodies: Mapping[str, Body] = field(default_factory=dict)
    caution: str = ""
    why_missed: str = ""
    combine: Combine = field(default_factory=Combine)
    experiment: str = ""
    place: int = 0

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """Each arm as a scenario that measures what the readings need."""
        return {name: scenario_from_tree(self._tree(name)) for name in self.arms}

    @cached_property
    def parts(self) -> dict[str, list[tuple[float, Scenario]]]:
        """Shares of an arm's people who differ from the rest, and the scenario of each share, by arm."""
        found = {}
        for name, arm in self.arms.items():
            told = [dict(part) for part in arm.get("part", [])]
            found[name] = [(part.pop("share"), scenario_from_tree(self._tree(name, part))) for part in told]
        return found

    def _tree(self, arm: str, differs: Mapping[str, Any] | None = None) -> dict[str, Any]:
        days: dict[str, set[float]] = {}
        for reading in self.readings:
            if reading.arm == arm:
                days.setdefault(reading.measure, set()).update(reading.days)
        measures = [{"name": name, "days": sorted(when)} for name, when in days.items()]
        tree = {"schema": "epsom.scenario/1", "measures": measures, **self.arms[arm]}
        tree.pop("part", None)
        return tree | {"people": {**tree["people"], **(differs or {})}}

    def inside(self, value: float) -> bool:
        """Whether ``value`` lies in the band."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def beyond(self, value: float) -> float:
        """How far ``value`` lies outside the band, in widths of the band; 0 inside, and where it is open."""
        if self.inside(value) or self.low is None or self.high is None:
            return 0.0
        return max(self.low - value, value - self.high) / (self.high - self.low)


_TUPLES = ("weights", "by_weights")


def target_from_table(table: Mapping[str, Any]) -> Target:
    """One target from its TOML table.

    Raises
    ------
    TargetError
        If a key, a name or an arm is unknown.
    """
    entry = dict(table)
    try:
        tables = entry.pop("reading", [])
        readings = tuple(Reading(**{**r, "days": tuple(r["days"])}) for r in tables)
        given: dict[str, Any] = dict(entry.pop("combine", {}))
        given |= {key: tuple(given[key]) for key in _TUPLES if key in given}
        combine = Combine(**given)
        entry["bodies"] = {name: Body(**told) for name, told in entry.pop("bodies", {}).items()}
        target = Target(readings=readings, combine=combine, **entry)
    except (TypeError, KeyError, TargetError) as error:
        raise TargetError(f"{table.get('id')}: {error}") from error
    if target.role not in ROLES or {r.arm for r in readings} != set(target.arms):
        raise TargetError(f"{target.id}: unknown role, or readings and arms do not match")
    if bool(target.experiment) == bool(readings):
        raise TargetError(f"{target.id}: a target needs readings or an experiment, not both")
    if not all(_shares_fit(arm.get("part", [])) for arm in target.arms.values()):
        raise TargetError(f"{target.id}: each part needs a share above 0, and all are less than 1 together")
    if unknown := [name for name in target.bodies if name not in registry()]:
        raise TargetError(f"{target.id}: {unknown} are no parameters of the registry")
    if target.low is None and target.high is None:
        raise TargetError(f"{target.id}: a target needs a limit")
    return target


def _shares_fit(parts: Sequence[Mapping[str, Any]]) -> bool:
    shares = [part.get("share", 0.0) for part in parts]
    return all(share > 0 for share in shares) and sum(shares) < 1


@cache
def targets() -> tuple[Target, ...]:
    """Every target, by topic and in the order of the files ``data/targets/*.toml``."""
    found: list[Target] = []
    for file in sorted((data_folder() / "targets").iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            tables = data_table("targets", file.name).get("target", [])
            found += [target_from_table(table) for table in tables]
    names = [target.id for target in found]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise TargetError(f"repeated: {repeated}")
    return tuple(found)


@cache
def passing() -> frozenset[str]:
    """Targets that pass with the calibrated sets; ``data/calibration/passing.toml`` keeps them."""
    return frozenset(data_table("calibration", "passing.toml")["passing"])
