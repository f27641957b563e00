"""Motility: what speeds or slows the movement of the whole gut."""

from epsom.physiology.builder.functions import hill
from epsom.physiology.builder.organ import Organ

organ = Organ("motility", "Movement of the gut: ileus and high magnesium slow it.")

organ.input("transit", "movement of the bowel relative to usual; near 0 in ileus or obstruction", default=1.0)


@organ.reading("1")
def bowel_motility(transit, plasma_concentration, motility_block_half, motility_block_steepness):
    """Movement relative to usual: what disease leaves, times what high plasma magnesium leaves."""
    return transit * (1 - hill(plasma_concentration, motility_block_half, motility_block_steepness))
