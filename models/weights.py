"""Open a weight file only if its SHA-256 is the manifest's.

Threat: somebody, or a bad disk, replaces a weight by one that finds no faces, or by one that attacks the runtime
that parses it.
Rule: bytes are read once, hashed, and those same bytes are handed to the runtime: there is no moment between the
check and the use.  The manifest is part of the program; a weight that it does not name cannot be added or opened.
Accepted residue: whoever can change the program's own files can change the manifest too.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
import tomllib
import urllib.error
import urllib.request
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, BinaryIO

import platformdirs

from models.errors import ModelsError, WeightAbsent, WeightDamaged, WeightRefused

FOLDER_VARIABLE = "REDACT_MODELS"  # environment: the folder of added weights
DOWNLOAD_TIMEOUT_S = 60.0  # seconds without an answer; a choice
_PACKAGE = Path(__file__).resolve().parent
_IN_PACKAGE, _IN_USER_FOLDER = "package", "user"


class State(StrEnum):
    """Whether a weight can be used."""

    PRESENT = "present"
    ABSENT = "absent"
    DAMAGED = "damaged"  # there, but not the file of the manifest


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight file of the manifest, and whether it is here."""

    name: str
    purpose: str
    is_required: bool
    state: State
    sha256: str  # of the manifest, 64 hex digits
    licence: str  # SPDX identifier
    is_on_request: bool = False  # opened only by what somebody asked for, never to redact a photo


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of the manifest."""

    file: str
    place: str
    required: bool
    size: int  # bytes
    sha256: str
    purpose: str
    licence: str
    on_request: bool = False

    @property
    def name(self) -> str:
        return self.file.rpartition("/")[2]

    def accepts(self, content: bytes) -> bool:
        """Say whether `content` is this weight, to the last bit."""
        return len(content) == self.size and hashlib.sha256(content).hexdigest() == self.sha256


def default_folder() -> Path:
    """Return the folder of added weights: $REDACT_MODELS, else `models` in the user's data folder."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_data_path("redact") / "models"


def list_weights(folder: Path | None = None) -> tuple[Weight, ...]:
    """Return every weight of the manifest and its state; `folder` holds the added ones (None: the default)."""
    return tuple(_describe(entry, folder) for entry in _manifest())


def read_weight(name: str, folder: Path | None = None) -> bytes:
    """Return the checked bytes of the weight called `name`.

    Raises:
        WeightAbsent: the file is not there.
        WeightDamaged: the file is not the one of the manifest.
        ModelsError: the manifest has no such name, or the file cannot be read.
    """
    entry = next((entry for entry in _manifest() if entry.name == name), None)
    if entry is None:
        raise ModelsError(f"the manifest names no weight file {name}; use one of: {_names()}")
    try:
        with _path_of(entry, folder).open("rb") as file:
            content = file.read(entry.size + 1)  # one more shows a longer file without reading all of it
    except (FileNotFoundError, NotADirectoryError) as missing:
        raise WeightAbsent(name) from missing
    except OSError as failure:
        why = f"the weight file {name} cannot be read ({failure.strerror}); check its permissions"
        raise ModelsError(why) from failure
    if not entry.accepts(content):
        raise WeightDamaged(name)
    return content


def add_weight(source: str | Path, folder: Path | None = None) -> Weight:
    """Take an optional weight from a file or an https address into `folder`, if its SHA-256 is in the manifest.

    Raises:
        WeightRefused: not readable, not reachable, or not a file of the manifest; nothing was stored.
    """
    wanted = [entry for entry in _manifest() if entry.place == _IN_USER_FOLDER]
    content = _fetch(str(source), limit=max(entry.size for entry in wanted) + 1)
    entry = next((entry for entry in wanted if entry.accepts(content)), None)
    if entry is None:
        names = ", ".join(f"{entry.name} (sha256 {entry.sha256})" for entry in wanted)
        raise WeightRefused(str(source), f"its SHA-256 is not in the manifest; wanted is {names}")
    try:
        _store(content, _path_of(entry, folder))
    except OSError as failure:
        raise WeightRefused(str(source), f"the folder of weights cannot be written ({failure.strerror})") from failure
    return _describe(entry, folder)


def _describe(entry: _Entry, folder: Path | None) -> Weight:
    try:
        read_weight(entry.name, folder)
        state = State.PRESENT
    except WeightAbsent:
        state = State.ABSENT
    except ModelsError:
        state = State.DAMAGED
    return Weight(entry.name, entry.purpose, entry.required, state, entry.sha256, entry.licence, entry.on_request)


@cache
def _manifest() -> tuple[_Entry, ...]:
    entries = tomllib.loads((_PACKAGE / "MANIFEST.toml").read_text(encoding="utf-8"))["weight"]
    return tuple(
        _Entry(
            file=e["file"],
            place=e["place"],
            required=e["required"],
            size=e["bytes"],
            sha256=e["sha256"],
            purpose=e["purpose"],
            licence=e["licence"],
            on_request=e.get("on_request", False),
        )
        for e in entries
    )


def _names() -> str:
    return ", ".join(entry.name for entry in _manifest())


def _path_of(entry: _Entry, folder: Path | None) -> Path:
    if entry.place == _IN_PACKAGE:
        return _PACKAGE / entry.file
    if entry.place == _IN_USER_FOLDER:
        return (folder if folder is not None else default_folder()) / entry.file
    spec = importlib.util.find_spec(entry.place)
    if spec is None or not spec.submodule_search_locations:
        raise WeightAbsent(entry.name)
    return Path(spec.submodule_search_locations[0]) / entry.file


def _fetch(source: str, limit: int) -> bytes:
    """Return at most `limit` bytes of a file or of an https address."""
    scheme = source.partition("://")[0].lower() if "://" in source else "file"
    if scheme not in ("file", "https"):
        raise WeightRefused(source, "only https addresses and files are taken; download it and give its path")
    try:
        with _open(source, scheme) as stream:
            return stream.read(limit)
    except (urllib.error.URLError, TimeoutError) as failure:
        why = "the address gives no answer; check the network, or give the path of a copy"
        raise WeightRefused(source, why) from failure
    except (OSError, ValueError) as failure:
        raise WeightRefused(source, "it cannot be read; check the path") from failure


def _open(source: str, scheme: str) -> BinaryIO:
    if scheme == "https":
        answer: BinaryIO = _https_only.open(source, timeout=DOWNLOAD_TIMEOUT_S)
        return answer
    return Path(source.removeprefix("file://")).open("rb")


class _RefuseDowngrade(urllib.request.HTTPRedirectHandler):
    """Follow a redirection only to another https address."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        """Return the request for the new address; raise URLError if that is not https."""
        if not newurl.lower().startswith("https://"):
            raise urllib.error.URLError("the address redirects away from https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_https_only = urllib.request.build_opener(_RefuseDowngrade)


def _store(content: bytes, target: Path) -> None:
    """Write `content` so that `target` is whole or absent, also when the power fails."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder for this
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
