"""Checkpoints: C2SP tlog-checkpoint in a C2SP signed note, Ed25519 only.

Threat: a checkpoint that was never signed, or signed for another log, passes for ours; two spellings of one.
Rule: everything that is read is printed again and compared; a signature by a known key that fails refuses the note.
Accepted residue: whoever has the signing key can sign any; only copies elsewhere show it (docs/audit-log.md, 7).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from redact.audit.faults import AuditLogError
from redact.audit.spelling import MAX_NUMBER
from redact.audit.tree import HASH_BYTES

ED25519 = b"\x01"  # signature type, C2SP signed-note "Signature types"
KEY_ID_BYTES = 4  # C2SP signed-note "Format"
PUBLIC_KEY_BYTES = 32  # RFC 8032 section 5.1.5
MAX_SIGNATURES = 16  # C2SP signed-note: readers must accept at least as many
LEAST_LINES = 5  # of a note: the checkpoint's three, an empty one and a signature
MAX_NOTE_BYTES = 64 * 1024  # C2SP signed-note asks for a limit; ours need 300
SIGNATURE_MARK = "\u2014 "  # em dash, space

_ORIGIN = re.compile(r"[!-*,-~]{1,100}").fullmatch  # printable ASCII without space and "+"
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}").fullmatch


class CheckpointRefused(AuditLogError):
    """A checkpoint is malformed, forged or of another log."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed of a log: how many entries, and the root of their tree."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Raise CheckpointRefused on an origin, size or root that has no spelling."""
        if _ORIGIN(self.origin) is None:
            raise CheckpointRefused("a checkpoint's origin is not 1 to 100 ASCII characters without space and +")
        if not 0 <= self.size <= MAX_NUMBER:
            raise CheckpointRefused("a checkpoint's size is out of range")
        if len(self.root) != HASH_BYTES:
            raise CheckpointRefused(f"a checkpoint's root hash has {len(self.root)} bytes, not {HASH_BYTES}")

    @property
    def text(self) -> str:
        """What is signed: three lines, each with its newline."""
        return f"{self.origin}\n{self.size}\n{_to_base64(self.root)}\n"


@dataclass(frozen=True, slots=True)
class LogKey:
    """The public key of a log; `name` is the origin it signs for."""

    name: str
    public: bytes  # 32 bytes, RFC 8032

    def __post_init__(self) -> None:
        """Raise AuditLogError on a name or key that cannot be one."""
        if _ORIGIN(self.name) is None:
            raise AuditLogError("a key's name is not 1 to 100 printable ASCII characters without space and +")
        if len(self.public) != PUBLIC_KEY_BYTES:
            raise AuditLogError(f"an Ed25519 public key has {PUBLIC_KEY_BYTES} bytes, this one {len(self.public)}")

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, 0x01, public key): C2SP signed-note "Ed25519 signatures"."""
        return hashlib.sha256(self.name.encode("ascii") + b"\n" + ED25519 + self.public).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """The verifier key as it is handed to an auditor: name+hex(key id)+base64(0x01, public key)."""
        return f"{self.name}+{self.key_id.hex()}+{_to_base64(ED25519 + self.public)}"


def is_origin(text: str) -> bool:
    """Return whether an audit log may be called `text`."""
    return _ORIGIN(text) is not None


def parse_key(text: str) -> LogKey:
    """Return the key that a verifier key spells.

    Raises:
        AuditLogError: it is malformed, not of Ed25519, or its key id does not fit.
    """
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise AuditLogError("a verifier key is name+id+key, and this text is not")
    encoded = _from_base64(parts[2])
    if encoded is None:
        raise AuditLogError("the last part of a verifier key is not base64")
    if encoded[:1] != ED25519:
        raise AuditLogError("the verifier key is not of type Ed25519 (0x01)")
    key = LogKey(parts[0], encoded[1:])
    if key.text != text:
        raise AuditLogError("the id in the verifier key does not fit name and key; was it copied whole?")
    return key


def public_key(name: str, signer: Ed25519PrivateKey) -> LogKey:
    """Return the public half of a signing key, under the log's name."""
    return LogKey(name, signer.public_key().public_bytes_raw())


def sign(checkpoint: Checkpoint, *signers: Ed25519PrivateKey) -> str:
    """Return the note of a checkpoint, signed by one key, or by the old and the new one when the key changes.

    Raises:
        AuditLogError: there is no key, or more than sixteen.
    """
    if not 1 <= len(signers) <= MAX_SIGNATURES:
        raise AuditLogError(f"a checkpoint is signed by 1 to {MAX_SIGNATURES} keys, not {len(signers)}")
    signed = checkpoint.text.encode("ascii")
    lines = [
        f"{SIGNATURE_MARK}{checkpoint.origin} "
        f"{_to_base64(public_key(checkpoint.origin, signer).key_id + signer.sign(signed))}\n"
        for signer in signers
    ]
    return checkpoint.text + "\n" + "".join(lines)


def open_note(note: str, keys: Sequence[LogKey]) -> Checkpoint:
    """Return the checkpoint in a note after checking its signatures.

    Raises:
        CheckpointRefused: it is malformed, of a log that none of the keys is for, or not signed by one of them.
    """
    checkpoint, signatures = parse_note(note)
    known = [key for key in keys if key.name == checkpoint.origin]
    if not known:
        raise CheckpointRefused("the checkpoint is of another log than the keys are for")
    is_signed = False
    for name, key_id, signature in signatures:
        for key in known:
            if (name, key_id) == (key.name, key.key_id):
                _verify(key, signature, checkpoint)
                is_signed = True
    if not is_signed:
        raise CheckpointRefused(f"the checkpoint of size {checkpoint.size} is signed by none of the known keys")
    return checkpoint


def parse_note(note: str) -> tuple[Checkpoint, tuple[tuple[str, bytes, bytes], ...]]:
    """Return the checkpoint and its signatures (name, key id, signature), nothing of which is checked yet.

    Raises:
        CheckpointRefused: the note is not the one spelling of a checkpoint.
    """
    if len(note) > MAX_NOTE_BYTES:
        raise CheckpointRefused(f"a checkpoint is longer than {MAX_NOTE_BYTES} bytes")
    if "\r" in note:
        raise CheckpointRefused("a checkpoint has Windows line ends; fetch it again as it was written")
    if not note.endswith("\n"):
        raise CheckpointRefused("a checkpoint does not end with a newline; was it copied whole?")
    lines = note.split("\n")[:-1]
    if len(lines) < LEAST_LINES:
        raise CheckpointRefused("a checkpoint has fewer than five lines; was it copied whole?")
    if lines[3]:
        raise CheckpointRefused("the fourth line of a checkpoint is not empty; extension lines are not allowed")
    if len(lines) - 4 > MAX_SIGNATURES:
        raise CheckpointRefused(f"a checkpoint has more than {MAX_SIGNATURES} signatures")
    if _SIZE(lines[1]) is None:
        raise CheckpointRefused("a checkpoint's size is not a decimal number without leading zeroes")
    root = _from_base64(lines[2])
    if root is None:
        raise CheckpointRefused("a checkpoint's root hash is not base64")
    return Checkpoint(lines[0], int(lines[1]), root), tuple(_parse_signature(line) for line in lines[4:])


def split_notes(text: str) -> tuple[str, ...]:
    """Return the notes of a file that holds one or more, one after the other; none of them is checked."""
    notes: list[str] = []
    is_after_signature = True
    for line in text.splitlines(keepends=True):
        is_signature = line.startswith(SIGNATURE_MARK)
        if is_after_signature and not is_signature:
            notes.append("")
        notes[-1:] = [(notes[-1] if notes else "") + line]
        is_after_signature = is_signature
    return tuple(notes)


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    if not line.startswith(SIGNATURE_MARK):
        raise CheckpointRefused("a signature line does not begin with an em dash and a space")
    parts = line.removeprefix(SIGNATURE_MARK).split(" ")
    if len(parts) != 2 or _ORIGIN(parts[0]) is None:
        raise CheckpointRefused("a signature line is not a name, a space and a signature")
    signature = _from_base64(parts[1])
    if signature is None:
        raise CheckpointRefused("a signature is not base64")
    if len(signature) <= KEY_ID_BYTES:
        raise CheckpointRefused("a signature is too short")
    return parts[0], signature[:KEY_ID_BYTES], signature[KEY_ID_BYTES:]


def _verify(key: LogKey, signature: bytes, checkpoint: Checkpoint) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, checkpoint.text.encode("ascii"))
    except InvalidSignature:  # also for a signature of another length
        raise CheckpointRefused(
            f"the signature of the checkpoint of size {checkpoint.size} is not by the key it names"
        ) from None


def _to_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _from_base64(text: str) -> bytes | None:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _to_base64(raw) == text else None  # stray bits after the last byte have no other spelling
