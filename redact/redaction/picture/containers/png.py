"""The chunks of a PNG file (ISO/IEC 15948).  The decoder gets those that pixels depend on, and no others."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from redact.redaction.picture.containers.layout import CutShortError, Layout, number
from redact.redaction.picture.containers.tiff import read_orientation, read_taken

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNATURE_BYTES = 8
_PIXEL_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_MAX_PROFILE_BYTES = (
    4_000_000  # as in redact/redaction/picture/colour.py; Pillow gives the whole photo up at 1 MB (MAX_TEXT_CHUNK)
)
_MAX_CHUNKS = 100_000  # 8 KB data chunks of a 200 MB file make 25,000


def read_layout(data: bytes) -> Layout:
    """Return the skeleton of a PNG file.

    Raises:
        CutShortError: No header chunk, or no picture data.
    """
    if data[12:16] != b"IHDR":
        raise CutShortError("no IHDR")
    kept: dict[int, bytes] = {}  # by offset
    frames, orientation, damage, profile, taken_on = 1, 1, None, None, None
    name, has_pixels, end = b"", False, None
    for name, at, end in _chunks(data):
        is_intact = zlib.crc32(data[at + 4 : end - 4]) == number(data, end - 4, 4)
        if name in _PIXEL_CHUNKS:
            kept[at] = data[at:end]
            has_pixels |= name == b"IDAT"
            damage = damage if is_intact else "the checksum of its picture part is wrong"
        if name == b"acTL":
            frames = number(data, at + 8, 4)
        elif name == b"eXIf":
            orientation, taken_on = read_orientation(data[at + 8 : end - 4]), read_taken(data[at + 8 : end - 4])
        elif name == b"iCCP":
            profile = _unpack_profile(data[at + 8 : end - 4])
    if not has_pixels:
        raise CutShortError("no picture data")
    if name != b"IEND":
        damage = "the picture breaks off before its end"
    size = (number(data, 16, 4), number(data, 20, 4))
    pixels_only = data[:_SIGNATURE_BYTES] + b"".join(kept.values())
    return Layout(size, pixels_only, max(1, frames), damage, profile, orientation, end=end, taken_on=taken_on)


def _unpack_profile(body: bytes) -> bytes | None:
    """Return the colour profile of an iCCP chunk; a broken one is no reason to lose the photo."""
    _, _, packed = body.partition(b"\0")
    try:
        return zlib.decompressobj().decompress(packed[1:], _MAX_PROFILE_BYTES) or None
    except zlib.error:
        return None


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
