"""Membranes of nerve and muscle, transmission between them, and the heart's calcium current."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epsom.physiology.effects import preparations as bench

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.simulation.experiments.people import Experiment, Numbers


def _train_of_four() -> Numbers:
    safety, power = bench.center("motor_safety_factor"), bench.center("motor_power")
    levels = (2.0, 1.1)  # ionized, for serum of 3 and 1.7 mmol/L
    fourths = [bench.train_of_four(bench.relative_release(1.15, x, 0.55, power), safety) for x in levels]
    return tuple(fourths)


TARGETS: Mapping[str, Experiment] = {
    "te_node_shift": lambda: (bench.node_shift(20.0, 2.0), bench.node_shift(0.0, 2.0)),
    "te_contraction_threshold": lambda: (bench.contraction_threshold_shift(3.0),),
    "te_hyperventilation": lambda: (bench.alkalosis_shift(7.39, 7.75),),
    "te_diaphragm_block": lambda: (bench.block_concentration(1.8, 1.0, bench.center("motor_safety_factor")),),
    "te_rocuronium_ec50": lambda: (bench.relaxant_ratio(1.8, 1.0, 1.5, bench.center("motor_safety_factor")),),
    "te_tof_women": _train_of_four,
    "te_pig_tetanus": lambda: (2.8, bench.tetanus_to_twitch(2.8, 0.25)),
    "te_noradrenaline": lambda: (bench.relative_release(2.0, 4.8, 1.2, bench.center("autonomic_power")),),
    "te_l_type": lambda: (bench.heart_calcium_current(1.2, 9.6),),
}
