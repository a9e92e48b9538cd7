"""Faults that were promised to be harmless, made as really as this machine allows: read-only mounts, real programs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from redact.audit.kinds import Kind
from redact.service.run import alone_in
from redact.store.photos import FileState, State
from tests.rigs.program import run_program
from tests.rigs.workspaces import DEVICE, Rig, environment, photo_bytes

PHOTO = photo_bytes(1)

pytestmark = pytest.mark.slow  # stories; their rules have tests of their own

RUN_ONCE = """
import json, os, sys
from pathlib import Path
from tests.rigs.workspaces import Rig, photo_bytes

part = Path(sys.argv[2])
if os.geteuid():
    part.chmod(0o500)  # root writes everywhere: for root it is mounted read-only
try:
    (part / "probe").touch()
except OSError:
    rig = Rig(Path(sys.argv[1]))
    rig.run(6)
    rig.check_nothing_lost(photo_bytes(1))
    print(json.dumps([photo.reason for photo in rig.photos().values()]))
"""
READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 77; shift; exec "$@"'


def run_read_only(rig: Rig, part: Path) -> list[str | None]:
    """Let another process run a whole watch while `part` may not be written; return the reasons of the photos."""
    command = [sys.executable, "-c", RUN_ONCE, str(rig.folder), str(part)]
    if os.geteuid() == 0:
        if shutil.which("unshare") is None:
            pytest.skip("root writes everywhere, and this machine cannot mount")
        command = ["unshare", "-m", "sh", "-c", READ_ONLY, "sh", str(part), *command]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    if ended.returncode == 77 or "unshare:" in ended.stderr:
        pytest.skip("may not mount here")
    part.chmod(0o700)
    assert ended.returncode == 0 and ended.stdout, ended.stderr
    return list(json.loads(ended.stdout.splitlines()[-1]))


@pytest.mark.parametrize("part", ["quarantine", "vault", "trust", "checkpoints"])
def test_a_folder_of_the_workspace_that_may_not_be_written_delays_and_loses_nothing(tmp_path: Path, part: str) -> None:
    rig = Rig(tmp_path)
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    reasons = run_read_only(rig, rig.workspace.settings.folder / part)
    if (
        part != "checkpoints"
    ):  # the audit log is kept without its checkpoint mirror; the doctor and the status tell of it
        assert rig.on_devices() == {f"{DEVICE}/a.jpg"} and not rig.entries(Kind.DELETION_OPENED)
    if part in {"vault", "trust"}:
        assert reasons and all("may not be written" in str(reason) for reason in reasons)
    rig.mend()
    rig.check_done(PHOTO)


def test_a_device_that_may_not_be_written_keeps_its_photo_and_is_not_said_to_be_cleared(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    run_read_only(rig, rig.drop())
    assert rig.on_devices() == {f"{DEVICE}/a.jpg"} and {photo.state for photo in rig.photos().values()} == {
        State.STORED
    }
    (device_file,) = rig.device_files()
    assert (device_file.state, device_file.level) == (FileState.KEPT, "unknown")
    assert device_file.reason and "may not be written" in device_file.reason
    rig.mend()
    rig.check_done(PHOTO)


def test_the_command_refuses_a_second_watcher_and_touches_nothing(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    entries = rig.entries()
    with alone_in(rig.workspace):
        (rig.workspace.settings.quarantine / f"{'0' * 32}.part").write_bytes(b"the first watcher's copy under way")
        ended = run_program("watch", "--once", "--workspace", rig.workspace.settings.folder, home=tmp_path / "home")
    assert ended.returncode == 1 and "Another watcher works in this workspace already" in ended.stderr
    assert rig.on_devices() == {f"{DEVICE}/a.jpg"} and not rig.photos() and rig.entries() == entries
    assert rig.quarantined() == {f"{'0' * 32}.part"}, "a second watcher sweeps nothing of the first one"


def test_trust_storage_out_of_reach_is_reported_and_the_photo_waits_on_its_device(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    trust = rig.workspace.settings.folder / "trust"
    trust.rename(trust.with_name("away"))
    rig.run(6)
    ((state, reason),) = [(photo.state, photo.reason) for photo in rig.photos().values()]
    assert state is State.REDACTED and reason and "trust" in reason.lower()
    assert rig.on_devices() == {f"{DEVICE}/a.jpg"} and not rig.entries(Kind.PHOTO_STORED, Kind.DELETION_OPENED)
    trust.with_name("away").rename(trust)
    rig.mend()
    rig.check_done(PHOTO)
