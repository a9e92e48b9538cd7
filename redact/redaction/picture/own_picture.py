"""The school's own picture for covers, opened and checked; apart from what is drawn with it, which imports OpenCV."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

from redact.errors import UsageError

MOST_PICTURE_BYTES: Final = 4_000_000
_MOST_PICTURE_PX: Final = 4096  # long side


def check_picture(content: bytes) -> None:
    """Check that the school's own picture can be put on heads.

    Raises:
        UsageError: it is no PNG or JPEG picture, or too large.
    """
    open_picture(content)


def open_picture(content: bytes) -> Image.Image:
    """Return the school's own picture, decoded to colours and opacity (mode RGBA).

    Raises:
        UsageError: it is no PNG or JPEG picture, or too large.
    """
    fault = "The picture for covers must be a PNG or JPEG file of at most 4 MB and 4096 pixels. Choose another file."
    if len(content) > MOST_PICTURE_BYTES:
        raise UsageError(fault)
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            if max(image.size) > _MOST_PICTURE_PX:
                raise UsageError(fault)
            return image.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise UsageError(fault) from error
