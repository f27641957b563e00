"""A labeled copy of every magnesium pool, for tracer doses.

A flux returns the fraction of its pool that moves, so a label moves by the very same fractions: the copy
needs no equations of its own.
"""

from __future__ import annotations

from epsom.physiology.builder.body import Body, assemble
from epsom.physiology.builder.organ import Organ

#: What the name of a labeled pool begins with.
PREFIX = "labeled_"


def traced(body: Body) -> Body:
    """``body`` with labeled pools beside the others; the label weighs nothing and steers nothing."""
    organ = Organ("tracer", "Labeled magnesium moves by the fractions of all magnesium.")
    holders = {state.name for state in body.states if state.substance == "magnesium"}
    for state in body.states:
        if state.substance == "magnesium":
            declare = organ.outlet if state.kind == "outlet" else organ.pool
            declare(
                PREFIX + state.name, f"labeled: {state.meaning}", usual=0.1 * state.usual, substance="label"
            )
    copied = {flux.name for flux in body.fluxes if flux.leaves in holders and flux.enters in holders}
    for flux in body.fluxes:
        if flux.name in copied and flux.leaves and flux.enters:
            organ.add_flux(
                PREFIX + flux.name, PREFIX + flux.leaves, PREFIX + flux.enters, flux.function, flux.needs
            )
    for meter, flows in body.meters.items():
        if set(flows) <= copied:
            organ.meter(
                PREFIX + meter, f"labeled: {meter}", tuple(PREFIX + flow for flow in flows), usual=1.0
            )
    return assemble([*body.organs, organ], body.registry)
