"""The key of one file out of its header: the same that the browser's script finds, and none with another key."""

from __future__ import annotations

import re

import pyrage  # type: ignore[import-untyped,unused-ignore]
import pytest
from pyrage import x25519  # type: ignore[import-untyped,unused-ignore]

from redact.desk.file_key import WrongKey, file_key_of
from redact.store.age import HEADER, open_sealed


def sealed_for(*identities: x25519.Identity) -> bytes:
    return bytes(pyrage.encrypt(b"a child's photo", [each.to_public() for each in identities]))


def header_of(sealed: bytes) -> bytes:
    found = re.match(HEADER, sealed)
    assert found is not None
    return found.group()


def test_either_recipients_key_file_opens_that_file() -> None:
    reviewer, recovery = x25519.Identity.generate(), x25519.Identity.generate()
    sealed = sealed_for(reviewer, recovery)
    for identity in (reviewer, recovery):
        for text in (f"# made today\n{identity}\n", f"# made on Windows\r\n{identity}\r\n"):
            assert open_sealed(sealed, file_key_of(header_of(sealed), text.encode())) == b"a child's photo"


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"AGE-SECRET-KEY-1SHORT", b"age1notasecret"])
def test_what_is_no_key_file_opens_nothing(text: bytes) -> None:
    with pytest.raises(WrongKey):
        file_key_of(header_of(sealed_for(x25519.Identity.generate())), text)


def test_a_strangers_key_opens_nothing() -> None:
    with pytest.raises(WrongKey):
        file_key_of(header_of(sealed_for(x25519.Identity.generate())), str(x25519.Identity.generate()).encode())
