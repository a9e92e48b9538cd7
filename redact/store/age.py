"""Open an age file with the key of that one file (age v1 specification, C2SP), in memory.

Threat: a file that was changed is taken for the one that was sealed; a key is tried on what its header does not vouch
for.
Rule: the header's MAC must be of this key; every chunk must be whole, in its order, and the last one marked as such.
Accepted residue: the caller proves the content by its hash; who has the key of the file has the file.
"""

from __future__ import annotations

import base64
import re
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FILE_KEY_BYTES: Final = 16  # age v1 specification, "File key"
CHUNK_BYTES, TAG_BYTES, NONCE_BYTES = 64 * 1024, 16, 16  # likewise, "Payload"
HEADER = re.compile(  # likewise, "Header": version, stanzas with base64 bodies, MAC of 32 bytes
    rb"age-encryption\.org/v1\n(?P<stanzas>(?:-> [!-~]+(?: [!-~]+)*\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)+)"
    rb"--- (?P<mac>[A-Za-z0-9+/]{43})\n"
)


class NotOpened(Exception):
    """The key is not that of the file, or the file is damaged."""


def open_sealed(sealed: bytes, file_key: bytes) -> bytes:
    """Return what was sealed.

    Raises:
        NotOpened: the key is not that of the file, or the file is not whole.
    """
    header = HEADER.match(sealed)
    if header is None or len(file_key) != FILE_KEY_BYTES:
        raise NotOpened
    _check_mac(header, file_key)
    nonce, body = sealed[header.end() :][:NONCE_BYTES], sealed[header.end() + NONCE_BYTES :]
    cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    chunks = [body[at : at + CHUNK_BYTES + TAG_BYTES] for at in range(0, len(body), CHUNK_BYTES + TAG_BYTES)]
    if len(nonce) != NONCE_BYTES or not chunks:
        raise NotOpened
    try:
        opened = [
            cipher.decrypt(number.to_bytes(11, "big") + bytes([number == len(chunks) - 1]), chunk, None)
            for number, chunk in enumerate(chunks)
        ]
    except (InvalidTag, ValueError) as error:
        raise NotOpened from error
    if len(chunks) > 1 and not opened[-1]:  # an empty last chunk is one only of an empty file
        raise NotOpened
    return b"".join(opened)


def _check_mac(header: re.Match[bytes], file_key: bytes) -> None:
    mac = HMAC(_derived(file_key, b"", b"header"), SHA256())
    mac.update(header.string[: header.start("mac") - 1])
    try:
        mac.verify(base64.b64decode(header["mac"] + b"="))
    except InvalidSignature as error:
        raise NotOpened from error


def _derived(file_key: bytes, salt: bytes, what: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, what).derive(file_key)
