"""Bowel habit: the bowel gets used to water that magnesium holds."""

from epsom.physiology.builder.organ import Organ

organ = Organ("bowel_habit", "What counts as loose adapts over days to the water usually passed.")

organ.signal(
    "habituation", "stool water held by magnesium that the bowel is used to", unit="kg/h", usual=0.001
)


@organ.slope("habituation", "kg/h/h")
def habituating(habituation, osmotic_stool_flow, habituation_share, habituation_time):
    """The bowel gets used to a part of what passes, over days."""
    return (habituation_share * osmotic_stool_flow - habituation) / habituation_time
