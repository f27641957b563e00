"""Cerebrospinal fluid: higher in magnesium than plasma, secreted, and slow to follow."""

from epsom.physiology.builder.organ import Organ
from epsom.physiology.builder.patterns import elastic_pool

organ = Organ("brain_fluid", "Cerebrospinal fluid follows plasma slowly and in part.")

elastic_pool(organ, "brain_fluid_magnesium", "magnesium of cerebrospinal fluid", usual=0.16)


@organ.reading("mmol/L")
def csf_concentration(brain_fluid_magnesium, brain_fluid_magnesium_reference, csf_reference_concentration):
    """Total magnesium of cerebrospinal fluid."""
    return csf_reference_concentration * brain_fluid_magnesium / brain_fluid_magnesium_reference
