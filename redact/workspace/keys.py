"""The keys of a workspace: made once, read at every start, never written again.

Threat: somebody who gets at this machine opens the sealed originals, signs a history of his own, or finds out from
tags whose name a photo bore; a key that was lost is replaced in silence, and the audit log no longer verifies.
Rule: the machine that takes photos in holds only the public halves of the keys that open originals; the private
halves are made once, into `move-away/`, for a person to carry off.  Keys that others may read are refused.  No key
is ever overwritten: a key that is missing is an error that says where to bring it back from.  The one file that
changes is recipients.txt, public halves alone, where a person changes who opens originals
(redact/photos/keys/rotate.py).
Accepted residue: the signing key, the key of tags and the key of face templates must lie here, because the machine
works with them; whoever can read them as this user can sign (copies of checkpoints elsewhere show it) and can open
templates.  Private halves that were deleted from a disk may be found on it until its blocks are used again.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyrage  # type: ignore[import-untyped,unused-ignore]
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from redact.audit.checkpoint import LogKey, public_key
from redact.errors import RedactError
from redact.system.files import make_private_folder, write_whole
from redact.system.machine import is_open_to_others, sync_folder

TAG_KEY_BYTES = 32  # as long as the hash: redact.audit.events.MIN_KEY_BYTES
SIGNING, TAGS, TEMPLATES, RECIPIENTS, VERIFIER = (
    "signing.key",
    "tags.key",
    "templates.key",
    "recipients.txt",
    "log.vkey",
)
KEY_FILES = (SIGNING, TAGS, TEMPLATES, RECIPIENTS, VERIFIER)
AWAY_FOLDER = "move-away"
RECIPIENT_NAMES = ("reviewer", "recovery")  # in the order of recipients.txt
AWAY_FILES = tuple(f"{name}.key" for name in RECIPIENT_NAMES)
_MAX_KEY_BYTES = 64 * 1024  # no key file is a hundredth of it; a wrong file is not read whole
_OPENS = {
    "reviewer.key": "opens a sealed original, to lift a wrong cover; it belongs to the school's reviewer",
    "recovery.key": "opens a sealed original when the reviewer's key is lost; it belongs in the trust's safe",
}


class KeyFault(RedactError):
    """A key of the workspace is missing, damaged, or open to others."""

    def __init__(self, name: str, what: str, hint: str, *, is_one: bool = True) -> None:
        """Say which key file, what is wrong, and what to do."""
        super().__init__(f"The key{'' if is_one else 's'} {name} {what}. {hint}.")


@dataclass(frozen=True, slots=True)
class Keys:
    """What the workspace works with; secrets are left out when it is printed."""

    signing: Ed25519PrivateKey = field(repr=False)
    log_key: LogKey  # the public half, under the audit log's origin
    tags: bytes = field(repr=False)  # 32, of the HMAC over file names and people
    recipients: tuple[str, ...]  # age, public: reviewer, recovery
    templates: str = field(repr=False)  # age identity that opens face templates


def make_keys(folder: Path, origin: str, away: Path | None = None) -> Keys:
    """Make the keys of a new workspace; all of them are there afterwards, or none.

    Args:
        folder: where they go; must not hold a key yet.
        origin: of the audit log.
        away: where the private halves of reviewer and recovery go, to be moved off this machine; `move-away` beside
            `folder` when not given.  A half that an interrupted run left there is used and not overwritten.

    Raises:
        KeyFault: a key is there already.
        CannotWrite: the disk refuses.
    """
    if has_keys(folder):
        raise KeyFault(
            f"folder {folder}", "holds keys", "Keys are never overwritten; use them, or choose another folder"
        )
    away = folder.parent / AWAY_FOLDER if away is None else away
    make_private_folder(away)
    recipients = tuple(_make_identity(away / name) for name in AWAY_FILES)
    signing = Ed25519PrivateKey.generate()
    log_key = public_key(origin, signing)
    templates = str(pyrage.x25519.Identity.generate())
    keys = Keys(signing, log_key, secrets.token_bytes(TAG_KEY_BYTES), recipients, templates)
    _write_together(folder, keys)
    return keys


def read_keys(folder: Path, origin: str) -> Keys:
    """Return the keys in `folder`.

    Raises:
        KeyFault: one is missing, damaged, readable by others, or of another audit log than `origin`.
    """
    _check_all_there(folder)
    signing = _read_signing(folder)
    log_key = public_key(origin, signing)
    if _read(folder, VERIFIER, is_secret=False).strip() != log_key.text:
        hint = f"Bring {VERIFIER} and {SIGNING} back from one backup, and the origin in redact.toml to what it was"
        raise KeyFault(VERIFIER, f"is not the public half of {SIGNING} under the origin {origin}", hint)
    return Keys(signing, log_key, _read_tags(folder), _read_recipients(folder), _read_templates(folder))


def _check_all_there(folder: Path) -> None:
    """Raise KeyFault with every key that is missing, so that a backup is searched once."""
    missing = [name for name in KEY_FILES if not (folder / name).exists()]
    if len(missing) > 1:
        names = f"{', '.join(missing[:-1])} and {missing[-1]}"
        hint = "Bring them back from the backup; new ones would not fit the audit log"
        raise KeyFault(names, f"are missing from the folder {folder}", hint, is_one=False)


def template_recipient(identity: str) -> str:
    """Return the public half of the template key."""
    return str(pyrage.x25519.Identity.from_str(identity).to_public())


def has_keys(folder: Path) -> bool:
    """Say whether any key file is in `folder`."""
    return any((folder / name).exists() for name in KEY_FILES)


def private_halves(away: Path) -> tuple[Path, ...]:
    """Return the private keys that still lie in the folder `away` and should be gone from this machine."""
    return tuple(away / name for name in AWAY_FILES if (away / name).exists())


def make_private_half(away: Path, name: str) -> str:
    """Make a private key in the folder `away`, unless a run that was cut off did; return its public half.

    Args:
        away: the folder; a person moves the file off this machine.
        name: one of AWAY_FILES.

    Raises:
        KeyFault: what lies there is damaged, or open to others.
        CannotWrite: the disk refuses.
    """
    make_private_folder(away)
    return _make_identity(away / name)


def read_private_halves(away: Path) -> tuple[str, ...]:
    """Return the texts of the private keys that still lie in the folder `away`.

    Raises:
        KeyFault: one is damaged, or open to others.
    """
    return tuple(str(_identity_in(away, path.name)) for path in private_halves(away))


def write_recipients(folder: Path, recipients: Sequence[str]) -> None:
    """Write the public halves that originals are sealed to from now on, in place of those before.

    Args:
        folder: of the keys.
        recipients: age; reviewer, recovery, and further ones.

    Raises:
        KeyFault: they are fewer than two, or one is no recipient; nothing was written.
        CannotWrite: the disk refuses; those before stand.
    """
    with _whole(RECIPIENTS):
        _check_recipients(recipients)
    write_whole(folder / RECIPIENTS, _recipients_text(recipients).encode())


def _make_identity(path: Path) -> str:
    """Write an age identity file, unless an interrupted run did; return its public half."""
    if path.exists():
        return str(_identity_in(path.parent, path.name).to_public())
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    text = f"# {_OPENS[path.name]}\n# move this file off this machine\n# public key: {public}\n{identity}\n"
    write_whole(path, text.encode())
    return public


def _write_together(folder: Path, keys: Keys) -> None:
    """Write every key into a folder beside `folder` and give it its name in one step."""
    making = folder.with_name(folder.name + ".making")
    shutil.rmtree(making, ignore_errors=True)  # of a run that was interrupted: nothing was made with them
    make_private_folder(making)
    for name, text in _texts(keys).items():
        write_whole(making / name, text.encode())
    if folder.exists():
        folder.rmdir()  # Windows renames onto no folder, not even an empty one
    making.rename(folder)
    sync_folder(folder.parent)


def _texts(keys: Keys) -> dict[str, str]:
    pem = keys.signing.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    return {
        SIGNING: f"# signs the audit log; Ed25519, PKCS 8; back it up, never copy it to another workspace\n{pem}",
        TAGS: "# turns file names and people into tags in the audit log; 32 bytes, base64; back it up\n"
        f"{base64.b64encode(keys.tags).decode('ascii')}\n",
        TEMPLATES: f"# opens the face templates of enrolled pupils; an age identity; back it up\n{keys.templates}\n",
        RECIPIENTS: _recipients_text(keys.recipients),
        VERIFIER: f"{keys.log_key.text}\n",
    }


def _recipients_text(recipients: Sequence[str]) -> str:
    comments = [f"# {name.removesuffix('.key')}: {_OPENS[name]}\n" for name in AWAY_FILES]
    comments += ["# a further key\n"] * (len(recipients) - len(comments))
    lines = (f"{line}{recipient}\n" for line, recipient in zip(comments, recipients, strict=True))
    return f"# originals are sealed to all of these; the private halves must not lie on this machine\n{''.join(lines)}"


def _check_recipients(recipients: Sequence[str]) -> tuple[str, ...]:
    """Return the recipients as age writes them; one key lost would be every original lost, so there are two."""
    found = tuple(str(pyrage.x25519.Recipient.from_str(each)) for each in recipients)
    if len(set(found)) != len(found) or len(found) < len(AWAY_FILES):
        raise ValueError
    return found


def _read_signing(folder: Path) -> Ed25519PrivateKey:
    with _whole(SIGNING):
        key = load_pem_private_key(_read(folder, SIGNING).encode(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError
        return key


def _read_tags(folder: Path) -> bytes:
    with _whole(TAGS):
        (line,) = _lines(_read(folder, TAGS))
        key = base64.b64decode(line, validate=True)
        if len(key) != TAG_KEY_BYTES:
            raise ValueError
        return key


def _read_templates(folder: Path) -> str:
    return str(_identity_in(folder, TEMPLATES))


def _read_recipients(folder: Path) -> tuple[str, ...]:
    with _whole(RECIPIENTS):
        return _check_recipients(_lines(_read(folder, RECIPIENTS)))


def _identity_in(folder: Path, name: str) -> pyrage.x25519.Identity:
    with _whole(name):
        (line,) = _lines(_read(folder, name))
        return pyrage.x25519.Identity.from_str(line)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


@contextlib.contextmanager
def _whole(name: str) -> Iterator[None]:
    """Turn a parser's error on a damaged key, which may quote it, into our sentence."""
    try:
        yield
    except (ValueError, TypeError, binascii.Error, pyrage.IdentityError, pyrage.RecipientError):
        # from None: a parser's message may hold a piece of the key
        raise KeyFault(name, "is damaged", "Bring it back from the backup") from None


def _read(folder: Path, name: str, *, is_secret: bool = True) -> str:
    path = folder / name
    try:
        if is_secret and is_open_to_others(path):
            hint = f"Only the user that runs redact may read it: chmod 600 {name}; think about who may have copied it"
            raise KeyFault(name, "may be read by others", hint)
        with path.open("rb") as file:
            return file.read(_MAX_KEY_BYTES).decode("ascii")
    except FileNotFoundError as error:
        hint = "Bring it back from the backup; a new one would not fit the audit log"
        raise KeyFault(name, f"is missing from the folder {folder}", hint) from error
    except UnicodeDecodeError:
        raise KeyFault(name, "is damaged", "Bring it back from the backup") from None
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise KeyFault(name, f"cannot be read: {why}", "Check its permissions and the disk") from error
