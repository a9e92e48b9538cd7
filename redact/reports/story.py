"""What is known of one photo or one device, for `redact show`.

File names and folders can be a child's name.  They stand in `Seen.where`, `DeviceStory.left` and what is listed of the
folders of no device, and a command prints them on a terminal only, where a person must find the file; a pipe, which may
end in a log, gets only the rest.  Which pupils are shown uncovered is not listed here: the approver's page lists them
by name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from redact.audit.events import Event, event_of
from redact.audit.filters import Filters
from redact.audit.level import Level
from redact.devices.untouched import UNREGISTERED
from redact.errors import short_id
from redact.reports.items import without_paths
from redact.reports.status import DeviceLine, device_line
from redact.store import photos as photo_rows
from redact.store.devices import RegisteredDevice, read_device
from redact.store.holds import LegalHold, list_holds
from redact.store.log.reader import read_entries
from redact.store.photos import DeviceFile, LeftItem, Photo
from redact.system.clock import print_moment
from redact.workspace.open import Workspace

_SHOWN_APART = frozenset({"photo", "reason"})


@dataclass(frozen=True, slots=True)
class Covering:
    """One region of the photo, and why it is covered or not."""

    kind: str
    action: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One file in which the photo was seen."""

    device: str
    state: str  # redact.store.photos.FileState
    level: Level | None
    left: int | None  # further files of it that were found and left
    reason: str | None
    seen_at: str
    cleared_at: str | None
    opened: int | None  # entry of the audit log
    where: str | None  # folder and file name; for a terminal only; None once it is gone


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the audit log."""

    entry: int
    at: str
    kind: str
    facts: str


@dataclass(frozen=True, slots=True)
class PhotoStory:
    """One photo's way through the workspace."""

    photo: Photo
    reason: str | None  # why it stands where it stands, without paths
    coverings: tuple[Covering, ...]
    seen: tuple[Seen, ...]
    log: tuple[LogLine, ...]
    holds: tuple[LegalHold, ...]


@dataclass(frozen=True, slots=True)
class DeviceStory:
    """One device, with what is not gone."""

    line: DeviceLine
    seen: tuple[tuple[str, Seen], ...]  # photo's id and file, of those that are not known to be gone
    left: tuple[tuple[str, str], ...]  # why, and where: for a terminal only
    at: str


def read_photo_story(workspace: Workspace, photo: Photo) -> PhotoStory:
    """Return what is known of a photo.

    Raises:
        DatabaseFault: the database does not answer.
        AuditLogError: an entry of the audit log cannot be read.
    """
    with workspace.database.read() as connection:
        device_files = photo_rows.list_device_files(connection, photo=photo.sha256)
        holds, on = list_holds(connection), [*(device_file.device for device_file in device_files), ""]
        covering = [hold for hold in holds if any(hold.covers(seen, photo.sha256) for seen in on)]
        return PhotoStory(
            photo,
            None if photo.reason is None else without_paths(workspace, photo.reason),
            _coverings(photo.plan),
            tuple(_seen(connection, device_file) for device_file in device_files),
            _log_lines(connection, photo.sha256),
            tuple(covering),
        )


def read_device_story(workspace: Workspace, device: RegisteredDevice) -> DeviceStory:
    """Return what is known of a device.

    Raises:
        DatabaseFault: the database does not answer.
    """
    now = workspace.now()
    with workspace.database.read() as connection:
        rest = photo_rows.list_device_files(connection, device=device.id, states=photo_rows.ON_DEVICE)
        return DeviceStory(
            device_line(connection, device, now),
            tuple((device_file.photo, _seen(connection, device_file)) for device_file in rest),
            tuple((left.why, _place_of(left)) for left in photo_rows.list_left(connection, device.id)),
            print_moment(now),
        )


def read_unregistered(workspace: Workspace) -> tuple[tuple[str, str], ...]:
    """Return what lies in folders that no device is registered for: why it is left, and the folder.

    Raises:
        DatabaseFault: the database does not answer.
    """
    above = {ingest.name: ingest for ingest in workspace.settings.ingest}
    with workspace.database.read() as connection:
        left = photo_rows.list_left(connection, UNREGISTERED)
    parts = [(item.why, item.place.parts) for item in left if item.place is not None]
    return tuple((why, str(above.get(top, Path(top)).joinpath(*rest))) for why, (top, *rest) in parts)


def _place_of(left: LeftItem) -> str:
    """Return where it lies below the device's folder; "" for what is said of the whole device."""
    return "" if left.place is None else "/".join(left.place.parts)


def _coverings(plan: str | None) -> tuple[Covering, ...]:
    rows = json.loads(plan or "[]")
    return tuple(Covering(row["kind"], row["action"], float(row["score"]), row["reason"]) for row in rows)


def _seen(connection: Connection, device_file: DeviceFile) -> Seen:
    return Seen(
        device_file.device,
        device_file.state.value,
        device_file.level,
        device_file.left,
        device_file.reason,
        device_file.seen_at,
        device_file.cleared_at,
        device_file.opened,
        _where(connection, device_file),
    )


def _where(connection: Connection, device_file: DeviceFile) -> str | None:
    """Return where the file lies, as a person finds it."""
    device = read_device(connection, device_file.device)
    if device_file.arrival is None or device is None:
        return None
    place, folders = device_file.arrival.place, device.record.folders
    below = "/".join(place.parts)
    return str(folders[place.folder].joinpath(*place.parts)) if place.folder in range(len(folders)) else below


def _log_lines(connection: Connection, sha256: str) -> tuple[LogLine, ...]:
    log = []
    for entry in read_entries(connection, Filters(photo=sha256)):
        event = event_of(entry.reading)
        if event is not None:  # one of a newer version is shown as it is
            facts = ", ".join(f"{name} {_short(value)}" for name, value in event.facts if name not in _SHOWN_APART)
            detail = ". ".join(filter(None, (facts, str(event.fact("reason") or ""))))
            kind = event.kind.value if isinstance(event, Event) else event.spelling
            log.append(LogLine(entry.row.number, event.at, kind, detail))
    return tuple(log)


def _short(value: str | int) -> str:
    """Return a fact; a hash or tag by its first digits."""
    text = str(value)
    return short_id(text) if len(text) == 64 else text
