"""What of a photo is still on the device after its file was deleted; and what could not be looked at.

Threat: "deleted" is said while the same picture lies in another folder, in the trash, as RAW beside the JPEG, as the
film of a Live Photo or as a thumbnail.
Rule: one walk over everything that may be looked at, the trash included, makes an inventory; against it each photo is
looked for by size and hash, and by its siblings' names.  A folder or file that cannot be looked at is itself a residue:
not seen is not gone.  What lies at a photo's own place, or in the way to it, and cannot be looked at is of that photo;
every other link, pipe, closed folder and thumbnail is of the device (`Inventory.beside`), reported once and not once a
photo.  Of a trust's device the trash at the top of its volume is searched too, and the trash of the account that this
program runs under, for the photos' bytes alone: others put their files there as well.  On a personal device
(`may_search_volume` false) only the agreed folders are looked at. Residue: nobody says which photos are in a
thumbnail cache; edited copies under an unrelated name have other bytes and are not found; an inventory is as old as
its walk; the trash of another account of this machine (a home folder that is closed to us) is not searched.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import quote

from watcher.bins import trash_at
from watcher.device import MACHINE_TRASH, VOLUME_TOP, Device, DeviceKind, outer_folders, volume_of
from watcher.erasing.content import Content, read_content
from watcher.errors import SourceFault, SourceGone, Unsafe
from watcher.fs import system
from watcher.guard import (
    Entry,
    Place,
    Refusal,
    walk,
)
from watcher.quarantine import Arrival
from watcher.sort import ERASING_PREFIX, RAW_ENDINGS, SIDECAR_ENDINGS, VIDEO_ENDINGS, ending_of, is_thumbnails, is_trash
from watcher.stability import FileStat

_OPAQUE_CACHE = re.compile(r"thumbs\.db|ehthumbs(_vista)?\.db|\.thumbdata.*", re.IGNORECASE)
# Behind the stem of a changed or second copy: Google "-EDIT", "-edited", Samsung "(0)", "~2", Windows " - Copy".
_COPY_MARK = re.compile(
    r"([-_ ]?(edit|edited|effects|copy|original|cropped|exported|cover|burst)"
    r"|[-_ ~(]{1,2}\d{1,2}\)?|[ ]?-[ ]copy.*|\.mp|\.mv|\.pano)+",
    re.IGNORECASE,
)
_TRASHED_NAME = re.compile(r"\.trashed-\d+-(?P<name>.+)", re.IGNORECASE | re.DOTALL)  # Android 11 and later
_IPHONE_EDIT = re.compile(r"IMG_E?(?P<number>\d{4})", re.IGNORECASE)  # IMG_E0412 is the edited IMG_0412
_PICTURE_ENDINGS = frozenset(("jpg", "jpeg", "heic", "heif", "hif", "png", "webp"))  # what an edited copy is written as


class ResidueKind(Enum):
    """What a residue is."""

    SAME_CONTENT = "the same photo under another place or name"
    SIBLING = "a file that belongs to it (RAW, film, edit, side file)"
    TRASH = "in a trash folder, or marked as trash"
    THUMBNAIL = "a thumbnail"
    HALF_ERASED = "a deletion that was begun and not ended"
    UNREADABLE = "could not be looked at"
    # Of the device and of no one photo.
    SPECIAL = "links and special files"
    CLOSED = "folders that could not be looked into"
    CACHE = "thumbnails and thumbnail caches"


@dataclass(frozen=True, slots=True)
class Residue:
    """Something that is left, or may be."""

    kind: ResidueKind
    place: Place | None = None  # None: outside the device's folders, or a folder of its as a whole
    why: str = ""
    needs_name: bool = False  # found by the photo's name or address, not its bytes: once that is forgotten, no more
    is_blinding: bool = False  # a folder that is the device's own did not open: nothing is known to be gone
    stat: FileStat | None = field(default=None, compare=False)  # of a file that was found by its bytes


@dataclass(frozen=True, slots=True)
class Inventory:
    """All that lay on a device at one time; made once, asked for many photos.

    Each file is hashed at most once, when the first photo of its size asks: scanners write pictures of one size.
    """

    device: Device
    by_size: Mapping[int, tuple[Place, ...]]
    by_folder: Mapping[tuple[int, tuple[str, ...]], _Names]
    trashed: tuple[Place, ...]  # files in trash folders that are the device's alone
    beside: tuple[Residue, ...]  # of the device and of no one photo
    unseen: frozenset[tuple[int, tuple[str, ...]]]  # where the links, special files and closed folders lie
    seen: dict[Place, Content | Residue | None] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )  # hashed so far

    @property
    def is_blind(self) -> bool:
        """Whether the device, or one of its folders as a whole, did not open: then nothing is known to be gone."""
        return any(left.is_blinding for left in self.beside)

    @property
    def is_read(self) -> bool:
        """Whether everything could be looked at, so that no copy can lie behind a link or in a closed folder."""
        return all(left.kind is ResidueKind.CACHE for left in self.beside)


@dataclass(frozen=True, slots=True)
class _Names:
    """The files of one folder in the order of their plain names: those that begin alike lie together."""

    plain: tuple[str, ...]
    places: tuple[Place, ...]

    def beginning_with(self, start: str) -> tuple[Place, ...]:
        """Return the files whose plain name begins so."""
        first = last = bisect_left(self.plain, start)
        while last < len(self.plain) and self.plain[last].startswith(start):
            last += 1
        return self.places[first:last]


def _names(places: Iterable[Place]) -> _Names:
    ordered = sorted((_plain(place.name), place.parts, place) for place in places)
    return _Names(tuple(plain for plain, _, _ in ordered), tuple(place for _, _, place in ordered))


def take_inventory(device: Device) -> Inventory:
    """Walk all folders of `device` that may be looked at; what does not open is listed, never left out."""
    found = [item for folder in _folder_numbers(device) for item in _look_into(device, folder)]
    found += _unsearched_volumes(device)
    places = [(item.place, item.status.st_size) for item in found if isinstance(item, Entry)]
    own = [place for place, _ in places if _is_its_own(device, place.folder)]  # by name only what is the device's
    by_size: dict[int, list[Place]] = {}
    by_folder: dict[tuple[int, tuple[str, ...]], list[Place]] = {}
    for place, size in places:
        by_size.setdefault(size, []).append(place)
        by_folder.setdefault((place.folder, place.parts[:-1]), []).append(place)
    return Inventory(
        device,
        {size: tuple(group) for size, group in by_size.items()},
        {folder: _names(group) for folder, group in by_folder.items()},
        tuple(place for place in own if any(map(is_trash, place.parts[:-1]))),
        (*(item for item in found if isinstance(item, Residue)), *_caches(own)),
        frozenset(_way_of(item.place) for item in found if isinstance(item, Residue) and item.place is not None),
    )


def _caches(places: Iterable[Place]) -> Iterator[Residue]:
    return (Residue(ResidueKind.CACHE, place) for place in places if _keeps_thumbnails(place))


def _way_of(place: Place) -> tuple[int, tuple[str, ...]]:
    """Return the place as it is looked for; all names of a deletion under way are one."""
    name = ERASING_PREFIX if place.name.startswith(ERASING_PREFIX) else place.name
    return place.folder, (*place.parts[:-1], name)


def _folder_numbers(device: Device) -> Iterator[int]:
    yield from range(max(1, len(device.record.folders)))
    yield from outer_folders(device.record)


def _look_into(device: Device, folder: int) -> Iterator[Entry | Residue]:
    try:
        with device.open(folder) as root:
            everything = walk(root, device.record.id, lambda _: True, folder)
            items = trash_at(root, device) if folder == VOLUME_TOP else everything
            for item in items:
                if isinstance(item, Entry):
                    yield item
                elif _is_its_own(device, folder) or _kind_of(item) is not ResidueKind.SPECIAL:
                    yield Residue(_kind_of(item), item.place, item.why)
    except SourceFault as fault:
        yield Residue(ResidueKind.CLOSED, None, fault.why, is_blinding=_is_its_own(device, folder))


def _is_its_own(device: Device, folder: int) -> bool:
    """Say whether a folder is the device's alone: a drop folder shares its volume, and every device the machine."""
    return folder >= 0 or (folder == VOLUME_TOP and device.record.kind is DeviceKind.CARD)


def _unsearched_volumes(device: Device) -> Iterator[Residue]:
    """Say that copies may lie in the trash of a further folder's volume, where it is not the root's."""
    record = device.record
    if record.may_search_volume and record.root is not None:
        searched = {record.mount or volume_of(record.root), *record.folders}
        for folder in record.further:
            if volume_of(folder) not in searched:
                yield Residue(ResidueKind.CLOSED, None, "the trash of its volume is not searched")


def _kind_of(refusal: Refusal) -> ResidueKind:
    return ResidueKind.SPECIAL if refusal.is_special else ResidueKind.CLOSED


def find_residue(inventory: Inventory, arrival: Arrival) -> tuple[Residue, ...]:
    """Return what of the photo `arrival` is left by the inventory; what is of the device stands in `inventory.beside`.

    Files of the same size are hashed now; those that went away since the walk are left out.
    """
    same = [
        residue
        for place in inventory.by_size.get(arrival.size, ())
        if (residue := _compare(inventory, place, arrival)) is not None
    ]
    named = [residue for residue in _by_name(inventory, arrival) if all(residue.place != other.place for other in same)]
    return (*same, *named, *_desktop_thumbnails(inventory.device, arrival), *_hidden(inventory, arrival.place))


def _hidden(inventory: Inventory, own: Place) -> Iterator[Residue]:
    """Say that the photo's own place cannot be looked at: a link or pipe lies there, or a folder above it is closed."""
    ways = [own.parts[: depth + 1] for depth in range(len(own.parts))]
    ways.append((*own.parts[:-1], ERASING_PREFIX))  # it may have been left half deleted
    if any((own.folder, way) in inventory.unseen for way in ways):
        yield Residue(ResidueKind.UNREADABLE, own)


def find_contents(inventory: Inventory, sizes: Mapping[str, int]) -> dict[str, tuple[Residue, ...]]:
    """Return what lies there with the content of photos whose places were forgotten; nothing else is looked for.

    Each file is hashed once, however many photos have its size.  One that cannot be read may be any of them.

    Args:
        inventory: of the device.
        sizes: bytes of each photo, by its SHA-256.
    """
    by_size: dict[int, list[str]] = {}
    for sha256, size in sizes.items():
        by_size.setdefault(size, []).append(sha256)
    found: dict[str, list[Residue]] = {sha256: [] for sha256 in sizes}
    for size, photos in by_size.items():
        for place in inventory.by_size.get(size, ()):
            seen = _look_once(inventory, place)
            if isinstance(seen, Residue):
                for photo in photos:
                    found[photo].append(seen)
            elif seen is not None and seen.sha256 in photos:
                found[seen.sha256].append(Residue(_kind_at(place), place, stat=seen.stat))
    return {sha256: tuple(residues) for sha256, residues in found.items()}


def _compare(inventory: Inventory, place: Place, arrival: Arrival) -> Residue | None:
    seen = _look_once(inventory, place)
    if isinstance(seen, Residue):
        return seen
    if seen is None or seen.sha256 != arrival.sha256:
        return None
    return Residue(_kind_at(place), place, stat=seen.stat)


def _look_once(inventory: Inventory, place: Place) -> Content | Residue | None:
    if place not in inventory.seen:
        inventory.seen[place] = _look_at(inventory.device, place)
    return inventory.seen[place]


def _look_at(device: Device, place: Place) -> Content | Residue | None:
    """Return the content of the file there, None where it went away since the walk, or that it cannot be read."""
    try:
        return read_content(device, place)
    except SourceGone:
        return None
    except (SourceFault, Unsafe) as fault:
        return Residue(ResidueKind.UNREADABLE, place, fault.why)


def _kind_at(place: Place) -> ResidueKind:
    if place.folder in MACHINE_TRASH or any(map(is_trash, place.parts[:-1])) or _TRASHED_NAME.fullmatch(place.name):
        return ResidueKind.TRASH
    return ResidueKind.HALF_ERASED if place.name.startswith(ERASING_PREFIX) else ResidueKind.SAME_CONTENT


def _by_name(inventory: Inventory, arrival: Arrival) -> Iterator[Residue]:
    """Give the siblings in the photo's folder, and what lies under its name in a trash."""
    own = arrival.place
    for place in _namesakes(inventory, own):
        trashed = _TRASHED_NAME.fullmatch(place.name)
        if trashed and (_plain(trashed["name"]) == _plain(own.name) or is_sibling(own.name, trashed["name"])):
            yield Residue(ResidueKind.TRASH, place, needs_name=True)
        elif is_sibling(own.name, place.name):
            yield Residue(ResidueKind.SIBLING, place, needs_name=True)
    for place in inventory.trashed:
        if _plain(place.name) == _plain(own.name):
            yield Residue(ResidueKind.TRASH, place, needs_name=True)


def _namesakes(inventory: Inventory, own: Place) -> Iterator[Place]:
    """Give the files of the photo's folder that may belong to it: a sibling's name begins with the photo's stem."""
    names = inventory.by_folder.get((own.folder, own.parts[:-1]))
    if names is None:
        return
    stem = _stem(own.name)
    edit = _IPHONE_EDIT.fullmatch(stem)
    starts = {stem, _plain(own.name)} if edit is None else {f"img_{edit['number']}", f"img_e{edit['number']}"}
    shortest = [start for start in starts if not any(start != other and start.startswith(other) for other in starts)]
    for start in (*sorted(shortest), ".trashed-"):
        yield from names.beginning_with(start)


def is_sibling(name: str, other: str) -> bool:
    """Say whether `other`, in the same folder, belongs to the photo `name`: RAW, film, side file, edited copy."""
    if _plain(name) == _plain(other):
        return False
    ending, stem, other_stem = ending_of(other), _stem(name), _stem(other)
    if stem == other_stem or _stem(other_stem) == stem or other_stem == _plain(name):  # IMG_0412.JPG.xmp too
        return ending in RAW_ENDINGS | VIDEO_ENDINGS | SIDECAR_ENDINGS | _PICTURE_ENDINGS
    if not other_stem.startswith(stem):
        pair = (_IPHONE_EDIT.fullmatch(stem), _IPHONE_EDIT.fullmatch(other_stem))
        return pair[0] is not None and pair[1] is not None and pair[0]["number"] == pair[1]["number"]
    return ending in _PICTURE_ENDINGS | VIDEO_ENDINGS and bool(_COPY_MARK.fullmatch(other_stem[len(stem) :]))


def _plain(name: str) -> str:
    """Return the name as a person compares it: one Unicode form, one case.  Only to find more, never to delete."""
    return unicodedata.normalize("NFC", name).casefold()


def _stem(name: str) -> str:
    stem, dot, _ = _plain(name).rpartition(".")
    return stem if dot and stem else _plain(name)


def _keeps_thumbnails(place: Place) -> bool:
    return any(map(is_thumbnails, place.parts[:-1])) or bool(_OPAQUE_CACHE.fullmatch(place.name))


def _desktop_thumbnails(device: Device, arrival: Arrival) -> Iterator[Residue]:
    """Look for the photo in this machine's own thumbnail cache, where files are named by the photo's address."""
    record = device.record
    if not record.may_search_volume or arrival.place.folder not in range(len(record.folders)):
        return
    path = os.fsencode(record.folders[arrival.place.folder].joinpath(*arrival.place.parts))
    name = hashlib.md5(b"file://" + quote(path).encode(), usedforsecurity=False).hexdigest() + ".png"
    for folder in system.thumbnail_folders(os.environ):
        with contextlib.suppress(OSError):
            if (folder / name).is_file():
                yield Residue(ResidueKind.THUMBNAIL, needs_name=True)
