"""What published experiments on effects, symptoms and back pain measured, as the model has it, by target.

Each entry sets the conditions of one building target and returns its numbers in the target's order and unit.
What a measure of people under a protocol can show is read from scenarios instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.simulation.experiments import back_pain, fluid, muscle, nerve, pain, strength, symptoms, vessels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.simulation.experiments.people import Experiment

#: How each target of effects is computed.
EFFECT_TARGETS: Mapping[str, Experiment] = {
    name: compute
    for theme in (muscle, strength, nerve, vessels, fluid, pain, symptoms, back_pain)
    for name, compute in theme.TARGETS.items()
}
