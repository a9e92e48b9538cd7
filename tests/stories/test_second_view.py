"""Trust storage and vault, seen a second time below a drop folder: nothing of them is taken for a photo, or deleted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from redact.devices.clearing.judge import candidates, judge
from redact.errors import RedactError
from redact.photos.steps import bring_to_storage
from redact.store import photos as photo_rows
from redact.store.trust.faults import MARKER_NAME
from redact.store.trust.folder import LocalTrust
from redact.workspace.create import make_workspace
from redact.workspace.open import open_workspace
from tests.rigs.workspaces import DEVICE, Rig, photo_bytes, redacted, sha, work_at_once
from watcher.guard import OURS

PHOTO, OTHER = photo_bytes(1), photo_bytes(2)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.run()
    rig.check_done(PHOTO)
    yield rig
    rig.workspace.close()


def show_again(rig: Rig, below: Path) -> set[str]:
    """Show trust storage below a drop folder, its files the very same, as a bind mount does; return their names."""
    trust = rig.workspace.settings.trust_folder
    assert trust is not None
    below.mkdir(parents=True)
    for path in (each for each in trust.rglob("*") if each.is_file()):
        there = below / path.relative_to(trust)
        there.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, there)
    return set(rig.stored())


def test_trust_storage_below_a_drop_folder_is_not_entered_and_a_person_is_told(rig: Rig) -> None:
    (rig.drop() / "b.jpg").write_bytes(OTHER)
    names = show_again(rig, rig.drop() / "Year 3")
    rig.mend()
    assert set(rig.photos()) == {sha(PHOTO), sha(OTHER)}, "a stored copy was taken for a photo"
    below = rig.drop() / "Year 3"
    there = {path.relative_to(below).as_posix() for path in below.rglob("*") if path.is_file()}
    assert there == {*names, MARKER_NAME}
    assert rig.left() == {("Year 3",): f"It was left untouched: {OURS}."}
    assert not (rig.drop() / "b.jpg").exists(), "what lies beside it goes on as always"


def test_the_bytes_of_a_stored_copy_are_refused_at_the_door_by_whatever_path_they_come(rig: Rig) -> None:
    """Without its marker, or through a share: then the bytes alone tell."""
    (rig.drop() / "summer.jpg").write_bytes(redacted(PHOTO))
    rig.mend()
    assert set(rig.photos()) == {sha(PHOTO)}
    assert (rig.drop() / "summer.jpg").read_bytes() == redacted(PHOTO)
    assert "redacted copy" in rig.left()[("summer.jpg",)]
    assert not rig.quarantined()


def test_one_that_an_earlier_version_took_in_is_not_deleted(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    (rig.drop() / "summer.jpg").write_bytes(redacted(PHOTO))
    with monkeypatch.context() as earlier:
        earlier.setattr(photo_rows, "is_output", lambda *_: False)
        rig.look()
        rig.take_in()
        bring_to_storage(rig.workspace, sha(redacted(PHOTO)), work_at_once)
        assert judge(rig.workspace, DEVICE, candidates(rig.workspace, DEVICE))[0], "it would have gone"
    may, wait = judge(rig.workspace, DEVICE, candidates(rig.workspace, DEVICE))
    assert not may and ["redacted copy" in waiting.reason for waiting in wait] == [True]
    rig.turn()
    assert (rig.drop() / "summer.jpg").exists()


def test_another_workspaces_trust_storage_is_not_worked_in_and_one_without_an_id_is(rig: Rig, tmp_path: Path) -> None:
    trust, folder = rig.workspace.settings.trust_folder, rig.workspace.settings.folder
    assert trust is not None
    marker = trust / MARKER_NAME
    own = marker.read_bytes()
    marker.write_bytes(b"redact-trust 2\n" + b"0" * 32 + b"\n")
    with pytest.raises(RedactError, match="belongs to another workspace"):
        rig.workspace.trust.holds("0" * 24 + ".jpg", "0" * 64)
    marker.write_bytes(b"redact-trust 1\n")  # as version 0.1.0 made it
    assert not rig.workspace.trust.holds("0" * 24 + ".jpg", "0" * 64)
    make_workspace(folder, "Oak School")
    assert marker.read_bytes() == own
    make_workspace(tmp_path / "second", "Elm School")
    with open_workspace(tmp_path / "second") as second:
        assert str(second.trust) != str(rig.workspace.trust)
        assert (Path(str(second.trust)) / MARKER_NAME).read_bytes() != own
    with pytest.raises(RedactError):
        LocalTrust(trust, "1" * 32).holds("0" * 24 + ".jpg", "0" * 64)
