"""A simulation result: what a scenario gave (contract, section 5)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from epsom.core.faults import BadValueError
from epsom.core.names import MEASURES, Measure
from epsom.core.records.common import SCHEMA_KEY, Entries, Share
from epsom.core.records.output import Count, OutputRecord


class MeasureResult(OutputRecord):
    """One measure on one day, over the people whose runs did not fail.

    Attributes
    ----------
    name, unit : str
        The measure and its unit.
    day : float
        As asked.
    mean, sd, p05, p50, p95 : float or None
        Over people; None when nobody has a value.
    control_mean, difference_mean, difference_sd : float or None
        Leave them unset without a control: they are then left out of the file.
    fraction_above : tuple of float or None
        In the order asked; leave it unset when nothing was.
    """

    only_if_asked = ("control_mean", "difference_mean", "difference_sd", "fraction_above")

    name: Measure
    unit: str
    day: Annotated[float, Field(ge=0.0)]
    mean: float | None
    sd: float | None
    p05: float | None
    p50: float | None
    p95: float | None
    control_mean: float | None = None
    difference_mean: float | None = None
    difference_sd: float | None = None
    fraction_above: Entries[Share | None] | None = None

    @model_validator(mode="after")
    def _check_unit(self) -> MeasureResult:
        if self.unit != MEASURES[self.name].unit:
            raise BadValueError(self.unit, f"{self.name} in {MEASURES[self.name].unit}")
        return self

    @model_serializer(mode="wrap")
    def _leave_out_unasked(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        unasked = set(self.only_if_asked) - self.model_fields_set
        return {key: value for key, value in write(self).items() if key not in unasked}


class SimulationResult(OutputRecord):
    """What a scenario gave. `people` were simulated, `failed` of them without a result."""

    schema_name: Annotated[Literal["epsom.simulation/1"], SCHEMA_KEY] = "epsom.simulation/1"
    people: Count
    failed: Count
    measures: Entries[MeasureResult]
