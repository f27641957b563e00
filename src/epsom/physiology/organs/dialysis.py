"""Dialysis: ultrafilterable magnesium crosses the membrane both ways while a treatment runs."""

from epsom.physiology.builder.organ import Organ

organ = Organ("dialysis", "Exchange of ultrafilterable magnesium with dialysate.")

organ.outlet("dialysate", "magnesium that left with dialysate", usual=20.0)
organ.input("dialysis_clearance", "dialysate exchange of the running treatment", unit="L/h", default=0.0)
organ.input("dialysate_magnesium", "magnesium of the dialysate", unit="mmol/L", default=0.0)


@organ.flux("plasma_magnesium", "dialysate")
def removal_by_dialysis(dialysis_clearance, ultrafilterable_share, plasma_volume):
    """Ultrafilterable magnesium passes from plasma to dialysate."""
    return dialysis_clearance * ultrafilterable_share / plasma_volume


@organ.source("plasma_magnesium", "mmol/h")
def supply_by_dialysis(dialysis_clearance, dialysate_magnesium):
    """Magnesium of fresh dialysate passes into plasma."""
    return dialysis_clearance * dialysate_magnesium
