"""How much of an effect a person stands before feeling it: age and frailty lower the thresholds of excess."""

import numpy as np

from epsom.physiology.effects.effect import Group

group = Group("thresholds")


@group.effect("1")
def excess_threshold(excess_tolerance, excess_age_fall, age, excess_age_start):
    """A person's thresholds of excess relative to usual: lower with every year beyond middle age."""
    beyond = 0.5 * (age - excess_age_start + abs(age - excess_age_start))
    return excess_tolerance * np.exp(-excess_age_fall * beyond)
