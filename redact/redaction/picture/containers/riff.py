"""The chunks of a WebP file (RFC 9649)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redact.redaction.picture.containers.layout import ZEROED, CutShortError, Layout, ends_in_zeros, number
from redact.redaction.picture.containers.tiff import read_orientation, read_taken

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_CHUNKS = 100_000  # a long animation has a few thousand


def read_layout(data: bytes) -> Layout:
    """Return the skeleton of a WebP file.

    Raises:
        CutShortError: The file ends before it says how large the picture is.
    """
    stated = 8 + number(data, 4, 4, "little")
    chunks = list(_chunks(data, min(stated, len(data))))
    sizes = [_size(name, data[start:end]) for name, start, end in chunks if name in {b"VP8 ", b"VP8L", b"VP8X"}]
    coded = [(start, end) for name, start, end in chunks if name in {b"VP8 ", b"VP8L"}]
    frames = sum(name == b"ANMF" for name, _, _ in chunks)
    if not sizes or not (coded or frames):
        raise CutShortError("no picture")
    damage = None
    if any(ends_in_zeros(data, start, end) for start, end in coded):
        damage = ZEROED
    if max(stated, *(end for _, _, end in chunks)) > len(data):
        damage = "the picture breaks off before its end"
    is_animated = any(name == b"VP8X" and number(data, start, 1) & 0x02 for name, start, _ in chunks)
    exif = next((data[start:end] for name, start, end in chunks if name == b"EXIF"), b"")
    size = (max(width for width, _ in sizes), max(height for _, height in sizes))
    exif = exif.removeprefix(b"Exif\0\0")
    return Layout(
        size,
        data[:stated],
        max(frames, 1 + is_animated),
        damage,
        orientation=read_orientation(exif),
        end=stated,
        taken_on=read_taken(exif),
    )


def _chunks(data: bytes, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield (name, offset of the contents, offset behind them as stated) of every chunk that begins before `end`."""
    at = 12
    for _ in range(_MAX_CHUNKS):
        if at + 8 > end:
            return
        length = number(data, at + 4, 4, "little")
        yield data[at : at + 4], at + 8, at + 8 + length
        at += 8 + length + (length & 1)


def _size(name: bytes, body: bytes) -> tuple[int, int]:
    """Return (width, height) that a picture chunk or the extended header states."""
    if name == b"VP8X":
        return 1 + number(body, 4, 3, "little"), 1 + number(body, 7, 3, "little")
    if name == b"VP8L":
        bits = number(body, 1, 4, "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return number(body, 6, 2, "little") & 0x3FFF, number(body, 8, 2, "little") & 0x3FFF
