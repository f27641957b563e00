"""A case: one person, one question (contract, section 2). What is None or empty is not known or not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import core_schema

from epsom.core.faults import BadValueError, show
from epsom.core.kinds import HOURS_PER_DAY, KINDS, LAB_KINDS
from epsom.core.names import (
    DEFAULT_QUESTION,
    RED_FLAGS,
    Bound,
    Condition,
    Course,
    Dialysis,
    Lab,
    RedFlag,
    Sex,
    Symptom,
)
from epsom.core.quantities import Quantity, parse
from epsom.core.records.common import (
    SCHEMA_KEY,
    WRITTEN_AS_TEXT,
    Age,
    BodyMass,
    Creatinine,
    Diet,
    DrugDose,
    Entries,
    Filtration,
    Height,
    InputRecord,
    Name,
    OrBare,
    Product,
    Time,
    TimesPerDay,
    quantity_json_schema,
)
from epsom.core.times import hours_since

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core.core_schema import CoreSchema

# Below this age, in years, only the rules answer.
ADULT_AGE = 18.0


class Kidney(InputRecord):
    """The state of the kidneys now: one of the three.

    Attributes
    ----------
    egfr : Quantity or None
        In mL/min/1.73m2, or absolute in mL/min.
    creatinine : Quantity or None
        In serum, in mg/dL.
    dialysis : str or None
        Kind of dialysis.
    """

    egfr: Filtration | None = None
    creatinine: Creatinine | None = None
    dialysis: Dialysis | None = None


class ConditionEntry(InputRecord):
    """A condition the person has or had; a bare name began at an unknown time."""

    name: Condition
    start: Time | None = None
    stop: Time | None = None


class DrugEntry(InputRecord):
    """A drug the person takes or took; any name is kept. `dose` is text, as ``20 mg``."""

    name: Name
    dose: DrugDose | None = None
    start: Time | None = None
    stop: Time | None = None


class Person(InputRecord):
    """The person asked about. `age` in years, `weight` in kg, `height` in m."""

    age: Age
    sex: Sex
    weight: BodyMass | None = None
    height: Height | None = None
    kidney: Kidney | None = None
    pregnant: bool | None = None
    conditions: Entries[Annotated[ConditionEntry, OrBare("name")]] = ()
    drugs: Entries[Annotated[DrugEntry, OrBare("name")]] = ()


class Supplement(Product):
    """A magnesium product taken `times_per_day` from `start` until `stop`; without `stop` it still is."""

    times_per_day: TimesPerDay | None = None
    start: Time | None = None
    stop: Time | None = None

    @property
    def is_one_infusion(self) -> bool:
        """Whether an intravenous entry without `duration` is one infusion from `start` to `stop`."""
        if self.route != "intravenous" or self.duration is not None or not (self.start and self.stop):
            return False
        return hours_since(self.start.earliest, self.stop.latest) <= HOURS_PER_DAY


class SymptomEntry(InputRecord):
    """One episode of a symptom, or its absence. Without `onset` it is present now, begun at some time."""

    name: Symptom
    present: bool = True
    onset: Time | None = None
    resolved: Time | None = None
    severity: Annotated[float, Field(ge=0.0, le=10.0)] | None = None
    course: Course | None = None


class QuantityOfTest:
    """Marks the value of a laboratory test, whose kind depends on the test."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Tell pydantic to read the text."""
        return core_schema.with_info_plain_validator_function(self._read, serialization=WRITTEN_AS_TEXT)

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the text."""
        return quantity_json_schema("a value of the test")

    @staticmethod
    def _read(value: object, info: ValidationInfo) -> Quantity:
        test = info.data.get("test")
        if isinstance(value, Quantity):
            return value
        if test is None and not isinstance(value, str):
            raise BadValueError(show(value), "a number with its unit")
        # An unknown test is a fault of its own and leaves nothing to check the value against.
        return parse(value, LAB_KINDS[test]) if test else Quantity(0.0, "", str(value))


class LabResult(InputRecord):
    """A laboratory value, or a bound on it where the laboratory gave no more.

    Attributes
    ----------
    test : str
        Which test.
    value : Quantity
        In the canonical unit of the test's kind; urine magnesium in mmol/day, or in mmol per collection.
    taken : CivilTime or None
        When the sample was taken.
    bound : {"above", "below"} or None
        Given when the true value lies above or below `value`.
    urine_hours : float or None
        Length of the urine collection, in h.
    """

    test: Lab
    value: Annotated[Quantity, QuantityOfTest()]
    taken: Time | None = None
    bound: Bound | None = None
    urine_hours: Annotated[float, Field(gt=0.0, le=168.0)] | None = None

    @property
    def urine_magnesium_per_day(self) -> float | None:
        """Magnesium in urine, in mmol/day; None for other tests."""
        if self.test != "urine_magnesium":
            return None
        if self.value.unit == KINDS[LAB_KINDS[self.test]].unit or self.urine_hours is None:
            return self.value.value
        return self.value.value * HOURS_PER_DAY / self.urine_hours


def _drop_unasked(flags: object) -> object:
    if not isinstance(flags, dict):
        return flags
    return {name: value for name, value in flags.items() if value is not None or name not in RED_FLAGS}


class Case(InputRecord):
    """One person and one question.

    Attributes
    ----------
    schema_name : str
        ``epsom.case/1``; the key is ``schema``.
    question : str
        The symptom to explain.
    asked_on : CivilTime
        When the question is asked.
    person, diet, supplements, symptoms, labs
        What is known.
    red_flags : dict of str to bool
        Those asked about.
    """

    schema_name: Annotated[Literal["epsom.case/1"], SCHEMA_KEY]
    question: Symptom = DEFAULT_QUESTION
    asked_on: Time
    person: Person
    diet: Diet | None = None
    supplements: Entries[Supplement] = ()
    symptoms: Entries[SymptomEntry] = ()
    labs: Entries[LabResult] = ()
    red_flags: Annotated[
        dict[RedFlag, bool],
        BeforeValidator(_drop_unasked, json_schema_input_type=dict[RedFlag, bool | None]),
    ] = Field(default_factory=dict)

    @property
    def is_adult(self) -> bool:
        """Whether the body model applies; under 18 only the rules do."""
        return self.person.age >= ADULT_AGE
