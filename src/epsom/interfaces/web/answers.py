"""The page of an answer: the wait, the answer, what if, the report. Addresses say nothing of the person."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from epsom.interfaces import words
from epsom.interfaces.web.access import Question, answers, fields, finished, workshop
from epsom.interfaces.web.choices import choices
from epsom.interfaces.web.forecasts import Change, forecast_view
from epsom.interfaces.web.kept import Kept
from epsom.interfaces.web.problems import Problem, problem_of
from epsom.interfaces.web.rendering import page
from epsom.interfaces.web.view import answer_view, rules_view
from epsom.interfaces.web.work import Asked, by_the_rules

router = APIRouter(prefix="/answer", include_in_schema=False)


def submitted(request: Request, question: Question) -> Kept[Question]:
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


@router.get("/{name}")
async def answer(request: Request, name: str) -> HTMLResponse:
    """The answer as far as it is known: the rules at once, the simulated body when it is done."""
    kept = answers(request).held(name)
    best = _best(kept)
    if best is None:
        told = await run_in_threadpool(_rules, kept)
        job = kept.jobs[0]
        problem = problem_of(job.error).to_tree() if job.state in ("failed", "canceled") else None
        return page("waiting.html.j2", told=told, kept=kept, problem=problem, state=_state(request, kept))
    shown = await run_in_threadpool(_shown, kept, best)
    return page(
        "answer.html.j2", answer=shown, kept=kept, state=_state(request, kept),
        change=Change.of(kept.asked.case), lists=choices(), forecast=None,
    )  # fmt: skip


@router.get("/{name}/state")
async def state(request: Request, name: str) -> JSONResponse:
    """How far the work is; to ask is also to say that one still waits."""
    return JSONResponse(_state(request, answers(request).held(name)))


@router.post("/{name}/compare")
async def compare(request: Request, name: str) -> HTMLResponse:
    """What would come of another dose, form or way of taking, or of stopping."""
    kept = answers(request).held(name)
    best = _best(kept)
    if best is None:
        raise Problem("gone")
    change = Change.read(await fields(request))
    record = kept.jobs[best].result.record
    asked = Asked(kept.asked.case, record.model.people, record.model.seed)
    found = await finished(request, workshop(request).submit_forecast(asked, change, owner=kept.id))
    view = await run_in_threadpool(forecast_view, found, kept.asked.case, record, change)
    if "x-fragment" in request.headers:
        return page("forecast.html.j2", forecast=view)
    shown = await run_in_threadpool(_shown, kept, best)
    return page(
        "answer.html.j2", answer=shown, kept=kept, state=_state(request, kept), change=change,
        lists=choices(), forecast=view,
    )  # fmt: skip


@router.get("/{name}/report")
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


@router.get("/{name}/answer.json")
async def document(request: Request, name: str) -> Response:
    """The answer as the contract's document."""
    _, found = _finished(request, name)
    head = {"content-disposition": 'attachment; filename="magnesium-answer.json"'}
    text = json.dumps(found.record.to_tree(), indent=2, ensure_ascii=False)
    return Response(text + "\n", media_type="application/json", headers=head)


@router.post("/{name}/forget")
async def forget(request: Request, name: str) -> Response:
    """Drop an answer and whatever is being worked out for it."""
    answers(request).forget(name)
    return RedirectResponse("/", status_code=303)


def _finished(request: Request, name: str) -> tuple[Kept[Question], Any]:
    kept = answers(request).held(name)
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
    key = f"answer {best}"
    if key not in kept.extra:
        kept.extra[key] = answer_view(kept.jobs[best].result, kept.asked.case)
    return kept.extra[key]


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
