"""Photos that lie together, in a folder or a zip file, each called by a pupil's or an adult's number.

Threat: a zip file unfolds without end, or an entry of it names a path outside; a name in a file name is printed.
Rule: nothing is unpacked: an entry is read into memory, up to the size any photo has; a name is used only for the
number in it, and a photo without one is named by its place in the list.
Accepted residue: a number that stands in a file's name by chance, and is a pupil's.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

from redact.errors import PictureRefused, UsageError
from redact.pupils.adults import is_adult
from redact.pupils.tables.zips import BROKEN
from redact.pupils.upn import is_upn, tidy_upn
from redact.redaction.picture.limits import DEFAULT_LIMITS
from redact.system.printing import printable
from redact.workers.intake import read_photo

ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".heic", ".tif", ".tiff"})
MOST_PHOTOS: Final = 20_000  # of one set: ten large schools; a choice
_COUNTED: Final = re.compile(
    r"(?:[ _-]\d{1,2}|[ ]?\(\d{1,2}\))\Z"
)  # a second photo: N999123425000_2, N999123425000 (1)


class Read(Protocol):
    """Reads one photo."""

    def __call__(self) -> bytes:
        """Return its bytes; raises PictureRefused or PictureHeld."""


@dataclass(frozen=True, slots=True)
class SetPhoto:
    """One photo of a set."""

    number: int  # in the order of the names, from 1
    called: str  # its name without ending and count: to be a pupil's number
    read: Read


@contextmanager
def open_photo_set(path: Path) -> Iterator[tuple[SetPhoto, ...]]:
    """Give the photos in a folder, or in a zip file, in the order of their names.

    Raises:
        UsageError: there is neither, it cannot be read, or it has no photo or too many.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if _is_photo(PurePosixPath(file.relative_to(path).as_posix())))
        yield _photos([(file.stem, partial(read_photo, file)) for file in files], path)
        return
    with _opened(path) as archive:
        entries = [(_path_of(entry), entry) for entry in archive.infolist()]
        photos = sorted((each for each in entries if _is_photo(each[0])), key=lambda each: each[0])
        yield _photos([(place.stem, partial(_read_entry, archive, entry)) for place, entry in photos], path)


def _path_of(entry: zipfile.ZipInfo) -> PurePosixPath:
    """Return where an entry lies in its archive; older programs on Windows write backslashes."""
    return PurePosixPath(entry.filename.replace("\\", "/"))


def _opened(path: Path) -> zipfile.ZipFile:
    """Open a zip file; nobody waits for a pipe."""
    try:
        if path.is_file():
            return zipfile.ZipFile(path)
        failure = None
    except BROKEN as error:
        failure = error
    raise UsageError(f"{printable(str(path))} is neither a folder nor a zip file that can be read.") from failure


def _is_photo(path: PurePosixPath) -> bool:
    """Say whether a file may be a photo, and is no leftover of a system (".", "__MACOSX").

    One that is called by a pupil's number is, whatever its ending: a PDF is refused by number, not missed.
    """
    is_hidden = any(part.startswith((".", "__")) for part in path.parts)
    return (path.suffix.lower() in ENDINGS or is_upn(tidy_upn(_called(path.stem)))) and not is_hidden


def _photos(named: Sequence[tuple[str, Read]], path: Path) -> tuple[SetPhoto, ...]:
    if not named:
        raise UsageError(f"There is no photo in {printable(str(path))}.")
    if len(named) > MOST_PHOTOS:
        raise UsageError(f"There are more than {MOST_PHOTOS} photos in {printable(str(path))}. Give a part of them.")
    return tuple(SetPhoto(number, _called(stem), read) for number, (stem, read) in enumerate(named, 1))


def _called(stem: str) -> str:
    """Return a name without the count behind it; the number of an adult ends like one: ADULT-7, ADULT-7_2."""
    return stem if is_adult(tidy_upn(stem)) else _COUNTED.sub("", stem)


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    limit = DEFAULT_LIMITS.max_bytes
    try:
        with archive.open(entry) as file:
            content = file.read(limit + 1)  # whatever the entry says of its size
    except BROKEN as failure:
        raise PictureRefused("This entry of the zip file is broken, or has a password.") from failure
    if len(content) > limit:
        raise PictureRefused(f"The file is larger than {limit // 1_000_000} MB; no photo of a phone or camera is.")
    return content
