"""The boxes of a HEIC, HEIF or AVIF file (ISO/IEC 14496-12 and 23008-12).

A file of several pictures of equal rank is told by its items: each that is a picture, not hidden, and neither a
thumbnail nor an auxiliary picture (depth, alpha, gain map) nor a piece of another (tiles, overlays, tone maps).

Which way is up is told by the file's own `irot` and `imir`; the decoder obeys them, and the EXIF block is not asked
(asking both turns the picture twice).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redact.redaction.picture.containers.layout import ZEROED, CutShortError, Layout, ends_in_zeros, number

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_BOXES = 4096  # in one box; a 48-megapixel photo of 96 tiles has about 120 properties and items in all
_MAX_ITEMS = 65_536  # iloc version 0 and 1 count in 16 bits
_CODED_ITEMS = frozenset({b"hvc1", b"av01"})
_PICTURE_ITEMS = _CODED_ITEMS | {
    b"grid", b"iovl", b"iden", b"jpeg", b"j2k1", b"avc1", b"vvc1", b"evc1", b"lhv1", b"unci", b"mski",
}  # fmt: skip
_PART_OF = frozenset({b"thmb", b"auxl"})  # references from a part to its picture
_MADE_OF = b"dimg"  # reference from a picture to the pieces that it is made of


@dataclass(frozen=True, slots=True)
class _Box:
    name: bytes
    start: int  # of the contents
    end: int  # behind the contents, as stated; may lie outside the file


@dataclass(frozen=True, slots=True)
class _Item:
    """A picture, or what belongs to one."""

    id: int
    kind: bytes
    is_hidden: bool


def read_layout(data: bytes) -> Layout:
    """Return the skeleton of a HEIF or AVIF file.

    Raises:
        CutShortError: No item table, or no size in it.
    """
    top = list(_boxes(data, 0, len(data)))
    boxes = {box.name: box for box in reversed(top)}  # the first of a name counts
    meta = boxes.get(b"meta")
    if meta is None and b"moov" in boxes:
        return Layout((1, 1), data, pictures=2)  # a sequence without a still picture; held before its size matters
    if meta is None or meta.end > len(data):
        raise CutShortError("no item table")
    inner = {box.name: box for box in _boxes(data, meta.start + 4, meta.end)}
    size = _largest_size(data, inner)
    damage = "the picture breaks off before its end" if any(box.end > len(data) for box in top) else None
    damage = damage or _check_items(data, inner)
    pictures = 2 if b"moov" in boxes else max(1, len(_top_items(data, inner)))
    return Layout(size, data, pictures, damage)


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    """Yield the boxes between `start` and `end`; a last one that reaches beyond is yielded as it says."""
    at = start
    for _ in range(_MAX_BOXES):
        if at + 8 > min(end, len(data)):
            return
        length, name, head = number(data, at, 4), data[at + 4 : at + 8], 8
        if length == 1:
            if at + 16 > len(data):
                return
            length, head = number(data, at + 8, 8), 16
        stop = at + length if length else end  # 0: to the end of the file
        if stop < at + head:
            return
        yield _Box(name, at + head, stop)
        at = stop


def _largest_size(data: bytes, inner: dict[bytes, _Box]) -> tuple[int, int]:
    """Return the largest (width, height) that any item of the file states: tiles, grid or whole."""
    properties = inner.get(b"iprp")
    if properties is None:
        raise CutShortError("no properties")
    sizes = [
        (number(data, prop.start + 4, 4), number(data, prop.start + 8, 4))
        for box in _boxes(data, properties.start, properties.end)
        if box.name == b"ipco"
        for prop in _boxes(data, box.start, box.end)
        if prop.name == b"ispe"
    ]
    if not sizes:
        raise CutShortError("no size")
    return max(sizes, key=lambda size: size[0] * size[1])


def _check_items(data: bytes, inner: dict[bytes, _Box]) -> str | None:
    """Say what is missing of the coded items' bytes."""
    location = inner.get(b"iloc")
    if location is None:
        raise CutShortError("no item locations")
    coded = _coded_items(data, inner)
    for item, offset, length in _extents(data, location):
        if offset + length > len(data):
            return "the picture breaks off before its end"
        if item in coded and ends_in_zeros(data, offset, offset + length):
            return ZEROED
    return None


def _coded_items(data: bytes, inner: dict[bytes, _Box]) -> set[int]:
    """Return the ids of the items that are coded pictures."""
    return {item.id for item in _items(data, inner) if item.kind in _CODED_ITEMS}


def _items(data: bytes, inner: dict[bytes, _Box]) -> Iterator[_Item]:
    """Yield the items of the file."""
    table = inner.get(b"iinf")
    if table is None:
        return
    first = table.start + (6 if number(data, table.start, 1) == 0 else 8)
    for entry in _boxes(data, first, table.end):
        head = number(data, entry.start, 4)  # version and flags; bit 0: hidden
        id_bytes = 4 if head >> 24 >= 3 else 2
        kind = data[entry.start + 6 + id_bytes : entry.start + 10 + id_bytes]
        yield _Item(number(data, entry.start + 4, id_bytes), kind, is_hidden=bool(head & 1))


def _top_items(data: bytes, inner: dict[bytes, _Box]) -> set[int]:
    """Return the ids of the pictures of the first rank; the primary one is always among them."""
    parts: set[int] = set()
    for kind, source, targets in _references(data, inner):
        parts |= {source} if kind in _PART_OF else set(targets) if kind == _MADE_OF else set()
    shown = {item.id for item in _items(data, inner) if item.kind in _PICTURE_ITEMS and not item.is_hidden}
    return (shown - parts) | _primary(data, inner)


def _primary(data: bytes, inner: dict[bytes, _Box]) -> set[int]:
    box = inner.get(b"pitm")
    if box is None:
        return set()
    return {number(data, box.start + 4, 4 if number(data, box.start, 1) else 2)}


def _references(data: bytes, inner: dict[bytes, _Box]) -> Iterator[tuple[bytes, int, list[int]]]:
    """Yield (kind, id of the item it comes from, ids of those it leads to) of each reference between items."""
    box = inner.get(b"iref")
    if box is None:
        return
    id_bytes = 4 if number(data, box.start, 1) else 2
    for reference in _boxes(data, box.start + 4, box.end):
        first = reference.start + id_bytes + 2
        count = min(number(data, reference.start + id_bytes, 2), (reference.end - first) // id_bytes)
        targets = [number(data, first + index * id_bytes, id_bytes) for index in range(count)]
        yield reference.name, number(data, reference.start, id_bytes), targets


def _extents(data: bytes, box: _Box) -> Iterator[tuple[int, int, int]]:
    """Yield (item id, offset in the file, length) of every extent that lies in the file itself."""
    version, at = number(data, box.start, 1), box.start + 6
    widths = number(data, box.start + 4, 2)
    offset_bytes, length_bytes, base_bytes = widths >> 12, widths >> 8 & 15, widths >> 4 & 15
    index_bytes = widths & 15 if version else 0
    id_bytes = 4 if version == 2 else 2
    items, at = min(number(data, at, id_bytes), _MAX_ITEMS), at + id_bytes
    for _ in range(items):
        item, at = number(data, at, id_bytes), at + id_bytes
        method = number(data, at, 2) & 15 if version else 0
        at += (2 if version else 0) + 2
        base, at = number(data, at, base_bytes), at + base_bytes
        extents, at = number(data, at, 2), at + 2
        if extents > 1 and not index_bytes + offset_bytes + length_bytes:
            raise CutShortError("extents without a place")  # the loop below would count without moving
        for _ in range(extents):
            at += index_bytes
            offset, length = number(data, at, offset_bytes), number(data, at + offset_bytes, length_bytes)
            at += offset_bytes + length_bytes
            if method == 0:
                yield item, base + offset, length
