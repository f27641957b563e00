"""A file is written whole, readable as the user's other files, or not at all."""

from __future__ import annotations

import os

import pytest

from epsom.core.files import whole_file


def test_file_appears_when_the_block_ends_well(tmp_path):
    path = tmp_path / "a.txt"
    with whole_file(path) as temporary:
        temporary.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(ValueError, match="halfway"), whole_file(path) as temporary:
        temporary.write_text("new")
        raise ValueError("halfway")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_it_is_readable_as_the_user_wishes(tmp_path):
    """Guards a fault: results could be read by their writer alone."""
    old = os.umask(0o022)
    try:
        with whole_file(tmp_path / "a.txt") as temporary:
            temporary.write_text("new")
    finally:
        os.umask(old)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644
