"""An even sample of the weighted people, for what is too dear to run for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: People of the sample on which what-ifs, alternatives and tests are run.
SAMPLE = 192


def even_sample(weight: Array, count: int = SAMPLE) -> NDArray[np.int64]:
    """Rows that stand for the weighted people, each as often as its weight asks; ascending, may repeat.

    Systematic: the rows at the midpoints of ``count`` equal steps of the cumulated weight, so that the sample
    is the same for the same weights and draws nothing.
    """
    edges = np.cumsum(weight)
    steps = (np.arange(count) + 0.5) / count * edges[-1]
    return np.minimum(np.searchsorted(edges, steps), len(weight) - 1)
