"""What is kept between runs is found again, and goes when nobody has read it for long."""

from __future__ import annotations

import os
import time

from epsom.core.cache import keep, read_kept

LONG_AGO = time.time() - 91 * 86400


def test_what_nobody_has_read_for_long_goes(tmp_path):
    old, read, strange = tmp_path / "old.code", tmp_path / "read.code", tmp_path / "notes.txt"
    for path in (old, read):
        keep(path, path.name)
    strange.write_text("mine")
    for path in (old, read, strange):
        os.utime(path, (LONG_AGO, LONG_AGO))
    assert read_kept(read) == "read.code"
    assert keep(tmp_path / "new.code", "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.code", "notes.txt", "read.code"]


def test_what_is_not_as_it_was_written_is_not_found(tmp_path):
    path = tmp_path / "some.code"
    assert read_kept(path) is None
    keep(path, "some")
    path.write_text(path.read_text().replace("some", "same"))
    assert read_kept(path) is None
