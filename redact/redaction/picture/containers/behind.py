"""Does another picture stand behind the end of a file's own: two files joined in one?

Threat: the first picture is redacted, the file is deleted, and the second is forgotten.
Rule: behind the end of a picture, whatever begins as a picture of a kind that is opened is one, and a JPEG where it
reads as one and is not much smaller than the first.  What stands behind a JPEG as a JPEG is judged in jpeg.py, which
knows the parts of a photo; a film behind a photo is no picture.
Residue: a TIFF does not say where it ends, and what begins as one begins with four bytes that many files hold by
chance: neither is looked for.
"""

from __future__ import annotations

import re
from typing import Final

from redact.redaction.picture.containers.layout import CutShortError
from redact.redaction.picture.containers.segments import MOST_TRIES, PICTURE_START, walk_picture

#: PNG, GIF, WebP, HEIC and AVIF, each by eight bytes or more, or six that no coded data holds by chance.
_BEGINS: Final = re.compile(
    rb"\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF.{4}WEBPVP8|ftyp(?:heic|heix|heim|heis|mif1|avif|avis)", re.DOTALL
)


def is_another_behind(data: bytes, end: int, size: tuple[int, int], *, is_jpeg: bool) -> bool:
    """Say whether another picture begins in `data` from the offset `end` on.

    Args:
        data: a whole file.
        end: offset behind its picture.
        size: of that picture, px.
        is_jpeg: it is a JPEG itself: what stands behind it as a JPEG was judged already.
    """
    return _BEGINS.search(data, end) is not None or (not is_jpeg and _is_jpeg_behind(data, end, size))


def _is_jpeg_behind(data: bytes, end: int, size: tuple[int, int]) -> bool:
    at = data.find(PICTURE_START, end)
    for _ in range(MOST_TRIES):
        if at < 0:
            return False
        try:
            found = walk_picture(data, at).size or (0, 0)
        except CutShortError:
            found = (0, 0)
        if 2 * max(found) >= max(size):  # smaller ones are thumbnails, as of the pages of a TIFF
            return True
        at = data.find(PICTURE_START, at + 2)
    return True
