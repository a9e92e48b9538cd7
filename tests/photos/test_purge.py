"""Originals past their retention: destroyed, looked for again, recorded; never the last copy, never under a hold."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from sqlalchemy import insert, select, update
from typer.testing import CliRunner, Result

from redact.audit.kinds import Kind
from redact.cli.daily.purge import purge
from redact.errors import RedactError, UsageError
from redact.photos.purge import Purged, find_due, purge_originals
from redact.store.photos import State
from redact.store.schema.tables import devices, holds, log_entries, photos, sightings
from redact.store.trust.storage import TrustFault, TrustStorage
from redact.store.vault import MARKER_NAME, Vault, VaultFault
from redact.system.clock import print_moment
from redact.workspace.workspace import House, make_house, open_house
from tests.rigs import saboteurs
from tests.rigs.houses import environment

NOW = datetime(2026, 9, 7, 13, 45, tzinfo=UTC)
COPY = b"a redacted copy"
COPY_HASH = hashlib.sha256(COPY).hexdigest()
DEVICE = "cam-office"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    make_house(tmp_path / "house", "St Test's")
    with open_house(tmp_path / "house", lambda: NOW) as opened:
        yield opened


def add_photo(
    house: House, content: bytes, *, days_ago: float = 31, state: State = State.STORED, has_copy: bool = True
) -> str:
    """Seal and store a photo and write its row; return its id."""
    sha256 = hashlib.sha256(content).hexdigest()
    sealed = house.vault.seal(sha256, content)
    stored_at = print_moment(house.now() - timedelta(days=days_ago))
    row = {
        "sha256": sha256,
        "bytes": len(content),
        "state": state.value,
        "arrived_at": stored_at,
        "sealed": sealed.sha256,
        "sealed_at": stored_at,
    }
    if has_copy:
        house.trust.put(name_of(sha256), COPY)
        row |= {"output": COPY_HASH, "output_name": name_of(sha256), "stored_at": stored_at}
    with house.database.write() as connection:
        connection.execute(insert(photos), row)
    return sha256


def name_of(sha256: str) -> str:
    return f"{sha256[:32]}.jpg"


def add_hold(house: House, scope: str, *, device: str | None = None, photo: str | None = None) -> None:
    row = {
        "id": "hold-1",
        "scope": scope,
        "device": device,
        "photo": photo,
        "by": "headteacher",
        "reason": "A request.",
    }
    with house.database.write() as connection:
        connection.execute(insert(holds), row | {"added_at": print_moment(house.now())})


def see(house: House, photo: str, device: str = DEVICE) -> None:
    """Write down that the photo was seen on the device."""
    at = print_moment(house.now())
    with house.database.write() as connection:
        if connection.execute(select(devices.c.id).where(devices.c.id == device)).first() is None:
            known = {"id": device, "kind": "card", "owner": "trust", "holder": "holder", "clears": "by-hand"}
            connection.execute(insert(devices), known | {"approved_by": "ceo", "approved_at": at, "until": at})
        tags = {"name": "0" * 64, "place": "0" * 64}
        row = {"photo": photo, "device": device, "folder": 0, "look": "[]", "state": "taken", "seen_at": at}
        connection.execute(insert(sightings), row | tags)


def entries_of(house: House) -> list[dict[str, object]]:
    with house.database.read() as connection:
        query = select(log_entries.c.body).where(log_entries.c.kind == Kind.ORIGINAL_DESTROYED.value)
        return [json.loads(body) for body in connection.execute(query.order_by(log_entries.c.n)).scalars()]


def destroyed_at(house: House, photo: str) -> str | None:
    with house.database.read() as connection:
        found = connection.execute(select(photos.c.destroyed_at).where(photos.c.sha256 == photo)).scalar_one()
    return None if found is None else str(found)


def test_an_original_past_its_retention_is_destroyed_and_recorded(house: House) -> None:
    photo = add_photo(house, b"old")
    purged = purge_originals(house)
    assert [original.photo for original in purged.destroyed] == [photo]
    assert not house.vault.has(photo)
    assert house.trust.holds(name_of(photo), COPY_HASH)  # the copy stays
    assert destroyed_at(house, photo) == print_moment(NOW)
    (entry,) = entries_of(house)
    assert entry["photo"] == photo and entry["sealed"] == purged.destroyed[0].sealed
    assert entry["reason"] == "Its retention of 30 days after the redacted copy was stored is over."
    assert purge_originals(house) == Purged()
    assert len(entries_of(house)) == 1


@pytest.mark.parametrize("has_copy", [True, False])
@pytest.mark.parametrize("state", State)
def test_without_a_stored_copy_nothing_is_ever_destroyed(house: House, state: State, has_copy: bool) -> None:
    """A photo whose redaction is done anew has the columns of its former copy, and is not stored."""
    if state is State.STORED and has_copy:
        return
    photo = add_photo(house, b"old", days_ago=4000, state=state, has_copy=has_copy)
    assert purge_originals(house) == Purged()
    assert house.vault.has(photo) and not entries_of(house)


def test_retention_counts_from_the_day_it_was_stored(house: House) -> None:
    young, old = add_photo(house, b"young", days_ago=29.999), add_photo(house, b"old", days_ago=30.001)
    assert [original.photo for original in purge_originals(house).destroyed] == [old]
    shorter = replace(house, settings=replace(house.settings, retention_days=7))
    assert [original.photo for original in purge_originals(shorter).destroyed] == [young]


@pytest.mark.parametrize("scope", ["house", "photo", "device"])
def test_a_hold_keeps_it_until_it_is_lifted(house: House, scope: str) -> None:
    photo = add_photo(house, b"held")
    see(house, photo)
    see(house, photo, "phone-ks2")
    add_hold(house, scope, device=DEVICE if scope == "device" else None, photo=photo if scope == "photo" else None)
    assert find_due(house) == () and purge_originals(house) == Purged()
    assert house.vault.has(photo)
    with house.database.write() as connection:
        connection.execute(update(holds).values(lifted_at=print_moment(NOW)))
    assert len(purge_originals(house).destroyed) == 1


def test_a_hold_on_something_else_keeps_nothing(house: House) -> None:
    held, free = add_photo(house, b"held"), add_photo(house, b"free")
    see(house, held)
    add_hold(house, "device", device=DEVICE)
    assert [original.photo for original in purge_originals(house).destroyed] == [free]


def test_a_hold_that_comes_while_others_are_destroyed_still_counts(house: House) -> None:
    first, second = sorted((add_photo(house, b"a"), add_photo(house, b"b")))
    holding = Acting(house.trust, lambda: add_hold(house, "photo", photo=second))
    purged = purge_originals(replace(house, trust=holding))
    assert [original.photo for original in purged.destroyed] == [first]
    assert house.vault.has(second)


def test_the_last_copy_of_a_photo_is_kept(house: House) -> None:
    lost, good = add_photo(house, b"lost"), add_photo(house, b"good")
    house.trust.remove(name_of(lost))
    purged = purge_originals(house, limit=1)
    assert [original.photo for original in purged.destroyed] == [good]  # and does not use up the limit
    assert {original.photo for original in purged.kept} <= {lost}
    assert [original.photo for original in purge_originals(house).kept] == [lost]
    assert house.vault.has(lost) and destroyed_at(house, lost) is None


def test_no_more_than_the_limit_oldest_first(house: House) -> None:
    ids = [add_photo(house, bytes([number]), days_ago=31 + number) for number in range(4)]
    assert [original.photo for original in purge_originals(house, limit=3).destroyed] == ids[:0:-1]
    assert [original.photo for original in purge_originals(house, limit=3).destroyed] == ids[:1]


@pytest.mark.parametrize("fault", ["vault", "trust"])
def test_what_cannot_be_seen_is_not_claimed(house: House, fault: str) -> None:
    photo = add_photo(house, b"old")
    folder = house.settings.folder
    marker = next(folder.rglob(MARKER_NAME if fault == "vault" else ".redact-trust"))
    away = folder / "away"
    marker.rename(away)  # as when the volume is out
    with pytest.raises(VaultFault if fault == "vault" else TrustFault):
        purge_originals(house)
    assert destroyed_at(house, photo) is None and not entries_of(house)
    away.rename(marker)
    assert len(purge_originals(house).destroyed) == 1


DYING = """
import sys
from pathlib import Path
from unittest import mock
from redact.photos import purge
from redact.workspace.workspace import open_house
from redact.store.vault import Vault
from tests.rigs.dying import deadly
from tests.photos.test_purge import NOW
owner = {"Vault": Vault, "purge": purge}[sys.argv[2]]
with mock.patch.object(owner, sys.argv[3], deadly(getattr(owner, sys.argv[3]), sys.argv[4], 1)):
    with open_house(Path(sys.argv[1]), lambda: NOW) as house:
        purge.purge_originals(house)
"""


@pytest.mark.parametrize(
    ("owner", "call", "when"),
    [("purge", "begin_destroying", "after"), ("Vault", "destroy", "before"), ("Vault", "destroy", "after"),
     ("purge", "write_destroyed", "after"), ("purge", "_record", "after")],
)  # fmt: skip
@pytest.mark.parametrize("is_held", [False, True])
def test_a_purge_that_is_killed_is_ended_by_the_next_and_told_as_it_was(
    house: House, owner: str, call: str, when: str, is_held: bool
) -> None:
    photo = add_photo(house, b"old")
    child = [sys.executable, "-c", DYING, str(house.settings.folder), owner, call, when]
    assert subprocess.run(child, env=environment(), check=False).returncode == -signal.SIGKILL
    was_gone, was_told = not house.vault.has(photo), bool(entries_of(house))
    with house.database.read() as connection:
        begun = connection.execute(select(photos.c.destroying_at)).scalar_one()
    assert not was_gone or begun or was_told, "gone, and neither an intent nor an entry"
    if is_held:
        add_hold(house, "photo", photo=photo)  # too late for what is gone
    purge_originals(house)
    if is_held and not was_gone:
        assert house.vault.has(photo) and not entries_of(house)
        return
    (entry,) = entries_of(house)
    assert ("was begun on 2026-09-07 and cut off" in str(entry["reason"])) is (was_gone and not was_told)
    assert not house.vault.has(photo) and destroyed_at(house, photo) is not None
    assert purge_originals(house) == Purged() and len(entries_of(house)) == 1


def test_the_intent_is_committed_before_anything_is_touched(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    add_photo(house, b"old")
    seen, destroy = list[str | None](), house.vault.destroy

    def look(photo: str) -> None:
        with house.database.read() as connection:
            seen.append(connection.execute(select(photos.c.destroying_at)).scalar_one())
        destroy(photo)

    monkeypatch.setattr(type(house.vault), "destroy", lambda _vault, photo: look(photo))
    purge_originals(house)
    assert seen == [print_moment(NOW)]


def test_a_hold_that_comes_before_the_intent_keeps_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = add_photo(house, b"old")
    has = type(house.vault).has

    def hold_then_look(vault: Vault, sha256: str) -> bool:
        monkeypatch.undo()
        add_hold(house, "photo", photo=photo)
        return has(vault, sha256)

    monkeypatch.setattr(type(house.vault), "has", hold_then_look)
    assert purge_originals(house) == Purged() and house.vault.has(photo)


def test_what_somebody_else_took_is_told_apart(house: House) -> None:
    photo = add_photo(house, b"old")
    house.vault.destroy(photo)
    purged = purge_originals(house)
    assert [original.photo for original in purged.missing] == [photo] and not purged.destroyed
    (entry,) = entries_of(house)
    assert "not in the vault any more" in str(entry["reason"]) and "had not begun to" in str(entry["reason"])
    assert destroyed_at(house, photo) is not None


def test_a_fault_at_any_call_of_the_disk_never_claims_too_much(house: House) -> None:
    """Each turn another call fails; the record says "destroyed" only of what is gone, and the next run ends it."""
    for turn in range(1, 40):
        photo = add_photo(house, bytes([turn]) * 9)
        recorded = len(entries_of(house))
        with saboteurs.failing_at(turn, saboteurs.full) as calls:
            did_end = fault_of(lambda: purge_originals(house)) is None
        if len(entries_of(house)) > recorded:
            assert not house.vault.has(photo)
        purge_originals(house)
        assert not house.vault.has(photo) and destroyed_at(house, photo) is not None
        assert len(entries_of(house)) == recorded + 1
        if did_end and len(calls) < turn:
            break
    assert turn > 8  # the sabotage did reach in


def test_a_photo_that_came_again_is_due_again(house: House) -> None:
    photo = add_photo(house, b"old", days_ago=90)
    purge_originals(replace(house, now=lambda: NOW - timedelta(days=50)))
    assert destroyed_at(house, photo) is not None
    sealed = house.vault.seal(photo, b"old")
    again = print_moment(NOW - timedelta(days=40))
    with house.database.write() as connection:
        connection.execute(update(photos).values(sealed=sealed.sha256, sealed_at=again, stored_at=again))
    assert [original.photo for original in purge_originals(house).destroyed] == [photo]
    assert len(entries_of(house)) == 2


def test_a_house_of_before_the_intent_is_brought_up_to_date_and_keeps_its_originals(house: House) -> None:
    photo, folder = add_photo(house, b"old"), house.settings.folder
    with house.database.write() as connection:
        connection.exec_driver_sql("alter table photos drop column destroying_at")
        connection.exec_driver_sql("update alembic_version set version_num = '0001'")
    house.close()
    with pytest.raises(RedactError, match="another version"):
        open_house(folder)
    make_house(folder, "St Test's")
    with open_house(folder, lambda: NOW) as newer:
        assert newer.vault.has(photo) and [original.photo for original in find_due(newer)] == [photo]
        assert [original.photo for original in purge_originals(newer).destroyed] == [photo]


def test_a_thousand_rows_that_are_not_due_are_passed_by(house: House) -> None:
    at = print_moment(NOW)
    rows = [
        {"sha256": f"{n:064x}", "bytes": 1, "state": "stored", "arrived_at": at, "stored_at": at} for n in range(1000)
    ]
    with house.database.write() as connection:
        connection.execute(insert(photos), rows)
    assert find_due(house) == ()


# -- the command --

COMMAND = typer.Typer()
COMMAND.command()(purge)


def run(house: House, *arguments: str) -> Result:
    return CliRunner().invoke(COMMAND, ["--house", str(house.settings.folder), *arguments])


@pytest.fixture
def old(house: House) -> House:
    """The house as it was so long ago that what is stored in it is due today: commands ask the machine's clock."""
    return replace(house, now=lambda: datetime.now(UTC) - timedelta(days=31))


def test_the_command_shows_first_and_destroys_when_told(house: House, old: House) -> None:
    photo = add_photo(old, b"old", days_ago=0)
    for arguments in ((), ("--yes", "--dry-run")):
        assert isinstance(run(house, *arguments).exception, UsageError)
    shown = run(house, "--dry-run", "--json")
    assert [row["photo"] for row in json.loads(shown.stdout)] == [photo] and shown.exit_code == 0
    assert house.vault.has(photo)
    done = run(house, "--yes")
    assert done.exit_code == 0 and done.stdout.startswith(f"{photo} destroyed")
    assert not house.vault.has(photo)
    assert run(house, "--yes", "--json").stdout == "[]\n"


def test_the_command_says_what_it_kept_and_what_was_missing(house: House, old: House) -> None:
    kept, missing = add_photo(old, b"kept", days_ago=0), add_photo(old, b"missing", days_ago=1)
    house.trust.remove(name_of(kept))
    house.vault.destroy(missing)
    done = run(house, "--yes")
    assert done.exit_code == 3 and "1 original kept" in done.stderr and "not in the vault any more" in done.stderr
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [[missing, "missing"], [kept, "kept"]]


class Acting:
    """Trust storage that acts once, before it answers."""

    def __init__(self, real: TrustStorage, act: Callable[[], None]) -> None:
        self._real, self._act = real, act

    def holds(self, name: str, sha256: str, /) -> bool:
        act, self._act = self._act, lambda: None
        act()
        return self._real.holds(name, sha256)

    def put(self, name: str, content: bytes, /) -> None:
        raise NotImplementedError

    def read(self, name: str, /) -> bytes:
        raise NotImplementedError

    def remove(self, name: str, /) -> None:
        raise NotImplementedError


def fault_of(call: Callable[[], object]) -> str | None:
    """Return what a store says when it fails, None when it does not."""
    try:
        call()
    except (VaultFault, TrustFault) as fault:
        return str(fault)
    return None
