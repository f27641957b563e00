"""How each pathway leads to a symptom, step by step, with the values of one person or of a typical adult."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.core.evidence import registry, sources
from epsom.core.kinds import HOURS_PER_DAY
from epsom.core.units import conversion
from epsom.inference.summary import weighted_quantiles
from epsom.physiology.effects import SLOW, effects, evaluate, in_order
from epsom.physiology.effects.typical import typical
from epsom.physiology.severity import stages
from epsom.physiology.symptoms import (
    STEEPNESS,
    THRESHOLD,
    Link,
    SymptomModel,
    course_chances,
    symptom_models,
)
from epsom.physiology.whole_body import whole_body
from epsom.simulation.felt import felt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from epsom.core.names import Course
    from epsom.inference.persona import Persona
    from epsom.physiology.effects.effect import Effect

    Array = NDArray[np.float64]

    #: Values of many names at once.
    Reader = Callable[[Iterable[str]], Mapping[str, float]]

#: A driver below this is felt as none.
_LEAST_DRIVER = 0.01
_SPECIAL_UNITS = {"held_water": "kg/h", "used_to_water": "kg/h", "age": "years", "ph": "1", "female": "1"}


@dataclass(frozen=True)
class Given:
    """What a step uses: its value, unit, and for a parameter how it is known."""

    name: str
    value: float
    unit: str
    status: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One effect: what it means, its equation, what it uses and its value."""

    name: str
    meaning: str
    equation: str
    given: tuple[Given, ...]
    value: float
    unit: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Route:
    """One link from an effect to the symptom.

    Attributes
    ----------
    half
        Value of the effect at which this person's driver is one half, in the effect's unit.
    added
        New episodes per day it adds at median strength.
    course
        Chance that a symptom it drives is called better, the same or worse than at its onset; None where no
        onset is known.
    """

    link: Link
    steps: tuple[Step, ...]
    half: float
    steepness: float
    driver: float
    added: float
    course: Mapping[Course, float] | None = None


@dataclass(frozen=True)
class Explanation:
    """Every pathway of one symptom, the most active first, and the background beside them.

    Attributes
    ----------
    serum
        Total magnesium, mmol/L.
    severity
        Share of people at that serum who have reached each stage of lack or excess.
    """

    model: SymptomModel
    routes: tuple[Route, ...]
    serum: float
    severity: Mapping[str, float]

    @property
    def total(self) -> float:
        """New episodes per day, all pathways and the background."""
        return self.model.background.median + sum(route.added for route in self.routes)


def explain(symptom: str, read: Reader | None = None, onset: Reader | None = None) -> Explanation:
    """The pathways of ``symptom``.

    Parameters
    ----------
    read
        Values of effects, states and parameters; by default those of a typical adult.
    onset
        The same when the symptom began, where that is known.
    """
    model = symptom_models()[symptom]
    wanted = sorted(_wanted(model))
    values, then = (read or typical_reader)(wanted), onset(wanted) if onset else None
    routes = [_route(link, model, values, then) for link in model.links]
    serum, threshold = values["plasma_concentration"], values["excess_threshold"]
    return Explanation(
        model, tuple(sorted(routes, key=lambda route: -route.added)), serum,
        {name: float(stage.chance(serum, threshold)) for name, stage in stages().items()},
    )  # fmt: skip


def _wanted(model: SymptomModel) -> set[str]:
    """Everything an explanation shows or needs."""
    wanted = {"plasma_concentration", "excess_threshold", "course_threshold", "course_noise"}
    wanted |= {STEEPNESS[link.cause] for link in model.links} | {
        THRESHOLD[link.cause] for link in model.links
    }
    for name in model.effects:
        chain = in_order(SLOW.get(name, name))
        wanted |= {name, *(effect.name for effect in chain)}
        wanted |= {need for effect in chain for need in effect.needs}
    return wanted


def typical_reader(names: Iterable[str]) -> Mapping[str, float]:
    """Values of a typical adult who takes nothing."""
    given = typical()
    names = list(names)
    found = evaluate([name for name in names if name in effects()], given)
    return {name: float(found[name] if name in found else given(name)) for name in names}


def reader_of(persona: Persona, weight: Array, day: int | None = None) -> Reader:
    """Values of the people who match a case: weighted medians.

    Parameters
    ----------
    day
        Of the case's window; by default the last whole day before the question.
    """
    last = max(0, min(int(persona.clock.asked // HOURS_PER_DAY) - 1, persona.clock.days - 1))
    chosen = last if day is None else max(0, min(day, last))

    def read(names: Iterable[str]) -> Mapping[str, float]:
        values = felt(persona.lived, names, range(persona.clock.days))
        return {name: _median(np.asarray(array), chosen, weight) for name, array in values.items()}

    return read


def _median(array: Array, day: int, weight: Array) -> float:
    column = array[:, min(day, array.shape[1] - 1)]
    good = np.isfinite(column) & (weight > 0)
    return float(weighted_quantiles(column[good], weight[good], (0.5,))[0]) if good.any() else float("nan")


def _route(
    link: Link, model: SymptomModel, values: Mapping[str, float], then: Mapping[str, float] | None
) -> Route:
    threshold, steepness = values[THRESHOLD[link.cause]], values[STEEPNESS[link.cause]]
    driver = float(link.driver(values[link.effect], threshold, steepness))
    added = driver * link.strength.median * (model.background.median if link.relative else 1.0)
    steps = [_step(effect, values) for effect in in_order(SLOW.get(link.effect, link.effect))]
    if link.effect in SLOW:
        steps.append(_slow_step(link.effect, values))
    course: dict[Course, float] | None = None
    if then is not None:
        before = float(link.driver(then[link.effect], threshold, steepness))
        change = np.log((driver + _LEAST_DRIVER) / (before + _LEAST_DRIVER))
        chances = course_chances(change, values["course_threshold"], values["course_noise"])
        course = {word: float(chance) for word, chance in chances.items()}
    return Route(link, tuple(steps), link.half * threshold, steepness, driver, added, course)


def _step(effect: Effect, values: Mapping[str, float]) -> Step:
    given = tuple(_given(name, values[name]) for name in effect.needs)
    named = set(re.findall(r"\w+", effect.function.__doc__ or "")) & set(sources())
    cited = dict.fromkeys([*sorted(named), *(key for item in given for key in item.sources)])
    return Step(
        effect.name, effect.meaning, effect.equation, given, values[effect.name], effect.unit, tuple(cited)
    )


def _slow_step(name: str, values: Mapping[str, float]) -> Step:
    target = effects()[SLOW[name]]
    return Step(
        name, f"{target.name} as it builds and fades over days.", f"{name} follows {target.name}",
        (_given(target.name, values[target.name]),), values[name], target.unit, (),
    )  # fmt: skip


def _given(name: str, value: float) -> Given:
    if name in registry():
        record = registry()[name]
        return Given(name, value, record.canonical_unit, record.status, record.sources)
    return Given(name, value, _unit(name))


def _unit(name: str) -> str:
    if name in effects():
        return effects()[name].unit
    body = whole_body()
    units: dict[str, Any] = {item.name: item.unit for item in (*body.states, *body.readings, *body.derived)}
    return _SPECIAL_UNITS.get(name) or conversion(units[name]).canonical
