"""What every page needs of its server: the workshop, what is held, the fields of a form, a job's end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from epsom.interfaces.web.problems import Problem, problem_of

if TYPE_CHECKING:
    from fastapi import Request

    from epsom.core.records import Case
    from epsom.interfaces.web.desk import Job
    from epsom.interfaces.web.fields import Fields
    from epsom.interfaces.web.kept import Shelf
    from epsom.interfaces.web.work import Workshop


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


async def fields(request: Request) -> Fields:
    """The texts of a posted form."""
    form = await request.form(max_files=0, max_fields=2000)
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def finished(request: Request, job: Job) -> Any:
    """Wait for a job; when the asker goes away it is stopped.

    Raises
    ------
    Problem
        If it did not end well.
    """
    while not job.ended.is_set():
        if await request.is_disconnected():
            job.cancel()
        await asyncio.sleep(0.02)
    if job.state != "done":
        raise problem_of(job.error) if job.error else Problem("canceled")
    return job.result
