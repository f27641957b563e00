# ruff: noqa: F821  (what the driver uses stands above it in the generated file)
# pyright: reportUndefinedVariable=false
"""The driver of the lanes: copied behind the kernels of a body and compiled with them.

Each lane carries one person with a time and step of its own and takes the next person when it is done, so no
lane waits for another and no person's numbers depend on who runs beside.
"""

import numpy as np
from numba import njit

# --- the driver begins ---
DONE, TOO_MANY_STEPS, STEP_TOO_SMALL, NOT_FINITE, CANCELED = 0, 1, 2, 3, 4
SMALLEST_STEP = 1e-9


@njit(nogil=True, cache=True, error_model="numpy")
def run_people(
    first, last, constants, states, inputs, offsets, event_hours, event_target, event_action, event_value, hours,
    relative, absolute, most_steps, stop, out, status,
):  # fmt: skip
    """Run the people from ``first`` to before ``last``; ``stop[0]`` set ends the run where it is."""
    n = STATES * LANES
    y, u, slope, b = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    k, per_hour = np.zeros(8 * n), np.ones(n)
    lane_constants, lane_inputs = np.ones(CONSTANTS * LANES), np.zeros(INPUTS * LANES)
    jacobian, factors, inverse_step = np.zeros(ENTRIES * LANES), np.zeros(FACTORS * LANES), np.ones(LANES)
    person, row = np.full(LANES, -1), np.zeros(LANES, dtype=np.int64)
    event, count = np.zeros(LANES, dtype=np.int64), np.zeros(LANES, dtype=np.int64)
    now, until, step = np.zeros(LANES), np.zeros(LANES), np.ones(LANES)
    fresh = np.zeros(LANES, dtype=np.bool_)
    error = np.zeros(LANES)
    end = hours[-1]
    waiting, active = first, 0
    for lane in range(LANES):
        # Every lane holds someone's numbers even when idle, so that kernels never meet undefined ones.
        _load(lane, min(waiting, last - 1), constants, states, inputs, y, lane_constants, lane_inputs)
        if waiting < last:
            _begin(lane, waiting, offsets, event_hours, event_target, event_action, event_value, hours, y,
                   lane_inputs, person, row, event, count, now, until, fresh, out, status)  # fmt: skip
            waiting, active = waiting + 1, active + 1
    while active > 0 and stop[0] == 0:
        slope_kernel(y, lane_constants, lane_inputs, slope)
        for lane in range(LANES):
            if fresh[lane]:
                step[lane] = _first_step(lane, y, slope, relative, absolute)
                fresh[lane] = False
            left = until[lane] - now[lane]
            taken = step[lane] if step[lane] < 0.999 * left else left
            if person[lane] < 0:
                taken = 1.0
            step[lane] = taken
            inverse_step[lane] = 1.0 / (GAMMA * taken)
        for i in range(n):
            per_hour[i] = GAMMA * inverse_step[i % LANES]
        jacobian_kernel(y, lane_constants, lane_inputs, jacobian)
        factor_kernel(jacobian, inverse_step, factors)
        _stages(y, u, slope, b, k, per_hour, lane_constants, lane_inputs, jacobian, factors, inverse_step)
        for i in range(n):
            u[i] = u[i] + k[7 * n + i]
        _errors(y, u, k, relative, absolute, error)
        for lane in range(LANES):
            if person[lane] < 0:
                continue
            count[lane] += 1
            if not error[lane] <= 1.0:
                shrink = 0.2 if not error[lane] < 1e30 else max(0.2, 0.9 * error[lane] ** -0.2)
                step[lane] = step[lane] * shrink
                if step[lane] > SMALLEST_STEP and count[lane] < most_steps:
                    continue
                bad = STEP_TOO_SMALL if error[lane] < 1e30 else NOT_FINITE
                status[person[lane]] = bad if step[lane] <= SMALLEST_STEP else TOO_MANY_STEPS
            else:
                _accept(lane, y, u, k, hours, row, now, until, step, out, person)
                grow = 5.0 if error[lane] < 1e-4 else min(5.0, 0.9 * error[lane] ** -0.2)
                step[lane] = step[lane] * max(grow, 0.5)
                if now[lane] < end and count[lane] < most_steps:
                    if now[lane] >= until[lane]:
                        _happen(lane, offsets, event_hours, event_target, event_action, event_value, y, lane_inputs,
                                person, event, now, until, end)  # fmt: skip
                        fresh[lane] = True
                    continue
                status[person[lane]] = DONE if now[lane] >= end else TOO_MANY_STEPS
            if status[person[lane]] != DONE:
                out[person[lane]] = np.nan
            person[lane] = -1
            active -= 1
            if waiting < last:
                _load(lane, waiting, constants, states, inputs, y, lane_constants, lane_inputs)
                _begin(lane, waiting, offsets, event_hours, event_target, event_action, event_value, hours, y,
                       lane_inputs, person, row, event, count, now, until, fresh, out, status)  # fmt: skip
                waiting, active = waiting + 1, active + 1
    if stop[0] != 0:
        for lane in range(LANES):
            if person[lane] >= 0:
                out[person[lane]] = np.nan
                status[person[lane]] = CANCELED


@njit(nogil=True, cache=True, error_model="numpy")
def _load(lane, who, constants, states, inputs, y, lane_constants, lane_inputs):
    for i in range(STATES):
        y[i * LANES + lane] = states[who, i]
    for i in range(CONSTANTS):
        lane_constants[i * LANES + lane] = constants[who, i]
    for i in range(INPUTS):
        lane_inputs[i * LANES + lane] = inputs[who, i]


@njit(nogil=True, cache=True, error_model="numpy")
def _begin(
    lane, who, offsets, event_hours, event_target, event_action, event_value, hours, y, lane_inputs, person, row, event,
    count, now, until, fresh, out, status,
):  # fmt: skip
    """Put a person on a lane at the first reported hour."""
    person[lane], row[lane], count[lane], now[lane] = who, 1, 0, hours[0]
    event[lane], fresh[lane], status[who] = offsets[who], True, CANCELED
    for i in range(STATES):
        out[who, 0, i] = y[i * LANES + lane]
    while event[lane] < offsets[who + 1] and event_hours[event[lane]] < hours[0]:
        event[lane] += 1
    _happen(lane, offsets, event_hours, event_target, event_action, event_value, y, lane_inputs, person, event, now,
            until, hours[-1])  # fmt: skip


@njit(nogil=True, cache=True, error_model="numpy")
def _happen(
    lane, offsets, event_hours, event_target, event_action, event_value, y, lane_inputs, person, event, now, until, end
):
    """Apply what happens now and find when something happens next."""
    stop = offsets[person[lane] + 1]
    while event[lane] < stop and event_hours[event[lane]] <= now[lane]:
        e = event[lane]
        place = event_target[e] * LANES + lane
        if event_action[e] == 0:
            y[place] += event_value[e]
        elif event_action[e] == 1:
            lane_inputs[place] = event_value[e]
        elif event_action[e] == 2:
            lane_inputs[place] += event_value[e]
        else:
            lane_inputs[place] *= event_value[e]
        event[lane] += 1
    until[lane] = min(end, event_hours[event[lane]]) if event[lane] < stop else end


@njit(nogil=True, cache=True, error_model="numpy")
def _first_step(lane, y, slope, relative, absolute):
    """A step in which no state moves by more than a small share of itself."""
    amount, speed = 0.0, 0.0
    for s in range(len(STEERING)):
        i = STEERING[s]
        scale = absolute[i] + relative * abs(y[i * LANES + lane])
        amount += (y[i * LANES + lane] / scale) ** 2
        speed += (slope[i * LANES + lane] / scale) ** 2
    if speed < 1e-20 or amount < 1e-20:
        return 1e-3
    return min(1.0, max(1e-6, 0.02 * np.sqrt(amount / speed)))


@njit(nogil=True, cache=True, error_model="numpy")
def _stages(y, u, slope, b, k, per_hour, lane_constants, lane_inputs, jacobian, factors, inverse_step):
    n = STATES * LANES
    solve_kernel(factors, jacobian, inverse_step, slope, k[0:n])
    point_1(y, k, u)
    slope_kernel(u, lane_constants, lane_inputs, slope)
    side_1(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[n : 2 * n])
    point_2(y, k, u)
    slope_kernel(u, lane_constants, lane_inputs, slope)
    side_2(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[2 * n : 3 * n])
    point_3(y, k, u)
    slope_kernel(u, lane_constants, lane_inputs, slope)
    side_3(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[3 * n : 4 * n])
    point_4(y, k, u)
    slope_kernel(u, lane_constants, lane_inputs, slope)
    side_4(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[4 * n : 5 * n])
    point_5(y, k, u)
    slope_kernel(u, lane_constants, lane_inputs, slope)
    side_5(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[5 * n : 6 * n])
    point_6(y, k, u)
    slope_kernel(u, lane_constants, lane_inputs, slope)
    side_6(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[6 * n : 7 * n])
    point_7(y, k, u)
    slope_kernel(u, lane_constants, lane_inputs, slope)
    side_7(slope, k, per_hour, b)
    solve_kernel(factors, jacobian, inverse_step, b, k[7 * n : 8 * n])


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract", "nsz"})
def _errors(y, u, k, relative, absolute, error):
    """Root mean square of the error estimate over the tolerance, per lane, over the states that steer."""
    n = STATES * LANES
    for lane in range(LANES):
        error[lane] = 0.0
    for s in range(len(STEERING)):
        i = STEERING[s] * LANES
        tolerance = absolute[STEERING[s]]
        for lane in range(LANES):
            old, new = abs(y[i + lane]), abs(u[i + lane])
            size = old if old > new else new
            ratio = k[7 * n + i + lane] / (tolerance + relative * size)
            error[lane] += ratio * ratio
    for lane in range(LANES):
        error[lane] = np.sqrt(error[lane] / len(STEERING))


@njit(nogil=True, cache=True, error_model="numpy")
def _accept(lane, y, u, k, hours, row, now, until, step, out, person):
    """Report the hours inside the step by dense output, and move on to its end."""
    n = STATES * LANES
    begin, h = now[lane], step[lane]
    finish = begin + h
    if until[lane] - finish < 1e-9:
        finish = until[lane]
    while row[lane] < len(hours) and hours[row[lane]] <= finish:
        share = min(1.0, (hours[row[lane]] - begin) / h)
        rest = 1.0 - share
        for i in range(STATES):
            place = i * LANES + lane
            first, second, third = 0.0, 0.0, 0.0
            if rest > 1e-12:
                for j in range(8):
                    first += DENSE[0, j] * k[j * n + place]
                    second += DENSE[1, j] * k[j * n + place]
                    third += DENSE[2, j] * k[j * n + place]
            bend = rest * (first + share * (second + share * third))
            out[person[lane], row[lane], i] = rest * y[place] + share * (u[place] + bend)
        row[lane] += 1
    for i in range(STATES):
        y[i * LANES + lane] = u[i * LANES + lane]
    now[lane] = finish


@njit(nogil=True, cache=True, error_model="numpy")
def mean_jacobians(first, last, constants, states, inputs, out):
    """Mean Jacobian of the steering states over the given moments of each person, a multiple of LANES of them."""
    y, lane_constants = np.zeros(STATES * LANES), np.ones(CONSTANTS * LANES)
    lane_inputs, jacobian = np.zeros(INPUTS * LANES), np.zeros(ENTRIES * LANES)
    moments = states.shape[1]
    for who in range(first, last):
        for i in range(CONSTANTS):
            for lane in range(LANES):
                lane_constants[i * LANES + lane] = constants[who, i]
        for begin in range(0, moments, LANES):
            for lane in range(LANES):
                for i in range(STATES):
                    y[i * LANES + lane] = states[who, begin + lane, i]
                for i in range(INPUTS):
                    lane_inputs[i * LANES + lane] = inputs[who, begin + lane, i]
            jacobian_kernel(y, lane_constants, lane_inputs, jacobian)
            for entry in range(len(ROWS)):
                for lane in range(LANES):
                    out[who, ROWS[entry], COLUMNS[entry]] += jacobian[entry * LANES + lane] / moments
