"""Pictures as the desk sends them: copies from trust storage, proved before they are sent, and small ones of them.

Threat: a file that somebody put in the place of a copy is shown as one; a small picture stays on a disk after the copy
was taken down.
Rule: each copy is hashed when it is read and sent only if it is the one of the database.  Small pictures are made in
memory and kept there, by the hash of the copy, some hundred of them.
Accepted residue: a small picture of a copy that was taken down lies in this process's memory until others push it out;
it is sent to nobody, because its photo no longer has that copy.
"""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from PIL import Image

from redact.store.trust.copies import read_copy
from redact.store.trust.storage import TrustStorage

SMALL_PX: Final = 480  # long side: 240 on the page, and screens with two pixels for one
_KEPT: Final = 400  # small pictures of about 25 kB: 10 MB
_QUALITY: Final = 80


class Thumbnails:
    """Small pictures of copies, the last ones in memory."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._shrinking = ThreadPoolExecutor(1, "small-pictures")  # each thread that decodes keeps 25 MB for good

    def make(self, trust: TrustStorage, name: str, sha256: str) -> bytes:
        """Return a small JPEG of a copy.

        Raises:
            TrustFault: the copy cannot be read.
            CopyDiffers: other bytes lie there.
        """
        with self._lock:
            if sha256 in self._kept:
                self._kept.move_to_end(sha256)
                return self._kept[sha256]
        small = self._shrinking.submit(_shrink, read_copy(trust, name, sha256)).result()
        with self._lock:
            self._kept[sha256] = small
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return small


def _shrink(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("RGB", (SMALL_PX, SMALL_PX))  # a JPEG is decoded at a fraction of its size, and no smaller
        small = picture.convert("RGB")
    small.thumbnail((SMALL_PX, SMALL_PX))
    written = io.BytesIO()
    small.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()
