"""Arithmetic on all lanes at once, written as vector instructions.

A compiler that is to find the vectors itself gives up on kernels of this size (too many arrays that might
overlap), and library calls of ``exp`` and ``log`` would keep a loop scalar. So a kernel is a plain Python
function on :class:`Lanes`; running it once writes its vector instructions into compiled code. ``exp`` and
``log`` are polynomials (relative error below 1e-15 on the ranges they are clamped to) and every choice is a
select. Out of range they return nonsense rather than NaN, so arguments are clamped first, where they can get
there. What is written is put in an order in which few instructions wait for others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from epsom.simulation.fast.ordering import without_waiting
from epsom.simulation.fast.records import LANES

if TYPE_CHECKING:
    from collections.abc import Callable

_DOUBLE, _INTEGER = ir.VectorType(ir.DoubleType(), LANES), ir.VectorType(ir.IntType(64), LANES)
_FLAGS = ("contract", "nsz")
#: 1.5 * 2^52: adding it to a small float leaves the nearest integer in the last bits.
_SHIFT = 6755399441055744.0
_SHIFT_BITS = 4843621399236968448
_ONE_BITS = 4607182418800017408
_ROOT_HALF_BITS = 4604544271217802189
_LOG_2 = 0.6931471805599453
#: Coefficients from the highest power down, by interpolation at Chebyshev's points with 40 digits, which
#: takes fewer terms than the series: e^r for |r| up to ln(2)/2, within 3e-16; and (2 atanh(s)/s - 2)/s^2
#: in powers of s^2, for s up to (sqrt(2) - 1)/(sqrt(2) + 1), the mantissa's, and up to 1/3, within 1e-17
#: of the atanh.
_EXP = (
    2.7626371065696354e-07, 2.764019739169484e-06, 2.480150431378554e-05, 0.00019841170230570286,
    0.001388888893251478, 0.008333333385699212, 0.041666666666573066, 0.16666666666554314,
    0.5000000000000006, 1.0000000000000067, 1.0,
)  # fmt: skip
_ATANH_SHORT = (
    0.14616585424934123, 0.1533171061820642, 0.18182889455675105, 0.22222211130259875,
    0.2857142862600327, 0.39999999999899444, 0.666666666666667,
)  # fmt: skip
_ATANH_LONG = (
    0.16164938169547435, 0.08800317650828664, 0.12001155182866678, 0.13314135550880082,
    0.1538557059291232, 0.18181789417326444, 0.22222222717801782, 0.2857142856710506,
    0.40000000000014596, 0.6666666666666666,
)  # fmt: skip


class Lanes:
    """One double per lane: arithmetic on it writes vector instructions."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder, self.value = builder, value

    def _with(self, operation: str, other: Lanes | float, swapped: bool = False) -> Lanes:
        pair = (self.value, self._constant(other))
        first, second = reversed(pair) if swapped else pair
        return Lanes(self.builder, getattr(self.builder, operation)(first, second, flags=_FLAGS))

    def _constant(self, other: Lanes | float) -> Any:
        return other.value if isinstance(other, Lanes) else _number(float(other))

    def __add__(self, other: Lanes | float) -> Lanes:
        return self._with("fadd", other)

    def __radd__(self, other: float) -> Lanes:
        return self._with("fadd", other, swapped=True)

    def __sub__(self, other: Lanes | float) -> Lanes:
        return self._with("fsub", other)

    def __rsub__(self, other: float) -> Lanes:
        return self._with("fsub", other, swapped=True)

    def __mul__(self, other: Lanes | float) -> Lanes:
        return self._with("fmul", other)

    def __rmul__(self, other: float) -> Lanes:
        return self._with("fmul", other, swapped=True)

    def __truediv__(self, other: Lanes | float) -> Lanes:
        return self._with("fdiv", other)

    def __rtruediv__(self, other: float) -> Lanes:
        return self._with("fdiv", other, swapped=True)

    def __neg__(self) -> Lanes:
        return 0.0 - self

    def larger(self, other: Lanes | float) -> Lanes:
        """The larger of the two, as a select."""
        bound = self._constant(other)
        above = self.builder.fcmp_ordered(">", self.value, bound)
        return Lanes(self.builder, self.builder.select(above, self.value, bound))

    def where(self, mask: Lanes, other: Lanes) -> Lanes:
        """Own numbers where ``mask`` is above one half, elsewhere the other's."""
        chosen = self.builder.fcmp_ordered(">", mask.value, self._constant(0.5))
        return Lanes(self.builder, self.builder.select(chosen, self.value, other.value))

    def smaller(self, other: Lanes | float) -> Lanes:
        """The smaller of the two, as a select."""
        bound = self._constant(other)
        below = self.builder.fcmp_ordered("<", self.value, bound)
        return Lanes(self.builder, self.builder.select(below, self.value, bound))

    def polynomial(self, *coefficients: float) -> Lanes:
        """Horner's rule; coefficients from the highest power down."""
        result = Lanes(self.builder, _number(coefficients[0]))
        for coefficient in coefficients[1:]:
            result = result * self + coefficient
        return result

    @property
    def bits(self) -> Any:
        """The 64 bits, as an integer."""
        return self.builder.bitcast(self.value, _INTEGER)

    def of_bits(self, bits: Any) -> Lanes:
        """The double of 64 bits."""
        return Lanes(self.builder, self.builder.bitcast(bits, _DOUBLE))


def _number(number: float) -> Any:
    return ir.Constant(_DOUBLE, [number] * LANES)


def _integer(number: int) -> Any:
    return ir.Constant(_INTEGER, [number] * LANES)


def exp(x: Lanes) -> Lanes:
    """e^x for x clamped to -700..700."""
    return _exp(x.larger(-700.0).smaller(700.0))


def _exp(x: Lanes) -> Lanes:
    """e^x for x known to lie in -700..700: x = k ln 2 + r, e^r by a polynomial, 2^k by its bits."""
    shifted = x * 1.4426950408889634 + _SHIFT
    k = shifted - _SHIFT
    r = (x - k * 0.6931471803691238) - k * 1.9082149292705877e-10
    power_of_two = x.builder.add(x.builder.shl(shifted.bits, _integer(52)), _integer(_ONE_BITS))
    return r.polynomial(*_EXP) * x.of_bits(power_of_two)


def log(x: Lanes) -> Lanes:
    """Natural logarithm of x, at least of 1e-300: exponent by bits, mantissa's part by atanh."""
    x = x.larger(1e-300)
    # The mantissa is moved to sqrt(1/2)..sqrt(2): its bits less those of sqrt(1/2) give the exponent.
    offset = x.builder.ashr(x.builder.sub(x.bits, _integer(_ROOT_HALF_BITS)), _integer(52))
    m = x.of_bits(x.builder.sub(x.bits, x.builder.shl(offset, _integer(52))))
    k = x.of_bits(x.builder.add(offset, _integer(_SHIFT_BITS))) - _SHIFT
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    return k * _LOG_2 + (s * (z.polynomial(*_ATANH_SHORT) * z) + 2.0 * s)


def log1p_small(e: Lanes) -> Lanes:
    """ln(1 + e) for e in 0..1, by atanh."""
    s = e / (2.0 + e)
    z = s * s
    return s * (z.polynomial(*_ATANH_LONG) * z) + 2.0 * s


#: A number computed before, if it was.
Known = Lanes | float | None


def _log_ratio(x: Lanes, reference: Lanes, logarithm: Known = None) -> Lanes:
    """ln(x / reference); without division where the reference's logarithm is known."""
    return log(x / reference) if logarithm is None else log(x) - logarithm


def _log_1_plus_exp(z: Lanes) -> Lanes:
    return z.larger(0.0) + log1p_small(_exp((-z.larger(-z)).larger(-700.0)))


def _logistic(z: Lanes) -> Lanes:
    return 1.0 / (1.0 + exp(-z))


def _tanh(x: Lanes) -> Lanes:
    return 1.0 - 2.0 / (exp(2.0 * x) + 1.0)


def hill(x: Lanes, half: Lanes, steepness: Lanes, logarithm: Known = None) -> Lanes:
    """See `epsom.physiology.builder.functions`, as for those below.

    ``logarithm`` is that of the second argument, where it is known.
    """
    return _logistic(steepness * _log_ratio(x, half, logarithm))


def hill_of_squares(x: Lanes, half: Lanes) -> Lanes:
    """``hill`` of steepness 2, which needs no logarithm."""
    square = x * x
    return square / (square + half * half)


def hill_slope(x: Lanes, half: Lanes, steepness: Lanes, logarithm: Known = None) -> Lanes:
    """Derivative of ``hill``."""
    share = hill(x, half, steepness, logarithm)
    return steepness * share * (1.0 - share) / x.larger(1e-30 * half)


def power(x: Lanes, reference: Lanes, exponent: Lanes, logarithm: Known = None) -> Lanes:
    """(x / reference)^exponent."""
    return exp(exponent * _log_ratio(x, reference, logarithm))


def power_slope(x: Lanes, reference: Lanes, exponent: Lanes, logarithm: Known = None) -> Lanes:
    """Derivative of ``power``."""
    return exponent * power(x, reference, exponent, logarithm) / x.larger(1e-30 * reference)


def excess_share(x: Lanes, threshold: Lanes, sharpness: Lanes, logarithm: Known = None) -> Lanes:
    """1 - (1 + (x/threshold)^n)^(-1/n)."""
    # At least -ln(x / threshold), and no logarithm reaches 700: nothing to clamp.
    return 1.0 - _exp(-_log_1_plus_exp(sharpness * _log_ratio(x, threshold, logarithm)) / sharpness)


def excess_share_slope(x: Lanes, threshold: Lanes, sharpness: Lanes, logarithm: Known = None) -> Lanes:
    """Derivative of ``excess_share``."""
    z = sharpness * _log_ratio(x, threshold, logarithm)
    return _logistic(z) * exp(-_log_1_plus_exp(z) / sharpness) / x.larger(1e-30 * threshold)


def softplus(x: Lanes, width: Lanes) -> Lanes:
    """Width times ln(1 + exp(x / width))."""
    z = x / width
    return x.larger(0.0) + width * log1p_small(exp(-z.larger(-z)))


def softplus_slope(x: Lanes, width: Lanes) -> Lanes:
    """Derivative of ``softplus``."""
    return _logistic(x / width)


def saturating(x: Lanes, limit: Lanes) -> Lanes:
    """Limit times tanh(x / limit)."""
    return limit * _tanh(x / limit)


def saturating_slope(x: Lanes, limit: Lanes) -> Lanes:
    """Derivative of ``saturating``."""
    t = _tanh(x / limit)
    return 1.0 - t * t


def hyperbolic(x: Lanes, half: Lanes) -> Lanes:
    """Signed share x / (half + |x|)."""
    return x / (half + x.larger(-x))


def hyperbolic_slope(x: Lanes, half: Lanes) -> Lanes:
    """Derivative of ``hyperbolic``."""
    below = half + x.larger(-x)
    return half / below / below


class Block:
    """An array of rows of lanes: reading a row writes a vector load."""

    def __init__(self, context: Any, builder: Any, kind: Any, value: Any) -> None:
        self.builder = builder
        self.data = context.make_array(kind)(context, builder, value).data

    def _place(self, row: int) -> Any:
        here = self.builder.gep(self.data, [ir.Constant(ir.IntType(64), row * LANES)])
        return self.builder.bitcast(here, _DOUBLE.as_pointer())

    def __getitem__(self, row: int) -> Lanes:
        return Lanes(self.builder, self.builder.load(self._place(row), align=8))

    def __setitem__(self, row: int, lanes: Lanes | float) -> None:
        value = lanes.value if isinstance(lanes, Lanes) else _number(float(lanes))
        self.builder.store(value, self._place(row), align=8)


def lane_kernel(function: Callable[..., None], blocks: int) -> Any:
    """``function`` of ``blocks`` arrays, as something compiled code may call.

    The function reads rows of its arrays and sets rows of its last one; arrays must not overlap.
    """

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        begin = len(builder.block.instructions)
        function(*(Block(context, builder, k, v) for k, v in zip(signature.args, args, strict=True)))
        builder.block.instructions[begin:] = without_waiting(builder.block.instructions[begin:])
        return context.get_dummy_value()

    names = ", ".join(f"block{i}" for i in range(blocks))
    space: dict[str, Any] = {"none": types.none, "emit": emit}
    exec(f"def typed(context, {names}):\n    return none({names}), emit\n", space)
    return intrinsic(space["typed"])
