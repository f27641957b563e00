"""Speeds of solvers at one error, read between the settings that were run."""

from __future__ import annotations

from typing import Any

import numpy as np


def speed_at(rows: list[Any], engine: str, error: float) -> float | None:
    """People per second at that error, log-log between settings, with the better absolute tolerance."""
    found = []
    mine = [row for row in rows if row["engine"] == engine and row.get("max_error")]
    for tolerance in {row["atol"] for row in mine}:
        points = sorted(
            (row["max_error"], row["people_per_second"]) for row in mine if row["atol"] == tolerance
        )
        errors, speeds = np.log(np.array(points)).T
        if errors[0] <= np.log(error) <= errors[-1]:
            found.append(float(np.exp(np.interp(np.log(error), errors, speeds))))
    return max(found, default=None)
