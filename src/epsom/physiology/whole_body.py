"""The body Epsom uses: every organ, assembled once."""

from __future__ import annotations

from functools import cache

from epsom.core.evidence import registry
from epsom.physiology.builder.body import Body, assemble
from epsom.physiology.organs import (
    blood_cells,
    bone,
    bowel_habit,
    brain_fluid,
    calcium,
    circulation,
    colon,
    counter_ions,
    creatinine,
    dialysis,
    injection_site,
    kidney,
    motility,
    potassium,
    skin,
    small_bowel,
    soft_tissue,
    stomach,
    vessels,
)

#: From the mouth to the exits, then what answers to magnesium.
ORGANS = (
    stomach, motility, small_bowel, counter_ions, colon, bowel_habit,
    circulation, injection_site, soft_tissue, blood_cells, brain_fluid, bone,
    kidney, creatinine, dialysis, skin,
    calcium, potassium, vessels,
)  # fmt: skip


@cache
def whole_body() -> Body:
    """The assembled body."""
    return assemble([module.organ for module in ORGANS], registry())
