"""Low back pain without magnesium: who gets it, how common it is, and how it goes.

Plain functions of time in days and of registry parameters, as numbers or arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

#: Mean days of a month.
MONTH = 365.25 / 12


def personal_ratio(age: Any, female: Any, women_ratio: Any, older_ratio: Any) -> Any:
    """Rate of new back pain relative to the mean of adults, by age and sex (knox2011incidence).

    Rises with the logarithm from 25 to 40 years; half of adults are women, seven tenths of the rise is
    behind the average adult.
    """
    risen = np.clip((np.asarray(age) - 25.0) / 15.0, 0.0, 1.0)
    return women_ratio ** (np.asarray(female) - 0.5) * older_ratio ** (risen - 0.7)


def gone_in_care(days: Any, median: Any, stretch: Any, early: Any) -> Any:
    """Share recovered ``days`` after seeking care (henschke2008prognosis).

    Two read points fix a stretched curve from the median on. Before it nothing was measured: ``early`` moves
    between the exponential (0) and the stretched curve (1), eightfold apart on the second day.
    """
    exponential = -np.expm1(-np.log(2) * days / median)
    stretched = -np.expm1(-np.log(2) * (days / median) ** stretch)
    before = exponential + early * (stretched - exponential)
    return np.where(np.asarray(days) < median, np.clip(before, 0.0, 0.5), stretched)


def gone_in_general(days: Any, fast: Any, slow: Any, slow_share: Any) -> Any:
    """Share recovered in the general population: a quick part and a slow one (hoy2012systematic)."""
    return 1 - (1 - slow_share) * np.exp(-days / fast) - slow_share * np.exp(-days / slow)


def prevalence(monthly: Any, fast: Any, slow: Any, slow_share: Any) -> tuple[Any, Any]:
    """Point and one-month prevalence where onset per pain-free month and general recovery balance."""
    mean_duration = (1 - slow_share) * fast + slow_share * slow
    odds = monthly / MONTH * mean_duration
    point = odds / (1 + odds)
    return point, point + (1 - point) * -np.expm1(-monthly)


def chance_within(monthly: Any, days: Any) -> Any:
    """Chance of at least one unrelated new episode within ``days``."""
    return -np.expm1(-monthly * np.asarray(days) / MONTH)


def mean_pain(weeks: Any, *, persistent: bool = False) -> Any:
    """Mean pain of a cohort, points of 100, by weeks since onset (menezescosta2012prognosis).

    Curves through the read means of acute and of persistent cohorts.
    """
    if persistent:
        return 51 * (0.477 + 0.523 * np.exp(-np.asarray(weeks) / 5.42))
    return 52 * (0.539 * np.exp(-np.asarray(weeks) / 2.50) + 0.461 * np.exp(-np.asarray(weeks) / 37.5))
