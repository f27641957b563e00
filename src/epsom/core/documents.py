"""The four documents, from file, text or tree to record, with every fault of the input at once."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import ValidationError

from epsom.core import records
from epsom.core.checks import case_findings, offset_of_case
from epsom.core.checks_scenario import scenario_findings
from epsom.core.faults import BadValueError, Fault, InputError, show
from epsom.core.reader import scan_file, scan_text
from epsom.core.records.common import Record
from epsom.core.translation import findings_of
from epsom.core.tree import Document, Finding, Scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from epsom.core.records import Assessment, Case, Scenario, SimulationResult

    AnyDocument = Case | Scenario | Assessment | SimulationResult

SomeRecord = TypeVar("SomeRecord", bound=Record)


class _Records(Mapping[str, "type[AnyDocument]"]):
    """The record of each document, made when it is asked for."""

    names = MappingProxyType({
        "epsom.case/1": "Case", "epsom.scenario/1": "Scenario",
        "epsom.assessment/1": "Assessment", "epsom.simulation/1": "SimulationResult",
    })  # fmt: skip

    def __getitem__(self, schema: str) -> type[AnyDocument]:
        return getattr(records, self.names[schema])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


# By the value of the key `schema`.
RECORDS = _Records()

# A file with more is no file of ours; listing them all would take minutes.
MOST_FAULTS = 1000


def load(source: str | Path) -> AnyDocument:
    """Load a document of any of the four kinds, told by its key `schema`.

    Parameters
    ----------
    source : str or Path
        A file. A str with a line break or a colon and a space, or one that begins with a brace, is the
        document's own text.

    Raises
    ------
    InputError
        With every fault of the document.
    """
    scan = _scan(source)
    tree = scan.document.tree
    schema = tree.get("schema")
    record = RECORDS.get(schema) if isinstance(schema, str) else None
    # Without a schema to go by, the faults are those of the document that it is most like.
    return _record(scan, record or max(RECORDS.values(), key=lambda kind: len(tree.keys() & kind.keys())))


def load_case(source: str | Path) -> Case:
    """Load a case from a file or text, as `load` does."""
    return _record(_scan(source), records.Case)


def load_scenario(source: str | Path) -> Scenario:
    """Load a scenario from a file or text, as `load` does."""
    return _record(_scan(source), records.Scenario)


def case_from_tree(tree: dict[str, Any]) -> Case:
    """Build a case from the mappings, lists, texts and numbers of a file read elsewhere.

    Raises
    ------
    InputError
        With every fault of the tree.
    """
    return _record(_scan_of_tree(tree), records.Case)


def scenario_from_tree(tree: dict[str, Any]) -> Scenario:
    """Build a scenario from a tree, as `case_from_tree` does."""
    return _record(_scan_of_tree(tree), records.Scenario)


def _scan(source: str | Path) -> Scan:
    if isinstance(source, str) and _is_text(source):
        return scan_text(source)
    return scan_file(source)


def _scan_of_tree(tree: object) -> Scan:
    if not isinstance(tree, dict):
        raise InputError([Fault("the input", show(tree), "keys with values")])
    return Scan(Document(tree), [], set())


def _is_text(source: str) -> bool:
    return not source.strip() or "\n" in source or ": " in source or source.lstrip().startswith("{")


def _record(scan: Scan, kind: type[SomeRecord]) -> SomeRecord:
    """Read a scanned tree as a record, or raise everything that is wrong with it."""
    tree = scan.document.tree
    schema = tree.get("schema")
    if isinstance(schema, str) and RECORDS.get(schema, kind) is not kind:
        # Its keys are those of another document, and nothing more can be said of them.
        raise _input_error(scan, [_schema_finding(schema, kind)])
    context = {"offset": offset_of_case(tree) if _schema_of(kind) == "epsom.case/1" else None}
    findings = list(_cross_findings(tree, kind))
    record: SomeRecord | None = None
    try:
        record = kind.model_validate(tree, context=context)
    except ValidationError as error:
        findings = [*islice(findings_of(error, kind, tree), MOST_FAULTS + 1), *findings]
    if record is None or findings or scan.findings:
        raise _input_error(scan, findings)
    return record


def _cross_findings(tree: dict[str, Any], kind: type[Record]) -> Iterator[Finding]:
    if _schema_of(kind) == "epsom.case/1":
        yield from case_findings(tree)
    elif _schema_of(kind) == "epsom.scenario/1":
        yield from scenario_findings(tree)


def _schema_finding(schema: str, kind: type[Record]) -> Finding:
    return Finding(("schema",), BadValueError(show(schema), _schema_of(kind), f"this is a file of {schema}"))


def _schema_of(kind: type[Record]) -> str:
    return get_args(kind.keys()["schema"])[0]


def _input_error(scan: Scan, findings: list[Finding]) -> InputError:
    """Gather the findings of reading and of meaning, in the order of their lines."""
    document = scan.document
    usable = [finding for finding in findings if not _is_under(finding.path, scan.unusable)]
    in_order = sorted([*scan.findings, *usable], key=document.line)
    faults = [document.fault(finding) for finding in in_order[:MOST_FAULTS]]
    if len(in_order) > MOST_FAULTS:
        faults.append(Fault(document.name, "more faults than these", f"at most {MOST_FAULTS} at once"))
    return InputError(dict.fromkeys(faults))


def _is_under(path: tuple, unusable: set[tuple]) -> bool:
    return any(path[:end] in unusable for end in range(len(path) + 1))
