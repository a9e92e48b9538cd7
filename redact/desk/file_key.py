"""The key of one sealed file, out of its header, with a key file that came with a form: only where scripts are off.

Threat: a key file that opens every original stays with the server.
Rule: it is text of one request, used here and forgotten; what goes on is the key of the one file.  A page with scripts
does the same in the browser, and the key file never comes here (static/original.js).
Accepted residue: a form without scripts sends the key file; Python frees the memory when it likes.
"""

from __future__ import annotations

import base64
import re
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from redact.errors import UsageError

_INFO: Final = b"age-encryption.org/v1/X25519"  # age v1 specification, "The X25519 recipient type"
_STANZA: Final = re.compile(rb"^-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})$", re.MULTILINE)
_IDENTITY: Final = re.compile(r"^AGE-SECRET-KEY-1([02-9AC-HJ-NP-Z]{58})$", re.MULTILINE)
_LETTERS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"  # of Bech32, each five bits: BIP 173
_CHECK_LETTERS: Final = 6  # at the end; a slip of a hand-typed key would not open the stanza either


class WrongKey(UsageError):
    """A file opens nothing here."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "That key file does not open this original. Choose reviewer.key, or recovery.key. Nothing was opened."
        )


def file_key_of(header: bytes, identity_text: bytes) -> bytes:
    """Return the 16 bytes with which one sealed file is opened.

    Args:
        header: of the file, as sealed.
        identity_text: of an age key file.

    Raises:
        WrongKey: it is no key file, or opens another file.
    """
    for letters in _IDENTITY.findall(identity_text.decode("utf-8", "replace").replace("\r\n", "\n")):
        private = X25519PrivateKey.from_private_bytes(_bytes_of(letters.lower()[:-_CHECK_LETTERS]))
        for share, body in _STANZA.findall(header):
            found = _unwrap(private, base64.b64decode(share + b"="), base64.b64decode(body + b"="))
            if found is not None:
                return found
    raise WrongKey


def _unwrap(private: X25519PrivateKey, share: bytes, body: bytes) -> bytes | None:
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(share))
        salt = share + private.public_key().public_bytes_raw()
        return ChaCha20Poly1305(HKDF(SHA256(), 32, salt, _INFO).derive(shared)).decrypt(bytes(12), body, None)
    except (InvalidTag, ValueError):  # of another recipient; a share that agrees on nothing
        return None


def _bytes_of(letters: str) -> bytes:
    number = 0
    for letter in letters:
        number = number << 5 | _LETTERS.index(letter)
    return (number >> (len(letters) * 5 % 8)).to_bytes(len(letters) * 5 // 8, "big")
