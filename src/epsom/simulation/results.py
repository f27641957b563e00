"""What a scenario gave: a number per person, measure and day, and their summary."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from epsom import __version__
from epsom.core.files import whole_file
from epsom.core.names import MEASURES
from epsom.physiology.builder.body import COVARIATES
from epsom.simulation.balance import Balance
from epsom.simulation.engine import Status
from epsom.simulation.streams import ordered_sum

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import xarray
    from numpy.typing import NDArray

    from epsom.core.records import SimulationResult
    from epsom.core.records.scenario import MeasureRequest, Scenario

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Results:
    """Every person's values.

    Attributes
    ----------
    scenario
        What was run.
    indices
        Which people of the seed's crowd, shape (people,).
    values, control
        Shape (people, asked); ``control`` None without one. Missing (NaN) where a run failed.
    status
        How each run ended, an `epsom.simulation.engine.Status`.
    balance
        How each start was found, an `epsom.simulation.balance.Balance`.
    covariates
        Canonical values by name.
    """

    scenario: Scenario
    indices: NDArray[np.int64]
    values: Array
    control: Array | None
    status: NDArray[np.int8]
    balance: NDArray[np.int8]
    covariates: dict[str, Array]

    @classmethod
    def joined(cls, scenario: Scenario, parts: Sequence[Results]) -> Results:
        """Several groups as one, in order."""
        controls = [part.control for part in parts if part.control is not None]
        names = parts[0].covariates
        return cls(
            scenario,
            np.concatenate([part.indices for part in parts]),
            np.concatenate([part.values for part in parts]),
            np.concatenate(controls) if controls else None,
            np.concatenate([part.status for part in parts]),
            np.concatenate([part.balance for part in parts]),
            {name: np.concatenate([part.covariates[name] for part in parts]) for name in names},
        )

    @classmethod
    def missing(cls, scenario: Scenario, indices: NDArray[np.int64], status: Status) -> Results:
        """People whose runs did not happen."""
        from epsom.simulation.crowd import draw_crowd
        from epsom.simulation.protocol import describe

        shape = (len(indices), sum(len(m.days) for m in scenario.measures))
        crowd = draw_crowd(scenario.people.seed, indices, describe(scenario))
        empty = np.full(shape, np.nan)
        return cls(
            scenario, indices, empty, empty.copy() if scenario.control else None,
            np.full(len(indices), status, dtype=np.int8),
            np.full(len(indices), Balance.FAILED, dtype=np.int8), dict(crowd.covariates),
        )  # fmt: skip

    @property
    def people(self) -> int:
        """How many people were asked for."""
        return len(self.indices)

    @cached_property
    def failed(self) -> int:
        """How many runs have no result."""
        return int((self.status != Status.DONE).sum())

    @property
    def without_balance(self) -> int:
        """How many people had no lasting balance and were given a history instead."""
        return int((self.balance == Balance.NONE).sum())

    def record(self) -> SimulationResult:
        """The summary, as the contract's document."""
        from epsom.core.records import SimulationResult

        measures: list[dict[str, Any]] = []
        column = 0
        for request in self.scenario.measures:
            for day in request.days:
                measures.append(self._summary(request, day, column))
                column += 1
        tree = {
            "schema": "epsom.simulation/1",
            "people": self.people,
            "failed": self.failed,
            "measures": measures,
        }
        return SimulationResult.model_validate(tree)

    def _summary(self, request: MeasureRequest, day: float, column: int) -> dict[str, Any]:
        done = self.status == Status.DONE
        values = self.values[done, column]
        values = values[np.isfinite(values)]
        entry: dict[str, Any] = {"name": request.name, "unit": MEASURES[request.name].unit, "day": day}
        entry |= {"mean": mean(values), "sd": deviation(values)}
        entry |= {key: percentile(values, q) for key, q in (("p05", 5), ("p50", 50), ("p95", 95))}
        if self.control is not None:
            control = self.control[done, column]
            difference = self.values[done, column] - control
            entry |= {
                "control_mean": mean(control[np.isfinite(control)]),
                "difference_mean": mean(difference[np.isfinite(difference)]),
                "difference_sd": deviation(difference[np.isfinite(difference)]),
            }
        if request.above:
            entry["fraction_above"] = [mean((values > limit).astype(float)) for limit in request.above]
        return entry

    def dataset(self) -> xarray.Dataset:
        """Every person's values with units, as an xarray dataset."""
        import xarray

        variables: dict[str, Any] = {}
        column = 0
        for number, request in enumerate(self.scenario.measures):
            day_axis = f"day_{number}"
            columns = slice(column, column + len(request.days))
            column += len(request.days)
            attributes = {"units": MEASURES[request.name].unit}
            name = request.name if request.name not in variables else f"{request.name}_{number}"
            variables[day_axis] = ((day_axis,), np.array(request.days), {"units": "day"})
            variables[name] = (("person", day_axis), self.values[:, columns], attributes)
            if self.control is not None:
                variables[f"{name}_control"] = (("person", day_axis), self.control[:, columns], attributes)
        for name, values in self.covariates.items():
            unit = COVARIATES[name] + (" per 1.73 m2" if name == "filtration" else "")
            variables[name] = (("person",), values, {"units": unit})
        variables["status"] = (("person",), self.status, _codes(Status))
        variables["balance"] = (("person",), self.balance, _codes(Balance))
        return xarray.Dataset(
            variables,
            coords={"person": ("person", self.indices.astype(np.int32))},
            attrs={
                "title": "Epsom simulation",
                "epsom_version": __version__,
                "seed": str(self.scenario.people.seed),  # netCDF's integers are too short for every seed
                "sources": ", ".join(sources_used()),
            },
        )

    def save(self, path: Path) -> None:
        """Write every person's values to a netCDF file, whole or not at all."""
        with whole_file(path) as temporary:
            self.dataset().to_netcdf(temporary, engine="scipy")


def _codes(kind: type[Status] | type[Balance]) -> dict[str, str]:
    return {"units": "1", "meaning": "; ".join(f"{int(item)} {item.explanation}" for item in kind)}


def sources_used() -> tuple[str, ...]:
    """Keys of the sources behind the body's parameters."""
    from epsom.physiology.whole_body import whole_body

    return tuple(sorted({key for parameter in whole_body().parameters for key in parameter.sources}))


def mean(values: Array) -> float | None:
    """Mean in fixed blocks and order, or None of nobody."""
    return float(ordered_sum(values) / len(values)) if len(values) else None


def deviation(values: Array) -> float | None:
    """Standard deviation between people, or None of fewer than two."""
    if len(values) < 2:
        return None
    center = float(ordered_sum(values) / len(values))
    return float(np.sqrt(ordered_sum((values - center) ** 2) / (len(values) - 1)))


def percentile(values: Array, q: float) -> float | None:
    """Percentile with linear interpolation, or None of nobody."""
    return float(np.percentile(values, q)) if len(values) else None
