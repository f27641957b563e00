"""The builder's smooth functions in ordinary algebra that stays finite at empty pools.

Powers are of a ratio that is never negative, and the logarithm of an exponential is written so that it does
not overflow. A simulator needs no derivatives, so these forms suffice where the engine's own need more care.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sympy

from epsom.interfaces.sbml.elements import Element, element
from epsom.interfaces.sbml.mathml import math, name, written
from epsom.interfaces.sbml.provenance import notes
from epsom.physiology.builder import functions
from epsom.physiology.builder.symbols import SmoothFunction

if TYPE_CHECKING:
    from collections.abc import Iterable


class Shape(NamedTuple):
    """A function: its arguments and its value."""

    arguments: tuple[sympy.Symbol, ...]
    value: sympy.Expr


def _shapes() -> dict[str, Shape]:
    x, zero = sympy.Symbol("x", real=True), sympy.Integer(0)
    half, n, reference, threshold, width, limit = sympy.symbols(
        "half n reference threshold width limit", positive=True
    )

    def ratio(to: sympy.Symbol) -> Any:
        return sympy.Max(x / to, zero)

    share: Any = ratio(half) ** n
    above: Any = 1 + ratio(threshold) ** n
    bend = x / width
    return {
        "hill": Shape((x, half, n), share / (1 + share)),
        "power": Shape((x, reference, n), ratio(reference) ** n),
        "excess_share": Shape((x, threshold, n), 1 - above ** (-1 / n)),
        "softplus": Shape(
            (x, width), width * (sympy.Max(bend, zero) + sympy.log(1 + sympy.exp(-sympy.Abs(bend))))
        ),
        "saturating": Shape((x, limit), limit * sympy.tanh(x / limit)),
        "hyperbolic": Shape((x, half), x / (half + sympy.Abs(x))),
    }


#: The algebra of each of the builder's functions, by its name.
SHAPES = _shapes()


def function_id(shape: str) -> str:
    """The identifier of a function; plain ``power`` would be taken for the operator by some tools."""
    return f"{shape}_function"


def formula(expression: sympy.Expr) -> Element:
    """``expression`` as MathML: calling a function of the model, or in algebra where it would call several.

    libSBML forgets now and then, in a formula with several calls, which unit it found for which of them.
    """
    if len(_calls(expression)) > 1:
        algebra: Any = expression.replace(lambda part: isinstance(part, SmoothFunction), _algebra)
        return written(algebra)
    return written(expression, function_id)


def _algebra(call: Any) -> Any:
    """What a call stands for."""
    shape = SHAPES[type(call).__name__]
    return shape.value.subs(dict(zip(shape.arguments, call.args, strict=True)), simultaneous=True)


def _calls(expression: sympy.Expr) -> list[str]:
    """The functions a formula calls, each as often as it is written."""
    parts = sympy.preorder_traversal(expression)
    return [type(part).__name__ for part in parts if isinstance(part, SmoothFunction)]


def function_definitions(expressions: Iterable[sympy.Expr]) -> list[Element]:
    """Definitions of the functions that the formulas of ``expressions`` call, by name."""
    calls = [_calls(expression) for expression in expressions]
    return [_definition(shape) for shape in sorted({names[0] for names in calls if len(names) == 1})]


def _definition(shape: str) -> Element:
    arguments, value = SHAPES[shape]
    bound = [element("bvar", children=[name(str(argument))]) for argument in arguments]
    body = element("lambda", children=[*bound, written(value)])
    meaning = (getattr(functions, shape).__doc__ or "").split("\n\n")
    return element(
        "functionDefinition", {"id": function_id(shape), "name": shape.replace("_", " ")},
        [notes(*meaning), math(body)],
    )  # fmt: skip
