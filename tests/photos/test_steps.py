from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from redact.audit.kinds import Kind
from redact.devices.clearing import clear as clearing
from redact.devices.clearing.attempt import Attempt
from redact.photos import steps
from redact.photos.quarantine import PhotoMissing, staged, sweep_quarantine
from redact.photos.steps import ConsentWent, CopyLost, bring_to_storage
from redact.redaction.values import Action, Outcome, Region, Status
from redact.redaction.values import Kind as RegionKind
from redact.store import photos as photo_rows
from redact.store.photos import Shown, State
from redact.store.photos.recalls import list_recalls, recall
from tests.rigs.device_folders import look
from tests.rigs.workspaces import DEVICE, MODELS, Rig, photo_bytes, redacted, sha, work_at_once, work_that
from watcher.device import device_of
from watcher.fs.folders import HandleFolder
from watcher.guard import Place
from watcher.quarantine import NotTaken

PHOTO = photo_bytes(1)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def take_in(rig: Rig, name: str = "a.jpg", device: str = DEVICE) -> str | NotTaken | None:
    registered = next(known for known in rig.approved() if known.id == device)
    place = Place(device, (name,))
    return steps.take_in(rig.workspace, device_of(registered.record), place, look(rig.drop(device) / name), ())


def snapshot(rig: Rig) -> tuple[object, ...]:
    """Return all that a step could change: rows, entries, files."""
    files = {
        path.relative_to(rig.workspace.settings.folder).as_posix(): path.read_bytes()
        for folder in (
            rig.workspace.settings.vault,
            rig.workspace.settings.quarantine,
            Path(rig.workspace.settings.trust),
        )
        for path in folder.rglob("*")
        if path.is_file()
    }
    return rig.photos(), rig.device_files(), rig.entries(), files, rig.on_devices()


# -- every step twice --


def test_every_step_run_twice_changes_nothing(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    photo, workspace = sha(PHOTO), rig.workspace
    ids: list[int] = []
    attempts: list[Attempt] = []
    walk: list[Callable[[], object]] = [
        lambda: take_in(rig),
        lambda: steps.seal(workspace, photo),
        lambda: steps.redact_and_verify(workspace, photo, work_at_once),
        lambda: steps.store(workspace, photo),
        lambda: ids.extend(clearing.open_deletions(workspace, DEVICE, "system")),
        lambda: attempts.extend(clearing.erase_opened(workspace, DEVICE, ids) if not attempts else ()),
        lambda: clearing.confirm(workspace, DEVICE, ids, attempts),
    ]
    for step in walk:
        step()
        done = snapshot(rig)
        step()
        assert snapshot(rig) == done
    rig.check_done(PHOTO)


def test_steps_out_of_order_do_nothing(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    take_in(rig)
    before = snapshot(rig)
    assert steps.redact_and_verify(rig.workspace, sha(PHOTO), work_at_once) == State.ARRIVED
    assert steps.store(rig.workspace, sha(PHOTO)) == State.ARRIVED
    assert clearing.open_deletions(rig.workspace, DEVICE, "system") == []
    assert snapshot(rig) == before


def test_an_attempt_that_was_cut_off_after_the_unlink_is_ended_and_certifies_nothing(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.look()
    rig.take_in()
    rig.turn()
    (rig.drop() / "a.jpg").unlink(missing_ok=True)
    rig.restart()
    rig.run()
    (device_file,) = rig.device_files()
    assert device_file.state is photo_rows.FileState.GONE
    assert rig.entries(Kind.DELETION_OPENED, Kind.DELETION_CLOSED)[-1][0] == "deletion.closed"


# -- one photo, many device files --


def test_the_same_photo_under_two_names_and_on_two_devices_gives_one_result_and_clears_all(rig: Rig) -> None:
    for device in ("cam-1", "cam-2"):
        (rig.add(device) / "Year 3").mkdir()
        (rig.drop(device) / "a.jpg").write_bytes(PHOTO)
        (rig.drop(device) / "Year 3" / "b.jpg").write_bytes(PHOTO)
    rig.run(6)
    rig.check_done(PHOTO)
    assert len(rig.stored()) == 1 and len(rig.device_files()) == 4
    assert len(rig.entries(Kind.FILE_SEEN)) == 3
    assert len(rig.entries(Kind.DELETION_OPENED)) == len(rig.entries(Kind.DELETION_CLOSED)) == 4


def steps_of(rig: Rig, content: bytes) -> list[Callable[[], object]]:
    """Return the steps of a photo from the device to its deletion, each to be done once, in this order."""
    workspace, photo = rig.workspace, sha(content)
    return [
        lambda: take_in(rig),
        lambda: steps.seal(workspace, photo),
        lambda: steps.redact_and_verify(workspace, photo, work_at_once),
        lambda: steps.store(workspace, photo),
        lambda: clearing.open_deletions(workspace, DEVICE, "system"),
        lambda: clearing.erase_opened(workspace, DEVICE, [rig.device_files()[0].id]),
    ]


@pytest.mark.parametrize("stage", range(6))
def test_a_photo_dropped_again_at_any_stage_gives_one_result(rig: Rig, stage: int) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    for step in steps_of(rig, PHOTO)[:stage]:
        step()
    (rig.drop() / "again.jpg").write_bytes(PHOTO)
    rig.run(6)
    rig.check_done(PHOTO)
    assert len(rig.stored()) == 1 and len(rig.device_files()) == 2


def test_a_photo_that_was_cleared_and_comes_back_is_cleared_again_without_a_second_result(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.run()
    (rig.drop() / "a.jpg").write_bytes(PHOTO)
    rig.run()
    rig.check_done(PHOTO)
    assert len(rig.entries(Kind.FILE_SEEN)) == 1 and len(rig.entries(Kind.DELETION_CLOSED)) == 2


@pytest.mark.parametrize("stage", range(6))
def test_a_new_process_goes_on_from_every_stage(rig: Rig, stage: int) -> None:
    """What a crash between two steps leaves is a state like any other."""
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    workspace = rig.workspace
    for step in steps_of(rig, PHOTO)[: stage + 1]:
        step()
    rig.restart()
    sweep_quarantine(workspace)
    rig.run()
    rig.check_done(PHOTO)


def test_a_name_used_again_by_the_camera_is_another_photo(rig: Rig) -> None:
    other = photo_bytes(2)
    file = rig.add() / "IMG_0001.JPG"
    file.write_bytes(PHOTO)
    rig.run()
    file.write_bytes(other)
    rig.run()
    rig.check_done(PHOTO, other)


def test_a_photo_overwritten_before_it_was_cleared_is_not_said_to_be_deleted_until_its_name_is_free(rig: Rig) -> None:
    """The camera wrote another photo to the name: that one must not go in the first one's stead."""
    other = photo_bytes(2)
    file = rig.add() / "IMG_0001.JPG"
    file.write_bytes(PHOTO)
    take_in(rig, "IMG_0001.JPG")
    steps.seal(rig.workspace, sha(PHOTO))
    steps.redact_and_verify(rig.workspace, sha(PHOTO), work_at_once)
    steps.store(rig.workspace, sha(PHOTO))
    file.write_bytes(other)
    ids = clearing.open_deletions(rig.workspace, DEVICE, "system")
    attempts = clearing.erase_opened(rig.workspace, DEVICE, ids)
    assert clearing.confirm(rig.workspace, DEVICE, ids, attempts) == {"kept": 1}
    assert file.read_bytes() == other
    rig.mend()
    rig.check_done(PHOTO, other, removed=[PHOTO])  # nobody saw what became of the first one


def test_tags_of_all_device_files_meet_on_the_photo(rig: Rig) -> None:
    for name in ("Year 3", "Sports day"):
        (rig.add() if not rig.drop().exists() else rig.drop()).joinpath(name).mkdir()
        (rig.drop() / name / "a.jpg").write_bytes(PHOTO)
    seen: list[tuple[str, ...]] = []

    def work(path: Path, tags: tuple[str, ...]) -> steps.Worked:
        seen.append(tags)
        return work_at_once(path, tags)

    rig.work = work
    rig.look()
    rig.take_in()  # both, before the first is redacted
    rig.turn(4)
    assert [set(tags) for tags in seen] == [{"Year 3", "Sports day"}]


# -- held, refused --


@pytest.mark.parametrize(
    ("status", "state", "kind"),
    [(Status.HELD, State.HELD, Kind.PHOTO_HELD), (Status.REFUSED, State.REFUSED, Kind.PHOTO_REFUSED)],
)
def test_what_stops_keeps_its_source_and_leaves_no_plain_copy(
    rig: Rig, status: Status, state: State, kind: Kind
) -> None:
    rig.work = work_that(status, "A person must look at it.")
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.run(6)
    (photo,) = rig.photos().values()
    assert photo.state is state and photo.reason == "A person must look at it."
    assert rig.on_devices() == {f"{DEVICE}/a.jpg"} and not rig.quarantined() and not rig.stored()
    assert len(rig.entries(kind)) == 1 and not rig.entries(Kind.DELETION_OPENED)
    assert photo.sealed is not None and rig.workspace.vault.holds(photo.sha256, photo.sealed)


def test_a_copy_that_was_not_verified_is_held(rig: Rig) -> None:
    def work(path: Path, tags: tuple[str, ...]) -> steps.Worked:
        return steps.Worked(Outcome(Status.REDACTED, sha(path.read_bytes()), output=b"x"), None, MODELS)

    rig.work = work
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.run()
    assert {photo.state for photo in rig.photos().values()} == {State.HELD} and not rig.stored()


def test_what_no_worker_opens_is_refused_and_not_taken_in_for_ever(rig: Rig) -> None:
    """A worker that will not open a file (too large) tells no hash."""
    rig.work = lambda path, tags: steps.Worked(Outcome(Status.REFUSED, reason="It is too large."), None, MODELS)
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.run()
    assert [(photo.state, photo.reason) for photo in rig.photos().values()] == [(State.REFUSED, "It is too large.")]


# -- what lies in quarantine between two steps --


def test_a_result_for_other_bytes_is_never_taken_for_the_photos(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    take_in(rig)
    steps.seal(rig.workspace, sha(PHOTO))
    for wrong in (sha(b"other"), ""):
        verdict = work_at_once(rig.workspace.settings.quarantine / f"{sha(PHOTO)}.photo", ()).outcome.verdict
        outcome = Outcome(Status.REDACTED, wrong, output=b"of other bytes", verdict=verdict)
        with pytest.raises(PhotoMissing):
            bring_to_storage(rig.workspace, sha(PHOTO), lambda *_, made=outcome: steps.Worked(made, None, MODELS))
    assert not rig.stored()


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"altered")])
@pytest.mark.parametrize("stage", [0, 1])
def test_a_plain_original_that_is_gone_or_altered_is_taken_in_again(
    rig: Rig, damage: Callable[[Path], object], stage: int
) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    take_in(rig)
    if stage:
        steps.seal(rig.workspace, sha(PHOTO))
    damage(rig.workspace.settings.quarantine / f"{sha(PHOTO)}.photo")
    with pytest.raises(PhotoMissing):
        bring_to_storage(rig.workspace, sha(PHOTO), work_at_once)
    rig.turn(6, 40.0)
    rig.check_done(PHOTO)


def test_a_verified_copy_that_is_gone_is_made_again(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    take_in(rig)
    steps.seal(rig.workspace, sha(PHOTO))
    steps.redact_and_verify(rig.workspace, sha(PHOTO), work_at_once)
    staged(rig.workspace, sha(PHOTO)).write_bytes(b"altered")
    with pytest.raises(CopyLost):
        steps.store(rig.workspace, sha(PHOTO))
    assert not rig.stored() and rig.photos()[sha(PHOTO)].state is State.SEALED
    rig.turn(4)
    assert list(rig.stored().values()) == [redacted(PHOTO)]


# -- a consent that goes meanwhile --


def showing(pupil: str) -> Callable[[Path, tuple[str, ...]], steps.Worked]:
    """Return a worker that leaves one face uncovered."""

    def work(path: Path, tags: tuple[str, ...]) -> steps.Worked:
        worked = work_at_once(path, tags)
        corners = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0))
        face = Region(RegionKind.FACE, Action.SHOWN, corners, 0.9, "consent on record", pupil=pupil)
        return replace(worked, outcome=replace(worked.outcome, regions=(face,)))

    return work


def test_a_pupil_who_is_no_longer_on_the_roll_is_not_shown(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    take_in(rig)
    steps.seal(rig.workspace, sha(PHOTO))
    with pytest.raises(ConsentWent):
        steps.redact_and_verify(rig.workspace, sha(PHOTO), showing("A999999999999"))
    assert rig.photos()[sha(PHOTO)].state is State.SEALED and not rig.entries(Kind.PHOTO_REDACTED)
    rig.turn(4)
    rig.check_done(PHOTO)  # the register says nothing of the pupil now, so the face is covered


@pytest.mark.parametrize("is_left_by_a_crash", [False, True])
def test_a_copy_that_is_recalled_before_it_is_stored_is_made_again(rig: Rig, is_left_by_a_crash: bool) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    take_in(rig)
    steps.seal(rig.workspace, sha(PHOTO))
    steps.redact_and_verify(rig.workspace, sha(PHOTO), work_at_once)
    with rig.workspace.database.write() as connection:
        photo_rows.write_shown(connection, sha(PHOTO), [Shown("A999999999999", is_by_hand=False)], 1)
        recall(connection, "A999999999999", "2026-09-07T12:00:00.000Z")
        assert list_recalls(connection) == ()  # it is stored nowhere, so nobody need take it down
    if is_left_by_a_crash:
        rig.workspace.trust.put(str(rig.photos()[sha(PHOTO)].output_name), redacted(PHOTO))
    with pytest.raises(ConsentWent):
        steps.store(rig.workspace, sha(PHOTO))
    assert not rig.stored() and rig.photos()[sha(PHOTO)].state is State.SEALED
    rig.turn(4)
    rig.check_done(PHOTO)


def test_a_sweep_leaves_what_is_under_way_and_removes_the_rest(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    take_in(rig)
    quarantine = rig.workspace.settings.quarantine
    (quarantine / f"{'0' * 32}.part").write_bytes(b"cut off")
    (quarantine / f"{sha(b'unknown')}.photo").write_bytes(b"unknown")
    (quarantine / f"{sha(PHOTO)}.copy").write_bytes(b"of a photo that is not redacted yet")
    (quarantine / ".redact-abcd_123.part").write_bytes(b"cut off")
    assert sweep_quarantine(rig.workspace) == 4
    assert rig.quarantined() == {f"{sha(PHOTO)}.photo"}


# -- the order of effects: what a power loss would find --


@contextmanager
def recorded(rig: Rig) -> Iterator[list[str]]:
    """Give the names of effects as they happen: syncs by file, renames, unlinks, commits by the entries they bring."""
    effects: list[str] = []
    workspace = rig.workspace.settings

    def where(handle: int) -> str:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        for name in ("quarantine", "vault", "trust", "checkpoints"):
            if path.is_relative_to(workspace.folder / name):
                return f"{name} folder" if path.is_dir() else f"{name} file"
        return "device folder" if path.is_dir() else "device file"

    def wrap(owner: Any, name: str, told: Callable[..., str]) -> tuple[Any, str, Any]:
        real = getattr(owner, name)

        def call(*arguments: Any, **named: Any) -> Any:
            said = told(*arguments)  # before: afterwards a handle may lead elsewhere
            result = real(*arguments, **named)
            effects.append(said)
            return result

        setattr(owner, name, call)
        return owner, name, real

    def commits(connection: Any) -> None:
        kinds = connection.info.pop("kinds", [])
        if kinds:
            effects.append("commit " + " ".join(kinds))

    def statements(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("INSERT INTO log_entries"):
            rows = parameters if isinstance(parameters, list) else [parameters]
            connection.info["kinds"] = [next(value for value in row if "." in str(value)) for row in rows]

    real = [
        wrap(os, "fsync", lambda handle: f"sync {where(handle)}"),
        wrap(os, "replace", lambda *_: "rename"),
        wrap(HandleFolder, "rename", lambda folder, old, new: f"rename in {where(folder._handle)}"),
        wrap(HandleFolder, "replace", lambda folder, old, new: f"rename in {where(folder._handle)}"),
        wrap(HandleFolder, "unlink", lambda folder, name: f"unlink in {where(folder._handle)}"),
    ]
    engine = rig.workspace.database.engine
    event.listen(engine, "commit", commits)
    event.listen(engine, "before_cursor_execute", statements)
    try:
        yield effects
    finally:
        event.remove(engine, "commit", commits)
        event.remove(engine, "before_cursor_execute", statements)
        for owner, name, call in real:
            setattr(owner, name, call)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system does not tell which file a handle is of")
def test_everything_is_on_the_disk_before_it_is_said(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    with recorded(rig) as effects:
        rig.run()
    rig.check_done(PHOTO)

    def at(effect: str) -> int:
        return effects.index(effect)

    def follow(*wanted: str) -> None:
        """Check that these effects are there in this order (others may lie between)."""
        rest = iter(effects)
        for effect in wanted:
            assert effect in rest, (effect, effects)

    follow("sync quarantine file", "rename in quarantine folder", "sync quarantine folder", "commit photo.arrived")
    follow("commit photo.arrived", "sync vault file", "rename in vault folder", "sync vault folder")
    assert at("sync vault folder") < at("commit photo.sealed")
    assert max(index for index, effect in enumerate(effects) if effect.startswith("sync vault")) < at(
        "commit photo.sealed"
    )
    follow("commit photo.sealed", "sync quarantine file", "commit photo.redacted photo.verified")
    follow("commit photo.redacted photo.verified", "sync trust file", "rename in trust folder", "sync trust folder")
    assert max(index for index, effect in enumerate(effects) if effect.startswith("sync trust")) < at(
        "commit photo.stored"
    )
    follow("commit photo.stored", "commit deletion.opened", "rename in device folder", "unlink in device folder")
    follow("unlink in device folder", "sync device folder", "commit deletion.closed")
    assert "unlink in device folder" not in effects[: at("commit deletion.opened")]
    for kind in ("photo.arrived", "photo.sealed", "photo.stored", "deletion.opened", "deletion.closed"):
        assert "sync checkpoints file" in effects[at(f"commit {kind}") :], (
            "every checkpoint is copied to the checkpoint mirror"
        )
