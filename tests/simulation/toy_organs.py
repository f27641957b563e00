"""Two organs no body has, each as an outsider would write it in one file: a gallbladder, and another bone."""

from epsom.core.evidence import Parameter
from epsom.physiology.builder.functions import hill
from epsom.physiology.builder.organ import Organ

gallbladder = Organ(
    "gallbladder", "Bile holds a little magnesium back between meals and lets it go after them."
)
gallbladder.pool("gallbladder_bile", "magnesium in the gallbladder", usual=0.3)
gallbladder.meter("bile_passed", "magnesium that came with bile", ("bile_release",), usual=5.0)


@gallbladder.flux("plasma_magnesium", "gallbladder_bile")
def bile_filling(bile_clearance, plasma_volume, gallbladder_bile, bile_room):
    """Bile is stored until the gallbladder is full."""
    return bile_clearance / plasma_volume * (1 - hill(gallbladder_bile, bile_room, 2))


@gallbladder.flux("gallbladder_bile", "upper_dissolved")
def bile_release(fed, bile_emptying):
    """A meal empties it."""
    return fed * bile_emptying


other_bone = Organ("bone", "One pool that follows interstitial fluid in proportion.")
other_bone.pool("bone_surface", "magnesium of bone", usual=170.0, rest="bone_content")


@other_bone.constant("mmol")
def bone_content(weight, bone_surface_per_weight):
    """Content at the reference concentration."""
    return weight * bone_surface_per_weight


@other_bone.flux("interstitium", "bone_surface")
def bone_uptake(bone_surface_turnover, bone_content, reference_concentration, interstitial_space):
    """Uptake in proportion to interstitial fluid."""
    return bone_surface_turnover * bone_content / (reference_concentration * interstitial_space)


@other_bone.flux("bone_surface", "interstitium")
def bone_loss(bone_surface_turnover):
    """Release in proportion to content."""
    return bone_surface_turnover


PARAMETERS = [
    Parameter("bile_clearance", "clearance into bile", 0.36, "L/day", "recalled", (), "a toy"),
    Parameter("bile_emptying", "emptying after a meal", 24.0, "1/day", "recalled", (), "a toy"),
    Parameter(
        "bile_room", "content at half filling", 12.0, "mg", "recalled", (), "a toy", substance="magnesium"
    ),
]
