"""Count what a look at a device found, as the facts of its entry in the audit log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from redact.audit.deletions.leftovers import OF_DEVICE, OF_PHOTO, Leftovers
from watcher import Inventory, Residue, ResidueKind

#: What was found by the photo's bytes, whatever it is called.
FOUND_BY_BYTES = frozenset({ResidueKind.SAME_CONTENT, ResidueKind.TRASH, ResidueKind.HALF_ERASED})
FACT: Mapping[ResidueKind, str] = {
    ResidueKind.SAME_CONTENT: "left_same",
    ResidueKind.SIBLING: "left_siblings",
    ResidueKind.TRASH: "left_trash",
    ResidueKind.THUMBNAIL: "left_thumbnails",
    ResidueKind.HALF_ERASED: "left_begun",
    ResidueKind.UNREADABLE: "left_unread",
    ResidueKind.SPECIAL: "device_links",
    ResidueKind.CLOSED: "device_closed",
    ResidueKind.CACHE: "device_thumbnails",
}


def count_leftovers(inventory: Inventory, residue: Iterable[Residue], by_name: int = 0, links: int = 0) -> Leftovers:
    """Return how much was found of each kind.

    Args:
        inventory: of the device.
        residue: what is left of one photo.
        links: hard links that were left outside of the device's folders: the same photo, where nobody can look.
        by_name: further files that were found by its name earlier, which nobody can look for any more.
    """
    found = tuple(residue)
    named = sum(left.needs_name for left in found)
    found = (*found, *[Residue(ResidueKind.SAME_CONTENT)] * links)
    return Leftovers(_count(found, OF_PHOTO), _count(inventory.beside, OF_DEVICE), named + by_name)


def _count(residue: Iterable[Residue], facts: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(FACT[left.kind] for left in residue)
    return tuple((fact, counts[fact]) for fact in facts if counts[fact])
