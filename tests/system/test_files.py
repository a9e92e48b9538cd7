"""Files are written whole or not at all."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from redact.system.files import CannotWrite, make_folder, write_whole


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"one")
    write_whole(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_link_in_the_way_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"mine")
    (tmp_path / "a").symlink_to(tmp_path / "target")
    write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "target").read_bytes() == b"mine"


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """The system refuses to write on, as a full disk does (a real failing write, by a limit on file size)."""
    script = (
        "import pathlib, resource, sys; from redact.system.files import CannotWrite, write_whole\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_whole(pathlib.Path(sys.argv[1]) / 'a', b'x' * 5000)\n"
        "except CannotWrite as error: print(error); sys.exit(7)"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False)
    assert ended.returncode == 7, ended.stderr
    assert "Cannot write" in ended.stdout
    assert list(tmp_path.iterdir()) == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1000


def test_a_folder_that_is_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(CannotWrite):
        make_folder(tmp_path / "a")
    with pytest.raises(CannotWrite):
        write_whole(tmp_path / "a" / "b", b"x")


def test_only_a_public_file_can_be_read_by_others(tmp_path: Path) -> None:
    write_whole(tmp_path / "mine", b"x")
    write_whole(tmp_path / "copy", b"x", is_public=True)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("mine", "copy")] == [0o600, 0o644]
