"""The page: the questions, the wait, the answer. Forms are posted, so that all of it works without script."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import yaml
from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from epsom.core import names
from epsom.core.documents import case_from_tree
from epsom.core.faults import Fault, InputError
from epsom.core.reader import scan_text
from epsom.core.records import Case
from epsom.guidance import wording
from epsom.interfaces import words
from epsom.interfaces.web.fields import Draft, Fields, draft_of, fields_of
from epsom.interfaces.web.forecasts import Change, forecast_view
from epsom.interfaces.web.kept import Kept
from epsom.interfaces.web.labels import read_label
from epsom.interfaces.web.problems import Problem, problem_of
from epsom.interfaces.web.rendering import page
from epsom.interfaces.web.view import answer_view, rules_view
from epsom.interfaces.web.work import Asked, Workshop, by_the_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epsom.interfaces.web.desk import Job
    from epsom.interfaces.web.kept import Shelf

router = APIRouter(include_in_schema=False)

#: Symptoms in the groups in which they are asked for.
SYMPTOM_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Stomach and bowel": (
        "diarrhea", "abdominal_cramps", "abdominal_pain", "nausea", "vomiting", "bloating", "constipation",
    ),
    "Muscles and pain": (
        "low_back_pain", "muscle_pain", "muscle_cramps", "muscle_spasm", "muscle_tension", "muscle_weakness",
        "leg_pain", "tetany", "headache",
    ),
    "Nerves and mood": (
        "paresthesia", "tremor", "unsteady_gait", "reduced_reflexes", "lethargy", "drowsiness", "confusion",
        "seizure", "unconsciousness",
    ),
    "Heart, breath and the whole body": (
        "palpitations", "slow_heartbeat", "low_blood_pressure", "breathing_difficulty", "dizziness", "flushing",
        "fatigue", "malaise",
    ),
}  # fmt: skip
#: Symptoms most people ask about, listed first.
_USUAL_QUESTIONS = (
    "low_back_pain", "muscle_cramps", "diarrhea", "muscle_weakness", "fatigue", "muscle_pain",
)  # fmt: skip
#: Blank rows offered beyond those filled in.
_SPARE = {"product": 3, "drug": 4, "lab": 4}


@dataclass(frozen=True)
class Question:
    """What a person asked on the page: the case, and the fields to show again."""

    case: Case
    fields: Fields


def workshop(request: Request) -> Workshop:
    """The workshop of this server."""
    return request.app.state.workshop


def answers(request: Request) -> Shelf[Question]:
    """The answers that this server holds."""
    return request.app.state.answers


# ---- The questions


@router.get("/")
async def start(request: Request) -> HTMLResponse:
    """The questions, empty."""
    return questions(request, {})


@router.post("/ask")
async def again(request: Request) -> HTMLResponse:
    """The questions, filled in as they were."""
    return questions(request, await fields(request))


@router.post("/open")
async def open_file(request: Request, file: Annotated[UploadFile, File()]) -> HTMLResponse:
    """The questions, filled in from a case file."""
    try:
        text = (await file.read()).decode("utf-8-sig")
        tree = await run_in_threadpool(lambda: scan_text(text).document.tree)
    except (UnicodeDecodeError, InputError) as error:
        faults = error.faults if isinstance(error, InputError) else (_NO_TEXT,)
        return questions(request, {}, faults=faults, status=422)
    shown = fields_of(tree)
    note = "The file is open. Look through the steps, then ask."
    return questions(request, shown, faults=_faults_of(tree), note=note)


_NO_TEXT = Fault("the file", "something that is no text", "a case file in YAML or JSON", "look for another file")


@router.post("/case-file")
async def save(request: Request) -> Response:
    """What was filled in, as a case file, whole or not."""
    tree = draft_of(await fields(request)).tree
    text = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=110)
    head = {"content-disposition": 'attachment; filename="magnesium-case.yaml"'}
    return Response(f"# A case for Epsom\n{text}", media_type="application/yaml", headers=head)


@router.post("/now")
async def now(request: Request) -> HTMLResponse:
    """What the rules say of what is filled in so far; nothing where that is not enough."""
    try:
        case = case_from_tree(draft_of(await fields(request)).tree)
    except InputError:
        return HTMLResponse("")
    record = await run_in_threadpool(by_the_rules, case)
    return page(request, "now.html.j2", told=rules_view(record, case))


@router.post("/label")
async def label(request: Request) -> JSONResponse:
    """The words of a product's label, read."""
    return JSONResponse(asdict(read_label((await fields(request)).get("label", ""))))


async def fields(request: Request) -> Fields:
    """The texts of a posted form."""
    form = await request.form(max_files=0, max_fields=2000)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def questions(
    request: Request, given: Fields, *, faults: tuple[Fault, ...] = (), note: str = "", status: int = 200
) -> HTMLResponse:
    """The page of questions."""
    # The person's day where the browser tells it; this machine's where it does not.
    given = {"question": names.DEFAULT_QUESTION, "asked_on": date.today().isoformat()} | given
    draft = draft_of(given)
    placed = [(draft.field_of(fault.where), fault) for fault in faults]
    return page(
        request, "ask.html.j2", status=status, given=given, faults=placed, note=note,
        wrong={name: fault for name, fault in placed if name}, lists=_lists(),
        rows={kind: _rows(given, kind) for kind in _SPARE},
    )  # fmt: skip


def _rows(given: Fields, kind: str) -> int:
    """How many rows of a kind the form shows."""
    numbers = [int(name.split("-")[1]) for name in given if name.startswith(f"{kind}-")]
    return max(numbers, default=-1) + 1 + _SPARE[kind]


@cache
def _lists() -> dict[str, Any]:
    """What may be chosen, each as pairs of name and words."""
    symptom = {name: words.sentence(wording.symptom_words(name)) for name in names.SYMPTOMS}
    others = sorted(set(names.SYMPTOMS) - set(_USUAL_QUESTIONS), key=lambda name: symptom[name])
    condition = {name: words.sentence(wording.condition_words(name)) for name in names.CONDITIONS}
    return {
        "usual": [(name, symptom[name]) for name in _USUAL_QUESTIONS],
        "others": [(name, symptom[name]) for name in others],
        "groups": {
            group: [(name, symptom[name]) for name in members] for group, members in SYMPTOM_GROUPS.items()
        },
        "flags": [(name, words.sentence(wording.flag_words(name))) for name in names.RED_FLAGS],
        "conditions": sorted(condition.items(), key=lambda pair: pair[1]),
        "forms": [(name, words.sentence(words.form(name))) for name in names.FORMS],
        "reasons": [(name, words.sentence(words.plain(name))) for name in names.REASONS],
        "routes": [(name, words.sentence(_ROUTES[name])) for name in names.ROUTES],
        "labs": list(words.LABS.items()),
        "courses": [(name, words.sentence(_COURSES[name])) for name in names.COURSES],
    }


_COURSES = {"new": "new", "worse": "getting worse", "same": "about the same", "better": "getting better"}
_ROUTES = {
    "oral": "by mouth", "intravenous": "into a vein", "rectal": "rectal", "intramuscular": "into a muscle",
}  # fmt: skip


# ---- The answer


@router.post("/answer")
async def ask(request: Request) -> Response:
    """Take a question; its answer has an address of its own, which says nothing of the person."""
    given = await fields(request)
    draft = with_labels(given)
    try:
        case = await run_in_threadpool(case_from_tree, draft.tree)
    except InputError as error:
        return questions(request, given, faults=error.faults, status=422)
    kept = answers(request).put(_submitted(request, Question(case, given)))
    return RedirectResponse(f"/answer/{kept.id}", status_code=303)


def with_labels(given: Fields) -> Draft:
    """The draft; where a product has label words but no form, they are read first."""
    for name in [name for name in given if name.endswith("-label") and name.startswith("product-")]:
        prefix = name.removesuffix("label")
        if given[name].strip() and not given.get(f"{prefix}form"):
            found = read_label(given[name])
            read = {"form": found.form, "dose": found.dose, "dose_of": found.dose_of}
            given |= {prefix + key: value for key, value in read.items() if value and not given.get(prefix + key)}
    return draft_of(given)


def _submitted(request: Request, question: Question) -> Kept[Question]:
    """Put a question in the line: a quick answer from few people, a finer one behind it."""
    shop, limits = workshop(request), workshop(request).settings
    kept: Kept[Question] = Kept(question, ())
    owner = f"page {kept.id}"
    sizes = dict.fromkeys((limits.first_people, limits.people)) if question.case.is_adult else (1,)
    jobs = [
        shop.submit_assessment(
            Asked(question.case, people), owner=owner, unheard_seconds=limits.unheard_seconds
        )
        for people in sizes
    ]
    kept.jobs = tuple(jobs)
    return kept


@router.get("/answer/{name}")
async def answer(request: Request, name: str) -> HTMLResponse:
    """The answer as far as it is known: the rules at once, the simulated body when it is done."""
    kept = _held(request, name)
    best = _best(kept)
    if best is None:
        told = await run_in_threadpool(_rules, kept)
        job = kept.jobs[0]
        problem = problem_of(job.error).to_tree() if job.state in ("failed", "canceled") else None
        return page(request, "waiting.html.j2", told=told, kept=kept, problem=problem, state=_state(request, kept))
    shown = await run_in_threadpool(_shown, kept, best)
    return page(
        request, "answer.html.j2", answer=shown, kept=kept, state=_state(request, kept),
        change=Change.of(kept.asked.case), lists=_lists(), forecast=None,
    )  # fmt: skip


@router.get("/answer/{name}/state")
async def state(request: Request, name: str) -> JSONResponse:
    """How far the work is; to ask is also to say that one still waits."""
    return JSONResponse(_state(request, _held(request, name)))


@router.post("/answer/{name}/compare")
async def compare(request: Request, name: str) -> HTMLResponse:
    """What would come of another dose, form or way of taking, or of stopping."""
    kept = _held(request, name)
    best = _best(kept)
    if best is None:
        raise Problem("gone")
    change = Change.read(await fields(request))
    job = workshop(request).submit_forecast(Asked(kept.asked.case, kept.jobs[best].result.record.model.people),
                                            change, owner=kept.id)  # fmt: skip
    found = await finished(request, job)
    record = kept.jobs[best].result.record
    view = await run_in_threadpool(forecast_view, found, kept.asked.case, record, change)
    if "x-fragment" in request.headers:
        return page(request, "forecast.html.j2", forecast=view)
    shown = await run_in_threadpool(_shown, kept, best)
    return page(
        request, "answer.html.j2", answer=shown, kept=kept, state=_state(request, kept), change=change,
        lists=_lists(), forecast=view,
    )  # fmt: skip


@router.get("/answer/{name}/report")
async def report(request: Request, name: str) -> HTMLResponse:
    """The printable report: one file that loads nothing."""
    kept, record_answer = _finished(request, name)
    text = await run_in_threadpool(_report, kept, record_answer)
    policy = text.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
    return HTMLResponse(text, headers={"content-security-policy": policy.replace("&#39;", "'")})


def _report(kept: Kept[Question], found: Any) -> str:
    from epsom.interfaces.report.assessment import section
    from epsom.interfaces.report.page import render

    record = found.record
    course = found.findings.course if found.findings is not None else None
    title = f"Magnesium and {words.symptom(record.question)}"
    return render(title, f"Asked on {record.asked_on}.", [section(record, kept.asked.case, course)])


@router.get("/answer/{name}/answer.json")
async def document(request: Request, name: str) -> Response:
    """The answer as the contract's document."""
    _, found = _finished(request, name)
    head = {"content-disposition": 'attachment; filename="magnesium-answer.json"'}
    text = json.dumps(found.record.to_tree(), indent=2, ensure_ascii=False)
    return Response(text + "\n", media_type="application/json", headers=head)


@router.post("/answer/{name}/forget")
async def forget(request: Request, name: str) -> Response:
    """Drop an answer and whatever is being worked out for it."""
    answers(request).forget(name)
    return RedirectResponse("/", status_code=303)


async def finished(request: Request, job: Job) -> Any:
    """Wait for a job; when the asker goes away it is stopped.

    Raises
    ------
    Problem
        If it did not end well.
    """
    import asyncio

    while not job.ended.is_set():
        if await request.is_disconnected():
            job.cancel()
        await asyncio.sleep(0.02)
    if job.state != "done":
        raise problem_of(job.error) if job.error else Problem("canceled")
    return job.result


def _held(request: Request, name: str) -> Kept[Question]:
    kept = answers(request).get(name)
    if kept is None:
        raise Problem("gone")
    return kept


def _finished(request: Request, name: str) -> tuple[Kept[Question], Any]:
    kept = _held(request, name)
    best = _best(kept)
    if best is None:
        raise Problem("gone", "This answer is not worked out yet.")
    return kept, kept.jobs[best].result


def _best(kept: Kept[Question]) -> int | None:
    """Which of the jobs has the finest answer so far."""
    return max((place for place, job in enumerate(kept.jobs) if job.state == "done"), default=None)


def _rules(kept: Kept[Question]) -> dict[str, Any]:
    case = kept.asked.case
    if "rules" not in kept.extra:
        kept.extra["rules"] = rules_view(by_the_rules(case), case)
    return kept.extra["rules"]


def _shown(kept: Kept[Question], best: int) -> dict[str, Any]:
    if best not in kept.extra:
        kept.extra[best] = answer_view(kept.jobs[best].result, kept.asked.case)
    return kept.extra[best]


def _state(request: Request, kept: Kept[Question]) -> dict[str, Any]:
    """How far the work is, in words that a page can show."""
    desk = workshop(request).assessing
    best = _best(kept)
    stage = next((place for place, job in enumerate(kept.jobs) if not job.ended.is_set()), None)
    job = kept.jobs[stage if stage is not None else -1]
    ahead = desk.position(job) if job.state == "waiting" else 0
    if job.state == "waiting":
        doing = f"Waiting in line: {words.count(ahead, 'answer')} before yours."
    elif job.state == "running":
        doing = words.sentence(job.doing or "simulating") + "."
    else:
        doing = "Done."
    failed = best is None and stage is None
    return {
        "shown": best, "stages": len(kept.jobs), "ended": stage is None, "failed": failed, "ahead": ahead,
        "doing": doing,
    }  # fmt: skip


def _faults_of(tree: dict[str, Any]) -> tuple[Fault, ...]:
    try:
        case_from_tree(tree)
    except InputError as error:
        return error.faults
    return ()
