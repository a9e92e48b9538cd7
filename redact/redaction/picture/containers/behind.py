"""Does another picture stand behind the end of a file's own: two files joined in one?

Threat: the first picture is redacted, the file is deleted, and the second is forgotten.
Rule: behind the end of a picture, whatever begins as a picture of a kind that is opened is one, and a JPEG where it
reads as one and is not much smaller than the first.  What stands behind a JPEG as a JPEG is judged in jpeg.py, which
knows the parts of a photo; a film behind a photo is no picture.
A BMP or TIFF begins with a few bytes that other data hold by chance, so it counts where it reads as a picture that is
not much smaller, and not where it is the EXIF block of another.
Residue: behind a TIFF with entries of a kind that nobody knows nothing is looked for (tiff.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from redact.errors import PictureRefused
from redact.redaction.picture.containers import bmp, tiff
from redact.redaction.picture.containers.layout import CutShortError
from redact.redaction.picture.containers.segments import MOST_TRIES, PICTURE_START, walk_picture

#: PNG, GIF, WebP, HEIC and AVIF, each by eight bytes or more, or six that no coded data holds by chance.
_BEGINS: Final = re.compile(
    rb"\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF.{4}WEBPVP8|ftyp(?:heic|heix|heim|heis|mif1|avif|avis)", re.DOTALL
)


#: The header of a BMP: its size, four zeros, where its pixels begin, and the length of the header that follows.
_BMP_BEGINS: Final = re.compile(rb"BM.{4}\0{4}.{3}\0[\x0c\x28\x34\x38\x40\x6c\x7c]\0{3}", re.DOTALL)
_TIFF_BEGINS: Final = re.compile(rb"(?<!Exif\0\0)(?:II[*+]\0|MM\0[*+])")
_BMP_HEADER_BYTES: Final = 64
_ANY: Final = 1 << 31  # a side of what cannot be measured


def is_another_behind(data: bytes, end: int, size: tuple[int, int], *, is_jpeg: bool) -> bool:
    """Say whether another picture begins in `data` from the offset `end` on.

    Args:
        data: a whole file.
        end: offset behind its picture.
        size: of that picture, px.
        is_jpeg: it is a JPEG itself: what stands behind it as a JPEG was judged already.
    """
    return (
        _BEGINS.search(data, end) is not None
        or (not is_jpeg and _is_jpeg_behind(data, end, size))
        or any(_is_like(_size_of_bmp(data, at), size) for at in _starts(_BMP_BEGINS, data, end))
        or any(_is_like(_size_of_tiff(data, at), size) for at in _starts(_TIFF_BEGINS, data, end))
    )


def _starts(begins: re.Pattern[bytes], data: bytes, end: int) -> Iterator[int]:
    return (found.start() for found in islice(begins.finditer(data, end), MOST_TRIES))


def _size_of_bmp(data: bytes, at: int) -> tuple[int, int]:
    """Return what the header says; nothing where the file has not half of the bytes that its pixels take."""
    try:
        found = bmp.read_layout(data[at : at + _BMP_HEADER_BYTES])
    except CutShortError:
        return (0, 0)
    return found.size if 2 * (len(data) - at) >= (found.end or 0) else (0, 0)


def _size_of_tiff(data: bytes, at: int) -> tuple[int, int]:
    try:
        found = tiff.read_layout(data[at:])
    except CutShortError:
        return (0, 0)
    except PictureRefused:  # a camera raw file
        return (_ANY, _ANY)
    return (0, 0) if found.damage else found.size


def _is_like(found: tuple[int, int], first: tuple[int, int]) -> bool:
    """Say whether a picture is not much smaller than the first; smaller ones are thumbnails, as of a TIFF's pages."""
    return 2 * max(found) >= max(first)


def _is_jpeg_behind(data: bytes, end: int, size: tuple[int, int]) -> bool:
    at = data.find(PICTURE_START, end)
    for _ in range(MOST_TRIES):
        if at < 0:
            return False
        try:
            found = walk_picture(data, at).size or (0, 0)
        except CutShortError:
            found = (0, 0)
        if _is_like(found, size):
            return True
        at = data.find(PICTURE_START, at + 2)
    return True
