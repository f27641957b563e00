"""The laboratory: a group of virtual people under a protocol, from a few fields or a scenario file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from epsom.core import names
from epsom.core.documents import load_scenario
from epsom.core.faults import InputError
from epsom.interfaces import words
from epsom.interfaces.report import simulation
from epsom.interfaces.report.page import citations
from epsom.interfaces.web.access import fields, workshop
from epsom.interfaces.web.api import check_size, csv_of, netcdf_of, omex_of
from epsom.interfaces.web.fields import number
from epsom.interfaces.web.kept import Kept
from epsom.interfaces.web.overlays import by_topic, studies
from epsom.interfaces.web.problems import Problem, problem_of
from epsom.interfaces.web.rendering import page
from epsom.interfaces.web.view_group import group_figures

if TYPE_CHECKING:
    from epsom.core.records import Scenario
    from epsom.interfaces.web.kept import Shelf
    from epsom.simulation.results import Results

router = APIRouter(prefix="/laboratory", include_in_schema=False)

#: What the fields hold when the page is opened.
_START = {
    "count": "200", "age": "", "female": "50", "egfr": "", "diet": "310", "form": "citrate", "dose": "300",
    "times": "1", "start_day": "7", "stop_day": "21", "duration": "28", "control": "on",
    "measure-serum_magnesium": "on", "measure-urine_magnesium": "on", "measure-diarrhea": "on",
}  # fmt: skip
_FILES = {
    "people.nc": (netcdf_of, "application/x-netcdf"), "people.csv": (csv_of, "text/csv"),
}  # fmt: skip


def runs(request: Request) -> Shelf[Scenario]:
    """The simulated groups that this server holds."""
    return request.app.state.runs


@router.get("")
async def start() -> HTMLResponse:
    """The bench, with a scenario to begin with."""
    return _bench(_START, scenario_text(_START))


@router.post("/build")
async def build(request: Request) -> HTMLResponse:
    """The scenario that the fields make, to look at and to change before it is run."""
    given = await fields(request)
    return _bench(given, scenario_text(given), note="The scenario is written from the fields.")


@router.post("/study")
async def study(request: Request) -> HTMLResponse:
    """The scenario of a published study, to look at and to change before it is run."""
    given = await fields(request)
    chosen = studies().get(given.get("study", ""))
    if chosen is None:
        return _bench(given, given.get("scenario", ""), note="Choose a study first.")
    return _bench(given, text_of(chosen.scenario()), note=f"{chosen.title}. {chosen.says}")


@router.post("/again")
async def again(request: Request) -> HTMLResponse:
    """The bench with the scenario of a run."""
    given = await fields(request)
    return _bench(_START | given, given.get("scenario", ""))


@router.post("/run")
async def run(request: Request) -> Response:
    """Run the scenario in the box."""
    given = await fields(request)
    text = given.get("scenario", "") or scenario_text(given)
    try:
        scenario = await run_in_threadpool(load_scenario, text + "\n")
        check_size(request, scenario)
    except InputError as error:
        return _bench(given, text, error=error, status=422)
    kept: Kept[Scenario] = Kept(scenario, (), extra={"study": given.get("study", "")})
    shop = workshop(request)
    unheard = shop.settings.unheard_seconds
    kept.jobs = (shop.submit_simulation(scenario, owner=f"page {kept.id}", unheard_seconds=unheard),)
    runs(request).put(kept)
    return RedirectResponse(f"/laboratory/run/{kept.id}", status_code=303)


@router.get("/run/{name}")
async def result(request: Request, name: str) -> HTMLResponse:
    """The group as far as it has come, or what was measured."""
    kept = runs(request).held(name)
    job = kept.jobs[0]
    shown = None
    if job.state == "done":
        shown = await run_in_threadpool(_shown, kept)
    problem = problem_of(job.error).to_tree() if job.state in ("failed", "canceled") else None
    return page(
        "run.html.j2", kept=kept, shown=shown, state=_state(request, kept), problem=problem,
        text=text_of(kept.asked.to_tree()),
    )  # fmt: skip


@router.get("/run/{name}/state")
async def state(request: Request, name: str) -> JSONResponse:
    """How far the group has come; to ask is also to say that one still waits."""
    return JSONResponse(_state(request, runs(request).held(name)))


@router.get("/run/{name}/{file}")
async def download(request: Request, name: str, file: str) -> Response:
    """What was computed, as a file: netCDF and CSV of every person, an OMEX archive of the first one."""
    kept = runs(request).held(name)
    if kept.jobs[0].state != "done":
        raise Problem("gone", "This group is not worked out yet.")
    if file == "person.omex":
        content, kind = await run_in_threadpool(omex_of, request, kept.asked), "application/zip"
    elif file in _FILES:
        make, kind = _FILES[file]
        content = await run_in_threadpool(make, kept.jobs[0].result)
    else:
        raise Problem("not-found")
    return Response(
        content, media_type=kind, headers={"content-disposition": f'attachment; filename="{file}"'}
    )


@router.post("/run/{name}/stop")
async def stop(request: Request, name: str) -> Response:
    """Stop a group and drop it."""
    runs(request).forget(name)
    return RedirectResponse("/laboratory", status_code=303)


def _bench(
    given: dict[str, str], text: str, *, error: InputError | None = None, note: str = "",
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    return page(
        "laboratory.html.j2", status=status, given=given, text=text, note=note,
        faults=error.faults if error else (), measures=list(words.MEASURES.items()),
        forms=[(name, words.sentence(words.form(name))) for name in names.FORMS], studies=by_topic(),
    )  # fmt: skip


def _shown(kept: Kept[Scenario]) -> dict[str, Any]:
    if "shown" not in kept.extra:
        from epsom.simulation.results import sources_used

        results: Results = kept.jobs[0].result
        record = results.record()
        scenario = kept.asked
        chosen = studies().get(kept.extra["study"])
        published = [chosen] if chosen else []
        told = simulation.section(scenario, record, results.without_balance, sources_used())
        kept.extra["shown"] = told | {
            "figures": group_figures(record, published), "published": published,
            "sources": citations([*(study.source for study in published), *told["cites"]]),
        }  # fmt: skip
    return kept.extra["shown"]


def _state(request: Request, kept: Kept[Scenario]) -> dict[str, Any]:
    job = kept.jobs[0]
    ahead = workshop(request).simulating.position(job) if job.state == "waiting" else 0
    if job.state == "waiting":
        doing = f"Waiting in line: {words.count(ahead, 'group')} before yours."
    elif job.state == "running":
        doing = f"{job.done:,} of {words.count(job.total, 'person', 'people')} simulated."
    else:
        doing = "Done."
    return {
        "shown": 0 if job.state == "done" else None, "stages": 1, "ended": job.ended.is_set(),
        "failed": job.state in ("failed", "canceled"), "ahead": ahead, "doing": doing,
        "done": job.done, "total": job.total,
    }  # fmt: skip


# ---- From the fields to a scenario


def scenario_text(given: dict[str, str]) -> str:
    """The scenario that the fields make, as YAML."""
    return text_of(scenario_tree(given))


def text_of(tree: dict[str, Any]) -> str:
    """A scenario as YAML."""
    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=90, default_flow_style=None)


def scenario_tree(given: dict[str, str]) -> dict[str, Any]:
    """The tree that the fields make; what is no number stays text, for the record to refuse."""
    filled = {name: value.strip() for name, value in given.items() if value.strip()}
    people: dict[str, Any] = {"count": _number(filled.get("count", "1"))}
    if "age" in filled:
        people["age"] = _number(filled["age"])
    if "female" in filled:
        share = _number(filled["female"])
        people["sex"] = {"female": share / 100 if isinstance(share, int | float) else share}
    if "egfr" in filled:
        people["egfr"] = f"{filled['egfr']} mL/min/1.73m2"
    tree: dict[str, Any] = {"schema": "epsom.scenario/1", "people": people}
    if "diet" in filled:
        tree["diet"] = {"magnesium": f"{filled['diet']} mg/day"}
    if "form" in filled and "dose" in filled:
        tree["supplements"] = [_supplement(filled)]
    tree["duration"] = f"{filled.get('duration', '28')} d"
    tree["control"] = "control" in filled
    tree["measures"] = _measures(filled)
    return tree


def _supplement(filled: dict[str, str]) -> dict[str, Any]:
    item: dict[str, Any] = {"form": filled["form"], "dose": f"{filled['dose']} mg", "dose_of": "elemental"}
    for key, name in (("times_per_day", "times"), ("start_day", "start_day"), ("stop_day", "stop_day")):
        if name in filled:
            item[key] = _number(filled[name])
    return item


def _measures(filled: dict[str, str]) -> list[dict[str, Any]]:
    """The chosen measures on about fourteen days; a rate needs its whole day."""
    end = _number(filled.get("duration", "28"))
    last = int(end) if isinstance(end, int | float) else 1
    step = max(1, round(last / 14))
    chosen = [name for name in names.MEASURES if f"measure-{name}" in filled] or ["serum_magnesium"]
    found = []
    for name in chosen:
        final = last - 1 if _is_over_day(name) else last
        found.append({"name": name, "days": sorted({*range(0, final + 1, step), max(final, 0)})})
    return found


def _is_over_day(name: str) -> bool:
    return any(known == name and unit.over_day for known, unit in names.MEASURES.items())


def _number(text: str) -> int | float | str:
    """As `epsom.interfaces.web.fields.number`, whole numbers kept whole."""
    value = number(text)
    return int(value) if isinstance(value, float) and value.is_integer() else value
