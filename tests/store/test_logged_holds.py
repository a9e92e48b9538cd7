"""A hold that was removed from the database by hand still stops what it stopped; so does a recall."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from redact.audit.kinds import Kind, Role
from redact.devices.holds import add_hold, lift_hold
from redact.photos.purge import purge_originals
from redact.reports.status import read_status
from redact.store.log.proofs.proven import Proofs
from redact.store.schema.tables import device_files, holds, log_entries, shown
from tests.rigs.living import PUPIL, Living, open_living

TELLS = ("hold-1", "hold changed")


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


def hold_on(living: Living, scope: str, photo: str) -> None:
    named = {"device": "cam-office"} if scope == "device" else {"photo": photo} if scope == "photo" else {}
    add_hold(living.workspace, Role.HEADTEACHER, "17", "The police asked.", **named)


def by_sql(living: Living, how: str) -> None:
    """Take the hold away without any key."""
    with living.workspace.database.write() as connection:
        if how == "deleted":
            connection.execute(delete(holds))
        else:
            connection.execute(update(holds).values(lifted_at=living.at))


@pytest.mark.parametrize("how", ["deleted", "lifted"])
@pytest.mark.parametrize("scope", ["device", "photo", "workspace"])
def test_a_hold_that_was_taken_from_the_table_stops_erasing_and_destroying(
    living: Living, scope: str, how: str
) -> None:
    folder = living.add_device()
    kept = living.store(folder / "a.jpg", b"a photo")
    hold_on(living, scope, kept)
    by_sql(living, how)
    assert living.clear() == {} and (folder / "a.jpg").exists()
    if scope == "device":  # and the trace of where the photo lay
        with living.workspace.database.write() as connection:
            connection.execute(delete(device_files))
    living.clock.go(days=31)
    purged = purge_originals(living.workspace)
    assert not purged.destroyed and [original.photo for original in purged.unproven] == [kept]
    assert TELLS in {(item.id, item.what) for item in read_status(living.workspace).for_person}


def test_a_hold_that_a_person_lifted_stops_nothing_and_its_id_is_not_used_again(living: Living) -> None:
    folder = living.add_device()
    living.store(folder / "a.jpg", b"a photo")
    hold_on(living, "workspace", "")
    lift_hold(living.workspace, "hold-1", Role.HEADTEACHER, "17", "It is over.")
    assert living.workspace.audit_log.holds.on() == ()
    assert living.clear() == {"gone": 1}
    by_sql(living, "deleted")
    assert add_hold(living.workspace, Role.HEADTEACHER, "17", "Once more.").id == "hold-2"
    assert [hold.id for hold in living.workspace.audit_log.holds.on()] == ["hold-2"]


def test_lifting_a_further_hold_of_the_same_id_leaves_the_first_on(living: Living) -> None:
    """Who removes the row of a hold cannot have its id given again, and a planted entry lifts nothing."""
    hold_on(living, "workspace", "")
    with living.workspace.audit_log.writing() as entries:
        facts = {"by": "headteacher", "person": "0" * 64, "reason": "It is over."}
        entries.add(Kind.HOLD_ADDED, hold="hold-1", scope="workspace", **facts)
        entries.add(Kind.HOLD_LIFTED, hold="hold-1", **facts)
    by_sql(living, "deleted")
    assert [hold.id for hold in living.workspace.audit_log.holds.on()] == ["hold-1"]


@pytest.mark.parametrize("change", ["body = replace(body, 'hold.added', 'hold.gone1')", "body = null", "salt = null"])
def test_an_entry_on_a_hold_that_was_changed_stops_everything(living: Living, change: str) -> None:
    folder = living.add_device()
    living.store(folder / "a.jpg", b"a photo")
    hold_on(living, "device", "")
    by_sql(living, "deleted")
    with living.workspace.database.write() as connection:
        connection.execute(text(f"update log_entries set {change} where kind = 'hold.added'"))  # noqa: S608
    living.workspace.audit_log.holds._known.clear()  # as after a start
    on = living.workspace.audit_log.holds.on()
    assert {hold.scope for hold in on} == {"workspace"} and any(hold.id.startswith("entry-") for hold in on)
    assert living.clear() == {} and (folder / "a.jpg").exists()


def test_a_recall_that_was_taken_from_the_table_keeps_the_original_until_a_copy_is_made_again(living: Living) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    living.clear()
    with living.workspace.audit_log.writing() as entries:
        output = living.photo(photo).output
        assert output is not None
        entries.add(Kind.COPY_RECALLED, photo=photo, output=output, register=1, by="headteacher")
    with living.workspace.database.write() as connection:
        connection.execute(delete(shown).where(shown.c.pupil == PUPIL))
    living.clock.go(days=31)
    assert [original.photo for original in purge_originals(living.workspace).unproven] == [photo]
    with living.workspace.audit_log.writing() as entries:
        entries.add(Kind.PHOTO_STORED, photo=photo, output=output, bytes=1)
    living.clock.go(days=31)
    assert [original.photo for original in purge_originals(living.workspace).destroyed] == [photo]


def test_an_entry_that_was_changed_and_mended_is_read_again_by_the_next_proof(
    living: Living,
) -> None:
    folder = living.add_device()
    photo = living.store(folder / "a.jpg", b"a photo")
    proofs = Proofs(living.workspace.database, living.workspace.keys.log_key)
    with living.workspace.database.write() as connection:
        was = connection.execute(select(log_entries.c.commitment).where(log_entries.c.n == 0)).scalar_one()
        connection.execute(update(log_entries).where(log_entries.c.n == 0).values(commitment=bytes(32)))
    assert proofs.find(Kind.PHOTO_STORED, photo) is None, "what is remembered of the tree leads to another root"
    with living.workspace.database.write() as connection:
        connection.execute(update(log_entries).where(log_entries.c.n == 0).values(commitment=was))
    assert proofs.find(Kind.PHOTO_STORED, photo) is not None
