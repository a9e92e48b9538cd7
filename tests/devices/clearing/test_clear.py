"""Clearing a device: intent, deletion, look, result; and every fault between two of them, told as it is."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from redact.audit.kinds import Role
from redact.devices import recheck as rechecking
from redact.devices.attest import attest
from redact.devices.clearing import clear as clearing
from redact.devices.clearing import result as results
from redact.devices.clearing.attempt import Ending
from redact.devices.clearing.lock import ClearingBusy, hold_clearing
from redact.devices.clearing.may_clear import ON_HOLD
from redact.devices.holds import add_hold, lift_hold
from redact.devices.recheck import look_again
from redact.devices.register import retire
from redact.photos import steps
from redact.reports.audit_log import make_report
from redact.reports.status import read_status
from redact.store import database
from redact.store import photos as photo_rows
from redact.store.database import Database, DatabaseFault
from redact.store.devices import Owner
from redact.store.photos import FileState
from redact.store.vault import MARKER_NAME
from redact.system.lock import hold_lock
from tests.rigs.device_folders import SabotagedDevice, look
from tests.rigs.living import Living, open_living
from watcher.device import Device, DeviceRecord, device_of
from watcher.erasing.residue import Inventory, take_inventory
from watcher.fs.folders import HandleFolder
from watcher.guard import Place

DEVICE = "cam-office"


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Living]:
    monkeypatch.setattr(database, "BUSY_S", 0.1)
    with open_living(tmp_path) as found:
        yield found


def sabotage(
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[str, str], None] = lambda _what, _name: None,
    after: Callable[[str, str], None] = lambda _what, _name: None,
) -> None:
    def sabotaged(record: DeviceRecord) -> SabotagedDevice:
        return SabotagedDevice(record, act, after)

    monkeypatch.setattr(clearing, "device_of", sabotaged)


def move_past_a_walk(monkeypatch: pytest.MonkeyPatch, module: ModuleType, old: Path, new: Path) -> list[Inventory]:
    """Have a file that is on its way come to rest only when the first walk has passed; return the walks."""
    walks: list[Inventory] = []

    def walk(device: Device) -> Inventory:
        walks.append(take_inventory(device))
        if len(walks) == 1:
            new.parent.mkdir(exist_ok=True)
            (old.parent.parent.with_name("on its way")).rename(new)
        return walks[-1]

    monkeypatch.setattr(module, "take_inventory", walk)
    return walks


def hold(living: Living, **on: str) -> str:
    return add_hold(living.workspace, Role.HEADTEACHER, "staff-7", "Somebody has asked for it.", **on).id


@contextmanager
def locked(living: Living) -> Iterator[None]:
    other = Database(living.workspace.settings.database_url)
    with other.write():
        yield
    other.close()


def test_the_intent_stands_in_the_log_before_anything_is_touched(living: Living) -> None:
    path = living.add_device() / "IMG_0412.JPG"
    photo = living.store(path, b"a photo")
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")
    assert path.exists()
    (opened,) = living.events("deletion")
    assert (opened.kind.value, opened.fact("photo"), opened.fact("by")) == ("deletion.opened", photo, "system")
    attempts = clearing.erase_opened(living.workspace, DEVICE, ids)
    assert not path.exists()
    assert [event.kind.value for event in living.events("deletion")] == ["deletion.opened"]  # nothing is claimed yet
    assert clearing.confirm(living.workspace, DEVICE, ids, attempts) == {"gone": 1}
    _, closed = living.events("deletion")
    assert (closed.fact("verdict"), closed.fact("level"), closed.fact("left")) == ("gone", "re-checked", 0)
    (device_file,) = living.device_files(DEVICE)
    assert (device_file.state, device_file.level, device_file.arrival) == (FileState.GONE, "re-checked", None)
    assert living.clear() == {}
    assert not living.check_record()


def test_without_an_intent_nothing_is_deleted_by_either_of_the_two_that_look_for_it(living: Living) -> None:
    path = living.add_device() / "IMG_0412.JPG"
    living.store(path, b"a photo")
    (device_file,) = living.device_files(DEVICE)
    assert clearing.erase_opened(living.workspace, DEVICE, [device_file.id]) == ()
    with living.workspace.database.write() as connection:
        assert not photo_rows.note_erasing(connection, device_file.id, "2026-09-07T12:00:00.000Z")
    assert path.exists()


def test_on_a_personal_device_only_the_agreed_folder_is_looked_at(living: Living) -> None:
    living.store(living.add_device(owner=Owner.PERSONAL) / "a.jpg", b"a photo")
    assert living.clear() == {"gone": 1}
    assert living.device_files(DEVICE)[0].level == "not-listed"


def test_the_same_photo_in_two_folders_is_cleared_in_both(living: Living) -> None:
    root = living.add_device(further=1)
    further = root.with_name("1")
    living.store(root / "a.jpg", b"a photo")
    living.take(further / "sub" / "b.jpg", b"a photo", folder=1)
    assert living.clear() == {"gone": 2}
    assert not (root / "a.jpg").exists() and not (further / "sub" / "b.jpg").exists()
    assert len(living.events("deletion.closed")) == 2


def test_a_file_that_was_kept_stays_so_when_its_photo_goes_from_another_place(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    living.take(root / "b.jpg", b"a photo")

    def act(what: str, name: str) -> None:
        if (what, name) == ("rename", "a.jpg"):
            raise PermissionError(errno.EACCES, "Permission denied")

    sabotage(monkeypatch, act)
    assert living.clear() == {"kept": 1, "gone": 1}
    kept, gone = living.device_files(DEVICE)
    assert (kept.state, gone.state, gone.left) == (FileState.KEPT, FileState.GONE, 1)
    assert kept.reason == "It was kept: the folder may not be written."
    look_again(living.workspace, DEVICE)
    assert living.device_files(DEVICE)[0] == kept, "a look finds it where it was, and takes nothing back"


def test_a_copy_that_nobody_took_in_is_found_and_cleared_in_the_next_round(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    trashed = root / ".Trash-1000" / "files" / "a.2.jpg"
    trashed.parent.mkdir(parents=True)
    trashed.write_bytes(b"a photo")
    assert living.clear() == {"gone": 1}
    assert living.clear() == {"gone": 1}
    assert not trashed.exists()
    assert [event.fact("left") for event in living.events("deletion.closed")] == [1, 0]


@pytest.mark.parametrize("inside", [0, 1])
def test_a_hard_link_outside_of_the_device_is_counted_and_lowers_the_level_for_good(
    living: Living, inside: int
) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    root.with_name("elsewhere.jpg").hardlink_to(root / "a.jpg")
    if inside:
        (root / "Year 3").mkdir()
        (root / "Year 3" / "b.jpg").hardlink_to(root / "a.jpg")
    assert [living.clear(), living.clear()] == [{"gone": 1}, {"gone": 1} if inside else {}]
    assert root.with_name("elsewhere.jpg").read_bytes() == b"a photo"
    for look_number in range(2):
        record = make_report(living.workspace, None, None, None).record
        assert (record.counts.deleted, record.counts.residues) == (
            1 + inside,
            1 + inside + (inside and not look_number),
        )
        assert record.devices[0].verdict == "not-listed" == read_status(living.workspace).devices[0].verdict
        open_now = [trouble.reason for trouble in record.exceptions if not trouble.is_resolved]
        assert any("hard links" in reason or "another place" in reason for reason in open_now)
        assert all(event.fact("left_same") for event in living.events("deletion.closed"))
        look_again(living.workspace, DEVICE)  # nobody can look there
    assert not living.check_record()


def test_hard_links_that_all_lie_on_the_device_go_and_leave_nothing(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    (root / "b.jpg").hardlink_to(root / "a.jpg")
    place = Place(DEVICE, ("b.jpg",))
    steps.take_in(living.workspace, device_of(living.device(DEVICE).record), place, look(root / "b.jpg"), ())
    (root / "c.jpg").hardlink_to(root / "a.jpg")  # nobody took it in
    assert [living.clear(), living.clear()] == [{"gone": 2}, {"gone": 1}]
    assert make_report(living.workspace, None, None, None).record.devices[0].verdict == "re-checked"
    assert {file.links for file in living.device_files(DEVICE)} == {0}


def test_a_copy_in_the_trash_of_this_machine_is_counted_and_cleared_next(
    living: Living, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    living.store(living.add_device() / "a.jpg", b"a photo")
    trashed = tmp_path / "share" / "Trash" / "files" / "a.jpg"
    trashed.parent.mkdir(parents=True)
    trashed.write_bytes(b"a photo")
    assert living.clear() == {"gone": 1}
    (closed,) = living.events("deletion.closed")
    assert (closed.fact("left"), closed.fact("left_trash")) == (1, 1)
    assert living.clear() == {"gone": 1}
    assert not trashed.exists()
    assert living.events("deletion.closed")[-1].fact("left") == 0


def test_siblings_thumbnails_and_trash_by_name_are_left_and_counted(living: Living) -> None:
    root = living.add_device()
    living.store(root / "IMG_0412.JPG", b"a photo")
    left = [root / "IMG_0412.MOV", root / ".thumbnails" / "412.jpg", root / ".trashed-99-IMG_0412.JPG"]
    left.append(root / ".Trash-1000" / "files" / "IMG_0412.JPG")
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"something else")
    assert living.clear() == {"gone": 1}
    assert all(path.exists() for path in left)
    (closed,) = living.events("deletion.closed")
    assert (closed.fact("verdict"), closed.fact("left")) == ("gone", 3)
    facts = ("left_siblings", "left_trash", "by_name", "device_thumbnails", "left_same", "reason")
    assert [closed.fact(name) for name in facts] == [1, 2, 3, 1, None, None]
    (device_file,) = living.device_files(DEVICE)
    assert "1 left: a file that belongs to it" in str(device_file.reason)
    assert "On the device as a whole: thumbnails and thumbnail caches 1." in str(device_file.reason)
    assert device_file.by_name == 3  # other bytes under its name are not the photo
    assert living.clear() == {}


def test_what_is_of_the_device_lowers_every_level_and_is_reported_once_as_the_device_s(living: Living) -> None:
    root = living.add_device()
    for number in range(3):
        living.store(root / f"{number}.jpg", b"photo %d" % number)
    os.mkfifo(root / "pipe")
    (root / "link.jpg").symlink_to("nowhere")
    (root / "Thumbs.db").write_bytes(b"opaque")
    assert living.clear() == {"gone": 3}
    closed = living.events("deletion.closed")
    assert [(event.fact("level"), event.fact("left")) for event in closed] == [("not-listed", 0)] * 3
    record = make_report(living.workspace, None, None, None).record
    assert record.counts.residues == 0 and record.exceptions == ()
    (line,) = record.devices
    assert line.verdict == "not-listed" and line.leftovers is not None
    assert line.leftovers.counts == (("device_links", 2), ("device_thumbnails", 1))
    assert [(event.fact("device_links"), event.fact("reason")) for event in closed] == [(2, None)] * 3
    for name in ("pipe", "link.jpg", "Thumbs.db"):
        (root / name).unlink()
    look_again(living.workspace, DEVICE)
    (line,) = make_report(living.workspace, None, None, None).record.devices
    assert (line.verdict, line.leftovers) == ("re-checked", None)


def test_a_photo_whose_folder_cannot_be_looked_into_is_not_gone(living: Living) -> None:
    root = living.add_device()
    living.store(root / "Year 3" / "a.jpg", b"a photo")
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")
    (root / "Year 3").rename(root.with_name("elsewhere"))
    (root / "Year 3").symlink_to(root.with_name("elsewhere"))
    assert clearing.confirm(living.workspace, DEVICE, ids, ()) == {"unknown": 1}  # the step that deletes was cut off
    assert root.with_name("elsewhere").joinpath("a.jpg").exists()
    assert living.events("deletion.closed")[0].fact("level") == "unknown"


def test_a_file_replaced_between_check_and_unlink_is_kept(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    path = living.add_device() / "IMG_0412.JPG"
    living.store(path, b"a photo")

    def replace(what: str, name: str) -> None:
        if what == "rename" and name == path.name:
            path.write_bytes(b"the next photo under its name")

    sabotage(monkeypatch, replace)
    assert living.clear() == {"kept": 1}
    assert path.read_bytes() == b"the next photo under its name"
    (device_file,) = living.device_files(DEVICE)
    assert (device_file.state, device_file.reason) == (FileState.KEPT, "It was kept: other bytes lie at its place now.")
    assert living.events("deletion.closed")[0].fact("level") == "unknown"


def test_a_deletion_that_the_file_system_does_not_confirm_is_no_more_than_not_listed(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    living.store(root / "b.jpg", b"another photo")
    hold_id = hold(living, photo=living.device_files(DEVICE)[1].photo)
    monkeypatch.setattr(HandleFolder, "flush", lambda _: False)
    assert living.clear() == {"gone": 1}
    first = living.device_files(DEVICE)[0]
    assert first.level == "not-listed" and "did not confirm" in str(first.reason)
    # Where it fails at that, nobody knows, though the look finds nothing.
    lift_hold(living.workspace, hold_id, Role.HEADTEACHER, "staff-7", "It was answered.")

    def fail(_: HandleFolder) -> bool:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(HandleFolder, "flush", fail)
    assert living.clear() == {"unknown": 1} and not (root / "b.jpg").exists()


def test_a_device_that_vanishes_during_the_deletion_is_unknown_and_cleared_when_it_is_back(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    away = root.with_name("away")

    def pull(what: str, _name: str) -> None:
        if what == "unlink":
            root.rename(away)

    with monkeypatch.context() as during:
        sabotage(during, after=pull)
        assert living.clear() == {"unknown": 1}
    (device_file,) = living.device_files(DEVICE)
    assert (device_file.state, device_file.level) == (FileState.UNKNOWN, "unknown")
    assert living.clear() == {}  # only who tries again looks at it
    away.rename(root)
    assert living.clear(tries_again=True) == {"gone": 1}
    assert "nobody saw it go" in str(living.events("deletion.closed")[-1].fact("reason"))
    assert not living.check_record()


def test_a_device_that_was_away_for_the_deletion_is_unknown_though_it_is_back_for_the_look(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")
    away = root.rename(root.with_name("away"))
    attempts = clearing.erase_opened(living.workspace, DEVICE, ids)
    away.rename(root)
    assert clearing.confirm(living.workspace, DEVICE, ids, attempts) == {"unknown": 1}
    assert living.clear(tries_again=True) == {"gone": 1}


def test_a_device_that_is_not_there_is_unknown_not_empty(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    root.rename(root.with_name("away"))
    root.mkdir()
    assert living.clear() == {"unknown": 1}
    assert (root.with_name("away") / "a.jpg").exists()


@pytest.mark.parametrize("place", ["copy", "original"])
@pytest.mark.parametrize("harm", ["damaged", "gone", "out of reach"])
def test_what_must_be_there_is_read_back_right_before_the_unlink(living: Living, place: str, harm: str) -> None:
    path = living.add_device() / "a.jpg"
    photo = living.photo(living.store(path, b"a photo"))
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")
    settings = living.workspace.settings
    trust = settings.trust_folder
    assert trust is not None and photo.output_name is not None
    kept = trust / photo.output_name if place == "copy" else settings.vault / photo.sha256[:2] / f"{photo.sha256}.age"
    marker = trust / ".redact-trust" if place == "copy" else settings.vault / MARKER_NAME
    if harm == "damaged":
        kept.write_bytes(b"rubbish")
    else:
        (marker if harm == "out of reach" else kept).unlink()
    attempts = clearing.erase_opened(living.workspace, DEVICE, ids)
    assert path.exists()
    assert clearing.confirm(living.workspace, DEVICE, ids, attempts) == {"kept": 1}
    reason = str(living.device_files(DEVICE)[0].reason)
    assert ("copy in trust storage" if place == "copy" else "sealed original") in reason
    assert living.events("deletion.closed")[0].fact("reason") == reason


def test_one_missing_copy_does_not_hide_what_became_of_the_others(living: Living) -> None:
    root = living.add_device()
    photos = [living.photo(living.store(root / f"{n}.jpg", b"photo %d" % n)) for n in range(3)]
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")
    trust, name = living.workspace.settings.trust_folder, photos[1].output_name
    assert trust is not None and name is not None
    (trust / name).unlink()
    attempts = clearing.erase_opened(living.workspace, DEVICE, ids)
    assert [attempt.ending for attempt in attempts] == [Ending.ERASED, Ending.NOT_BEGUN, Ending.ERASED]
    assert clearing.confirm(living.workspace, DEVICE, ids, attempts) == {"gone": 2, "kept": 1}


def test_a_hold_that_comes_after_the_intent_stops_the_deletion(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    photo = living.store(path, b"a photo")
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")
    hold(living, photo=photo[:8])
    attempts = clearing.erase_opened(living.workspace, DEVICE, ids)
    assert path.exists()
    assert clearing.confirm(living.workspace, DEVICE, ids, attempts) == {"kept": 1}
    assert living.device_files(DEVICE)[0].reason == ON_HOLD


def test_a_hold_on_many_does_not_keep_those_behind_them(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "BATCH", 2)
    root = living.add_device()
    for number in range(3):
        hold(living, photo=living.store(root / f"held{number}.jpg", b"held %d" % number))
    for number in range(3):
        living.store(root / f"free{number}.jpg", b"free %d" % number)
    assert [living.clear(), living.clear(), living.clear()] == [{"gone": 2}, {"gone": 1}, {}]
    assert sorted(path.name for path in root.glob("*.jpg")) == ["held0.jpg", "held1.jpg", "held2.jpg"]
    assert {
        device_file.reason for device_file in living.device_files(DEVICE) if device_file.state is FileState.TAKEN
    } == {ON_HOLD}


def test_an_expired_device_is_left_untouched(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    living.clock.go(days=400)
    assert living.clear() == {}
    assert path.exists() and not living.events("deletion")
    assert "not approved" in str(living.device_files(DEVICE)[0].reason)


def test_an_approval_that_has_ended_does_not_come_back_with_a_clock_that_is_set_back(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    living.clock.go(days=400)
    hold(living, photo=living.take(living.add_device("cam-2") / "b.jpg", b"another", "cam-2"))  # the log knows the day
    living.clock.go(days=-400)
    assert living.clear() == {} and path.exists()
    assert "not approved" in str(living.device_files(DEVICE)[0].reason)


def test_a_device_that_is_retired_after_the_intent_keeps_its_files(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")
    retire(living.workspace, DEVICE, Role.CEO, "It was lost.")
    counts = clearing.confirm(living.workspace, DEVICE, ids, clearing.erase_opened(living.workspace, DEVICE, ids))
    assert path.exists()
    assert counts == {"unknown": 1}  # its markers are gone: nobody can say that this is the device


def test_a_clock_set_back_delays_nothing_and_shows_in_the_log(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    living.clock.go(days=-3)
    assert living.clear() == {"gone": 1}
    assert any("clock went back" in notice for notice in living.check_record())


def test_a_locked_record_lets_nothing_be_deleted(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    with locked(living), pytest.raises(DatabaseFault):
        clearing.open_deletions(living.workspace, DEVICE, "system")
    assert path.exists() and not living.events("deletion")
    assert living.clear() == {"gone": 1}


def test_a_record_that_is_locked_after_the_deletion_is_completed_by_the_next_clearing(living: Living) -> None:
    living.store(living.add_device() / "a.jpg", b"a photo")
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")
    attempts = clearing.erase_opened(living.workspace, DEVICE, ids)
    with locked(living), pytest.raises(DatabaseFault):
        clearing.confirm(living.workspace, DEVICE, ids, attempts)
    assert living.clear() == {"gone": 1}
    opened, closed = living.events("deletion")
    assert "nobody saw it go" in str(closed.fact("reason"))
    assert opened.kind.value == "deletion.opened"


@pytest.mark.parametrize("is_held", [False, True])
def test_a_deletion_that_was_cut_off_after_the_unlink_is_closed_honestly(living: Living, is_held: bool) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")
    clearing.erase_opened(living.workspace, DEVICE, ids)  # and then the power failed
    assert not path.exists()
    if is_held:
        hold(living)
    assert living.clear() == {"gone": 1}
    assert len(living.events("deletion.opened")) == 1
    (closed,) = living.events("deletion.closed")
    assert "nobody saw it go" in str(closed.fact("reason"))


def test_a_deletion_that_was_cut_off_before_the_unlink_and_then_held_is_kept(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")

    def crash(what: str, _name: str) -> None:
        if what == "unlink":
            raise KeyboardInterrupt

    with monkeypatch.context() as during:
        sabotage(during, crash)
        with pytest.raises(KeyboardInterrupt):
            clearing.erase_opened(living.workspace, DEVICE, ids)
    hold(living, device=DEVICE)
    assert living.clear() == {"kept": 1}
    assert [path.read_bytes() for path in root.iterdir() if "marker" not in path.name.lower()].count(b"a photo") == 1


@pytest.mark.parametrize("when", ["before the intent", "after the intent"])
def test_what_was_moved_away_is_not_deleted(living: Living, when: str) -> None:
    root = living.add_device()
    photo = living.store(root / "a.jpg", b"a photo")
    living.store(root / "b.jpg", b"another photo")
    if when == "after the intent":
        clearing.open_deletions(living.workspace, DEVICE, "system")
    (root / "a.jpg").rename(root.with_name("somebody's own.jpg"))
    assert living.clear() == {"gone": 1, "removed": 1}
    record = make_report(living.workspace, None, None, None).record
    assert (record.counts.deleted, record.counts.removed, record.counts.unknown) == (1, 1, 0)
    assert record.devices[0].verdict == "unknown" and record.never_closed == ()
    (trouble,) = record.exceptions
    assert (trouble.photo, trouble.is_resolved) == (photo, False)
    assert "moved it away, and nobody saw which" in trouble.reason
    line = read_status(living.workspace).devices[0]
    assert (line.taken, line.cleared, line.left, line.verdict) == (2, 1, 0, "unknown")
    assert [item.what for item in read_status(living.workspace).for_person] == ["gone before"]
    look_again(living.workspace, DEVICE)  # that it is not here is known, and changes nothing
    assert make_report(living.workspace, None, None, None).record.devices[0].verdict == "unknown"
    assert not living.check_record()


def test_of_what_was_moved_away_a_word_is_taken_and_it_counts_as_a_word(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    (root / "a.jpg").unlink()
    assert living.clear() == {"removed": 1}
    attest(living.workspace, DEVICE, Role.HOLDER, "staff-7")
    record = make_report(living.workspace, None, None, None).record
    assert (record.counts.attested, record.counts.removed, record.devices[0].verdict) == (1, 0, "attested")
    look_again(living.workspace, DEVICE)  # it was not here when the word was given either
    assert make_report(living.workspace, None, None, None).record.devices[0].verdict == "attested"
    assert read_status(living.workspace).for_person == ()


def test_a_moved_file_that_comes_back_is_cleared_like_any_other(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    (root / "a.jpg").rename(root.with_name("away.jpg"))
    assert living.clear() == {"removed": 1}
    living.take(root / "a.jpg", b"a photo")
    assert living.clear() == {"gone": 1}
    record = make_report(living.workspace, None, None, None).record
    assert (record.counts.deleted, record.counts.removed, record.devices[0].verdict) == (1, 0, "re-checked")


@pytest.mark.parametrize("is_seen", [False, True])
def test_a_file_that_was_moved_on_its_device_is_followed(living: Living, is_seen: bool) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    (root / "Year 3").mkdir()
    (root / "a.jpg").rename(root / "Year 3" / "a.jpg")
    if is_seen:
        place = Place(DEVICE, ("Year 3", "a.jpg"))
        steps.take_in(living.workspace, device_of(living.device(DEVICE).record), place, look(root / "Year 3/a.jpg"), ())
    counts = [living.clear(), living.clear()]
    assert counts == ([{"gone": 2}, {}] if is_seen else [{"gone": 1}, {"gone": 1}])
    assert not (root / "Year 3" / "a.jpg").exists()
    record = make_report(living.workspace, None, None, None).record
    assert (record.counts.deleted, record.counts.removed, record.devices[0].verdict) == (1, 0, "re-checked")


def test_what_is_moved_past_a_walk_is_found_by_a_second_one(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    root = living.add_device()
    living.store(root / "z" / "a.jpg", b"a photo")
    walks = move_past_a_walk(monkeypatch, results, root / "z" / "a.jpg", root / "a" / "a.jpg")
    (root / "z" / "a.jpg").rename(root.with_name("on its way"))
    assert living.clear() == {"gone": 1} and len(walks) == 2
    assert living.events("deletion.closed")[0].fact("left") == 1
    assert living.clear() == {"gone": 1}
    assert not (root / "a" / "a.jpg").exists()


def test_a_held_photo_that_is_moved_past_a_walk_is_not_said_to_be_taken_away(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = living.add_device()
    living.stop(root / "z" / "a.jpg", b"a photo")
    move_past_a_walk(monkeypatch, rechecking, root / "z" / "a.jpg", root / "a" / "a.jpg")
    (root / "z" / "a.jpg").rename(root.with_name("on its way"))
    assert look_again(living.workspace, DEVICE).found == 1
    assert [event.fact("left") for event in living.events("file.gone")] == [1]


def test_a_deletion_that_stayed_does_not_vouch_for_a_later_one(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")

    def refuse(what: str, _name: str) -> None:
        if what == "unlink":
            raise PermissionError(errno.EPERM, "it may not be")

    with monkeypatch.context() as during:
        sabotage(during, refuse)
        assert living.clear() == {"kept": 1}
    path.unlink()
    assert living.clear(tries_again=True) == {"removed": 1}


def test_nothing_goes_of_which_it_cannot_be_written_down(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")
    monkeypatch.setattr(photo_rows, "note_erasing", lambda *_: False)
    attempts = clearing.erase_opened(living.workspace, DEVICE, ids)
    assert path.read_bytes() == b"a photo"
    assert clearing.confirm(living.workspace, DEVICE, ids, attempts) == {"kept": 1}


def test_a_step_that_never_came_back_is_told_by_looking(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"photo a")
    living.store(root / "b.jpg", b"photo b")
    ids = clearing.open_deletions(living.workspace, DEVICE, "system")
    clearing.erase_opened(living.workspace, DEVICE, ids[:1])
    assert clearing.confirm(living.workspace, DEVICE, ids, ()) == {"gone": 1, "kept": 1}
    reasons = [str(event.fact("reason")) for event in living.events("deletion.closed")]
    assert "nobody saw it go" in reasons[0] and "not begun" in reasons[1]
    assert living.clear(tries_again=True) == {"gone": 1}


def test_one_clearing_at_a_time(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    lock = living.workspace.settings.folder / f"clearing-{DEVICE}.lock"
    with hold_clearing(living.workspace, DEVICE, who="redact clear"), hold_clearing(living.workspace, "another"):
        assert living.clear() == {"gone": 1}  # the thread that holds it may go on
    with (
        hold_lock(lock),
        pytest.raises(ClearingBusy, match="redact clear"),
        hold_clearing(living.workspace, DEVICE, wait_s=0),
    ):
        pass
    with hold_clearing(living.workspace, DEVICE, wait_s=0):
        pass


def test_files_that_keep_failing_are_tried_in_turn(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "BATCH", 2)
    root = living.add_device()
    photos = [living.store(root / f"{n}.jpg", b"photo %d" % n) for n in range(3)]
    root.rename(root.with_name("away"))
    for _ in range(3):
        living.clear(tries_again=True)
    tried = [photos.index(str(event.fact("photo"))) for event in living.events("deletion.opened")]
    assert tried == [0, 1, 2, 0, 1, 2]
