"""Only regular files that were meant are opened."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from redact.errors import PictureHeld, PictureRefused, UsageError
from redact.system.printing import printable
from redact.workers import intake
from redact.workers.intake import gather, read_file, read_photo


def test_folders_are_walked_sorted_and_named_from_the_input(tmp_path: Path) -> None:
    for name in ("b/2.jpg", "b/1.jpg", "a.jpg", "c.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    assert [item.source for item in gather([tmp_path])] == ["a.jpg", "b/1.jpg", "b/2.jpg", "c.txt"]
    assert [item.source for item in gather([tmp_path / "b/2.jpg", tmp_path / "a.jpg"])] == ["2.jpg", "a.jpg"]


def test_the_output_folder_is_not_an_input(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/x.jpg").write_bytes(b"x")
    (tmp_path / "a.jpg").write_bytes(b"x")
    assert [item.source for item in gather([tmp_path], leave_out=tmp_path / "out")] == ["a.jpg"]


def test_a_missing_input_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        gather([tmp_path / "nowhere"])


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert [item.source for item in gather([tmp_path])] == ["loop"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "link.jpg").symlink_to(tmp_path / "secret")
    with pytest.raises(PictureRefused, match="link"):
        read_photo(tmp_path / "link.jpg")


def test_a_pipe_that_nobody_writes_to_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(PictureRefused, match="pipe"):
        read_photo(tmp_path / "pipe.jpg")


def test_devices_sockets_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureRefused):
        read_photo(Path("/dev/zero"))
    with pytest.raises(PictureRefused):
        read_photo(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        with pytest.raises((PictureRefused, PictureHeld)):
            read_photo(tmp_path / "s")


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_photo(tmp_path / "a", limit_bytes=5) == b"12345"
    with pytest.raises(PictureRefused, match="larger"):
        read_photo(tmp_path / "a", limit_bytes=4)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_held(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch(mode=0)
    with pytest.raises(PictureHeld, match="permission"):
        read_photo(tmp_path / "a.jpg")


def test_a_vanished_file_is_held(tmp_path: Path) -> None:
    with pytest.raises(PictureHeld, match="cannot be read"):
        read_photo(tmp_path / "gone.jpg")


def test_a_named_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Cannot read"):
        read_file(tmp_path)


@pytest.mark.parametrize(
    ("raw", "shown"), [("a\x1b[2Jb", "a\\x1b[2Jb"), ("\udcff", "\\xff"), ("Zoë", "Zoë"), ("\u202ex", "\\u202ex")]
)
def test_names_cannot_disturb_the_terminal(raw: str, shown: str) -> None:
    assert printable(raw) == shown


def test_the_output_folder_cannot_be_an_input(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="also an input"):
        gather([tmp_path], leave_out=tmp_path)


def test_a_junction_is_not_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows tells of it by an attribute alone: `Path.is_symlink` does not."""
    (tmp_path / "junction").mkdir()
    (tmp_path / "junction" / "a.jpg").write_bytes(b"a")
    inode = (tmp_path / "junction").stat().st_ino
    monkeypatch.setattr(intake, "is_link", lambda status: status.st_ino == inode)
    assert [item.source for item in gather([tmp_path])] == ["junction"]
