"""Vessels relax with magnesium above usual; what a bolus does at once fades within the hour."""

import numpy as np

from epsom.physiology.effects.effect import Group, rise

group = Group("vessels")


@group.effect("1")
def vessel_relaxation(vessel_magnesium, reference_concentration, pressure_half):
    """Rise of magnesium at the vessel wall in multiples of what halves the room for a fall of pressure."""
    return rise((vessel_magnesium - reference_concentration) / pressure_half)


@group.effect("1")
def calcium_current(ionized_concentration, usual_ionized, calcium_current_half):
    """Current of the calcium channels of heart and vessels, relative to usual (anon1991lcalcium)."""
    return (1 + usual_ionized / calcium_current_half) / (1 + ionized_concentration / calcium_current_half)


def acute_share(serum, usual, exponent, hours, fading):
    """Resistance or mean pressure relative to before a bolus, ``hours`` after it.

    Power law of rasmussen1988hemodynamic; it fades with time constant ``fading`` though serum stays high
    (cotton1984hemodynamic).
    """
    return 1 - (1 - (serum / usual) ** -exponent) * np.exp(-hours / fading)
