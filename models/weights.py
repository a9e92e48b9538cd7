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
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import platformdirs

from models.errors import ModelsError, WeightAbsent, WeightDamaged

FOLDER_VARIABLE = "REDACT_MODELS"  # environment: the folder of added weights
_PACKAGE = Path(__file__).resolve().parent
_IN_PACKAGE, IN_USER_FOLDER = "package", "user"


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
class Entry:
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
        """The file's own name."""
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
    return tuple(describe(entry, folder) for entry in manifest())


def read_weight(name: str, folder: Path | None = None) -> bytes:
    """Return the checked bytes of the weight called `name`.

    Raises:
        WeightAbsent: the file is not there.
        WeightDamaged: the file is not the one of the manifest.
        ModelsError: the manifest has no such name, or the file cannot be read.
    """
    entry = next((entry for entry in manifest() if entry.name == name), None)
    if entry is None:
        raise ModelsError(f"the manifest names no weight file {name}; use one of: {_names()}")
    try:
        with path_of(entry, folder).open("rb") as file:
            content = file.read(entry.size + 1)  # one more shows a longer file without reading all of it
    except (FileNotFoundError, NotADirectoryError) as missing:
        raise WeightAbsent(name) from missing
    except OSError as failure:
        why = f"the weight file {name} cannot be read ({failure.strerror}); check its permissions"
        raise ModelsError(why) from failure
    if not entry.accepts(content):
        raise WeightDamaged(name)
    return content


def describe(entry: Entry, folder: Path | None) -> Weight:
    """Return one weight of the manifest and its state."""
    try:
        read_weight(entry.name, folder)
        state = State.PRESENT
    except WeightAbsent:
        state = State.ABSENT
    except ModelsError:
        state = State.DAMAGED
    return Weight(entry.name, entry.purpose, entry.required, state, entry.sha256, entry.licence, entry.on_request)


@cache
def manifest() -> tuple[Entry, ...]:
    """Return the entries of the manifest, which is part of the program."""
    entries = tomllib.loads((_PACKAGE / "MANIFEST.toml").read_text(encoding="utf-8"))["weight"]
    return tuple(
        Entry(
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
    return ", ".join(entry.name for entry in manifest())


def path_of(entry: Entry, folder: Path | None) -> Path:
    """Return where the file of an entry lies, or would lie; `folder` is that of added weights (None: the default).

    Raises:
        WeightAbsent: the package that it comes with is not installed.
    """
    if entry.place == _IN_PACKAGE:
        return _PACKAGE / entry.file
    if entry.place == IN_USER_FOLDER:
        return (folder if folder is not None else default_folder()) / entry.file
    spec = importlib.util.find_spec(entry.place)
    if spec is None or not spec.submodule_search_locations:
        raise WeightAbsent(entry.name)
    return Path(spec.submodule_search_locations[0]) / entry.file
