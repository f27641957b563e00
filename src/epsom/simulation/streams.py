"""Randomness: one counter-based stream per quantity, so that a person's numbers depend on nothing else.

A stream is keyed by the seed and the quantity's name and advanced to the person's index. The number a person
gets for a quantity is therefore the same in any chunk, on any thread, and whatever else is drawn; two runs
that differ in one cause share every other number.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORDS_PER_COUNT = 4


def uniforms(seed: int, name: str, start: int, count: int) -> NDArray[np.float64]:
    """Uniform numbers strictly between 0 and 1 of people ``start`` to ``start + count`` for ``name``."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    generator = np.random.Philox(key=int.from_bytes(digest[:16], "little"), counter=start // _WORDS_PER_COUNT)
    skipped = start % _WORDS_PER_COUNT
    raw = generator.random_raw(count + skipped)[skipped:]
    # 52 bits: with 53 the half would round the largest up to 1.
    return ((raw >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def uniforms_at(seed: int, name: str, indices: NDArray[np.int64]) -> NDArray[np.float64]:
    """Uniform numbers of the people at ``indices``, ascending but with gaps where people were left out."""
    if len(indices) == 0:
        return np.empty(0)
    first = int(indices[0])
    return uniforms(seed, name, first, int(indices[-1]) - first + 1)[indices - first]


#: People are added up in blocks of this many, in order, so that sums do not depend on how the work was cut.
BLOCK = 1024


def ordered_sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum over the first axis in fixed blocks and in order."""
    total = np.zeros(values.shape[1:])
    for start in range(0, len(values), BLOCK):
        total = total + values[start : start + BLOCK].sum(axis=0)
    return total
