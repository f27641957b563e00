"""The symbolic face of the smooth functions: SymPy functions that know their own derivatives.

``FUNCTIONS[name]`` is the SymPy class, ``.plain()`` on an application writes it out in ordinary powers,
exponentials and logarithms (for equations in print and for MathML), and a derivative is again one of these
functions, so generated code stays finite at empty pools.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy.core.function import ArgumentIndexError


class SmoothFunction(sympy.Function):
    """A builder function of one variable argument and fixed shape arguments."""

    def plain(self) -> sympy.Expr:
        """The same in ordinary algebra, valid for positive arguments."""
        raise NotImplementedError

    def _choose(self, argindex: int, *derivatives: sympy.Expr) -> sympy.Expr:
        if argindex > len(derivatives):
            raise ArgumentIndexError(self, argindex)
        return derivatives[argindex - 1]


class hill(SmoothFunction):  # noqa: N801  (named as the organs write it)
    """x^n / (half^n + x^n)."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        x, half, n = self.args
        slope = hill_slope(x, half, n)
        return self._choose(argindex, slope, -x / half * slope)

    def plain(self) -> sympy.Expr:
        x, half, n = self.args
        return x**n / (half**n + x**n)


class hill_slope(SmoothFunction):  # noqa: N801
    """Derivative of ``hill`` in its first argument."""

    def plain(self) -> sympy.Expr:
        x, half, n = self.args
        return n * x ** (n - 1) * half**n / (half**n + x**n) ** 2


class power(SmoothFunction):  # noqa: N801
    """(x / reference)^exponent."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        x, reference, n = self.args
        slope = power_slope(x, reference, n)
        return self._choose(argindex, slope, -x / reference * slope)

    def plain(self) -> sympy.Expr:
        x, reference, n = self.args
        return (x / reference) ** n


class power_slope(SmoothFunction):  # noqa: N801
    """Derivative of ``power`` in its first argument."""

    def plain(self) -> sympy.Expr:
        x, reference, n = self.args
        return n / reference * (x / reference) ** (n - 1)


class excess_share(SmoothFunction):  # noqa: N801
    """1 - (1 + (x/threshold)^n)^(-1/n)."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        x, threshold, n = self.args
        slope = excess_share_slope(x, threshold, n)
        return self._choose(argindex, slope, -x / threshold * slope)

    def plain(self) -> sympy.Expr:
        x, threshold, n = self.args
        return 1 - (1 + (x / threshold) ** n) ** (-1 / n)


class excess_share_slope(SmoothFunction):  # noqa: N801
    """Derivative of ``excess_share`` in its first argument."""

    def plain(self) -> sympy.Expr:
        x, threshold, n = self.args
        return (x / threshold) ** (n - 1) * (1 + (x / threshold) ** n) ** (-1 / n - 1) / threshold


class saturating(SmoothFunction):  # noqa: N801
    """limit * tanh(x / limit)."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        x, limit = self.args
        return self._choose(argindex, saturating_slope(x, limit))

    def plain(self) -> sympy.Expr:
        x, limit = self.args
        return limit * sympy.tanh(x / limit)


class saturating_slope(SmoothFunction):  # noqa: N801
    """Derivative of ``saturating`` in its first argument."""

    def plain(self) -> sympy.Expr:
        x, limit = self.args
        return 1 - sympy.tanh(x / limit) ** 2


class hyperbolic(SmoothFunction):  # noqa: N801
    """x / (half + |x|)."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        x, half = self.args
        return self._choose(argindex, hyperbolic_slope(x, half))

    def plain(self) -> sympy.Expr:
        x, half = self.args
        return x / (half + sympy.Abs(x))


class hyperbolic_slope(SmoothFunction):  # noqa: N801
    """Derivative of ``hyperbolic`` in its first argument."""

    def plain(self) -> sympy.Expr:
        x, half = self.args
        return half / (half + sympy.Abs(x)) ** 2


FUNCTIONS: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        hill, hill_slope, power, power_slope, excess_share, excess_share_slope, saturating, saturating_slope,
        hyperbolic, hyperbolic_slope,
    )
}  # fmt: skip


def in_plain_algebra(expression: sympy.Expr) -> sympy.Expr:
    """``expression`` with every builder function written out."""
    return expression.replace(
        lambda part: isinstance(part, SmoothFunction), lambda part: in_plain_algebra(part.plain())
    )
