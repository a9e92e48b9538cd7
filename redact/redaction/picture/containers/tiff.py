"""The directories of a TIFF file (TIFF 6.0, BigTIFF, TIFF/EP), and of the EXIF block in other files, which is one too.

Most camera raw files are TIFF files whose first picture is a small preview.  A preview is not the photo: a child too
small to be found in it may be plain in the raw data.  So they are told apart here and refused.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from redact.errors import PictureRefused
from redact.redaction.picture.containers.layout import ByteOrder, CutShortError, Layout, is_quarter_zeros, number

_SUBFILE, _WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 259, 262
_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES, _ORIENTATION = 273, 279, 324, 325, 274
_SUB_DIRECTORIES, _DNG_VERSION = 330, 50706
_EXIF_DIRECTORY, _TAKEN = 34665, 36867  # EXIF 2.32: where the camera's own directory is; DateTimeOriginal in it
_JPEG_AT, _JPEG_BYTES = 513, 514  # old-style JPEG data in one piece
_SHORT = frozenset(
    {
        _SUBFILE,
        _WIDTH,
        _HEIGHT,
        _COMPRESSION,
        _PHOTOMETRIC,
        _ORIENTATION,
        _SUB_DIRECTORIES,
        _DNG_VERSION,
        _JPEG_AT,
        _JPEG_BYTES,
    }
)  # lists of one or a few values
_LONG = frozenset({_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES})  # read of the first page only
_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1, 8: 2, 9: 4, 13: 4, 16: 8, 17: 8, 18: 8}  # TIFF 6.0 p. 15, BigTIFF
_BYTES_OF_TYPE = {**_TYPE_BYTES, 5: 8, 10: 8, 11: 4, 12: 8}  # fractions and floating numbers too
_BELOW = frozenset({_SUB_DIRECTORIES, _EXIF_DIRECTORY, 34853, 40965})  # EXIF 2.32: GPS, interoperability
_RAW_PHOTOMETRIC = frozenset({32803, 34892})  # colour filter array, linear raw (TIFF/EP, DNG)
_RAW_COMPRESSION = frozenset({34713, 32767, 32769, 32770, 34316, 34892, 52546, 65000, 65535})  # makers' own
_UNCOMPRESSED = 1
_REDUCED, _MASK = 1, 4  # bits of NewSubfileType: a smaller copy, a transparency mask
_MAX_DIRECTORIES = 64  # a raw file has up to 8; stops a chain that bites its own tail
_MAX_LONG, _MAX_SHORT = 200_000, 64  # values; strips of one row each, at the highest picture allowed, fit well within
_MAX_ENTRIES = 4096  # entries of a directory; real ones have up to 80

Tags: TypeAlias = dict[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Reader:
    """The bytes of a TIFF file and how its numbers are written."""

    data: bytes
    order: ByteOrder
    is_big: bool  # BigTIFF: offsets of 8 bytes

    @property
    def _widths(self) -> tuple[int, int, int]:
        """Bytes of a directory's count, of one of its entries, and of an offset."""
        return (8, 20, 8) if self.is_big else (2, 12, 4)

    def number(self, at: int, length: int) -> int:
        """Return the number in `length` bytes at `at`; CutShortError outside the file."""
        return number(self.data, at, length, self.order)

    def directory(self, at: int, wanted: frozenset[int] = _SHORT) -> tuple[Tags, int]:
        """Return (the wanted tags of the directory at `at`, offset of the next one or 0)."""
        count_bytes, entry_bytes, offset_bytes = self._widths
        entries = self.number(at, count_bytes)
        if entries > _MAX_ENTRIES:
            raise CutShortError(f"{entries} entries")
        first = at + count_bytes
        tags: Tags = {}
        for entry in range(first, first + entries * entry_bytes, entry_bytes):
            tag = self.number(entry, 2)
            if tag in wanted and tag not in tags:
                tags[tag] = self._values(entry, offset_bytes, _MAX_LONG if tag in _LONG else _MAX_SHORT)
        try:
            return tags, self.number(first + entries * entry_bytes, offset_bytes)
        except CutShortError:
            return tags, 0  # some writers leave the link out at the end of the file

    def ends(self, at: int) -> Iterator[int | None]:
        """Give the offset behind the directory at `at`, and behind the values of each entry; None: not known.

        Raises:
            CutShortError: outside the file.
        """
        count_bytes, entry_bytes, offset_bytes = self._widths
        entries, first = self.number(at, count_bytes), at + count_bytes
        yield first + entries * entry_bytes + offset_bytes
        for entry in range(first, first + min(entries, _MAX_ENTRIES) * entry_bytes, entry_bytes):
            size = _BYTES_OF_TYPE.get(self.number(entry + 2, 2))
            length = None if size is None else size * self.number(entry + 4, offset_bytes)
            if length is None or length > offset_bytes:
                yield None if length is None else self.number(entry + 4 + offset_bytes, offset_bytes) + length

    def _values(self, entry: int, offset_bytes: int, most: int) -> tuple[int, ...]:
        """Return the values of one entry; empty where they lie outside the file or are no whole numbers."""
        size = _TYPE_BYTES.get(self.number(entry + 2, 2), 0)
        count = self.number(entry + 4, offset_bytes)
        if not size or count > most:
            return ()
        at = entry + 4 + offset_bytes
        if size * count > offset_bytes:
            at = self.number(at, offset_bytes)
        if at + size * count > len(self.data):
            return ()
        return tuple(self.number(at + index * size, size) for index in range(count))


def _open(data: bytes) -> tuple[_Reader, int]:
    """Return (reader, offset of the first directory)."""
    if data[:2] not in (b"II", b"MM"):
        raise CutShortError("no byte order")
    order: ByteOrder = "little" if data[:2] == b"II" else "big"
    is_big = number(data, 2, 2, order) == 43
    reader = _Reader(data, order, is_big)
    return reader, reader.number(8, 8) if is_big else reader.number(4, 4)


def read_orientation(exif: bytes) -> int:
    """Return the EXIF orientation 1..8 in an EXIF block; 1 (upright) where it says none, or nonsense."""
    try:
        reader, first = _open(exif)
        tags, _ = reader.directory(first)
        value = tags.get(_ORIENTATION, (1,))[0]
    except (CutShortError, IndexError):
        return 1
    return value if 1 <= value <= 8 else 1


def read_taken(exif: bytes) -> str | None:
    """Return the day on which a photo was taken by its camera's clock, "2026-11-03"; None where none is written."""
    try:
        reader, first = _open(exif)
        below = reader.directory(first, frozenset({_EXIF_DIRECTORY}))[0].get(_EXIF_DIRECTORY, ())
        letters = reader.directory(below[0], frozenset({_TAKEN}))[0].get(_TAKEN, ()) if below else ()
        return datetime.strptime(bytes(letters[:10]).decode("ascii"), "%Y:%m:%d").date().isoformat()  # noqa: DTZ007
    except (CutShortError, ValueError):  # a camera whose clock was never set writes zeros or spaces
        return None


def read_layout(data: bytes) -> Layout:
    """Return the skeleton of a TIFF file.

    Raises:
        CutShortError: No directory that states a size.
        PictureRefused: A camera raw file.
    """
    reader, first = _open(data)
    chain = _read_chain(reader, first)
    every = [*chain, *_read_below(reader, chain)]
    _refuse_raw(data, chain, every)
    head = chain[0] if chain else {}
    pages = [tags for tags in every if _is_page(tags, head)]
    size = (_first(head, _WIDTH), _first(head, _HEIGHT))
    if min(size) < 1:
        raise CutShortError("no size")
    end = _end(reader, first)
    return Layout(size, data, max(1, len(pages)), _damage(data, head), taken_on=read_taken(data), end=end)


def _end(reader: _Reader, first: int) -> int | None:
    """Return the offset behind all that the directories name; None where an entry is of a type that nobody knows."""
    end, waiting, seen = 0, [first], set[int]()
    while waiting and len(seen) < _MAX_DIRECTORIES:
        at = waiting.pop()
        if not at or at in seen:
            continue
        seen.add(at)
        try:
            tags, after = reader.directory(at, _BELOW | _LONG | {_JPEG_AT, _JPEG_BYTES})
            ends = [*reader.ends(at)]
        except CutShortError:
            return None
        if None in ends:
            return None
        pieces = ((_STRIPS, _STRIP_BYTES), (_TILES, _TILE_BYTES), (_JPEG_AT, _JPEG_BYTES))
        for starts, lengths in pieces:
            ends += [start + length for start, length in zip(tags.get(starts, ()), tags.get(lengths, ()), strict=False)]
        end = max([end, *(each for each in ends if each is not None)])
        waiting += [after, *(below for tag in _BELOW for below in tags.get(tag, ()))]
    return end


def _is_page(tags: Tags, head: Tags) -> bool:
    """Say whether a directory is a page of its own rank: no mask, no smaller copy.

    Not every writer marks its thumbnail as one, so less than half the first page's width counts as a thumbnail too.
    """
    return not _first(tags, _SUBFILE) & (_REDUCED | _MASK) and 2 * _first(tags, _WIDTH) >= max(1, _first(head, _WIDTH))


def _read_chain(reader: _Reader, first: int) -> list[Tags]:
    """Return the directories of the main chain; a broken link ends it."""
    chain: list[Tags] = []
    seen: set[int] = set()
    at = first
    while at and at not in seen and len(chain) < _MAX_DIRECTORIES:
        seen.add(at)
        try:
            tags, at = reader.directory(at, _SHORT if chain else _SHORT | _LONG)
        except CutShortError:
            break
        chain.append(tags)
    return chain


def _read_below(reader: _Reader, chain: list[Tags]) -> Iterator[Tags]:
    """Yield the directories below those of the main chain: previews, raw data, or pictures of their own."""
    for at in [at for tags in chain for at in tags.get(_SUB_DIRECTORIES, ())][:_MAX_DIRECTORIES]:
        with contextlib.suppress(CutShortError):
            yield reader.directory(at)[0]


def _refuse_raw(data: bytes, chain: list[Tags], every: list[Tags]) -> None:
    """Raise PictureRefused if any directory holds a camera's raw data or the first is but a preview of it."""
    has_preview_first = bool(chain) and bool(_first(chain[0], _SUBFILE) & _REDUCED) and len(every) > 1
    if (
        data[8:10] == b"CR"
        or has_preview_first
        or any(
            _DNG_VERSION in tags
            or _first(tags, _PHOTOMETRIC) in _RAW_PHOTOMETRIC
            or _first(tags, _COMPRESSION) in _RAW_COMPRESSION
            for tags in every
        )
    ):
        raise PictureRefused(
            "It is a camera raw file (a TIFF variant such as CR2, NEF, ARW or DNG). "
            "Export it as JPEG, or take the JPEG that the camera wrote beside it."
        )


def _first(tags: Tags, tag: int) -> int:
    """Return the first value of a tag, 0 where there is none."""
    values = tags.get(tag, ())
    return values[0] if values else 0


def _damage(data: bytes, tags: Tags) -> str | None:
    """Say what of the first page's pixel data is missing."""
    offsets = tags.get(_STRIPS) or tags.get(_TILES) or tags.get(_JPEG_AT) or ()
    lengths = tags.get(_STRIP_BYTES) or tags.get(_TILE_BYTES) or tags.get(_JPEG_BYTES) or ()
    if not offsets:
        return "it does not say where its picture lies"
    pieces = list(zip(offsets, lengths, strict=False))
    if any(offset >= len(data) for offset in offsets):
        return "the picture breaks off before its end"
    if any(offset + length > len(data) for offset, length in pieces):
        return "the picture breaks off before its end"
    if _first(tags, _COMPRESSION) in {0, _UNCOMPRESSED} and is_quarter_zeros(data, pieces):
        return "a large part of it is zeros"
    return None
