"""The page of questions. Forms are posted, so that all of it works without script."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from epsom.core import names
from epsom.core.documents import case_from_tree, load_case
from epsom.core.faults import Fault, InputError
from epsom.core.reader import scan_text
from epsom.interfaces.web.access import Question, answers, fields
from epsom.interfaces.web.answers import submitted
from epsom.interfaces.web.choices import choices
from epsom.interfaces.web.fields import Draft, Fields, draft_of
from epsom.interfaces.web.labels import read_label
from epsom.interfaces.web.rendering import page
from epsom.interfaces.web.shown import fields_of
from epsom.interfaces.web.view import rules_view
from epsom.interfaces.web.work import by_the_rules

router = APIRouter(include_in_schema=False)

#: Blank rows offered beyond those filled in.
_SPARE = {"product": 3, "drug": 4, "lab": 4}


@router.get("/")
async def start() -> HTMLResponse:
    """The questions, empty."""
    return questions({})


@router.post("/ask")
async def again(request: Request) -> HTMLResponse:
    """The questions, filled in as they were."""
    return questions(await fields(request))


@router.post("/open")
async def open_file(file: Annotated[UploadFile, File()]) -> HTMLResponse:
    """The questions, filled in from a case file."""
    try:
        text = (await file.read()).decode("utf-8-sig")
        tree, faults = await run_in_threadpool(_opened, text)
    except (UnicodeDecodeError, InputError) as error:
        faults = error.faults if isinstance(error, InputError) else (_NO_TEXT,)
        return questions({}, faults=faults, status=422)
    note = "The file is open. Look through the steps, then ask."
    return questions(fields_of(tree), faults=faults, note=note, status=422 if faults else 200)


def _opened(text: str) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The tree of a file, and what is wrong with it as a case.

    Raises
    ------
    InputError
        If it has no tree at all.
    """
    # A line break tells the reader that this is the text itself.
    tree = scan_text(f"{text}\n").document.tree
    try:
        load_case(f"{text}\n")
    except InputError as error:
        return tree, error.faults
    return tree, ()


_NO_TEXT = Fault(
    "the file", "something that is no text", "a case file in YAML or JSON", "look for another file"
)


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
    return page("now.html.j2", told=rules_view(record, case))


@router.post("/label")
async def label(request: Request) -> JSONResponse:
    """The words of a product's label, read."""
    return JSONResponse(asdict(read_label((await fields(request)).get("label", ""))))


def questions(
    given: Fields, *, faults: tuple[Fault, ...] = (), note: str = "", status: int = 200
) -> HTMLResponse:
    """The page of questions."""
    # The person's day where the browser tells it; this machine's where it does not.
    given = {"question": names.DEFAULT_QUESTION, "asked_on": date.today().isoformat()} | given
    draft = draft_of(given)
    placed = [(draft.field_of(fault.where), fault) for fault in faults]
    return page(
        "ask.html.j2", status=status, given=given, faults=placed, note=note,
        wrong={name: fault for name, fault in placed if name}, lists=choices(),
        rows={kind: _rows(given, kind) for kind in _SPARE},
    )  # fmt: skip


def _rows(given: Fields, kind: str) -> int:
    """How many rows of a kind the form shows."""
    numbers = [int(name.split("-")[1]) for name in given if name.startswith(f"{kind}-")]
    return max(numbers, default=-1) + 1 + _SPARE[kind]


@router.post("/answer")
async def ask(request: Request) -> Response:
    """Take a question; its answer has an address of its own, which says nothing of the person."""
    given = await fields(request)
    draft = with_labels(given)
    try:
        case = await run_in_threadpool(case_from_tree, draft.tree)
    except InputError as error:
        return questions(given, faults=error.faults, status=422)
    kept = answers(request).put(submitted(request, Question(case, given)))
    return RedirectResponse(f"/answer/{kept.id}", status_code=303)


def with_labels(given: Fields) -> Draft:
    """The draft; where a product has label words but no form, they are read first."""
    for name in [name for name in given if name.endswith("-label") and name.startswith("product-")]:
        prefix = name.removesuffix("label")
        if given[name].strip() and not given.get(f"{prefix}form"):
            found = read_label(given[name])
            read = {"form": found.form, "dose": found.dose, "dose_of": found.dose_of}
            given |= {
                prefix + key: value for key, value in read.items() if value and not given.get(prefix + key)
            }
    return draft_of(given)
