"""Spinal cord and brain: the NMDA block answers to cerebrospinal magnesium; high magnesium sedates."""

import numpy as np

from epsom.physiology.effects.effect import Group, rise, saturation

group = Group("brain")


def unblocked(magnesium, half, voltage, voltage_scale):
    """Share of NMDA channels that magnesium does not block (jahr1990voltage)."""
    return 1 / (1 + magnesium / half * np.exp(-voltage / voltage_scale))


@group.effect("1")
def nmda_opening(
    csf_concentration, csf_reference_concentration, csf_ionized_share, nmda_half, nmda_voltage,
    nmda_voltage_scale,
):  # fmt: skip
    """NMDA channels free to open, relative to usual."""
    now = unblocked(csf_ionized_share * csf_concentration, nmda_half, nmda_voltage, nmda_voltage_scale)
    usual = unblocked(
        csf_ionized_share * csf_reference_concentration, nmda_half, nmda_voltage, nmda_voltage_scale
    )
    return now / usual


@group.effect("1")
def sensitization_target(nmda_opening, sensitization_half, sensitization_steepness):
    """Sensitization of pain pathways that would be reached if nothing changed, 0 to 1."""
    return saturation(rise(nmda_opening - 1), sensitization_half, sensitization_steepness)


@group.effect("1")
def magnesium_rise(ionized_concentration, usual_ionized):
    """Ionized magnesium above usual, relative to usual: what sedates and slows the heart."""
    return rise(ionized_concentration / usual_ionized - 1)
