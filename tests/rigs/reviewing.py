"""A workspace whose photos are really redacted, by finders that see what a test says; and a redrawer for it."""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.finders import Finders
from models.findings import Box, Face
from redact.audit.kinds import Role
from redact.photos import steps
from redact.photos.retry import Opening, retry
from redact.photos.steps import Worked
from redact.posts.changes import Seen
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.redraws.redrawing import Redrawer
from redact.pupils.consent import Consent, State
from redact.pupils.recognise import narrow, of_school
from redact.pupils.roll import Pupil
from redact.redaction.answers.redraw import redraw_copy
from redact.redaction.drawings.for_looking import draw_for_looking
from redact.redaction.encode import encode
from redact.redaction.photo import RedactionContext, redact_photo
from redact.redaction.values import Outcome, Picture
from redact.registers.act import act_of
from redact.service.redactor import Redactor
from redact.store import photos as photo_rows
from redact.store.pupils import register
from redact.store.pupils.rows import row_of
from redact.store.reviewing.versions import Version, read_current
from redact.store.schema.tables import pupils
from redact.workers.job import Job, Redaction, Redrawing, RegisterSnapshot, Showing, WorkerSetup
from redact.workspace.ids import Actor
from redact.workspace.keys import AWAY_FOLDER
from redact.workspace.open import open_workspace
from tests.rigs.fakes import FixedFinder, FixedReader, finders
from tests.rigs.living import Clock, Living, copies_in, furnish
from tests.rigs.made import noisy_picture

HEAD = Box(100, 80, 140, 130)
OTHER_HEAD = Box(220, 60, 256, 106)
PUPIL, TWIN = "A123456789012", "B123456789012"
RAE = Actor("reviewer", "a" * 64)
OLIVE = Actor("communications", "b" * 64)


def calm_jpeg(seed: int = 1) -> bytes:
    """Return a picture with as much contrast as a meadow has: on noise the smallest covers do not pass check 3."""
    return encode(Picture(noisy_picture(seed=seed).pixels // 6 + np.uint8(90)))


@dataclass
class Seeing:
    """What the finders of a test see: on originals all of it, on copies nothing but what is left bare."""

    faces: tuple[Face, ...] = (Face(HEAD, 0.9, "fixed"),)
    text: Callable[[], FixedReader] = FixedReader
    on_copies: Callable[[], Finders] = finders

    def fresh(self) -> Finders:
        return finders(FixedFinder(self.faces), self.text())


class HerePool:
    """A worker pool in this process; what goes through it is kept for a test to look at."""

    def __init__(self, seeing: Seeing, setup: WorkerSetup, workers: int) -> None:
        self.seeing, self.setup = seeing, setup
        self.jobs: list[Job] = []
        self.before: Callable[[Job], None] = lambda job: None

    def work(self, source: bytes | Path, snapshot: RegisterSnapshot, job: Job, /) -> Outcome:
        self.jobs.append(job)
        self.before(job)
        content = source if isinstance(source, bytes) else source.read_bytes()
        ticks = itertools.count()
        context = RedactionContext(self.seeing.fresh(), snapshot.roll, self.setup.policy, lambda: float(next(ticks)))
        match job:
            case Redaction(tags, answers, school):
                gallery = None if snapshot.gallery is None else narrow(of_school(snapshot.gallery, school), tags)
                return redact_photo(content, replace(context, gallery=gallery, answers=answers))
            case Redrawing(base, answers):
                return redraw_copy(content, base, replace(context, finders=self.seeing.on_copies(), answers=answers))
            case Showing(side_px):
                return draw_for_looking(content, side_px)

    def close(self) -> None:
        pass


@dataclass
class Reviewing(Living):
    """A living workspace whose photos are really redacted."""

    seeing: Seeing = field(default_factory=Seeing)
    pool: HerePool = field(init=False)

    def __post_init__(self) -> None:
        self.pool = HerePool(self.seeing, WorkerSetup(Path(), policy=self.workspace.settings.policy), 1)

    def work(self, path: Path, tags: tuple[str, ...]) -> Worked:
        return Redactor(self.workspace, self.pool, {}).work(path, tags)  # type: ignore[arg-type]

    def store_one(self, content: bytes | None = None, name: str = "a.jpg") -> Seen:
        """Walk a photo through the pipeline, and return what a person sees."""
        root = self.devices.get("cam-office") or self.add_device()
        photo = self.take(root / name, content or calm_jpeg())
        self.bring(photo)
        return self.seen(photo)

    def bring(self, photo: str) -> None:
        state = steps.bring_to_storage(self.workspace, photo, self.work)
        assert state is photo_rows.State.STORED, self.photo(photo).reason

    def seen(self, photo: str) -> Seen:
        return Seen(photo, self.copy(photo).output)

    def copy(self, photo: str) -> Version:
        with self.workspace.database.read() as connection:
            found = read_current(connection, photo)
        assert found is not None
        return found

    def stored(self) -> dict[str, bytes]:
        folder = self.workspace.settings.trust_folder
        return {name: path.read_bytes() for name, path in copies_in(folder).items()}

    @contextmanager
    def redrawer(self) -> Iterator[Redrawer]:
        with Redrawer(self.workspace, WorkerSetup(Path()), lambda setup, workers: self.pool) as opened:
            yield opened

    def add_pupil(self, upn: str = PUPIL, *purposes: str) -> None:
        """Put a pupil on the roll who consents to be shown (and to further purposes)."""
        act = act_of(self.workspace, Role.COMMUNICATIONS)
        with self.workspace.audit_log.writing() as entries:
            row = row_of(Pupil(upn, "Thaddeus", "Wrenfield")) | {"is_never_shown": False}
            entries.connection.execute(pupils.insert(), row)
            for purpose in (*self.workspace.settings.purposes, *purposes):
                register.set_consent(entries, act, Consent(upn, purpose, State.GIVEN, act.day))

    def retry_with_key(self, photo: str) -> None:
        text = (self.workspace.settings.folder / AWAY_FOLDER / "reviewer.key").read_text()
        retry(self.workspace, (self.photo(photo),), Opening(text, RAE))
        self.bring(photo)

    def retry_after_recall(self, seen: Seen) -> None:
        """Recall a copy by hand and have it made again from the sealed original."""
        recall_copy(self.workspace, seen, RAE, RecallCause.OBJECTION)
        self.retry_with_key(seen.photo)

    def file_key(self, photo: str, key: str = "reviewer.key") -> bytes:
        """Do what the browser does: take the key of one file out of its header."""
        text = (self.workspace.settings.folder / AWAY_FOLDER / key).read_text()
        secret = next(line for line in text.splitlines() if line.startswith("AGE-SECRET-KEY-"))
        return file_key_in(self.workspace.vault.header(photo), secret)


@contextmanager
def open_reviewing(folder: Path, seeing: Seeing | None = None) -> Iterator[Reviewing]:
    """Make a workspace and open it."""
    clock = Clock()
    with open_workspace(furnish(folder), clock) as workspace:
        yield Reviewing(workspace, clock, folder, seeing=seeing or Seeing())


def file_key_in(header: bytes, secret: str) -> bytes:
    """Return the key of a file from its header (age v1 specification, "The X25519 recipient type")."""
    identity = X25519PrivateKey.from_private_bytes(_bech32(secret))
    mine = identity.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    for share, body in re.findall(rb"-> X25519 (\S+)\n(\S+)\n", header):
        ephemeral = base64.b64decode(share + b"=" * (-len(share) % 4))
        shared = identity.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        wrap = HKDF(SHA256(), 32, ephemeral + mine, b"age-encryption.org/v1/X25519").derive(shared)
        try:
            sealed = base64.b64decode(body + b"=" * (-len(body) % 4))
            return ChaCha20Poly1305(wrap).decrypt(bytes(12), sealed, None)
        except Exception:  # noqa: BLE001, S112  a stanza for another key
            continue
    raise AssertionError("no stanza of the header is for this key")


def _bech32(secret: str) -> bytes:
    """Return the 32 bytes of a secret key (BIP 173); its checksum is not looked at."""
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    values = [letters.index(letter) for letter in secret.lower().rpartition("1")[2][:-6]]
    number = 0
    for value in values:
        number = number << 5 | value
    bits = 5 * len(values)
    return (number >> (bits % 8)).to_bytes(bits // 8, "big")[:32]
