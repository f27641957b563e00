"""Colon: magnesium precipitates or stays dissolved and holds water; water hurries the stool."""

from epsom.physiology.builder.functions import hill
from epsom.physiology.builder.organ import Organ

organ = Organ("colon", "Precipitation, a little uptake, water held by dissolved magnesium, and stool.")

organ.pool("colon_dissolved", "dissolved magnesium in the colon", usual=8.0)
organ.pool("colon_solid", "precipitated and undissolved magnesium in the colon", usual=8.0)
organ.pool("gut_inert", "magnesium anywhere in the gut that never dissolves, as bound by phytate", usual=5.0)
organ.pool("colon_bulk", "stool mass in the colon that magnesium does not hold", usual=0.15,
           substance="stool", unit="kg")  # fmt: skip
organ.input("colon_pace", "movement of the colon relative to usual, slow in constipation", default=1.0)
organ.outlet("stool_soluble", "dissolved magnesium passed with stool", usual=100.0)
organ.outlet("stool_insoluble", "undissolved magnesium passed with stool", usual=100.0)
organ.outlet("stool_passed", "stool passed", usual=2.0, substance="stool", unit="kg")


@organ.reading("L")
def colon_water(colon_osmoles, gut_osmolality):
    """Water held in the colon by osmoles at the osmolality of blood."""
    return colon_osmoles / gut_osmolality


@organ.reading("1/h")
def colon_emptying(bowel_motility, colon_pace, colon_water, colon_transit, colon_hurry_rate,
                   colon_hurry_water, colon_hurry_steepness):  # fmt: skip
    """Fraction of the colon's content passed per hour: slow as usual, fast when much water is held."""
    hurry = colon_hurry_rate * hill(colon_water, colon_hurry_water, colon_hurry_steepness)
    return bowel_motility * colon_pace * (colon_transit + hurry)


@organ.reading("kg/h")
def osmotic_stool_flow(colon_emptying, colon_water, water_density):
    """Stool water passed per hour that magnesium holds."""
    return colon_emptying * colon_water * water_density


@organ.flux("colon_dissolved", "colon_solid")
def precipitation(colon_dissolved, colon_precipitation, colon_precipitation_half):
    """Dissolved magnesium precipitates with phosphate, fatty acids and carbonate while these last."""
    return colon_precipitation / (1 + colon_dissolved / colon_precipitation_half)


@organ.flux("colon_solid", "colon_dissolved")
def colon_dissolution(colon_dissolution_rate):
    """Solid magnesium dissolves slowly in the acids that colonic bacteria make."""
    return colon_dissolution_rate


@organ.flux("colon_dissolved", "plasma_magnesium")
def colon_uptake(uptake_capacity, colon_uptake_rate):
    """A little uptake along the colon."""
    return uptake_capacity * colon_uptake_rate


@organ.flux("colon_dissolved", "stool_soluble")
def passing_dissolved(colon_emptying):
    """Dissolved magnesium leaves with stool."""
    return colon_emptying


@organ.flux("colon_solid", "stool_insoluble")
def passing_solid(colon_emptying):
    """Undissolved magnesium leaves with stool."""
    return colon_emptying


@organ.flux("gut_inert", "stool_insoluble")
def passing_inert(colon_emptying):
    """Magnesium that never dissolves leaves with stool; the colon holds it by far the longest."""
    return colon_emptying


@organ.constant("kg/h")
def usual_stool(stool_production, female, stool_share_of_women):
    """Stool of this person that forms regardless of magnesium; women pass less."""
    return stool_production * (1 - female * (1 - stool_share_of_women))


@organ.source("colon_bulk", "kg/h")
def stool_formation(usual_stool):
    """Stool that forms regardless of magnesium."""
    return usual_stool


@organ.flux("colon_bulk", "stool_passed")
def passing_bulk(colon_emptying):
    """Stool leaves."""
    return colon_emptying


@organ.source("stool_passed", "kg/h")
def passing_water(osmotic_stool_flow):
    """Water held by magnesium leaves with it; it came from the body's water, which is not modeled."""
    return osmotic_stool_flow
