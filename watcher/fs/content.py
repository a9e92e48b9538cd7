"""A photo is its bytes: the SHA-256 of an open file."""

from __future__ import annotations

import hashlib
import os

CHUNK_BYTES = 1 << 20  # bytes a read; hashlib lets other threads run from 2 KiB on, more than 1 MiB gains nothing


def hash_open_file(handle: int) -> tuple[str, int]:
    """Return the SHA-256 (64 hex digits) and the number of bytes of `handle`, read from its start.

    Raises:
        OSError: it cannot be read.
    """
    os.lseek(handle, 0, os.SEEK_SET)
    digest, size = hashlib.sha256(), 0
    while chunk := os.read(handle, CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size
