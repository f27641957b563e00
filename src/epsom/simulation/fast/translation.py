"""From generated source to machine code, by numba; needed once per body and processor."""

from __future__ import annotations

import base64
import types
from typing import TYPE_CHECKING, Any

import llvmlite.binding as llvm
import numba
from numba.core.dispatcher import Dispatcher
from numba.np.numpy_support import carray

from epsom.simulation.fast.machine import MachineCode, target_machine
from epsom.simulation.fast.records import GROUP_ARRAYS, Group, Lanes, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    #: Type and number of dimensions by name; a number has none.
    Arguments = dict[str, tuple[str, int]]

_RANGE: Arguments = {"first": ("int64", 0), "last": ("int64", 0)}
_LIMITS: Arguments = {
    "relative": ("float64", 1), "absolute": ("float64", 1), "most_steps": ("int64", 0),
    "together": ("int64", 0), "explicit": ("int64", 0),
}  # fmt: skip
_MOMENTS: Arguments = {"constants": ("float64", 2), "states": ("float64", 3), "inputs": ("float64", 3)}
#: Beginnings of the names that only error paths call: of Python itself, and of numba's library.
_ERROR_PATHS = ("Py", "NRT_", "numba_")


def python_module(source: str, name: str) -> types.ModuleType:
    """The generated module, each function of which numba compiles when it is called."""
    module = types.ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)
    return module


def translated(source: str, name: str) -> MachineCode:
    """Machine code of the two functions of the driver that others call.

    Raises
    ------
    RuntimeError
        If the code would ask for memory of its own, or needs a library.
    """
    module = python_module(source, name)
    for function in vars(module).values():
        if isinstance(function, Dispatcher):
            # Python calls none of these; a fifth of the time went into what would let it.
            function.targetoptions |= {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    idle = module._empty_lanes()
    lanes = {key: (array.dtype.name, 1) for key, array in idle._asdict().items()}
    run_people = _entry(
        module, "run_people(queue, Group({group}), Limits({limits}), Lanes({lanes}), stop)",
        queue={"queue": ("int64", 1)}, group=GROUP_ARRAYS, limits=_LIMITS, lanes=lanes,
        stop={"stop": ("uint8", 1)},
    )  # fmt: skip
    mean_jacobians = _entry(
        module, "mean_jacobians(first, last, {moments}, Lanes({lanes}), out)",
        range=_RANGE, moments=_MOMENTS, lanes=lanes, out={"out": ("float64", 3)},
    )  # fmt: skip
    both = llvm.parse_assembly(run_people.inspect_llvm())
    both.link_in(llvm.parse_assembly(mean_jacobians.inspect_llvm()))
    return MachineCode(
        base64.b64encode(target_machine().emit_object(both)).decode(),
        run_people.native_name,
        mean_jacobians.native_name,
        sorted(_never_called(both)),
        [(array.dtype.name, len(array), float(array[0])) for array in idle],
    )


def _entry(module: types.ModuleType, call: str, **blocks: Arguments) -> Any:
    """Compiled ``call`` that takes each array as its address and its lengths.

    In ``call`` the name of a block in braces stands for its arguments; arguments of different blocks may have
    the same name.
    """
    parameters: list[str] = []
    signature: list[Any] = []
    lines: list[str] = []
    names: dict[str, str] = {}
    for block, arguments in blocks.items():
        single = "{" + block + "}" not in call
        own = {key: key if single else f"{block}_{key}" for key in arguments}
        names[block] = ", ".join(own.values())
        for key, (kind, dimensions) in arguments.items():
            if dimensions == 0:
                parameters.append(own[key])
                signature.append(getattr(numba.types, kind))
                continue
            sizes = [f"{own[key]}_size_{i}" for i in range(dimensions)]
            parameters += [f"{own[key]}_at", *sizes]
            pointed = numba.types.boolean if kind == "bool" else getattr(numba.types, kind)
            signature += [numba.types.CPointer(pointed), *[numba.types.int64] * dimensions]
            lines.append(f"    {own[key]} = carray({own[key]}_at, ({', '.join(sizes)},))")
    text = "\n".join([f"def entry({', '.join(parameters)}):", *lines, f"    {call.format(**names)}"])
    space = {**vars(module), "carray": carray, "Group": Group, "Limits": Limits, "Lanes": Lanes}
    exec(text, space)
    return numba.cfunc(numba.types.void(*signature), error_model="numpy")(space["entry"])


def _never_called(module: llvm.ModuleRef) -> Iterator[str]:
    """Symbols of error paths; whatever else is asked for must be a function of C."""
    for symbol in (*module.functions, *module.global_variables):
        if symbol.is_declaration and symbol.name.startswith(_ERROR_PATHS):
            if "alloc" in symbol.name.lower():
                raise RuntimeError(f"compiled code asks for memory: {symbol.name}")
            yield symbol.name
