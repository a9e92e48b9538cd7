"""The header of a BMP file."""

from __future__ import annotations

from redact.redaction.picture.containers.layout import CutShortError, Layout, is_quarter_zeros, number

_CORE_HEADER_BYTES = 12  # the OS/2 header, with 16-bit sizes
_COMPRESSED = frozenset({1, 2})  # run-length encoded, 8 and 4 bits


def read_layout(data: bytes) -> Layout:
    """Return the skeleton of a BMP file.

    Raises:
        CutShortError: The file ends within its header, or states an impossible size.
    """
    start, header_bytes = number(data, 10, 4, "little"), number(data, 14, 4, "little")
    if header_bytes == _CORE_HEADER_BYTES:
        width, height = number(data, 18, 2, "little"), number(data, 20, 2, "little")
        depth, compression = number(data, 24, 2, "little"), 0
    else:
        width, height = _signed(number(data, 18, 4, "little")), abs(_signed(number(data, 22, 4, "little")))
        depth, compression = number(data, 28, 2, "little"), number(data, 30, 4, "little")
    if width < 1 or height < 1 or depth not in {1, 2, 4, 8, 16, 24, 32}:
        raise CutShortError("impossible size or depth")
    damage, end = None, None
    if compression in _COMPRESSED:
        if b"\0\1" not in data[-4:]:  # the mark that ends a run-length encoded picture
            damage = "the picture breaks off before its end"
    else:
        stored_bytes = (width * depth + 31) // 32 * 4 * height
        end = start + stored_bytes
        if start + stored_bytes > len(data):
            damage = "the picture breaks off before its end"
        elif is_quarter_zeros(data, [(start, stored_bytes)]):
            damage = "a large part of it is zeros"
    return Layout((width, height), data, damage=damage, orientation=1, end=end)


def _signed(value: int) -> int:
    """Return a 32-bit number as signed: a negative height means that the rows run downwards."""
    return value - (1 << 32) if value >> 31 else value
