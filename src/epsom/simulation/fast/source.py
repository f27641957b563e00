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

if TYPE_CHECKING:
    from epsom.physiology.builder.body import Body
    from epsom.physiology.builder.symbolic import SymbolicBody

Place = tuple[int, int]


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
    lines = [
        *_header(body, steering, list(square), len(entries), plan),
        *_kernel("slope_kernel", "y, constants, inputs, slope", _slope_lines(system)),
        *_kernel("jacobian_kernel", "y, constants, inputs, jacobian",
                 _jacobian_lines(system, [*square.values(), *beside.values()])),
        *_kernel("factor_kernel", "jacobian, inverse_step, factors", _factor_lines(plan, slots)),
        *_kernel("solve_kernel", "factors, jacobian, inverse_step, b, x", [
            *_substitution_lines(plan, steering), *_addition_lines(body, list(beside), len(square)),
        ]),
        *_kernel("error_kernel", "y, u, k, relative, absolute, error",
                 _error_lines(steering, len(body.states))),
        *_stage_kernels(),
        _driver_source(),
    ]  # fmt: skip
    return "\n".join(lines)


def _header(
    body: Body, steering: list[int], square: list[Place], entries: int, plan: Elimination
) -> list[str]:
    return [
        '"""Generated from the equations of a body; see epsom.simulation.fast.source."""',
        "import numpy as np",
        "from numba import njit",
        "from epsom.simulation.fast.records import Lanes",
        f"from epsom.simulation.fast.lane_math import LANES, lane_kernel, {', '.join(SCALAR)}",
        "",
        f"STATES = {len(body.states)}",
        f"CONSTANTS = {len(body.constant_names)}",
        f"INPUTS = {len(body.inputs)}",
        f"STEERING = np.array({steering}, dtype=np.int64)",
        f"ENTRIES = {entries}",
        f"ROWS = np.array({[row for row, _ in square]}, dtype=np.int64)",
        f"COLUMNS = np.array({[column for _, column in square]}, dtype=np.int64)",
        f"FACTORS = {len(plan.places)}",
        f"GAMMA = {tableau.GAMMA!r}",
        f"DENSE = np.array({tableau.H!r})",
        '_KERNEL = {"error_model": "numpy", "fastmath": {"contract", "nsz"}, "nogil": True, "cache": True}',
        "",
    ]


def _driver_source() -> str:
    from epsom.simulation.fast import driver

    return inspect.getsource(driver).split("# --- the driver begins ---\n")[1]


def _stage_kernels() -> list[str]:
    """One kernel per stage for its point and one for its right side, flat over all states and lanes."""
    lines: list[str] = []
    for stage in range(1, tableau.STAGES):
        point = "".join(f" + {a!r} * k[{j} * n + i]" for j, a in enumerate(tableau.A[stage]) if a)
        side = "".join(f" + {c!r} * k[{j} * n + i]" for j, c in enumerate(tableau.C[stage]) if c)
        lines += [
            "@njit(**_KERNEL)", f"def point_{stage}(y, k, u):", "    n = STATES * LANES",
            "    for i in range(n):", f"        u[i] = y[i]{point}", "",
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


def _loads(system: SymbolicBody, symbols: set[str]) -> list[str]:
    """Lines that read the states, constants and inputs among ``symbols``."""
    body = system.body
    lines = [f"{s.name} = {_at('y', k)}" for k, s in enumerate(body.states) if s.name in symbols]
    lines += [f"{n} = {_at('constants', k)}" for k, n in enumerate(body.constant_names) if n in symbols]
    return lines + [f"{n.name} = {_at('inputs', k)}" for k, n in enumerate(body.inputs) if n.name in symbols]


def _shared(system: SymbolicBody, expressions: list[sympy.Expr]) -> tuple[list[str], list[str]]:
    """Loads and common parts of ``expressions`` as lines, and what is left of each as code."""
    full = [system.expanded(expression) for expression in expressions]
    parts, reduced = sympy.cse(full, symbols=sympy.numbered_symbols("part"), order="none")
    names = {str(symbol) for e in full for symbol in e.free_symbols}
    lines = _loads(system, names) + [f"{symbol} = {_code(e)}" for symbol, e in parts]
    return lines, [_code(e) for e in reduced]


def _slope_lines(system: SymbolicBody) -> list[str]:
    lines, values = _shared(system, list(system.slopes))
    return lines + [f"{_at('slope', k)} = {value}" for k, value in enumerate(values)]


def _jacobian_lines(system: SymbolicBody, entries: list[sympy.Expr]) -> list[str]:
    lines, values = _shared(system, entries)
    return lines + [f"{_at('jacobian', k)} = {value}" for k, value in enumerate(values)]


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


def _error_lines(steering: list[int], states: int) -> list[str]:
    """Mean square, over the states that steer, of the error estimate (the last stage) over the tolerance."""
    lines = ["total = 0.0"]
    last = (tableau.STAGES - 1) * states
    for state in steering:
        old, new = _at("y", state), _at("u", state)
        lines += [
            f"size = {old}.larger(-{old}).larger({new}).larger(-{new})",
            f"ratio = {_at('k', last + state)} / ({_at('absolute', state)} + {_at('relative', 0)} * size)",
            "total = ratio * ratio + total",
        ]
    return [*lines, f"{_at('error', 0)} = total * {1.0 / len(steering)!r}"]


def _code(expression: Any) -> str:
    settings = {"fully_qualified_modules": False, "user_functions": {name: name for name in SCALAR}}
    return str(_NoPowers(settings).doprint(expression))


class _NoPowers(PythonCodePrinter):
    """Print small whole powers as products; lanes know no others."""

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:  # noqa: ARG002, N802  (SymPy's name and call)
        base, power = expr.as_base_exp()
        if power.is_Integer and 1 <= abs(int(power)) <= 4:
            product = "*".join([f"({self._print(base)})"] * abs(int(power)))
            return f"({product})" if power > 0 else f"(1.0/({product}))"
        raise ValueError(f"the power {expr} has no kernel; use power() of the builder functions")
