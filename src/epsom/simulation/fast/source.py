"""Generate the kernels of a body: right-hand side, Jacobian, and a sparse LU without search.

Every kernel is straight-line code on rows of lanes: ``y[3]`` is the fourth state of all lanes, and one vector
instruction serves them. States that only add up what left (outlets and meters) steer nothing: they
stand outside the linear system and follow from its solution.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy
from sympy.printing.pycode import PythonCodePrinter

from epsom.physiology.builder.functions import SCALAR
from epsom.physiology.builder.symbolic import symbolic
from epsom.simulation.fast import tableau
from epsom.simulation.fast.traits import Traits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epsom.physiology.builder.body import Body
    from epsom.physiology.builder.symbolic import SymbolicBody

Place = tuple[int, int]
#: What the organs' equations are written in, and what stands for one of them.
_FUNCTIONS = (*SCALAR, "hill_of_squares")


@dataclass(frozen=True)
class Elimination:
    """LU of the steering states' matrix in an order that keeps it sparse.

    Attributes
    ----------
    order
        Pivots, each a position among the steering states.
    places
        Every non-zero of the factors, fill included, as (row, column) -> slot.
    """

    order: list[int]
    places: dict[Place, int]


def eliminate(pattern: set[Place], size: int) -> Elimination:
    """Choose pivots by Markowitz's rule (fewest multiplications next) on the diagonal, and find the fill.

    Pivots stay on the diagonal: the matrix is a positive multiple of the identity less a Jacobian of fluxes,
    whose columns add up to zero or less, so no pivot vanishes.
    """
    filled, left = set(pattern), set(range(size))
    order: list[int] = []

    def cost(k: int) -> tuple[int, int]:
        rows = sum(1 for i in left if i != k and (i, k) in filled)
        columns = sum(1 for j in left if j != k and (k, j) in filled)
        return rows * columns, k

    while left:
        pivot = min(left, key=cost)
        left.remove(pivot)
        order.append(pivot)
        rows = [i for i in left if (i, pivot) in filled]
        columns = [j for j in left if (pivot, j) in filled]
        filled.update((i, j) for i in rows for j in columns)
    return Elimination(order, {place: slot for slot, place in enumerate(sorted(filled))})


def kernel_source(body: Body) -> str:
    """Python text of the kernels and the driver, ready to be compiled by numba."""
    system = symbolic(body)
    steering = [i for i, state in enumerate(body.states) if not state.accumulates]
    entries = system.jacobian()
    position = {state: k for k, state in enumerate(steering)}
    square = {(position[i], position[j]): e for (i, j), e in entries.items() if i in position}
    beside = {(i, position[j]): e for (i, j), e in entries.items() if i not in position}
    plan = eliminate({*square, *((k, k) for k in range(len(steering)))}, len(steering))
    slots = {place: slot for slot, place in enumerate(square)}
    traits = Traits(body.constant_names)
    slopes = _lines(system, traits, "slope", list(system.slopes))
    jacobian = _lines(system, traits, "jacobian", [*square.values(), *beside.values()])
    lines = [
        *_header(body, steering, list(square), len(entries), plan, traits),
        *_kernel("trait_kernel", "constants, traits",
                 _lines(system, Traits(()), "traits", traits.expressions)),
        *_kernel("slope_kernel", "y, constants, traits, inputs, slope", slopes),
        *_kernel("jacobian_kernel", "y, constants, traits, inputs, jacobian", jacobian),
        *_kernel("factor_kernel", "jacobian, inverse_step, factors", _factor_lines(plan, slots)),
        *_kernel("solve_kernel", "factors, jacobian, inverse_step, b, x", [
            *_substitution_lines(plan, steering), *_addition_lines(body, list(beside), len(square)),
        ]),
        *_kernel("error_kernel", "y, u, k, relative, absolute, error",
                 _error_lines(steering, len(body.states))),
        *_kernel("spread_kernel", "inverse_step, per_hour", _spread_lines(len(body.states))),
        *_explicit_kernels(steering, len(body.states)),
        *_kernel("weight_kernel", "share, weights", _weight_lines(tableau.H)),
        *_kernel("explicit_weight_kernel", "share, step, weights",
                 ["h = step[0]", *_weight_lines(tableau.EXPLICIT_H, "h * ")]),
        *_kernel("dense_kernel", "y, u, k, share, weights, values", _dense_lines(len(body.states))),
        *_kernel("accept_kernel", "u, taken, y", _accept_lines("y", "u", len(body.states))),
        *_stage_kernels(),
        _driver_source(),
    ]  # fmt: skip
    return "\n".join(lines)


def _header(
    body: Body, steering: list[int], square: list[Place], entries: int, plan: Elimination, traits: Traits
) -> list[str]:
    return [
        '"""Generated from the equations of a body; see epsom.simulation.fast.source."""',
        "import numpy as np",
        "from numba import njit",
        "from epsom.simulation.fast.lane_math import LANES, lane_kernel, exp, log",
        f"from epsom.simulation.fast.lane_math import {', '.join(_FUNCTIONS)}",
        "from epsom.simulation.fast.records import Lanes",
        "",
        f"STATES = {len(body.states)}",
        f"STAGES = {tableau.STAGES}",
        f"CONSTANTS = {len(body.constant_names)}",
        f"TRAITS = {len(traits.names)}",
        f"INPUTS = {len(body.inputs)}",
        f"STEERING = np.array({steering}, dtype=np.int64)",
        f"ENTRIES = {entries}",
        f"ROWS = np.array({[row for row, _ in square]}, dtype=np.int64)",
        f"COLUMNS = np.array({[column for _, column in square]}, dtype=np.int64)",
        f"FACTORS = {len(plan.places)}",
        f"GAMMA = {tableau.GAMMA!r}",
        '_KERNEL = {"error_model": "numpy", "fastmath": {"contract", "nsz"}, "nogil": True, "_nrt": False}',
        "",
    ]


def _driver_source() -> str:
    from epsom.simulation.fast import driver

    return inspect.getsource(driver).split("# --- the driver begins ---\n")[1]


def _stage_kernels() -> list[str]:
    """One kernel per stage for its point and one for its right side, flat over all states and lanes.

    The last points, and the end of the step, only add the stage before to the point before.
    """
    last = tableau.STAGES
    lines = [
        "@njit(**_KERNEL)", "def end_of_step(k, u):", "    n = STATES * LANES", "    for i in range(n):",
        f"        u[i] = u[i] + k[{last - 1} * n + i]", "",
    ]  # fmt: skip
    for stage in range(1, last):
        row = tableau.A[stage]
        base = "y"
        if row == (*tableau.A[stage - 1], 1.0) and stage > 1:
            base, row = "u", (*(0.0 for _ in row[:-1]), 1.0)
        point = "".join(f" + {a!r} * k[{j} * n + i]" for j, a in enumerate(row) if a)
        side = "".join(f" + {c!r} * k[{j} * n + i]" for j, c in enumerate(tableau.C[stage]) if c)
        lines += [
            "@njit(**_KERNEL)", f"def point_{stage}(y, k, u):", "    n = STATES * LANES",
            "    for i in range(n):", f"        u[i] = {base}[i]{point}", "",
            "@njit(**_KERNEL)", f"def side_{stage}(slope, k, per_hour, b):", "    n = STATES * LANES",
            "    for i in range(n):",
            f"        b[i] = slope[i] + per_hour[i] * ({side.removeprefix(' + ')})", "",
        ]  # fmt: skip
    return lines


def _kernel(name: str, arguments: str, lines: list[str]) -> list[str]:
    """The lines as a function of rows of lanes, and a compiled function of arrays that runs it."""
    return [
        f"def {name}_lanes({arguments}):", *(f"    {line}" for line in lines), "",
        f"_{name} = lane_kernel({name}_lanes, {arguments.count(',') + 1})", "",
        "@njit(**_KERNEL)", f"def {name}({arguments}):", f"    _{name}({arguments})", "",
    ]  # fmt: skip


def _at(block: str, row: int) -> str:
    return f"{block}[{row}]"


def _lines(system: SymbolicBody, traits: Traits, block: str, expressions: list[sympy.Expr]) -> list[str]:
    """Lines that set the rows of ``block`` to ``expressions``; constant parts are left to ``traits``."""
    moving = [traits.taken_out(system.expanded(expression)) for expression in expressions]
    parts, reduced = sympy.cse(moving, symbols=sympy.numbered_symbols("part"), order="none")
    used = {str(symbol) for expression in moving for symbol in expression.free_symbols}
    lines = _loads(system, traits, used) + [f"{symbol} = {_code(e)}" for symbol, e in parts]
    return lines + [f"{_at(block, k)} = {_code(e)}" for k, e in enumerate(reduced)]


def _loads(system: SymbolicBody, traits: Traits, used: set[str]) -> list[str]:
    """Lines that read those states, constants, traits and inputs that are ``used``."""
    body = system.body
    blocks = {
        "y": [state.name for state in body.states], "constants": body.constant_names, "traits": traits.names,
        "inputs": [item.name for item in body.inputs],
    }  # fmt: skip
    return [
        f"{name} = {_at(block, row)}"
        for block, names in blocks.items()
        for row, name in enumerate(names)
        if name in used
    ]


def _factor_lines(plan: Elimination, slots: dict[Place, int]) -> list[str]:
    """Right-looking LU of inverse_step * I - J, unrolled; the pivots' reciprocals stand on the diagonal."""
    names = {place: f"f{place[0]}_{place[1]}" for place in plan.places}
    lines = ["s = inverse_step[0]"]
    for (row, column), name in names.items():
        start = "s" if row == column else "0.0"
        less = f" - {_at('jacobian', slots[row, column])}" if (row, column) in slots else ""
        lines.append(f"{name} = {start}{less}")
    for k, pivot in enumerate(plan.order):
        later, corner = plan.order[k + 1 :], names[pivot, pivot]
        lines.append(f"{corner} = 1.0 / {corner}")
        for row in (r for r in later if (r, pivot) in names):
            below = names[row, pivot]
            lines.append(f"{below} = {below} * {corner}")
            lines += [
                f"{names[row, column]} = {names[row, column]} - {below} * {names[pivot, column]}"
                for column in later
                if (pivot, column) in names
            ]
    return lines + [f"{_at('factors', plan.places[place])} = {name}" for place, name in names.items()]


def _substitution_lines(plan: Elimination, steering: list[int]) -> list[str]:
    """Forward and back substitution of the steering states."""
    lines = [f"x{k} = {_at('b', state)}" for k, state in enumerate(steering)]
    for k, row in enumerate(plan.order):
        lines += _eliminated(plan, row, plan.order[:k])
    for k, row in reversed(list(enumerate(plan.order))):
        lines += _eliminated(plan, row, plan.order[k + 1 :])
        lines.append(f"x{row} = x{row} * {_at('factors', plan.places[row, row])}")
    return lines + [f"{_at('x', state)} = x{k}" for k, state in enumerate(steering)]


def _eliminated(plan: Elimination, row: int, columns: list[int]) -> list[str]:
    return [
        f"x{row} = x{row} - {_at('factors', plan.places[row, column])} * x{column}"
        for column in columns
        if (row, column) in plan.places
    ]


def _addition_lines(body: Body, beside: list[Place], first_slot: int) -> list[str]:
    """What outlets and meters add up, from the steering states just solved."""
    lines = ["step = 1.0 / inverse_step[0]"]
    for number, state in enumerate(body.states):
        if state.accumulates:
            terms = [
                f" + {_at('jacobian', first_slot + slot)} * x{column}"
                for slot, (row, column) in enumerate(beside)
                if row == number
            ]
            lines.append(f"{_at('x', number)} = ({_at('b', number)}{''.join(terms)}) * step")
    return lines


def _explicit_kernels(steering: list[int], states: int) -> list[str]:
    """The points of the explicit method's stages, and its error; accumulating states only reach the end."""
    lines = []
    for stage, row in enumerate(tableau.EXPLICIT_A[1:], start=1):
        last = stage == tableau.EXPLICIT_STAGES - 1
        places = range(states) if last else steering
        points = [f"{_at('u', i)} = {_at('y', i)} + h * ({_stage_sum(row, i, states)})" for i in places]
        lines += _kernel(f"explicit_point_{stage}", "y, k, step, u", ["h = step[0]", *points])
    return [
        *lines,
        *_kernel("explicit_error_kernel", "y, u, b, k, step, relative, absolute, error",
                 _explicit_error_lines(steering, states)),
        *_kernel("renew_kernel", "k, taken, first",
                 _accept_lines("first", "k", states, (tableau.EXPLICIT_STAGES - 1) * states)),
    ]  # fmt: skip


def _stage_sum(weights: Sequence[float], state: int, states: int) -> str:
    """Weighted sum over the stages of what they hold for a state."""
    terms = (f"{w!r} * {_at('k', j * states + state)}" for j, w in enumerate(weights) if w)
    return " + ".join(terms)


def _error_lines(steering: list[int], states: int) -> list[str]:
    """The error estimate is the last stage."""
    lines = ["total = 0.0"]
    for state in steering:
        lines += [
            *_tolerance_lines(state),
            f"ratio = {_at('k', (tableau.STAGES - 1) * states + state)} / tolerance",
            "total = ratio * ratio + total",
        ]
    return [*lines, *_judgment_lines(len(steering))]


def _explicit_error_lines(steering: list[int], states: int) -> list[str]:
    """The third row is the square of the fastest rate times the step, as the last two stages tell.

    Their points differ by the step alone and both stand at its end: E. Hairer & G. Wanner, Solving Ordinary
    Differential Equations II, section IV.2; here with differences in units of the tolerance.
    """
    lines = ["total = 0.0", "apart = 1e-200", "bent = 0.0"]
    for state in steering:
        one, other = (_at("k", (tableau.EXPLICIT_STAGES - back) * states + state) for back in (1, 2))
        lines += [
            *_tolerance_lines(state), "scale = 1.0 / tolerance",
            f"ratio = scale * ({_stage_sum(tableau.EXPLICIT_ERROR, state, states)})",
            f"moved = scale * ({_at('u', state)} - {_at('b', state)})",
            f"turned = scale * ({one} - {other})",
            "total, apart, bent = ratio * ratio + total, moved * moved + apart, turned * turned + bent",
        ]  # fmt: skip
    return [
        *lines, "square = step[0] * step[0]", "total = square * total", *_judgment_lines(len(steering)),
        f"{_at('error', 2)} = square * bent / apart",
    ]  # fmt: skip


def _tolerance_lines(state: int) -> list[str]:
    """The tolerance of a state, by the larger of its values at both ends of the step."""
    old, new = _at("y", state), _at("u", state)
    return [
        f"size = {old}.larger(-{old}).larger({new}).larger(-{new})",
        f"tolerance = {_at('absolute', state)} + {_at('relative', state)} * size",
    ]


def _judgment_lines(steering: int) -> list[str]:
    """Mean square of errors over tolerances, from their total over the states that steer.

    The second row is what the step may grow by for it: 0.9 times its root to the power of -1/5.
    """
    return [
        f"total = total * {1.0 / steering!r}", f"{_at('error', 0)} = total",
        f"{_at('error', 1)} = 0.9 * exp(-0.1 * log(total))",
    ]  # fmt: skip


def _spread_lines(states: int) -> list[str]:
    """One over each lane's step, on the row of every state."""
    return ["rate = GAMMA * inverse_step[0]", *(f"{_at('per_hour', row)} = rate" for row in range(states))]


def _weight_lines(bends: Sequence[Sequence[float]], factor: str = "") -> list[str]:
    """Weight of each stage in the dense output at a share of the step."""
    weights = (
        f"{factor}({first!r} + share[0] * ({second!r} + {third!r} * share[0]))"
        for first, second, third in zip(*bends, strict=True)
    )
    return [f"{_at('weights', stage)} = {weight}" for stage, weight in enumerate(weights)]


def _dense_lines(states: int) -> list[str]:
    """Each state at a share of the step, by the weights of its stages."""
    lines = ["s = share[0]", "rest = 1.0 - s"]
    lines += [f"w{stage} = {_at('weights', stage)}" for stage in range(tableau.STAGES)]
    for state in range(states):
        terms = (f"w{stage} * {_at('k', stage * states + state)}" for stage in range(tableau.STAGES))
        lines += [
            f"bend = {' + '.join(terms)}",
            f"{_at('values', state)} = rest * {_at('y', state)} + s * ({_at('u', state)} + rest * bend)",
        ]
    return lines


def _accept_lines(kept: str, new: str, states: int, first: int = 0) -> list[str]:
    """Lanes whose step is taken move on, to what stands in ``new`` from row ``first``."""
    moved = (f"{_at(new, first + row)}.where(taken[0], {_at(kept, row)})" for row in range(states))
    return [f"{_at(kept, row)} = {value}" for row, value in enumerate(moved)]


def _code(expression: Any) -> str:
    settings = {
        "fully_qualified_modules": False,
        "user_functions": {name: name for name in (*_FUNCTIONS, "log")},
    }
    return str(_NoPowers(settings).doprint(expression))


class _NoPowers(PythonCodePrinter):
    """Print small whole powers as products; lanes know no others."""

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:  # noqa: ARG002, N802  (SymPy's name and call)
        base, power = expr.as_base_exp()
        if power.is_Integer and 1 <= abs(int(power)) <= 4:
            product = "*".join([f"({self._print(base)})"] * abs(int(power)))
            return f"({product})" if power > 0 else f"(1.0/({product}))"
        raise ValueError(f"the power {expr} has no kernel; use power() of the builder functions")
