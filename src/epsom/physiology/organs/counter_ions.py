"""Counter-ions that stay in the gut: sulfate, and part of citrate or gluconate.

Most anions swallowed with magnesium are absorbed and replaced by chloride or bicarbonate. Those that are
absorbed poorly keep holding water after their magnesium has been taken up, with sodium in its place.
"""

from epsom.physiology.builder.functions import excess_share
from epsom.physiology.builder.organ import Organ

organ = Organ("counter_ions", "Poorly absorbed anions hold water of their own.")

organ.pool(
    "small_bowel_anion", "poorly absorbed divalent anion above the colon", usual=5.0, substance="anion"
)
organ.pool("colon_anion", "poorly absorbed divalent anion in the colon", usual=5.0, substance="anion")


@organ.reading("osmol")
def small_bowel_osmoles(upper_dissolved, lower_dissolved, small_bowel_anion, osmoles_per_magnesium,
                        osmoles_per_surplus_anion, trace_amount, pairing_sharpness):  # fmt: skip
    """Osmoles held above the colon: magnesium with its counter-ions, and anion beyond it with sodium."""
    dissolved = upper_dissolved + lower_dissolved
    surplus = small_bowel_anion * excess_share(small_bowel_anion, dissolved + trace_amount, pairing_sharpness)
    return dissolved * osmoles_per_magnesium + surplus * osmoles_per_surplus_anion


@organ.reading("osmol")
def colon_osmoles(colon_dissolved, colon_anion, osmoles_per_magnesium, osmoles_per_surplus_anion,
                  trace_amount, pairing_sharpness):  # fmt: skip
    """Osmoles held in the colon: magnesium with its counter-ions, and anion beyond it with sodium."""
    surplus = colon_anion * excess_share(colon_anion, colon_dissolved + trace_amount, pairing_sharpness)
    return colon_dissolved * osmoles_per_magnesium + surplus * osmoles_per_surplus_anion


@organ.flux("small_bowel_anion", None)
def anion_uptake(small_bowel_anion, anion_uptake_maximum, anion_uptake_half):
    """The anion is absorbed slowly and saturably."""
    return anion_uptake_maximum / (anion_uptake_half + small_bowel_anion)


@organ.flux("small_bowel_anion", "colon_anion")
def anion_transit(small_bowel_hurry, anion_transit_rate):
    """The anion reaches the colon with the rest of the content."""
    return small_bowel_hurry * anion_transit_rate


@organ.flux("colon_anion", None)
def anion_passing(colon_emptying, anion_fermentation):
    """The anion leaves with stool, or bacteria use it up."""
    return colon_emptying + anion_fermentation
