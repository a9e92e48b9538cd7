"""Which copies trust storage must hold, and the columns that say how each was found when it was read back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, exists

from redact.store.photos.watched import Kept, Watched
from redact.store.schema.tables import IS_STORED_BY_ROW, photos, shown


@dataclass(frozen=True, slots=True)
class StoredCopy(Kept):
    """A copy that trust storage must hold."""

    name: str  # in trust storage
    is_destroyed: bool  # its sealed original is gone: only a backup brings the copy back
    for_use: str | None = None  # name of what lies in for-use of it, where that is proved


def _copy(
    photo: str, output: str, stored_at: str, fault: str | None, fault_at: str | None, *further: str | None
) -> StoredCopy:
    name, destroyed_at, for_use, for_use_at = further
    placed = None if for_use_at is None else for_use
    return StoredCopy(photo, output, stored_at, fault, fault_at, name or "", destroyed_at is not None, placed)


# A recalled copy is about to be removed, outside any transaction: that it is missing is no incident.
_IS_RECALLED = exists().where(shown.c.photo == photos.c.sha256, shown.c.recalled_at.is_not(None)).correlate(photos)
COPIES = Watched(
    "storage-check",
    and_(IS_STORED_BY_ROW, photos.c.output.is_not(None), photos.c.output_name.is_not(None), ~_IS_RECALLED),
    photos.c.output,
    photos.c.stored_at,
    photos.c.copy_fault,
    photos.c.copy_fault_at,
    (photos.c.output_name, photos.c.destroyed_at, photos.c.for_use, photos.c.for_use_at),
    _copy,
)
