"""The versioned JSON API: the contract's documents in, the contract's documents out."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from epsom.core import names
from epsom.core.documents import case_from_tree, load_case, load_scenario
from epsom.core.faults import Fault, InputError
from epsom.core.forms import compositions
from epsom.core.reader import scan_text
from epsom.guidance import wording
from epsom.interfaces import words
from epsom.interfaces.web.access import finished, workshop
from epsom.interfaces.web.explaining import explanation
from epsom.interfaces.web.forecasts import Change
from epsom.interfaces.web.labels import read_label
from epsom.interfaces.web.problems import MEDIA_TYPE, Problem
from epsom.interfaces.web.work import Asked, by_the_rules

if TYPE_CHECKING:
    from epsom.core.records import Scenario
    from epsom.simulation.results import Results

router = APIRouter(prefix="/api/v1", default_response_class=JSONResponse)

Seed = Annotated[int, Query(ge=0, le=2**63 - 1, description="Seed of all draws.")]
Crowd = Annotated[
    int | None, Query(ge=1, description="How many virtual people; the usual number without it.")
]

_PROBLEM = {
    "description": "What went wrong, with every fault of an invalid input.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_ERRORS: dict[int | str, Any] = dict.fromkeys((403, 413, 422, 503), _PROBLEM)


def _reads(schema: str) -> dict[str, Any]:
    """An operation whose body is a document of the contract."""
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {"requestBody": {
        "required": True, "content": {"application/json": content, "application/yaml": content}
    }}  # fmt: skip


def _gives(schema: str, description: str, **others: dict[str, Any]) -> dict[int | str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}, **others}
    return {200: {"description": description, "content": content}, **_ERRORS}


@router.post("/assess", responses=_gives("Assessment", "The answer."), openapi_extra=_reads("Case"))
async def assess(request: Request, people: Crowd = None, seed: Seed = 1) -> JSONResponse:
    """Answer one person's question. Who hangs up frees the work."""
    case = await run_in_threadpool(load_case, await text_of(request))
    asked = Asked(case, _crowd(request, people), seed)
    job = workshop(request).submit_assessment(asked, owner=owner(request))
    found = await finished(request, job)
    return JSONResponse(found.record.to_tree())


@router.post(
    "/triage", responses=_gives("Assessment", "The answer of the rules."), openapi_extra=_reads("Case")
)
async def triage(request: Request) -> JSONResponse:
    """Say at once what the rules alone say; no body is simulated."""
    case = await run_in_threadpool(load_case, await text_of(request))
    return JSONResponse((await run_in_threadpool(by_the_rules, case)).to_tree())


@router.post(
    "/compare", responses=_gives("Comparison", "The courses."), openapi_extra=_reads("CompareRequest")
)
async def compare(request: Request, people: Crowd = None, seed: Seed = 1) -> JSONResponse:
    """Forecast what comes of going on, and of each change, for the person of a case."""
    tree = await run_in_threadpool(_tree_of, await text_of(request))
    given = tree.get("changes")
    if not isinstance(given, list) or not given or len(given) > _MOST_CHANGES:
        raise InputError([Fault("changes", "something else", f"a list of 1 to {_MOST_CHANGES} changes")])
    case = await run_in_threadpool(case_from_tree, tree.get("case"))  # pyright: ignore[reportArgumentType]
    changes = [Change.from_tree(entry, f"changes[{place}]") for place, entry in enumerate(given)]
    found = []
    for change in changes:
        asked = Asked(case, _crowd(request, people or workshop(request).settings.first_people), seed)
        job = workshop(request).submit_forecast(asked, change, owner=owner(request))
        found.append({"change": change.to_tree(), **(await finished(request, job)).to_tree()})
    return JSONResponse({"schema": "epsom.comparison/1", "forecasts": found})


_MOST_CHANGES = 12

Format = Literal["json", "csv", "netcdf", "omex"]


@router.post(
    "/simulate",
    responses=_gives(
        "Simulation", "The measures of the group, or every person's values.",
        **{"text/csv": {}, "application/x-netcdf": {}, "application/zip": {}},
    ),
    openapi_extra=_reads("Scenario"),
)  # fmt: skip
async def simulate(
    request: Request,
    people: Crowd = None,
    seed: Annotated[
        int | None, Query(ge=0, le=2**63 - 1, description="Replaces the scenario's seed.")
    ] = None,
    format: Annotated[Format, Query(description="What is given back.")] = "json",
) -> Response:
    """Run a group of virtual people through a protocol. Who hangs up frees the work."""
    scenario = await run_in_threadpool(load_scenario, await text_of(request))
    changes = {name: value for name, value in (("count", people), ("seed", seed)) if value is not None}
    if changes:
        scenario = scenario.model_copy(update={"people": scenario.people.model_copy(update=changes)})
    check_size(request, scenario)
    if format == "omex":
        return Response(await run_in_threadpool(omex_of, request, scenario), media_type="application/zip")
    results = await finished(request, workshop(request).submit_simulation(scenario, owner=owner(request)))
    if format == "netcdf":
        return Response(await run_in_threadpool(netcdf_of, results), media_type="application/x-netcdf")
    if format == "csv":
        return Response(await run_in_threadpool(csv_of, results), media_type="text/csv")
    return JSONResponse(results.record().to_tree())


@router.get("/explain/{name}", responses={200: {"description": "What it is."}, 404: _PROBLEM, **_ERRORS})
async def explain(name: str) -> dict[str, Any]:
    """Say what a name means: a symptom, form, test, measure, pathway, parameter or source."""
    found = await run_in_threadpool(explanation, name)
    if found is None:
        raise Problem(
            "not-found", "No symptom, form, test, measure, pathway, parameter or source has that name."
        )
    return found


@router.get("/names", responses={200: {"description": "Every name that documents may use."}})
async def all_names() -> dict[str, Any]:
    """List every name that documents may use, with its plain words."""
    return _names()


_PLAIN_TEXT = {"text/plain": {"schema": {"type": "string"}}}


@router.post(
    "/label", responses={200: {"description": "What was understood."}, **_ERRORS},
    openapi_extra={"requestBody": {"required": True, "content": _PLAIN_TEXT}},
)  # fmt: skip
async def label(request: Request) -> dict[str, Any]:
    """Read the words of a product's label: form, dose, what the dose counts, and what must be asked."""
    return asdict(read_label(await text_of(request)))


# ---- Bodies and limits


async def text_of(request: Request) -> str:
    """The body as text.

    Raises
    ------
    Problem, InputError
        If it is of another kind, or no text.
    """
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind not in ("application/json", "application/yaml", "text/yaml", "application/x-yaml", "text/plain"):
        raise Problem("wrong-type")
    try:
        # A line break tells the reader that this is the text itself and never the name of a file.
        return (await request.body()).decode("utf-8") + "\n"
    except UnicodeDecodeError:
        raise InputError([Fault("the body", "bytes that are no UTF-8", "a text in UTF-8")]) from None


def _tree_of(text: str) -> dict[str, Any]:
    scan = scan_text(text)
    if scan.findings:
        raise InputError(scan.document.fault(finding) for finding in scan.findings)
    return scan.document.tree


def owner(request: Request) -> str:
    """Who asks, for fairness: the address the request came from, kept nowhere else."""
    return f"address {request.client.host}" if request.client else "nobody"


def _crowd(request: Request, people: int | None) -> int:
    limits = workshop(request).settings
    if people is not None and people > limits.most_people:
        raise InputError([Fault("people", str(people), f"at most {limits.most_people} here")])
    return people or limits.people


def check_size(request: Request, scenario: Scenario) -> None:
    """Refuse a group that is too large for a page.

    Raises
    ------
    InputError
        If it is.
    """
    most = workshop(request).settings.most_simulated
    if scenario.people.count > most:
        hint = "larger groups run on the command line"
        raise InputError([Fault("people.count", str(scenario.people.count), f"at most {most} here", hint)])


# ---- What a simulated group is given back as


def netcdf_of(results: Results) -> bytes:
    """Every person's values as a netCDF file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "people.nc"
        results.save(path)
        return path.read_bytes()


def csv_of(results: Results) -> str:
    """Every person's values as a table: one row per person, one column per measure and day."""
    asked = [(m.name, day) for m in results.scenario.measures for day in m.days]
    units = [names.MEASURES[m.name].unit for m in results.scenario.measures for _ in m.days]
    header = [f"{name} day {day:g} [{unit}]" for (name, day), unit in zip(asked, units, strict=True)]
    control = results.control
    if control is not None:
        header += [f"{text} without" for text in header]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["person", "status", *header])
    for row, index in enumerate(results.indices):
        values = [*results.values[row], *(control[row] if control is not None else ())]
        cells = ["" if np.isnan(value) else repr(float(value)) for value in values]
        writer.writerow([int(index), int(results.status[row]), *cells])
    return out.getvalue()


def omex_of(request: Request, scenario: Scenario) -> bytes:
    """The first person of a scenario as an OMEX archive of SBML and SED-ML."""
    from epsom.interfaces.sbml.archive import omex
    from epsom.interfaces.sbml.person import draw_person

    return omex(draw_person(scenario, 0, workshop(request).engine))


@cache
def _names() -> dict[str, Any]:
    def told(known: tuple[str, ...], say: Any) -> list[dict[str, Any]]:
        return [{"name": name, "words": say(name)} for name in known]

    return {
        "symptoms": told(names.SYMPTOMS, wording.symptom_words),
        "conditions": told(names.CONDITIONS, wording.condition_words),
        "red_flags": told(names.RED_FLAGS, wording.flag_words),
        "labs": told(names.LABS, words.LABS.__getitem__),
        "causes": told(names.CAUSES, words.CAUSES.__getitem__),
        "pathways": told(names.PATHWAYS, words.PATHWAYS.__getitem__),
        "actions": told(names.ACTIONS, words.ACTIONS.__getitem__),
        "measures": [
            {"name": name, "words": words.MEASURES[name], "unit": measure.unit}
            for name, measure in names.MEASURES.items()
        ],
        "forms": [
            {"name": name, "words": words.form(name), "formula": made.formula,
             "synonyms": list(made.synonyms),
             "elemental_fraction": made.elemental_fraction}
            for name, made in compositions().items()
        ],
        "reasons": list(names.REASONS), "routes": list(names.ROUTES),
    }  # fmt: skip
