"""An entry of the log that is hidden by its columns still speaks against a deletion: what is not listed is missed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from redact.audit.kinds import Kind, Role
from redact.devices.holds import add_hold
from redact.photos.purge import purge_originals
from redact.photos.set_aside import set_aside
from redact.reports.audit_log import verify_workspace
from redact.reports.status import read_status
from redact.store.log.checked import HOLDS, Checked, read_checked, sum_listed
from redact.store.log.proofs import listed
from redact.store.log.recent import check_further
from redact.store.posts.involved import involved_in
from redact.store.schema.tables import holds, log_checkpoints, log_entries, shown
from tests.rigs.living import Living, open_living

#: What somebody does by SQL to an entry of a kind, so that it is found no more.
HIDING = {
    "another kind": "update log_entries set kind = 'device.renewed' where kind = '{}'",
    "another photo": "update log_entries set photo = '{other}' where kind = '{}'",
    "no photo": "update log_entries set photo = null where kind = '{}'",
    "no row": "delete from log_entries where kind = '{}'",
}


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


def hide(living: Living, kind: str, how: str) -> None:
    with living.workspace.database.write() as connection:
        connection.execute(text(HIDING[how].format(kind, other="0" * 64)))


def start_again(living: Living) -> None:
    """Forget what the process knows, as after a start."""
    audit_log = living.workspace.audit_log
    audit_log.holds._known.clear()
    audit_log.listed._checked = Checked()


@pytest.mark.parametrize("is_checked", [True, False], ids=["checked before", "never checked"])
@pytest.mark.parametrize("how", ["another kind", "no row"])
def test_a_hold_that_is_hidden_stops_every_deletion(living: Living, how: str, is_checked: bool) -> None:
    folder = living.add_device()
    living.store(folder / "a.jpg", b"a photo")
    add_hold(living.workspace, Role.HEADTEACHER, "17", "The police asked.", device="cam-office")
    living.store(folder / "b.jpg", b"another")
    if is_checked:
        assert verify_workspace(living.workspace).is_intact
    with living.workspace.database.write() as connection:
        connection.execute(delete(holds))
    hide(living, "hold.added", how)
    start_again(living)
    (hold,) = living.workspace.audit_log.holds.on()
    assert hold.scope == "workspace" and "does not list what was written" in hold.reason
    assert living.clear() == {} and (folder / "a.jpg").exists()
    reasons = {item.reason for item in read_status(living.workspace).for_person}
    assert any("may know of a hold that it does not list" in reason for reason in reasons), "and why the photo stays"
    living.clock.go(days=31)
    assert not purge_originals(living.workspace).destroyed
    told = {item.what for item in read_status(living.workspace).for_person}
    assert "log not intact" in told
    assert not verify_workspace(living.workspace).is_intact


@pytest.mark.parametrize("is_checked", [True, False], ids=["checked before", "never checked"])
@pytest.mark.parametrize("how", HIDING)
def test_a_recall_that_is_hidden_keeps_the_original(living: Living, how: str, is_checked: bool) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    with living.workspace.audit_log.writing() as entries:
        output = living.photo(photo).output
        assert output is not None
        entries.add(Kind.COPY_RECALLED, photo=photo, output=output, register=1, by="headteacher")
    living.store(living.devices["cam-office"] / "b.jpg", b"another")
    if is_checked:
        assert verify_workspace(living.workspace).is_intact
    with living.workspace.database.write() as connection:
        connection.execute(delete(shown))
    hide(living, "copy.recalled", how)
    start_again(living)
    living.clock.go(days=31)
    purged = purge_originals(living.workspace)
    assert photo in [original.photo for original in purged.unproven]
    assert photo not in [original.photo for original in purged.destroyed] and living.workspace.vault.has(photo)


@pytest.mark.parametrize("how", ["another kind", "another photo"])
def test_a_photo_that_was_taken_up_again_is_not_destroyed_because_that_entry_is_hidden(
    living: Living, how: str
) -> None:
    """Sealed to the same file once more: nothing but the hidden entry tells that somebody wants it."""
    photo = living.stop(living.add_device() / "a.jpg", b"one")
    set_aside(living.workspace, living.photo(photo), Role.HEADTEACHER, "staff-7", "It is blurred.")
    with living.workspace.audit_log.writing() as entries:
        number = entries.add(Kind.PHOTO_SEALED, photo=photo, sealed=living.photo(photo).sealed or "", recipients=2)
    assert verify_workspace(living.workspace).is_intact
    living.clock.go(days=31)
    with living.workspace.database.write() as connection:
        statement = HIDING[how].format("photo.sealed", other="0" * 64) + f" and n = {number}"
        connection.execute(text(statement))
    assert not purge_originals(living.workspace).destroyed and living.workspace.vault.has(photo)


def test_what_is_brought_back_is_believed_again(living: Living) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    living.clock.go(days=31)
    hide(living, "photo.redacted", "another kind")
    assert not purge_originals(living.workspace).destroyed
    with living.workspace.database.write() as connection:
        connection.execute(text("update log_entries set kind = 'photo.redacted' where kind = 'device.renewed'"))
    assert [original.photo for original in purge_originals(living.workspace).destroyed] == [photo]


def test_who_decided_on_a_copy_is_not_known_where_the_decision_is_hidden(living: Living) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    output = living.photo(photo).output or ""
    for person in ("a" * 64, "b" * 64):
        with living.workspace.audit_log.writing() as entries:
            facts = {"by": "reviewer", "person": person, "decision": "fit"}
            entries.add(Kind.REVIEW_DECIDED, photo=photo, output=output, **facts)
            first = entries.next_number - 2
    with living.workspace.database.read() as connection:
        assert involved_in(connection, [photo], living.workspace.audit_log.listed)[1] == ()
    with living.workspace.database.write() as connection:  # the first one's: the newest is there to be read
        connection.execute(text(f"update log_entries set kind = 'photo.held' where n = {first}"))
    with living.workspace.database.read() as connection:
        involved, unknown = involved_in(connection, [photo], living.workspace.audit_log.listed)
    assert "a" * 64 not in involved and unknown == (photo,)


def test_entries_that_no_checkpoint_vouches_for_any_more_are_in_doubt(living: Living) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    assert verify_workspace(living.workspace).is_intact
    for is_signed in (True, False):
        with living.workspace.database.read() as connection:
            assert (living.workspace.audit_log.listed.doubt(connection, photo) is None) is is_signed
        with living.workspace.database.write() as connection:
            connection.execute(delete(log_checkpoints))


def test_a_log_that_was_not_read_through_yet_has_nothing_destroyed(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    living.store(living.add_device() / "a.jpg", b"a photo")
    monkeypatch.setattr(listed, "ACT_MOST", 2)
    (hold,) = living.workspace.audit_log.holds.on()
    assert hold.reason.startswith(
        "The audit log is read through before anything is deleted or put out: 2 of its 6 entries so"
    )
    assert len(living.workspace.audit_log.holds.on()) == 1
    assert living.workspace.audit_log.holds.on() == (), "each look goes further"
    start_again(living)
    check_further(living.workspace.database, living.workspace.log)
    assert living.workspace.audit_log.holds.on() == (), "so does the running check"


def test_the_sums_are_those_of_the_columns(living: Living) -> None:
    folder, workspace = living.add_device(), living.workspace
    for number in range(4):
        living.store(folder / f"{number}.jpg", bytes([number]))
    add_hold(workspace, Role.HEADTEACHER, "17", "The police asked.")
    check_further(workspace.database, workspace.log, most=3, times=20)
    with workspace.database.read() as connection:
        checked = read_checked(connection, workspace.log)
        (count,) = connection.execute(text("select count(*) from log_entries")).one()
        assert checked.size == count
        sums = [sum_listed(connection, group, count) for group in range(HOLDS + 1)]
        seen = {str(photo)[:3] for photo in connection.execute(log_entries.select()).scalars() if photo}
    assert b"".join(sums) == checked.sums and seen
    assert sum(found != bytes(32) for found in sums) == 5


def test_sums_that_somebody_wrote_without_the_key_count_for_nothing(living: Living) -> None:
    living.store(living.add_device() / "a.jpg", b"a photo")
    check_further(living.workspace.database, living.workspace.log)
    with living.workspace.database.read() as connection:
        assert read_checked(connection, living.workspace.log).size
    for change in ("sums = zeroblob(131104)", "size = size - 1", "edge = x''", "code = ''", "sums = 'x'"):
        with living.workspace.database.write() as connection:
            connection.execute(text(f"update log_checked set {change}"))  # noqa: S608
        with living.workspace.database.read() as connection:
            assert read_checked(connection, living.workspace.log).size == 0
