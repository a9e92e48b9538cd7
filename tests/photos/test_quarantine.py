"""A plain original goes from quarantine only where it is proved that the photo is not lost with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from redact.photos.quarantine import drop_plain, drop_plain_at_rest, plain_path, sweep_quarantine
from redact.photos.steps import seal
from redact.redaction.values import Status
from redact.reports.status import read_status
from redact.store.log.standing import LogElsewhere
from redact.store.photos import State
from redact.store.schema.tables import device_files, photos
from redact.store.vault import VaultFault
from tests.rigs.living import Living, open_living


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


def say(living: Living, **columns: Any) -> None:
    """Change the photo's row by SQL, as somebody without a key can."""
    with living.workspace.database.write() as connection:
        connection.execute(update(photos).values(**columns))


@pytest.mark.parametrize("state", [State.STORED, State.HELD, State.REFUSED, State.SET_ASIDE])
@pytest.mark.parametrize("claims", ["nothing", "sealed", "destroyed"])
def test_by_sql_alone_the_only_copy_is_not_removed(living: Living, state: State, claims: str) -> None:
    """The card was taken away, and the photo lies in quarantine alone; its row says that nobody waits for it.

    What the row calls its sealed original lies in the vault, put there by whoever wrote the row.
    """
    path = living.add_device() / "a.jpg"
    photo = living.take(path, b"a photo")
    path.unlink()
    planted = living.workspace.settings.vault / photo[:2] / f"{photo}.age"
    planted.parent.mkdir()
    planted.write_bytes(b"planted")
    sealed = {"sealed": hashlib.sha256(b"planted").hexdigest()}
    row = {"sealed": sealed, "destroyed": {**sealed, "destroyed_at": living.at}}
    say(living, state=state.value, **row.get(claims, {}))
    drop_plain(living.workspace, photo)
    drop_plain_at_rest(living.workspace)
    sweep_quarantine(living.workspace)
    assert plain_path(living.workspace, photo).read_bytes() == b"a photo"
    assert [item.id for item in read_status(living.workspace).for_person if item.what == "plain original kept"] == [
        photo[:12]
    ]


def test_nor_with_its_rows(living: Living) -> None:
    photo = living.take(living.add_device() / "a.jpg", b"a photo")
    with living.workspace.database.write() as connection:
        connection.execute(delete(device_files))
        connection.execute(delete(photos))
    drop_plain_at_rest(living.workspace)
    sweep_quarantine(living.workspace)
    assert plain_path(living.workspace, photo).exists()
    assert "plain original kept" in {item.what for item in read_status(living.workspace).for_person}


def test_nor_where_the_sealed_original_is_not_what_was_sealed(living: Living) -> None:
    photo = living.take(living.add_device() / "a.jpg", b"a photo")
    seal(living.workspace, photo)
    next(living.workspace.settings.vault.rglob(f"{photo}.age")).write_bytes(b"something else")
    say(living, state=State.STORED.value)
    drop_plain_at_rest(living.workspace)
    assert plain_path(living.workspace, photo).exists()
    living.workspace.vault.destroy(photo)
    say(living, destroyed_at=living.at)  # it was sealed, and only a row says that its retention was over
    drop_plain_at_rest(living.workspace)
    assert plain_path(living.workspace, photo).exists()


def test_nothing_goes_by_a_log_that_another_machine_works_with(living: Living) -> None:
    """What it proves was so once; what came after may say otherwise."""
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    plain_path(living.workspace, photo).write_bytes(b"a photo")
    living.workspace.audit_log.standing.write_leases()
    (lease,) = living.workspace.settings.checkpoint_mirrors[0].glob("lease-*.json")
    lease.write_text(json.dumps({"machine": "other-0123456789ab", "at": living.at, "over": False}), "ascii")
    living.workspace.audit_log.standing.look_again()
    drop_plain(living.workspace, photo)
    assert sweep_quarantine(living.workspace) == 0
    with pytest.raises(LogElsewhere):
        drop_plain_at_rest(living.workspace)
    assert plain_path(living.workspace, photo).exists()


def test_a_copy_that_no_entry_speaks_of_is_removed_at_the_start(living: Living) -> None:
    """The program was killed between copying and writing down: its source lies on the device."""
    left = living.workspace.settings.quarantine / f"{'ab' * 32}.photo"
    left.write_bytes(b"left")
    drop_plain_at_rest(living.workspace)
    assert left.exists()  # it may be about to be written down
    assert sweep_quarantine(living.workspace) == 1 and not left.exists()


def test_what_is_proved_goes_and_nothing_is_told(living: Living) -> None:
    folder = living.add_device()
    stored = living.store(folder / "a.jpg", b"a photo")
    held = living.stop(folder / "b.jpg", b"another photo", Status.HELD)
    for photo in (stored, held):
        assert not plain_path(living.workspace, photo).exists()
        plain_path(living.workspace, photo).write_bytes(b"a disk refused when it was to be removed")
    drop_plain_at_rest(living.workspace)
    assert not list(living.workspace.settings.quarantine.glob("*.photo"))
    assert not [item for item in read_status(living.workspace).for_person if item.what == "plain original kept"]


def test_one_that_cannot_be_judged_keeps_no_other_there(living: Living) -> None:
    folder = living.add_device()
    made = [living.store(folder / f"{number}.jpg", b"photo %d" % number) for number in range(3)]
    for photo in made:
        plain_path(living.workspace, photo).write_bytes(b"a disk refused when it was to be removed")
    first = next(living.workspace.settings.quarantine.glob("*.photo")).stem  # the one that is looked at first
    sealed = next(living.workspace.settings.vault.rglob(f"{first}.age"))
    sealed.unlink()
    sealed.mkdir()
    with pytest.raises(VaultFault):
        drop_plain_at_rest(living.workspace)
    assert [photo for photo in made if plain_path(living.workspace, photo).exists()] == [first]
