"""Small bowel: transit, slow dissolution, secretion, and uptake by a saturable and a linear path."""

from epsom.physiology.builder.functions import hill
from epsom.physiology.builder.organ import Organ

organ = Organ(
    "small_bowel", "Transit, saturable and linear uptake, secretion; unabsorbed osmoles hold water and hurry."
)

organ.pool("upper_solid", "undissolved magnesium in duodenum and jejunum", usual=0.5)
organ.pool("upper_dissolved", "dissolved magnesium in duodenum and jejunum", usual=1.0)
organ.pool("lower_solid", "undissolved magnesium in the ileum", usual=0.5)
organ.pool("lower_dissolved", "dissolved magnesium in the ileum", usual=1.5)
organ.input(
    "secretion_share", "secretion into the gut relative to usual, as raised by bowel disease", default=1.0
)
organ.input("uptake_share", "share of usual uptake left by disease or drugs", default=1.0)
organ.meter("absorbed", "magnesium taken up from the gut, secretion not subtracted",
            ("upper_uptake", "lower_uptake", "colon_uptake"), usual=100.0)  # fmt: skip
organ.meter("secreted", "magnesium secreted into the gut", ("secretion",), usual=50.0)


@organ.reading("L")
def small_bowel_water(small_bowel_osmoles, gut_osmolality):
    """Water held in the small bowel by unabsorbed osmoles at the osmolality of blood."""
    return small_bowel_osmoles / gut_osmolality


@organ.reading("1")
def small_bowel_hurry(bowel_motility, small_bowel_water, small_bowel_hurry_gain, small_bowel_hurry_water):
    """Transit relative to usual: retained water hurries the content along."""
    return bowel_motility * (1 + small_bowel_hurry_gain * hill(small_bowel_water, small_bowel_hurry_water, 2))


@organ.reading("1")
def uptake_capacity(uptake_share, filtration, uremic_uptake_share, uremia_filtration, uremia_steepness,
                    calcitriol, calcitriol_uptake_gain):  # fmt: skip
    """Saturable uptake relative to usual: lasting uremia and disease depress it; calcitriol helps."""
    kidneys = hill(filtration, uremia_filtration, uremia_steepness)
    hormone = 1 + calcitriol_uptake_gain * (calcitriol - 1)
    return uptake_share * hormone * (uremic_uptake_share + (1 - uremic_uptake_share) * kidneys)


@organ.flux("upper_dissolved", "plasma_magnesium")
def upper_uptake(
    upper_dissolved, uptake_share, uptake_capacity, upper_uptake_maximum, upper_uptake_half, linear_uptake
):
    """Uptake in duodenum and jejunum: a saturable path through cells plus one in proportion, between them."""
    saturable = upper_uptake_maximum / (upper_uptake_half + upper_dissolved)
    return uptake_capacity * saturable + uptake_share * linear_uptake


@organ.flux("lower_dissolved", "plasma_magnesium")
def lower_uptake(
    lower_dissolved, uptake_share, uptake_capacity, lower_uptake_maximum, lower_uptake_half, linear_uptake
):
    """Uptake in the ileum: a saturable path through cells plus one in proportion, between them."""
    saturable = lower_uptake_maximum / (lower_uptake_half + lower_dissolved)
    return uptake_capacity * saturable + uptake_share * linear_uptake


@organ.flux("plasma_magnesium", "upper_dissolved")
def secretion(secretion_share, secretion_clearance, plasma_volume):
    """Magnesium of saliva, gastric, biliary, pancreatic and bowel juices."""
    return secretion_share * secretion_clearance / plasma_volume


@organ.flux("upper_solid", "upper_dissolved")
def upper_dissolution(bowel_dissolution):
    """Solid magnesium dissolves slowly in the neutral bowel."""
    return bowel_dissolution


@organ.flux("lower_solid", "lower_dissolved")
def lower_dissolution(bowel_dissolution):
    """Solid magnesium dissolves slowly in the neutral bowel."""
    return bowel_dissolution


@organ.flux("upper_dissolved", "lower_dissolved")
def upper_transit_dissolved(small_bowel_hurry, upper_transit):
    """Dissolved magnesium moves on to the ileum."""
    return small_bowel_hurry * upper_transit


@organ.flux("upper_solid", "lower_solid")
def upper_transit_solid(small_bowel_hurry, upper_transit):
    """Undissolved magnesium moves on to the ileum."""
    return small_bowel_hurry * upper_transit


@organ.flux("lower_dissolved", "colon_dissolved")
def lower_transit_dissolved(small_bowel_hurry, lower_transit):
    """Dissolved magnesium moves on to the colon."""
    return small_bowel_hurry * lower_transit


@organ.flux("lower_solid", "colon_solid")
def lower_transit_solid(small_bowel_hurry, lower_transit):
    """Undissolved magnesium moves on to the colon."""
    return small_bowel_hurry * lower_transit
