"""From whatever goes wrong to a plain message and the contract's exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import typer

from epsom.core.faults import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, OTHER, INVALID = 0, 1, 2

#: Typer carries its own Click or uses the installed one; this is the right class either way.
_USAGE: Any = typer.BadParameter.__base__


class Stopped(Exception):  # noqa: N818  (a request, not an error)
    """The user asked to stop."""


class Unable(Exception):  # noqa: N818  (its text is all there is to say)
    """The work cannot be done for a reason that a sentence explains."""


def guarded(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; no exception leaves."""
    debug = "--debug" in arguments or os.environ.get("EPSOM_DEBUG", "") not in ("", "0")
    kept = [argument for argument in arguments if argument != "--debug"]
    as_json = "--json" in kept
    try:
        code = app(args=kept or ["--help"], prog_name="epsom", standalone_mode=False)
        sys.stdout.flush()
    except InputError as error:
        code = report_faults(error.faults, as_json=as_json)
    except _USAGE as error:
        code = _misused(error, as_json=as_json)
    except (Stopped, KeyboardInterrupt, typer.Abort):
        _say("Stopped. Nothing was written.")
        code = OTHER
    except BrokenPipeError:
        # The reader of our output has gone; so that Python does not complain again at its end:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = OTHER
    except Exception as error:
        code = _unexpected(error, debug=debug)
    return code if isinstance(code, int) else DONE


def report_faults(faults: Sequence[Fault], *, as_json: bool) -> int:
    """Write the faults of an input where they belong and return the exit code of an invalid input."""
    if as_json:
        import json

        keys = ("where", "got", "expected", "hint")
        tree = {"faults": [{key: getattr(fault, key) for key in keys} for fault in faults]}
        typer.echo(json.dumps(tree, indent=2, ensure_ascii=False))
    else:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        _say(
            f"The input is invalid: {count}. Nothing was computed.\n"
            + "\n".join(str(fault) for fault in faults)
        )
    return INVALID


def _misused(error: Any, *, as_json: bool) -> int:
    """A wrong command line is an invalid input too."""
    message = error.format_message()
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "epsom"
    fault = _fault_of_option(error, command, message)
    if as_json:
        return report_faults([fault], as_json=True)
    _say(f"{message}\nSee '{command} --help'.")
    return INVALID


def _fault_of_option(error: Any, command: str, message: str) -> Fault:
    """The fault behind a wrong option, as far as the parser tells what it got."""
    parameter, cause = getattr(error, "param", None), error.__cause__
    where = max(parameter.opts, key=len) if parameter is not None else command
    if callable(getattr(cause, "errors", None)):
        first = cause.errors()[0]
        return Fault(where, repr(first.get("input")), first.get("msg", message), f"see '{command} --help'")
    return Fault(where, message, f"what '{command} --help' says")


def _unexpected(error: Exception, *, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exception(error)
    _say(_explained(error))
    if not debug and not isinstance(error, Unable):
        _say("To see where it arose, run it again with --debug. If it stays, report it with that output.")
    return OTHER


def _explained(error: Exception) -> str:
    if isinstance(error, Unable):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return (
            f"Epsom needs the package {error.name}, which is not installed. Try: pip install 'epsom[plots]'"
        )
    if isinstance(error, OSError) and error.filename is not None:
        return f"Could not use {error.filename}: {(error.strerror or str(error)).lower()}."
    return f"Something unexpected went wrong: {type(error).__name__}: {error}"


def _say(text: str) -> None:
    typer.echo(text, err=True)
