"""Files that hold secrets."""

import os
import stat
from pathlib import Path

import pytest

from osticket_api.kit.private_file import write_private


def test_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        write_private(tmp_path / "secret", "säcret")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert (tmp_path / "secret").read_text(encoding="utf-8") == "säcret"


def test_file_is_not_overwritten_unasked(tmp_path: Path) -> None:
    write_private(tmp_path / "secret", "first")
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "secret", "second")
    assert (tmp_path / "secret").read_text() == "first"
    write_private(tmp_path / "secret", "third", replace=True)
    assert (tmp_path / "secret").read_text() == "third"
    assert os.listdir(tmp_path) == ["secret"]
