"""Vessels: magnesium above usual takes away a share of the pressure that raised tone makes, after a delay."""

from epsom.physiology.builder.functions import hyperbolic
from epsom.physiology.builder.organ import Organ

organ = Organ("vessels", "Systolic pressure answers to magnesium at the vessel wall.")

organ.signal("vessel_magnesium", "plasma magnesium as the vessel wall feels it", unit="mmol/L", usual=0.8)


@organ.slope("vessel_magnesium", "mmol/L/h")
def vessel_delay(vessel_magnesium, plasma_concentration, vessel_rate):
    """The vessel wall follows plasma within hours."""
    return vessel_rate * (plasma_concentration - vessel_magnesium)


@organ.reading("mmHg")
def systolic_pressure_shift(
    vessel_magnesium, reference_concentration, pressure_largest_fall, pressure_half, raised_tone
):
    """Systolic pressure relative to that at the reference concentration.

    It falls in proportion to the tone of vessels above resting (scardo1995favorable, anonNDdocarat,
    aisenbrey1992effect): magnesium relaxes what constricts, and resting vessels hardly. What it does to
    resting vessels in marked excess, far beyond an infusion, is not in this.
    """
    felt = hyperbolic(vessel_magnesium - reference_concentration, pressure_half)
    return -pressure_largest_fall * raised_tone * felt
