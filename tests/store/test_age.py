"""An age file is opened with the key of that one file, and only as a whole."""

from __future__ import annotations

import pyrage  # type: ignore[import-untyped,import-not-found,unused-ignore]
import pytest

from redact.store.age import CHUNK_BYTES, HEADER, NotOpened, open_sealed
from tests.rigs.reviewing import file_key_in

IDENTITY = pyrage.x25519.Identity.generate()
OTHER = pyrage.x25519.Identity.generate()


def sealed(content: bytes) -> tuple[bytes, bytes]:
    """Return a file as age writes it, and its key."""
    file = pyrage.encrypt(content, [OTHER.to_public(), IDENTITY.to_public()])
    header = HEADER.match(file)
    assert header is not None
    return file, file_key_in(header.group(), str(IDENTITY))


@pytest.mark.parametrize("length", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_what_age_sealed_is_opened(length: int) -> None:
    content = bytes(range(256)) * (length // 256 + 1)
    file, key = sealed(content[:length])
    assert open_sealed(file, key) == content[:length]


def change(file: bytes, place: int) -> bytes:
    changed = bytearray(file)
    changed[place] ^= 1
    return bytes(changed)


def test_anything_changed_cut_or_added_is_not_opened() -> None:
    file, key = sealed(b"x" * (CHUNK_BYTES + 40))
    header = HEADER.match(file)
    assert header is not None
    body = header.end() + 16
    changed = [change(file, place) for place in (30, header.end() + 3, body, -1)]
    cut = [file[:-1], file[: body + CHUNK_BYTES + 16], file[: header.end()], b"", file[1:]]
    added = [file + b"x", file + file[body:], file[:body] + file[-56:] + file[body:-56]]
    for each in (*changed, *cut, *added):
        with pytest.raises(NotOpened):
            open_sealed(each, key)
    for wrong in (bytes(16), key[:-1], key + b"\0", b""):
        with pytest.raises(NotOpened):
            open_sealed(file, wrong)
