"""What the readers of the containers share: the value they return, and reading a number without falling off the end.

Threat: a file whose lengths and offsets lie, to make a reader loop, jump outside, or take a wreck for a whole photo.
Rule: every read is checked against the end of the bytes; every loop moves forward or counts down; nothing is
believed that the bytes do not bear out.
Residue: damage that leaves a well-formed file behind is not seen (a few changed bits inside a JPEG's picture).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

ByteOrder = Literal["big", "little"]
ZEROED = "a part of the picture is overwritten with zeros"  # a damage


class CutShortError(Exception):
    """The bytes end before the structure does; never leaves the package."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The skeleton of a picture file."""

    size: tuple[int, int]  # largest (width, height) that the file makes a decoder allocate, px, before it is turned
    pixels_only: bytes  # what the decoder gets: the first picture, without what no pixel depends on
    pictures: int = 1  # frames of an animation, pages of a document
    damage: str | None = None  # what is wrong, as the middle of a sentence; None: whole as far as can be seen
    profile: bytes | None = None  # colour profile, where it was read here; None: ask the decoder
    orientation: int | None = None  # EXIF 1..8; None: ask the decoder
    end: int | None = None  # offset in the file behind its picture; None: not known
    taken_on: str | None = None  # day by the camera's clock, "2026-11-03"; None: not written, or not looked for


def number(data: bytes, at: int, length: int, order: ByteOrder = "big") -> int:
    """Return the unsigned number in the `length` bytes at offset `at`.

    Raises:
        CutShortError: Some of these bytes lie outside the file.
    """
    if at < 0 or at + length > len(data):
        raise CutShortError(f"{length} bytes at {at} of {len(data)}")
    return int.from_bytes(data[at : at + length], order)


ZERO_RUN_BYTES = 512  # one disk sector, the smallest hole a failed copy leaves; coded photos hold no such run of zeros


ZERO_TAIL_BYTES = 64  # WebP, HEIC and AVIF code arithmetically: zeros mean ever less likely things, a run has no use


def ends_in_zeros(data: bytes, start: int, end: int) -> bool:
    """Say whether the arithmetically coded picture data between two offsets ends in zeros, as after a broken copy."""
    return data.count(0, max(start, end - ZERO_TAIL_BYTES), end) == ZERO_TAIL_BYTES


def is_quarter_zeros(data: bytes, pieces: Sequence[tuple[int, int]]) -> bool:
    """Say whether the last quarter of uncompressed picture data is zeros: a copy that broke off, or a very black photo.

    Args:
        data: The whole file.
        pieces: (offset, length) of each piece of the picture in it, in order.
    """
    left = sum(length for _, length in pieces) // 4
    if left < ZERO_RUN_BYTES:
        return False
    for offset, length in reversed(pieces):
        looked = min(left, length)
        if data.count(0, offset + length - looked, offset + length) < looked:
            return False
        left -= looked
    return True
