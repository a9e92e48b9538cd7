"""A device that was cleared is looked over once more: what is still gone, what came back, what a person took away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from redact.audit.deletions.values import DeletionRecord
from redact.audit.kinds import Role
from redact.audit.level import Level
from redact.cli import app
from redact.devices import recheck
from redact.devices.attest import attest
from redact.devices.clearing import clear as clearing
from redact.devices.clearing.lock import ClearingBusy
from redact.devices.recheck import LookedAgain, look_again
from redact.errors import ExitCode, UsageError
from redact.photos.set_aside import set_aside
from redact.redaction.values import Status
from redact.reports.audit_log import make_report
from redact.reports.status import list_overdue, read_status
from redact.store import photos as photo_rows
from redact.store.devices import Owner
from redact.store.photos import FileState
from redact.system.lock import hold_lock
from tests.rigs.living import Living, open_living
from watcher.erasing.residue import Residue, find_contents
from watcher.guard import Place
from watcher.sort import MARKER_NAME

DEVICE = "cam-office"


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


def check(living: Living, days: int = 30) -> LookedAgain:
    return look_again(living.workspace, DEVICE, days)


def command(living: Living, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setattr("redact.workspace.open.system_now", living.clock)
    return CliRunner().invoke(app, ["devices", "check", DEVICE, "--workspace", str(living.workspace.settings.folder)])


def verdict(living: Living) -> str:
    return next(line.verdict for line in read_status(living.workspace).devices if line.id == DEVICE)


def record(living: Living) -> DeletionRecord:
    return make_report(living.workspace, None, None, None).record


def test_what_is_still_gone_is_on_record_once_more(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    root = living.add_device()
    photo = living.store(root / "a.jpg", b"a photo")
    living.clear()
    (root / "another.jpg").write_bytes(b"a phot0")  # of the same size
    living.clock.go(days=3)
    ended = command(living, monkeypatch)
    assert ended.exit_code == 0, ended.output
    assert "1 looked for again, 0 found" in ended.stdout and "level re-checked" in ended.stdout
    opened, _, again = living.events("deletion")
    assert (opened.kind.value, again.kind.value) == ("deletion.opened", "deletion.rechecked")
    assert (again.fact("photo"), again.fact("level"), again.fact("left"), again.fact("reason")) == (
        photo, "re-checked", 0, None,
    )  # fmt: skip
    assert living.device(DEVICE).last_seen_at == living.at
    assert not living.check_record()


def test_a_look_lifts_a_verdict_that_was_low(living: Living) -> None:
    living.store(living.add_device() / "a.jpg", b"a photo")
    living.clear()
    with living.workspace.database.write() as connection:
        (device_file,) = photo_rows.list_device_files(connection)
        photo_rows.move_device_file(
            connection, device_file, FileState.GONE, level="not-listed"
        )  # it was not flushed, for instance
    assert verdict(living) == "not-listed"
    assert check(living).level == "re-checked" == verdict(living)


def test_a_word_becomes_a_look_when_the_device_is_back(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    stopped = living.stop(root / "b.jpg", b"a photo that nobody needs")
    set_aside(living.workspace, living.photo(stopped), Role.REVIEWER, "staff-7", "Nobody needs it.")
    root.rename(root.with_name("lost"))
    attest(living.workspace, DEVICE, Role.HOLDER, "staff-7")
    assert verdict(living) == "attested" == record(living).devices[0].verdict
    root.with_name("lost").rename(root)
    for name in ("a.jpg", "b.jpg"):
        (root / name).unlink()
    assert check(living) == LookedAgain(2, 0, 0, 0, Level.RE_CHECKED)
    assert verdict(living) == "re-checked" == record(living).devices[0].verdict
    assert (record(living).counts.attested, record(living).counts.removed) == (0, 2)
    assert not living.check_record()


def test_a_word_that_was_false_is_found_out(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    root.rename(root.with_name("lost"))
    attest(living.workspace, DEVICE, Role.HOLDER, "staff-7")
    root.with_name("lost").rename(root)
    assert check(living) == LookedAgain(0, 1, 0, 0, "")
    assert verdict(living) == "unknown" == record(living).devices[0].verdict
    assert living.clear() == {"gone": 1} and verdict(living) == "re-checked"


@pytest.mark.parametrize("where", ["DCIM/renamed.jpg", ".Trash-1000/files/a.jpg", "a.jpg"])
def test_a_copy_that_came_back_is_found_by_its_bytes_and_cleared_next(
    living: Living, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    living.clear()
    back = root / where
    back.parent.mkdir(parents=True, exist_ok=True)
    back.write_bytes(b"a photo")
    ended = command(living, monkeypatch)
    assert ended.exit_code == ExitCode.HELD and "1 found" in ended.stdout and "deleted next" in ended.stderr
    assert verdict(living) == "unknown" == record(living).devices[0].verdict
    again = living.events("deletion.rechecked")
    assert [event.fact("left") for event in again] == ([] if where == "a.jpg" else [1])
    assert check(living).found == 0  # it is known now
    assert living.clear() == {"gone": 1} and not back.exists()
    assert verdict(living) == "re-checked" == record(living).devices[0].verdict
    living.clock.go(hours=1)
    assert check(living).is_all_gone and not [told for told in record(living).exceptions if not told.is_resolved]
    assert not living.check_record()


def test_only_the_period_is_looked_for(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"photo a")
    living.clear()
    living.clock.go(days=20)
    living.store(root / "b.jpg", b"a later photo")
    living.clear()
    assert [check(living, days).gone for days in (10, 30)] == [1, 2]


def test_a_device_that_is_away_or_not_approved_is_not_spoken_of(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    living.clear()
    entries = len(living.events())
    root.rename(root.with_name("away"))
    with pytest.raises(UsageError, match="cannot be looked at"):
        check(living)
    root.with_name("away").rename(root)
    living.clock.go(days=400)
    with pytest.raises(UsageError, match="expired"):
        check(living)
    living.add_attested()
    with pytest.raises(UsageError):
        look_again(living.workspace, "ipad-3")
    assert len(living.events()) == entries + 1  # the registration
    assert not living.events("deletion.rechecked") and verdict(living) == "re-checked"


def test_a_held_photo_is_not_said_to_be_taken_away_where_a_folder_could_not_be_looked_at(living: Living) -> None:
    root = living.add_device(further=1)
    living.stop(root / "a.jpg", b"a held photo")
    (root / "a.jpg").unlink()
    further = root.with_name("1")
    further.rename(further.with_name("away"))
    assert (check(living).still_there, living.events("file.gone")) == (1, [])


def test_a_device_that_goes_before_the_look_is_written_down_has_nothing_recorded(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    living.clear()

    def look(*arguments: Any) -> dict[str, tuple[Residue, ...]]:
        found = find_contents(*arguments)
        (root / MARKER_NAME).unlink()  # another card is in by now, say
        return found

    monkeypatch.setattr(recheck, "find_contents", look)
    with pytest.raises(UsageError, match="cannot be looked at"):
        check(living)
    assert not living.events("deletion.rechecked")


def test_a_folder_that_cannot_be_looked_at_makes_it_unknown_until_it_can(living: Living) -> None:
    root = living.add_device(further=1)
    living.store(root / "a.jpg", b"a photo")
    living.clear()
    further = root.with_name("1")
    further.rename(further.with_name("away"))
    seen = check(living)
    assert seen.level == "unknown" == verdict(living) and not seen.is_all_gone
    (again,) = living.events("deletion.rechecked")
    assert (again.fact("level"), again.fact("left")) == ("unknown", 0) and "could not be looked at" in str(again)
    assert (again.fact("device_closed"), again.fact("device_links")) == (1, None)
    further.with_name("away").rename(further)
    assert check(living).level == "re-checked" == verdict(living) == record(living).devices[0].verdict
    assert not living.check_record()


def test_on_a_personal_device_only_the_agreed_folder_is_looked_at(living: Living) -> None:
    living.store(living.add_device(owner=Owner.PERSONAL) / "a.jpg", b"a photo")
    living.clear()
    assert check(living).level == "not-listed"


def test_what_was_left_by_its_name_stays_counted_and_what_is_seen_is_counted_again(living: Living) -> None:
    root = living.add_device()
    living.store(root / "IMG_0412.JPG", b"a photo")
    (root / "IMG_0412.CR2").write_bytes(b"the raw file")
    (root / ".trashed-1893456000-IMG_0412.JPG").write_bytes(b"cropped")
    living.clear()
    assert [device_file.left for device_file in living.device_files()] == [2]
    for _ in range(2):  # a second look knows what the first one knew
        assert check(living).level == "re-checked"
        assert [device_file.left for device_file in living.device_files()] == [2]
    assert living.events("deletion.closed")[-1].fact("left_siblings") == 1
    entry = living.events("deletion.rechecked")[-1]
    assert (entry.fact("left"), entry.fact("by_name"), entry.fact("reason")) == (2, 2, None)
    (device_file,) = living.device_files()
    assert device_file.by_name == 2 and "2 left: found by its name" in str(device_file.reason)


def test_a_thumbnail_cache_that_a_person_removed_is_no_longer_counted(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    (root / "Thumbs.db").write_bytes(b"thumbnails")
    living.clear()
    (told,) = (line.leftovers for line in record(living).devices)
    assert told is not None and told.counts == (("device_thumbnails", 1),)
    assert check(living).level == "re-checked"
    assert [line.leftovers and line.leftovers.counts for line in record(living).devices] == [told.counts]
    (root / "Thumbs.db").unlink()
    check(living)
    assert [line.leftovers for line in record(living).devices] == [None]


def test_a_held_photo_whose_folder_cannot_be_looked_into_was_not_taken_away(living: Living) -> None:
    root = living.add_device()
    living.stop(root / "Year 3" / "a.jpg", b"a photo")
    (root / "Year 3").rename(root.with_name("elsewhere"))
    (root / "Year 3").symlink_to(root.with_name("elsewhere"))
    assert (check(living).taken_away, check(living).still_there) == (0, 1)
    assert not living.events("file.gone")


@pytest.mark.parametrize("status", [Status.HELD, Status.REFUSED])
@pytest.mark.parametrize("is_set_aside", [True, False])
def test_a_file_that_a_person_took_off_leaves_the_list(living: Living, status: Status, is_set_aside: bool) -> None:
    path = living.add_device(owner=Owner.PERSONAL) / "a.jpg"
    photo = living.stop(path, b"a photo", status)
    if is_set_aside:
        set_aside(living.workspace, living.photo(photo), Role.REVIEWER, "staff-7", "Nobody needs it.")
    living.clock.go(days=2)
    assert len(list_overdue(living.workspace)) == 1
    seen = check(living)
    assert (seen.still_there, seen.taken_away, seen.is_all_gone) == (1, 0, False)
    assert not living.events("file.gone")
    path.unlink()
    seen = check(living)
    assert (seen.still_there, seen.taken_away, seen.is_all_gone) == (0, 1, True)
    (gone,) = living.events("file.gone")
    assert (gone.fact("level"), gone.fact("left")) == ("not-listed", 0)
    assert "not this program" in str(gone.fact("reason"))
    assert list_overdue(living.workspace) == () and verdict(living) == "not-listed"
    assert not living.events("deletion") and record(living).counts.removed == 1
    assert living.device_files()[0].arrival is None  # the path is forgotten
    assert not living.check_record()


@pytest.mark.parametrize("what", ["film", "link", "pipe"])
def test_what_was_listed_for_a_person_leaves_the_list_once_it_is_not_there(living: Living, what: str) -> None:
    path = living.add_device() / "Ada Lovelace.mov"
    if what == "film":
        path.touch()
    elif what == "link":
        path.symlink_to("/etc/passwd")
    else:
        os.mkfifo(path)
    with living.workspace.database.write() as connection:
        place = Place(DEVICE, (path.name,))
        photo_rows.note_left(
            connection, living.workspace.keys.tags, place, "It was left untouched: it is a link.", living.at
        )
    assert (check(living).listed, check(living).is_all_gone) == (1, False)
    path.unlink()
    assert (check(living).listed, check(living).is_all_gone) == (0, True)
    assert read_status(living.workspace).for_person == ()


def test_a_file_that_was_only_moved_is_followed(living: Living) -> None:
    root = living.add_device()
    living.stop(root / "a.jpg", b"a photo")
    (root / "kept").mkdir()
    (root / "a.jpg").rename(root / "kept" / "b.jpg")
    seen = check(living)
    assert (seen.taken_away, seen.found, seen.is_all_gone) == (1, 1, False)
    assert check(living).still_there == 1 and verdict(living) == "unknown"


def test_a_photo_that_was_taken_away_and_comes_back_is_known_again(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    living.stop(path, b"a photo")
    path.unlink()
    check(living)
    path.write_bytes(b"a photo")
    assert check(living) == LookedAgain(0, 1, 0, 0, "")
    assert verdict(living) == "unknown" == record(living).devices[0].verdict


def test_what_is_under_way_is_left_to_the_watcher(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    living.take(path, b"a photo")
    path.unlink()
    assert check(living) == LookedAgain(0, 0, 0, 0, "")
    living.store(path, b"another photo")
    clearing.open_deletions(living.workspace, DEVICE, "system")
    assert check(living) == LookedAgain(0, 0, 0, 0, "")


def test_nobody_looks_while_somebody_clears(living: Living) -> None:
    living.add_device()
    with hold_lock(living.workspace.settings.folder / f"clearing-{DEVICE}.lock"), pytest.raises(ClearingBusy):
        look_again(living.workspace, DEVICE, wait_s=0.0)
