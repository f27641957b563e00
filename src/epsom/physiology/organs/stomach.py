"""Stomach: swallowed magnesium dissolves in acid and empties into the upper bowel."""

from epsom.physiology.builder.organ import Organ

organ = Organ("stomach", "Solid magnesium dissolves as far as acid is secreted; both empty into the bowel.")

organ.pool("stomach_solid", "swallowed magnesium that still needs acid to dissolve", usual=1.0)
organ.pool("stomach_dissolved", "dissolved magnesium in the stomach", usual=1.0)
organ.input("fed", "1 while a meal is being digested, 0 when fasting", default=0.0)
organ.input("acid_secretion", "share of usual acid secretion left by drugs or disease", default=1.0)


@organ.reading("mmol/h")
def acid_output(fed, acid_secretion, gastric_acid_fasting, gastric_acid_fed):
    """Acid secreted per hour: little when fasting, several times more after a meal."""
    return acid_secretion * (gastric_acid_fasting + fed * (gastric_acid_fed - gastric_acid_fasting))


@organ.reading("1/h")
def gastric_emptying(
    fed, bowel_motility, gastric_share_of_stasis, gastric_emptying_fasting, gastric_emptying_fed
):
    """Fraction of the stomach's content that empties per hour; a meal slows it, and bowel stasis in part."""
    usual = gastric_emptying_fasting + fed * (gastric_emptying_fed - gastric_emptying_fasting)
    return usual * (1 - gastric_share_of_stasis * (1 - bowel_motility))


@organ.flux("stomach_solid", "stomach_dissolved")
def acid_dissolution(stomach_solid, acid_output, acid_per_magnesium, solid_dissolution):
    """Solid magnesium dissolves at its own rate until the acid secreted each hour runs out.

    Each magnesium of an oxide, hydroxide or carbonate takes two protons, so with little solid the rate is
    that of the particles, with much solid it is half the acid output: the dissolved share falls with dose.
    """
    capacity = acid_output / acid_per_magnesium
    return solid_dissolution * capacity / (capacity + solid_dissolution * stomach_solid)


@organ.flux("stomach_dissolved", "upper_dissolved")
def emptying_dissolved(gastric_emptying):
    """Dissolved magnesium leaves with the stomach's content."""
    return gastric_emptying


@organ.flux("stomach_solid", "upper_solid")
def emptying_solid(gastric_emptying, solid_emptying_share):
    """Solid magnesium leaves more slowly than dissolved."""
    return gastric_emptying * solid_emptying_share
