"""Skin: sweat and shed cells."""

from epsom.physiology.builder.organ import Organ

organ = Organ("skin", "A small loss with sweat.")

organ.outlet("sweat", "magnesium lost through skin", usual=10.0)


@organ.flux("plasma_magnesium", "sweat")
def sweating(sweat_clearance, plasma_volume):
    """Loss with sweat, in proportion to plasma magnesium."""
    return sweat_clearance / plasma_volume
