"""An entry of the lists of `redact status`: what waits, needs a person, or is overdue.

It carries no path, no file name and no child's name, so that it may be printed anywhere, into a log too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from redact.errors import short_id
from redact.store.photos import Photo
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


def item_of_photo(workspace: Workspace, photo: Photo, what: str, next_step: str, since: Mapping[str, str]) -> Item:
    """Return a photo as an entry; `since` has the moments of the last changes by photo."""
    reason = without_paths(workspace, photo.reason or "No reason was written down.")
    at = since.get(photo.sha256, photo.arrived_at)  # an entry may have been erased, and its photo's id with it
    return Item(short_id(photo.sha256), what, at, reason, next_step, tries=photo.attempts)


def without_paths(workspace: Workspace, sentence: str) -> str:
    """Return a reason with the workspace's folders called by their last name: faults of our disk say whole paths."""
    for folder in sorted(workspace.settings.own_folders, key=lambda folder: -len(str(folder))):
        sentence = sentence.replace(str(folder), folder.name)
    return sentence


def files(count: int) -> str:
    """Return "1 file", "2 files"."""
    return "1 file" if count == 1 else f"{count} files"
