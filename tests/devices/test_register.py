"""The register of devices: who may approve, where folders may lie, markers, the audit log, the commands."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from redact.audit.events import Event, parse_body
from redact.audit.kinds import ID, Role
from redact.audit.kinds import Kind as Entry
from redact.audit.roles import PersonRole
from redact.cli import app
from redact.devices.new_device import NewDevice, end_of_school_year, find_overlaps
from redact.devices.register import add_device, renew, retire
from redact.errors import RedactError, UsageError
from redact.store.database import DatabaseFault
from redact.store.devices import (
    Clears,
    Kind,
    Owner,
    SerialSource,
    mark_attested,
    mark_seen,
    read_device,
    read_devices,
)
from redact.store.schema.tables import log_entries
from redact.workspace.ids import known_device
from redact.workspace.open import Workspace, open_workspace
from tests.rigs.living import copy_workspace
from watcher.device import DeviceKind, Present, Unknown, device_of
from watcher.sort import MARKER_NAME

NOON = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)


@dataclass
class Place:
    """A workspace, a folder for devices, and a clock that can be set."""

    workspace: Workspace
    base: Path
    now: list[datetime]

    def new(self, name: str = "cam-office", /, **changes: object) -> NewDevice:
        folder = self.base / name
        folder.mkdir(exist_ok=True)
        device = NewDevice(name, Kind.DROP_FOLDER, Owner.TRUST, Role.COMMUNICATIONS, Role.HEADTEACHER, folder=folder)
        return replace(device, **changes)  # type: ignore[arg-type]

    def entries(self) -> list[Event]:
        with self.workspace.database.read() as connection:
            return [parse_body(bytes(body))[1] for body in connection.execute(select(log_entries.c.body)).scalars()]

    def markers(self) -> set[str]:
        return {path.parent.relative_to(self.base).as_posix() for path in self.base.rglob(MARKER_NAME)}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    copy_workspace(tmp_path / "workspace")
    now = [NOON]
    (tmp_path / "devices").mkdir()
    with open_workspace(tmp_path / "workspace", lambda: now[0]) as workspace:
        yield Place(workspace, tmp_path / "devices", now)


def test_an_added_device_is_marked_written_down_and_logged(place: Place) -> None:
    (place.base / "more").mkdir()
    new = place.new(
        make="Canon", model="R10", serial="0123", serial_source=SerialSource.LABEL, further=(place.base / "more",)
    )
    added = add_device(place.workspace, new)
    with place.workspace.database.read() as connection:
        assert read_devices(connection) == (added,)
        assert read_device(connection, "cam-office") == added
    assert place.markers() == {"cam-office", "more"}
    assert isinstance(device_of(added.record).is_present(), Present)
    assert device_of(added.record).open(1).status()
    (entry,) = place.entries()
    facts = dict(entry.facts)
    assert entry.kind is Entry.DEVICE_REGISTERED
    assert facts.pop("serial") not in ("", "0123")
    assert facts == {
        "device": "cam-office", "type": "drop-folder", "owner": "trust", "holder": "communications",
        "approved_by": "headteacher", "until": "2027-08-31T22:59:59.999Z", "serial_source": "label",
    }  # fmt: skip
    assert (added.clears, added.record.may_search_volume) == (Clears.AT_ONCE, True)


def test_on_a_personal_device_only_the_agreed_folders_are_looked_at(place: Place) -> None:
    assert not add_device(place.workspace, place.new(owner=Owner.PERSONAL)).record.may_search_volume


def test_an_attest_only_device_has_no_folder(place: Place) -> None:
    added = add_device(place.workspace, place.new("ipad-3", kind=Kind.ATTEST_ONLY, folder=None))
    assert (added.record.kind, added.record.folders, added.clears) == (DeviceKind.ATTEST_ONLY, (), Clears.BY_HAND)
    with pytest.raises(UsageError, match="has no folder"):
        add_device(place.workspace, place.new("ipad-4", kind=Kind.ATTEST_ONLY))
    with pytest.raises(UsageError, match="--folder"):
        add_device(place.workspace, place.new("cam", folder=None))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CEO, Role.HEADTEACHER, Role.IT_SERVICES_MANAGER}))
def test_only_the_people_of_the_policy_approve(place: Place, role: Role) -> None:
    with pytest.raises(UsageError, match="approved by one of"):
        add_device(place.workspace, place.new(approved_by=role))
    add_device(place.workspace, place.new())
    with pytest.raises(UsageError, match="approved by one of"):
        renew(place.workspace, "cam-office", role)
    assert len(place.entries()) == 1


def test_the_program_itself_holds_and_retires_nothing(place: Place) -> None:
    """What a person does never stands in the audit log as done by the program."""
    with pytest.raises(UsageError, match="the program's own"):
        add_device(place.workspace, place.new(holder=Role.SYSTEM))
    add_device(place.workspace, place.new())
    with pytest.raises(UsageError, match="the program's own"):
        retire(place.workspace, "cam-office", Role.SYSTEM, "It broke.")
    assert len(place.entries()) == 1


def test_the_command_line_offers_a_person_every_role_but_the_programs(place: Place) -> None:
    assert set(get_args(PersonRole)) == set(Role) - {Role.SYSTEM}
    folder = place.base / "drop"
    folder.mkdir()
    add = ("add", "cam-1", "--folder", folder, "--approved-by")
    command(place, *add, "ceo", "--holder", "system", told="--holder")
    command(place, *add, "reviewer", told="--approved-by")
    command(place, *add, "ceo")
    command(place, "retire", "cam-1", "--by", "system", "--reason", "Broken.", told="--by")
    assert len(place.entries()) == 1


@pytest.mark.parametrize("name", ["", "Cam", "a b", "a--b", "-a", "a_b", "a" * 41, "zoë", "a/b"])
def test_an_id_fits_the_log_and_the_doors(place: Place, name: str) -> None:
    assert not ID.accepts(name)
    with pytest.raises(UsageError, match="device id"):
        add_device(place.workspace, replace(place.new(), id=name))
    assert place.markers() == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"make": "x" * 81},
        {"model": "a\nb"},
        {"serial": "1"},
        {"serial_source": SerialSource.EXIF},
        {"until": date(2026, 9, 6)},
        {"mount": Path("/")},
        {"folder": Path("/missing/folder")},
        {"kind": Kind.CARD, "mount": Path("/proc")},
    ],
)
def test_what_does_not_fit_changes_nothing(place: Place, changes: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        add_device(place.workspace, place.new(**changes))
    assert (place.entries(), place.markers()) == ([], set())


@pytest.mark.parametrize("where", ["workspace", "vault", "around", "other", "inside other", "twice", "link"])
def test_folders_lie_apart_from_the_workspace_and_from_each_other(place: Place, where: str) -> None:
    home = place.workspace.settings.folder
    first = add_device(place.workspace, place.new())
    assert first.record.root is not None
    (first.record.root / "in").mkdir()
    (place.base / "two").mkdir()
    (place.base / "link").symlink_to(home / "outbox")
    folder, further, told = {
        "workspace": (home, (), f"the same as a folder of the workspace {home} itself"),
        "vault": (home / "vault", (), f"inside a folder of the workspace {home} itself"),
        "around": (home.parent, (), f"around a folder of the workspace {home} itself"),
        "other": (first.record.root, (), "the same as a folder of the device cam-office"),
        "inside other": (first.record.root / "in", (), "inside a folder of the device cam-office"),
        "twice": (place.base / "two", (place.base / "two",), "the same as another folder of it"),
        "link": (place.base / "link", (), f"inside a folder of the workspace {home} itself"),
    }[where]
    with pytest.raises(UsageError, match=re.escape(told)):
        add_device(place.workspace, replace(place.new("cam-2"), folder=folder, further=further))
    assert place.markers() == {"cam-office"}
    assert len(place.entries()) == 1


@pytest.mark.parametrize("folder_of_ours", ["trust", "vault", "."])
@pytest.mark.parametrize("below", ["", "inside"])
def test_what_carries_a_workspaces_marker_is_no_devices_folder(place: Place, folder_of_ours: str, below: str) -> None:
    """A second mount shows it under another identity: a copy of the tree stands for it here."""
    mounted = place.base / "mounted"
    shutil.copytree(place.workspace.settings.folder / folder_of_ours, mounted)
    (mounted / "inside").mkdir(exist_ok=True)
    with pytest.raises(UsageError, match=f"{'lies in' if below else 'is'} the vault, the trust storage"):
        add_device(place.workspace, place.new(folder=mounted / below), replaces_marker=True)
    assert not list(mounted.rglob(MARKER_NAME))


def test_an_id_is_never_given_twice(place: Place) -> None:
    add_device(place.workspace, place.new())
    retire(place.workspace, "cam-office", Role.CEO, "Lost it.")
    with pytest.raises(UsageError, match="never given twice"):
        add_device(place.workspace, place.new())


def test_a_marker_of_another_register_is_replaced_only_on_demand(place: Place) -> None:
    new = place.new()
    assert new.folder is not None
    (new.folder / MARKER_NAME).write_text("another workspace's")
    with pytest.raises(RedactError, match="marker already"):
        add_device(place.workspace, new)
    assert (new.folder / MARKER_NAME).read_text() == "another workspace's"
    added = add_device(place.workspace, new, replaces_marker=True)
    assert isinstance(device_of(added.record).is_present(), Present)


def test_markers_are_taken_back_when_the_register_refuses(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from redact.devices import register as registration

    def locked(*_: object) -> None:
        raise DatabaseFault("another program holds it")

    (place.base / "more").mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(registration, "insert_device", locked)
        with pytest.raises(DatabaseFault):
            add_device(place.workspace, place.new(further=(place.base / "more",)))
    assert place.markers() == set()
    (place.base / "more" / MARKER_NAME).write_text("another workspace's")
    with pytest.raises(RedactError, match="marker already"):
        add_device(place.workspace, place.new(further=(place.base / "more",)))
    assert place.markers() == {"more"}


def test_approval_ends_with_its_day_and_is_renewed(place: Place) -> None:
    device = add_device(place.workspace, place.new(until=date(2026, 9, 8)))
    end = datetime(2026, 9, 8, 22, 59, 59, 999_000, tzinfo=UTC)  # midnight at the school: British summer time
    assert device.is_approved(end)
    assert device.why_not(end + timedelta(milliseconds=1)) == "expired"
    place.now[0] = NOON + timedelta(days=30)
    renewed = renew(place.workspace, "cam-office", Role.CEO)
    assert renewed.until == "2027-08-31T22:59:59.999Z"
    assert (renewed.approved_by, renewed.approved_at) == (Role.CEO, "2026-10-07T12:00:00.000Z")
    assert renewed.is_approved(place.now[0])
    with pytest.raises(UsageError, match="over already"):
        renew(place.workspace, "cam-office", Role.CEO, date(2026, 10, 6))
    assert [entry.kind for entry in place.entries()] == [Entry.DEVICE_REGISTERED, Entry.DEVICE_RENEWED]


def test_a_retired_device_keeps_its_photos_and_loses_its_markers(place: Place) -> None:
    device = add_device(place.workspace, place.new())
    assert device.record.root is not None
    (device.record.root / "IMG_0001.JPG").write_bytes(b"photo")
    retired = retire(place.workspace, "cam-office", Role.CEO, "Sold.")
    assert (retired.marked, retired.waiting) == ((), 0)
    assert [path.name for path in device.record.root.iterdir()] == ["IMG_0001.JPG"]
    assert retired.device.why_not(NOON) == "retired"
    for change in (
        lambda: renew(place.workspace, "cam-office", Role.CEO),
        lambda: retire(place.workspace, "cam-office", Role.CEO, "Sold."),
    ):
        with pytest.raises(UsageError, match="retired for good"):
            change()
    again = add_device(place.workspace, replace(place.new("cam-2"), folder=device.record.root))
    assert isinstance(device_of(again.record).is_present(), Present)


def test_retiring_an_absent_device_says_where_its_marker_stays(place: Place) -> None:
    device = add_device(place.workspace, place.new())
    assert device.record.root is not None
    device.record.root.rename(place.base / "away")
    device.record.root.mkdir()
    (device.record.root / MARKER_NAME).write_text("another workspace's")
    assert retire(place.workspace, "cam-office", Role.CEO, "Sold.").marked == (device.record.root,)
    assert place.markers() == {"away", "cam-office"}


@pytest.mark.parametrize("reason", ["", "in /etc/x", "see IMG_0412.JPG", "x" * 241])
def test_a_reason_has_no_room_for_a_path(place: Place, reason: str) -> None:
    add_device(place.workspace, place.new())
    with pytest.raises(UsageError, match="reason must be"):
        retire(place.workspace, "cam-office", Role.CEO, reason)
    assert place.markers() == {"cam-office"}


@pytest.mark.skipif(not os.path.ismount("/dev/shm"), reason="needs a second volume that anybody may write")
def test_two_cards_may_hang_at_one_place_one_at_a_time(place: Place) -> None:
    import tempfile

    with tempfile.TemporaryDirectory(dir="/dev/shm") as top:
        card = Path(top) / "DCIM"
        card.mkdir()
        first = add_device(place.workspace, replace(place.new("card-1"), kind=Kind.CARD, folder=card))
        assert first.record.mount == Path("/dev/shm")
        with pytest.raises(UsageError, match="lies apart"):
            add_device(place.workspace, replace(place.new("card-2"), kind=Kind.VOLUME, folder=card))
        card.rename(Path(top) / "first is out")
        card.mkdir()
        second = add_device(place.workspace, replace(place.new("card-2"), kind=Kind.VOLUME, folder=card))
        assert isinstance(device_of(second.record).is_present(), Present)
        assert isinstance(device_of(first.record).is_present(), Unknown)
        with place.workspace.database.read() as connection:
            assert list(find_overlaps(place.workspace.settings.own_folders, read_devices(connection))) == []


def test_a_card_is_not_a_folder_of_the_systems_own_disk(place: Place) -> None:
    if any(os.path.ismount(folder) for folder in (place.base, *place.base.parents) if folder != folder.parent):
        pytest.skip("the temporary folder lies on a volume of its own")
    with pytest.raises(UsageError, match="system's own disk"):
        add_device(place.workspace, place.new(kind=Kind.CARD))


def test_device_files_and_attestations_are_noted(place: Place) -> None:
    add_device(place.workspace, place.new())
    with place.workspace.database.write() as connection:
        mark_seen(connection, "cam-office", "2026-09-08T00:00:00.000Z")
        mark_attested(connection, "cam-office", "2026-09-09T00:00:00.000Z")
    found = known_device(place.workspace, "cam-office")
    assert (found.last_seen_at, found.attested_at) == ("2026-09-08T00:00:00.000Z", "2026-09-09T00:00:00.000Z")


@pytest.mark.parametrize(
    ("on", "end"),
    [
        (date(2026, 9, 1), date(2027, 8, 31)),
        (date(2026, 8, 31), date(2026, 8, 31)),
        (date(2027, 1, 1), date(2027, 8, 31)),
    ],
)
def test_a_school_year_ends_in_august(on: date, end: date) -> None:
    assert end_of_school_year(on) == end


def command(place: Place, *arguments: str | Path, told: str | None = None) -> str:
    """Run `redact devices ...`; `told` is in the error it must end with."""
    words = ["devices", *map(str, arguments), "--workspace", str(place.workspace.settings.folder)]
    result = CliRunner().invoke(app, words, terminal_width=200)
    if told is None:
        assert result.exit_code == 0, (result.output, result.exception)
    else:
        assert result.exit_code != 0
        assert told in f"{result.output} {result.exception}"
    return result.stdout


def test_the_commands_do_what_they_say(place: Place) -> None:
    folder = place.base / "drop"
    folder.mkdir()
    command(place, "list")
    command(
        place,
        "add",
        "cam-1",
        "--folder",
        folder,
        "--approved-by",
        "ceo",
        "--owner",
        "personal",
        "--until",
        "2099-08-31",
    )
    (row,) = json.loads(command(place, "list", "--json"))
    assert (row["id"], row["state"], row["owner"], row["until"][:10]) == ("cam-1", "approved", "personal", "2099-08-31")
    assert "cam-1" in command(place, "list")
    assert json.loads(command(place, "show", "cam-1", "--json"))["presence"] == "here"
    assert "personal" in command(place, "show", "cam-1")
    command(place, "renew", "cam-1", "--approved-by", "headteacher", "--until", "2098-01-01")
    assert json.loads(command(place, "show", "cam-1", "--json"))["until"][:10] == "2098-01-01"
    command(place, "retire", "cam-1", "--by", "ceo", "--reason", "Broken.")
    assert json.loads(command(place, "list", "--json"))[0]["state"] == "retired"
    command(place, "show", "cam-9", told="no device cam-9")
    command(place, "show", "Amelia Robinson", told="There is no such device")
    command(place, "add", "cam-2", "--approved-by", "cook", told="cook")
    command(place, "retire", "cam-1", told="Missing")


def test_a_marker_that_cannot_be_removed_is_reported(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    device = add_device(place.workspace, place.new())

    def refuse(_: object, name: str) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("watcher.fs.folders.HandleFolder.unlink", refuse)
    assert retire(place.workspace, "cam-office", Role.CEO, "Sold.").marked == (device.record.root,)
