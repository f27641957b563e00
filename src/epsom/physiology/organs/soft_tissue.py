"""Soft tissue: a part that follows plasma within hours; muscle exchanges much and yields little."""

from epsom.physiology.builder.organ import Organ
from epsom.physiology.builder.patterns import elastic_pool

organ = Organ("soft_tissue", "Tissue that follows plasma within hours, and muscle that hardly changes.")

organ.pool("fast_tissue", "magnesium of soft tissue that follows plasma within hours", usual=15.0,
           rest="fast_tissue_reference")  # fmt: skip
elastic_pool(organ, "muscle", "exchangeable magnesium of muscle and other slow soft tissue", usual=100.0)
organ.input(
    "cell_shift", "uptake into cells relative to usual, as raised by insulin or refeeding", default=1.0
)


@organ.constant("L")
def fast_tissue_space(weight, fast_tissue_space_per_weight):
    """Liters of plasma that would hold as much magnesium as this tissue."""
    return weight * fast_tissue_space_per_weight


@organ.constant("mmol")
def fast_tissue_reference(fast_tissue_space, reference_concentration):
    """Content of this tissue at the reference concentration."""
    return fast_tissue_space * reference_concentration


@organ.constant("L/h")
def fast_tissue_exchange(weight, fast_tissue_exchange_per_weight):
    """Clearance between interstitial fluid and this tissue."""
    return weight * fast_tissue_exchange_per_weight


@organ.flux("interstitium", "fast_tissue")
def fast_uptake(cell_shift, fast_tissue_exchange, interstitial_space):
    """Magnesium enters the tissue in proportion to interstitial fluid."""
    return cell_shift * fast_tissue_exchange / interstitial_space


@organ.flux("fast_tissue", "interstitium")
def fast_release(fast_tissue_exchange, fast_tissue_space):
    """Magnesium returns in proportion to the tissue's content."""
    return fast_tissue_exchange / fast_tissue_space


@organ.reading("mmol/L")
def muscle_free_magnesium(muscle, muscle_reference, muscle_free_reference):
    """Free magnesium in muscle cells, in proportion to their exchangeable content."""
    return muscle_free_reference * muscle / muscle_reference
