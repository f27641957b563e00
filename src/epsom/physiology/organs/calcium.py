"""Calcium and its hormones, as far as magnesium moves them.

Low magnesium blocks the gland (a gate on secretion) and blunts the response of bone; high magnesium is taken
for calcium by the same sensor, so parathyroid hormone falls while calcium falls too.
"""

from epsom.physiology.builder.functions import excess_share, hill, power
from epsom.physiology.builder.organ import Organ

organ = Organ("calcium", "Plasma calcium, exchangeable bone calcium, parathyroid hormone and calcitriol.")

organ.pool("calcium_extracellular", "calcium of extracellular fluid", usual=33.0, rest="calcium_reference",
           substance="calcium")  # fmt: skip
organ.pool("bone_calcium", "quickly exchangeable calcium of bone", usual=100.0, rest="bone_calcium_reference",
           substance="calcium")  # fmt: skip
organ.signal("calcitriol", "calcitriol relative to usual", unit="1", usual=1.0)
organ.input("parathyroid_activity", "secretion of the parathyroid glands relative to usual", default=1.0)


@organ.constant("L")
def calcium_space(weight, calcium_space_per_weight):
    """Liters of plasma that would hold the calcium of extracellular fluid."""
    return weight * calcium_space_per_weight


@organ.constant("mmol")
def calcium_reference(calcium_space, usual_calcium):
    """Calcium of extracellular fluid at the usual concentration."""
    return calcium_space * usual_calcium


@organ.constant("mmol")
def bone_calcium_reference(weight, bone_calcium_per_weight):
    """Quickly exchangeable bone calcium at the usual concentration."""
    return weight * bone_calcium_per_weight


@organ.reading("mmol/L")
def calcium_concentration(calcium_extracellular, calcium_space):
    """Total calcium at usual albumin."""
    return calcium_extracellular / calcium_space


@organ.reading("mmol/L")
def serum_calcium(calcium_concentration, calcium_per_albumin, albumin, reference_albumin):
    """Total calcium as a laboratory measures it: low albumin lowers it."""
    return calcium_concentration + calcium_per_albumin * (albumin - reference_albumin)


@organ.reading("mmol/L")
def ionized_calcium(calcium_concentration, ionized_calcium_share, ionized_fall_per_ph, ph, reference_ph):
    """Ionized calcium: less of it when pH is high."""
    return calcium_concentration * ionized_calcium_share * (1 - ionized_fall_per_ph * (ph - reference_ph))


@organ.reading("mmol/L")
def divalent_sense(ionized_calcium, ionized_concentration, magnesium_as_calcium, usual_ionized_magnesium):
    """What the calcium sensor of the gland sees: magnesium counts as a little calcium."""
    return ionized_calcium + magnesium_as_calcium * (ionized_concentration - usual_ionized_magnesium)


@organ.reading("1")
def parathyroid_relative(
    divalent_sense, plasma_concentration, parathyroid_activity, parathyroid_maximum, parathyroid_set_point,
    parathyroid_steepness, gland_gate_half, gland_gate_steepness,
):  # fmt: skip
    """Parathyroid hormone relative to usual: falls as the sensor fills, fails when magnesium is lacking."""
    free = 1 - hill(divalent_sense, parathyroid_set_point, parathyroid_steepness)
    gate = hill(plasma_concentration, gland_gate_half, gland_gate_steepness)
    return parathyroid_activity * parathyroid_maximum * free * gate


@organ.reading("kg/L")
def parathyroid_hormone(parathyroid_relative, parathyroid_usual):
    """Parathyroid hormone in plasma."""
    return parathyroid_relative * parathyroid_usual


@organ.reading("1")
def parathyroid_effect(parathyroid_relative, plasma_concentration, resistance_half, gland_gate_steepness,
                       effect_without_hormone):  # fmt: skip
    """What bone and kidney feel of it: magnesium lack makes them resist; a little goes on without it."""
    felt = parathyroid_relative * hill(plasma_concentration, resistance_half, gland_gate_steepness)
    return effect_without_hormone + (1 - effect_without_hormone) * felt


@organ.flux("calcium_extracellular", "bone_calcium")
def calcium_into_bone(calcium_exchange, bone_calcium_reference, calcium_reference):
    """Calcium settles on bone in proportion to its concentration."""
    return calcium_exchange * bone_calcium_reference / calcium_reference


@organ.flux("bone_calcium", "calcium_extracellular")
def calcium_from_bone(calcium_exchange, parathyroid_effect, bone_response):
    """Bone gives calcium back, more under parathyroid hormone."""
    return calcium_exchange * power(parathyroid_effect, 1, bone_response)


@organ.source("calcium_extracellular", "mmol/h")
def calcium_absorption(usual_calcium_absorption, calcitriol):
    """Net absorption from the gut, in proportion to calcitriol."""
    return usual_calcium_absorption * calcitriol


@organ.reading("1")
def calcium_fraction_excreted(calcium_concentration, plasma_concentration, reference_concentration,
                              magnesium_calciuria, calcium_threshold, parathyroid_effect, kidney_response,
                              calcium_sharpness):  # fmt: skip
    """Share of filtered calcium in urine: parathyroid hormone raises its threshold, magnesium lowers it."""
    seen = calcium_concentration + magnesium_calciuria * plasma_concentration
    threshold = calcium_threshold * power(parathyroid_effect, 1, kidney_response)
    return excess_share(seen, threshold + magnesium_calciuria * reference_concentration, calcium_sharpness)


@organ.flux("calcium_extracellular", None)
def calcium_excretion(
    glomerular_filtration, filterable_calcium_share, calcium_fraction_excreted, calcium_space
):
    """Filtered calcium that is not reabsorbed leaves with urine."""
    return glomerular_filtration * filterable_calcium_share * calcium_fraction_excreted / calcium_space


@organ.slope("calcitriol", "1/h")
def calcitriol_change(calcitriol, parathyroid_effect, calcitriol_response, calcitriol_time):
    """Calcitriol follows parathyroid hormone over days."""
    return (power(parathyroid_effect, 1, calcitriol_response) - calcitriol) / calcitriol_time
