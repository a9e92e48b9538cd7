"""The blocks of a GIF file (GIF89a specification)."""

from __future__ import annotations

from redact.redaction.picture.containers.layout import CutShortError, Layout, number

_MAX_BLOCKS = 100_000  # a long animation has a few hundred
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B


def read_layout(data: bytes) -> Layout:
    """Return the skeleton of a GIF file.

    Raises:
        CutShortError: The file ends before its first picture.
    """
    width, height = number(data, 6, 2, "little"), number(data, 8, 2, "little")
    at = 13 + _table_bytes(number(data, 10, 1))
    pictures, damage, end = 0, "the picture breaks off before its end", len(data)
    try:
        for _ in range(_MAX_BLOCKS):
            kind = number(data, at, 1)
            if kind == _TRAILER:
                damage, end = "", at + 1
                break
            if kind == _EXTENSION:
                at = _skip_blocks(data, at + 2)
            elif kind == _IMAGE:
                right = number(data, at + 1, 2, "little") + number(data, at + 5, 2, "little")
                bottom = number(data, at + 3, 2, "little") + number(data, at + 7, 2, "little")
                width, height, pictures = max(width, right), max(height, bottom), pictures + 1
                at = _skip_blocks(data, at + 11 + _table_bytes(number(data, at + 9, 1)))
            else:
                damage = "it holds a block that no GIF picture has"
                break
    except CutShortError:
        pass
    if not pictures:
        raise CutShortError("no picture")
    return Layout((width, height), data[:end], pictures, damage or None, orientation=1, end=end)


def _table_bytes(flags: int) -> int:
    """Return the size of the colour table that the flags announce, in bytes."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip_blocks(data: bytes, at: int) -> int:
    """Return the offset behind a chain of sub-blocks."""
    while length := number(data, at, 1):
        at += 1 + length
    return at + 1
