"""Machine code of a body's kernels: kept as text, and called without the compiler that made it.

Loading it needs llvmlite alone, whose import takes a tenth of numba's. Compiled code gets all its memory from
here and raises nothing, so the compiler's own library is not called; were it called all the same, the process
would end.
"""

from __future__ import annotations

import base64
import ctypes
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from epsom.simulation.fast.records import Group, Limits

    Array = NDArray[np.float64]

#: Bytes of the widest vector; a row of lanes that begins on a multiple of it is read at once.
_ALIGNMENT = 64
#: Stands where error paths would call the compiler's library.
_IMPOSSIBLE = ctypes.CFUNCTYPE(None)(os.abort)


@dataclass(frozen=True)
class MachineCode:
    """An object file and what must be known to call it.

    Attributes
    ----------
    object_file
        In base 64.
    run_people, mean_jacobians
        Symbols of the two functions of the driver.
    never_called
        Symbols that the object file asks for and does not need.
    lanes
        Type, length and initial value of each array of `epsom.simulation.fast.records.Lanes`.
    """

    object_file: str
    run_people: str
    mean_jacobians: str
    never_called: list[str]
    lanes: list[tuple[str, int, float]]

    def to_text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> MachineCode:
        """From text that `to_text` wrote."""
        return cls(**json.loads(text))


def processor() -> str:
    """Short hash of what machine code depends on beside the source: processor, system, and code generator."""
    target = (llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(), llvm.get_process_triple())
    return hashlib.sha256(repr((*target, llvmlite.__version__)).encode()).hexdigest()[:12]


@cache
def target_machine() -> llvm.TargetMachine:
    """The generator of code for this processor."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, jit=True
    )


class Machine:
    """The driver's functions for one body, loaded into this process. Threads may call them at once.

    Raises
    ------
    RuntimeError
        If the object file asks for a symbol that nobody has.
    """

    def __init__(self, code: MachineCode) -> None:
        self._lanes = code.lanes
        library = llvm.JITLibraryBuilder().add_object_img(base64.b64decode(code.object_file))
        library.add_current_process()
        for name in code.never_called:
            library.import_symbol(name, ctypes.cast(_IMPOSSIBLE, ctypes.c_void_p).value)
        for name in (code.run_people, code.mean_jacobians):
            library.export_symbol(name)
        # Kept, because the code goes with them.
        self._linker = llvm.create_lljit_compiler(target_machine())
        self._loaded = library.link(self._linker, code.run_people)
        self._run_people, self._mean_jacobians = (
            ctypes.CFUNCTYPE(None)(self._loaded[name]) for name in (code.run_people, code.mean_jacobians)
        )

    def run_people(
        self, queue: NDArray[np.int64], group: Group, limits: Limits, stop: NDArray[np.uint8]
    ) -> None:
        """See `epsom.simulation.fast.driver.run_people`."""
        _call(self._run_people, queue, *group, *limits, *self._empty_lanes(), stop)

    def mean_jacobians(
        self, first: int, last: int, constants: Array, states: Array, inputs: Array, out: Array
    ) -> None:
        """See `epsom.simulation.fast.driver.mean_jacobians`."""
        _call(self._mean_jacobians, first, last, constants, states, inputs, *self._empty_lanes(), out)

    def _empty_lanes(self) -> Iterator[NDArray[Any]]:
        """Arrays of idle lanes, each beginning where a vector does."""
        for kind, length, value in self._lanes:
            size = np.dtype(kind).itemsize * length
            block = np.empty(size + _ALIGNMENT, dtype=np.uint8)
            skip = -block.__array_interface__["data"][0] % _ALIGNMENT
            lanes = block[skip : skip + size].view(kind)
            lanes[:] = value
            yield lanes


def _call(function: Any, *arguments: Any) -> None:
    """Call compiled code: an array travels as its address and its lengths."""
    kept, sent = [], []
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            kept.append(argument)
            sent.append(ctypes.c_void_p(argument.__array_interface__["data"][0]))
            sent.extend(map(ctypes.c_int64, argument.shape))
        else:
            sent.append(ctypes.c_int64(argument))
    function(*sent)
