"""The chunks of a WebP file (RFC 9649)."""

from __future__ import annotations

from redact.containers.layout import CutShortError, Layout, ends_in_zeros, number
from redact.containers.tiff import read_orientation

_MAX_CHUNKS = 100_000  # a long animation has a few thousand


def read_layout(data: bytes) -> Layout:
    """Return the skeleton of a WebP file.

    Raises:
        CutShortError: The file ends before it says how large the picture is.
    """
    end = min(8 + number(data, 4, 4, "little"), len(data))
    damage = None if end == 8 + number(data, 4, 4, "little") else "the picture breaks off before its end"
    sizes: list[tuple[int, int]] = []
    frames, orientation, has_pixels, is_animated, at = 0, 1, False, False, 12
    for _ in range(_MAX_CHUNKS):
        if at + 8 > end:
            break
        name, length = data[at : at + 4], number(data, at + 4, 4, "little")
        body = data[at + 8 : min(at + 8 + length, end)]
        if len(body) < length:
            damage = "the picture breaks off before its end"
        if name in {b"VP8 ", b"VP8L", b"VP8X"}:
            sizes.append(_size(name, body))
        if name in {b"VP8 ", b"VP8L"}:
            has_pixels = True
            damage = "a part of the picture is overwritten with zeros" if ends_in_zeros(body) else damage
        elif name == b"VP8X":
            is_animated = bool(number(body, 0, 1) & 0x02)
        elif name == b"ANMF":
            frames += 1
        elif name == b"EXIF":
            orientation = read_orientation(body.removeprefix(b"Exif\0\0"))
        at += 8 + length + (length & 1)
    if not sizes or not (has_pixels or frames):
        raise CutShortError("no picture")
    width, height = max(size[0] for size in sizes), max(size[1] for size in sizes)
    return Layout((width, height), data[:end], max(frames, 1 + is_animated), damage, orientation)


def _size(name: bytes, body: bytes) -> tuple[int, int]:
    """Return (width, height) that a picture chunk or the extended header states."""
    if name == b"VP8X":
        return 1 + number(body, 4, 3, "little"), 1 + number(body, 7, 3, "little")
    if name == b"VP8L":
        bits = number(body, 1, 4, "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return number(body, 6, 2, "little") & 0x3FFF, number(body, 8, 2, "little") & 0x3FFF
