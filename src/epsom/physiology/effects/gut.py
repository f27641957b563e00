"""Gut: water that magnesium holds loosens stool, stretches the bowel and makes it cramp."""

from epsom.physiology.effects.effect import Group, rise

group = Group("gut")


@group.effect("1")
def loose_stool(held_water, used_to_water, loose_water_capacity):
    """Stool water held by magnesium beyond what the bowel is used to, in multiples of its capacity."""
    return rise((held_water - used_to_water) / loose_water_capacity)


@group.effect("1")
def bowel_distension(colon_water, water_density, stretch_half, gas_share, loose_stool):
    """Stretch of the colon by water and by the gas of hurried food, in multiples of a bearable one."""
    return colon_water * water_density / stretch_half + gas_share * loose_stool


@group.effect("1")
def bowel_cramping(colon_emptying, colon_transit, cramp_hurry):
    """How much faster than usual the colon empties, in multiples of a speed at which it cramps."""
    return rise((colon_emptying / colon_transit - 1) / cramp_hurry)


@group.effect("1")
def bowel_standstill(plasma_concentration, reference_concentration, motility_block_half):
    """Plasma magnesium above usual in multiples of what halves the movement of the bowel."""
    return rise((plasma_concentration - reference_concentration) / motility_block_half)
