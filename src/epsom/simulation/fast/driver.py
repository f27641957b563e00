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
#: Arrays come from outside and nobody counts who uses them, which would take as long as a step.
_DRIVER = {"nogil": True, "error_model": "numpy", "_nrt": False}
#: For what every step calls: handing over all arrays takes as long as the work. Methods are left apart; as
#: one function with their kernels they run a tenth slower.
_PART = {**_DRIVER, "forceinline": True}
#: For what is called once from outside: it is not compiled by itself as well.
_WHOLE = {**_DRIVER, "inline": "always"}
DONE, TOO_MANY_STEPS, STEP_TOO_SMALL, NOT_FINITE, CANCELED = 0, 1, 2, 3, 4
#: Of the explicit method only, and never told outside: the person is left to the implicit one.
TOO_STIFF = 5
SMALLEST_STEP = 1e-9
#: The explicit method is bound by stability above this product of step and fastest rate. From this rate per
#: hour on the implicit method is surely the cheaper one: a step takes twice as long, at the usual accuracy
#: six an hour do, and the few who are left to it leave lanes idle. How many steps prove such a rate, and how
#: many others disprove it.
BOUND, STIFF_RATE, PROOF, DISPROOF = 3.0, 60.0, 15, 6


@njit(**_WHOLE)
def run_people(queue, group, limits, lanes, stop):
    """Run the people whose numbers are in ``queue``; ``stop[0]`` set ends the run where it is."""
    person, ended = lanes.person, lanes.ended
    waiting, active, last, starting = 0, 0, len(queue), True
    used = LANES - LANES % limits.together
    while starting or (active > 0 and stop[0] == 0):
        for lane in range(LANES):
            if person[lane] >= 0 and ended[lane] != CANCELED:
                _leave(lane, group, lanes)
                active -= 1
            taking = person[lane] < 0 and lane < used and waiting < last
            if taking or starting:
                # Every lane holds someone's numbers even when idle: kernels never meet undefined ones.
                _load(lane, queue[min(waiting, last - 1)], group, lanes)
            if taking:
                _begin(lane, queue[waiting], group, lanes)
                waiting, active = waiting + 1, active + 1
        starting = False
        if active == 0:
            break
        if limits.explicit:
            _explicit_step(lanes, limits)
        else:
            _implicit_step(lanes, limits)
        if limits.together > 1:
            _agree(limits, lanes)
        _judge(group, limits, lanes)
    for lane in range(LANES):
        if person[lane] >= 0:
            _leave(lane, group, lanes)


def _empty_lanes():
    """Idle lanes, each array of one value. Compiled code is given them, because it asks for no memory."""

    def rows(count, value=0.0):
        return np.full(count * LANES, value)

    def counts(value=0):
        return np.full(LANES, value)

    n = STATES
    return Lanes(
        person=counts(-1), row=counts(), event=counts(), steps=counts(), ended=counts(), stiff=counts(),
        calm=counts(), now=rows(1), until=rows(1), step=rows(1, 1.0), fresh=np.zeros(LANES, dtype=np.bool_),
        taken=rows(1), error=rows(3), y=rows(n), u=rows(n), slope=rows(n), b=rows(n), k=rows(STAGES * n),
        share=rows(1), weights=rows(STAGES), values=rows(n), per_hour=rows(n, 1.0), inverse_step=rows(1, 1.0),
        constants=rows(CONSTANTS, 1.0), traits=rows(TRAITS), inputs=rows(INPUTS), jacobian=rows(ENTRIES),
        factors=rows(FACTORS),
    )  # fmt: skip


@njit(**_DRIVER)
def _load(lane, who, group, lanes):
    """Put a person's numbers on a lane."""
    for i in range(STATES):
        lanes.y[i * LANES + lane] = group.states[who, i]
    for i in range(CONSTANTS):
        lanes.constants[i * LANES + lane] = group.constants[who, i]
    for i in range(INPUTS):
        lanes.inputs[i * LANES + lane] = group.inputs[who, i]
    trait_kernel(lanes.constants, lanes.traits)


@njit(**_DRIVER)
def _begin(lane, who, group, lanes):
    """Start a person at the first reported hour."""
    start = group.hours[0]
    lanes.person[lane], lanes.row[lane], lanes.steps[lane], lanes.now[lane] = who, 1, 0, start
    lanes.event[lane], lanes.ended[lane] = group.offsets[who], CANCELED
    lanes.stiff[lane], lanes.calm[lane] = 0, 0
    for i in range(STATES):
        group.out[who, 0, i] = lanes.y[i * LANES + lane]
    if len(group.watched) > 0:
        # A person the explicit method does not suit comes here again.
        group.within[who] = np.nan
        _note(who, 0, lane, lanes.y, group)
    while lanes.event[lane] < group.offsets[who + 1] and group.event_hours[lanes.event[lane]] < start:
        lanes.event[lane] += 1
    _happen(lane, group, lanes)


@njit(**_DRIVER)
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


@njit(**_DRIVER)
def _leave(lane, group, lanes):
    """Take a person off a lane; the numbers of a run that did not finish are missing."""
    who, status = lanes.person[lane], lanes.ended[lane]
    group.status[who] = status
    if status != DONE:
        group.out[who] = np.nan
        group.within[who] = np.nan
    lanes.person[lane] = -1


@njit(**_DRIVER)
def _explicit_step(lanes, limits):
    """Try a step of Tsit5 in every lane; leaves its end in ``lanes.u``, its error squared in ``lanes.error``.

    The first stage is the last of the step before, unless something happened.
    """
    y, u, b, k, step, n = lanes.y, lanes.u, lanes.b, lanes.k, lanes.step, STATES * LANES
    constants, traits, inputs, first = lanes.constants, lanes.traits, lanes.inputs, lanes.k[0:n]
    for lane in range(LANES):
        if lanes.fresh[lane]:
            # That of the other lanes comes out as it is.
            slope_kernel(y, constants, traits, inputs, first)
            break
    _choose_steps(lanes, first, limits)
    explicit_point_1(y, k, step, u)
    slope_kernel(u, constants, traits, inputs, k[n : 2 * n])
    explicit_point_2(y, k, step, u)
    slope_kernel(u, constants, traits, inputs, k[2 * n : 3 * n])
    explicit_point_3(y, k, step, u)
    slope_kernel(u, constants, traits, inputs, k[3 * n : 4 * n])
    explicit_point_4(y, k, step, u)
    slope_kernel(u, constants, traits, inputs, k[4 * n : 5 * n])
    # The point before the last is kept, to tell by how much the last two differ.
    explicit_point_5(y, k, step, b)
    slope_kernel(b, constants, traits, inputs, k[5 * n : 6 * n])
    explicit_point_6(y, k, step, u)
    slope_kernel(u, constants, traits, inputs, k[6 * n : 7 * n])
    explicit_error_kernel(y, u, b, k, step, limits.relative, limits.absolute, lanes.error)


@njit(**_DRIVER)
def _implicit_step(lanes, limits):
    """Try a step of Rodas5P in every lane; leaves the same as the explicit one."""
    n = STATES * LANES
    y, u, slope, b, k, per_hour = lanes.y, lanes.u, lanes.slope, lanes.b, lanes.k, lanes.per_hour
    constants, traits, inputs = lanes.constants, lanes.traits, lanes.inputs
    factors, jacobian, inverse_step = lanes.factors, lanes.jacobian, lanes.inverse_step
    slope_kernel(y, constants, traits, inputs, slope)
    _choose_steps(lanes, slope, limits)
    for lane in range(LANES):
        inverse_step[lane] = 1.0 / (GAMMA * lanes.step[lane])
    spread_kernel(inverse_step, per_hour)
    jacobian_kernel(y, constants, traits, inputs, jacobian)
    factor_kernel(jacobian, inverse_step, factors)
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
    error_kernel(y, u, k, limits.relative, limits.absolute, lanes.error)


@njit(**_PART)
def _choose_steps(lanes, slope, limits):
    """The step each lane tries: chosen anew after an event, and never past the next one."""
    step = lanes.step
    for lane in range(LANES):
        if lanes.fresh[lane]:
            step[lane] = _first_step(lane, lanes.y, slope, limits.relative, limits.absolute)
            lanes.fresh[lane] = False
        left = lanes.until[lane] - lanes.now[lane]
        taken = step[lane] if step[lane] < 0.999 * left else left
        if lanes.person[lane] < 0:
            taken = 1e-3
        step[lane] = taken
    if limits.together > 1:
        for first in range(0, LANES - LANES % limits.together, limits.together):
            least = step[first]
            for lane in range(first, first + limits.together):
                least = min(least, step[lane])
            step[first : first + limits.together] = least


@njit(**_DRIVER)
def _agree(limits, lanes):
    """What decides about the next step, the same for all lanes that take it together: the worst of each."""
    for first in range(0, LANES - LANES % limits.together, limits.together):
        error, change, reach = 0.0, 1e300, 0.0
        for lane in range(first, first + limits.together):
            own = lanes.error[lane]
            error = max(error, own if own < 1e300 else 1e300)  # not a number is the worst of all
            change = min(change, lanes.error[LANES + lane])
            reach = max(reach, lanes.error[2 * LANES + lane])
        for lane in range(first, first + limits.together):
            lanes.error[lane], lanes.error[LANES + lane], lanes.error[2 * LANES + lane] = error, change, reach


@njit(**_DRIVER)
def _first_step(lane, y, slope, relative, absolute):
    """A step in which no state moves by more than a small share of itself."""
    amount, speed = 0.0, 0.0
    for s in range(len(STEERING)):
        place = STEERING[s] * LANES + lane
        scale = absolute[place] + relative[place] * abs(y[place])
        amount += (y[place] / scale) ** 2
        speed += (slope[place] / scale) ** 2
    if speed < 1e-20 or amount < 1e-20:
        return 1e-3
    return min(1.0, max(1e-6, 0.02 * np.sqrt(amount / speed)))


@njit(**_PART)
def _judge(group, limits, lanes):
    """Move each lane on whose error is small enough, shrink the step of others; note who has ended."""
    person, taken = lanes.person, lanes.taken
    for lane in range(LANES):
        taken[lane] = 1.0 if person[lane] >= 0 and lanes.error[lane] <= 1.0 else 0.0
    _report(group, limits, lanes)
    accept_kernel(lanes.u, taken, lanes.y)
    if limits.explicit:
        # Rows read and rows set lie in the same array, but apart.
        renew_kernel(lanes.k, taken, lanes.k[0 : STATES * LANES])
        _watch(lanes)
    _move_on(group, limits, lanes)


@njit(**_DRIVER)
def _finish(reached, until):
    """The end of a step; a rounding error before the next event is that event."""
    return until if until - reached < 1e-9 else reached


@njit(**_PART)
def _watch(lanes):
    """End runs whose steps are short and have long been bound by the stability of the explicit method."""
    stiff, calm = lanes.stiff, lanes.calm
    for lane in range(LANES):
        if lanes.taken[lane] > 0.0:
            reach = lanes.error[2 * LANES + lane]  # (step * fastest rate)^2
            if reach > max(BOUND, STIFF_RATE * lanes.step[lane]) ** 2:
                stiff[lane], calm[lane] = stiff[lane] + 1, 0
            else:
                calm[lane] += 1
                stiff[lane] = stiff[lane] if calm[lane] < DISPROOF else 0
            if stiff[lane] >= PROOF:
                lanes.ended[lane] = TOO_STIFF


@njit(**_PART)
def _move_on(group, limits, lanes):
    """Choose the next step of each lane, and see whether something happens or the run has ended.

    The loop stands here and not around a call: handing over all arrays for each lane costs as much as a step.
    """
    person, step, now, ended = lanes.person, lanes.step, lanes.now, lanes.ended
    for lane in range(LANES):
        if person[lane] < 0:
            continue
        error, change = lanes.error[lane], lanes.error[LANES + lane]
        lanes.steps[lane] += 1
        if lanes.taken[lane] > 0.0:
            now[lane] = _finish(now[lane] + step[lane], lanes.until[lane])
            step[lane] *= max(0.5, min(5.0, change))
            if now[lane] >= group.hours[-1]:
                ended[lane] = DONE
            elif now[lane] >= lanes.until[lane]:
                _happen(lane, group, lanes)
        else:
            finite = error < 1e60
            step[lane] *= max(0.2, change) if finite else 0.2
            if step[lane] <= SMALLEST_STEP:
                ended[lane] = STEP_TOO_SMALL if finite else NOT_FINITE
        if ended[lane] == CANCELED and lanes.steps[lane] >= limits.most_steps:
            ended[lane] = TOO_MANY_STEPS


@njit(**_PART)
def _report(group, limits, lanes):
    """Write the states at the hours within the step just taken, the next one of each lane at a time."""
    while _shares(group.hours, lanes):
        if limits.explicit:
            explicit_weight_kernel(lanes.share, lanes.step, lanes.weights)
        else:
            weight_kernel(lanes.share, lanes.weights)
        dense_kernel(lanes.y, lanes.u, lanes.k, lanes.share, lanes.weights, lanes.values)
        for lane in range(LANES):
            if lanes.share[lane] >= 0.0:
                who, look = lanes.person[lane], lanes.row[lane]
                if group.rows[look] >= 0:
                    out = group.out[who, group.rows[look]]
                    for i in range(STATES):
                        out[i] = lanes.values[i * LANES + lane]
                if len(group.watched) > 0:
                    _note(who, look, lane, lanes.values, group)
                lanes.row[lane] += 1


@njit(**_DRIVER)
def _note(who, look, lane, values, group):
    """Take a look at the watched states into the stretch it belongs to; an hour reported belongs to two."""
    stretch, reported = group.stretch[look], group.rows[look] >= 0
    for side in range(2):
        into = stretch + side
        mine = (side == 0 or reported) and 0 <= into < group.within.shape[1]
        first = side == 1
        weight = group.weights[look, side] if reported else group.weights[look, 0] + group.weights[look, 1]
        for j in range(len(group.watched)):
            if mine:
                value, kept = values[group.watched[j] * LANES + lane], group.within[who, into]
                kept[0, j] = value if first else min(kept[0, j], value)
                kept[1, j] = value if first else max(kept[1, j], value)
                kept[2, j] = weight * value + (0.0 if first else kept[2, j])


@njit(**_DRIVER)
def _shares(hours, lanes):
    """Where in its step each lane reports next, -1 where nothing is left to report; whether any does."""
    now, step, row, reporting = lanes.now, lanes.step, lanes.row, False
    for lane in range(LANES):
        lanes.share[lane] = -1.0
        if lanes.taken[lane] > 0.0 and row[lane] < len(hours):
            hour = hours[row[lane]]
            if hour <= _finish(now[lane] + step[lane], lanes.until[lane]):
                share = (hour - now[lane]) / step[lane]
                lanes.share[lane] = share if share < 1.0 - 1e-12 else 1.0
                reporting = True
    return reporting


@njit(**_WHOLE)
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
