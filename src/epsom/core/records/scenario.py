"""A scenario: a group of people under a protocol (contract, section 4). Days count from 0 at midnight.

What is None or empty is not said: it is drawn from the adult population, or it does not happen.
"""

from __future__ import annotations

import math
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BeforeValidator, Field, ValidationInfo

from epsom.core.faults import BadValueError, one_of, show
from epsom.core.kinds import HOURS_PER_DAY, MEASURE_KINDS
from epsom.core.names import MEASURES, SEXES, Condition, Dialysis, Measure, Sex
from epsom.core.quantities import Quantity, parse
from epsom.core.records.common import (
    SCHEMA_KEY,
    Age,
    BodyMass,
    Diet,
    DrugDose,
    Duration,
    Entries,
    Filtration,
    Height,
    InputRecord,
    MagnesiumAmount,
    MagnesiumConcentration,
    MagnesiumPerDay,
    Name,
    NotNegative,
    OrBare,
    Product,
    QuantityOf,
    Share,
    TimesPerDay,
)

Value = TypeVar("Value")
Deviation = TypeVar("Deviation")


class Spread(InputRecord, Generic[Value, Deviation]):
    """A value that differs between people: normal about `mean`, cut off at `min` and `max`.

    A value written bare is a mean without `sd`: everyone has it. Ages are numbers in years, the other values
    quantities.
    """

    mean: Value
    sd: Deviation | None = None
    min: Value | None = None
    max: Value | None = None


class AgeSpread(Spread[Age, NotNegative]):
    """Ages, in years."""


class WeightSpread(Spread[BodyMass, Annotated[Quantity, QuantityOf("body_mass", least=0.0)]]):
    """Body masses, in kg."""


class HeightSpread(Spread[Height, Annotated[Quantity, QuantityOf("height", least=0.0)]]):
    """Heights, in m."""


class FiltrationSpread(Spread[Filtration, Filtration]):
    """Glomerular filtration rates, in mL/min/1.73m2 or, all of them, absolute in mL/min."""


class SexMix(InputRecord):
    """The share of people who are female; a bare ``female`` or ``male`` is all of them."""

    female: Share


def _mix(value: object) -> object:
    if isinstance(value, dict | SexMix):
        return value
    if value not in SEXES:
        raise BadValueError(show(value), f"{one_of(SEXES)}, or a share such as {{female: 0.5}}")
    return {"female": float(value == "female")}


class DialysisPlan(InputRecord):
    """Regular dialysis: `per_week` sessions of `hours` h against `dialysate_magnesium` in mmol/L."""

    kind: Dialysis
    per_week: Annotated[float, Field(gt=0.0, le=28.0)] = 3.0
    hours: Annotated[float, Field(gt=0.0, le=24.0)] = 4.0
    dialysate_magnesium: Annotated[Quantity, QuantityOf("magnesium_concentration", least=0.0)] = parse(
        "0.5 mmol/L", "magnesium_concentration"
    )


class Range(InputRecord):
    """Limits of a serum magnesium, in mmol/L."""

    min: MagnesiumConcentration | None = None
    max: MagnesiumConcentration | None = None


class Selection(InputRecord):
    """Who takes part, by what is measured on day 0."""

    serum_magnesium: Range | None = None


class GroupCondition(InputRecord):
    """A condition everyone in the group has had for a year or more on day 0."""

    name: Condition


class GroupDrug(InputRecord):
    """A drug everyone in the group has taken for a year or more on day 0; `dose` is text, as ``20 mg``."""

    name: Name
    dose: DrugDose | None = None


class People(InputRecord):
    """The group; what is left out is drawn from the adult population."""

    count: Annotated[int, Field(ge=1, le=1_000_000)]
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    age: Annotated[AgeSpread, OrBare("mean")] | None = None
    sex: Annotated[SexMix, BeforeValidator(_mix, json_schema_input_type=Sex | SexMix)] | None = None
    weight: Annotated[WeightSpread, OrBare("mean")] | None = None
    height: Annotated[HeightSpread, OrBare("mean")] | None = None
    egfr: Annotated[FiltrationSpread, OrBare("mean")] | None = None
    dialysis: DialysisPlan | None = None
    pregnant: bool | None = None
    conditions: Entries[Annotated[GroupCondition, OrBare("name")]] = ()
    drugs: Entries[Annotated[GroupDrug, OrBare("name")]] = ()
    select: Selection | None = None


class DietChange(InputRecord):
    """From `day` on the diet brings `magnesium`, in mmol/day."""

    day: NotNegative
    magnesium: MagnesiumPerDay


class DrugChange(InputRecord):
    """On `day` a drug starts or stops: one of the two."""

    day: NotNegative
    start: Name | None = None
    stop: Name | None = None


class ConditionChange(InputRecord):
    """On `day` a condition starts or stops: one of the two."""

    day: NotNegative
    start: Condition | None = None
    stop: Condition | None = None


class Meal(InputRecord):
    """A meal that replaces, with the others of its day, the habitual ones.

    Attributes
    ----------
    at_day : float
        When, in days.
    magnesium, phytate : Quantity or None
        In mmol.
    labeled : bool
        Whether its magnesium is a tracer.
    """

    at_day: NotNegative
    magnesium: MagnesiumAmount | None = None
    phytate: Annotated[Quantity, QuantityOf("phytate")] | None = None
    labeled: bool = False


class GroupSupplement(Product):
    """A magnesium product taken `times_per_day` from `start_day` until `stop_day`, or once at `at_day`.

    Without `start_day` it begins on day 0, and without `stop_day` it goes on to the end.
    """

    times_per_day: TimesPerDay = 1.0
    start_day: NotNegative | None = None
    stop_day: NotNegative | None = None
    at_day: NotNegative | None = None
    labeled: bool = False

    @property
    def is_one_infusion(self) -> bool:
        """Whether an intravenous entry without `duration` is one infusion from `start_day` to `stop_day`."""
        if self.route != "intravenous" or self.duration is not None or self.stop_day is None:
            return False
        return self.stop_day - (self.start_day or 0.0) <= 1.0


def _threshold(value: object, info: ValidationInfo) -> object:
    name = info.data.get("name")
    if name is None or not isinstance(value, str):
        return value
    return parse(value, MEASURE_KINDS[name], least=-math.inf).value


class MeasureRequest(InputRecord):
    """A measure to report.

    Attributes
    ----------
    name : str
        Of the measure.
    days : tuple of float
        When it is read; a rate per day is the 24 h that start then.
    above : tuple of float
        Values, in the measure's unit, above which people are counted. In a file each is a number in that unit
        or a quantity with its own.
    """

    name: Measure
    days: Annotated[Entries[NotNegative], Field(min_length=1)]
    above: Entries[Annotated[float, BeforeValidator(_threshold, json_schema_input_type=float | str)]] = ()

    @property
    def last_day(self) -> float:
        """When the last reading is complete, in days."""
        return max(self.days) + (1.0 if MEASURES[self.name].over_day else 0.0)


class Scenario(InputRecord):
    """A group under a protocol.

    Attributes
    ----------
    schema_name : str
        ``epsom.scenario/1``; the key is ``schema``.
    people : People
        The group.
    diet : Diet or None
        Habitual intake before day 0.
    diet_changes, drug_changes, condition_changes, meals, supplements
        The protocol.
    duration : Quantity
        Length of the protocol, in h.
    control : bool
        Whether the same people also go without supplements and changes.
    measures : tuple of MeasureRequest
        What to report.
    """

    schema_name: Annotated[Literal["epsom.scenario/1"], SCHEMA_KEY]
    people: People
    diet: Diet | None = None
    diet_changes: Entries[DietChange] = ()
    drug_changes: Entries[DrugChange] = ()
    condition_changes: Entries[ConditionChange] = ()
    meals: Entries[Meal] = ()
    supplements: Entries[GroupSupplement] = ()
    duration: Duration
    control: bool = False
    measures: Annotated[Entries[MeasureRequest], Field(min_length=1)]

    @property
    def duration_days(self) -> float:
        """Length of the protocol, in days."""
        return self.duration.value / HOURS_PER_DAY

    @property
    def last_day(self) -> float:
        """When all is measured, in days: the end of the protocol, or later for a rate asked on that day."""
        return max(self.duration_days, *(request.last_day for request in self.measures))
