"""What takes long to make, kept between runs in a folder of the user's, each file with a seal of its text.

A damaged, missing or unwritable file only costs the making again. What nobody has read for long goes when
something is kept.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path

from epsom.core.files import write_whole

_SEAL = "# sha256 "
#: In seconds; after so long unread, something kept is of a version or a processor long gone.
_DAY = 86400.0
_FORGOTTEN = 90 * _DAY


def cache_folder() -> Path:
    """Where things are kept: ``EPSOM_CACHE`` or the user's cache folder."""
    given = os.environ.get("EPSOM_CACHE")
    if given:
        return Path(given)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("epsom"))


def read_kept(path: Path) -> str | None:
    """The kept text, or None if it is missing or not what was written."""
    with suppress(OSError, UnicodeDecodeError):
        head, _, source = path.read_text(encoding="utf-8").partition("\n")
        if head == _seal(source):
            _note_read(path)
            return source
    return None


def keep(path: Path, source: str) -> bool:
    """Keep ``source`` and tell whether it worked; of two processes at once, each file appears whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, f"{_seal(source)}\n{source}")
    except OSError:
        return False
    _forget(path.parent)
    return True


def _note_read(path: Path) -> None:
    """Note by the file's time that it was read, once a day at most."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > _DAY:
            os.utime(path)


def _forget(folder: Path) -> None:
    """Remove what was kept here and has long not been read; what others put here stays."""
    before = time.time() - _FORGOTTEN
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):
                if path.is_file() and path.stat().st_mtime < before and _is_ours(path):
                    path.unlink()


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SEAL)) == _SEAL.encode()


def hash_of_files(*paths: Path) -> str:
    """Short hash of the contents of ``paths``, for the names of what they generate."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


def _seal(source: str) -> str:
    return f"{_SEAL}{hashlib.sha256(source.encode()).hexdigest()}"
