"""The only SQL on sealed originals that are past their retention, destroyed or kept, and which are watched."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, delete, exists, func, or_, select, update

from redact.audit.kinds import Kind, spellings
from redact.store.key_facts import read_fact, write_facts
from redact.store.photos import State
from redact.store.photos.watched import Kept, Watched
from redact.store.schema.tables import device_files, facts, holds, log_entries, photos, shown


@dataclass(frozen=True, slots=True)
class Original:
    """A sealed original that the audit log takes to be in the vault."""

    photo: str  # SHA-256 of the plain photo
    sealed: str  # SHA-256 of the sealed file
    output: str  # SHA-256 of the redacted copy; "" where there is none
    output_name: str  # in trust storage
    since: str  # when the copy was stored, or a person set aside the photo
    is_set_aside: bool  # nothing of it is to be published, so that there is no copy


@dataclass(frozen=True, slots=True)
class SealedOriginal(Kept):
    """A sealed original that the vault must hold."""

    has_copy: bool  # a copy is stored: what is lost with the original is that it can be drawn again


def list_due(connection: Connection, before: str) -> tuple[Original, ...]:
    """Return the originals whose copy was stored, or that were set aside, before then and that no hold covers.

    Args:
        connection: of a transaction.
        before: a moment as it is written down.

    Returns:
        Oldest first.
    """
    query = _columns().where(_is_due(before)).order_by(_SINCE, photos.c.sha256)
    return tuple(_original(row) for row in connection.execute(query))


def is_still_due(connection: Connection, original: Original, before: str) -> bool:
    """Say whether it is due now, for the same sealed file: a hold may have come meanwhile."""
    query = _columns().where(_is_due(before), photos.c.sha256 == original.photo)
    row = connection.execute(query).first()
    return row is not None and _original(row) == original


def begin_destroying(connection: Connection, original: Original, before: str, at: str) -> bool:
    """Write down that it is going to be destroyed; return False where it is not due any more, or was sealed again.

    Asked and written in one statement: a hold that was added before this is seen.
    """
    is_this = and_(photos.c.sha256 == original.photo, photos.c.sealed == original.sealed)
    swap = update(photos).where(is_this, _is_due(before)).values(destroying_at=at)
    return bool(connection.execute(swap).rowcount)


def list_sealed(connection: Connection) -> tuple[str, ...]:
    """Return the photos whose sealed originals the database takes to be in the vault, first come first."""
    query = select(photos.c.sha256).where(_lies_in_vault()).order_by(photos.c.arrived_at, photos.c.sha256)
    return tuple(connection.execute(query).scalars())


def count_sealed(connection: Connection, *, device: str | None = None, photo: str | None = None) -> int:
    """Return how many sealed originals there are: of photos seen on a device, of one photo, or all."""
    query = select(func.count()).select_from(photos).where(_lies_in_vault())
    if device is not None:
        seen = select(device_files.c.photo).where(device_files.c.device == device)
        query = query.where(photos.c.sha256.in_(seen))
    if photo is not None:
        query = query.where(photos.c.sha256 == photo)
    return int(connection.execute(query).scalar_one())


@dataclass(frozen=True, slots=True)
class Begun:
    """An original whose destruction was begun, and no end of it is written down."""

    original: Original
    at: str


def list_begun(connection: Connection) -> tuple[Begun, ...]:
    """Return them, whatever holds there are now: what is gone is gone."""
    is_open = and_(_is_begun(), _lies_in_vault())
    rows = connection.execute(_columns().add_columns(photos.c.destroying_at).where(is_open).order_by(photos.c.sha256))
    return tuple(Begun(_original(row), row.destroying_at) for row in rows)


def forget_begun(connection: Connection, begun: Begun) -> None:
    """Write down that it was not done: the original is where it was."""
    is_this = and_(photos.c.sha256 == begun.original.photo, photos.c.destroying_at == begun.at)
    connection.execute(update(photos).where(is_this).values(destroying_at=None))


def write_destroyed(connection: Connection, original: Original, at: str) -> bool:
    """Write down that it was destroyed; return False where that stands there already, or it was sealed again."""
    return write_lost(connection, original.photo, original.sealed, at)


def write_lost(connection: Connection, photo: str, sealed: str, at: str) -> bool:
    """Write down that a sealed original is not there any more; which entry says why.  False as `write_destroyed`."""
    swap = update(photos).where(photos.c.sha256 == photo, photos.c.sealed == sealed, _lies_in_vault())
    gone = {"destroyed_at": at, "destroying_at": None, "sealed_fault": None, "sealed_fault_at": None}
    return bool(connection.execute(swap.values(**gone)).rowcount)


@dataclass(frozen=True, slots=True)
class SealedToFormer:
    """An original that the vault holds sealed to other keys than those of today."""

    photo: str  # SHA-256 of the plain photo
    sealed: str  # SHA-256 of the sealed file


def list_sealed_to_former(
    connection: Connection, sealed_to: str, after: str = "", most: int = 1000
) -> list[SealedToFormer]:
    """Return originals that are sealed to other keys than these, or nobody knows to which; by id, beginning after one.

    Args:
        connection: of a transaction.
        sealed_to: id of the keys of today, as of `Vault.sealed_to`.
        after: id of a photo.
        most: so many at most.
    """
    is_next = and_(_is_sealed_to_other(sealed_to), photos.c.sha256 > after)
    query = select(photos.c.sha256, photos.c.sealed).where(is_next).order_by(photos.c.sha256).limit(most)
    return [SealedToFormer(row.sha256, row.sealed) for row in connection.execute(query)]


def count_sealed_to_former(connection: Connection, sealed_to: str) -> int:
    """Return how many originals are sealed to other keys than these."""
    every = select(func.count()).select_from(photos)
    parts = (every.where(_in_vault(), is_other) for is_other in _others(sealed_to))  # apart: each is found by the index
    return sum(int(connection.execute(part).scalar_one()) for part in parts)


def write_resealed(connection: Connection, old: SealedToFormer, sealed: str, sealed_to: str, at: str) -> bool:
    """Write down the file that takes the place of `old`; False where that one is not there any more, or about to go."""
    is_this = and_(photos.c.sha256 == old.photo, photos.c.sealed == old.sealed, photos.c.destroying_at.is_(None))
    swap = update(photos).where(is_this, _lies_in_vault()).values(sealed=sealed, sealed_at=at, sealed_to=sealed_to)
    return bool(connection.execute(swap).rowcount)


def _is_sealed_to_other(sealed_to: str) -> ColumnElement[bool]:
    return and_(_in_vault(), or_(*_others(sealed_to)))


def _others(sealed_to: str) -> tuple[ColumnElement[bool], ...]:
    """Return what an original is sealed to that is not sealed to these: nobody knows, or other keys."""
    return photos.c.sealed_to.is_(None), photos.c.sealed_to < sealed_to, photos.c.sealed_to > sealed_to


def _in_vault() -> ColumnElement[bool]:
    """The words of the index photos_by_sealed_to."""
    return and_(photos.c.sealed.is_not(None), photos.c.destroyed_at.is_(None))


def note_kept(connection: Connection, kept: Collection[str]) -> None:
    """Write down which photos' originals were kept although they are due; what was reported before is replaced."""
    _note(connection, _KEPT, kept)


def note_unproven(connection: Connection, unproven: Collection[str]) -> None:
    """Write down of which photos the audit log did not prove that their originals are due."""
    _note(connection, _UNPROVEN, unproven)


def read_kept(connection: Connection) -> frozenset[str]:
    """Return the photos whose originals were kept although they are due."""
    return read_fact(connection, _KEPT, _ids) or frozenset()


def read_unproven(connection: Connection) -> frozenset[str]:
    """Return the photos of which the audit log did not prove that their originals are due."""
    return read_fact(connection, _UNPROVEN, _ids) or frozenset()


def note_plain_kept(connection: Connection, kept: Collection[str]) -> None:
    """Write down of which photos a plain original was kept in quarantine that seems to be needed by nobody."""
    _note(connection, _PLAIN_KEPT, kept)


def read_plain_kept(connection: Connection) -> frozenset[str]:
    """Return the photos of which a plain original was kept in quarantine that seems to be needed by nobody."""
    return read_fact(connection, _PLAIN_KEPT, _ids) or frozenset()


def list_unproven(connection: Connection) -> tuple[Original, ...]:
    """Return the originals of which the audit log did not prove that they are due, oldest first."""
    unproven = read_unproven(connection)
    if not unproven:
        return ()
    is_one = and_(photos.c.sha256.in_(unproven), _lies_in_vault())
    return tuple(_original(row) for row in connection.execute(_columns().where(is_one).order_by(photos.c.sha256)))


def _ids(parsed: Any) -> frozenset[str]:
    if not (isinstance(parsed, list) and all(isinstance(each, str) for each in parsed)):
        raise TypeError("it is no list of ids")
    return frozenset(parsed)


def _note(connection: Connection, name: str, ids: Collection[str]) -> None:
    if ids:
        write_facts(connection, {name: json.dumps(sorted(ids))})
    else:
        connection.execute(delete(facts).where(facts.c.name == name))


def list_kept(connection: Connection) -> tuple[Original, ...]:
    """Return the originals that were kept although they are due, oldest first, as far as that still is so."""
    kept = read_kept(connection)
    if not kept:
        return ()
    is_one = and_(photos.c.sha256.in_(kept), _IS_STORED, _lies_in_vault())
    query = _columns().where(is_one).order_by(_SINCE, photos.c.sha256)
    return tuple(_original(row) for row in connection.execute(query))


_KEPT, _UNPROVEN, _PLAIN_KEPT = "originals-kept", "originals-unproven", "plain-kept"  # among the facts
_IS_STORED = photos.c.state == State.STORED.value
_SETS_ASIDE = spellings(Kind.PHOTO_SET_ASIDE, Kind.PHOTO_SUPERSEDED)
_SET_ASIDE_AT = (  # from the audit log: the last entry counts, for a photo may be taken up again and set aside again
    select(func.max(log_entries.c.at))
    .where(log_entries.c.photo == photos.c.sha256, log_entries.c.kind.in_(_SETS_ASIDE))
    .correlate(photos)
    .scalar_subquery()
)
_IS_SET_ASIDE = photos.c.state == State.SET_ASIDE.value
_SINCE = case((_IS_SET_ASIDE, _SET_ASIDE_AT), else_=photos.c.stored_at)


def _watched(sha256: str, sealed: str, sealed_at: str, fault: str | None, at: str | None, state: str) -> SealedOriginal:
    return SealedOriginal(sha256, sealed, sealed_at, fault, at, state == State.STORED.value)


def _columns() -> Select[Any]:
    named = (_IS_SET_ASIDE.label("is_set_aside"), _SINCE.label("since"))
    return select(photos.c.sha256, photos.c.sealed, photos.c.output, photos.c.output_name, *named)


def _original(row: Row[Any]) -> Original:
    is_set_aside = bool(row.is_set_aside)
    output, name = ("", "") if is_set_aside else (row.output, row.output_name)
    return Original(row.sha256, row.sealed, output, name, row.since, is_set_aside)


def _is_due(before: str) -> ColumnElement[bool]:
    """One whose copy is not stored is all that there is of the photo: never due, unless a person set aside it.

    Nor is one whose copy is recalled: the copy must go, and the original is then all that there is.
    """
    has_copy = and_(photos.c.output.is_not(None), photos.c.output_name.is_not(None), ~_is_recalled())
    is_done = or_(_IS_SET_ASIDE, and_(_IS_STORED, has_copy))
    return and_(is_done, before > _SINCE, _lies_in_vault(), ~_is_held())


def _lies_in_vault() -> ColumnElement[bool]:
    """A photo that came again after its original was destroyed is sealed again, and due again."""
    is_not_destroyed = or_(photos.c.destroyed_at.is_(None), photos.c.destroyed_at < photos.c.sealed_at)
    return and_(photos.c.sealed.is_not(None), is_not_destroyed)


def _is_begun() -> ColumnElement[bool]:
    """Its destruction was begun, and no end of it is written down: it may be gone, and not be missing."""
    return and_(photos.c.destroying_at.is_not(None), photos.c.destroying_at >= photos.c.sealed_at)


def _is_recalled() -> ColumnElement[bool]:
    """A consent has gone for a face that the copy shows, and nobody has acted yet."""
    return exists().where(shown.c.photo == photos.c.sha256, shown.c.recalled_at.is_not(None)).correlate(photos)


def _is_held() -> ColumnElement[bool]:
    """Under a hold of the workspace, of the photo, or of any device that it was seen on."""
    seen_on = select(device_files.c.device).where(device_files.c.photo == photos.c.sha256).correlate(photos)
    covers = or_(
        holds.c.scope == "workspace",
        and_(holds.c.scope == "photo", holds.c.photo == photos.c.sha256),
        and_(holds.c.scope == "device", holds.c.device.in_(seen_on)),
    )
    return exists().where(holds.c.lifted_at.is_(None), covers).correlate(photos)


#: The sealed originals that are read back: all that should lie in the vault, whatever became of the photo.
ORIGINALS = Watched(
    "vault-check",
    and_(_lies_in_vault(), or_(photos.c.destroying_at.is_(None), photos.c.destroying_at < photos.c.sealed_at)),
    photos.c.sealed,
    photos.c.sealed_at,
    photos.c.sealed_fault,
    photos.c.sealed_fault_at,
    (photos.c.state,),
    _watched,
)
