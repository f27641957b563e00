"""Circulation: plasma and the interstitial fluid that holds its ultrafilterable part."""

from epsom.physiology.builder.organ import Organ

organ = Organ("circulation", "Plasma exchanges its ultrafilterable magnesium with interstitial fluid.")

# Its errors are the largest of all: it follows the interstitium within minutes, and where steps are bound by
# stability and not by accuracy, errors stay near the tolerance. A small one costs few steps there.
organ.pool("plasma_magnesium", "magnesium in plasma", usual=2.6, rest="plasma_reference", tolerance=0.2)
organ.pool("interstitium", "magnesium in interstitial fluid", usual=7.0, rest="interstitial_reference")
organ.input("infusion", "magnesium infused into a vein", unit="mmol/h", default=0.0)


@organ.constant("L")
def plasma_volume(weight, plasma_volume_per_weight):
    """Plasma volume of this person."""
    return weight * plasma_volume_per_weight


@organ.constant("1")
def ultrafilterable_share(protein_bound_share, albumin, reference_albumin):
    """Share of plasma magnesium that passes an ultrafilter: what albumin does not bind."""
    return 1 - protein_bound_share * albumin / reference_albumin


@organ.constant("1")
def ionized_share(ionized_share_of_filterable, ultrafilterable_share, ionized_fall_per_ph, ph, reference_ph):
    """Ionized share of plasma magnesium: less of it when albumin or pH is high."""
    return (
        ionized_share_of_filterable * ultrafilterable_share * (1 - ionized_fall_per_ph * (ph - reference_ph))
    )


@organ.constant("L")
def interstitial_space(weight, interstitial_volume_per_weight, ultrafilterable_share):
    """Interstitial volume times the ultrafilterable share: liters of plasma that would hold as much."""
    return weight * interstitial_volume_per_weight * ultrafilterable_share


@organ.constant("mmol")
def plasma_reference(plasma_volume, reference_concentration):
    """Plasma content at the reference concentration."""
    return plasma_volume * reference_concentration


@organ.constant("mmol")
def interstitial_reference(interstitial_space, reference_concentration):
    """Interstitial content at the reference concentration."""
    return interstitial_space * reference_concentration


@organ.reading("mmol/L")
def plasma_concentration(plasma_magnesium, plasma_volume):
    """Total magnesium of plasma, as a laboratory measures it in serum."""
    return plasma_magnesium / plasma_volume


@organ.reading("mmol/L")
def interstitial_concentration(interstitium, interstitial_space):
    """Total plasma concentration the interstitial fluid is in balance with."""
    return interstitium / interstitial_space


@organ.reading("mmol/L")
def ionized_concentration(plasma_concentration, ionized_share):
    """Ionized magnesium of plasma."""
    return plasma_concentration * ionized_share


@organ.source("plasma_magnesium", "mmol/h")
def infusing(infusion):
    """An infusion runs into a vein at the rate it is set to."""
    return infusion


@organ.flux("plasma_magnesium", "interstitium")
def filtration_into_tissue(capillary_exchange, plasma_volume):
    """Ultrafilterable magnesium leaves plasma through capillaries."""
    return capillary_exchange / plasma_volume


@organ.flux("interstitium", "plasma_magnesium")
def return_from_tissue(capillary_exchange, interstitial_space):
    """Interstitial magnesium returns to plasma."""
    return capillary_exchange / interstitial_space
