"""Try again what stopped, or was recalled: ask for the photo again from its device, or open its sealed original.

Threat: a plain original lies in quarantine that nobody waits for; a photo that cannot be redacted goes round for ever;
a key that opens originals is left on this machine or printed.
Rule: asking for a photo only changes its state; the watcher takes it in as always.  That a sealed original is opened,
and by whom, is on record before it happens.  It is opened in memory, proved by its hash, and written to quarantine
before the state says so: after a crash in between the next start of the watcher removes it.  A copy that was recalled
is removed from trust storage before a new one is made (redact/photos/take_down.py); one that vanished from there, or
was changed there (then what lies in its place is removed), is made again from the sealed original, which a purge has
kept for it (redact/photos/retention.py).  Each asking is one more walk through the pipeline, which ends where it
ends: a photo that is held for its content is held again, with its reason, and waits for the next person.
Accepted residue: whoever has the key file and this command can have a plain original in quarantine for seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from redact.audit.kinds import Kind, Role
from redact.errors import UsageError, short_id
from redact.photos.steps import want_again
from redact.photos.take_down import NO_COPY, check_may_go, lies_anothers, take_down, why_recalled
from redact.store import photos as photo_rows
from redact.store.log.audit_log import Entries
from redact.store.marked_folder import is_of
from redact.store.originals import read_kept
from redact.store.photos import Photo, State
from redact.store.photos.recalls import list_recalls
from redact.store.photos.stored_copies import COPIES
from redact.store.photos.watched import list_faults
from redact.store.posts.voids import Cause, Voider, void_photo
from redact.store.trust.copies import find_copy
from redact.system.files import write_whole
from redact.system.machine import is_open_to_others
from redact.workspace.ids import Actor
from redact.workspace.keys import KeyFault
from redact.workspace.open import Workspace

STOPPED = (State.HELD, State.REFUSED, State.WANTED)
_AGAIN = (*STOPPED, State.SET_ASIDE)  # a set aside one is taken up again only where it is asked for by its id
_MAX_KEY_BYTES = 64 * 1024  # an age key file has 200


@dataclass(frozen=True, slots=True)
class Opening:
    """With what sealed originals are opened, and who does it."""

    identity_text: str  # of an age key file
    who: Actor


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of the asking."""

    again: tuple[Photo, ...]  # go through the pipeline again
    on_its_way: tuple[Photo, ...]  # are tried again by the watcher anyway
    done: tuple[Photo, ...]  # are stored: there is nothing to try
    taken_down: tuple[Photo, ...] = ()  # of `again`, those whose recalled copy was removed from trust storage
    shared: tuple[Photo, ...] = ()  # ... and those whose recalled copy stays: another photo's copy shares the file


def list_stopped(workspace: Workspace) -> tuple[Photo, ...]:
    """Return every photo that stopped, first come first; those that a person set aside are not among them."""
    with workspace.database.read() as connection:
        return photo_rows.list_photos(connection, STOPPED)


def retry(
    workspace: Workspace, photos: tuple[Photo, ...], opening: Opening | None = None, who: Actor | None = None
) -> Retried:
    """Send photos through the pipeline again.

    Args:
        workspace: opened.
        photos: to try again.
        opening: the sealed originals are opened with it instead of asking the devices.
        who: asks; needed where a copy was recalled, for its removal stands in the audit log.

    Raises:
        VaultFault: a sealed original is not there, damaged, or the key does not open it; those before it were done.
        TrustFault: a recalled copy is still there, or that cannot be seen; the same.
        CannotWrite: quarantine is full or cannot be written.
        UsageError: a recalled copy may not be removed now, or nobody says who asks for it.
        DatabaseFault: nothing was changed for the photo under way.
        LogElsewhere: this log was set back, or runs elsewhere; nothing was changed.
    """
    workspace.audit_log.standing.check()
    with workspace.database.read() as connection:
        called_back = {recall.photo for recall in list_recalls(connection)}
        differing = {copy.photo for copy in list_faults(connection, COPIES)}
        kept = (read_kept(connection) | differing) - called_back
    stopped = tuple(photo for photo in photos if photo.state in _AGAIN)
    recalled = tuple(photo for photo in photos if photo.state is State.STORED and photo.sha256 in called_back)
    lost: tuple[Photo, ...] = ()
    if opening is None:
        for photo in stopped:
            _ask_again(workspace, photo)
    else:
        for photo in stopped:
            _open_again(workspace, photo, opening)
        lost = _restore_lost(workspace, [photo for photo in photos if photo.sha256 in kept], opening)
        who = opening.who
    went = {photo.sha256: _make_again(workspace, photo, opening, who) for photo in recalled}
    return Retried(
        (*stopped, *recalled, *lost),
        tuple(photo for photo in photos if photo.state in photo_rows.UNDER_WAY),
        tuple(photo for photo in photos if photo.state is State.STORED and photo not in (*recalled, *lost)),
        tuple(photo for photo in recalled if went[photo.sha256]),
        tuple(photo for photo in recalled if not went[photo.sha256]),
    )


def read_identity(path: Path) -> str:
    """Return the text of an age key file.

    Raises:
        UsageError: it cannot be read.
        KeyFault: others may read it.
    """
    try:
        if is_open_to_others(path):
            hint = "Only its owner may read it: chmod 600; think about who may have copied it"
            raise KeyFault("given with --key", "may be read by others", hint)
        with path.open("rb") as file:
            return file.read(_MAX_KEY_BYTES).decode("ascii")
    except (OSError, UnicodeDecodeError) as error:  # no cause: a decoder's message quotes what it read
        why = "it is no text" if isinstance(error, UnicodeDecodeError) else (error.strerror or "unknown reason").lower()
        raise UsageError(
            f"The key file {path} cannot be read: {why}. It is reviewer.key or recovery.key, where its holder keeps it."
        ) from None


def _ask_again(workspace: Workspace, photo: Photo) -> None:
    if photo.state is not State.WANTED:
        before = f" It was {photo.state.value}: {photo.reason}" if photo.reason else ""
        want_again(workspace, photo.sha256, f"A person asked for it again.{before}")


def _open_again(workspace: Workspace, photo: Photo, opening: Opening) -> None:
    _write_plain(workspace, photo, _unseal(workspace, photo, opening))
    with workspace.database.write() as connection:
        photo_rows.move_photo(connection, photo.sha256, _AGAIN, State.ARRIVED, **_here(workspace))


def _restore_lost(workspace: Workspace, photos: Sequence[Photo], opening: Opening) -> tuple[Photo, ...]:
    """Have the copies made again that vanished from trust storage, and return of which photos."""
    lost = tuple(photo for photo in photos if photo.state is State.STORED and not _has_copy(workspace, photo))
    for photo in lost:
        content = _unseal(workspace, photo, opening)  # a wrong key ends it here
        if photo.output_name is not None and not lies_anothers(workspace, photo):
            workspace.audit_log.standing.check()
            workspace.trust.remove(photo.output_name)  # other bytes in its place: perhaps the photo, uncovered
        _write_plain(workspace, photo, content)
        with workspace.audit_log.writing() as entries:
            now = {**NO_COPY, **_here(workspace)}
            if (
                photo_rows.move_photo(entries.connection, photo.sha256, [State.STORED], State.ARRIVED, **now)
                and photo.output
            ):
                entries.add(Kind.STORAGE_DIFFERS, photo=photo.sha256, output=photo.output, found="not-whole")
                by_program = Voider(Role.SYSTEM.value, None, workspace.settings.take_down_hours)
                void_photo(entries, photo.sha256, Cause.COPY_CHANGED, by_program)
    return lost


def _has_copy(workspace: Workspace, photo: Photo) -> bool:
    found = None if photo.output_name is None else find_copy(workspace.trust, photo.output_name)
    return photo.output is not None and is_of(found, photo.output)


def _make_again(workspace: Workspace, photo: Photo, opening: Opening | None, who: Actor | None) -> bool:
    """Remove a recalled copy and have it made again; return whether its file went."""
    if who is None:
        raise UsageError("A recalled copy is removed from trust storage. Say who does this with --by and --person.")
    check_may_go(workspace, photo)
    if opening is None:
        _check_on_device(workspace, photo)
        with workspace.database.read() as connection:
            why = why_recalled(connection, photo.sha256)
        return take_down(workspace, photo, State.WANTED, who, _nothing_more, reason=f"{why} It is made again.")
    content = _unseal(workspace, photo, opening)  # a wrong key ends it here, with the copy still in its place

    def put(_: Entries) -> None:
        _write_plain(workspace, photo, content)

    return take_down(workspace, photo, State.ARRIVED, who, put, **_here(workspace))


def _nothing_more(_: Entries) -> None:
    pass


def _check_on_device(workspace: Workspace, photo: Photo) -> None:
    """Raise UsageError where the file is gone from every device: there is nothing to take in again."""
    with workspace.database.read() as connection:
        rest = photo_rows.list_device_files(connection, photo=photo.sha256, states=photo_rows.ON_DEVICE)
    if not rest:
        short = short_id(photo.sha256)
        raise UsageError(
            f"The file of photo {short} is gone from its device, as it should be. Open the sealed original: "
            f"redact retry {short} --key FILE; or take the copy down: redact set-aside {short}"
        )


def _unseal(workspace: Workspace, photo: Photo, opening: Opening) -> bytes:
    """Open the sealed original, which is on record before."""
    who = opening.who
    with workspace.audit_log.writing() as entries:
        entries.add(Kind.ORIGINAL_OPENED, photo=photo.sha256, by=who.role, person=who.tag)
    return workspace.vault.unseal(photo.sha256, opening.identity_text)


def _write_plain(workspace: Workspace, photo: Photo, content: bytes) -> None:
    write_whole(workspace.settings.quarantine / f"{photo.sha256}.photo", content)


def _here(workspace: Workspace) -> dict[str, object]:
    return {"executor": workspace.executor, "attempts": 0}
