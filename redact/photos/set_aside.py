"""Settle a photo: a person has looked at it, and nothing of it is to be published.

Threat: a photo that stopped is put aside by nobody in particular, or a list that never gets shorter is read by nobody;
or settling is taken for a permission to delete.
Rule: role, person (as a tag) and reason stand in the record, in one transaction with the state.  Nothing on a device
is deleted for it, now or later: what this program deletes is what it has a stored copy of, and the file is that
person's business.  `redact devices check` looks whether it is still there; no word is taken where a look is possible.
A copy that was recalled is taken down first (redact/photos/take_down.py).
Accepted residue: a person can settle what should have been published; `redact retry` takes it up again while the sealed
original or the device's file is there.
"""

from __future__ import annotations

from dataclasses import dataclass

from redact.audit.kinds import Kind, Role
from redact.errors import UsageError
from redact.photos.take_down import take_down
from redact.store import photos as records
from redact.store.log.ledger import Entries
from redact.store.photos import Photo, Sighted, State
from redact.workspace.ids import Actor, acting, check_reason
from redact.workspace.workspace import House

MAY_SETTLE = (State.HELD, State.REFUSED, State.WANTED)
_WHY_NOT = {
    State.SETTLED: "is settled already",
    State.ARRIVED: "is on its way; the running watcher goes on with it",
    State.SEALED: "is on its way; the running watcher goes on with it",
    State.REDACTED: "is on its way; the running watcher goes on with it",
}


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling a photo left."""

    files: int  # on devices, not known to be gone
    copy: str | None  # name of the recalled copy that was taken down
    is_copy_removed: bool  # False where there was none, or another photo's copy shares its file


def settle(house: House, photo: Photo, by: Role, person: str, reason: str) -> Settled:
    """Write down that nothing of a photo is to be published.

    Args:
        house: opened.
        photo: held, refused, wanted, or stored with a copy that is recalled.
        by: role of the person.
        person: account or staff number; only its tag is kept.
        reason: a sentence; it stands in the record.

    Raises:
        UsageError: the photo is none of these, or the reason does not fit the record; nothing was changed.
        TrustFault: the recalled copy is still there, or that cannot be seen; nothing was changed.
        DatabaseFault: nothing was changed.
    """
    who, why = acting(house, by, person), check_reason(reason)
    if photo.state in _WHY_NOT:
        raise UsageError(f"Photo {photo.sha256[:12]} {_WHY_NOT[photo.state]}. There is nothing to settle.")
    is_removed = False
    if photo.state is State.STORED:
        is_removed = take_down(
            house, photo, State.SETTLED, who, lambda entries: _tell(entries, photo, who, why), reason=why
        )
    else:
        with house.ledger.writing() as entries:
            if not records.move_photo(entries.connection, photo.sha256, MAY_SETTLE, State.SETTLED, reason=why):
                raise UsageError(f"Photo {photo.sha256[:12]} changed meanwhile. See: redact show {photo.sha256[:12]}")
            _tell(entries, photo, who, why)
    with house.database.read() as connection:
        rest = records.list_sightings(connection, photo=photo.sha256, states=set(Sighted) - {Sighted.GONE})
    return Settled(len(rest), photo.output_name if photo.state is State.STORED else None, is_removed)


def _tell(entries: Entries, photo: Photo, who: Actor, reason: str) -> None:
    entries.add(Kind.PHOTO_SETTLED, photo=photo.sha256, by=who.role, person=who.tag, reason=reason)
