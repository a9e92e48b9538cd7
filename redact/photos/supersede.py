"""A file that was taken in half-written and is whole now: the half is superseded, and asks nobody anything.

Threat: a half stays "held, two files left" for ever beside the whole photo, until nobody reads the list any more; or
another photo that takes the place of a held one is taken for its whole, and the held one is never looked at.
Rule: the whole has come in from the very place of the half, and it is proved by hash that the half's bytes are its
beginning: all of them, or all but the zeros of a file whose room was taken first.  So nothing of the half is lost with
it.  Only what waits for a person, or has not come to a copy, is superseded; it is set aside, which the log says with
the whole's id, and its place is the whole's.  Further files of the half, at other places, are reported as of any photo
that is set aside.
Accepted residue: a program that goes back and changes what it wrote first (a TIFF's table, a film's) leaves no such
proof: its half stays held.  Of a file with holes only those that begin at a multiple of 4 KB, or of 1/256 of it, are
found.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

from redact.audit.events import name_tag
from redact.audit.kinds import Kind
from redact.errors import short_id
from redact.photos.quarantine import plain_path
from redact.store import photos as photo_rows
from redact.store.log.audit_log import Entries
from redact.store.photos import DeviceFile, State
from redact.workspace.open import Workspace
from watcher import Arrival

MAY_BE_SUPERSEDED = (State.WANTED, State.ARRIVED, State.SEALED, State.HELD, State.REFUSED)
_MIN_STEP_BYTES = 4096  # of a page and of a file system's block: where a hole begins
_MAX_STEPS = 256  # places where the zeros may begin; each costs a hash over the rest: 1 s for 8 MB
_MAX_ZEROS_BYTES = 64 << 20  # no room for more is looked for holes

log = logging.getLogger("redact")


def find_halves(workspace: Workspace, arrival: Arrival) -> tuple[DeviceFile, ...]:
    """Return the files whose place the arrival has taken, and whose bytes were its beginning.

    Args:
        workspace: opened.
        arrival: a photo that is in quarantine and not written down yet.
    """
    with workspace.database.read() as connection:
        before = photo_rows.list_at_place(connection, workspace.keys.tags, arrival, MAY_BE_SUPERSEDED)
    path = plain_path(workspace, arrival.sha256)
    return tuple(half for half in before if is_beginning(path, half.size, half.photo))


def is_beginning(whole: Path, size: int, sha256: str) -> bool:
    """Say whether a file begins with what was once seen of it, or with that up to where only zeros followed.

    Args:
        whole: the file as it is now.
        size: bytes of the former one.
        sha256: of the former one.
    """
    content = whole.read_bytes()
    if size <= len(content) and hashlib.sha256(memoryview(content)[:size]).hexdigest() == sha256:
        return True
    return size <= _MAX_ZEROS_BYTES and any(digest == sha256 for digest in _digests_with_zeros(content, size))


def _digests_with_zeros(content: bytes, size: int) -> list[str]:
    """Return the hashes of the first bytes followed by zeros to `size`, for each place where the zeros may begin."""
    step = _MIN_STEP_BYTES
    while step * _MAX_STEPS < size:
        step *= 2
    zeros, begun, digests = memoryview(bytes(size)), hashlib.sha256(), list[str]()
    for at in range(0, min(size, len(content)), step):
        former = begun.copy()
        former.update(zeros[at:])
        digests.append(former.hexdigest())
        begun.update(memoryview(content)[at : at + step])
    return digests


def supersede(workspace: Workspace, entries: Entries, half: DeviceFile, whole: Arrival) -> None:
    """Set the half aside, and leave its place to the whole; both in the transaction of the whole's arrival."""
    reason = f"It was half-written when it was taken in. The whole of it is photo {short_id(whole.sha256)}."
    if not photo_rows.move_photo(entries.connection, half.photo, MAY_BE_SUPERSEDED, State.SET_ASIDE, reason=reason):
        return
    photo_rows.remove_device_file(entries.connection, half)
    name = name_tag(workspace.keys.tags, whole.place.name)
    facts = {"photo": half.photo, "whole": whole.sha256, "device": whole.place.device_id, "name": name}
    entries.add(Kind.PHOTO_SUPERSEDED, **facts)
    log.info("Photo %s: half-written; the whole is %s.", short_id(half.photo), short_id(whole.sha256))
