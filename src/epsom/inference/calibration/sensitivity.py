"""Which parameters move what people ask about: Morris screening of one typical person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from epsom.core.documents import scenario_from_tree
from epsom.core.evidence import registry
from epsom.simulation.crowd import draw_crowd
from epsom.simulation.protocol import describe
from epsom.simulation.study import Options, run_crowd

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from epsom.inference.calibration.emulator import Space
    from epsom.simulation.engine import Engine

    Array = NDArray[np.float64]

#: A step of a trajectory, in cumulative probability of the prior.
_STEP = 0.5
_DAY = 20
_HEALTHY = {"age": 50, "sex": {"female": 0.0}, "weight": "80 kg", "height": "1.75 m",
            "egfr": "95 mL/min/1.73m2"}  # fmt: skip
_CITRATE = {
    "form": "citrate",
    "dose": "180 mg",
    "dose_of": "elemental",
    "times_per_day": 2,
    "with_food": True,
}
_OXIDE = {"form": "oxide", "dose": "660 mg", "dose_of": "compound", "times_per_day": 3, "with_food": True}

#: What people ask about: (name, group, product, measure).
QUESTIONS = (
    ("serum magnesium on citrate 360 mg/d", _HEALTHY, _CITRATE, "serum_magnesium"),
    ("urine magnesium on citrate 360 mg/d", _HEALTHY, _CITRATE, "urine_magnesium"),
    ("absorbed magnesium on citrate 360 mg/d", _HEALTHY, _CITRATE, "absorbed_magnesium"),
    ("stool mass on citrate 360 mg/d", _HEALTHY, _CITRATE, "stool_mass"),
    ("serum magnesium on oxide 2 g/d at eGFR 20", {**_HEALTHY, "egfr": "20 mL/min/1.73m2"}, _OXIDE,
     "serum_magnesium"),
)  # fmt: skip


@dataclass(frozen=True)
class Effect:
    """Morris indices of one parameter for one question, in the unit of the measure.

    ``mean_absolute`` is the mean size of the effect of half the prior's range, ``deviation`` its standard
    deviation over places in the parameter space: interaction and curvature.
    """

    question: str
    parameter: str
    mean_absolute: float
    deviation: float


def trajectories(
    parameters: int, count: int, generator: np.random.Generator
) -> tuple[Array, NDArray[np.int64]]:
    """Places in the unit cube, shape (count, parameters + 1, parameters), and which one each step moved."""
    places: Array = np.empty((count, parameters + 1, parameters))
    moved = np.array([generator.permutation(parameters) for _ in range(count)])
    for k in range(count):
        at = generator.choice([0.125, 0.375], parameters)
        sign = generator.choice([False, True], parameters)
        at = np.where(sign, at + _STEP, at)
        places[k, 0] = at
        for step, which in enumerate(moved[k]):
            at = at.copy()
            at[which] += -_STEP if sign[which] else _STEP
            places[k, step + 1] = at
    return places, moved


def screen(
    space: Space, engine: Engine, count: int = 8, seed: int = 1,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> list[Effect]:  # fmt: skip
    """Morris indices of every parameter for every question."""
    from scipy.special import ndtri

    places, moved = trajectories(len(space.names), count, np.random.default_rng(seed))
    centers = space.centers(ndtri(places.reshape(-1, len(space.names))))
    found: list[Effect] = []
    for done, (question, group, product, measure) in enumerate(QUESTIONS):
        values = _answers(centers, group, product, measure, engine).reshape(places.shape[:2])
        steps = np.diff(values, axis=1)
        for k, name in enumerate(space.names):
            # Every place is entered from either side, so only the size of a step counts.
            effects = np.abs(steps[moved == k])
            effects = effects[np.isfinite(effects)]
            found.append(Effect(question, name, float(effects.mean()), float(effects.std())))
        progress(done + 1, len(QUESTIONS))
    return found


def _answers(
    centers: dict[str, Array], group: dict[str, object], product: dict[str, object], measure: str,
    engine: Engine,
) -> Array:  # fmt: skip
    """The measure under each set, everyone being the same typical person otherwise."""
    sets = len(next(iter(centers.values())))
    tree = {
        "schema": "epsom.scenario/1", "people": {"count": sets, **group}, "diet": {"magnesium": "310 mg/day"},
        "supplements": [{**product, "start_day": 0}], "duration": f"{_DAY + 1} d",
        "measures": [{"name": measure, "days": [_DAY]}],
    }  # fmt: skip
    scenario = scenario_from_tree(tree)
    typical = {name: np.full(sets, record.canonical_value) for name, record in registry().parameters.items()}
    crowd = draw_crowd(1, np.arange(sets), describe(scenario), fixed=typical | centers)
    return run_crowd(scenario, engine, Options(), crowd).values[:, 0]
