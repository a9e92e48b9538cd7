"""The steps to storage: from a file at rest on a device to a verified copy in trust storage (`bring_to_storage`).

Threat: a crash, a full disk or a second run between any two lines loses a photo, stores it twice, or deletes it early.
Rule: what has the bytes of a copy that was made here is refused on arrival, whatever path it came by: it may be trust
storage itself, seen by a second mount.  Every step may run twice.  It looks at where the photo stands, does its part,
proves it, and moves the state and the audit log together in one transaction; what is done already is passed over.
Steps know photos by the hash of their bytes, and their arguments and results (which the engine keeps) are hashes,
numbers and words of this program.
Accepted residue: a crash between two steps leaves a proved copy in quarantine until the next start goes on from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from redact import __version__
from redact.audit.events import name_tag
from redact.audit.kinds import Kind, Role
from redact.audit.reasons import as_reason
from redact.errors import RedactError, short_id
from redact.photos.quarantine import PhotoMissing, drop_plain, known_photo, plain_path, read_plain, staged
from redact.photos.supersede import find_halves, supersede
from redact.redaction.answers.hidden import hides_more
from redact.redaction.plans import print_plan
from redact.redaction.values import Box, Outcome, Region, Status, copy_name
from redact.store import photos as photo_rows
from redact.store.log.audit_log import Entries
from redact.store.photos import State
from redact.store.photos.copies import copy_columns
from redact.store.photos.recalls import is_recalled, is_shared, list_shown_on
from redact.store.placing.events import find_day, read_story
from redact.store.posts.take_downs import COPY_COVERED, Opener, open_for_photo
from redact.store.reviewing.versions import read_last_plan
from redact.store.trust.names import folder_of
from redact.store.vault import Sealed, VaultFault
from redact.system.clock import print_moment
from redact.system.files import write_whole
from redact.system.step import Step, run_at_once
from redact.workspace.may_show import may_be_shown
from redact.workspace.open import Workspace, check_seals_to_today
from watcher import Arrival, Device, FileStat, NotTaken, Place, Unsafe
from watcher import take_in as copy_in

_MAY_BE_WANTED = (*photo_rows.UNDER_WAY, State.HELD, State.REFUSED, State.SET_ASIDE)


@dataclass(frozen=True, slots=True)
class Worked:
    """What a worker made of a photo, and by what."""

    outcome: Outcome
    register: int | None  # version of the consent register
    models: str  # SHA-256 over the names and hashes of the weight files


#: Redacts the plain original at a path, with its tags, by what the registers say now.
Redact = Callable[[Path, tuple[str, ...]], Worked]


class CopyLost(RedactError):
    """The verified copy is not what was written to quarantine; the photo must be redacted again."""

    def __init__(self, sha256: str) -> None:
        """Say of which photo."""
        super().__init__(f"The redacted copy of photo {short_id(sha256)} is no longer in quarantine; it is made again.")


class ConsentWent(RedactError):
    """A face that the copy shows may not be shown any more, and the copy is not stored yet."""

    def __init__(self) -> None:
        """Say what happens."""
        super().__init__("A consent ended before the copy was stored; the photo is redacted again.")


# -- the main path --


def bring_to_storage(workspace: Workspace, photo: str, work: Redact, step: Step = run_at_once) -> State:
    """Bring a photo from its proved copy in quarantine to trust storage; return where it stands then.

    The engine calls this (`step` remembers), and so do the tests.  A photo that a person must look at stops at the
    second step, and the third passes it over.

    Args:
        workspace: opened.
        photo: its id, the SHA-256 of its bytes.
        work: redacts it.
        step: runs each of the steps.

    Raises:
        PhotoMissing: the plain original is gone; it must be taken in again.
        RedactError, WatcherError: a step met trouble; the photo stands where it stood, and is tried again later.
    """
    # 1. The original: encrypted into the vault, and read back.
    step("seal", lambda: seal(workspace, photo))
    # 2. In a worker process: decoded, redacted and encoded; the written bytes are verified.
    step("redact", lambda: redact_and_verify(workspace, photo, work))
    # 3. The copy: into trust storage, and read back; then the plain original goes.
    return State(step("store", lambda: store(workspace, photo)))


# -- before it: take in, for only the bytes tell which photo it is --


def take_in(
    workspace: Workspace, device: Device, place: Place, look: FileStat, tags: tuple[str, ...]
) -> str | NotTaken | None:
    """Take the file at `place` into quarantine, and write down that it was seen.

    Returns:
        The photo's id; why it was not taken; or None for a file that was taken in before and still looks the same.

    Raises:
        Unsafe: it is no photo that may be touched; a redacted copy of this workspace is none.
        WatcherError: the device or our disk refuses.
        DatabaseFault: nothing was written down; the copy is taken again next time.
    """
    with workspace.database.read() as connection:
        if photo_rows.knows_file(connection, workspace.keys.tags, place, look):
            return None
    arrival = copy_in(device, place, look, workspace.settings.quarantine)
    if isinstance(arrival, NotTaken):
        return arrival
    halves = find_halves(workspace, arrival)
    with workspace.audit_log.writing() as entries:
        if photo_rows.is_output(entries.connection, arrival.sha256):
            _drop_unless_known(workspace, entries.connection, arrival)
            raise Unsafe(device.record.id, "its bytes are those of a redacted copy that was made here")
        state = _write_arrival(workspace, entries, arrival, tags)
        for half in halves:
            supersede(workspace, entries, half, arrival)
    if state in photo_rows.AT_REST:  # seen before, under another name or on another device: its copy is not needed
        drop_plain(workspace, arrival.sha256)
    return arrival.sha256


def _drop_unless_known(workspace: Workspace, connection: Connection, arrival: Arrival) -> None:
    """Remove the copy in quarantine, unless a photo of these bytes was taken in before and waits for it."""
    photo = photo_rows.read_photo(connection, arrival.sha256)
    if photo is None or photo.state in photo_rows.AT_REST:
        plain_path(workspace, arrival.sha256).unlink(missing_ok=True)


def _write_arrival(workspace: Workspace, entries: Entries, arrival: Arrival, tags: tuple[str, ...]) -> State:
    at, connection = print_moment(workspace.now()), entries.connection
    is_new = photo_rows.add_photo(connection, arrival, workspace.executor, at)
    is_new_file = photo_rows.add_device_file(connection, workspace.keys.tags, arrival, tags, at)
    seen = {
        "photo": arrival.sha256,
        "device": arrival.place.device_id,
        "name": name_tag(workspace.keys.tags, arrival.place.name),
    }
    if is_new:
        entries.add(Kind.PHOTO_ARRIVED, bytes=arrival.size, **seen)
    elif is_new_file:
        entries.add(Kind.FILE_SEEN, **seen)
    photo = None if is_new else photo_rows.read_photo(connection, arrival.sha256)
    return State.ARRIVED if photo is None else photo.state


# -- 1 seal --


def seal(workspace: Workspace, sha256: str) -> State:
    """Seal the original into the vault.

    Raises:
        VaultFault: the vault refuses; tried again later.
        PhotoMissing: the plain original is gone.
    """
    photo = known_photo(workspace, sha256)
    if photo.state is not State.ARRIVED:
        return photo.state
    with workspace.database.read() as connection:
        check_seals_to_today(connection, workspace.keys)
    sealed = workspace.vault.seal(sha256, read_plain(workspace, sha256))
    _check_is_the_one(workspace, photo, sealed)
    with workspace.audit_log.writing() as entries:
        columns = {"sealed": sealed.sha256, "sealed_at": print_moment(workspace.now()), "destroyed_at": None}
        if sealed.is_new or sealed.sha256 != photo.sealed:  # nobody knows to which keys one was that lay there
            columns["sealed_to"] = workspace.vault.sealed_to if sealed.is_new else None
        if photo_rows.move_photo(entries.connection, sha256, [State.ARRIVED], State.SEALED, **columns):
            entries.add(Kind.PHOTO_SEALED, photo=sha256, sealed=sealed.sha256, recipients=sealed.recipients)
            return State.SEALED
    return known_photo(workspace, sha256).state


def _check_is_the_one(workspace: Workspace, photo: photo_rows.Photo, sealed: Sealed) -> None:
    """Raise VaultFault where a sealed file lay there that is not the one written down: its form proves no bytes."""
    is_another = not sealed.is_new and photo.sealed not in {None, sealed.sha256} and photo.destroyed_at is None
    if is_another:
        why = "what lies there is not its sealed original as it was written; a person must move it out of the vault"
        raise VaultFault(workspace.settings.vault, why, photo.sha256)


# -- 2 redact and verify --


def redact_and_verify(workspace: Workspace, sha256: str, work: Redact) -> State:
    """Redact and verify in a worker; keep the verified copy, or say why a person must look.

    Raises:
        CannotWrite: our disk is full; tried again later.
        RedactError: a model is missing or damaged.
    """
    photo = known_photo(workspace, sha256)
    if photo.state is State.SEALED:
        path = plain_path(workspace, sha256)
        if not path.exists():
            raise PhotoMissing(sha256)
        worked = work(path, photo.tags)
        _check_same(workspace, sha256, worked.outcome)
        _finish_redaction(workspace, sha256, worked)
    return known_photo(workspace, sha256).state


def _check_same(workspace: Workspace, sha256: str, outcome: Outcome) -> None:
    """Raise PhotoMissing unless it was this photo that was redacted, or one that no worker would open."""
    if outcome.sha256 == sha256:
        return
    if outcome.sha256 or outcome.status is Status.REDACTED:
        raise PhotoMissing(sha256)
    read_plain(workspace, sha256)  # too large, for instance: the reason is the photo's, if it is the photo


def _finish_redaction(workspace: Workspace, sha256: str, worked: Worked) -> None:
    outcome = worked.outcome
    match outcome.status:
        case Status.REDACTED if outcome.output is not None and outcome.verdict is not None and outcome.verdict.passed:
            write_whole(staged(workspace, sha256), outcome.output)
            _write_redacted(workspace, sha256, worked, outcome.output)
        case Status.REFUSED:
            _stop(workspace, sha256, State.REFUSED, Kind.PHOTO_REFUSED, outcome)
        case _:
            _stop(workspace, sha256, State.HELD, Kind.PHOTO_HELD, outcome)


def _write_redacted(workspace: Workspace, sha256: str, worked: Worked, output: bytes) -> None:
    made, outcome, register = hashlib.sha256(output).hexdigest(), worked.outcome, worked.register
    columns: dict[str, object] = {
        "output": made,
        "output_bytes": len(output),
        "output_name": copy_name(made, outcome.extension),
        "extension": outcome.extension,
        "register": register,
        **copy_columns(outcome),
    }
    with workspace.audit_log.writing() as entries:
        columns |= _place(workspace, entries.connection, sha256, outcome, str(columns["output_name"]))
        last = read_last_plan(entries.connection, sha256)
        pupils = photo_rows.shown_on(outcome.regions)
        _check_may_show(workspace, entries.connection, pupils)
        if not photo_rows.move_photo(entries.connection, sha256, [State.SEALED], State.REDACTED, **columns):
            return
        photo_rows.write_shown(entries.connection, sha256, pupils, register or 0)
        if last is not None:
            _ask_down(workspace, entries, sha256, last, outcome)
        known = {} if register is None else {"register": register}
        entries.add(Kind.PHOTO_REDACTED, photo=sha256, output=made, tool=__version__, models=worked.models, **known)
        checks = len(outcome.verdict.checks) if outcome.verdict else 0
        entries.add(Kind.PHOTO_VERIFIED, photo=sha256, output=made, verdict="passed", checks=checks)


def _ask_down(
    workspace: Workspace, entries: Entries, sha256: str, last: tuple[Sequence[Region], Box | None], outcome: Outcome
) -> None:
    """Ask for posts to be taken down that stand with a former copy which showed what is hidden now."""
    if hides_more(*last, outcome):
        opener = Opener(Role.SYSTEM.value, None, workspace.settings.take_down_hours)
        open_for_photo(entries, sha256, COPY_COVERED, opener)


def _place(workspace: Workspace, connection: Connection, sha256: str, outcome: Outcome, name: str) -> dict[str, object]:
    """Return the columns that say on which day a photo was taken, and where its copy is to lie."""
    taken_on = find_day(connection, sha256, outcome.taken_on)
    story = replace(read_story(connection, sha256), taken_on=taken_on)
    folder = folder_of(story, workspace.settings.trust_folders)
    return {"taken_on": taken_on, "output_name": f"{folder}/{name}" if folder else name}


def _check_may_show(workspace: Workspace, connection: Connection, pupils: Sequence[photo_rows.Shown]) -> None:
    """Raise ConsentWent unless all of them may be shown on this day and with these settings.

    A consent can end while the photo is with the worker, and while its copy waits for trust storage: by a person's
    word, by its date, with the pupil's leaving, or by a setting that the workspace was opened with since.
    """
    if not may_be_shown(workspace, connection, pupils):
        raise ConsentWent


def _stop(workspace: Workspace, sha256: str, state: State, kind: Kind, outcome: Outcome) -> None:
    """Leave the photo to a person; the plain original goes, the sealed one and the device's file stay."""
    reason = outcome.reason or "The photo could not be redacted."
    with workspace.audit_log.writing() as entries:
        plan = print_plan(outcome.regions)
        if photo_rows.move_photo(entries.connection, sha256, [State.SEALED], state, plan=plan, reason=reason):
            entries.add(kind, photo=sha256, reason=as_reason(reason))
    drop_plain(workspace, sha256)


# -- 3 store --


def store(workspace: Workspace, sha256: str) -> State:
    """Put the verified copy into trust storage, which reads it back; then the plain original goes.

    Raises:
        TrustFault: the storage refuses or is out of reach; tried again later.
        CopyLost: the staged copy is gone or altered; the photo is sealed, and is redacted again.
        ConsentWent: a face that it shows may not be shown any more, by today's day and settings; the same.
    """
    photo = known_photo(workspace, sha256)
    if photo.state is State.REDACTED and photo.output and photo.output_name:
        copy = staged(workspace, sha256).read_bytes() if staged(workspace, sha256).exists() else b""
        if hashlib.sha256(copy).hexdigest() != photo.output:
            _redact_again(workspace, sha256)
            raise CopyLost(sha256)
        try:
            _store_copy(workspace, photo, photo.output_name, copy)
        except ConsentWent:
            _take_back(workspace, photo)
            raise
    return drop_plain(workspace, sha256)


def _store_copy(workspace: Workspace, photo: photo_rows.Photo, name: str, copy: bytes) -> None:
    """Put the copy and write that down; whom it shows is asked before, and again with the writing.

    Raises:
        ConsentWent: it shows a face that may not be shown now; nothing was written down, and it may lie in storage.
    """
    with workspace.database.read() as connection:
        _check_copy(workspace, connection, photo.sha256)
    workspace.audit_log.standing.check()
    workspace.trust.put(name, copy)
    with workspace.audit_log.writing() as entries:
        stored = {"stored_at": print_moment(workspace.now())}
        if not photo_rows.move_photo(entries.connection, photo.sha256, [State.REDACTED], State.STORED, **stored):
            return
        _check_copy(workspace, entries.connection, photo.sha256)  # what raises undoes the move as well
        entries.add(Kind.PHOTO_STORED, photo=photo.sha256, output=hashlib.sha256(copy).hexdigest(), bytes=len(copy))


def _check_copy(workspace: Workspace, connection: Connection, sha256: str) -> None:
    """Raise ConsentWent where the photo's copy is recalled, or shows a face that may not be shown now."""
    if is_recalled(connection, sha256):
        raise ConsentWent
    _check_may_show(workspace, connection, list_shown_on(connection, sha256))


def _take_back(workspace: Workspace, photo: photo_rows.Photo) -> None:
    """Have the photo redacted again; nothing of its copy stays in storage, where a crash may have left it as well."""
    with workspace.database.read() as connection:
        is_own = not is_shared(connection, photo.sha256, photo.output_name)
    if is_own and photo.output_name is not None:
        workspace.audit_log.standing.check()
        workspace.trust.remove(photo.output_name)
    _redact_again(workspace, photo.sha256)


def _redact_again(workspace: Workspace, sha256: str) -> None:
    with workspace.database.write() as connection:
        photo_rows.move_photo(connection, sha256, [State.REDACTED], State.SEALED)


def want_again(workspace: Workspace, sha256: str, reason: str, old: Sequence[State] = _MAY_BE_WANTED) -> None:
    """Ask for a photo in one of the `old` states to be taken in again: its plain original is not here, or no longer."""
    with workspace.database.write() as connection:
        photo_rows.move_photo(connection, sha256, old, State.WANTED, reason=reason)
