"""Problem details (RFC 9457): the one shape of every error of the HTTP API, and of the page's own errors."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from epsom.core.faults import InputError
from epsom.interfaces.web.desk import Canceled, Full, TooLong

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from epsom.core.faults import Fault

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its status, and what happened and what to try in one sentence each."""

    status: int
    title: str
    advice: str


#: By the last part of its type, which is a page of the server that says the same.
KINDS: Mapping[str, Kind] = MappingProxyType({
    "invalid-input": Kind(422, "The input is invalid", "Mend what is listed; nothing was computed."),
    "not-found": Kind(404, "There is nothing here", "Look at the address."),
    "gone": Kind(410, "This answer is gone", "Answers are held in memory for a short time only. Ask again."),
    "wrong-method": Kind(405, "This address is not asked that way", "See the list of addresses."),
    "wrong-type": Kind(415, "This kind of content is not read", "Send JSON or YAML."),
    "too-large": Kind(413, "The request is too large", "Send less than a million bytes."),
    "foreign": Kind(403, "The request comes from another page", "Open the page of this server itself."),
    "busy": Kind(503, "Too many people wait already", "Try again in a minute."),
    "too-long": Kind(503, "The work took too long and was stopped", "Ask for fewer people or fewer days."),
    "canceled": Kind(503, "The work was stopped, because nobody waited for it", "Ask again."),
    "failed": Kind(500, "Something went wrong inside", "Try again; if it stays, report it."),
})  # fmt: skip


class Problem(Exception):  # noqa: N818  (named by RFC 9457)
    """A request that cannot be answered.

    Parameters
    ----------
    name
        A key of `KINDS`.
    detail
        What happened this time; never anything a person entered but what the faults show to them.
    faults
        Of an invalid input.
    """

    def __init__(self, name: str, detail: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(name)
        self.name, self.kind, self.faults = name, KINDS[name], tuple(faults)
        self.detail = detail or self.kind.advice

    def to_tree(self) -> dict[str, Any]:
        """The members of RFC 9457, and ``faults`` as the command line prints them."""
        tree: dict[str, Any] = {
            "type": f"/problems/{self.name}", "title": self.kind.title, "status": self.kind.status,
            "detail": self.detail,
        }  # fmt: skip
        if self.faults:
            keys = ("where", "got", "expected", "hint")
            tree["faults"] = [{key: getattr(fault, key) for key in keys} for fault in self.faults]
        return tree


def problem_of(error: BaseException | None) -> Problem:
    """The problem behind an exception."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, InputError):
        count = len(error.faults)
        found = "1 fault was found" if count == 1 else f"{count} faults were found"
        return Problem("invalid-input", f"{found}; nothing was computed.", error.faults)
    names: dict[type[BaseException], str] = {Full: "busy", TooLong: "too-long", Canceled: "canceled"}
    return Problem(next((name for kind, name in names.items() if isinstance(error, kind)), "failed"))


def problem_of_status(status: int) -> Problem:
    """The problem of a status that the router itself gave."""
    names = {404: "not-found", 405: "wrong-method", 413: "too-large", 415: "wrong-type"}
    name = names.get(status, "invalid-input" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "failed")
    return Problem(name)
