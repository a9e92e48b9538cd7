"""The vault is watched: each sealed original is read back within a month, and a difference ends when it is mended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from redact.cli import app
from redact.devices.clearing.judge import candidates, judge
from redact.photos.retry import retry
from redact.redaction.values import Status
from redact.reports.doctor.examine import examine
from redact.reports.health import read_health
from redact.reports.status import read_status
from redact.service.periodic import daily
from redact.store.devices import Clears
from redact.store.photos import FileState, State
from redact.store.schema.tables import device_files, photos
from redact.store.vault import MARKER_NAME, VaultFault
from tests.rigs.living import Living, open_living
from tests.rigs.workspaces import photo_bytes, sha

PHOTOS = [photo_bytes(number) for number in range(1, 3)]
OLDEST = sha(PHOTOS[0])
DEVICE = "cam-office"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as living:
        drop = living.add_device(clears=Clears.BY_HAND)
        for number, content in enumerate(PHOTOS):
            living.store(drop / f"{number}.jpg", content)
            living.clock.go(minutes=1)
        yield living


def sealed_file(rig: Living, photo: str = OLDEST) -> Path:
    return rig.workspace.settings.vault / photo[:2] / f"{photo}.age"


def flip(path: Path) -> bytes:
    """Change one bit of the last byte, as a bad disk does; return what was there."""
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    return whole


def check(rig: Living, turns: int = 3) -> None:
    (task,) = (task for task in daily(rig.workspace) if task.name == "vault checked")
    for _ in range(turns):
        task.act()
        rig.clock.go(seconds=30)


def note(rig: Living, **columns: str | None) -> None:
    with rig.workspace.database.write() as connection:
        connection.execute(update(photos).where(photos.c.sha256 == OLDEST).values(**columns))


def told(rig: Living) -> list[tuple[str, str, str]]:
    items = read_status(rig.workspace).for_person
    return [(item.id, item.reason, item.next_step) for item in items if item.what == "original differs"]


def doctor(rig: Living) -> str:
    findings = examine(rig.workspace.settings.folder, rig.clock)
    return next(str(finding.grade.value) for finding in findings if finding.check == "sealed originals")


def differs(rig: Living) -> list[tuple[object, object]]:
    return [(event.fact("found"), event.fact("photo")) for event in rig.events("vault.differs")]


def test_a_damaged_original_is_told_until_it_is_mended(rig: Living) -> None:
    whole = flip(sealed_file(rig))
    check(rig, 1)
    assert not told(rig), "newest first: this one is the oldest"
    check(rig)
    ((photo, reason, next_step),) = told(rig)
    assert photo == OLDEST[:12] and "other bytes" in reason
    assert "backup of the vault" in next_step and "copy stands" in next_step and "is not deleted" in next_step
    assert differs(rig) == [("changed", OLDEST)] and len(rig.events("vault.checked")) == 1
    assert doctor(rig) == "fail" and not read_health(rig.workspace).vault.is_whole
    sealed_file(rig).write_bytes(whole)
    check(rig, 1)
    assert not told(rig) and doctor(rig) == "ok" and read_health(rig.workspace).vault.is_whole
    assert len(differs(rig)) == 1, "told once, however often it is seen"


@pytest.mark.parametrize("is_endless", [False, True])
def test_one_that_is_gone_or_cannot_be_read_hides_no_other(rig: Living, *, is_endless: bool) -> None:
    newest = sealed_file(rig, sha(PHOTOS[1]))
    if is_endless:  # sparse: it takes no room, and an hour to read
        os.truncate(newest, 1 << 40)
    else:
        newest.unlink()
        newest.mkdir()
    sealed_file(rig).unlink()
    check(rig, 3)
    assert differs(rig) == [("not-whole", sha(PHOTOS[1])), ("missing", OLDEST)]
    (end,) = rig.events("vault.checked")
    assert (end.fact("checked"), end.fact("missing"), end.fact("differs")) == (2, 1, 1)


def test_doctor_says_so_where_nobody_has_read_back_for_a_month(rig: Living) -> None:
    """The watcher was stopped: that all was well a month ago says nothing of today."""
    check(rig)
    settings = rig.workspace.settings.folder

    def graded() -> str:
        found = examine(settings, rig.clock)
        return next(each.grade.value for each in found if each.check == "sealed originals")

    rig.clock.go(days=30)
    assert graded() == "ok"
    rig.clock.go(days=2)
    assert graded() == "warn"
    check(rig)
    assert graded() == "ok"


def test_a_vault_that_is_out_is_no_difference(rig: Living) -> None:
    marker = rig.workspace.settings.vault / MARKER_NAME
    text = marker.read_bytes()
    marker.unlink()
    with pytest.raises(VaultFault):
        check(rig, 1)
    marker.write_bytes(text)
    check(rig)
    assert not differs(rig) and len(rig.events("vault.checked")) == 1


def test_one_that_goes_or_is_replaced_on_purpose_is_no_difference(rig: Living) -> None:
    old, at = sealed_file(rig).read_bytes(), "2026-09-08T00:00:00.000Z"
    new = old + b"sealed again"
    sealed_file(rig).with_name(f"{OLDEST}.new.age").write_bytes(new)
    note(rig, sealed=sha(new))  # and the new one is about to take its place
    check(rig)
    sealed_file(rig).unlink()
    for about_to_be, is_so in ((at, None), (None, at)):
        note(rig, sealed=sha(old), destroying_at=about_to_be, destroyed_at=is_so)
        rig.clock.go(days=1)
        check(rig)
    assert not differs(rig) and len(rig.events("vault.checked")) == 3
    note(rig, destroyed_at=None)
    rig.clock.go(days=1)
    check(rig)
    assert differs(rig) == [("missing", OLDEST)]


def test_a_file_on_a_device_stays_while_its_original_is_damaged(rig: Living) -> None:
    whole = flip(sealed_file(rig))
    may, waiting = judge(rig.workspace, DEVICE, candidates(rig.workspace, DEVICE))
    assert [found.photo for found in may] == [sha(PHOTOS[1])]
    assert "sealed original is not in the vault as it was written" in waiting[0].reason
    sealed_file(rig).write_bytes(whole)
    may, waiting = judge(rig.workspace, DEVICE, candidates(rig.workspace, DEVICE))
    assert len(may) == 2 and not waiting


def test_a_photo_that_stopped_is_sealed_again_from_its_device_and_never_on_a_damaged_file(rig: Living) -> None:
    drop, content = rig.devices[DEVICE], photo_bytes(3)
    held = rig.stop(drop / "3.jpg", content)
    flip(sealed_file(rig, held))
    check(rig, 1)
    ((photo, _, next_step),) = told(rig)
    assert photo == held[:12] and f"redact retry {photo}" in next_step
    retry(rig.workspace, (rig.photo(held),))
    with pytest.raises(VaultFault, match="move it out of the vault"):  # its form alone proves no bytes
        rig.stop(drop / "3.jpg", content)
    sealed_file(rig, held).unlink()
    rig.redact_to(held, Status.HELD)
    check(rig, 1)
    assert rig.photo(held).state is State.HELD and not told(rig)
    assert rig.workspace.vault.holds(held, str(rig.photo(held).sealed))


def test_a_lost_original_is_accepted_by_a_named_person_and_lets_nothing_be_deleted(rig: Living) -> None:
    who = ("headteacher", "staff-7", "The disk broke and no backup has it.")
    run = CliRunner()

    def accept() -> Result:
        given = ["--by", who[0], "--person", who[1], "--reason", who[2]]
        return run.invoke(app, ["accept-lost", OLDEST[:12], *given, "--workspace", str(rig.workspace.settings.folder)])

    flip(sealed_file(rig))
    check(rig)
    assert "Something lies in the vault" in str(accept().exception)
    sealed_file(rig).unlink()
    files = rig.device_files(photo=OLDEST)
    assert "lies on the device" in str(accept().exception), "it is all there is of it"
    with rig.workspace.database.write() as connection:
        connection.execute(update(device_files).where(device_files.c.photo == OLDEST).values(state="gone"))
    check(rig)
    assert "redact accept-lost" in told(rig)[0][2] and doctor(rig) == "fail"
    assert accept().exit_code == 0, accept().output
    assert not told(rig) and doctor(rig) == "ok" and read_health(rig.workspace).vault.is_whole
    (entry,) = rig.events("original.lost")
    assert (entry.fact("photo"), entry.fact("by"), entry.fact("reason")) == (OLDEST, who[0], who[2])
    assert "has no sealed original that could be lost" in str(accept().exception), "once is enough"
    with rig.workspace.database.write() as connection:  # a file of it turns up after all
        connection.execute(update(device_files).where(device_files.c.photo == OLDEST).values(state="taken"))
    rig.clear(files[0].device)
    assert next(each for each in rig.device_files(photo=OLDEST)).state is FileState.TAKEN
    rig.check_record()
