"""Kidney: filtration, a reabsorption that saturates at a threshold with splay, and its adaptation."""

from epsom.physiology.builder.functions import excess_share, hill, saturating, softplus
from epsom.physiology.builder.organ import Organ

organ = Organ("kidney", "What is filtered above a threshold is excreted; the threshold adapts over days.")

organ.outlet("urine", "magnesium passed with urine", usual=100.0)
organ.signal("renal_adaptation", "shift of the threshold by adaptation", unit="mmol/L", usual=0.05)
organ.signal("kidney_function", "filtration relative to the person's usual", unit="1", usual=1.0)
organ.meter("filtered", "magnesium filtered", ("filtered_magnesium",), usual=1000.0)
organ.input("kidney_goal", "filtration towards which the kidney moves, as in acute injury", default=1.0)
organ.input("threshold_shift", "shift of the threshold by drugs or disease", unit="mmol/L", default=0.0)


@organ.constant("m^2")
def body_surface(weight, height, body_surface_constant):
    """Body surface by Mosteller's formula."""
    return (weight * height / body_surface_constant) ** (1 / 2)


@organ.constant("1")
def nephron_loss(filtration, nephron_loss_filtration, nephron_loss_steepness):
    """How far lasting kidney disease has gone: near 0 in health, 1 when hardly a nephron is left."""
    return 1 - hill(filtration, nephron_loss_filtration, nephron_loss_steepness)


@organ.constant("mmol/L")
def usual_threshold(renal_threshold, threshold_rise_of_loss, nephron_loss):
    """Threshold of this person's kidneys before adaptation and drugs."""
    return renal_threshold + threshold_rise_of_loss * nephron_loss


@organ.constant("1")
def threshold_sharpness(usual_threshold, renal_splay, splay_of_loss, nephron_loss):
    """Threshold over the width of its bend, which widens as the nephrons left differ more."""
    return usual_threshold / (renal_splay * (1 + splay_of_loss * nephron_loss))


@organ.constant("1")
def binding_correction(ultrafilterable_share, protein_bound_share):
    """Ultrafilterable share at usual albumin over this person's: the kidney sees what is not bound."""
    return (1 - protein_bound_share) / ultrafilterable_share


@organ.constant("1")
def gain_left(adaptation_gain, adaptation_lost, nephron_loss):
    """Gain of the adaptation: nephrons left by disease already excrete all they can, and adapt less."""
    return adaptation_gain * (1 - adaptation_lost * nephron_loss)


@organ.reading("L/h")
def filtration_now(filtration, kidney_function):
    """Glomerular filtration per reference body surface, now."""
    return filtration * kidney_function


@organ.reading("L/h")
def glomerular_filtration(filtration_now, body_surface, reference_body_surface):
    """Glomerular filtration of this person, no longer per reference surface."""
    return filtration_now * body_surface / reference_body_surface


@organ.reading("mmol/L")
def threshold_now(usual_threshold, renal_adaptation, threshold_shift, threshold_least, binding_correction):
    """Total plasma magnesium at which reabsorption saturates, now; added losses leave a little of it."""
    shifted = usual_threshold + renal_adaptation + threshold_shift
    return softplus(shifted, threshold_least) * binding_correction


@organ.reading("1")
def fraction_excreted(plasma_concentration, threshold_now, threshold_sharpness, smallest_fraction_excreted):
    """Share of the filtered magnesium that reaches urine."""
    above = excess_share(plasma_concentration, threshold_now, threshold_sharpness)
    return smallest_fraction_excreted + (1 - smallest_fraction_excreted) * above


@organ.reading("L/h")
def magnesium_filtration(glomerular_filtration, ultrafilterable_share, filtration_of_magnesium):
    """Plasma freed of magnesium per hour by filtration; people differ in it beyond filtration and size."""
    return glomerular_filtration * ultrafilterable_share * filtration_of_magnesium


@organ.reading("mmol/h")
def filtered_magnesium(magnesium_filtration, plasma_concentration):
    """Magnesium filtered per hour."""
    return magnesium_filtration * plasma_concentration


@organ.flux("plasma_magnesium", "urine")
def excretion(magnesium_filtration, fraction_excreted, plasma_volume):
    """Filtered magnesium that is not reabsorbed."""
    return magnesium_filtration * fraction_excreted / plasma_volume


@organ.slope("renal_adaptation", "mmol/L/h")
def adaptation(renal_adaptation, plasma_concentration, usual_threshold, binding_correction, gain_left,
               adaptation_limit, adaptation_time):  # fmt: skip
    """The threshold rises in depletion and falls under loading, within limits, over days."""
    departure = usual_threshold - plasma_concentration / binding_correction
    goal = saturating(gain_left * departure, adaptation_limit)
    return (goal - renal_adaptation) / adaptation_time


@organ.slope("kidney_function", "1/h")
def injury_and_recovery(kidney_function, kidney_goal, kidney_change_time):
    """Filtration moves to where injury or recovery takes it."""
    return (kidney_goal - kidney_function) / kidney_change_time
