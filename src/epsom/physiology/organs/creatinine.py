"""Creatinine: made at a steady rate, filtered, and therefore late to tell of a change in filtration."""

from epsom.physiology.builder.organ import Organ

organ = Organ("creatinine", "Serum creatinine follows filtration over a day or more.")

organ.pool("creatinine_pool", "creatinine in body water", usual=3.0, rest="creatinine_reference",
           substance="creatinine")  # fmt: skip


@organ.constant("L")
def body_water(weight, body_water_per_weight):
    """Total body water, in which creatinine spreads."""
    return weight * body_water_per_weight


@organ.constant("mmol")
def creatinine_reference(creatinine, body_water):
    """Creatinine of the body at the person's usual concentration."""
    return creatinine * body_water


@organ.reading("mmol/L")
def serum_creatinine(creatinine_pool, body_water):
    """Creatinine as a laboratory measures it."""
    return creatinine_pool / body_water


@organ.source("creatinine_pool", "mmol/h")
def creatinine_production(creatinine, filtration, body_surface, reference_body_surface):
    """Production that keeps the person's usual creatinine at the person's usual filtration."""
    return creatinine * filtration * body_surface / reference_body_surface


@organ.flux("creatinine_pool", None)
def creatinine_excretion(glomerular_filtration, body_water):
    """Creatinine leaves with the filtrate."""
    return glomerular_filtration / body_water


@organ.flux("creatinine_pool", None)
def creatinine_dialysis(dialysis_clearance, body_water):
    """Creatinine leaves with dialysate, about as fast as magnesium's ultrafilterable part."""
    return dialysis_clearance / body_water
