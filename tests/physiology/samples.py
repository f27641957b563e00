"""Random people and states of a body for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from epsom.physiology.builder import numbers

if TYPE_CHECKING:
    from epsom.physiology.builder.body import Body

#: Where covariates and inputs are drawn; other inputs between 0 and 2.
COVARIATE_RANGES = {
    "age": (18, 90), "weight": (40, 150), "height": (1.45, 2.0), "filtration": (0.25, 9.0), "female": (0, 1),
    "creatinine": (0.04, 1.0), "albumin": (0.02, 0.055), "ph": (7.2, 7.6),
}  # fmt: skip
INPUT_RANGES = {
    "fed": (0, 1), "transit": (0.01, 1.0), "threshold_shift": (-0.6, 0.2), "potassium_shift": (-1.0, 0.5),
    "kidney_goal": (0.05, 1.5), "cell_shift": (0.5, 4.0), "acid_secretion": (0.01, 1.0),
    "infusion": (0.0, 20.0),
}  # fmt: skip


def sample(body: Body, generator: np.random.Generator) -> dict[str, float]:
    """Canonical numbers for every state, input and covariate of ``body``."""
    values = {name: generator.uniform(*limits) for name, limits in COVARIATE_RANGES.items()}
    for state in body.states:
        # Tissues answer to their content with high powers: a wide spread would be no body's.
        values[state.name] = state.usual * generator.lognormal(sigma=0.2 if state.rest else 1.0)
    values["renal_adaptation"] *= generator.choice([-1.0, 1.0])
    for item in body.inputs:
        values[item.name] = generator.uniform(*INPUT_RANGES.get(item.name, (0.0, 2.0)))
    return values


def arrays(body: Body, count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """States, constants and inputs of ``count`` random people, parameters varied by a tenth."""
    generator = np.random.default_rng(seed)
    drawn = [sample(body, generator) for _ in range(count)]
    given = {name: np.array([one[name] for one in drawn]) for name in COVARIATE_RANGES}
    for parameter in body.parameters:
        low, high = parameter.canonical_bounds
        around = parameter.canonical_value * generator.uniform(0.9, 1.1, count)
        given[parameter.name] = np.clip(around, low, high)
    states = np.array([[one[state.name] for state in body.states] for one in drawn])
    inputs = np.array([[one[item.name] for item in body.inputs] for one in drawn])
    return states, numbers.constants(body, given), inputs
