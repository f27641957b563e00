"""What takes long to make, kept between runs in a folder of the user's, each file with a seal of its text.

A damaged, missing or unwritable file only costs the making again.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from epsom.core.files import write_whole


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
            return source
    return None


def keep(path: Path, source: str) -> bool:
    """Keep ``source`` and tell whether it worked; of two processes at once, each file appears whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, f"{_seal(source)}\n{source}")
    except OSError:
        return False
    return True


def hash_of_files(*paths: Path) -> str:
    """Short hash of the contents of ``paths``, for the names of what they generate."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


def _seal(source: str) -> str:
    return f"# sha256 {hashlib.sha256(source.encode()).hexdigest()}"
