"""Patterns that several organs share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.physiology.builder.functions import power

if TYPE_CHECKING:
    from epsom.physiology.builder.organ import Organ


def elastic_pool(organ: Organ, pool: str, meaning: str, *, usual: float) -> None:
    """Declare a tissue pool that exchanges with interstitial fluid and yields less than it exchanges.

    Tracer exchange and net yield are two different numbers. Exchange is set by the turnover. The net yield is
    set by the elasticity: in balance the content goes with the interstitial concentration to the power of the
    elasticity, because release per content rises the more steeply, the less elastic the pool is.

    Needs the parameters ``<pool>_per_weight``, ``<pool>_turnover`` and ``<pool>_elasticity``; declares the
    constant ``<pool>_reference`` and the fluxes ``<pool>_uptake`` and ``<pool>_release``.
    """
    reference, turnover, elasticity = f"{pool}_reference", f"{pool}_turnover", f"{pool}_elasticity"
    organ.pool(pool, meaning, usual=usual, rest=reference)
    organ.add_constant(reference, "mmol", _reference_content, ("weight", f"{pool}_per_weight"))
    organ.add_flux(
        f"{pool}_uptake", "interstitium", pool, _uptake,
        (turnover, reference, "reference_concentration", "interstitial_space"),
    )  # fmt: skip
    organ.add_flux(f"{pool}_release", pool, "interstitium", _release, (pool, turnover, reference, elasticity))


def _reference_content(weight: Any, per_weight: Any) -> Any:
    """Content of the tissue at the reference concentration."""
    return weight * per_weight


def _uptake(turnover: Any, reference: Any, reference_concentration: Any, interstitial_space: Any) -> Any:
    """Magnesium enters the tissue in proportion to the interstitial concentration."""
    return turnover * reference / (reference_concentration * interstitial_space)


def _release(content: Any, turnover: Any, reference: Any, elasticity: Any) -> Any:
    """Release per content rises with the content, the more steeply the less elastic the pool."""
    return turnover * power(content, reference, 1 / elasticity - 1)
