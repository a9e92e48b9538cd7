"""Whoever can write the database and has no key cannot have this program delete the only copy: rows are no proof."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select, update

from redact.audit.events import commitment
from redact.audit.kinds import Kind, Role
from redact.devices.clearing.may_clear import DOUBTED, UNAPPROVED, UNPROVEN
from redact.devices.register import renew, retire
from redact.photos.purge import find_due, purge_originals
from redact.photos.retention import end_retention
from redact.photos.set_aside import set_aside
from redact.reports.audit_log import verify_workspace
from redact.reports.status import read_status
from redact.store.photos import FileState
from redact.store.schema.tables import devices, log_entries, log_nodes, photos
from tests.rigs.living import Living, open_living
from watcher.device import write_marker

DEVICE = "cam-office"


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


def say_stored(living: Living, photo: str, like: str) -> None:
    """Have the row of a photo and a column of the log say that it was stored, as another photo was."""
    other = living.photo(like)
    copied = {"output": other.output, "output_name": other.output_name, "stored_at": other.stored_at}
    is_storing = (log_entries.c.kind == "photo.stored", log_entries.c.photo == like)
    with living.workspace.database.write() as connection:
        connection.execute(update(photos).where(photos.c.sha256 == photo).values(state="stored", **copied))
        connection.execute(update(log_entries).where(*is_storing).values(photo=photo))


def edit_body(living: Living, photo: str, like: str, *, has_commitment: bool = False) -> None:
    """Have the very entry say it too, beside the commitment that is in the tree."""
    say_stored(living, photo, like)
    is_storing = (log_entries.c.kind == "photo.stored", log_entries.c.photo == photo)
    with living.workspace.database.write() as connection:
        row = connection.execute(select(log_entries).where(*is_storing)).one()
        body = row.body.replace(like.encode(), photo.encode())
        committed = commitment(row.salt, body) if has_commitment else row.commitment
        connection.execute(update(log_entries).where(*is_storing).values(body=body, commitment=committed))


def forge_body(living: Living, photo: str, like: str) -> None:
    """The same, with a commitment that fits."""
    edit_body(living, photo, like, has_commitment=True)


@pytest.mark.parametrize("attack", [say_stored, edit_body, forge_body])
def test_a_photo_that_only_rows_call_stored_stays_on_its_device(
    living: Living, attack: Callable[[Living, str, str], None]
) -> None:
    root = living.add_device()
    stored, held = living.store(root / "a.jpg", b"stored"), living.stop(root / "b.jpg", b"held")
    assert verify_workspace(living.workspace).is_intact  # what comes after it is changed behind its back
    attack(living, held, stored)
    living.clear()
    assert (root / "b.jpg").read_bytes() == b"held"
    (device_file,) = living.device_files(photo=held)
    assert (device_file.state, device_file.reason) == (FileState.TAKEN, UNPROVEN)
    assert UNPROVEN in {item.reason for item in read_status(living.workspace).for_person}


def test_a_copy_that_no_entry_names_does_not_count(living: Living) -> None:
    """The row is pointed at another photo's copy; this one's own may be gone."""
    root = living.add_device()
    first, second = living.store(root / "a.jpg", b"one"), living.store(root / "b.jpg", b"two")
    other = living.photo(second)
    living.workspace.trust.remove(living.photo(first).output_name or "")
    with living.workspace.database.write() as connection:
        swap = update(photos).where(photos.c.sha256 == first)
        connection.execute(swap.values(output=other.output, output_name=other.output_name))
    assert living.clear() == {"gone": 1}
    assert (root / "a.jpg").exists() and not (root / "b.jpg").exists()


@pytest.mark.parametrize("claims", [{"sealed": "0" * 64}, {"destroyed_at": "2026-09-07T09:00:00.000Z"}])
def test_an_original_that_only_rows_call_sealed_or_destroyed_does_not_count(
    living: Living, claims: dict[str, str]
) -> None:
    path = living.add_device() / "a.jpg"
    photo = living.store(path, b"a photo")
    living.workspace.vault.destroy(photo)
    with living.workspace.database.write() as connection:
        connection.execute(update(photos).values(**claims))
    assert living.clear() == {} and path.exists()
    assert living.device_files()[0].reason == UNPROVEN


def test_a_file_that_only_a_row_calls_the_sealed_original_does_not_count(living: Living) -> None:
    """It lies in the vault, put there by whoever wrote the row; the original is gone."""
    path = living.add_device() / "a.jpg"
    photo = living.store(path, b"a photo")
    (living.workspace.settings.vault / photo[:2] / f"{photo}.age").write_bytes(b"planted")
    with living.workspace.database.write() as connection:
        connection.execute(update(photos).values(sealed=hashlib.sha256(b"planted").hexdigest()))
    assert living.clear() == {} and path.exists()
    assert living.device_files()[0].reason == UNPROVEN


def test_what_a_purge_destroyed_is_proved_so_and_its_file_may_go(living: Living) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    living.clock.go(days=living.workspace.settings.retention_days + 1)
    assert len(purge_originals(living.workspace).destroyed) == 1
    assert living.clear() == {"gone": 1} and not path.exists()


def test_an_original_that_only_a_row_calls_old_is_kept_and_told(living: Living) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    with living.workspace.database.write() as connection:
        connection.execute(update(photos).values(stored_at="2020-01-01T00:00:00.000Z"))
    assert len(find_due(living.workspace)) == 1
    purged = end_retention(living.workspace)
    assert [original.photo for original in purged.unproven] == [photo] and not purged.destroyed
    assert living.workspace.vault.has(photo)
    (item,) = [item for item in read_status(living.workspace).for_person if item.what == "original unproven"]
    assert item.id == photo[:12]


def test_an_original_that_was_sealed_again_since_its_copy_was_stored_is_kept(living: Living) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    with living.workspace.audit_log.writing() as entries:  # as when it is taken in again
        entries.add(Kind.PHOTO_SEALED, photo=photo, sealed=living.photo(photo).sealed or "", recipients=2)
    living.clock.go(days=living.workspace.settings.retention_days + 1)
    assert [original.photo for original in purge_originals(living.workspace).unproven] == [photo]


def test_an_original_whose_copy_was_recalled_by_the_log_alone_is_kept(living: Living) -> None:
    """The row of the recall was taken away: the copy must go, and the original is then all that there is."""
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    with living.workspace.audit_log.writing() as entries:
        output, who = living.photo(photo).output or "", {"by": "reviewer", "person": "c" * 64}
        entries.add(Kind.COPY_RECALLED, photo=photo, output=output, register=0, cause="objection", **who)
    living.clock.go(days=living.workspace.settings.retention_days + 1)
    purged = purge_originals(living.workspace)
    assert [original.photo for original in purged.unproven] == [photo] and not purged.destroyed


def test_an_original_that_only_rows_call_set_aside_is_kept(living: Living) -> None:
    """The entry with which another photo was set aside is listed under this one, whose row says the same."""
    root = living.add_device()
    one, other = living.stop(root / "a.jpg", b"one"), living.stop(root / "b.jpg", b"two")
    set_aside(living.workspace, living.photo(other), Role.HEADTEACHER, "staff-7", "It is blurred.")
    living.clock.go(days=living.workspace.settings.retention_days + 1)
    with living.workspace.database.write() as connection:
        connection.execute(update(log_entries).where(log_entries.c.kind == "photo.set-aside").values(photo=one))
        connection.execute(update(photos).where(photos.c.sha256 == one).values(state="set-aside"))
    assert not purge_originals(living.workspace).destroyed
    assert living.workspace.vault.has(one)


def test_a_photo_taken_up_again_is_not_set_aside_by_the_entry_of_before(living: Living) -> None:
    root = living.add_device()
    photo = living.stop(root / "a.jpg", b"one")
    set_aside(living.workspace, living.photo(photo), Role.HEADTEACHER, "staff-7", "It is blurred.")
    living.clock.go(days=living.workspace.settings.retention_days + 1)
    assert [original.photo for original in find_due(living.workspace)] == [photo]
    with living.workspace.audit_log.writing() as entries:  # sealed once more, as when it is taken in again
        sealed = living.photo(photo).sealed or ""
        entries.add(Kind.PHOTO_SEALED, photo=photo, sealed=sealed, recipients=2)
    assert not purge_originals(living.workspace).destroyed


@pytest.mark.parametrize("harm", ["gone", "planted"])
def test_nodes_that_are_gone_or_planted_are_computed_again(living: Living, harm: str) -> None:
    path = living.add_device() / "a.jpg"
    living.store(path, b"a photo")
    with living.workspace.audit_log.writing() as entries:
        for number in range(700):
            entries.add(Kind.PHOTO_HELD, photo=f"{number:064x}", reason="It could not be covered.")
    with living.workspace.database.write() as connection:
        assert len(connection.execute(select(log_nodes)).all()) == 2
        if harm == "gone":
            connection.execute(delete(log_nodes))
        else:
            connection.execute(update(log_nodes).values(root=b"\0" * 32))
    assert living.clear() == {"gone": 1} and not path.exists()
    living.check_record()


def approve_longer(living: Living) -> None:
    living.clock.go(days=800)
    write_device(living, until="2099-08-31T22:59:59.999Z")


def take_back_retirement(living: Living) -> None:
    retire(living.workspace, DEVICE, Role.CEO, "Sold.")
    write_marker(living.devices[DEVICE], DEVICE, living.device(DEVICE).record.nonce, living.device(DEVICE).record.owner)
    write_device(living, retired_at=None)


def approve_another(living: Living) -> None:
    """The entry that approves another device is shown for this one."""
    living.clock.go(days=800)
    living.add_device("cam-2")
    write_device(living, until=living.device("cam-2").until)
    with living.workspace.database.write() as connection:
        of_other = log_entries.c.device == "cam-2"
        connection.execute(update(log_entries).where(of_other).values(device=DEVICE))


def write_device(living: Living, **columns: str | None) -> None:
    with living.workspace.database.write() as connection:
        connection.execute(update(devices).where(devices.c.id == DEVICE).values(**columns))


@pytest.mark.parametrize("attack", [approve_longer, take_back_retirement, approve_another])
def test_nothing_is_deleted_from_a_device_that_a_row_alone_calls_approved(
    living: Living, attack: Callable[[Living], None]
) -> None:
    root = living.add_device()
    photo = living.store(root / "a.jpg", b"stored")
    attack(living)
    assert living.clear() == {} and (root / "a.jpg").exists()
    (device_file,) = living.device_files(photo=photo)
    assert device_file.reason in {UNAPPROVED, DOUBTED}
    assert "not deleted" in {item.what for item in read_status(living.workspace).for_person}


def test_a_device_that_is_approved_again_is_cleared(living: Living) -> None:
    root = living.add_device()
    living.store(root / "a.jpg", b"stored")
    approve_longer(living)
    assert living.clear() == {}
    renew(living.workspace, DEVICE, Role.HEADTEACHER)
    assert living.clear() == {"gone": 1} and not (root / "a.jpg").exists()


def test_the_entry_on_a_devices_approval_is_found_without_a_look_at_all_entries(living: Living) -> None:
    seen: list[str] = []
    event.listen(living.workspace.database.engine, "before_cursor_execute",
                 lambda _c, _k, said, *_: seen.append(said))  # fmt: skip
    living.add_device()
    with living.workspace.database.read() as connection:
        assert living.workspace.audit_log.approvals.prove(connection, DEVICE, living.device(DEVICE).until)
        said = next(each for each in seen if "'device.%'" in each)
        values = tuple(["device.registered"] * (said.count("?") - 2) + [DEVICE, 1])
        plan = connection.exec_driver_sql(f"explain query plan {said}", values).all()
    assert any("log_of_devices" in str(step) for step in plan), plan
