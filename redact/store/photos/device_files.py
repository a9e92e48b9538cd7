"""The only SQL on the files on devices in which photos were seen.  State moves by compare-and-swap."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, select, update

from redact.audit.events import name_tag
from redact.audit.level import Level
from redact.store.photos.counter_runs import note_count
from redact.store.photos.states import ON_DEVICE, UNDER_WAY, FileState, State
from redact.store.schema.rows import all_text, readable
from redact.store.schema.tables import device_files, devices, events, photos
from redact.system.clock import parse_moment
from watcher import Arrival, FileStat, Place, read_counter

# What each photo asks for is put together once: that costs several times what the answer does.
_FILES = (
    select(device_files, photos.c.bytes.label("size"))
    .join(photos, photos.c.sha256 == device_files.c.photo)
    .order_by(device_files.c.id)
)
_LISTED = _FILES.where(
    device_files.c.state.in_(bindparam("states", expanding=True)),
    photos.c.state.in_(bindparam("of_photos", expanding=True)),
)
_FILES_OF_IDS = _FILES.where(device_files.c.id.in_(bindparam("ids", expanding=True)))
_AT_PLACE = _LISTED.where(
    device_files.c.device == bindparam("device"),
    device_files.c.place == bindparam("place"),
    device_files.c.photo != bindparam("but"),
)
_LOOKS_AT_PLACE = (
    select(device_files.c.look)
    .join(photos, photos.c.sha256 == device_files.c.photo)
    .where(
        device_files.c.device == bindparam("device"),
        device_files.c.place == bindparam("place"),
        device_files.c.state.in_([*ON_DEVICE]),
        photos.c.state != State.WANTED.value,
    )
)
_OTHER_LOOKS = select(device_files.c.look).where(
    device_files.c.photo == bindparam("photo"),
    device_files.c.device == bindparam("device"),
    device_files.c.id != bindparam("but"),
)
_STATE_AT = select(device_files.c.state).where(
    device_files.c.photo == bindparam("photo"),
    device_files.c.device == bindparam("device"),
    device_files.c.place == bindparam("place"),
)
_DEVICES_WITH = select(device_files.c.device).where(device_files.c.photo == bindparam("photo")).distinct()
_ADD = insert(device_files)
_MOVE = update(device_files).where(device_files.c.id == bindparam("file"), device_files.c.state == bindparam("old"))
_EVENT_OF = select(events.c.id).where(events.c.device == bindparam("device"), events.c.place == bindparam("place"))
_JOIN_EVENT = update(photos).where(photos.c.sha256 == bindparam("photo"), photos.c.event == "")
_SCHOOL = select(devices.c.school).where(devices.c.id == bindparam("device")).scalar_subquery()
_JOIN_SCHOOL = (
    update(photos)
    .where(photos.c.sha256 == bindparam("photo"), photos.c.school == "")
    .values(school=func.coalesce(_SCHOOL, ""))
)
_TAGS = select(photos.c.tags).where(photos.c.sha256 == bindparam("photo"), photos.c.state.in_([*UNDER_WAY]))
_WRITE_TAGS = update(photos).where(photos.c.sha256 == bindparam("photo"))


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
    level: Level | None
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


def add_found_file(connection: Connection, key: bytes, arrival: Arrival, at: str) -> bool:
    """Write down a file that a look at its device found; return False where it is known and not yet gone.

    One that could not be deleted stays so until it is tried again: that it was seen takes back nothing.
    """
    known = connection.execute(_STATE_AT, _named(key, arrival)).scalar()
    return known != FileState.KEPT and add_device_file(connection, key, arrival, (), at)


def _named(key: bytes, arrival: Arrival) -> dict[str, str]:
    return {"photo": arrival.sha256, "device": arrival.place.device_id, "place": place_tag(key, arrival.place)}


def add_device_file(connection: Connection, key: bytes, arrival: Arrival, tags: Sequence[str], at: str) -> bool:
    """Write down a file in which a photo was taken in; return False where it is known and not yet gone."""
    place, named = arrival.place, _named(key, arrival)
    known = connection.execute(_STATE_AT, named).scalar()
    if known is None:
        _insert_seen(connection, key, arrival, at)
        _join_school(connection, arrival.sha256, place.device_id)
        _join_event(connection, key, arrival.sha256, place)
    else:
        where = and_(*(device_files.c[name] == value for name, value in named.items()))
        connection.execute(
            update(device_files).where(where, device_files.c.state != FileState.OPENED.value).values(**_taken(arrival))
        )
    _add_tags(connection, arrival.sha256, tags)
    return known is None or known in {FileState.GONE, FileState.REMOVED, FileState.UNKNOWN}


def _taken(arrival: Arrival) -> dict[str, object]:
    """Return what stands of a file that was just taken in, for the first time or again: nothing is erased of it yet."""
    return {
        "parts": json.dumps(arrival.place.parts),
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


def _insert_seen(connection: Connection, key: bytes, arrival: Arrival, at: str) -> None:
    """Write down a file that was not seen before, and how far the camera's counter has come with it."""
    place, counter = arrival.place, read_counter(arrival.place.name)
    row = _taken(arrival) | {
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
    connection.execute(_ADD, row)
    if counter is not None:
        note_count(connection, place.device_id, counter)


def _join_school(connection: Connection, sha256: str, device: str) -> None:
    """Give a photo the school of the device it came from, unless it has one: the first device's stands."""
    connection.execute(_JOIN_SCHOOL, {"photo": sha256, "device": device})


def _join_event(connection: Connection, key: bytes, sha256: str, place: Place) -> None:
    """Give a photo the neutral label of the folder that it lay in, unless it has one: the first folder's stands.

    A folder may be called by a name; the label is a number, and what is kept of the folder is a keyed tag.
    """
    folder = name_tag(key, "/".join((str(place.folder), *place.parts[:-1])))
    which = {"device": place.device_id, "place": folder}
    number = connection.execute(_EVENT_OF, which).scalar()
    if number is None:
        made = connection.execute(insert(events), which)
        assert made.inserted_primary_key is not None
        number = made.inserted_primary_key[0]
    connection.execute(_JOIN_EVENT, {"photo": sha256, "event": f"event-{number}"})


def _add_tags(connection: Connection, sha256: str, tags: Sequence[str]) -> None:
    """Add the tags to a photo that will be redacted; one that is at rest needs none, and they may be names."""
    known = connection.execute(_TAGS, {"photo": sha256}).scalar()
    if known is None:
        return
    merged = json.dumps([*dict.fromkeys((*json.loads(known), *tags))])
    if merged != known:
        connection.execute(_WRITE_TAGS, {"photo": sha256, "tags": merged})


def knows_file(connection: Connection, key: bytes, place: Place, look: FileStat) -> bool:
    """Return whether the file at `place`, looking so, was taken in, and its photo is not wanted again."""
    at = {"device": place.device_id, "place": place_tag(key, place)}
    return _print_look(look) in connection.execute(_LOOKS_AT_PLACE, at).scalars().all()


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
    query = _LISTED if limit is None else _LISTED.limit(limit)
    if device is not None:
        query = query.where(device_files.c.device == device)
    if photo is not None:
        query = query.where(device_files.c.photo == photo)
    if cleared_since is not None:
        query = query.where(device_files.c.cleared_at >= cleared_since)
    named = {"states": [*states], "of_photos": [*of_photos]}
    return tuple(readable(connection, device_files.name, connection.execute(query, named), _device_file))


def devices_with(connection: Connection, photo: str) -> set[str]:
    """Return the devices on which a photo was ever seen in a file."""
    return {*connection.execute(_DEVICES_WITH, {"photo": photo}).scalars()}


def read_device_files(connection: Connection, ids: Iterable[int]) -> tuple[DeviceFile, ...]:
    """Return the device files of these ids, oldest first."""
    rows = connection.execute(_FILES_OF_IDS, {"ids": [*ids]})
    return tuple(readable(connection, device_files.name, rows, _device_file))


def list_at_place(
    connection: Connection, key: bytes, arrival: Arrival, of_photos: Iterable[State]
) -> tuple[DeviceFile, ...]:
    """Return the files of other photos, in these states, that were last seen at the place of an arrival."""
    at = {"device": arrival.place.device_id, "place": place_tag(key, arrival.place), "but": arrival.sha256}
    of = {"states": [FileState.TAKEN], "of_photos": [*of_photos]}
    return tuple(_device_file(row) for row in connection.execute(_AT_PLACE, at | of))


def remove_device_file(connection: Connection, device_file: DeviceFile) -> bool:
    """Forget a file that is another photo's by now; return False where it moved from the state it was read in."""
    gone = delete(device_files).where(
        device_files.c.id == device_file.id, device_files.c.state == device_file.state.value
    )
    return bool(connection.execute(gone).rowcount)


def move_device_file(connection: Connection, device_file: DeviceFile, new: FileState, **columns: object) -> bool:
    """Move a device file from the state it was read in to `new`; return False where it moved meanwhile."""
    if new not in ON_DEVICE:
        columns["parts"] = None  # a path may hold a name, and is not needed any more
    row = {"file": device_file.id, "old": device_file.state.value, "state": new.value, **columns}
    return bool(connection.execute(_MOVE, row).rowcount)


def note_erasing(connection: Connection, file_id: int, at: str | None) -> bool:
    """Write down that the bytes of a file were proved and it is about to go; None: it stayed.

    Returns:
        False where its deletion is not open any more.
    """
    row = {"file": file_id, "old": FileState.OPENED.value, "erasing_at": at}
    return bool(connection.execute(_MOVE, row).rowcount)


def is_moved(connection: Connection, device_file: DeviceFile) -> bool:
    """Say whether the very file is known at another place of its device too: somebody moved it there, or linked it."""
    if device_file.arrival is None:
        return False
    named = {"photo": device_file.photo, "device": device_file.device, "but": device_file.id}
    looks = connection.execute(_OTHER_LOOKS, named).scalars()
    return any(is_same_file(parse_look(look), device_file.arrival.stat) for look in looks)


def is_same_file(one: FileStat, other: FileStat) -> bool:
    """Say whether two looks are of one file, by inode and volume; of copies whose look is not known it is never so."""
    same = (one.inode, one.volume, one.size) == (other.inode, other.volume, other.size)
    return same and one.inode != 0


def _device_file(row: Row[Any]) -> DeviceFile:
    arrival = None
    all_text((row.photo, row.device, row.name, row.reason, row.cleared_at, row.removed_at, row.erasing_at))
    parse_moment(row.seen_at)
    if row.parts is not None:
        place = Place(row.device, tuple(json.loads(row.parts)), row.folder)
        arrival = Arrival(row.photo, row.size, f"{row.photo}.photo", place, parse_look(row.look))
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
        None if row.level is None else Level(row.level),
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


def parse_look(text: str) -> FileStat:
    """Return how a file looked, as `device_files.look` keeps it."""
    return FileStat(*map(int, json.loads(text)))
