"""A key that opens originals is changed, and they are sealed again; what is killed on the way loses none of them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyrage  # type: ignore[import-untyped,unused-ignore]
import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

from redact.audit.kinds import Kind
from redact.cli import app
from redact.errors import UsageError
from redact.photos.keys.reseal import finish_resealing, reseal_originals
from redact.photos.keys.rotate import change_key, is_cut_off
from redact.photos.purge import purge_originals
from redact.photos.retry import Opening
from redact.photos.steps import seal
from redact.reports.status import read_status
from redact.store.key_facts import write_facts
from redact.store.schema.tables import photos
from redact.store.vault import VaultFault, recipients_id
from redact.workspace.ids import Actor
from redact.workspace.keys import KeyFault, read_keys
from redact.workspace.open import SEALED_TO, Workspace, open_workspace
from tests.rigs.living import Clock, Living, open_living
from tests.rigs.saboteurs import WRITES, failing_at, killed
from tests.rigs.workspaces import environment

WHO = ["--by", "headteacher", "--person", "staff-7"]
WHY = ["--reason", "The reviewer has left the school."]
ACTOR = Actor("headteacher", "0" * 64)
CONTENTS = (b"a photo", b"another photo", b"a third photo")


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


@pytest.fixture
def away(living: Living, tmp_path: Path) -> Path:
    """The safe places that the private keys were moved to."""
    return move_off(living.workspace, tmp_path / "safe")


def move_off(workspace: Workspace, safe: Path) -> Path:
    shutil.copytree(workspace.settings.folder / "move-away", safe, dirs_exist_ok=True)
    for path in (workspace.settings.folder / "move-away").iterdir():
        path.unlink()
    return safe


def run(living: Living, *words: str | Path) -> Result:
    with pytest.MonkeyPatch.context() as patch:  # the command has the clock of the test
        patch.setattr("redact.workspace.open.system_now", living.clock)
        return CliRunner().invoke(app, [*map(str, words), "--workspace", str(living.workspace.settings.folder)])


def opens(workspace: Workspace, photo: str, *keys: Path) -> bool:
    try:
        workspace.vault.unseal(photo, "\n".join(key.read_text() for key in keys))
    except VaultFault:
        return False
    return True


def test_every_original_opens_with_the_new_key_and_none_with_the_former(living: Living, away: Path) -> None:
    folder = living.add_device()
    stored = [living.store(folder / f"{number}.jpg", content) for number, content in enumerate(CONTENTS)]
    done = run(living, "keys", "rotate", "reviewer", *WHO, *WHY, "--key", away / "reviewer.key")
    assert done.exit_code == 0 and "3 originals sealed again" in done.output and "SECRET" not in done.output
    new = living.workspace.settings.folder / "move-away" / "reviewer.key"
    for photo in stored:
        assert opens(living.workspace, photo, new) and opens(living.workspace, photo, away / "recovery.key")
        assert not opens(living.workspace, photo, away / "reviewer.key")
    (changed,) = living.events("key.rotated")
    assert (changed.fact("use"), changed.fact("by")) == ("vault", "headteacher")
    assert [event.fact("photo") for event in living.events("original.resealed")] == sorted(stored)
    assert not list(living.workspace.settings.vault.rglob("*.new.age"))
    living.check_record()


def test_what_was_said_of_an_original_stands_when_it_is_sealed_again(living: Living, away: Path) -> None:
    """Erased and destroyed may be what was stored before the sealing again; and again after a second one."""
    folder = living.add_device()
    photo = living.store(folder / "a.jpg", b"a photo")
    for key in ("reviewer", "recovery"):
        other = away / ("recovery.key" if key == "reviewer" else "../safe-2/reviewer.key")
        assert run(living, "keys", "rotate", key, *WHO, *WHY, "--key", other).exit_code == 0
        move_off(living.workspace, away.parent / "safe-2")
    with open_workspace(living.workspace.settings.folder, living.clock) as workspace:
        again = Living(workspace, living.clock, living.folder, living.devices)
        assert again.clear() == {"gone": 1}
        living.clock.go(days=31)
        assert [original.photo for original in purge_originals(workspace).destroyed] == [photo]
    (event,) = living.events("original.destroyed")
    resealed = living.events("original.resealed")
    assert [event.fact("sealed")] == [resealed[-1].fact("sealed")] and resealed[1].fact("former") == resealed[0].fact(
        "sealed"
    )


def test_without_a_key_the_old_ones_wait_and_are_told_until_they_are_sealed_again(living: Living, away: Path) -> None:
    folder = living.add_device()
    before = living.store(folder / "a.jpg", b"a photo")
    done = run(living, "keys", "rotate", "reviewer", *WHO, *WHY)
    assert done.exit_code == 3 and "redact keys reseal" in done.output
    with open_workspace(living.workspace.settings.folder, living.clock) as workspace:
        again = Living(workspace, living.clock, living.folder, living.devices)
        after = again.store(folder / "b.jpg", b"another photo")
        new = move_off(workspace, away.parent / "new") / "reviewer.key"
        assert opens(workspace, after, new) and not opens(workspace, before, new)
        (told,) = (item for item in read_status(workspace).for_person if item.id == "keys")
        assert told.count == 1 and "reseal" in told.next_step
        with pytest.raises(UsageError, match="waits to be sealed again"):
            change_key(workspace, "reviewer", ACTOR, "Again.")
        former = Opening((away / "reviewer.key").read_text(), ACTOR)
        with pytest.raises(UsageError, match="could be proved"):  # neither half that opens the new ones is here
            reseal_originals(workspace, former)
    assert run(living, "keys", "reseal", *WHO, "--key", away / "reviewer.key", "--key", new).exit_code == 0
    assert opens(living.workspace, before, new) and not opens(living.workspace, before, away / "reviewer.key")
    assert not [item for item in read_status(living.workspace).for_person if item.id == "keys"]


def test_a_key_that_opens_none_of_them_changes_none(living: Living, away: Path) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    before = living.photo(photo).sealed
    done = run(living, "keys", "rotate", "reviewer", *WHO, *WHY)
    stranger = away / "stranger.key"
    stranger.touch(0o600)
    stranger.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    done = run(living, "keys", "reseal", *WHO, "--key", stranger)
    assert done.exit_code == 3 and photo[:12] in done.output
    assert living.photo(photo).sealed == before and opens(living.workspace, photo, away / "reviewer.key")


def test_a_watcher_that_read_the_former_keys_seals_nothing_to_them(living: Living, away: Path) -> None:
    photo = living.take(living.add_device() / "a.jpg", b"a photo")
    run(living, "keys", "rotate", "reviewer", *WHO, *WHY)
    with pytest.raises(KeyFault, match="Start redact watch again"):
        seal(living.workspace, photo)
    assert not living.workspace.vault.has(photo)
    assert away.is_dir()


def test_the_private_key_of_today_is_moved_off_first(living: Living) -> None:
    with pytest.raises(UsageError, match="Move it off this machine first"):
        change_key(living.workspace, "reviewer", ACTOR, "The reviewer has left.")
    assert not living.events("key")


def test_a_change_that_was_cut_off_is_ended_with_the_key_that_the_log_names(
    living: Living, away: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, settings = living.workspace, living.workspace.settings
    with monkeypatch.context() as patch:
        patch.setattr("redact.photos.keys.rotate.write_recipients", lambda *_: killed_here())
        with pytest.raises(ZeroDivisionError):
            change_key(workspace, "reviewer", ACTOR, "The reviewer has left.")
    assert is_cut_off(workspace) and read_keys(settings.keys, settings.origin).recipients == workspace.keys.recipients
    with pytest.raises(KeyFault):
        seal(workspace, living.take(living.add_device() / "a.jpg", b"a photo"))
    changed = change_key(workspace, "reviewer", ACTOR, "The reviewer has left.")
    assert changed.is_ended and len(living.events("key.rotated")) == 1 and away.is_dir()
    assert read_keys(settings.keys, settings.origin).recipients == (changed.new, workspace.keys.recipients[1])


def killed_here() -> None:
    raise ZeroDivisionError


def test_no_key_is_taken_from_the_database(living: Living, away: Path) -> None:
    """Who writes the database can stop the sealing, and not have it done to a key of his own."""
    mine = str(pyrage.x25519.Identity.generate().to_public())
    with living.workspace.database.write() as connection:
        write_facts(connection, {SEALED_TO: recipients_id([mine, living.workspace.keys.recipients[1]])})
    changed = change_key(living.workspace, "reviewer", ACTOR, "The reviewer has left.")
    assert not changed.is_ended and changed.new != mine and len(living.events("key.rotated")) == 1
    settings = living.workspace.settings
    assert mine not in read_keys(settings.keys, settings.origin).recipients and away.is_dir()


@pytest.mark.parametrize("is_there", [True, False])
def test_only_the_sealed_file_that_the_newest_entry_names_is_destroyed(living: Living, is_there: bool) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    living.clear()
    path = next(living.workspace.settings.vault.rglob(f"{photo}.age"))
    path.write_bytes(pyrage.encrypt(b"a photo", [pyrage.x25519.Identity.generate().to_public()]))
    if not is_there:
        path.unlink()
    living.clock.go(days=31)
    purged = purge_originals(living.workspace)
    assert [len(purged.unproven), len(purged.missing)] == ([1, 0] if is_there else [0, 1])
    assert path.exists() is is_there and not purged.destroyed


def test_a_row_that_names_a_former_sealed_file_has_nothing_destroyed(living: Living, away: Path) -> None:
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    living.clear()
    former = living.photo(photo).sealed
    kept = next(living.workspace.settings.vault.rglob(f"{photo}.age")).read_bytes()
    run(living, "keys", "rotate", "reviewer", *WHO, *WHY, "--key", away / "recovery.key")
    next(living.workspace.settings.vault.rglob(f"{photo}.age")).write_bytes(kept)
    with living.workspace.database.write() as connection:
        connection.execute(update(photos).values(sealed=former))
    living.clock.go(days=31)
    assert [original.photo for original in purge_originals(living.workspace).unproven] == [photo]


def test_an_original_that_is_sealed_again_leaves_nothing_when_it_is_destroyed(living: Living, away: Path) -> None:
    """A run that was killed left its file beside: it goes with the original."""
    photo = living.store(living.add_device() / "a.jpg", b"a photo")
    run(living, "keys", "rotate", "reviewer", *WHO, *WHY)
    with open_workspace(living.workspace.settings.folder, living.clock) as workspace:
        workspace.vault.reseal(photo, b"a photo", (away / "recovery.key").read_text())
        assert finish_resealing(workspace) == 0 and len(workspace.vault.list_resealed()) == 1
        workspace.vault.destroy(photo)
        assert not workspace.vault.list_resealed() and not workspace.vault.has(photo)


@pytest.mark.slow
def test_what_a_kill_leaves_is_ended(tmp_path: Path) -> None:
    """At every call that changes a disk or the database: each original opens, and the next run ends what was begun."""
    call = "kill_everywhere(Path(sys.argv[1]))"
    script = f"import sys; from pathlib import Path; from tests.photos.keys.test_rotate import *; {call}"
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], env=environment(), check=False)
    assert done.returncode == 0


def kill_everywhere(folder: Path) -> None:
    """Run the sealing again in forks, each killed one call later than the one before, and check what each leaves."""
    with open_living(folder / "first") as living:
        drop = living.add_device()
        stored = [living.store(drop / f"{number}.jpg", content) for number, content in enumerate(CONTENTS[:2])]
        safe = move_off(living.workspace, folder / "safe")
        change_key(living.workspace, "reviewer", ACTOR, "The reviewer has left.")
    turns = 0
    for turn in range(1, 200):
        place = folder / "now" / "workspace"
        shutil.rmtree(place.parent, ignore_errors=True)
        shutil.copytree(folder / "first" / "workspace", place, symlinks=True)
        if not dies(place, safe, turn):
            break
        turns += 1
        with open_workspace(place, Clock()) as workspace:
            check(workspace, safe, stored)
    assert turns > 20, turns


def dies(place: Path, safe: Path, turn: int) -> bool:
    child = os.fork()
    if child == 0:
        with open_workspace(place, Clock()) as workspace:
            opening = Opening((safe / "reviewer.key").read_text(), ACTOR)
            with failing_at(turn, killed, after=turn % 2 == 0, calls=WRITES, engines=[workspace.database.engine]):
                reseal_originals(workspace, opening)
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in {0, -signal.SIGKILL}
    return ended != 0


def check(workspace: Workspace, safe: Path, stored: Sequence[str]) -> None:
    new, recovery = workspace.settings.folder / "move-away" / "reviewer.key", safe / "recovery.key"
    for photo in stored:
        assert opens(workspace, photo, recovery), "an original is lost"
    finish_resealing(workspace)  # as at the watcher's start: what was committed is in its place
    with workspace.database.read() as connection:
        rows = {row.sha256: row.sealed for row in connection.execute(select(photos.c.sha256, photos.c.sealed))}
    assert all(workspace.vault.holds(photo, rows[photo]) for photo in stored), "what the row names does not lie there"
    done = reseal_originals(workspace, Opening((safe / "reviewer.key").read_text(), ACTOR))
    assert not done.unopened and not workspace.vault.list_resealed()
    for photo in stored:
        assert opens(workspace, photo, new) and not opens(workspace, photo, safe / "reviewer.key")
        assert workspace.audit_log.proofs.find(Kind.ORIGINAL_RESEALED, photo) is not None
