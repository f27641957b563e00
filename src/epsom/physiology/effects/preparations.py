"""Published experiments on nerve, junction, heart and pain, redone with the functions of the effects.

Each function sets the conditions of one experiment and returns what was measured there; concentrations are
those of the bath. Constants are the centers of the registry unless a value is handed in.
"""

from __future__ import annotations

from math import exp, log

import numpy as np
from scipy.optimize import brentq

from epsom.core.evidence import registry
from epsom.core.kinds import HOURS_PER_DAY
from epsom.physiology.effects.brain import unblocked
from epsom.physiology.effects.effect import saturation
from epsom.physiology.effects.junction import release, transmission
from epsom.physiology.effects.muscle import troponin_shift
from epsom.physiology.effects.nerve import (
    charge_relative,
    contraction_shift,
    screening_concentration,
    surface_potential,
)
from epsom.physiology.effects.slow import followed
from epsom.physiology.effects.vessels import acute_share, calcium_current
from epsom.physiology.organs.vessels import systolic_pressure_shift

#: Frog node at 10 C: charge in C/m2, relative permittivity, K, monovalent ions in mmol/L (hille1975ionic).
_FROG = (0.222, 84.0, 283.15, 112.0)
_GAS_OVER_FARADAY = 8.31446261815324 / 96485.33212 * 1e3


def center(name: str) -> float:
    """Canonical center of a registry parameter."""
    return registry()[name].canonical_value


def node_shift(divalent: float, reference: float) -> float:
    """Shift of sodium activation of frog node in mV between two divalent concentrations, mmol/L."""
    charge, permittivity, temperature, monovalent = _FROG
    screening = screening_concentration(charge, permittivity, temperature)
    thermal = _GAS_OVER_FARADAY * temperature
    return float(
        surface_potential(divalent, monovalent, screening, thermal)
        - surface_potential(reference, monovalent, screening, thermal)
    )


def contraction_threshold_shift(fold: float) -> float:
    """Shift of the contraction threshold in mV when divalent ions rise ``fold`` times."""
    return float(contraction_shift(fold, 1.0, center("contraction_slope")))


def alkalosis_shift(before: float, after: float) -> float:
    """Shift of nerve's threshold in mV from pH alone, ionized calcium and magnesium held."""
    groups = [
        center(f"surface_{name}") for name in ("ph_offset", "acid_share", "acid_pk", "base_share", "base_pk")
    ]
    calcium = center("usual_calcium") * center("ionized_calcium_share")
    divalent = calcium + center("magnesium_potency") * center("usual_ionized_magnesium")
    potentials = [
        surface_potential(
            divalent, center("plasma_monovalent"),
            center("surface_screening") * charge_relative(ph, center("reference_ph"), *groups) ** 2,
            center("thermal_voltage"),
        )
        for ph in (before, after)
    ]  # fmt: skip
    return float(potentials[1] - potentials[0])


def troponin_titration(magnesium: float) -> float:
    """Shift of half-saturation of the regulatory sites, pCa units, from no magnesium to ``magnesium``."""
    return float(troponin_shift(magnesium, 0.0, center("troponin_magnesium_binding")))


def relative_release(calcium: float, magnesium: float, reference: float, power: float) -> float:
    """Release in a bath relative to that at ``reference`` magnesium."""
    halves = (center("motor_calcium_half"), center("motor_magnesium_half"), power)
    return float(release(calcium, magnesium, *halves) / release(calcium, reference, *halves))


def block_concentration(calcium: float, reference: float, safety: float) -> float:
    """Magnesium at which single shocks just fail in a bath, mmol/L."""
    power = center("motor_power")

    def spare(magnesium: float) -> float:
        return safety * relative_release(calcium, magnesium, reference, power) - 1

    return float(brentq(spare, 0.01, 60.0))  # type: ignore[arg-type]


def relaxant_ratio(calcium: float, low: float, high: float, safety: float) -> float:
    """Half-blocking dose of a competitive relaxant at ``high`` relative to ``low`` magnesium.

    The relaxant takes receptors, so block begins where what is left of the safety factor reaches one.
    """
    left = safety * relative_release(calcium, high, low, center("motor_power")) - 1
    return max(left, 0.0) / (safety - 1)


def train_of_four(released: float, safety: float) -> float:
    """Fourth twitch over the first at relative release ``released``: transmitter wanes over the train."""
    steepness = center("transmission_steepness")
    fourth = released * (1 - center("train_depletion") * released)
    return float(transmission(fourth, safety, steepness) / transmission(released, safety, steepness))


def tetanus_to_twitch(before: float, twitch_left: float) -> float:
    """Ratio of tetanic to twitch force when magnesium leaves ``twitch_left`` of the twitch.

    Release recovers during the train, so tetanus is spared; ``before`` is the ratio without block.
    """
    steepness = center("transmission_steepness")
    margin = (twitch_left / (1 - twitch_left)) ** (1 / steepness)
    return before * float(saturation(margin * center("train_facilitation"), 1.0, steepness)) / twitch_left


def heart_calcium_current(low: float, high: float) -> float:
    """Calcium current of heart muscle at ``high`` relative to ``low`` magnesium."""
    return float(calcium_current(high, low, center("calcium_current_half")))


def bolus_response(serum: float, usual: float, hours: float = 0.0) -> tuple[float, float]:
    """Percent change of mean pressure and of vascular resistance ``hours`` after a bolus."""
    fading = center("acute_pressure_fading")
    pressure, resistance = (
        100 * (float(acute_share(serum, usual, center(f"{name}_exponent"), hours, fading)) - 1)
        for name in ("pressure", "resistance")
    )
    return pressure, resistance


def raised_tone(systolic: float) -> float:
    """Tone of vessels above resting at a pressure in mmHg, relative to that of pre-eclamptic women."""
    resting = center("resting_systolic_pressure")
    return max(systolic - resting, 0.0) / (center("preeclamptic_systolic_pressure") - resting)


def sustained_response(risen: float, hours: float, systolic: float) -> float:
    """Change of pressure in mmHg after ``hours`` of plasma magnesium ``risen`` mmol/L above usual.

    The law that the body's vessels obey: they follow plasma with a delay, and what constricts them gives way
    for as long as magnesium stays (scardo1995favorable).

    Parameters
    ----------
    systolic
        Pressure before, mmHg.
    """
    felt = risen * (1 - exp(-center("vessel_rate") * hours))
    largest, half = center("pressure_largest_fall"), center("pressure_half")
    return float(systolic_pressure_shift(felt, 0.0, largest, half, raised_tone(systolic)))


def rat_pain(csf_left: float, days: int) -> tuple[float, float]:
    """Percent change of the pain threshold after ``days`` of a diet without magnesium, and days to mend.

    Parameters
    ----------
    csf_left
        Free magnesium of cerebrospinal fluid relative to usual on that diet.

    Returns
    -------
    tuple
        The change, and the days until it is a tenth of full sensitization once the fluid is normal.
    """
    half, voltage, scale = (center(f"nmda_{name}") for name in ("half", "voltage", "voltage_scale"))
    usual = center("csf_ionized_share") * center("csf_reference_concentration")
    opening = unblocked(csf_left * usual, half, voltage, scale) / unblocked(usual, half, voltage, scale)
    target = saturation(opening - 1, center("sensitization_half"), center("sensitization_steepness"))
    building, fading = (
        np.array([center(f"sensitization_{name}") / HOURS_PER_DAY]) for name in ("building", "fading")
    )
    built = followed(np.full((1, days), target), building, fading, np.zeros(1))[0, -1]
    return -100 * center("hyperalgesia_full") * float(built), float(fading[0]) * max(log(built / 0.1), 0.0)


def apparent_constant(ph: float, celsius: float, ionic: float) -> float:
    """Apparent dissociation constant of MgATP in umol/L (golding1995practical, teague1996adjustment).

    Binding constants at 25 C and no ionic strength are corrected by van 't Hoff and an extended Debye-Hueckel
    term, charge by charge.
    """
    kelvin = celsius + 273.15
    hydrogen = 10**-ph
    acid = _corrected(1 / 2.512e-8, 6.30e3, (-3) ** 2 - (-4) ** 2 - 1**2, kelvin, ionic)
    bound = _corrected(1.514e6, 22.90e3, (-2) ** 2 - (-4) ** 2 - 2**2, kelvin, ionic)
    bound_acid = _corrected(4.266e3, 16.90e3, (-1) ** 2 - (-3) ** 2 - 2**2, kelvin, ionic)
    protonated = acid * hydrogen
    return 1e6 * (1 + protonated) / (bound + bound_acid * protonated)


def _corrected(constant: float, heat: float, charges: int, kelvin: float, ionic: float) -> float:
    """An association constant elsewhere; ``charges``: squared charges of products less reactants."""
    hundredth = kelvin / 100
    slope = 3 * (-16.39023 + 261.3371 / kelvin + 3.3689633 * log(kelvin) - 1.437167 * hundredth
                 + 0.111995 * hundredth**2)  # fmt: skip
    activity = -slope * ionic**0.5 / (1 + 1.6 * ionic**0.5)
    warmed = log(constant) - heat / 8.3144598 * (1 / kelvin - 1 / 298.15)
    return exp(warmed - charges * activity)
