"""Originals past their retention: destroyed, looked for again, recorded; never the last copy, never under a hold."""

from __future__ import annotations

import hashlib
import json
import signal
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
from redact.errors import UsageError
from redact.photos.purge import Purged, find_due, purge_originals
from redact.photos.retention import end_retention
from redact.reports.status import read_status
from redact.service.periodic import beat, daily, sign_of_life
from redact.store import machines
from redact.store.latest import Pace
from redact.store.log.audit_log import AuditLog, Signer
from redact.store.log.mirrors import Mirrors
from redact.store.photos import Shown, State, write_shown
from redact.store.photos.recalls import recall
from redact.store.schema.tables import device_files, devices, holds, log_entries, photos, pupils
from redact.store.trust.storage import TrustFault, TrustStorage
from redact.store.vault import MARKER_NAME, Vault, VaultFault
from redact.system.clock import parse_moment, print_moment
from redact.workspace.open import Workspace, open_workspace
from tests.rigs import saboteurs
from tests.rigs.dying import die_purging
from tests.rigs.forks import FORKS
from tests.rigs.living import copy_workspace
from tests.rigs.waiting import LONGEST_S

NOW = datetime(2026, 9, 7, 13, 45, tzinfo=UTC)
COPY = b"a redacted copy"
COPY_HASH = hashlib.sha256(COPY).hexdigest()
DEVICE = "cam-office"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    copy_workspace(tmp_path / "workspace")
    with open_workspace(tmp_path / "workspace", lambda: NOW) as opened:
        yield opened


def add_photo(
    workspace: Workspace, content: bytes, *, days_ago: float = 31, state: State = State.STORED, has_copy: bool = True
) -> str:
    """Seal and store a photo and write its row; return its id."""
    sha256 = hashlib.sha256(content).hexdigest()
    sealed = workspace.vault.seal(sha256, content)
    stored_at = print_moment(workspace.now() - timedelta(days=days_ago))
    row = {
        "sha256": sha256,
        "bytes": len(content),
        "state": state.value,
        "arrived_at": stored_at,
        "sealed": sealed.sha256,
        "sealed_at": stored_at,
    }
    if has_copy:
        workspace.trust.put(name_of(sha256), COPY)
        row |= {"output": COPY_HASH, "output_name": name_of(sha256), "stored_at": stored_at}
    with entries_at(workspace, stored_at).writing() as entries:
        entries.connection.execute(insert(photos), row)
        entries.add(Kind.PHOTO_SEALED, photo=sha256, sealed=sealed.sha256, recipients=2)
        if has_copy:
            entries.add(Kind.PHOTO_STORED, photo=sha256, output=COPY_HASH, bytes=len(COPY))
    return sha256


def entries_at(workspace: Workspace, at: str) -> AuditLog:
    """Return the workspace's audit log as it was then."""
    mirrors = Mirrors(workspace.database, (), workspace.now)
    signer = Signer(workspace.settings.origin, workspace.keys.signing)
    return AuditLog(workspace.database, signer, mirrors, lambda: parse_moment(at))


def name_of(sha256: str) -> str:
    return f"{sha256[:32]}.jpg"


def add_hold(workspace: Workspace, scope: str, *, device: str | None = None, photo: str | None = None) -> None:
    row = {
        "id": "hold-1",
        "scope": scope,
        "device": device,
        "photo": photo,
        "by": "headteacher",
        "reason": "A request.",
    }
    with workspace.database.write() as connection:
        connection.execute(insert(holds), row | {"added_at": print_moment(workspace.now())})


def see(workspace: Workspace, photo: str, device: str = DEVICE) -> None:
    """Write down that the photo was seen on the device."""
    at = print_moment(workspace.now())
    with workspace.database.write() as connection:
        if connection.execute(select(devices.c.id).where(devices.c.id == device)).first() is None:
            known = {"id": device, "kind": "card", "owner": "trust", "holder": "holder", "clears": "by-hand"}
            connection.execute(insert(devices), known | {"approved_by": "ceo", "approved_at": at, "until": at})
        tags = {"name": "0" * 64, "place": "0" * 64}
        row = {"photo": photo, "device": device, "folder": 0, "look": "[]", "state": "taken", "seen_at": at}
        connection.execute(insert(device_files), row | tags)


def call_back(workspace: Workspace, photo: str) -> None:
    """Have the copy show a pupil, whose consent then goes."""
    with workspace.database.write() as connection:
        if connection.execute(select(pupils.c.upn)).first() is None:
            connection.execute(insert(pupils), {"upn": "A1"})
        write_shown(connection, photo, [Shown("A1", is_by_hand=False)], 1)
        recall(connection, "A1", print_moment(workspace.now()))


def entries_of(workspace: Workspace) -> list[dict[str, object]]:
    with workspace.database.read() as connection:
        query = select(log_entries.c.body).where(log_entries.c.kind == Kind.ORIGINAL_DESTROYED.value)
        return [json.loads(body) for body in connection.execute(query.order_by(log_entries.c.n)).scalars()]


def destroyed_at(workspace: Workspace, photo: str) -> str | None:
    with workspace.database.read() as connection:
        found = connection.execute(select(photos.c.destroyed_at).where(photos.c.sha256 == photo)).scalar_one()
    return None if found is None else str(found)


def test_an_original_past_its_retention_is_destroyed_and_recorded(workspace: Workspace) -> None:
    photo = add_photo(workspace, b"old")
    purged = purge_originals(workspace)
    assert [original.photo for original in purged.destroyed] == [photo]
    assert not workspace.vault.has(photo)
    assert workspace.trust.holds(name_of(photo), COPY_HASH)  # the copy stays
    assert destroyed_at(workspace, photo) == print_moment(NOW)
    (entry,) = entries_of(workspace)
    assert entry["photo"] == photo and entry["sealed"] == purged.destroyed[0].sealed
    assert entry["reason"] == "Its retention of 30 days after the redacted copy was stored is over."
    assert purge_originals(workspace) == Purged()
    assert len(entries_of(workspace)) == 1


def test_the_original_of_a_recalled_copy_is_never_due_until_the_recall_is_over(
    workspace: Workspace,
) -> None:
    """The copy must go: destroyed now, the photo would be lost when somebody acts on the recall."""
    photo = add_photo(workspace, b"old", days_ago=4000)
    call_back(workspace, photo)
    assert not find_due(workspace) and purge_originals(workspace) == Purged()
    assert workspace.vault.has(photo) and not entries_of(workspace)
    with workspace.database.write() as connection:
        write_shown(connection, photo, [], 2)  # the copy was made again
    assert [original.photo for original in purge_originals(workspace).destroyed] == [photo]


def test_a_recall_that_comes_right_before_the_destruction_keeps_the_original(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = add_photo(workspace, b"old", days_ago=4000)
    has = Vault.has

    def recalled_meanwhile(vault: Vault, sha256: str) -> bool:
        call_back(workspace, sha256)
        return has(vault, sha256)

    monkeypatch.setattr(Vault, "has", recalled_meanwhile)
    assert purge_originals(workspace) == Purged()
    monkeypatch.undo()
    assert workspace.vault.has(photo)


@pytest.mark.parametrize("has_copy", [True, False])
@pytest.mark.parametrize("state", State)
def test_without_a_stored_copy_nothing_is_ever_destroyed(workspace: Workspace, state: State, has_copy: bool) -> None:
    """A photo whose redaction is done again has the columns of its former copy, and is not stored."""
    if state is State.STORED and has_copy:
        return
    photo = add_photo(workspace, b"old", days_ago=4000, state=state, has_copy=has_copy)
    assert purge_originals(workspace) == Purged()
    assert workspace.vault.has(photo) and not entries_of(workspace)


def test_retention_counts_from_the_day_it_was_stored(workspace: Workspace) -> None:
    young, old = add_photo(workspace, b"young", days_ago=29.999), add_photo(workspace, b"old", days_ago=30.001)
    assert [original.photo for original in purge_originals(workspace).destroyed] == [old]
    shorter = replace(workspace, settings=replace(workspace.settings, retention_days=7))
    assert [original.photo for original in purge_originals(shorter).destroyed] == [young]


@pytest.mark.parametrize("scope", ["workspace", "photo", "device"])
def test_a_hold_keeps_it_until_it_is_lifted(workspace: Workspace, scope: str) -> None:
    photo = add_photo(workspace, b"held")
    see(workspace, photo)
    see(workspace, photo, "phone-ks2")
    add_hold(workspace, scope, device=DEVICE if scope == "device" else None, photo=photo if scope == "photo" else None)
    assert find_due(workspace) == () and purge_originals(workspace) == Purged()
    assert workspace.vault.has(photo)
    with workspace.database.write() as connection:
        connection.execute(update(holds).values(lifted_at=print_moment(NOW)))
    assert len(purge_originals(workspace).destroyed) == 1


def test_a_hold_on_something_else_keeps_nothing(workspace: Workspace) -> None:
    held, free = add_photo(workspace, b"held"), add_photo(workspace, b"free")
    see(workspace, held)
    add_hold(workspace, "device", device=DEVICE)
    assert [original.photo for original in purge_originals(workspace).destroyed] == [free]


def test_a_hold_that_comes_while_others_are_destroyed_still_counts(workspace: Workspace) -> None:
    first, second = sorted((add_photo(workspace, b"a"), add_photo(workspace, b"b")))
    holding = Acting(workspace.trust, lambda: add_hold(workspace, "photo", photo=second))
    purged = purge_originals(replace(workspace, trust=holding))
    assert [original.photo for original in purged.destroyed] == [first]
    assert workspace.vault.has(second)


def test_the_last_copy_of_a_photo_is_kept(workspace: Workspace) -> None:
    lost, good = add_photo(workspace, b"lost"), add_photo(workspace, b"good")
    workspace.trust.remove(name_of(lost))
    purged = purge_originals(workspace, limit=1)
    assert [original.photo for original in purged.destroyed] == [good]  # and does not use up the limit
    assert {original.photo for original in purged.kept} <= {lost}
    assert [original.photo for original in purge_originals(workspace).kept] == [lost]
    assert workspace.vault.has(lost) and destroyed_at(workspace, lost) is None


def test_no_more_than_the_limit_oldest_first(workspace: Workspace) -> None:
    ids = [add_photo(workspace, bytes([number]), days_ago=31 + number) for number in range(4)]
    assert [original.photo for original in purge_originals(workspace, limit=3).destroyed] == ids[:0:-1]
    assert [original.photo for original in purge_originals(workspace, limit=3).destroyed] == ids[:1]


@pytest.mark.parametrize("is_sign_first", [True, False])
def test_after_a_clock_went_forward_far_the_watcher_destroys_nothing_for_a_day_and_says_so(
    is_sign_first: bool, tmp_path: Path
) -> None:
    copy_workspace(tmp_path / "workspace")
    clock = [NOW]
    with open_workspace(tmp_path / "workspace", lambda: clock[0]) as workspace:
        with workspace.database.write() as connection:  # long gone, and its clock was decades ahead
            machines.beat(connection, "another machine", NOW + timedelta(days=20_000))
        photo = add_photo(workspace, b"new", days_ago=1)
        [retention] = [task for task in daily(workspace) if task.name == "retention"]

        def look() -> tuple[bool, list[str]]:
            if is_sign_first:
                beat(workspace)
            retention.act()
            beat(workspace)
            items = read_status(workspace).for_person
            return workspace.vault.has(photo), [item.what for item in items if item.id == "clock"]

        assert look() == (True, [])
        clock[0] = NOW + timedelta(days=60)  # somebody set the year wrong
        assert look() == (True, ["clock went forward"])
        clock[0] = NOW + timedelta(hours=1)  # it was set right in time
        assert look() == (True, [])
        clock[0] = NOW + timedelta(days=60)  # the machine was off
        assert look() == (True, ["clock went forward"])
        clock[0] += timedelta(days=1)
        assert look() == (False, [])


def test_a_clock_that_is_set_forward_by_hours_while_the_watcher_runs_makes_it_wait_a_day(tmp_path: Path) -> None:
    """By a clock that nobody sets the watcher knows how much time went by; what it slept through counts as time."""
    copy_workspace(tmp_path / "workspace")
    clock, running_s, hour = [NOW], [7.0], timedelta(hours=1)
    with open_workspace(tmp_path / "workspace", lambda: clock[0]) as workspace:
        photo, pace = add_photo(workspace, b"new", days_ago=28), Pace(lambda: running_s[0])
        (alive,) = sign_of_life(workspace, pace)
        [retention] = [task for task in daily(workspace, pace) if task.name == "retention"]

        def go(by_clock: timedelta, really: timedelta, *, is_sign_first: bool = True) -> tuple[bool, list[str]]:
            clock[0] += by_clock
            running_s[0] += really.total_seconds()
            for task in (alive, retention) if is_sign_first else (retention, alive):
                task.act()
            items = read_status(workspace).for_person
            return workspace.vault.has(photo), [item.what for item in items if item.id == "clock"]

        assert go(0 * hour, 0 * hour) == (True, [])
        assert go(20 * hour, 20 * hour) == (True, []), "it slept"
        assert go(1 * hour, 0.01 * hour) == (True, []), "a time service set it"
        for is_sign_first in (True, False):
            assert go(72 * hour, 0.01 * hour, is_sign_first=is_sign_first) == (True, ["clock went forward"])
            assert go(-72 * hour, 0.01 * hour) == (True, []), "it was set right in time"
        assert go(72 * hour, 0.01 * hour) == (True, ["clock went forward"])
        assert go(23 * hour, 23 * hour) == (True, ["clock went forward"])
        assert go(2 * hour, 2 * hour) == (False, [])


@pytest.mark.parametrize("fault", ["vault", "trust"])
def test_what_cannot_be_seen_is_not_claimed(workspace: Workspace, fault: str) -> None:
    photo = add_photo(workspace, b"old")
    folder = workspace.settings.folder
    marker = next(folder.rglob(MARKER_NAME if fault == "vault" else ".redact-trust"))
    away = folder / "away"
    marker.rename(away)  # as when the volume is out
    with pytest.raises(VaultFault if fault == "vault" else TrustFault):
        purge_originals(workspace)
    assert destroyed_at(workspace, photo) is None and not entries_of(workspace)
    away.rename(marker)
    assert len(purge_originals(workspace).destroyed) == 1


@pytest.mark.parametrize("where", ["vault", "trust"])
def test_one_file_that_cannot_be_read_keeps_no_other_original_waiting(workspace: Workspace, where: str) -> None:
    first, second = (add_photo(workspace, bytes([number]), days_ago=40 - number) for number in range(2))
    folder = workspace.settings.folder / where
    [path] = [path for path in folder.rglob("*") if path.is_file() and path.name.startswith(first[:24])]
    path.unlink()
    path.mkdir()  # the oldest comes first
    purged = purge_originals(workspace)
    assert [original.photo for original in purged.destroyed] == [second] and purged.fault is not None
    with pytest.raises(VaultFault if where == "vault" else TrustFault):
        end_retention(workspace)  # and it is told
    assert destroyed_at(workspace, first) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("owner", "call", "when"),
    [("purge", "begin_destroying", "after"), ("Vault", "destroy", "before"), ("Vault", "destroy", "after"),
     ("purge", "write_destroyed", "after"), ("purge", "_record", "after")],
)  # fmt: skip
@pytest.mark.parametrize("is_held", [False, True])
def test_a_purge_that_is_killed_is_ended_by_the_next_and_told_as_it_was(
    workspace: Workspace, owner: str, call: str, when: str, is_held: bool
) -> None:
    photo = add_photo(workspace, b"old")
    process = FORKS.Process(target=die_purging, args=(workspace.settings.folder, NOW, owner, call, when))
    process.start()
    process.join(LONGEST_S)
    assert process.exitcode == -signal.SIGKILL
    was_gone, was_told = not workspace.vault.has(photo), bool(entries_of(workspace))
    with workspace.database.read() as connection:
        begun = connection.execute(select(photos.c.destroying_at)).scalar_one()
    assert not was_gone or begun or was_told, "gone, and neither an intent nor an entry"
    if is_held:
        add_hold(workspace, "photo", photo=photo)  # too late for what is gone
    purge_originals(workspace)
    if is_held and not was_gone:
        assert workspace.vault.has(photo) and not entries_of(workspace)
        return
    (entry,) = entries_of(workspace)
    assert ("was begun on 2026-09-07 and cut off" in str(entry["reason"])) is (was_gone and not was_told)
    assert not workspace.vault.has(photo) and destroyed_at(workspace, photo) is not None
    assert purge_originals(workspace) == Purged() and len(entries_of(workspace)) == 1


def test_the_intent_is_committed_before_anything_is_touched(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_photo(workspace, b"old")
    seen, destroy = list[str | None](), workspace.vault.destroy

    def look(photo: str) -> None:
        with workspace.database.read() as connection:
            seen.append(connection.execute(select(photos.c.destroying_at)).scalar_one())
        destroy(photo)

    monkeypatch.setattr(type(workspace.vault), "destroy", lambda _vault, photo: look(photo))
    purge_originals(workspace)
    assert seen == [print_moment(NOW)]


def test_a_hold_that_comes_before_the_intent_keeps_it(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = add_photo(workspace, b"old")
    has = type(workspace.vault).has

    def hold_then_look(vault: Vault, sha256: str) -> bool:
        monkeypatch.undo()
        add_hold(workspace, "photo", photo=photo)
        return has(vault, sha256)

    monkeypatch.setattr(type(workspace.vault), "has", hold_then_look)
    assert purge_originals(workspace) == Purged() and workspace.vault.has(photo)


def test_what_somebody_else_took_is_told_apart(workspace: Workspace) -> None:
    photo = add_photo(workspace, b"old")
    workspace.vault.destroy(photo)
    purged = purge_originals(workspace)
    assert [original.photo for original in purged.missing] == [photo] and not purged.destroyed
    (entry,) = entries_of(workspace)
    assert "not in the vault any more" in str(entry["reason"]) and "had not begun to" in str(entry["reason"])
    assert destroyed_at(workspace, photo) is not None


@pytest.mark.slow
def test_a_fault_at_any_call_of_the_disk_never_claims_too_much(workspace: Workspace) -> None:
    """Each turn another call fails; the audit log says "destroyed" only of what is gone, and the next run ends it."""
    for turn in range(1, 40):
        photo = add_photo(workspace, bytes([turn]) * 9)
        recorded = len(entries_of(workspace))
        with saboteurs.failing_at(turn, saboteurs.full) as calls:
            did_end = fault_of(lambda: purge_originals(workspace)) is None
        if len(entries_of(workspace)) > recorded:
            assert not workspace.vault.has(photo)
        purge_originals(workspace)
        assert not workspace.vault.has(photo) and destroyed_at(workspace, photo) is not None
        assert len(entries_of(workspace)) == recorded + 1
        if did_end and len(calls) < turn:
            break
    assert turn > 8  # the sabotage did reach in


def test_a_photo_that_came_again_is_due_again(workspace: Workspace) -> None:
    photo = add_photo(workspace, b"old", days_ago=90)
    purge_originals(replace(workspace, now=lambda: NOW - timedelta(days=50)))
    assert destroyed_at(workspace, photo) is not None
    sealed = workspace.vault.seal(photo, b"old")
    again = print_moment(NOW - timedelta(days=40))
    with workspace.database.write() as connection:
        connection.execute(update(photos).values(sealed=sealed.sha256, sealed_at=again, stored_at=again))
    with entries_at(workspace, again).writing() as entries:
        entries.add(Kind.PHOTO_SEALED, photo=photo, sealed=sealed.sha256, recipients=2)
        entries.add(Kind.PHOTO_STORED, photo=photo, output=COPY_HASH, bytes=len(COPY))
    assert [original.photo for original in purge_originals(workspace).destroyed] == [photo]
    assert len(entries_of(workspace)) == 2


def test_a_thousand_rows_that_are_not_due_are_passed_by(workspace: Workspace) -> None:
    at = print_moment(NOW)
    rows = [
        {"sha256": f"{n:064x}", "bytes": 1, "state": "stored", "arrived_at": at, "stored_at": at} for n in range(1000)
    ]
    with workspace.database.write() as connection:
        connection.execute(insert(photos), rows)
    assert find_due(workspace) == ()


# -- the command --

COMMAND = typer.Typer()
COMMAND.command()(purge)


def run(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(COMMAND, ["--workspace", str(workspace.settings.folder), *arguments])


@pytest.fixture
def old(workspace: Workspace) -> Workspace:
    """The workspace as it was so long ago that what is stored in it is due today: commands ask the machine's clock."""
    return replace(workspace, now=lambda: datetime.now(UTC) - timedelta(days=31))


def test_the_command_shows_first_and_destroys_when_told(workspace: Workspace, old: Workspace) -> None:
    photo = add_photo(old, b"old", days_ago=0)
    for arguments in ((), ("--yes", "--dry-run")):
        assert isinstance(run(workspace, *arguments).exception, UsageError)
    shown = run(workspace, "--dry-run", "--json")
    assert [row["photo"] for row in json.loads(shown.stdout)] == [photo] and shown.exit_code == 0
    assert workspace.vault.has(photo)
    done = run(workspace, "--yes")
    assert done.exit_code == 0 and done.stdout.startswith(f"{photo} destroyed")
    assert not workspace.vault.has(photo)
    assert run(workspace, "--yes", "--json").stdout == "[]\n"


def test_the_command_says_what_it_kept_and_what_was_missing(workspace: Workspace, old: Workspace) -> None:
    kept, missing = add_photo(old, b"kept", days_ago=0), add_photo(old, b"missing", days_ago=1)
    workspace.trust.remove(name_of(kept))
    workspace.vault.destroy(missing)
    done = run(workspace, "--yes")
    assert done.exit_code == 3 and "1 original kept" in done.stderr and "not in the vault any more" in done.stderr
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [[missing, "missing"], [kept, "kept"]]


class Acting:
    """Trust storage that acts once, before it answers."""

    def __init__(self, real: TrustStorage, act: Callable[[], None]) -> None:
        self._real, self._act = real, act

    def find(self, name: str, /) -> bytes | None:
        raise NotImplementedError

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

    def list_for_use(self) -> Iterator[str]:
        raise NotImplementedError


def fault_of(call: Callable[[], object]) -> str | None:
    """Return what a store says when it fails, None when it does not."""
    try:
        call()
    except (VaultFault, TrustFault) as fault:
        return str(fault)
    return None


@pytest.mark.parametrize("is_proven", [True, False])
def test_the_original_of_a_superseded_half_is_destroyed_like_one_that_was_set_aside(
    workspace: Workspace, is_proven: bool
) -> None:
    photo = add_photo(workspace, b"a half", state=State.SET_ASIDE, has_copy=False)
    at = print_moment(workspace.now() - timedelta(days=31))
    with entries_at(workspace, at).writing() as entries:
        if is_proven:
            facts = {"device": DEVICE, "name": "0" * 64, "whole": "1" * 64}
            entries.add(Kind.PHOTO_SUPERSEDED, photo=photo, **facts)
    assert [original.photo for original in purge_originals(workspace).destroyed] == [photo] * is_proven
