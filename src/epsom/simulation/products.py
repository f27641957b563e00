"""Products as people take them, where nothing is said: usual doses by form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from epsom.simulation.crowd import Crowd


def usual_dose(crowd: Crowd, form: str, number: int) -> NDArray[np.float64]:
    """Magnesium of one intake of ``form`` in mmol, drawn per person; ``number`` tells products apart."""
    record = (
        crowd.registry[f"usual_dose_{form}"]
        if f"usual_dose_{form}" in crowd.registry
        else crowd.registry["usual_dose"]
    )
    assert record.between is not None
    spread = record.canonical_spread("between")
    assert spread is not None
    return spread.quantile(crowd.uniform(f"dose/{number}"), record.canonical_value, record.canonical_bounds)
