"""Where everything stands: each entry with an id, a sentence and a next step, and nothing that could be a name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date
from pathlib import Path

import pytest
from sqlalchemy import update

from redact.audit.kinds import Role
from redact.cli.pages.status import print_status
from redact.devices.attest import attest
from redact.devices.clearing import clear as clearing
from redact.devices.holds import add_hold, lift_hold
from redact.devices.recheck import look_again
from redact.devices.register import retire
from redact.devices.untouched import report_unapproved
from redact.errors import UsageError
from redact.photos import steps
from redact.photos.set_aside import set_aside
from redact.redaction.values import LITTLE_LEFT
from redact.redaction.values import Status as Outcome
from redact.reports.items import Item
from redact.reports.status import Status, list_overdue, needs_person, read_status
from redact.reports.term.read import read_term
from redact.reports.term.values import Asked, Matter, OpenPoint
from redact.store import machines as executors
from redact.store import photos as photo_rows
from redact.store.devices import Clears, Owner
from redact.store.photos import FileState, Shown
from redact.store.photos.recalls import recall
from redact.store.schema.tables import log_mirrors, photos
from redact.store.vault import VaultFault
from redact.system.clock import print_moment
from redact.workspace.open import Workspace
from tests.rigs.living import PUPIL, Living, open_living
from watcher.guard import Place

DEVICE = "cam-office"
CHILD = "Amelia Riverstone"


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


def whats(items: tuple[Item, ...]) -> list[str]:
    return [item.what for item in items]


def status_of(living: Living) -> Status:
    status = read_status(living.workspace)
    for item in (*status.waits, *status.for_person, *status.overdue):
        assert item.id and item.since and " " in item.reason and item.next_step, item
    assert needs_person(living.workspace) is bool(status.for_person)
    return status


def line_of(living: Living, device: str = DEVICE) -> dict[str, object]:
    return asdict(next(line for line in read_status(living.workspace).devices if line.id == device))


def hold(workspace: Workspace, **on: str) -> str:
    return add_hold(workspace, Role.HEADTEACHER, "staff-7", "Somebody has asked for it.", **on).id


def test_a_quiet_workspace_needs_nobody(living: Living) -> None:
    living.store(living.add_device() / "a.jpg", b"a photo")
    living.clear()
    status = status_of(living)
    assert (status.waits, status.for_person, status.overdue) == ((), (), ())
    assert dict(status.photos) == {
        "wanted": 0, "arrived": 0, "sealed": 0, "redacted": 0, "stored": 1, "held": 0, "refused": 0,
        "set-aside": 0,
    }  # fmt: skip
    line = line_of(living)
    assert (line["taken"], line["cleared"], line["left"], line["verdict"]) == (1, 1, 0, "re-checked")


def test_what_stopped_names_its_reason_and_the_next_step(living: Living) -> None:
    root = living.add_device()
    held = living.stop(root / "a.jpg", b"photo a")
    refused = living.stop(root / "b.jpg", b"photo b", Outcome.REFUSED)
    wanted = living.stop(root / "c.jpg", b"photo c")
    steps.want_again(living.workspace, wanted, "It is no longer in quarantine.")
    items = status_of(living).for_person
    assert {(item.id, item.what) for item in items} == {
        (held[:12], "held"), (refused[:12], "refused"), (wanted[:12], "wanted"),
    }  # fmt: skip
    assert all(
        item.reason in {"A face could not be covered for certain.", "It is no longer in quarantine."} for item in items
    )
    assert f"redact retry {held[:12]}" in next(item.next_step for item in items if item.what == "held")


def test_since_is_when_it_stopped_and_not_when_it_came_in(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    photo = living.take(path, b"photo a")
    steps.seal(living.workspace, photo)
    living.clock.go(hours=1)
    living.redact_to(photo, Outcome.HELD)
    stopped = living.at
    living.clock.go(hours=1)
    (item,) = status_of(living).for_person
    assert (item.what, item.since) == ("held", stopped)
    steps.want_again(living.workspace, photo, "A person asked for it again.")
    living.stop(path, b"photo a")
    (item,) = status_of(living).for_person
    assert (item.what, item.since) == ("held", living.at)


def test_a_passing_fault_waits_and_needs_nobody(living: Living) -> None:
    photo = living.take(living.add_device() / "a.jpg", b"a photo")
    with living.workspace.database.write() as connection:
        for _ in range(3):
            photo_rows.note_trouble(connection, photo, "The disk is full.")
    status = status_of(living)
    assert not status.for_person
    (item,) = status.waits
    assert (item.id, item.reason, item.tries) == (photo[:12], "The disk is full.", 3)


def test_files_that_could_not_be_deleted_are_an_incident_until_they_are_gone(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    root.rename(root.with_name("away"))
    living.clear()
    (item,) = status_of(living).for_person
    assert (item.what, item.device) == ("not known to be gone", DEVICE)
    assert line_of(living)["verdict"] == "unknown"
    root.with_name("away").rename(root)
    living.clear(tries_again=True)
    assert not status_of(living).for_person
    assert line_of(living)["verdict"] == "re-checked"


def test_a_deletion_that_never_ended_is_named_after_an_hour(living: Living) -> None:
    living.store(living.add_device() / "a.jpg", b"a photo")
    clearing.open_deletions(living.workspace, DEVICE, "system")
    assert not status_of(living).for_person
    living.clock.go(hours=2)
    assert whats(status_of(living).for_person) == ["deletion open"]


def test_a_verdict_is_the_lowest_of_all_places(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"photo a")
    living.store(root / "b.jpg", b"photo b")
    living.clear()
    assert line_of(living)["verdict"] == "re-checked"
    with living.workspace.database.write() as connection:
        (first, _) = photo_rows.list_device_files(connection, device=DEVICE)
        photo_rows.move_device_file(connection, first, FileState.GONE, level="not-listed")
    assert line_of(living)["verdict"] == "not-listed"
    living.take(root / "c.jpg", b"photo c")
    assert line_of(living)["verdict"] == "unknown"


def test_a_device_cleared_by_hand_waits_for_a_person(living: Living) -> None:
    living.store(living.add_device(clears=Clears.BY_HAND) / "a.jpg", b"a photo")
    (item,) = status_of(living).for_person
    assert (item.id, item.count) == (DEVICE, 1)
    assert f"redact clear {DEVICE}" in item.next_step


@pytest.mark.parametrize("scope", ["device", "photo", "workspace"])
def test_a_hold_is_listed_once_and_is_no_incident(living: Living, scope: str) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    given = hold(living.workspace, **{"device": {"device": DEVICE}, "photo": {"photo": photo}, "workspace": {}}[scope])
    assert living.clear() == {}
    status = status_of(living)
    assert not status.for_person
    assert [(item.id, item.what) for item in status.waits] == [(given, "on hold")]
    assert line_of(living)["holds"] == (() if scope == "photo" else (given,))
    lift_hold(living.workspace, given, Role.HEADTEACHER, "staff-7", "It is over.")
    assert not status_of(living).waits


def test_a_hold_on_a_photo_takes_its_file_from_those_that_a_person_clears(living: Living) -> None:
    root = living.add_device(clears=Clears.BY_HAND)
    photos = [living.store(root / f"{name}.jpg", f"photo {name}".encode()) for name in "ab"]
    hold(living.workspace, photo=photos[0])
    (item,) = status_of(living).for_person
    assert (item.count, item.reason) == (1, "1 file of stored photos waits for a person to have it deleted.")
    hold(living.workspace, photo=photos[1])
    assert not status_of(living).for_person


def test_an_expired_and_a_retired_device_are_reported_with_what_lies_there(living: Living) -> None:
    living.store(living.add_device() / "a.jpg", b"a photo")
    living.clock.go(days=400)
    (item,) = status_of(living).for_person
    assert "expired" in item.reason and f"redact devices renew {DEVICE}" in item.next_step
    assert line_of(living)["standing"] == "expired"
    retire(living.workspace, DEVICE, Role.CEO, "It was sold.")
    (item,) = status_of(living).for_person
    assert "retired" in item.reason and f"redact attest {DEVICE}" in item.next_step


@pytest.mark.parametrize("owner", list(Owner))
def test_a_photo_that_was_set_aside_and_lies_on_its_device_is_told_at_once(living: Living, owner: Owner) -> None:
    path = living.add_device(owner=owner) / "a.jpg"
    photo = living.photo(living.stop(path, b"a photo"))
    set_aside(living.workspace, photo, Role.HEADTEACHER, "staff-7", "Nothing of it is to be published.")
    (item,) = read_status(living.workspace).for_person
    assert (item.id, item.what, item.count) == (DEVICE, "set aside", 1) and needs_person(living.workspace)
    assert ("a personal device" in item.reason) is (owner is Owner.PERSONAL)
    assert f"redact devices check {DEVICE}" in item.next_step
    path.unlink()
    look_again(living.workspace, DEVICE)
    assert read_status(living.workspace).for_person == () and not needs_person(living.workspace)


def test_left_items_are_counted_by_reason_and_never_named(living: Living) -> None:
    living.add_device()
    with living.workspace.database.write() as connection:
        for number in range(3):
            place = Place(DEVICE, (CHILD, f"{number}.mov"))
            photo_rows.note_left(
                connection, living.workspace.keys.tags, place, "It needs a person: a video.", living.at
            )
        photo_rows.note_device(connection, DEVICE, photo_rows.LeftKind.DEVICE, "2 photos lie there.", living.at)
    status = status_of(living)
    (item,) = status.for_person  # the second was said while the device was not approved
    assert (item.id, item.count, item.reason) == (DEVICE, 3, "It needs a person: a video.")


def test_recalled_copies_and_a_lagging_place_need_a_person(living: Living) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    with living.workspace.database.write() as connection:
        photo_rows.write_shown(connection, photo, [Shown(PUPIL, is_by_hand=False)], 1)
        recall(connection, PUPIL, living.at)
        lag = update(log_mirrors).values(fault="permission denied")
        connection.execute(lag)
    items = {item.what: item for item in status_of(living).for_person}
    assert set(items) == {"recalled", "checkpoints lag"}
    assert items["recalled"].id == photo[:12] and str(living.photo(photo).output_name) in items["recalled"].next_step
    assert items["checkpoints lag"].id == "mirror-1" and "permission denied" in items["checkpoints lag"].reason


@pytest.mark.parametrize(("owner", "hours"), [(Owner.PERSONAL, 24), (Owner.TRUST, 168)])
def test_a_photo_is_overdue_when_its_time_is_over(living: Living, owner: Owner, hours: int) -> None:
    living.store(living.add_device(owner=owner) / "a.jpg", b"a photo")
    living.clock.go(hours=hours)
    assert list_overdue(living.workspace) == ()
    living.clock.go(seconds=1)
    (item,) = list_overdue(living.workspace)
    assert (item.id, item.count) == (DEVICE, 1) and f"{hours} hours" in item.reason
    living.clear()
    assert list_overdue(living.workspace) == ()


@pytest.mark.parametrize(("owner", "hours"), [(Owner.PERSONAL, 24), (Owner.TRUST, 168)])
def test_what_was_never_taken_in_is_overdue_too(living: Living, owner: Owner, hours: int) -> None:
    living.add_device(owner=owner)
    with living.workspace.database.write() as connection:
        for number in range(2):
            place = Place(DEVICE, (CHILD, f"{number}.mov"))
            photo_rows.note_left(connection, living.workspace.keys.tags, place, "It needs a person: video.", living.at)
    living.clock.go(hours=hours)
    assert list_overdue(living.workspace) == ()
    living.clock.go(seconds=1)
    (item,) = list_overdue(living.workspace)
    assert (item.id, item.what, item.count) == (DEVICE, "left on device", 2)
    assert f"{hours} hours" in item.reason and f"redact devices check {DEVICE}" in item.next_step


def test_photos_on_an_expired_device_are_overdue(living: Living) -> None:
    (living.add_device() / "a.jpg").write_bytes(b"not opened")
    living.clock.go(days=400)
    report_unapproved(living.workspace, [living.device(DEVICE)])
    assert list_overdue(living.workspace) == ()
    living.clock.go(hours=169)
    (item,) = list_overdue(living.workspace)
    assert "1 photo lies there" in item.reason and f"redact devices renew {DEVICE}" in item.next_step


def test_an_attest_only_device_is_asked_again_when_its_last_attestation_is_old(living: Living) -> None:
    living.add_attested()
    attest(living.workspace, "ipad-3", Role.HOLDER, "staff-7")
    living.clock.go(hours=24)
    assert list_overdue(living.workspace) == ()
    living.clock.go(seconds=1)
    assert [(item.id, item.what) for item in list_overdue(living.workspace)] == [("ipad-3", "attestation is old")]
    report = read_term(living.workspace, Asked(date(2026, 9, 1), date(2026, 12, 31)))
    open_points = [point for standing in report.standings for point in standing.open if point.count]
    assert open_points == [OpenPoint(Matter.ATTESTATION_DUE, 1)]
    attest(living.workspace, "ipad-3", Role.HOLDER, "staff-7")
    assert list_overdue(living.workspace) == ()


def test_an_attest_only_device_is_chased_until_somebody_gives_a_word(living: Living) -> None:
    living.add_attested()
    assert list_overdue(living.workspace) == ()
    living.clock.go(hours=25)
    assert [item.id for item in list_overdue(living.workspace)] == ["ipad-3"]
    assert line_of(living, "ipad-3")["verdict"] == "unknown"
    attest(living.workspace, "ipad-3", Role.HOLDER, "staff-7")
    assert list_overdue(living.workspace) == ()
    assert line_of(living, "ipad-3")["verdict"] == "attested"


def test_gaps_in_the_counter_are_reported(living: Living) -> None:
    root = living.add_device()
    for number in (412, 431, 432):
        living.take(root / f"IMG_{number:04}.JPG", b"photo %d" % number)
    assert line_of(living)["gaps"] == ("IMG_0412 to IMG_0431: 18 photos counted and not handed in",)


def test_the_watchers_word_is_fresh_for_two_minutes(living: Living) -> None:
    assert not status_of(living).is_watched and status_of(living).watched_at is None
    with living.workspace.database.write() as connection:
        executors.beat(connection, living.workspace.executor, living.clock())
    assert status_of(living).is_watched
    living.clock.go(minutes=3)
    assert not status_of(living).is_watched


def test_nothing_in_it_could_be_a_name_or_a_path(living: Living) -> None:
    root = living.add_device()
    living.stop(root / CHILD / f"{CHILD}.jpg", b"photo a")
    living.store(root / CHILD / f"{CHILD} 2.jpg", b"photo b")
    waits = living.take(root / CHILD / f"{CHILD} 3.jpg", b"photo c")
    root.rename(root.with_name("away"))
    living.clear()
    with living.workspace.database.write() as connection:
        vault = living.workspace.settings.vault
        photo_rows.note_trouble(connection, waits, str(VaultFault(vault, "the disk is full", waits)))
        place = Place(DEVICE, (CHILD, f"{CHILD}.mov"))
        photo_rows.note_left(connection, living.workspace.keys.tags, place, "It needs a person: a video.", living.at)
    living.clock.go(days=30)
    told = json.dumps(asdict(status_of(living)))
    assert CHILD not in told and str(living.folder) not in told and PUPIL not in told


# -- an attestation where nobody can look --


def test_a_word_is_not_taken_where_a_look_is_possible(living: Living) -> None:
    living.store(living.add_device() / "a.jpg", b"a photo")
    with pytest.raises(UsageError, match="redact clear"):
        attest(living.workspace, DEVICE, Role.HOLDER, "staff-7")
    assert not living.events("device.attested")


@pytest.mark.parametrize("before", ["taken", "unknown", "opened"])
def test_a_lost_device_is_attested_file_by_file(living: Living, before: str) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    held = living.store(root / "b.jpg", b"a photo that somebody asked for")
    living.stop(root / "c.jpg", b"a photo that is not stored")
    hold(living.workspace, photo=held)
    if before == "opened":
        clearing.open_deletions(living.workspace, DEVICE, "system")
    root.rename(root.with_name("lost"))
    if before == "unknown":
        living.clear()
    done = attest(living.workspace, DEVICE, Role.HOLDER, "staff-7", "It was lost, and erased from afar.")
    assert (done.files, done.on_hold, done.not_stored) == (1, 1, 1)
    opened, attested = living.events("deletion")[-2:]
    assert (opened.kind.value, attested.kind.value) == ("deletion.opened", "deletion.attested")
    assert attested.fact("by") == "holder" and "staff-7" not in str(attested)
    (word,) = living.events("device.attested")
    assert word.fact("reason") == "It was lost, and erased from afar."
    gone = [device_file for device_file in living.device_files(DEVICE) if device_file.state is FileState.GONE]
    assert [(device_file.level, device_file.arrival) for device_file in gone] == [("attested", None)]
    assert living.device(DEVICE).attested_at == print_moment(living.clock())
    assert not living.check_record()


def test_an_attested_file_that_turns_up_again_is_taken_seriously(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"a photo")
    root.rename(root.with_name("lost"))
    attest(living.workspace, DEVICE, Role.HOLDER, "staff-7")
    root.with_name("lost").rename(root)
    living.take(root / "a.jpg", b"a photo")
    assert line_of(living)["verdict"] == "unknown"
    assert living.clear() == {"gone": 1}
    assert line_of(living)["verdict"] == "re-checked"


def test_places_that_may_be_faces_are_told(living: Living, capsys: pytest.CaptureFixture[str]) -> None:
    root = living.add_device()
    photo = living.store(root / "a.jpg", b"a photo")
    living.store(root / "b.jpg", b"another")
    places: dict[str, object] = {"kind": "face", "polygon": [], "score": 0.2, "reason": "a reason"}
    plan = [places | {"action": action} for action in ("maybe", "covered", "maybe")]
    with living.workspace.database.write() as connection:
        connection.execute(update(photos).where(photos.c.sha256 == photo).values(plan=json.dumps(plan)))
    status = status_of(living)
    assert status.maybes == ((photo[:12], 2),)
    assert not status.for_person, "the copies are made: nothing in the workspace waits for it"
    print_status(status, UTC)
    assert f"2 places may be faces and are left bare. Look before the copy is used: redact show {photo[:12]}" in (
        capsys.readouterr().out.replace("\n", " ")
    )


def test_photos_of_which_covers_leave_little_are_told(living: Living, capsys: pytest.CaptureFixture[str]) -> None:
    root = living.add_device()
    ids = [living.store(root / f"{name}.jpg", name.encode()) for name in "abc"]
    shares = {ids[0]: (0.5, "[0, 0, 9, 9]"), ids[1]: (LITTLE_LEFT, None), ids[2]: (None, None)}
    with living.workspace.database.write() as connection:
        for photo, (share, crop) in shares.items():
            row = update(photos).where(photos.c.sha256 == photo)
            connection.execute(row.values(covered_share=share, crop=crop))
    status = status_of(living)
    assert status.little_left == ((ids[0][:12], True),)
    print_status(status, UTC)
    told = f"Covers leave little of 1 photo: crop it, or take another photo, from farther away. {ids[0][:12]}"
    assert told in capsys.readouterr().out.replace("\n", " ")


def test_little_that_is_left_is_told_of_one_school_too(living: Living) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    with living.workspace.database.write() as connection:
        connection.execute(update(photos).values(covered_share=LITTLE_LEFT + 0.1, school="oak"))
    told = {school: read_status(living.workspace, school).little_left for school in ("oak", "elm")}
    assert told == {"oak": ((photo[:12], False),), "elm": ()}
