"""The body's equations as one piece of generated code that every peer without SBML compiles in its own way.

It is the text the fast engine is made of, constant parts computed beforehand and common parts shared, so no
peer works harder than we do. Only ``exp``, ``log`` and ``larger`` differ from peer to peer.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom.physiology.builder.symbolic import symbolic
from epsom.physiology.whole_body import whole_body
from epsom.simulation.fast.source import kernel_source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from epsom.physiology.builder.body import Body

#: The builder's functions without branches; the last argument is a logarithm known before.
_FUNCTIONS = """
def log_ratio(x, reference, logarithm=None):
    if logarithm is None:
        return log(larger(x / reference, 1e-300))
    return log(larger(x, 1e-300)) - logarithm

def log_1_plus_exp(z):
    return larger(z, 0.0) + log(1.0 + exp(-larger(z, -z)))

def logistic(z):
    return 1.0 / (1.0 + exp(-larger(z, -700.0)))

def hill(x, half, steepness, logarithm=None):
    return logistic(steepness * log_ratio(x, half, logarithm))

def hill_of_squares(x, half):
    return x * x / (x * x + half * half)

def hill_slope(x, half, steepness, logarithm=None):
    share = hill(x, half, steepness, logarithm)
    return steepness * share * (1.0 - share) / larger(x, 1e-30 * half)

def power(x, reference, exponent, logarithm=None):
    return exp(exponent * log_ratio(x, reference, logarithm))

def power_slope(x, reference, exponent, logarithm=None):
    return exponent * power(x, reference, exponent, logarithm) / larger(x, 1e-30 * reference)

def excess_share(x, threshold, sharpness, logarithm=None):
    return 1.0 - exp(-log_1_plus_exp(sharpness * log_ratio(x, threshold, logarithm)) / sharpness)

def excess_share_slope(x, threshold, sharpness, logarithm=None):
    z = sharpness * log_ratio(x, threshold, logarithm)
    return logistic(z) * exp(-log_1_plus_exp(z) / sharpness) / larger(x, 1e-30 * threshold)

def softplus(x, width):
    z = x / width
    return larger(x, 0.0) + width * log(1.0 + exp(-larger(z, -z)))

def softplus_slope(x, width):
    return logistic(x / width)

def saturating(x, limit):
    return limit * (1.0 - 2.0 / (exp(2.0 * x / limit) + 1.0))

def saturating_slope(x, limit):
    t = 1.0 - 2.0 / (exp(2.0 * x / limit) + 1.0)
    return 1.0 - t * t

def hyperbolic(x, half):
    return x / (half + larger(x, -x))

def hyperbolic_slope(x, half):
    below = half + larger(x, -x)
    return half / below / below
"""


@cache
def generated(body: Body) -> str:
    """The engine's generated file."""
    return kernel_source(body)


def size(name: str, body: Body | None = None) -> int:
    """A count the generated file states: ``STATES``, ``TRAITS``, ``ENTRIES`` and the like."""
    found = re.search(rf"^{name} = (\d+)$", generated(body or whole_body()), flags=re.M)
    assert found
    return int(found.group(1))


def entries(body: Body) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column, among all states, of each entry the ``jacobian`` sets: steering states first."""
    steering = [i for i, state in enumerate(body.states) if not state.accumulates]
    places = list(symbolic(body).jacobian())
    ordered = [place for place in places if place[0] in steering]
    ordered += [place for place in places if place[0] not in steering]
    rows, columns = np.array(ordered, dtype=np.int64).T
    return np.ascontiguousarray(rows), np.ascontiguousarray(columns)


def functions(
    operators: Mapping[str, Any], compiled: Callable[[Any], Any] = lambda function: function,
    body: Body | None = None,
) -> dict[str, Any]:  # fmt: skip
    """``traits(constants, traits)``, ``slope(y, constants, traits, inputs, slope)`` and ``jacobian``.

    Each reads rows of its arrays and sets rows of its last one; ``operators`` hold ``exp``, ``log`` and
    ``larger``, and ``compiled`` is applied to every function.
    """
    space: dict[str, Any] = dict(operators)
    exec(_FUNCTIONS, space)
    for name in re.findall(r"^def (\w+)", _FUNCTIONS, flags=re.M):
        space[name] = compiled(space[name])
    text = generated(body or whole_body())
    found = {}
    for kernel, name in (("trait", "traits"), ("slope", "slope"), ("jacobian", "jacobian")):
        lines = re.search(rf"^def {kernel}_kernel_lanes\(.*?\n(?=\n_{kernel})", text, flags=re.M | re.S)
        assert lines
        exec(lines.group(), space)
        found[name] = compiled(space[f"{kernel}_kernel_lanes"])
    return found
