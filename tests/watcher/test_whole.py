"""A file lies under its name whole, or what lay there before does: in folders as handles and as paths."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from watcher.fs import Folder, is_part, new_part_name, open_top, sweep_parts, write_once, write_whole
from watcher.fs.folders import PathFolder
from watcher.fs.whole import unfinished

Opener = Callable[[Path], Folder]
FOLDERS = pytest.mark.parametrize("opened", [open_top, PathFolder], ids=["handle", "path"])


def found_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@FOLDERS
def test_a_file_is_written_over_another_or_not_at_all(tmp_path: Path, opened: Opener) -> None:
    with opened(tmp_path) as folder:
        write_whole(folder, "a", b"one", 0o600)
        write_whole(folder, "a", b"two", 0o600)
        assert not write_once(folder, "a", b"three", 0o600)
        assert write_once(folder, "b", b"", 0o640)
    assert found_in(tmp_path) == {"a": b"two", "b": b""}
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


@FOLDERS
@pytest.mark.parametrize("write", [write_whole, write_once])
@pytest.mark.parametrize("call", ["write", "fsync", "read"])
def test_a_fault_leaves_what_was_there_and_no_temporary(
    tmp_path: Path, opened: Opener, write: Callable[..., object], call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"before")
    name = "a" if write is write_whole else "b"

    def fail(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with opened(tmp_path) as folder, monkeypatch.context() as patched:
        if call == "read":
            patched.setattr("watcher.fs.whole.read_back", fail)
        else:
            patched.setattr(os, call, fail)
        with pytest.raises(OSError, match="No space"):
            write(folder, name, b"after", 0o600)
    assert found_in(tmp_path) == {"a": b"before"}


@pytest.mark.parametrize("write", [write_whole, write_once])
def test_a_disk_that_keeps_other_bytes_is_found_out_before_the_name_is_given(
    tmp_path: Path, write: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, view: real(handle, bytes(len(view))))
    (tmp_path / "a").write_bytes(b"before")
    with open_top(tmp_path) as folder, pytest.raises(OSError, match="read back"):
        write(folder, "a" if write is write_whole else "b", b"after", 0o600)
    assert found_in(tmp_path) == {"a": b"before"}


def test_a_system_that_takes_a_byte_at_a_time_gets_them_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, view: real(handle, bytes(view[:1])))
    with open_top(tmp_path) as folder:
        write_whole(folder, "a", b"12345", 0o600)
    assert found_in(tmp_path) == {"a": b"12345"}


def test_the_sweep_takes_our_temporaries_of_both_spellings_and_nothing_else(tmp_path: Path) -> None:
    ours = [new_part_name(), "0" * 32 + ".part", ".redact-abc_de12.part"]  # the last: tempfile's, of former versions
    others = ["holiday.jpg.part", "0" * 31 + ".part", ".redact-device", ".redact-erasing-00ff.part", "A" * 32 + ".part"]
    for name in ours + others:
        (tmp_path / name).write_bytes(b"x")
    assert [is_part(name) for name in ours + others] == [True] * 3 + [False] * 5
    with open_top(tmp_path) as folder:
        assert sweep_parts(folder) == 3
        assert sweep_parts(folder) == 0
    assert sorted(found_in(tmp_path)) == sorted(others)


def test_what_is_left_unfinished_goes_and_the_fault_stays_the_one_it_was(tmp_path: Path) -> None:
    def fail(folder: Folder, *, after: bytes | None) -> None:
        with unfinished(folder) as part:
            if after is not None:
                (tmp_path / part).write_bytes(after)
            raise RuntimeError("mine")

    with open_top(tmp_path) as folder:
        for after in (b"half", None):  # None: nothing was made yet
            with pytest.raises(RuntimeError, match="mine"):
                fail(folder, after=after)
    assert not found_in(tmp_path)
