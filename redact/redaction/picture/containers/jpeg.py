"""A JPEG file: its first picture, and how many further ones of its rank stand behind the end mark.

Threat: two photos in one file (an MPO of two views, two files joined, a portrait with its original); the first is
redacted, the file is deleted, and the second is forgotten.
Rule: whatever begins and reads as a JPEG picture behind the first is a picture, except what is known to be a part of
the first: a gain map or a depth map by its own mark or by the directory of the first (Ultra HDR, Dynamic Depth, Apple's
auxiliary pictures, ISO 21496-1), a large thumbnail by the MP index (CIPA DC-007), and what is much smaller than the
first.  A photo that carries another in its XMP (`GImage`) has two as well.
Residue: a photo that is marked as a gain map or depth map is taken for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redact.redaction.picture.containers.layout import CutShortError, Layout, number
from redact.redaction.picture.containers.segments import MOST_TRIES, PICTURE_START, Walk, walk_picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redact.redaction.picture.containers.layout import ByteOrder

_PREVIEW_SIDE_PX = 1920  # of a large thumbnail, class "full HD" (CIPA DC-007, 5.2.3.3.2)
_LARGE_THUMBNAILS = frozenset({0x010001, 0x010002})  # MP type: VGA, full HD
_MPF, _XMP, _ISO_GAIN_MAP = b"MPF\0", b"http://ns.adobe.com/xap/1.0/\0", b"urn:iso:std:iso:ts:21496:-1\0"
_MP_ENTRIES, _MP_ENTRY_BYTES = 0xB002, 16
_GAIN_MAP_XMP = re.compile(rb"GainMapM(ax|in)|urn:com:apple:photo:\d{4}:aux:|urn:mpeg:hevc:2015:auxid:")
_ITEM = re.compile(rb"<[^<>]*:Item\b[^<>]*>")
_FACT = re.compile(rb"(Semantic|Length|Padding)\s*=\s*[\"']([^\"']*)[\"']")
_PARTS = frozenset({b"gainmap", b"depth", b"depthmap", b"confidence", b"alpha", b"mask", b"near", b"far"})
_EMBEDDED = b"GImage:Data"  # a whole picture in the (extended) XMP: the original of a portrait, the other eye


@dataclass(frozen=True, slots=True)
class _Item:
    """A further item as the directory of the first picture has it."""

    start: int
    end: int
    semantic: bytes


def read_layout(data: bytes) -> Layout:
    """Return the skeleton of a JPEG file: that of its first picture.

    Raises:
        CutShortError: No frame header, or no picture data behind it.
    """
    first = walk_picture(data)
    assert first.size is not None  # else it was cut short
    pictures = 1 + sum(1 for _ in _further(data, first)) if first.is_ended else 1
    if any(_EMBEDDED in app.body for app in first.apps):
        pictures += 1
    return Layout(
        first.size,
        b"".join(first.kept),
        pictures,
        damage=first.damage,
        orientation=first.orientation or 1,
        taken_on=first.taken_on,
        end=first.end if first.is_ended else None,
    )


def _further(data: bytes, first: Walk) -> Iterator[int]:
    """Yield the offset of each further picture that is no part of the first; of what is too odd to be read, one."""
    types, items = _mp_types(first), list(_items(first))
    at = data.find(PICTURE_START, first.end)
    for _ in range(MOST_TRIES):
        if at < 0:
            return
        try:
            walk = walk_picture(data, at)
        except CutShortError:
            at = data.find(PICTURE_START, at + 2)
            continue
        item = next((item for item in items if item.start <= at < item.end), None)
        if not _is_part(first, walk, types.get(at), item):
            yield at
        at = data.find(PICTURE_START, walk.end if walk.is_ended else at + 2)
    if at >= 0:
        yield at


def _is_part(first: Walk, walk: Walk, mp_type: int | None, item: _Item | None) -> bool:
    """Say whether a picture behind the first is a part of it: a thumbnail, a preview, a gain map, a depth map."""
    sides, firsts = sorted(walk.size or (0, 0)), sorted(first.size or (0, 0))
    if mp_type in _LARGE_THUMBNAILS and sides[1] <= min(_PREVIEW_SIDE_PX, firsts[1]):
        return True
    if item is not None and item.semantic.lower() in _PARTS:
        return True
    if any(_is_auxiliary(app.body) for app in walk.apps):
        return True
    is_smaller = 2 * sides[1] < firsts[1] or 2 * sides[0] < firsts[0]  # as of the pages of a TIFF
    is_half_and_grey = walk.components == 1 < first.components and all(
        2 * a <= b + 1 for a, b in zip(sides, firsts, strict=True)
    )
    return is_half_and_grey or (is_smaller and sides[1] <= _PREVIEW_SIDE_PX)


def _is_auxiliary(body: bytes) -> bool:
    """Say whether a segment says that its picture is a gain map or another auxiliary one."""
    if body.startswith(_ISO_GAIN_MAP):
        return len(body) > len(_ISO_GAIN_MAP) + 4  # a picture that has a gain map states the version alone
    return body.startswith(_XMP) and bool(_GAIN_MAP_XMP.search(body))


def _items(first: Walk) -> Iterator[_Item]:
    """Yield the items behind the first picture, by the directory in its XMP: they follow one another from its end."""
    packets = [app.body for app in first.apps if app.body.startswith(_XMP)]
    at = first.end
    for index, found in enumerate(found for packet in packets for found in _ITEM.findall(packet)):
        facts = dict(_FACT.findall(found))
        length, padding = (_whole(facts.get(name, b"")) for name in (b"Length", b"Padding"))
        if index:  # the first is the picture itself
            yield _Item(at, at + length, facts.get(b"Semantic", b""))
            at += length
        at += padding


def _whole(digits: bytes) -> int:
    return int(digits) if digits.isdigit() and len(digits) < 12 else 0


def _mp_types(first: Walk) -> Mapping[int, int]:
    """Return the MP type of each picture but the first, by its offset in the file (CIPA DC-007, 5.2.3)."""
    found: dict[int, int] = {}
    for app in first.apps:
        if not app.body.startswith(_MPF):
            continue
        index, base = app.body[len(_MPF) :], app.at + len(_MPF)
        order: ByteOrder = "little" if index[:2] == b"II" else "big"
        try:
            found |= {base + offset: kind for kind, offset in _mp_entries(index, order) if offset}
        except CutShortError:
            continue
    return found


def _mp_entries(index: bytes, order: ByteOrder) -> Iterator[tuple[int, int]]:
    """Yield (MP type, offset from the index) of each entry."""
    directory = number(index, 4, 4, order)
    for row in range(number(index, directory, 2, order)):
        at = directory + 2 + 12 * row
        if number(index, at, 2, order) == _MP_ENTRIES:
            length, start = number(index, at + 4, 4, order), number(index, at + 8, 4, order)
            for entry in range(start, start + min(length, len(index)), _MP_ENTRY_BYTES):
                yield number(index, entry, 4, order) & 0xFFFFFF, number(index, entry + 8, 4, order)
