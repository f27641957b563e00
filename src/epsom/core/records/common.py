"""What the four documents share: strict frozen records, and values read from text.

Markers such as `QuantityOf` stand in `Annotated` types and tell pydantic how a value is read, written and
described in the JSON Schema.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator
from pydantic_core import core_schema

from epsom.core.faults import BadValueError, show
from epsom.core.forms import elemental_millimoles, resolve_form
from epsom.core.kinds import KINDS
from epsom.core.names import DoseOf, Form, Reason, Route
from epsom.core.quantities import Quantity, parse
from epsom.core.times import CivilTime, read_time

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core.core_schema import CoreSchema

Item = TypeVar("Item")

# Length of an intravenous intake where none is given and it is no single infusion (contract, section 1).
BOLUS_MINUTES = 5.0

_BARE_NUMBER = re.compile(r"[\s0-9.,+-]+")


class Record(BaseModel):
    """A part of a document: strict types, no unknown keys, no NaN, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @classmethod
    def keys(cls) -> dict[str, Any]:
        """Return the annotation of each key as it stands in files."""
        return {
            str(field.validation_alias or name): field.annotation for name, field in cls.model_fields.items()
        }

    def to_tree(self) -> dict[str, Any]:
        """Return the record as the tree of its file."""
        return self.model_dump(mode="json", by_alias=True)


class InputRecord(Record):
    """A part of a case or scenario, where an optional key without a value is a missing key."""

    @model_validator(mode="before")
    @classmethod
    def _drop_empty_keys(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        known = cls.keys()
        return {key: value for key, value in data.items() if value is not None or key not in known}

    def to_tree(self) -> dict[str, Any]:
        """Return the record as the tree of its file, with the keys that were given."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler(schema)
        record = handler.resolve_ref_schema(described)
        for key, value in record.get("properties", {}).items():
            if key not in record.get("required", ()) and {"type": "null"} not in value.get("anyOf", ()):
                record["properties"][key] = {"anyOf": [value, {"type": "null"}]}
        return described


# The key `schema` would hide a method of pydantic's.
SCHEMA_KEY = Field(validation_alias="schema", serialization_alias="schema")
WRITTEN_AS_TEXT = core_schema.plain_serializer_function_ser_schema(str)

# A list in a file, kept as a tuple.
Entries = Annotated[tuple[Item, ...], Strict(False)]

Share = Annotated[float, Field(ge=0.0, le=1.0)]
NotNegative = Annotated[float, Field(ge=0.0)]
Age = Annotated[float, Field(ge=0.0, le=130.0)]
TimesPerDay = Annotated[float, Field(gt=0.0, le=48.0)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]


def quantity_json_schema(description: str) -> JsonSchemaValue:
    """Describe a quantity: a text of a number and its unit."""
    return {"type": "string", "pattern": r"^\s*\+?[0-9.]+.*[A-Za-z%]", "description": description}


@dataclass(frozen=True, slots=True)
class QuantityOf:
    """Marks a quantity of one kind, read from text such as ``"400 mg"`` and written as it was.

    Attributes
    ----------
    kind : str
        A key of `epsom.core.kinds.KINDS`.
    least : float or None
        Smallest value allowed, in the canonical unit, where it is not the kind's own.
    """

    kind: str
    least: float | None = None

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Tell pydantic to read the text."""
        return core_schema.no_info_plain_validator_function(self._read, serialization=WRITTEN_AS_TEXT)

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the text."""
        rules = KINDS[self.kind]
        return quantity_json_schema(f"{rules.what}, with its unit: {' or '.join(rules.units)}")

    def _read(self, value: object) -> Quantity:
        if isinstance(value, Quantity) and value.unit in KINDS[self.kind].most:
            return value
        return parse(value, self.kind, self.least)


class TimeText:
    """Marks a date or date-time, read from text; dates are days at the offset given in the context."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Tell pydantic to read the text."""
        return core_schema.with_info_plain_validator_function(self._read, serialization=WRITTEN_AS_TEXT)

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the text."""
        described = "a date, or a date-time with or without an offset"
        return {"type": "string", "pattern": r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}", "description": described}

    @staticmethod
    def _read(value: object, info: ValidationInfo) -> CivilTime:
        if isinstance(value, CivilTime):
            return value
        return read_time(value, (info.context or {}).get("offset"))


@dataclass(frozen=True, slots=True)
class OrBare:
    """Marks a record that may also be written as the bare value of one of its keys.

    Attributes
    ----------
    key : str
        That key.
    """

    key: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Tell pydantic to write out the bare value first."""
        return core_schema.no_info_before_validator_function(self._write_out, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe both ways of writing it."""
        record = handler(schema)
        bare = handler.resolve_ref_schema(record)["properties"][self.key]
        return {"anyOf": [bare, record]}

    def _write_out(self, value: object) -> object:
        return value if isinstance(value, dict | BaseModel) else {self.key: value}


Time = Annotated[CivilTime, TimeText()]
Dose = Annotated[Quantity, QuantityOf("dose")]
MagnesiumAmount = Annotated[Quantity, QuantityOf("magnesium_amount")]
MagnesiumPerDay = Annotated[Quantity, QuantityOf("magnesium_per_day")]
MagnesiumConcentration = Annotated[Quantity, QuantityOf("magnesium_concentration")]
Filtration = Annotated[Quantity, QuantityOf("filtration")]
Creatinine = Annotated[Quantity, QuantityOf("creatinine")]
BodyMass = Annotated[Quantity, QuantityOf("body_mass")]
Height = Annotated[Quantity, QuantityOf("height")]
Duration = Annotated[Quantity, QuantityOf("duration")]
FormName = Annotated[Form, BeforeValidator(resolve_form, json_schema_input_type=str)]


def _drug_dose(value: object) -> object:
    if isinstance(value, int | float) or (isinstance(value, str) and _BARE_NUMBER.fullmatch(value)):
        raise BadValueError(
            show(value), "an amount with its unit, such as 20 mg", "a bare number has no unit"
        )
    return value


DrugDose = Annotated[Name, BeforeValidator(_drug_dose)]


class Diet(InputRecord):
    """Habitual intake with food and drink.

    Attributes
    ----------
    magnesium : Quantity or None
        In mmol/day.
    """

    magnesium: MagnesiumPerDay | None = None


class Product(InputRecord):
    """A magnesium product and how it is taken; what is None is not known.

    Attributes
    ----------
    form : str
        Contract name of the form.
    dose : Quantity or None
        One intake, in g (see `dose_of`) or in mmol of magnesium.
    dose_of : {"elemental", "compound"} or None
        What a mass is a mass of.
    with_food : bool or None
        Whether it is taken with meals.
    route : str
        By mouth unless said.
    duration : Quantity or None
        Length of one infusion, in h.
    prescribed : bool or None
        Whether a clinician ordered it.
    reason : str or None
        Why it is taken.
    """

    form: FormName
    dose: Dose | None = None
    dose_of: DoseOf | None = None
    with_food: bool | None = None
    route: Route = "oral"
    duration: Duration | None = None
    prescribed: bool | None = None
    reason: Reason | None = None

    @property
    def magnesium_per_intake(self) -> float | None:
        """Magnesium in one intake as reported, in mmol; None where no dose is given."""
        return None if self.dose is None else elemental_millimoles(self.form, self.dose, self.dose_of)
