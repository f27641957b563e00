"""Equations of a body as generated Python, for the reference solver.

The source is readable, made once per body and kept in the user's cache folder under a hash of the equations.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from epsom.core.cache import cache_folder, hash_of_files, keep, read_kept
from epsom.physiology.builder.functions import SCALAR

if TYPE_CHECKING:
    import sympy

    from epsom.physiology.builder.body import Body
    from epsom.physiology.builder.symbolic import SymbolicBody

#: Given one person's constants, returns ``rhs(y, t, inputs)`` and ``jacobian(y, t, inputs)``.
Binder = Callable[[tuple[float, ...]], tuple[Callable[..., Any], Callable[..., Any]]]


@lru_cache(maxsize=8)
def binder(body: Body) -> Binder:
    """The compiled equations of ``body``, from the cache where it holds them."""
    path = cache_folder() / f"equations_{body.fingerprint}_{hash_of_files(Path(__file__))}.py"
    source = read_kept(path)
    if source is None:
        source = python_source(body)
        keep(path, source)
    namespace: dict[str, Any] = {f"_{name}": function for name, function in SCALAR.items()}
    exec(compile(source, str(path), "exec"), namespace)
    return namespace["bind"]


def python_source(body: Body) -> str:
    """Python text defining ``bind``, with one line per reading, flow and derivative."""
    from epsom.physiology.builder.symbolic import symbolic

    system = symbolic(body)
    lines = ["def bind(constants):", f"    {_unpack(body.constant_names)} = constants", ""]
    lines += ["    def rhs(y, t, inputs):", *_indent(_rhs_lines(system), 8), ""]
    lines += ["    def jacobian(y, t, inputs):", *_indent(_jacobian_lines(system), 8), ""]
    lines += ["    return rhs, jacobian"]
    return "import math\n\nimport numpy as np\n\n\n" + "\n".join(lines) + "\n"


def _rhs_lines(system: SymbolicBody) -> list[str]:
    body = system.body
    lines = _arguments(body)
    needed = _readings_behind(system, [*system.flows.values(), *system.slopes])
    lines += [f"{name} = {_code(system.readings[name])}" for name in needed]
    lines += [f"flow_{name} = {_code(expression)}" for name, expression in system.flows.items()]
    return [*lines, f"return [{', '.join(_slope(system, i) for i in range(len(body.states)))}]"]


def _slope(system: SymbolicBody, index: int) -> str:
    """Derivative of one state: the flows that enter less those that leave, or a signal's own slope."""
    body, state = system.body, system.body.states[index]
    if state.kind == "signal":
        return _code(system.slopes[index])
    if state.kind == "meter":
        return " + ".join(f"flow_{n}" if n in system.flows else n for n in body.meters[state.name])
    enter = [f"+ flow_{flux.name}" for flux in body.fluxes if flux.enters == state.name]
    leave = [f"- flow_{flux.name}" for flux in body.fluxes if flux.leaves == state.name]
    return " ".join([*enter, *leave]).removeprefix("+ ") or "0.0"


def _jacobian_lines(system: SymbolicBody) -> list[str]:
    import sympy

    entries = system.jacobian()
    shared, reduced = sympy.cse(list(entries.values()), symbols=sympy.numbered_symbols("part"))
    count = len(system.body.states)
    lines = _arguments(system.body)
    lines += [f"{symbol} = {_code(expression)}" for symbol, expression in shared]
    lines += [f"matrix = np.zeros(({count}, {count}))"]
    for (i, j), expression in zip(entries, reduced, strict=True):
        lines.append(f"matrix[{i}, {j}] = {_code(expression)}")
    return [*lines, "return matrix"]


def _arguments(body: Body) -> list[str]:
    lines = [f"{_unpack([state.name for state in body.states])} = y.tolist()"]
    if body.inputs:
        lines.append(f"{_unpack([item.name for item in body.inputs])} = inputs")
    return lines


def _readings_behind(system: SymbolicBody, expressions: list[sympy.Expr]) -> list[str]:
    """Readings the expressions depend on, in the order they must be computed."""
    wanted: set[str] = {str(symbol) for expression in expressions for symbol in expression.free_symbols}
    for name in reversed(system.readings):
        if name in wanted:
            wanted |= {str(symbol) for symbol in system.readings[name].free_symbols}
    return [name for name in system.readings if name in wanted]


def _code(expression: Any) -> str:
    from sympy.printing.pycode import PythonCodePrinter

    settings = {"fully_qualified_modules": True, "user_functions": {name: f"_{name}" for name in SCALAR}}
    return str(PythonCodePrinter(settings).doprint(expression))


def _unpack(names: tuple[str, ...] | list[str]) -> str:
    return "(" + ", ".join(names) + ",)"


def _indent(lines: list[str], width: int) -> list[str]:
    return [" " * width + line for line in lines]
