"""diffrax on JAX: everyone at once under vmap, a scan over stretches, Tsit5 with a PID controller.

Nothing in the body is stiff enough to need its implicit methods.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
from equations import functions, size
from stretches import stretches

if TYPE_CHECKING:
    from epsom.simulation.engine import Problem

jax.config.update("jax_enable_x64", True)
_MOST_STEPS = 4096


def slope_function(body: Any) -> Any:
    """``slope(y, constants, traits, inputs)`` and ``traits(constants)`` of JAX arrays."""
    made = functions({"exp": jnp.exp, "log": jnp.log, "larger": jnp.maximum}, body=body)

    def slope(y: Any, constants: Any, traits: Any, inputs: Any) -> Any:
        out: list[Any] = [None] * len(body.states)
        made["slope"](y, constants, traits, inputs, out)
        return jnp.stack([jnp.asarray(value, dtype=float) for value in out])

    def traits(constants: Any) -> Any:
        out: list[Any] = [None] * size("TRAITS", body)
        made["traits"](constants, out)
        return jnp.stack([jnp.asarray(value, dtype=float) for value in out])

    return slope, traits


@cache
def _lived(body: Any) -> Any:
    slope, traits = slope_function(body)
    usual = jnp.array([state.usual for state in body.states])

    def right_side(_time: Any, y: Any, arguments: Any) -> Any:
        return slope(y, *arguments)

    def one(first: Any, constants: Any, cuts: Any, relative: Any, share: Any) -> Any:
        own = traits(constants)
        controller = diffrax.PIDController(rtol=relative, atol=share * relative * usual)

        def stretch(y: Any, cut: Any) -> Any:
            begin, end, enters, given, asked = cut
            found = diffrax.diffeqsolve(
                diffrax.ODETerm(right_side), diffrax.Tsit5(), begin, end, None, y + enters,
                args=(constants, own, given), stepsize_controller=controller, max_steps=_MOST_STEPS,
                saveat=diffrax.SaveAt(ts=asked), throw=False,
            )  # fmt: skip
            return found.ys[-1], found.ys[:-1]

        return jax.lax.scan(stretch, first, cuts)[1]

    return jax.jit(jax.vmap(one, in_axes=(0, 0, 0, None, None)))


def prepared(problem: Problem) -> Any:
    """The stretches of everyone, padded to one count by very short ones, and where each hour is found."""
    cuts = [stretches(problem, person) for person in range(problem.people)]
    most = max(len(cut.put) for cut in cuts)
    hours, widest = problem.hours, 0
    for cut in cuts:
        widest = max(widest, int(np.diff(np.searchsorted(hours, cut.ends, side="right")).max()))
    blocks: list[list[Any]] = [[], [], [], [], []]
    places = np.zeros((problem.people, len(hours), 2), dtype=int)
    for person, cut in enumerate(cuts):
        ends = np.concatenate([cut.ends, cut.ends[-1] + 1e-3 * np.arange(1, most - len(cut.put) + 1)])
        times = np.repeat(ends[1:, None], widest + 1, axis=1)
        for stretch in range(len(cut.put)):
            rows = np.flatnonzero((hours > cut.ends[stretch]) & (hours <= cut.ends[stretch + 1]))
            times[stretch, : len(rows)] = hours[rows]
            places[person, rows] = np.column_stack([np.full(len(rows), stretch), np.arange(len(rows))])
        extra = ((0, most - len(cut.put)), (0, 0))
        for block, part in zip(
            blocks, (ends[:-1], ends[1:], np.pad(cut.put, extra), np.pad(cut.inputs, extra, mode="edge"),
                     times), strict=True,
        ):  # fmt: skip
            block.append(part)
    return tuple(jnp.array(np.stack(block)) for block in blocks), places


def run(problem: Problem, relative: float, share: float) -> Any:
    """Courses of everyone, shape (people, hours, states)."""
    blocks, places = prepared(problem)
    found = np.asarray(_lived(problem.body)(
        jnp.array(problem.states), jnp.array(problem.constants), blocks, relative, share
    ))  # fmt: skip
    people = np.arange(problem.people)[:, None]
    out = found[people, places[:, :, 0], places[:, :, 1]]
    out[:, 0] = problem.states
    return out
