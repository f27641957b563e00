"""Between nerve and muscle, and between nerves: magnesium takes calcium's place at release.

Release follows the fourth power of occupied calcium sites at the motor end plate (dodge1967cooperative) and
the second at autonomic endings (shimosawa2004magnesium). Synthesis asks for MgATP alone and is nearly flat.
"""

from epsom.physiology.effects.effect import Group, rise, saturation

group = Group("junction")


def release(calcium, magnesium, calcium_half, magnesium_half, power):
    """Transmitter release relative to its limit; all concentrations ionized and in one unit."""
    filled = calcium / calcium_half
    return (filled / (1 + filled + magnesium / magnesium_half)) ** power


def _to_usual(calcium, magnesium, usual_calcium, usual_magnesium, shape):
    """Release relative to that at usual concentrations; ``shape`` is the halves and the power."""
    return release(calcium, magnesium, *shape) / release(usual_calcium, usual_magnesium, *shape)


@group.effect("1")
def motor_release(
    ionized_calcium, ionized_concentration, usual_ionized_calcium, usual_ionized,
    motor_calcium_half, motor_magnesium_half, motor_power,
):  # fmt: skip
    """Acetylcholine that a nerve impulse releases on muscle, relative to usual."""
    shape = (motor_calcium_half, motor_magnesium_half, motor_power)
    return _to_usual(ionized_calcium, ionized_concentration, usual_ionized_calcium, usual_ionized, shape)


@group.effect("1")
def margin_used(motor_release, motor_safety_factor):
    """Share of the safety margin of transmission that is used up: 0 as usual, 1 at block."""
    return rise((1 / motor_release - 1) / (motor_safety_factor - 1))


@group.effect("1")
def transmission(motor_release, motor_safety_factor, transmission_steepness):
    """Share of muscle fibers that a single impulse reaches."""
    return saturation(motor_release * motor_safety_factor, 1, transmission_steepness)


@group.effect("1")
def autonomic_release(
    ionized_calcium, ionized_concentration, usual_ionized_calcium, usual_ionized,
    motor_calcium_half, motor_magnesium_half, autonomic_power,
):  # fmt: skip
    """Noradrenaline that an impulse releases on vessels, relative to usual."""
    shape = (motor_calcium_half, motor_magnesium_half, autonomic_power)
    return _to_usual(ionized_calcium, ionized_concentration, usual_ionized_calcium, usual_ionized, shape)


@group.effect("1")
def transmitter_synthesis(mgatp_share, muscle_free_reference, mgatp_dissociation, atp_total, synthesis_half):
    """Transmitter made, relative to usual: saturated with MgATP, so nearly flat."""
    usual = muscle_free_reference / (muscle_free_reference + mgatp_dissociation)
    return saturation(mgatp_share * atp_total, synthesis_half, 1) / saturation(
        usual * atp_total, synthesis_half, 1
    )
