"""The equations compiled by numba for solvers that call Python functions."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numba
import numpy as np
from equations import entries, functions


@cache
def compiled(body: Any) -> Any:
    """``slope(y, constants, traits, inputs, out)``, ``jacobian`` into a full matrix, and ``traits``."""
    flags = {"error_model": "numpy", "fastmath": {"contract", "nsz"}}
    made = functions({"exp": math.exp, "log": math.log, "larger": max}, numba.njit(**flags), body)
    sparse, (rows, columns) = made["jacobian"], entries(body)
    count = len(rows)

    @numba.njit(**flags)
    def jacobian(y: Any, constants: Any, traits: Any, inputs: Any, out: Any) -> None:
        values = np.empty(count)
        sparse(y, constants, traits, inputs, values)
        out[:] = 0.0
        for slot in range(count):
            out[rows[slot], columns[slot]] = values[slot]

    return made["slope"], jacobian, made["traits"]
