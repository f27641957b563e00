"""Files a command will write: checked before the work, written whole after it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from epsom.core.faults import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Document = TypeVar("Document")


def load_with_targets(load: Callable[[], Document], **targets: Path | None) -> Document:
    """Read the input and check where results will go, every fault of both at once.

    Raises
    ------
    InputError
        With all of them.
    """
    faults = [
        fault
        for name, path in targets.items()
        if path is not None
        for fault in target_faults(f"--{name}", path)
    ]
    try:
        document = load()
    except InputError as error:
        raise InputError([*error.faults, *faults]) from None
    if faults:
        raise InputError(faults)
    return document


def target_faults(option: str, path: Path) -> list[Fault]:
    """What keeps a file from being written at ``path``."""
    folder = path.parent
    if path.is_dir():
        return [Fault(option, f"{path} is a folder", "the name of a file")]
    if not folder.is_dir():
        return [Fault(option, f"the folder {folder} does not exist", "a file in a folder that exists")]
    if not os.access(folder, os.W_OK | os.X_OK):
        return [
            Fault(option, f"the folder {folder} cannot be written", "a file in a folder that can be written")
        ]
    return []
