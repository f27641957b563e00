"""Severity of low and high serum magnesium, as wide overlapping curves between the sources' bands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr

from epsom.core.evidence import data_table
from epsom.physiology.uncertain import Uncertain, uncertain

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Stage:
    """One stage: what is seen, and the serum in mmol/L at which half of people have reached it."""

    name: str
    high: bool
    meaning: str
    half: Uncertain

    def chance(self, serum: Any, threshold: Any = 1.0) -> Any:
        """Share of people who have reached the stage at ``serum``.

        Parameters
        ----------
        serum
            Total magnesium, mmol/L.
        threshold
            The person's thresholds of excess relative to usual (effect ``excess_threshold``); it does not
            move the stages of lack.
        """
        scale = threshold if self.high else 1.0
        beyond = np.log(np.asarray(serum) / (self.half.median * scale)) / self.half.spread
        return ndtr(beyond if self.high else -beyond)


@cache
def stages() -> Mapping[str, Stage]:
    """Every stage by name, from ``data/severity_bands.toml``; those of excess first, mildest first."""
    tables = data_table("severity_bands.toml")
    return {
        name: Stage(name, table["direction"] == "high", table["meaning"], uncertain(table))
        for name, table in tables.items()
    }
