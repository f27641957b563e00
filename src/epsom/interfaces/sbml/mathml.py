"""SymPy expressions as MathML, every number with its unit.

Numbers in the body's equations are always plain (the unit check of the body sees to that), so they are
dimensionless here; numbers with another unit are made by `quantity`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from epsom.interfaces.sbml.elements import MATHML, Element, element
from epsom.physiology.builder.symbols import SmoothFunction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_DIMENSIONLESS = "dimensionless"
#: What MathML calls functions.
_TAGS: dict[type, str] = {
    sympy.exp: "exp", sympy.log: "ln", sympy.tanh: "tanh", sympy.Abs: "abs", sympy.Max: "max",
}  # fmt: skip


def math(content: Element) -> Element:
    """The element that holds a formula."""
    return element("math", {"xmlns": MATHML}, [content])


def name(identifier: str) -> Element:
    """A name in a formula."""
    return element("ci", text=f" {identifier} ")


def apply(operator: str, *operands: Element) -> Element:
    """An operator of MathML with its operands."""
    return element("apply", children=[element(operator), *operands])


def total(terms: list[Element]) -> Element:
    """The sum of some formulas."""
    return terms[0] if len(terms) == 1 else apply("plus", *terms)


def call(identifier: str, *operands: Element) -> Element:
    """A function of the model with its arguments."""
    return element("apply", children=[name(identifier), *operands])


def quantity(value: float, unit: str) -> Element:
    """A number with the identifier of its unit, in decimal digits that read back as the same double."""
    whole = float(value).is_integer() and abs(value) < 2**31
    digits = str(int(value)) if whole else np.format_float_positional(value, trim="0")
    attributes = {"sbml:units": unit} | ({"type": "integer"} if whole else {})
    return element("cn", attributes, text=f" {digits} ")


def time() -> Element:
    """The time of the model."""
    url = "http://www.sbml.org/sbml/symbols/time"
    return element("csymbol", {"encoding": "text", "definitionURL": url}, text=" time ")


def written(  # noqa: PLR0911  one return a kind of term reads best
    expression: sympy.Expr, function_id: Callable[[str], str] = str
) -> Element:
    """``expression`` as MathML; the builder's functions are called by the names ``function_id`` gives.

    Raises
    ------
    TypeError
        If it holds something that has no MathML here.
    """

    def again(part: Any) -> Element:
        return written(part, function_id)

    match expression:
        case sympy.Symbol():
            return name(str(expression))
        case sympy.Rational() if expression.q != 1:
            return apply("divide", again(sympy.Integer(expression.p)), again(sympy.Integer(expression.q)))
        case sympy.Number():
            return quantity(float(expression), _DIMENSIONLESS)
        case sympy.Add():
            return _sum(expression.as_ordered_terms(), again)
        case sympy.Mul():
            return _product(expression, again)
        case sympy.Pow():
            return _power(expression, again)
        case SmoothFunction():
            return call(function_id(type(expression).__name__), *(again(part) for part in expression.args))
    tag = _TAGS.get(type(expression))
    if tag is None:
        raise TypeError(f"no MathML is known for {type(expression).__name__} in {expression}")
    return apply(tag, *(again(part) for part in _in_order(expression)))


def _in_order(expression: sympy.Expr) -> Sequence[Any]:
    """The arguments; those of a maximum are a set without an order of their own."""
    return (
        sorted(expression.args, key=str, reverse=True)
        if isinstance(expression, sympy.Max)
        else expression.args
    )


def _sum(terms: Sequence[Any], again: Callable[[Any], Element]) -> Element:
    """What is added, then less what is taken away."""
    added = [term for term in terms if not term.could_extract_minus_sign()]
    taken = [-term for term in terms if term.could_extract_minus_sign()]
    if not added:
        return apply("minus", again(sympy.Add(*taken)))
    result = total([again(term) for term in added])
    for term in taken:
        result = apply("minus", result, again(term))
    return result


def _product(expression: sympy.Mul, again: Callable[[Any], Element]) -> Element:
    """A quotient of products, its sign in front."""
    coefficient, factors = expression.as_coeff_Mul()
    if coefficient.is_negative:
        return apply("minus", again(-expression))
    above = [coefficient] if coefficient != 1 else []
    below: list[Any] = []
    for factor in factors.as_ordered_factors():
        if isinstance(factor, sympy.Pow) and factor.exp.is_number and factor.exp.is_negative:
            below.append(1 / factor)
        else:
            above.append(factor)
    return _quotient([again(part) for part in above], [again(part) for part in below])


def _quotient(above: list[Element], below: list[Element]) -> Element:
    numerator = _times(above) if above else quantity(1, _DIMENSIONLESS)
    return apply("divide", numerator, _times(below)) if below else numerator


def _times(factors: list[Element]) -> Element:
    return factors[0] if len(factors) == 1 else apply("times", *factors)


def _power(expression: sympy.Pow, again: Callable[[Any], Element]) -> Element:
    base, exponent = expression.args
    if exponent.is_number and exponent.is_negative:
        return _quotient([], [again(1 / expression)])
    if exponent == 0.5:
        return apply("root", again(base))
    return apply("power", again(base), again(exponent))
