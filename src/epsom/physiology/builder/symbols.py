"""The symbolic face of the smooth functions: SymPy functions that know their own derivatives.

``FUNCTIONS[name]`` is the SymPy class, ``.plain()`` on an application writes it out in ordinary powers,
exponentials and logarithms (for equations in print and for MathML), and a derivative is again one of these
functions, so generated code stays finite at empty pools.
"""

from __future__ import annotations

from typing import Any, ClassVar, cast

import sympy
from mpmath.libmp import prec_to_dps


class SmoothFunction(sympy.Function):
    """A builder function of one variable argument and fixed shape arguments.

    Attributes
    ----------
    slope
        The function that is its derivative in the first argument; None where none is needed.
    of_ratio
        Whether it depends on its first two arguments only by their ratio, so that one derivative gives both.
    """

    slope: ClassVar[type[SmoothFunction] | None] = None
    of_ratio: ClassVar[bool] = False

    @property
    def parts(self) -> tuple[sympy.Expr, ...]:
        """The arguments, for algebra."""
        return cast("tuple[sympy.Expr, ...]", self.args)

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Derivative by the argument number ``argindex``, counted from 1; unevaluated where none is known."""
        if self.slope is None or argindex > 1 + self.of_ratio:
            return super().fdiff(argindex)
        slope = cast("sympy.Expr", self.slope(*self.args))
        return slope if argindex == 1 else -self.parts[0] / self.parts[1] * slope

    def plain(self) -> sympy.Expr:
        """The same in ordinary algebra, valid for positive arguments."""
        return self._plain(*self.parts)

    def _eval_evalf(self, prec: int) -> sympy.Expr:
        # SymPy would look for an mpmath function of the same name, and finds another one for ``power``.
        return self.plain().evalf(prec_to_dps(prec))

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        raise NotImplementedError


class hill_slope(SmoothFunction):  # noqa: N801  (named as the organs write it, as are those below)
    """Derivative of ``hill`` in its first argument."""

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        x, half, n = parts
        return n * x ** (n - 1) * half**n / (half**n + x**n) ** 2


class hill(SmoothFunction):  # noqa: N801
    """x^n / (half^n + x^n)."""

    slope, of_ratio = hill_slope, True

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        x, half, n = parts
        return x**n / (half**n + x**n)


class power_slope(SmoothFunction):  # noqa: N801
    """Derivative of ``power`` in its first argument."""

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        x, reference, n = parts
        return n / reference * (x / reference) ** (n - 1)


class power(SmoothFunction):  # noqa: N801
    """(x / reference)^exponent."""

    slope, of_ratio = power_slope, True

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        x, reference, n = parts
        return (x / reference) ** n


class excess_share_slope(SmoothFunction):  # noqa: N801
    """Derivative of ``excess_share`` in its first argument."""

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        x, threshold, n = parts
        return (x / threshold) ** (n - 1) * (1 + (x / threshold) ** n) ** (-1 / n - 1) / threshold


class excess_share(SmoothFunction):  # noqa: N801
    """1 - (1 + (x/threshold)^n)^(-1/n)."""

    slope, of_ratio = excess_share_slope, True

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        x, threshold, n = parts
        return 1 - (1 + (x / threshold) ** n) ** (-1 / n)


class softplus_slope(SmoothFunction):  # noqa: N801
    """Derivative of ``softplus`` in its first argument."""

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        x, width = parts
        return 1 / (1 + sympy.exp(-x / width))


class softplus(SmoothFunction):  # noqa: N801
    """width * ln(1 + exp(x / width))."""

    slope = softplus_slope

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        x, width = parts
        return width * sympy.log(1 + sympy.exp(x / width))


class saturating_slope(SmoothFunction):  # noqa: N801
    """Derivative of ``saturating`` in its first argument."""

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        x, limit = parts
        return 1 - sympy.tanh(x / limit) ** 2


class saturating(SmoothFunction):  # noqa: N801
    """limit * tanh(x / limit)."""

    slope = saturating_slope

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        x, limit = parts
        return limit * sympy.tanh(x / limit)


class hyperbolic_slope(SmoothFunction):  # noqa: N801
    """Derivative of ``hyperbolic`` in its first argument."""

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        x, half = parts
        return half / (half + sympy.Abs(x)) ** 2


class hyperbolic(SmoothFunction):  # noqa: N801
    """x / (half + |x|)."""

    slope = hyperbolic_slope

    @staticmethod
    def _plain(*parts: sympy.Expr) -> sympy.Expr:
        x, half = parts
        return x / (half + sympy.Abs(x))


FUNCTIONS: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        hill, hill_slope, power, power_slope, excess_share, excess_share_slope, softplus, softplus_slope,
        saturating, saturating_slope, hyperbolic, hyperbolic_slope,
    )
}  # fmt: skip


def in_plain_algebra(expression: sympy.Expr) -> sympy.Expr:
    """``expression`` with every builder function written out."""
    written_out = expression.replace(
        lambda part: isinstance(part, SmoothFunction), lambda part: in_plain_algebra(part.plain())
    )
    return cast("sympy.Expr", written_out)
