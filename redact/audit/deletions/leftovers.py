"""What a look at a device found after a deletion: facts of an entry, in numbers, and how a person reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from redact.audit.deletions.former import read_former
from redact.audit.events import Event
from redact.audit.kinds import Fact

#: Facts that count what is left of one photo, and what each counts.
OF_PHOTO: Mapping[str, str] = {
    "left_same": "the same photo under another place or name",
    "left_siblings": "a file that belongs to it (RAW, film, edit, side file)",
    "left_trash": "in a trash folder, or marked as trash",
    "left_thumbnails": "a thumbnail",
    "left_begun": "a deletion that was begun and not ended",
    "left_unread": "could not be looked at",
}
#: Facts that count what is of the device and of no one photo.
OF_DEVICE: Mapping[str, str] = {
    "device_links": "links and special files",
    "device_closed": "folders that could not be looked into",
    "device_thumbnails": "thumbnails and thumbnail caches",
}
BINNED = "device_binned"  # of `bins.counted`, and of no look for a photo
BY_NAME = "by_name"
_COUNTED = {**OF_DEVICE, BINNED: "photos and films in a bin, never taken in"}


@dataclass(frozen=True, slots=True)
class Leftovers:
    """How much of what a look found; nothing in it is 0."""

    of_photo: tuple[tuple[str, int], ...] = ()  # of OF_PHOTO
    of_device: tuple[tuple[str, int], ...] = ()  # of OF_DEVICE
    by_name: int = 0  # found by the photo's name or address, which is forgotten: nobody can look for it again

    @property
    def facts(self) -> dict[str, Fact]:
        """The facts of an entry."""
        return {**dict(self.of_photo), **dict(self.of_device), **({BY_NAME: self.by_name} if self.by_name else {})}

    def describe(self) -> Iterator[str]:
        """Yield the sentences for a person."""
        if self.of_device:
            yield f"On the device as a whole: {describe_counts(self.of_device)}."
        yield from (f"{count} left: {OF_PHOTO[name]}." for name, count in self.of_photo)
        if self.by_name:
            yield f"{self.by_name} left: found by its name when it was deleted."


NOTHING_LEFT = Leftovers()


def describe_counts(of_device: tuple[tuple[str, int], ...]) -> str:
    """Return "links and special files 2, thumbnails and thumbnail caches 1"."""
    return ", ".join(f"{_COUNTED[name]} {count}" for name, count in of_device)


def leftovers_of(event: Event) -> tuple[Leftovers, str]:
    """Return what an entry says was found, and its reason without that.

    Version 0.1.0 wrote it into the reason as sentences; former.py reads those.
    """
    reason = event.fact("reason")
    sentence = reason if isinstance(reason, str) else ""
    facts = {name: fact for name, fact in event.facts if isinstance(fact, int)}
    if not any(name in facts for name in (*OF_PHOTO, *OF_DEVICE, BY_NAME)):
        facts, sentence = read_former(sentence)
    return _pick(facts), sentence


def _pick(facts: Mapping[str, int]) -> Leftovers:
    of_photo, of_device = (
        tuple((name, facts[name]) for name in named if facts.get(name)) for named in (OF_PHOTO, OF_DEVICE)
    )
    return Leftovers(of_photo, of_device, facts.get(BY_NAME, 0))
