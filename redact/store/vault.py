"""The vault: originals, sealed so that this machine cannot open them.

Threat: whoever gets at this machine or its backup sees the children's uncovered faces; or an original cannot be had
again because the one key is lost, or was never written whole; or one of them is destroyed unseen.
Rule: age format, to at least two recipients of whom only public halves are here; written once
(store/marked_folder.py), under the hash of the plain photo; "sealed" is said after it was read back, with the hash of
what lies there.  A sealed file that is damaged is neither replaced nor used: a person looks.  A vault without its
marker is unreachable, not empty. Residue: size and number of originals show; that a sealed file opens is known only
to those with a key (here its form and length are checked); destroyed is not overwritten, and what is left on the
disk's blocks is sealed.

Where a key was changed, originals are sealed again by whoever has a key (redact/photos/keys/reseal.py): the new sealed
file is written whole beside the old one, opened from the disk and proved to be the photo, and takes the old one's
place in one step only after the audit log names it.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyrage  # type: ignore[import-untyped,import-not-found,unused-ignore]  # ships no stubs

from redact.errors import TRY_AGAIN, RedactError, short_id
from redact.store.age import CHUNK_BYTES, HEADER, NONCE_BYTES, TAG_BYTES, NotOpened, open_sealed
from redact.store.marked_folder import MarkedFolder, is_of, is_there, keep_once, open_or_make, read_if_there, remove
from watcher.fs import Folder, read_back, sweep_parts, write_whole

MARKER_NAME = ".redact-vault"
LEAST_RECIPIENTS = 2  # domain.md: the school's reviewer and the trust's recovery key
_SHA256 = re.compile(r"[0-9a-f]{64}")
_OLD = ".age"  # ends the name of a sealed file
_NEW = ".new.age"  # ends the name of a file that is sealed again, until it takes the place of the old one
_SHELF = re.compile(r"[0-9a-f]{2}")
_RECIPIENT_STANZA = re.compile(rb"^-> X25519 ", re.MULTILINE)  # others are "grease", which opens nothing


class VaultFault(RedactError):
    """The vault cannot be used, or not for this photo; nothing is claimed, and trying again later may help."""

    def __init__(self, folder: Path, why: str, photo: str = "") -> None:
        """Say which vault, why, and for which photo (by its hash)."""
        item = f" for photo {short_id(photo)}" if photo else ""
        super().__init__(f"The vault {folder} cannot be used{item}: {why}. {TRY_AGAIN}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed original as it lies in the vault, read back."""

    sha256: str  # of the sealed file, 64 hex digits
    size: int  # bytes of the sealed file
    recipients: int  # how many keys it was sealed to
    # it was sealed just now, to the keys of today; False: it lay there already
    is_new: bool = field(default=True, compare=False)


class Vault:
    """The sealed originals of one workspace; each process may have its own."""

    def __init__(self, folder: Path, recipients: Sequence[str], owner: str = "") -> None:
        """Take the age recipients ("age1..."), at least two different ones, and the workspace's id.

        Raises:
            VaultFault: there are fewer, or one is no recipient.
        """
        self._folder = folder
        self._top = MarkedFolder(folder, MARKER_NAME, 0o700, lambda why, photo: VaultFault(folder, why, photo), owner)
        distinct = dict.fromkeys(recipient.strip().lower() for recipient in recipients)
        if len(distinct) < LEAST_RECIPIENTS:
            raise VaultFault(
                folder, f"an original is sealed to at least {LEAST_RECIPIENTS} keys, {len(distinct)} given"
            )
        try:
            self._recipients = [pyrage.x25519.Recipient.from_str(recipient) for recipient in distinct]
        except pyrage.RecipientError as error:
            raise VaultFault(folder, "one of the keys to seal to is no age recipient") from error
        self.sealed_to = recipients_id(recipients)

    def make(self) -> None:
        """Make the vault's folder with its marker, when the workspace is made; once is as good as twice.

        Raises:
            VaultFault: it cannot be made.
        """
        self._top.make()

    def check_answers(self) -> None:
        """Ask for what the vault has not, to see whether it answers where one original does not.

        Raises:
            VaultFault: it is the vault that cannot be seen.
        """
        self.has("0" * 64)  # no photo's hash

    def name_owner(self) -> None:
        """Write the workspace's id into the marker of a vault that version 0.1.0 made.

        Raises:
            VaultFault: it is not there, or cannot be written.
        """
        self._top.name_owner()

    def seal(self, sha256: str, content: bytes) -> Sealed:
        """Seal the photo `content` unless it is sealed already, and prove what lies in the vault.

        Args:
            sha256: of `content`.
            content: the plain photo.

        Raises:
            VaultFault: it could not be written, is damaged, or the bytes are other ones; nothing half is left.
        """
        if not is_of(content, _checked(sha256)):
            raise VaultFault(self._folder, "the bytes to seal are not the photo's", sha256)
        with self._shelf(sha256, make=True) as shelf:
            assert shelf is not None
            was_there = is_there(shelf, _name(sha256))
            found = keep_once(shelf, _name(sha256), lambda: pyrage.encrypt(content, self._recipients), 0o600)
        recipients = _count_recipients(found, len(content))
        if recipients is None:
            raise VaultFault(self._folder, "its sealed original is damaged; a person must look at it", sha256)
        return Sealed(hashlib.sha256(found).hexdigest(), len(found), recipients, not was_there)

    def reseal(self, sha256: str, content: bytes, identity_text: str) -> Sealed:
        """Seal the photo once more, to the keys of today, beside its sealed original, and prove that by opening it.

        Args:
            sha256: of `content`.
            content: the plain photo.
            identity_text: a key file, or several, of which one opens what is sealed to the keys of today.

        Raises:
            VaultFault: it could not be written, or what was read back does not open to the photo; nothing is left.
        """
        if not is_of(content, _checked(sha256)):
            raise VaultFault(self._folder, "the bytes to seal are not the photo's", sha256)
        made = pyrage.encrypt(content, self._recipients)
        with self._shelf(sha256, make=True) as shelf:
            assert shelf is not None
            write_whole(shelf, _new_name(sha256), made, 0o600)
            found = read_back(shelf, _new_name(sha256))
            try:
                self._open(found, sha256, identity_text)
            except VaultFault:
                remove(shelf, _new_name(sha256))
                raise
        return Sealed(hashlib.sha256(found).hexdigest(), len(found), len(self._recipients))

    def list_resealed(self) -> tuple[str, ...]:
        """Return the photos of which a new sealed file lies beside the one it is to take the place of.

        Raises:
            VaultFault: the vault cannot be read.
        """
        found: list[str] = []
        for shelf in self._shelves():
            names = (name for name, _ in shelf.entries() if name.endswith(_NEW))
            found += [name.removesuffix(_NEW) for name in names if _SHA256.fullmatch(name.removesuffix(_NEW))]
        return tuple(found)

    def list_sealed(self) -> Iterator[str]:
        """Give the photos whose sealed originals lie in the vault, by name; none is read.

        Raises:
            VaultFault: the vault cannot be read.
        """
        for shelf in self._shelves():
            names = (name.removesuffix(_OLD) for name in shelf.names() if name.endswith(_OLD))
            yield from filter(_SHA256.fullmatch, names)

    def take_resealed(self, sha256: str, sealed_sha256: str) -> bool:
        """Put the new sealed file in the place of the old one, in one step; False where it is not that one, or gone.

        Raises:
            VaultFault: it could not be done; both lie there, or the new one in its place.
        """
        with self._shelf(_checked(sha256)) as shelf:
            if shelf is None or not is_of(read_if_there(shelf, _new_name(sha256)), sealed_sha256):
                return False
            shelf.replace(_new_name(sha256), _name(sha256))
            shelf.flush()
            return is_of(read_if_there(shelf, _name(sha256)), sealed_sha256)

    def drop_resealed(self, sha256: str) -> None:
        """Remove the new sealed file; the old one stays.

        Raises:
            VaultFault: it is still there, or that cannot be seen.
        """
        with self._shelf(_checked(sha256)) as shelf:
            if shelf is not None:
                remove(shelf, _new_name(sha256))

    def has(self, sha256: str) -> bool:
        """Say whether anything lies in the vault for this photo.

        Raises:
            VaultFault: that cannot be seen.
        """
        with self._shelf(_checked(sha256)) as shelf:
            return shelf is not None and is_there(shelf, _name(sha256))

    def find(self, sha256: str) -> str | None:
        """Return the hash of the sealed file that lies there now, read back; None where none does.

        Raises:
            VaultFault: that cannot be seen.
        """
        found = self._read(sha256)
        return None if found is None else hashlib.sha256(found).hexdigest()

    def has_resealed(self, sha256: str, sealed_sha256: str) -> bool:
        """Say whether the sealed file of that hash lies beside the one that it is to take the place of.

        Raises:
            VaultFault: that cannot be seen.
        """
        with self._shelf(_checked(sha256)) as shelf:
            return shelf is not None and is_of(read_if_there(shelf, _new_name(sha256)), sealed_sha256)

    def holds(self, sha256: str, sealed_sha256: str) -> bool:
        """Say whether the sealed original lies in the vault now, as it was written.

        Raises:
            VaultFault: that cannot be seen.
        """
        return self.find(sha256) == sealed_sha256

    def destroy(self, sha256: str) -> None:
        """Remove the sealed original and look again; one that is not there is no fault.

        Raises:
            VaultFault: it is still there, or that cannot be seen.
        """
        with self._shelf(_checked(sha256)) as shelf:
            if shelf is not None:
                remove(shelf, _new_name(sha256))  # first: who looks for the other then knows of both
                remove(shelf, _name(sha256))

    def unseal(self, sha256: str, identity_text: str) -> bytes:
        """Return the plain photo, opened with the reviewer's or the recovery key.

        Args:
            sha256: of the plain photo.
            identity_text: a key file as age writes it ("AGE-SECRET-KEY-1...", comments allowed).

        Raises:
            VaultFault: it is not there, damaged, or the key does not open it.
        """
        return self._open(self._found(sha256), sha256, identity_text)

    def _open(self, found: bytes, sha256: str, identity_text: str) -> bytes:
        try:
            content = bytes(pyrage.decrypt(found, _identities(identity_text)))
        except pyrage.IdentityError:
            # no cause is kept: it could quote the key
            raise VaultFault(self._folder, "what was given is no age key", sha256) from None
        except pyrage.DecryptError as error:
            raise VaultFault(self._folder, "the key does not open it, or it is damaged", sha256) from error
        if not is_of(content, sha256):
            raise VaultFault(self._folder, "what was sealed is another photo", sha256)
        return content

    def header(self, sha256: str) -> bytes:
        """Return the age header of a sealed original, its MAC line included; nothing of the photo is in it.

        Raises:
            VaultFault: it is not there, or is no age file.
        """
        header = HEADER.match(self._found(sha256))
        if header is None:
            raise VaultFault(self._folder, "its sealed original is damaged; a person must look at it", sha256)
        return header.group()

    def open_with_file_key(self, sha256: str, file_key: bytes) -> bytes:
        """Return the plain photo, opened with the key of this one file, in memory.

        Args:
            sha256: of the plain photo.
            file_key: 16 bytes, which a holder of a key file took out of the header.

        Raises:
            VaultFault: it is not there, damaged, or the key does not open it.
        """
        try:
            content = open_sealed(self._found(sha256), file_key)
        except NotOpened as error:
            raise VaultFault(self._folder, "the key does not open it, or it is damaged", sha256) from error
        if not is_of(content, sha256):
            raise VaultFault(self._folder, "what was sealed is another photo", sha256)
        return content

    def _found(self, sha256: str) -> bytes:
        found = self._read(sha256)
        if found is None:
            raise VaultFault(self._folder, "its sealed original is not there", sha256)
        return found

    def sweep(self) -> int:
        """Remove the temporaries that a killed program left and return how many; call it before anything is sealed.

        Raises:
            VaultFault: the vault cannot be read or written.
        """
        with self._top.opened() as top:
            swept = sweep_parts(top)
        return swept + sum(sweep_parts(shelf) for shelf in self._shelves())

    def _shelves(self) -> Iterator[Folder]:
        with self._top.opened() as top:
            for name in sorted(name for name, _ in top.entries() if _SHELF.fullmatch(name)):
                with top.folder(name) as shelf:
                    yield shelf

    def _read(self, sha256: str) -> bytes | None:
        with self._shelf(_checked(sha256)) as shelf:
            return None if shelf is None else read_if_there(shelf, _name(sha256))

    @contextlib.contextmanager
    def _shelf(self, sha256: str, *, make: bool = False) -> Iterator[Folder | None]:
        """Open the folder of the photos whose hash begins alike; None where it was never made."""
        with self._top.opened(sha256) as top:
            if not make and not is_there(top, sha256[:2]):
                yield None
                return
            with open_or_make(top, sha256[:2]) if make else top.folder(sha256[:2]) as shelf:
                yield shelf


def _checked(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise ValueError("a photo is called by the 64 lower-case hex digits of its SHA-256")
    return sha256


def _name(sha256: str) -> str:
    return f"{sha256}{_OLD}"


def _new_name(sha256: str) -> str:
    return f"{sha256}{_NEW}"


def recipients_id(recipients: Sequence[str]) -> str:
    """Return what tells one set of keys to seal to from another, in any order: 64 hex digits."""
    return hashlib.sha256("\n".join(sorted(recipients)).encode("ascii", "replace")).hexdigest()


def _identities(text: str) -> list[object]:
    lines = (line.strip() for line in text.splitlines())
    return [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]


def _count_recipients(sealed: bytes, plain_bytes: int) -> int | None:
    """Return how many keys open `sealed`, or None where it is not a whole age file of that many plain bytes."""
    header = HEADER.match(sealed)
    chunks = max(1, -(-plain_bytes // CHUNK_BYTES))
    if header is None or len(sealed) != header.end() + NONCE_BYTES + plain_bytes + chunks * TAG_BYTES:
        return None
    recipients = len(_RECIPIENT_STANZA.findall(header["stanzas"]))
    return recipients if recipients >= LEAST_RECIPIENTS else None
