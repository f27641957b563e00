"""Bone: a surface that follows serum over weeks, and a depth that follows over years."""

from epsom.physiology.builder.organ import Organ
from epsom.physiology.builder.patterns import elastic_pool

organ = Organ("bone", "Bone surface buffers serum over weeks; deep bone turns over in years.")

elastic_pool(organ, "bone_surface", "exchangeable magnesium on bone surfaces", usual=170.0)
organ.pool("deep_bone", "magnesium inside bone crystals", usual=370.0, rest="deep_bone_reference")


@organ.constant("mmol")
def deep_bone_reference(weight, deep_bone_per_weight):
    """Deep content at the reference concentration."""
    return weight * deep_bone_per_weight


@organ.flux("interstitium", "deep_bone")
def bone_formation(deep_bone_turnover, deep_bone_reference, reference_concentration, interstitial_space):
    """Growing crystal takes up magnesium in proportion to interstitial fluid."""
    return deep_bone_turnover * deep_bone_reference / (reference_concentration * interstitial_space)


@organ.flux("deep_bone", "interstitium")
def bone_resorption(deep_bone_turnover):
    """Resorption frees magnesium of crystals."""
    return deep_bone_turnover
