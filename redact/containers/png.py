"""The chunks of a PNG file (ISO/IEC 15948).  The decoder gets those that pixels depend on, and no others."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from redact.containers.layout import CutShortError, Layout, number
from redact.containers.tiff import read_orientation

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNATURE_BYTES = 8
_PIXEL_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_PROFILE = b"iCCP"  # kept when intact; a broken colour profile is no reason to lose the photo
_MAX_CHUNKS = 100_000  # 8 KB data chunks of a 200 MB file make 25,000


def read_layout(data: bytes) -> Layout:
    """Return the skeleton of a PNG file.

    Raises:
        CutShortError: No header chunk, or no picture data.
    """
    if data[12:16] != b"IHDR":
        raise CutShortError("no IHDR")
    kept: dict[int, bytes] = {}  # by offset
    frames, orientation, damage, name = 1, 1, None, b""
    has_pixels = False
    for name, at, end in _chunks(data):
        is_intact = zlib.crc32(data[at + 4 : end - 4]) == number(data, end - 4, 4)
        if name in _PIXEL_CHUNKS or (name == _PROFILE and is_intact):
            kept[at] = data[at:end]
        if name in _PIXEL_CHUNKS and not is_intact:
            damage = "the checksum of its picture part is wrong"
        has_pixels |= name == b"IDAT"
        if name == b"acTL":
            frames = number(data, at + 8, 4)
        elif name == b"eXIf":
            orientation = read_orientation(data[at + 8 : end - 4])
    if not has_pixels:
        raise CutShortError("no picture data")
    if name != b"IEND":
        damage = "the picture breaks off before its end"
    size = (number(data, 16, 4), number(data, 20, 4))
    return Layout(size, data[:_SIGNATURE_BYTES] + b"".join(kept.values()), max(1, frames), damage, orientation)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield (name, offset, offset behind) of every whole chunk, up to and with the end chunk."""
    at = _SIGNATURE_BYTES
    for _ in range(_MAX_CHUNKS):
        if at + 12 > len(data):
            return
        name, end = data[at + 4 : at + 8], at + 12 + number(data, at, 4)
        if end > len(data):
            return
        yield name, at, end
        if name == b"IEND":
            return
        at = end
