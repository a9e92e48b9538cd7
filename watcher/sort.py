"""What kind of file is this, by its name alone?  The bytes are judged later, by the decoder.

Threat: a file that fits no rule is passed over in silence, and a child's picture stays on the device for ever.
Rule: only what is known to be a system's, a synchroniser's or our own debris is ignored; every other file that is not
a picture by its name (videos, RAW, documents, names never seen) is listed for a person, and never deleted by us.
Residue: a picture named like debris (`holiday.jpg.part`) is ignored as long as it is named so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

MARKER_NAME = ".redact-device"  # proves which device a folder belongs to, see device.py
#: What lies in a device's folder, the vault, trust storage and a workspace: none of these is ever entered on the way
#: through a device, whatever mount it is seen by.
OUR_MARKERS = (MARKER_NAME, ".redact-vault", ".redact-trust", "redact.toml")
ERASING_PREFIX = ".redact-erasing-"  # the neutral name a file carries for the moment of its deletion, see erase.py

_PICTURES = frozenset(
    ("jpg", "jpeg", "jpe", "jfif", "png", "heic", "heif", "hif", "avif", "webp", "tif", "tiff", "bmp", "gif")
)
RAW_ENDINGS = frozenset(
    (
        "dng",
        "cr2",
        "cr3",
        "crw",
        "nef",
        "nrw",
        "arw",
        "srf",
        "sr2",
        "raf",
        "orf",
        "rw2",
        "rwl",
        "pef",
        "srw",
        "x3f",
        "3fr",
        "iiq",
        "mrw",
        "kdc",
        "dcr",
        "gpr",
        "raw",
    )
)
VIDEO_ENDINGS = frozenset(
    ("mov", "mp4", "m4v", "avi", "mkv", "mts", "m2ts", "3gp", "3g2", "mpg", "mpeg", "wmv", "webm", "insv", "lrv")
)
SIDECAR_ENDINGS = frozenset(("aae", "thm", "xmp", "wav", "json", "pp3", "dop"))  # belong to a picture of that name


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE | re.DOTALL)


_DEBRIS = _any_of(
    r"\._.*",
    r"\.ds_store",
    r"\.localized",
    r"icon\r",
    r"\.apdisk",
    r"\.volumeicon\.icns",  # macOS
    r"thumbs\.db",
    r"ehthumbs(_vista)?\.db",
    r"desktop\.ini",
    r"wpsettings\.dat",
    r"indexervolumeguid",  # Windows
    r"autorun\.inf",
    r"~\$.*",
    r"\.~lock\..*#",  # Windows, office programs
    r"\.nomedia",
    r"\.trashed-\d+-.*",
    r"\.pending-\d+-.*",
    r"\.database_uuid",
    r"\.thumbdata.*",  # Android
    r".*\.tmp",
    r".*\.part",
    r".*\.partial",
    r".*\.crdownload",
    r".*\.download",
    r".*\.filepart",  # half-written
    r"\.goutputstream-.*",
    r"\.rsync.*~",
    r"\.nfs[0-9a-f]+",
    r"\.fuse_hidden[0-9a-f]+",  # half-written or half-deleted
    r".*\.!sync",
    r"\.syncthing\..*",
    r"~syncthing~.*",
    r"\.stignore",  # synchronisers
    r"\.dropbox(\.attr)?",
    r"\.owncloudsync.*",
    r"\.sync_[0-9a-f]+\.db.*",
    r"m0\d\d\d\.ctg",
    r"nikon001\.dsc",
    r"nc_fllst\.dat",  # camera housekeeping
    re.escape(MARKER_NAME),  # ours
)
_TRASH = _any_of(  # not "recycled" (Windows 98): an art class may name its folder so
    r"\.trash(-\d+)?",
    r"\.trashes",
    r"\$recycle\.bin",
    r"#recycle",
    r"\.dtrash",
    r"\.trashbin",
    r"\.globaltrash",
)
_THUMBNAILS = _any_of(r"\.thumbnails", r"\.sh_thumbnails", r"@eadir", r"\.thumb", r"\.xvpics", r"canonmsc")
_SYSTEM_FOLDERS = _any_of(
    r"\.stversions",
    r"\.stfolder.*",
    r"\.sync",
    r"\.dropbox\.cache",
    r"\.tmp\.drive(down|up)load",  # synchronisers
    r"\.spotlight-v100",
    r"\.fseventsd",
    r"\.temporaryitems",
    r"\.documentrevisions-v100",
    r"\.appledouble",  # macOS
    r"__macosx",
    r"system volume information",
    r"lost\+found",
    r"#snapshot",
    r"\.snapshots?",
    r"\.android_secure",
)
# Folders a camera makes: DCIM and "100CANON", three digits and five signs (DCF, JEITA CP-3461).
_CAMERA_FOLDER = re.compile(r"dcim|camera|[1-9]\d\d[a-z_][0-9a-z_]{4}", re.IGNORECASE)
_MAX_TAG_CHARACTERS = 80  # a class or an event is named in a few words; longer is not a tag


class Sort(Enum):
    """What is done with a file."""

    PHOTO = "photo"  # taken in
    NEEDS_PERSON = "needs a person"  # listed; never lost, never deleted
    IGNORED = "ignored"  # not a person's file


@dataclass(frozen=True, slots=True)
class Sorted:
    """A file's sort, and why, in words without its name."""

    sort: Sort
    why: str


def sort_file(parts: tuple[str, ...]) -> Sorted:
    """Return what kind of file lies at `parts` (the names below the device's folder)."""
    name = parts[-1]
    if not all(map(may_enter, parts[:-1])) or bool(_DEBRIS.fullmatch(name)):
        return Sorted(Sort.IGNORED, "system file, thumbnail or unfinished copy")
    if ending_of(name) in _PICTURES and not name.startswith(ERASING_PREFIX):
        return Sorted(Sort.PHOTO, "photo")
    return Sorted(Sort.NEEDS_PERSON, _what_else(name))


def _what_else(name: str) -> str:
    """Say what a file that is no photo seems to be."""
    if name.startswith(ERASING_PREFIX):  # could not get its name back, or we were cut off: it may be another photo
        return "file whose deletion was begun and not ended"
    ending = ending_of(name)
    kinds = {"video": VIDEO_ENDINGS, "RAW photo": RAW_ENDINGS, "file that belongs to a photo": SIDECAR_ENDINGS}
    return next((kind for kind, endings in kinds.items() if ending in endings), "not a photo by its name")


def may_enter(name: str) -> bool:
    """Say whether a folder of this name can hold a person's files (no trash, thumbnails or system folder)."""
    return not (is_trash(name) or is_thumbnails(name) or bool(_SYSTEM_FOLDERS.fullmatch(name)))


def is_trash(name: str) -> bool:
    """Say whether a folder of this name is a trash."""
    return bool(_TRASH.fullmatch(name))


def is_thumbnails(name: str) -> bool:
    """Say whether a folder of this name keeps small pictures."""
    return bool(_THUMBNAILS.fullmatch(name))


def tags_of(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the class or event tags: the folders above the file, without those that a camera makes.

    A folder name that is not plain text (control characters, not UTF-8, too long) is left out: a tag only ever narrows
    the gallery of faces, and without it every face stays covered or is compared with more pupils, never fewer.
    """
    tags = (unicodedata.normalize("NFC", part).strip() for part in parts[:-1] if not _CAMERA_FOLDER.fullmatch(part))
    return tuple(tag for tag in tags if 0 < len(tag) <= _MAX_TAG_CHARACTERS and tag.isprintable())


def ending_of(name: str) -> str:
    """Return the part behind the last dot, in lower case; "" where there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""
