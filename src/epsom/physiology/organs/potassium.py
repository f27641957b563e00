"""Potassium, as far as low magnesium wastes it."""

from epsom.physiology.builder.functions import hill
from epsom.physiology.builder.organ import Organ

organ = Organ("potassium", "Serum potassium falls when magnesium is lacking and returns when it is back.")

organ.signal("serum_potassium", "serum potassium", unit="mmol/L", usual=4.1)
organ.input("potassium_shift", "shift of serum potassium by drugs or disease", unit="mmol/L", default=0.0)


@organ.slope("serum_potassium", "mmol/L/h")
def potassium_change(serum_potassium, usual_potassium, potassium_shift, plasma_concentration, potassium_fall,
                     potassium_waste_half, potassium_waste_steepness, potassium_time):  # fmt: skip
    """Without magnesium the kidney's channels let potassium go."""
    wasted = potassium_fall * (
        1 - hill(plasma_concentration, potassium_waste_half, potassium_waste_steepness)
    )
    return (usual_potassium + potassium_shift - wasted - serum_potassium) / potassium_time
