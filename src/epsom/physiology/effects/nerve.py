"""Nerve: divalent ions and protons screen the membrane's surface charge and so set its excitability.

Surface charge theory of Grahame with one density that fits frog node (hille1975ionic). With u = exp(-F psi /
RT) the equation for one monovalent and one divalent cation is quadratic in u, up to a term of the anions that
is below a thousandth; so the surface potential is explicit.
"""

import numpy as np

from epsom.physiology.effects.effect import Group

group = Group("nerve")


def surface_potential(divalent, monovalent, screening, thermal_voltage):
    """Potential at the membrane's outer surface, in the unit of ``thermal_voltage`` (negative).

    Parameters
    ----------
    divalent, monovalent
        Free ions of the fluid outside, divalent ones weighted by their potency.
    screening
        Squared charge density over twice permittivity, gas constant and temperature: a concentration.
    thermal_voltage
        RT/F.
    """
    total = screening + 2 * monovalent + divalent
    crowding = 2 * total / (monovalent + np.sqrt(monovalent**2 + 4 * divalent * total))
    return -thermal_voltage * np.log(crowding)


def screening_concentration(charge_density: float, permittivity: float, temperature: float) -> float:
    """``screening`` in mmol/L of a surface with C/m2, relative permittivity and K."""
    return charge_density**2 / (2 * permittivity * 8.8541878128e-12 * 8.31446261815324 * temperature)


def charge_relative(ph, reference_ph, surface_ph_offset, acid_share, acid_pk, base_share, base_pk):
    """Charge density relative to that at ``reference_ph``: weak acids and bases take up protons.

    Three charge groups of hille1975ionic, the strongest acid always charged. ``surface_ph_offset`` is how
    much lower pH is at the negative surface, held at its usual value.
    """

    def density(at):
        local = at - surface_ph_offset
        acid = acid_share / (1 + 10 ** (acid_pk - local))
        base = base_share / (1 + 10 ** (local - base_pk))
        return 1 + acid - base

    return density(ph) / density(reference_ph)


@group.effect("mmol/L")
def usual_ionized_calcium(usual_calcium, ionized_calcium_share):
    """Ionized calcium of this person as usual."""
    return usual_calcium * ionized_calcium_share


@group.effect("mmol/L")
def usual_ionized(reference_concentration, ionized_share):
    """Ionized magnesium of this person as usual."""
    return reference_concentration * ionized_share


@group.effect("1")
def surface_charge(
    ph, reference_ph, surface_ph_offset, surface_acid_share, surface_acid_pk, surface_base_share,
    surface_base_pk,
):  # fmt: skip
    """Charge density of the membrane relative to usual: alkalosis uncovers charge."""
    return charge_relative(
        ph, reference_ph, surface_ph_offset, surface_acid_share, surface_acid_pk, surface_base_share,
        surface_base_pk,
    )  # fmt: skip


@group.effect("mmol/L")
def outer_divalent(ionized_calcium, ionized_concentration, magnesium_potency):
    """Divalent ions outside the membrane, magnesium weighted by its potency (isaev2012surface)."""
    return ionized_calcium + magnesium_potency * ionized_concentration


@group.effect("mmol/L")
def usual_divalent(usual_ionized_calcium, usual_ionized, magnesium_potency):
    """The same as usual in this person."""
    return usual_ionized_calcium + magnesium_potency * usual_ionized


@group.effect("mV")
def membrane_shift(
    outer_divalent, usual_divalent, surface_charge, surface_screening, plasma_monovalent, thermal_voltage
):
    """Shift of the voltage that opens sodium channels; negative is more excitable (hille1975ionic)."""
    charged = surface_screening * surface_charge**2
    now = surface_potential(outer_divalent, plasma_monovalent, charged, thermal_voltage)
    return now - surface_potential(usual_divalent, plasma_monovalent, surface_screening, thermal_voltage)


@group.effect("mV")
def excitability(membrane_shift):
    """How much closer to firing nerves are: the shift where it is negative, 0 where it calms."""
    return 0.5 * (abs(membrane_shift) - membrane_shift)


@group.effect("mV")
def contraction_shift(outer_divalent, usual_divalent, contraction_slope):
    """Shift of the voltage at which muscle contracts: far less than that of nerve (costantin1968effect)."""
    return contraction_slope * np.log10(outer_divalent / usual_divalent)
