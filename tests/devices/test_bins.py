"""Photos that lie only in a bin are told until they are gone; copies of known photos go with them."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from redact.audit.deletions.leftovers import describe_counts
from redact.audit.deletions.record import deletion_record
from redact.audit.deletions.values import DeletionRecord
from redact.audit.events import Numbered
from redact.devices.bins import WHYS
from redact.devices.recheck import look_again
from redact.reports.status import needs_person, read_status
from redact.service.periodic import daily
from redact.store.devices import Owner
from redact.store.log.reader import read_every
from redact.store.photos import FileState, LeftKind, State
from tests.rigs.saboteurs import bad_spot
from tests.rigs.workspaces import DEVICE, Rig, photo_bytes, sha
from watcher.fs.folders import Folder, HandleFolder
from watcher.guard import UNREADABLE

PHOTO = photo_bytes(1)
BINNED = (
    ".trashed-1790000001-IMG_0002.jpg",
    ".pending-1690000000-IMG_0003.jpg",
    "$RECYCLE.BIN/S-1-5-21/$R7A.jpg",
    ".Trash-1000/files/IMG_0004.jpg",
    ".Trashes/501/IMG_0005.jpg",
)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    rig.add()
    rig.tasks.put(daily(rig.workspace))
    return rig


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def fill_bins(rig: Rig) -> list[Path]:
    """Put a photo of its own into each bin."""
    return [put(rig.drop() / name, photo_bytes(number)) for number, name in enumerate(BINNED, 10)]


def test_photos_that_lie_only_in_bins_are_counted_and_told_and_the_device_is_not_clean(rig: Rig) -> None:
    put(rig.drop() / "IMG_0001.jpg", PHOTO)
    fill_bins(rig)
    rig.run()
    status = read_status(rig.workspace)
    assert set(rig.photos()) == {sha(PHOTO)} and needs_person(rig.workspace)
    (item,) = status.for_person
    assert (item.what, item.count, item.id) == ("in the bin", 5, DEVICE)
    assert item.reason.startswith(f"5 photos lie in the bin of {DEVICE}:") and "Empty the bin" in item.next_step
    (line,) = status.devices
    assert (line.cleared, line.left, line.binned, line.verdict) == (1, 0, 5, "unknown")
    assert len(rig.on_devices()) == 5, "nothing in a bin is deleted by us"


def test_the_deletion_record_does_not_call_a_device_clean_while_photos_lie_in_its_bin(rig: Rig) -> None:
    put(rig.drop() / "IMG_0001.jpg", PHOTO)
    binned = fill_bins(rig)
    rig.run()
    (line,) = record_of(rig).devices
    assert line.verdict == "unknown" and line.leftovers is not None
    assert describe_counts(line.leftovers.counts) == "photos and films in a bin, never taken in 5"
    rig.mend(restarts=False)
    for path in binned:
        path.unlink()
    rig.mend(restarts=False)
    (line,) = record_of(rig).devices
    assert line.verdict == "re-checked" and line.leftovers is None
    assert [event.fact("photos") for event in rig.events("bins.")] == [5, 0], "written when it changes"


def record_of(rig: Rig) -> DeletionRecord:
    with rig.workspace.database.read() as connection:
        said = [entry.reading for entry in read_every(connection)]
    return deletion_record([each for each in said if isinstance(each, Numbered)], [])


def test_a_bin_that_was_emptied_leaves_the_list_and_its_names_are_forgotten(rig: Rig) -> None:
    put(rig.drop() / "IMG_0001.jpg", PHOTO)
    binned = fill_bins(rig)
    rig.run()
    for path in binned[:3]:
        path.unlink()
    assert not look_again(rig.workspace, DEVICE).is_all_gone
    assert [item.count for item in read_status(rig.workspace).for_person] == [2]
    for path in binned[3:]:
        path.unlink()
    assert look_again(rig.workspace, DEVICE).is_all_gone
    status = read_status(rig.workspace)
    assert not status.for_person and status.devices[0].verdict == "re-checked" and not rig.left()


def test_a_photo_put_back_out_of_the_bin_is_taken_in(rig: Rig) -> None:
    (binned,) = fill_bins(rig)[:1]
    rig.run()
    binned.rename(rig.drop() / "IMG_0002.jpg")
    rig.mend(restarts=False)
    assert rig.photos()[sha(photo_bytes(10))].state is State.STORED
    assert [item.count for item in read_status(rig.workspace).for_person] == [4]


def test_a_bin_that_is_away_stays_on_the_list(rig: Rig) -> None:
    fill_bins(rig)
    rig.run()
    rig.drop().rename(rig.folder / "away")
    rig.mend(restarts=False)
    assert [item.count for item in read_status(rig.workspace).for_person] == [5]


def test_a_copy_of_a_stored_photo_in_the_bin_of_another_device_is_cleared_there(rig: Rig) -> None:
    put(rig.drop() / "IMG_0001.jpg", PHOTO)
    rig.run()
    other = rig.add("phone-2")
    copy = put(other / ".trashed-1790000001-IMG_0001.jpg", PHOTO)
    rig.mend(restarts=False)
    assert not copy.exists() and not rig.left()
    assert {file.state for file in rig.device_files("phone-2")} == {FileState.GONE}
    rig.check_record()


def test_a_copy_of_a_photo_that_is_not_stored_is_a_file_of_that_photo_and_stays(rig: Rig) -> None:
    held = rig.stop(rig.drop() / "IMG_0001.jpg", PHOTO, device=DEVICE)
    copy = put(rig.drop() / ".Trashes/501/IMG_0001.jpg", PHOTO)
    rig.run()
    assert copy.exists() and not rig.left()
    assert [file.state for file in rig.device_files(photo=held)] == [FileState.TAKEN, FileState.TAKEN]
    entries = len(rig.entries())
    rig.mend(restarts=False)
    assert len(rig.entries()) == entries, "each is written down once"


def test_films_are_told_apart_and_a_personal_device_is_looked_at_in_its_folder(rig: Rig, tmp_path: Path) -> None:
    own = rig.add("phone-2", owner=Owner.PERSONAL)
    put(own / "Recently Deleted" / "IMG_1.MOV", b"film")
    put(tmp_path / ".Trash-1000" / "files" / "IMG_2.jpg", photo_bytes(2))  # beside the agreed folder
    rig.run()
    assert rig.left() == {("Recently Deleted", "IMG_1.MOV"): WHYS[LeftKind.BINNED_FILM]}


def throw_away(bin_: Path, name: str, came_from: str, content: bytes) -> None:
    """Put a file into a bin as file managers do (freedesktop.org)."""
    put(bin_ / "files" / name, content)
    top = name.partition("/")[0]
    put(
        bin_ / "info" / f"{top}.trashinfo",
        f"[Trash Info]\nPath={came_from}\nDeletionDate=2026-09-07T12:00:00\n".encode(),
    )


def test_of_a_bin_that_others_use_too_only_what_came_from_the_device_is_told(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("device", "bins"):
        monkeypatch.setattr(f"watcher.{module}.volume_of", lambda _: tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    account, volume = tmp_path / "share" / "Trash", tmp_path / ".Trash-1000"
    throw_away(account, "IMG_1.jpg", f"{rig.drop()}/IMG_1.jpg", photo_bytes(1))
    throw_away(account, "own.jpg", f"{tmp_path}/Pictures/own.jpg", photo_bytes(2))
    throw_away(volume, "Year 3/IMG_2.jpg", f"{DEVICE}/Year%203", photo_bytes(3))
    throw_away(volume, "IMG_3.MOV", f"{DEVICE}/IMG_3.MOV", b"film")
    throw_away(volume, "other.jpg", "other/other.jpg", photo_bytes(4))
    put(volume / "files" / "untold.jpg", photo_bytes(5))
    rig.run()
    assert rig.left() == {
        ("files", "IMG_1.jpg"): WHYS[LeftKind.BINNED_PHOTO],
        (".Trash-1000", "files", "Year 3", "IMG_2.jpg"): WHYS[LeftKind.BINNED_PHOTO],
        (".Trash-1000", "files", "IMG_3.MOV"): WHYS[LeftKind.BINNED_FILM],
    }
    (account / "files" / "IMG_1.jpg").unlink()
    (volume / "files" / "IMG_3.MOV").unlink()
    rig.mend(restarts=False)
    assert set(rig.left()) == {(".Trash-1000", "files", "Year 3", "IMG_2.jpg")}


def test_a_bin_that_cannot_be_looked_into_is_told(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    put(rig.drop() / ".Trashes" / "IMG_1.jpg", photo_bytes(2))
    real = HandleFolder.folder

    def refuse(folder: HandleFolder, name: str) -> Folder:
        if name == ".Trashes":
            raise PermissionError
        return real(folder, name)

    monkeypatch.setattr(HandleFolder, "folder", refuse)  # root may look into every folder
    rig.run()
    assert rig.left() == {(".Trashes",): WHYS[LeftKind.CLOSED_BIN]}
    assert "could not be looked into" in read_status(rig.workspace).for_person[0].reason


def test_what_lies_in_a_bin_stays_on_the_list_while_a_folder_above_it_cannot_be_read(rig: Rig) -> None:
    put(rig.drop() / "DCIM" / ".Trashes" / "IMG_1.jpg", photo_bytes(2))
    rig.run()
    listed = {("DCIM", ".Trashes", "IMG_1.jpg"): WHYS[LeftKind.BINNED_PHOTO]}
    assert rig.left() == listed
    with bad_spot("DCIM", errno.EACCES):
        rig.mend(restarts=False)
        assert rig.left() == listed | {("DCIM",): f"It was left untouched: {UNREADABLE}."}
    rig.mend(restarts=False)
    assert rig.left() == listed


def test_the_bins_of_an_expired_device_are_counted_with_what_lies_there(rig: Rig) -> None:
    fill_bins(rig)
    rig.clock.go(days=400)
    rig.mend(restarts=False)
    (why,) = rig.left().values()
    assert why.startswith("5 photos lie there and are left untouched") and WHYS[LeftKind.BINNED_PHOTO] not in why
