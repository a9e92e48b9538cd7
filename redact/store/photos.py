"""The only SQL on photos, device files and what is left for a person.  State moves by compare-and-swap."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Row, and_, case, delete, func, insert, select, update

from redact.audit.events import name_tag
from redact.pupils.classes import years_in
from redact.store.schema.tables import device_files, left_items, photos, shown
from watcher import Arrival, FileStat, Place, read_counter


class State(StrEnum):
    """Where a photo stands."""

    WANTED = "wanted"  # its plain original must be taken in (again) from a device
    ARRIVED = "arrived"  # proved copy in quarantine
    SEALED = "sealed"  # original in the vault
    REDACTED = "redacted"  # verified copy waits for trust storage
    STORED = "stored"  # copy in trust storage, read back
    HELD = "held"  # a person must look
    REFUSED = "refused"  # not an image, or unsafe
    SET_ASIDE = "set-aside"  # a person looked: nothing of it is to be published


#: States in which the pipeline has something to do.
UNDER_WAY = (State.ARRIVED, State.SEALED, State.REDACTED)
#: States in which no plain original may lie in quarantine.
AT_REST = (State.STORED, State.HELD, State.REFUSED, State.SET_ASIDE)


class FileState(StrEnum):
    """Where a file on a device stands."""

    TAKEN = "taken"  # its bytes are in the workspace
    OPENED = "opened"  # the audit log says that it is about to be deleted
    GONE = "gone"  # deleted, and looked for again
    KEPT = "kept"  # could not be deleted: an incident
    UNKNOWN = "unknown"  # the device could not be looked at
    REMOVED = "removed"  # it was gone before this program deleted it: deleted, or moved away, nobody saw


#: States of files that lie on their device, as far as anybody knows.
ON_DEVICE = frozenset(FileState) - {FileState.GONE, FileState.REMOVED}
#: States of files of which nobody has seen or said that they were deleted.
NOT_GONE = frozenset(FileState) - {FileState.GONE}


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo, whatever number of files it was seen in."""

    sha256: str
    size: int  # bytes
    state: State
    reason: str | None
    attempts: int
    arrived_at: str
    tags: tuple[str, ...]
    sealed: str | None
    output: str | None
    output_bytes: int | None
    output_name: str | None
    stored_at: str | None
    register: int | None
    plan: str | None
    destroyed_at: str | None


@dataclass(frozen=True, slots=True)
class DeviceFile:
    """One file in which a photo was seen."""

    id: int
    photo: str
    device: str
    size: int  # bytes
    arrival: Arrival | None  # None once its place was forgotten
    name: str  # tag
    state: FileState
    reason: str | None
    opened: int | None
    level: str | None
    left: int | None
    by_name: int  # of `left`, those found by the name, which is forgotten: no later look can see them
    seen_at: str
    cleared_at: str | None
    links: int = 0  # of `left`, hard links outside of the device's folders: no later look can see them either
    removed_at: str | None = None  # when it was found gone before it was deleted
    erasing_at: str | None = None  # when its bytes were proved and it was about to go


def place_tag(key: bytes, place: Place) -> str:
    """Return the tag of a whole place: what tells two files of one name in two folders apart."""
    return name_tag(key, "/".join((str(place.folder), *place.parts)))


# -- photos --


def read_photo(connection: Connection, sha256: str) -> Photo | None:
    """Return one photo, or None."""
    row = connection.execute(select(photos).where(photos.c.sha256 == sha256)).first()
    return None if row is None else _photo(row)


def find_photos(connection: Connection, prefix: str) -> tuple[Photo, ...]:
    """Return the photos whose id begins with `prefix` (hex digits), at most ten."""
    rows = connection.execute(select(photos).where(photos.c.sha256.startswith(prefix, autoescape=True)).limit(10))
    return tuple(_photo(row) for row in rows)


def list_photos(connection: Connection, states: Iterable[State], limit: int | None = None) -> tuple[Photo, ...]:
    """Return photos in these states, first come first."""
    query = (
        select(photos).where(photos.c.state.in_([*states])).order_by(photos.c.arrived_at, photos.c.sha256).limit(limit)
    )
    return tuple(_photo(row) for row in connection.execute(query))


def ids_under_way(connection: Connection, executor: str, limit: int) -> tuple[str, ...]:
    """Return the photos with work to do whose original lies in the quarantine of `executor`, first come first."""
    query = (
        select(photos.c.sha256)
        .where(photos.c.state.in_([*UNDER_WAY]), photos.c.executor == executor)
        .order_by(photos.c.attempts, photos.c.arrived_at)
        .limit(limit)
    )
    return tuple(connection.execute(query).scalars())


def count_states(connection: Connection) -> dict[State, int]:
    """Return how many photos are in each state."""
    rows = connection.execute(select(photos.c.state, func.count()).group_by(photos.c.state))
    return {State(state): number for state, number in rows}


def add_photo(connection: Connection, arrival: Arrival, executor: str, at: str) -> bool:
    """Write down a photo whose copy is in quarantine; return False where it is known already.

    One that is `wanted` again is `arrived` from now on.
    """
    known = {"state": State.ARRIVED.value, "executor": executor, "reason": None}
    again = update(photos).where(photos.c.sha256 == arrival.sha256, photos.c.state == State.WANTED.value)
    if connection.execute(again.values(**known)).rowcount or read_photo(connection, arrival.sha256) is not None:
        return False
    row = {
        "sha256": arrival.sha256,
        "bytes": arrival.size,
        "arrived_at": at,
        "attempts": 0,
        "tags": "[]",
        "extension": "",
    }
    connection.execute(insert(photos), row | known)
    return True


def move_photo(connection: Connection, sha256: str, old: Iterable[State], new: State, **columns: object) -> bool:
    """Move a photo from one of the `old` states to `new`; return False where it is in none of them."""
    swap = update(photos).where(photos.c.sha256 == sha256, photos.c.state.in_([*old]))
    if new not in UNDER_WAY:  # a folder may be called by a name; who takes the photo in again says the tags again
        known = connection.execute(select(photos.c.tags).where(photos.c.sha256 == sha256)).scalar()
        columns["tags"] = json.dumps(years_in(json.loads(known or "[]")))
    return bool(connection.execute(swap.values(state=new.value, **{"reason": None, **columns})).rowcount)


def write_shown(connection: Connection, sha256: str, pupils: Iterable[str], register: int) -> None:
    """Write down who is shown uncovered on the copy of a photo: these, and nobody else."""
    connection.execute(delete(shown).where(shown.c.photo == sha256))
    rows = [{"photo": sha256, "pupil": pupil, "register": register} for pupil in dict.fromkeys(pupils)]
    if rows:
        connection.execute(insert(shown), rows)


def note_trouble(connection: Connection, sha256: str, reason: str) -> None:
    """Write down why the photo waits; it stays where it is and is tried again."""
    swap = update(photos).where(photos.c.sha256 == sha256, photos.c.state.in_([*UNDER_WAY, State.WANTED]))
    connection.execute(swap.values(reason=reason, attempts=photos.c.attempts + 1))


def give_up_originals(connection: Connection, executor: str, taker: str) -> int:
    """Ask again for the photos whose plain originals lie in the quarantine of a machine that has gone silent."""
    why = "The machine that had taken it in has gone silent; it is taken in again from the device."
    swap = update(photos).where(photos.c.executor == executor, photos.c.state.in_([*UNDER_WAY]))
    return int(connection.execute(swap.values(state=State.WANTED.value, executor=taker, reason=why)).rowcount)


# -- device files --


def add_device_file(connection: Connection, key: bytes, arrival: Arrival, tags: Sequence[str], at: str) -> bool:
    """Write down a file in which a photo was seen; return False where it is known and not yet gone."""
    place = arrival.place
    where = and_(
        device_files.c.photo == arrival.sha256,
        device_files.c.device == place.device_id,
        device_files.c.place == place_tag(key, place),
    )
    known = connection.execute(select(device_files.c.state).where(where)).scalar()
    row: dict[str, object] = {
        "parts": json.dumps(place.parts),
        "look": _print_look(arrival.stat),
        "state": FileState.TAKEN.value,
        "reason": None,
        "opened": None,
        "level": None,
        "left": None,
        "cleared_at": None,
        "links": 0,
        "erasing_at": None,
        "removed_at": None,
    }
    if known is not None:
        connection.execute(
            update(device_files).where(where, device_files.c.state != FileState.OPENED.value).values(**row)
        )
        _add_tags(connection, arrival.sha256, tags)
        return known in {FileState.GONE, FileState.REMOVED, FileState.UNKNOWN}
    counter = read_counter(place.name)
    row |= {
        "photo": arrival.sha256,
        "device": place.device_id,
        "folder": place.folder,
        "name": name_tag(key, place.name),
        "place": place_tag(key, place),
        "tags": "[]",  # the photo's are enough
        "series": None if counter is None else counter.series,
        "number": None if counter is None else counter.number,
        "seen_at": at,
    }
    connection.execute(insert(device_files), row)
    _add_tags(connection, arrival.sha256, tags)
    return True


def _add_tags(connection: Connection, sha256: str, tags: Sequence[str]) -> None:
    """Add the tags to a photo that will be redacted; one that is at rest needs none, and they may be names."""
    under_way = select(photos.c.tags).where(photos.c.sha256 == sha256, photos.c.state.in_([*UNDER_WAY]))
    known = connection.execute(under_way).scalar()
    if known is None:
        return
    merged = dict.fromkeys((*json.loads(known), *tags))
    connection.execute(update(photos).where(photos.c.sha256 == sha256).values(tags=json.dumps([*merged])))


def knows_file(connection: Connection, key: bytes, place: Place, look: FileStat) -> bool:
    """Return whether the file at `place`, looking so, was taken in, and its photo is not wanted again."""
    query = (
        select(device_files.c.look)
        .join(photos, photos.c.sha256 == device_files.c.photo)
        .where(
            device_files.c.device == place.device_id,
            device_files.c.place == place_tag(key, place),
            device_files.c.state.in_([*ON_DEVICE]),
            photos.c.state != State.WANTED.value,
        )
    )
    return _print_look(look) in connection.execute(query).scalars().all()


def is_output(connection: Connection, sha256: str) -> bool:
    """Say whether these bytes are a redacted copy that this workspace made, stored or on its way there."""
    return connection.execute(select(photos.c.sha256).where(photos.c.output == sha256).limit(1)).first() is not None


def list_device_files(
    connection: Connection,
    *,
    device: str | None = None,
    photo: str | None = None,
    states: Iterable[FileState] = tuple(FileState),
    of_photos: Iterable[State] = tuple(State),
    cleared_since: str | None = None,
    limit: int | None = None,
) -> tuple[DeviceFile, ...]:
    """Return device files in these states, of photos in those, oldest first."""
    query = (
        select(device_files, photos.c.bytes.label("size"))
        .join(photos, photos.c.sha256 == device_files.c.photo)
        .where(device_files.c.state.in_([*states]), photos.c.state.in_([*of_photos]))
        .order_by(device_files.c.id)
        .limit(limit)
    )
    if device is not None:
        query = query.where(device_files.c.device == device)
    if photo is not None:
        query = query.where(device_files.c.photo == photo)
    if cleared_since is not None:
        query = query.where(device_files.c.cleared_at >= cleared_since)
    return tuple(_device_file(row) for row in connection.execute(query))


def read_device_files(connection: Connection, ids: Iterable[int]) -> tuple[DeviceFile, ...]:
    """Return the device files of these ids, oldest first."""
    query = select(device_files, photos.c.bytes.label("size")).join(photos, photos.c.sha256 == device_files.c.photo)
    return tuple(
        _device_file(row)
        for row in connection.execute(query.where(device_files.c.id.in_([*ids])).order_by(device_files.c.id))
    )


def move_device_file(connection: Connection, device_file: DeviceFile, new: FileState, **columns: object) -> bool:
    """Move a sighting from the state it was read in to `new`; return False where it moved meanwhile."""
    swap = update(device_files).where(
        device_files.c.id == device_file.id, device_files.c.state == device_file.state.value
    )
    if new not in ON_DEVICE:
        columns["parts"] = None  # a path may hold a name, and is not needed any more
    return bool(connection.execute(swap.values(state=new.value, **columns)).rowcount)


def note_erasing(connection: Connection, file_id: int, at: str | None) -> bool:
    """Write down that the bytes of a file were proved and it is about to go; None: it stayed.

    Returns:
        False where its deletion is not open any more.
    """
    swap = update(device_files).where(device_files.c.id == file_id, device_files.c.state == FileState.OPENED.value)
    return bool(connection.execute(swap.values(erasing_at=at)).rowcount)


def is_moved(connection: Connection, device_file: DeviceFile) -> bool:
    """Say whether the very file is known at another place of its device too: somebody moved it there, or linked it."""
    if device_file.arrival is None:
        return False
    query = select(device_files.c.look).where(
        device_files.c.photo == device_file.photo,
        device_files.c.device == device_file.device,
        device_files.c.id != device_file.id,
    )
    looks = connection.execute(query).scalars()
    return any(is_same_file(_parse_look(look), device_file.arrival.stat) for look in looks)


def is_same_file(one: FileStat, other: FileStat) -> bool:
    """Say whether two looks are of one file, by inode and volume; of copies whose look is not known it is never so."""
    same = (one.inode, one.volume, one.size) == (other.inode, other.volume, other.size)
    return same and one.inode != 0


def counters_of(connection: Connection, device: str) -> tuple[tuple[str, int], ...]:
    """Return the camera counts (series, number) of all photos that came from a device."""
    query = select(device_files.c.series, device_files.c.number).where(
        device_files.c.device == device, device_files.c.number.is_not(None)
    )
    return tuple((row.series, row.number) for row in connection.execute(query.distinct()))


# -- what is left for a person --


def note_left(connection: Connection, key: bytes, place: Place, why: str, at: str) -> None:
    """Write down something on a device that a person must see to; what had been taken off the list begins again."""
    where = and_(left_items.c.device == place.device_id, left_items.c.place == place_tag(key, place))
    again = case((left_items.c.resolved_at.is_not(None), at), else_=left_items.c.first_seen_at)
    seen = {"parts": json.dumps(place.parts), "why": why, "last_seen_at": at, "resolved_at": None}
    if not connection.execute(update(left_items).where(where).values(first_seen_at=again, **seen)).rowcount:
        row = {"device": place.device_id, "place": place_tag(key, place)}
        connection.execute(insert(left_items), row | {"first_seen_at": at} | seen)


def resolve_left(connection: Connection, key: bytes, place: Place, at: str) -> None:
    """Mark something as resolved: it is not there any more, and its names are not needed any more."""
    where = (left_items.c.device == place.device_id, left_items.c.place == place_tag(key, place))
    swap = update(left_items).where(*where, left_items.c.resolved_at.is_(None))
    connection.execute(swap.values(resolved_at=at, parts="[]"))


@dataclass(frozen=True, slots=True)
class LeftItem:
    """Something on a device that a person must see to."""

    device: str
    parts: tuple[str, ...]
    why: str
    first_seen_at: str
    last_seen_at: str


def list_left(connection: Connection, device: str | None = None) -> tuple[LeftItem, ...]:
    """Return what is left for a person, oldest first."""
    query = select(left_items).where(left_items.c.resolved_at.is_(None)).order_by(left_items.c.id)
    if device is not None:
        query = query.where(left_items.c.device == device)
    return tuple(
        LeftItem(row.device, tuple(json.loads(row.parts)), row.why, row.first_seen_at, row.last_seen_at)
        for row in connection.execute(query)
    )


# -- rows to values --


def _photo(row: Row[tuple[object, ...]]) -> Photo:
    return Photo(
        row.sha256,
        row.bytes,
        State(row.state),
        row.reason,
        row.attempts,
        row.arrived_at,
        tuple(json.loads(row.tags)),
        row.sealed,
        row.output,
        row.output_bytes,
        row.output_name,
        row.stored_at,
        row.register,
        row.plan,
        row.destroyed_at,
    )


def _device_file(row: Row[tuple[object, ...]]) -> DeviceFile:
    arrival = None
    if row.parts is not None:
        place = Place(row.device, tuple(json.loads(row.parts)), row.folder)
        arrival = Arrival(row.photo, row.size, f"{row.photo}.photo", place, _parse_look(row.look))
    return DeviceFile(
        row.id,
        row.photo,
        row.device,
        row.size,
        arrival,
        row.name,
        FileState(row.state),
        row.reason,
        row.opened,
        row.level,
        row.left,
        row.by_name,
        row.seen_at,
        row.cleared_at,
        row.links,
        row.removed_at,
        row.erasing_at,
    )


def _print_look(look: FileStat) -> str:
    return json.dumps([look.size, look.mtime_ns, look.ctime_ns, look.inode, look.volume])


def _parse_look(text: str) -> FileStat:
    return FileStat(*json.loads(text))


def states_of_all(connection: Connection) -> Iterator[tuple[str, State]]:
    """Give every photo's id and state."""
    for row in connection.execute(select(photos.c.sha256, photos.c.state)):
        yield row.sha256, State(row.state)
