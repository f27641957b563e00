"""Muscle: calcium and magnesium compete at troponin and at the release channel; MgATP is its currency.

The functions act on free magnesium inside the cell, which hardly follows serum. Twitch and relaxation come
from the steady map of the fiber model (:mod:`epsom.physiology.fiber`).
"""

import numpy as np

from epsom.physiology.effects.effect import Group, rise

group = Group("muscle")


@group.effect("1")
def troponin_shift(muscle_free_magnesium, muscle_free_reference, troponin_magnesium_binding):
    """Shift of the calcium sensitivity of contraction, pCa units; negative is less sensitive.

    One class of regulatory sites for which the two ions compete (ogawa1985calcium, rayani2021binding).
    """
    now = 1 + troponin_magnesium_binding * muscle_free_magnesium
    usual = 1 + troponin_magnesium_binding * muscle_free_reference
    return -np.log10(now / usual)


@group.effect("1")
def calcium_release(muscle_free_magnesium, muscle_free_reference, release_magnesium_half):
    """Calcium that an action potential releases, relative to usual (dutka2004effect)."""
    return (1 + muscle_free_reference / release_magnesium_half) / (
        1 + muscle_free_magnesium / release_magnesium_half
    )


@group.effect("1")
def channel_leak(
    muscle_free_magnesium, muscle_free_reference, resting_calcium, channel_calcium_activation,
    channel_magnesium_activation, channel_calcium_inhibition, channel_magnesium_inhibition, channel_steepness,
):  # fmt: skip
    """Opening of the resting release channel relative to usual: magnesium blocks two sites.

    Two-site form of balog2001effects and laver2004luminal.
    """
    active = resting_calcium / channel_calcium_activation
    held = 1 + resting_calcium / channel_calcium_inhibition
    usual = (active / (1 + active + muscle_free_reference / channel_magnesium_activation)) / (
        held + muscle_free_reference / channel_magnesium_inhibition
    )
    now = (active / (1 + active + muscle_free_magnesium / channel_magnesium_activation)) / (
        held + muscle_free_magnesium / channel_magnesium_inhibition
    )
    return (now / usual) ** channel_steepness


@group.effect("1")
def relaxation_time(muscle_free_magnesium, muscle_free_reference, relaxation_exponent):
    """Half-time of relaxation after a twitch, relative to usual: steady map of the fiber model."""
    return (muscle_free_magnesium / muscle_free_reference) ** relaxation_exponent


@group.effect("1")
def relaxation_slowing(relaxation_time):
    """How much longer than usual muscle takes to relax, share of the usual time."""
    return rise(relaxation_time - 1)


@group.effect("1")
def twitch_force(muscle_free_magnesium, muscle_free_reference, twitch_exponent):
    """Peak force of a twitch, relative to usual: steady map of the fiber model."""
    return (muscle_free_magnesium / muscle_free_reference) ** twitch_exponent


@group.effect("1")
def mgatp_share(muscle_free_magnesium, mgatp_dissociation):
    """Share of ATP that magnesium makes usable (golding1995practical)."""
    return muscle_free_magnesium / (muscle_free_magnesium + mgatp_dissociation)


@group.effect("1")
def energy_shortfall(mgatp_share, muscle_free_reference, mgatp_dissociation):
    """How much less of ATP is usable than usual: small, as the share is nearly flat in everyday life."""
    usual = muscle_free_reference / (muscle_free_reference + mgatp_dissociation)
    return rise(1 - mgatp_share / usual)


@group.effect("mmol/L")
def potassium_lack(serum_potassium, usual_potassium):
    """Fall of serum potassium below usual, which low magnesium brings and which weakens muscle."""
    return 0.5 * (usual_potassium - serum_potassium + abs(usual_potassium - serum_potassium))
