"""What is put under the names of files of checkpoints, or a share that hangs, holds up nothing but that mirror."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from redact.audit.checkpoint import Checkpoint, sign
from redact.audit.kinds import Role
from redact.devices.holds import add_hold
from redact.reports.audit_log import verify_workspace
from redact.reports.status import read_status
from redact.store.log import mirror_folder
from redact.store.log.mirror_folder import Mirror, MirrorFolder, NotRegular, read_regular
from redact.store.log.mirrors import Mirrors
from redact.store.log.reader import newest_note
from redact.system.time_limit import TimeLimit
from tests.rigs.living import Living, open_living
from tests.rigs.waiting import LONGEST_S, wait_until
from tests.rigs.workspaces import environment

TODAY = "checkpoints-2026-09-07.txt"


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        found.store(found.add_device() / "a.jpg", b"a photo")
        yield found


def mirror_of(living: Living) -> Path:
    return living.workspace.settings.checkpoint_mirrors[0]


def pipe(path: Path, _outside: Path) -> None:
    os.mkfifo(path)


def link(path: Path, outside: Path) -> None:
    path.symlink_to(outside)


def endless(path: Path, _outside: Path) -> None:
    with path.open("wb") as file:
        file.truncate(mirror_folder.MOST_BYTES + 1)


def within(act: Callable[[], object]) -> None:
    """Do something in a thread, and fail where it hangs."""
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    thread.join(LONGEST_S)
    assert not thread.is_alive(), "it hangs"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links")
@pytest.mark.parametrize("put", [pipe, link])
def test_what_lies_under_todays_name_is_not_written_to_and_told(
    living: Living, tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    outside, today = tmp_path / "outside.txt", mirror_of(living) / TODAY
    outside.write_bytes(b"")
    today.unlink()
    put(today, outside)
    within(lambda: add_hold(living.workspace, Role.HEADTEACHER, "staff-7", "Somebody has asked for it."))
    assert outside.read_bytes() == b""
    reasons = [item.reason for item in read_status(living.workspace).for_person]
    assert any("takes no checkpoint" in reason for reason in reasons), reasons


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links")
@pytest.mark.parametrize("put", [pipe, link, endless])
def test_verify_names_it_and_reads_the_others(
    living: Living, tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("not for anybody's eyes", encoding="ascii")
    put(mirror_of(living) / "checkpoints-2026-09-08.txt", outside)
    found = list[str]()

    def verify() -> None:
        report = verify_workspace(living.workspace)
        assert report.is_intact
        found.extend(notice.sentence for notice in report.notices)

    within(verify)
    assert any("checkpoints-2026-09-08.txt" in sentence for sentence in found)
    within(living.workspace.audit_log.check_mirrors)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a pipe")
def test_the_commands_end_with_a_pipe_in_the_mirror(living: Living) -> None:
    os.mkfifo(mirror_of(living) / "checkpoints-2026-09-08.txt")
    for command in (["audit", "verify"], ["doctor"]):
        line = [sys.executable, "-m", "redact", *command, "--workspace", str(living.workspace.settings.folder)]
        subprocess.run(line, env=environment(), timeout=LONGEST_S, check=False, capture_output=True)


def test_a_share_that_hangs_holds_up_itself_alone(
    living: Living, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, back = living.workspace.database, threading.Event()
    folders = [tmp_path / "hangs", tmp_path / "well"]
    for folder in folders:
        folder.mkdir()
    append, waited = mirror_folder._append, list[str]()

    def hang(path: Path, content: bytes) -> int:
        if path.parent == folders[0]:
            waited.append(path.name)
            back.wait()
        return append(path, content)

    monkeypatch.setattr(mirror_folder, "_append", hang)
    mirrors = Mirrors(database, [Mirror("mirror-8", folders[0]), Mirror("mirror-9", folders[1])], living.clock)
    for mirror, limit_s in zip(mirrors.folders.values(), (0.5, LONGEST_S), strict=True):
        mirror._limit = TimeLimit(limit_s)
    with database.read() as connection:
        note = newest_note(connection) or ""
    mirrors.copy(5, note)
    assert (folders[1] / TODAY).read_text(encoding="utf-8") == note
    for size in range(6, 26):
        mirrors.copy(size, note)
    assert len(waited) == 1, "only the first waits"
    assert (folders[1] / TODAY).read_text(encoding="utf-8") == note * 21
    back.set()


def test_only_regular_files_up_to_a_size_are_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    assert read_regular(path) == b"0123456789" and read_regular(path, tail_bytes=3) == b"789"
    with pytest.raises(NotRegular):
        read_regular(path, most_bytes=9)
    with pytest.raises(NotRegular, match="no regular file"):
        read_regular(tmp_path)


def test_nothing_is_appended_where_nobody_would_read_it(tmp_path: Path) -> None:
    """A sparse file of a terabyte under today's name: the mirror takes no checkpoint, which status says."""
    (tmp_path / TODAY).touch()
    os.truncate(tmp_path / TODAY, 1 << 40)
    with pytest.raises(NotRegular, match="larger"):
        MirrorFolder(Mirror("mirror-1", tmp_path)).append(TODAY, "a note")
    assert (tmp_path / TODAY).stat().st_size == 1 << 40


def test_a_call_that_fails_fails_as_it_does_and_one_that_hangs_is_left_behind() -> None:
    patient, limit, back = TimeLimit(LONGEST_S), TimeLimit(0.5), threading.Event()
    assert patient.call(lambda: 7) == 7
    with pytest.raises(KeyError):
        patient.call(lambda: dict[str, int]()["x"])
    for _ in range(2):
        with pytest.raises(TimeoutError):
            limit.call(back.wait)

    def answer() -> int | None:
        with contextlib.suppress(TimeoutError):  # a busy machine takes longer to start a thread
            return limit.call(lambda: 8)
        return None

    back.set()
    wait_until(lambda: answer() == 8)


def note_of(size: int) -> str:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    return sign(Checkpoint("redact/oak", size, hashlib.sha256(b"%d" % size).digest()), key)


def test_a_note_that_was_cut_off_anywhere_is_taken_away_before_the_next_one(tmp_path: Path) -> None:
    first, torn, last = (note_of(size) for size in (1, 12, 13))
    folder, path = MirrorFolder(Mirror("mirror-1", tmp_path)), tmp_path / TODAY
    for end in range(len(torn.encode())):
        path.write_bytes(first.encode() + torn.encode()[:end])
        assert folder.append(TODAY, last) == path.stat().st_size
        assert path.read_text("utf-8") == first + last


def test_what_another_program_is_writing_is_not_cut(tmp_path: Path) -> None:
    fcntl, path = pytest.importorskip("fcntl"), tmp_path / TODAY
    path.write_text(note_of(1) + note_of(12)[:40], "utf-8")
    with path.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(TimeoutError):
            MirrorFolder(Mirror("mirror-1", tmp_path), TimeLimit(0.2)).append(TODAY, note_of(13))
        other.write(note_of(12)[40:].encode())
    MirrorFolder(Mirror("mirror-1", tmp_path)).append(TODAY, note_of(14))
    assert path.read_text("utf-8").startswith(note_of(1) + note_of(12))


@pytest.mark.parametrize("left", ["a letter that somebody put there\n" * 40, note_of(12) + "\n\n\n\n\n"])
def test_what_is_no_beginning_of_a_note_stays_for_whoever_checks(tmp_path: Path, left: str) -> None:
    (tmp_path / TODAY).write_text(left, "utf-8")
    MirrorFolder(Mirror("mirror-1", tmp_path)).append(TODAY, note_of(13))
    assert (tmp_path / TODAY).read_text("utf-8") == left + note_of(13)


def test_a_mirror_that_is_full_in_the_middle_of_a_note_is_no_changed_log(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_half(handle: int, content: bytes) -> None:
        os.write(handle, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(mirror_folder, "write_all", write_half)
        add_hold(living.workspace, Role.HEADTEACHER, "staff-7", "Somebody asked for it.")
    assert verify_workspace(living.workspace).is_intact
    add_hold(living.workspace, Role.HEADTEACHER, "staff-7", "Somebody asked for it.")
    assert verify_workspace(living.workspace).is_intact
