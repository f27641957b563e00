# ruff: noqa: F821  (what the driver uses stands above it in the generated file)
# pyright: reportUndefinedVariable=false
"""The driver of the lanes: copied behind the kernels of a body and compiled with them.

Each lane carries one person with a time and step of its own and takes the next person when it is done, so no
lane waits for another and no person's numbers depend on who runs beside.
"""

import numpy as np
from numba import njit

from epsom.simulation.fast.records import Lanes

# --- the driver begins ---
DONE, TOO_MANY_STEPS, STEP_TOO_SMALL, NOT_FINITE, CANCELED = 0, 1, 2, 3, 4
SMALLEST_STEP = 1e-9


@njit(nogil=True, cache=True, error_model="numpy")
def run_people(first, last, group, limits, lanes, stop):
    """Run the people from ``first`` to before ``last`` on idle ``lanes``; ``stop[0]`` set ends the run."""
    person, ended = lanes.person, lanes.ended
    waiting, active = first, 0
    for lane in range(LANES):
        # Every lane holds someone's numbers even when idle, so that kernels never meet undefined ones.
        _load(lane, min(waiting, last - 1), group, lanes)
        if waiting < last:
            _begin(lane, waiting, group, lanes)
            waiting, active = waiting + 1, active + 1
    while active > 0 and stop[0] == 0:
        _step(lanes, limits)
        _judge(group, limits, lanes)
        for lane in range(LANES):
            if person[lane] >= 0 and ended[lane] != CANCELED:
                _leave(lane, group, lanes)
                active -= 1
                if waiting < last:
                    _load(lane, waiting, group, lanes)
                    _begin(lane, waiting, group, lanes)
                    waiting, active = waiting + 1, active + 1
    for lane in range(LANES):
        if person[lane] >= 0:
            _leave(lane, group, lanes)


def _empty_lanes():
    """Idle lanes. Compiled code is given them, because it asks for no memory; each array has one value."""
    n = STATES * LANES
    return Lanes(
        np.full(LANES, -1), np.zeros(LANES, dtype=np.int64), np.zeros(LANES, dtype=np.int64),
        np.zeros(LANES, dtype=np.int64), np.zeros(LANES, dtype=np.int64), np.zeros(LANES), np.zeros(LANES),
        np.ones(LANES), np.zeros(LANES, dtype=np.bool_), np.zeros(LANES), np.zeros(2 * LANES),
        np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(8 * n), np.zeros(3 * n), np.ones(n),
        np.ones(LANES),
        np.ones(CONSTANTS * LANES), np.zeros(TRAITS * LANES), np.zeros(INPUTS * LANES),
        np.zeros(ENTRIES * LANES), np.zeros(FACTORS * LANES),
    )  # fmt: skip


@njit(nogil=True, cache=True, error_model="numpy")
def _load(lane, who, group, lanes):
    """Put a person's numbers on a lane."""
    for i in range(STATES):
        lanes.y[i * LANES + lane] = group.states[who, i]
    for i in range(CONSTANTS):
        lanes.constants[i * LANES + lane] = group.constants[who, i]
    for i in range(INPUTS):
        lanes.inputs[i * LANES + lane] = group.inputs[who, i]
    trait_kernel(lanes.constants, lanes.traits)


@njit(nogil=True, cache=True, error_model="numpy")
def _begin(lane, who, group, lanes):
    """Start a person at the first reported hour."""
    start = group.hours[0]
    lanes.person[lane], lanes.row[lane], lanes.steps[lane], lanes.now[lane] = who, 1, 0, start
    lanes.event[lane], lanes.ended[lane] = group.offsets[who], CANCELED
    for i in range(STATES):
        group.out[who, 0, i] = lanes.y[i * LANES + lane]
    while lanes.event[lane] < group.offsets[who + 1] and group.event_hours[lanes.event[lane]] < start:
        lanes.event[lane] += 1
    _happen(lane, group, lanes)


@njit(nogil=True, cache=True, error_model="numpy")
def _happen(lane, group, lanes):
    """Apply what happens now and find when something happens next."""
    stop = group.offsets[lanes.person[lane] + 1]
    while lanes.event[lane] < stop and group.event_hours[lanes.event[lane]] <= lanes.now[lane]:
        e = lanes.event[lane]
        place, value = group.event_target[e] * LANES + lane, group.event_value[e]
        if group.event_action[e] == 0:
            lanes.y[place] += value
        elif group.event_action[e] == 1:
            lanes.inputs[place] = value
        elif group.event_action[e] == 2:
            lanes.inputs[place] += value
        else:
            lanes.inputs[place] *= value
        lanes.event[lane] += 1
    end = group.hours[-1]
    lanes.until[lane] = min(end, group.event_hours[lanes.event[lane]]) if lanes.event[lane] < stop else end
    lanes.fresh[lane] = True


@njit(nogil=True, cache=True, error_model="numpy")
def _leave(lane, group, lanes):
    """Take a person off a lane; the numbers of a run that did not finish are missing."""
    who, status = lanes.person[lane], lanes.ended[lane]
    group.status[who] = status
    if status != DONE:
        group.out[who] = np.nan
    lanes.person[lane] = -1


@njit(nogil=True, cache=True, error_model="numpy")
def _step(lanes, limits):
    """Try a step of every lane; leaves its end in ``lanes.u``, its error squared in ``lanes.error``."""
    y, slope, step, inverse_step = lanes.y, lanes.slope, lanes.step, lanes.inverse_step
    person, fresh, now, until = lanes.person, lanes.fresh, lanes.now, lanes.until
    slope_kernel(y, lanes.constants, lanes.traits, lanes.inputs, slope)
    for lane in range(LANES):
        if fresh[lane]:
            step[lane] = _first_step(lane, y, slope, limits.relative, limits.absolute)
            fresh[lane] = False
        left = until[lane] - now[lane]
        taken = step[lane] if step[lane] < 0.999 * left else left
        if person[lane] < 0:
            taken = 1.0
        step[lane] = taken
        inverse_step[lane] = 1.0 / (GAMMA * taken)
    spread_kernel(inverse_step, lanes.per_hour)
    jacobian_kernel(y, lanes.constants, lanes.traits, lanes.inputs, lanes.jacobian)
    factor_kernel(lanes.jacobian, inverse_step, lanes.factors)
    _stages(lanes)
    error_kernel(y, lanes.u, lanes.k, limits.relative, limits.absolute, lanes.error)


@njit(nogil=True, cache=True, error_model="numpy")
def _first_step(lane, y, slope, relative, absolute):
    """A step in which no state moves by more than a small share of itself."""
    amount, speed = 0.0, 0.0
    for s in range(len(STEERING)):
        i = STEERING[s]
        scale = absolute[i * LANES + lane] + relative[lane] * abs(y[i * LANES + lane])
        amount += (y[i * LANES + lane] / scale) ** 2
        speed += (slope[i * LANES + lane] / scale) ** 2
    if speed < 1e-20 or amount < 1e-20:
        return 1e-3
    return min(1.0, max(1e-6, 0.02 * np.sqrt(amount / speed)))


@njit(nogil=True, cache=True, error_model="numpy")
def _judge(group, limits, lanes):
    """Move each lane on whose error is small enough, shrink the step of others; note who has ended."""
    person, taken, now, until, step = lanes.person, lanes.taken, lanes.now, lanes.until, lanes.step
    row, hours, reporting = lanes.row, group.hours, False
    for lane in range(LANES):
        good = person[lane] >= 0 and lanes.error[lane] <= 1.0
        taken[lane] = 1.0 if good else 0.0
        if good:
            finish = _finish(now[lane] + step[lane], until[lane])
            reporting = reporting or (row[lane] < len(hours) and hours[row[lane]] <= finish)
    if reporting:
        dense_kernel(lanes.k, lanes.bends)
        for lane in range(LANES):
            if taken[lane] > 0.0:
                _report(lane, _finish(now[lane] + step[lane], until[lane]), group, lanes)
    accept_kernel(lanes.u, taken, lanes.y)
    for lane in range(LANES):
        if person[lane] >= 0:
            _move_on(lane, group, limits, lanes)


@njit(nogil=True, cache=True, error_model="numpy")
def _finish(reached, until):
    """The end of a step; a rounding error before the next event is that event."""
    return until if until - reached < 1e-9 else reached


@njit(nogil=True, cache=True, error_model="numpy")
def _move_on(lane, group, limits, lanes):
    """Choose the next step of a lane, and see whether something happens or the run has ended."""
    step, error, change = lanes.step, lanes.error[lane], lanes.error[LANES + lane]
    lanes.steps[lane] += 1
    if lanes.taken[lane] > 0.0:
        lanes.now[lane] = _finish(lanes.now[lane] + step[lane], lanes.until[lane])
        step[lane] *= max(0.5, min(5.0, change))
        if lanes.now[lane] >= group.hours[-1]:
            lanes.ended[lane] = DONE
        elif lanes.now[lane] >= lanes.until[lane]:
            _happen(lane, group, lanes)
    else:
        finite = error < 1e60
        step[lane] *= max(0.2, change) if finite else 0.2
        if step[lane] <= SMALLEST_STEP:
            lanes.ended[lane] = STEP_TOO_SMALL if finite else NOT_FINITE
    if lanes.ended[lane] == CANCELED and lanes.steps[lane] >= limits.most_steps:
        lanes.ended[lane] = TOO_MANY_STEPS


@njit(nogil=True, cache=True, error_model="numpy")
def _report(lane, finish, group, lanes):
    """Write the states at the hours up to ``finish``, the step's end, by dense output."""
    y, u, bends, row, hours = lanes.y, lanes.u, lanes.bends, lanes.row, group.hours
    n, out = STATES * LANES, group.out[lanes.person[lane]]
    while row[lane] < len(hours) and hours[row[lane]] <= finish:
        share = min(1.0, (hours[row[lane]] - lanes.now[lane]) / lanes.step[lane])
        rest = 1.0 - share if share < 1.0 - 1e-12 else 0.0
        for i in range(STATES):
            place = i * LANES + lane
            bend = bends[place] + share * (bends[n + place] + share * bends[2 * n + place])
            out[row[lane], i] = rest * y[place] + (1.0 - rest) * (u[place] + rest * bend)
        row[lane] += 1


@njit(nogil=True, cache=True, error_model="numpy")
def _stages(lanes):
    """The eight stages of a step; leaves its end in ``lanes.u``, and its error in the last stage."""
    n = STATES * LANES
    y, u, slope, b, k, per_hour = lanes.y, lanes.u, lanes.slope, lanes.b, lanes.k, lanes.per_hour
    constants, traits, inputs = lanes.constants, lanes.traits, lanes.inputs
    factors, jacobian, inverse_step = lanes.factors, lanes.jacobian, lanes.inverse_step
    solve_kernel(factors, jacobian, inverse_step, slope, k[0:n])
    point_1(y, k, u)
    slope_kernel(u, constants, traits, inputs, slope)
    side_1(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[n : 2 * n])
    point_2(y, k, u)
    slope_kernel(u, constants, traits, inputs, slope)
    side_2(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[2 * n : 3 * n])
    point_3(y, k, u)
    slope_kernel(u, constants, traits, inputs, slope)
    side_3(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[3 * n : 4 * n])
    point_4(y, k, u)
    slope_kernel(u, constants, traits, inputs, slope)
    side_4(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[4 * n : 5 * n])
    point_5(y, k, u)
    slope_kernel(u, constants, traits, inputs, slope)
    side_5(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[5 * n : 6 * n])
    point_6(y, k, u)
    slope_kernel(u, constants, traits, inputs, slope)
    side_6(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[6 * n : 7 * n])
    point_7(y, k, u)
    slope_kernel(u, constants, traits, inputs, slope)
    side_7(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[7 * n : 8 * n])
    end_of_step(k, u)


@njit(nogil=True, cache=True, error_model="numpy")
def mean_jacobians(first, last, constants, states, inputs, lanes, out):
    """Mean Jacobian of the steering states over each person's moments, a multiple of LANES of them."""
    y, lane_constants, traits = lanes.y, lanes.constants, lanes.traits
    lane_inputs, jacobian = lanes.inputs, lanes.jacobian
    moments = states.shape[1]
    for who in range(first, last):
        for i in range(CONSTANTS):
            for lane in range(LANES):
                lane_constants[i * LANES + lane] = constants[who, i]
        trait_kernel(lane_constants, traits)
        for begin in range(0, moments, LANES):
            for lane in range(LANES):
                for i in range(STATES):
                    y[i * LANES + lane] = states[who, begin + lane, i]
                for i in range(INPUTS):
                    lane_inputs[i * LANES + lane] = inputs[who, begin + lane, i]
            jacobian_kernel(y, lane_constants, traits, lane_inputs, jacobian)
            for entry in range(len(ROWS)):
                for lane in range(LANES):
                    out[who, ROWS[entry], COLUMNS[entry]] += jacobian[entry * LANES + lane] / moments
