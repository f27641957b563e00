"""What assessments and simulation results share: numbers with their intervals, and no invented ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field, Strict

from epsom.core.faults import BadValueError
from epsom.core.records.common import Record, Share

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core.core_schema import CoreSchema

DEFAULT_INTERVAL_PROBABILITY = 0.9


class OutputRecord(Record):
    """A part of an answer. A number that is missing is None, null in the file, never NaN."""

    model_config = ConfigDict(populate_by_name=True)
    # Keys that a file has only when they were asked for; all others are always written.
    only_if_asked: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler(schema)
        record = handler.resolve_ref_schema(described)
        record["required"] = [key for key in record.get("properties", {}) if key not in cls.only_if_asked]
        return described


def _in_order(interval: tuple[float, float]) -> tuple[float, float]:
    if interval[0] > interval[1]:
        raise BadValueError(f"{list(interval)}", "an interval [low, high]")
    return interval


Interval = Annotated[tuple[float, float], Strict(False), AfterValidator(_in_order)]
ShareInterval = Annotated[tuple[Share, Share], Strict(False), AfterValidator(_in_order)]
Count = Annotated[int, Field(ge=0)]


class Probability(OutputRecord):
    """A probability with its equal-tailed interval."""

    probability: Share | None
    interval: ShareInterval | None
    interval_probability: Share = DEFAULT_INTERVAL_PROBABILITY


class Estimate(OutputRecord):
    """A number with its equal-tailed interval and unit."""

    median: float | None
    interval: Interval | None
    interval_probability: Share = DEFAULT_INTERVAL_PROBABILITY
    unit: str
