"""An order of a kernel's instructions in which few wait for one before them.

A polynomial is a chain in which every step waits four cycles for the last, and a processor looks ahead a few
dozen instructions: one polynomial after the other leaves it waiting. Here the instructions are dealt out as a
processor would that saw all of them, those written first going first.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

#: Cycles until a result is there, by instruction, roughly as in today's processors. What is not named takes
#: no time of its own: it becomes part of another instruction.
_CYCLES = {
    "load": 5, "fadd": 3, "fsub": 3, "fmul": 4, "fdiv": 13, "fcmp": 3, "select": 1, "add": 1, "sub": 1,
    "shl": 1, "ashr": 1,
}  # fmt: skip
#: How many start in a cycle. With 1, 2, 3, 4 and 6 a step takes 90, 93, 87, 88 and 87 % of the time it takes
#: in the order written.
_AT_ONCE = 3


def without_waiting(instructions: list[Any]) -> list[Any]:
    """The same ``instructions`` of one block, each behind what it needs.

    Stores keep their order among each other and towards loads, because arrays may overlap.
    """
    needs = _needs(instructions)
    missing = [len(own) for own in needs]
    served: list[list[int]] = [[] for _ in needs]
    for later, own in enumerate(needs):
        for earlier in own:
            served[earlier].append(later)
    soonest, now = [0.0] * len(needs), 0.0
    able = [n for n, count in enumerate(missing) if count == 0]
    waiting: list[tuple[float, int]] = []
    ordered = []
    while able or waiting:
        while waiting and (waiting[0][0] <= now or not able):
            begin, n = heappop(waiting)
            now = max(now, begin)
            heappush(able, n)
        chosen = heappop(able)
        ordered.append(instructions[chosen])
        cycles = _CYCLES.get(instructions[chosen].opname, 0)
        for n in served[chosen]:
            missing[n] -= 1
            soonest[n] = max(soonest[n], now + cycles)
            if missing[n] == 0:
                heappush(waiting, (soonest[n], n))
        now += 1.0 / _AT_ONCE if cycles else 0.0
    return ordered


def _needs(instructions: list[Any]) -> list[set[int]]:
    """Which earlier instructions each one needs, by position."""
    place = {id(instruction): n for n, instruction in enumerate(instructions)}
    needs: list[set[int]] = []
    stored: set[int] = set()
    loaded: set[int] = set()
    for n, instruction in enumerate(instructions):
        own = {place[id(operand)] for operand in instruction.operands if id(operand) in place}
        if instruction.opname == "load":
            own |= stored
            loaded.add(n)
        elif instruction.opname == "store":
            own |= stored | loaded
            stored, loaded = {n}, set()
        needs.append(own)
    return needs
