"""An entry of the lists of `redact status`: what waits, needs a person, or is overdue.

It carries no path, no file name and no child's name, so that it may be printed anywhere, into a log too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from redact.errors import SHORT_DIGITS, short_id
from redact.store.devices import RegisteredDevice
from redact.store.photos import Photo
from redact.store.photos.overview import only_of_school
from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class Item:
    """Something that waits, needs a person, or is overdue."""

    id: str  # what a person types: 12 digits of a photo's id, a device, a hold, a checkpoint mirror
    what: str  # two or three words
    since: str  # a moment
    reason: str  # a sentence
    next_step: str  # what to do
    device: str | None = None
    tries: int = 0  # so far
    count: int = 1  # files or photos it stands for


def photos_of_school(connection: Connection, school: str | None, asked: Iterable[str]) -> frozenset[str] | None:
    """Return which of the photos that are `asked` for, by what people type for them, are a school's; None for all."""
    return None if school is None else only_of_school(connection, school, dict.fromkeys(filter(_is_photo, asked)))


_is_photo = re.compile(rf"[0-9a-f]{{{SHORT_DIGITS}}}").fullmatch


def only_of(
    photos: frozenset[str] | None, devices: Iterable[RegisteredDevice], items: Iterable[Item]
) -> Iterator[Item]:
    """Yield the entries of these photos and devices; all where `photos` is None."""
    names = {device.id for device in devices}
    yield from (item for item in items if photos is None or {item.id, item.device} & (photos | names))


def item_of_photo(workspace: Workspace, photo: Photo, what: str, next_step: str, since: Mapping[str, str]) -> Item:
    """Return a photo as an entry; `since` has the moments of the last changes by photo."""
    reason = without_paths(workspace, photo.reason or "No reason was written down.")
    at = since.get(photo.sha256, photo.arrived_at)  # an entry may have been erased, and its photo's id with it
    return Item(short_id(photo.sha256), what, at, reason, next_step, tries=photo.attempts)


def without_paths(workspace: Workspace, sentence: str) -> str:
    """Return a reason with only the last part of the workspace's folders: faults of our disk name whole paths."""
    for folder in sorted(workspace.settings.own_folders, key=lambda folder: -len(str(folder))):
        sentence = sentence.replace(str(folder), folder.name)
    return sentence
