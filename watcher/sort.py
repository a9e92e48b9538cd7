"""What kind of file is this, by its name alone?  The bytes are judged later, by the decoder.

Threat: a file that fits no rule is passed over in silence, and a child's picture stays on the device for ever.
Rule: only what is known to be a system's, a synchroniser's or our own debris is ignored; every other file that is not
a picture by its name (videos, RAW, documents, names never seen) is listed for a person, and never deleted by us.  What
somebody threw away is not taken for a photo, and not passed over either: it is known from debris by `sort_binned`.
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
    # What Windows and macOS keep beside a file, as a file of its own on a share; the colon may have been replaced.
    r".*[:\uf022\uf03a](zone\.identifier|smartscreen|afp_(afpinfo|resource)|com\.[a-z.]+)(:\$data)?",
    r"syno(photo|file)_thumb_.*",  # Synology, where a thumbnail was copied out of its folder
    r"m0\d\d\d\.ctg",
    r"nikon001\.dsc",
    r"nc_fllst\.dat",  # camera housekeeping
    re.escape(MARKER_NAME),  # ours
)
_TRASH = _any_of(  # not "recycled" (Windows 98): an art class may name its folder so
    r"\.trash(-\d+)?",
    r"\.trashes",
    r"\$recycle\.bin",
    r"recycler",  # Windows XP
    r"#recycle",  # Synology
    r"@recycle",  # QNAP
    r"\.recycle",  # Samba's vfs_recycle
    r"recently deleted",  # iOS, iCloud
    r"files_trashbin",  # ownCloud, Nextcloud
    r"\.stversions",  # Syncthing: where what was deleted elsewhere is kept
    r"\.[a-z]*(recycler|recyclebin)",  # file managers and galleries of phones
    r"\.dtrash",
    r"\.trashbin",
    r"\.globaltrash",
)
_THUMBNAILS = _any_of(
    r"\.thumbnails?",
    r"\.thumbs?",
    r"\.sh_thumbnails",
    r"@eadir",  # Synology
    r"\.?@__thumb",  # QNAP
    r"\.wdmc",  # Western Digital
    r"\.xvpics",
    r"canonmsc",
)
_MARKED = re.compile(r"\.(trashed|pending)-(?P<until>\d+)-(?P<name>.+)", re.IGNORECASE | re.DOTALL)  # Android 11
_BIN_INDEX = _any_of(r"\$i[0-9a-z]+(\..*)?", r"info2?")  # Windows: names and dates of what lies in the bin
_SYSTEM_FOLDERS = _any_of(
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
    r"@recently-snapshot",  # QNAP
    r"\.snapshots?",
    r"\.android_secure",
)
# Folders a camera makes: DCIM and "100CANON", three digits and five signs (DCF, JEITA CP-3461).
_CAMERA_FOLDER = re.compile(r"dcim|camera|[1-9]\d\d[a-z_][0-9a-z_]{4}", re.IGNORECASE)
PENDING_S = 3600.0  # seconds since its last change after which a pending file is none that is being written; a choice
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


def sort_binned(parts: tuple[str, ...]) -> Sorted | None:
    """Return what lies in a bin at `parts`, or is marked as thrown away: a photo, a film, a RAW photo.

    Returns:
        None for what lies in no bin, and for what nobody would miss in one.
    """
    name, above = parts[-1], parts[:-1]
    marked = _MARKED.fullmatch(name)
    if not (marked or any(map(is_trash, above))) or not all(is_trash(part) or may_enter(part) for part in above):
        return None
    plain = marked["name"] if marked else name
    if _DEBRIS.fullmatch(plain) or _BIN_INDEX.fullmatch(plain):
        return None
    ending = ending_of(plain)
    if ending in _PICTURES:
        return Sorted(Sort.PHOTO, "photo")
    return Sorted(Sort.NEEDS_PERSON, _what_else(plain)) if ending in RAW_ENDINGS | VIDEO_ENDINGS else None


def is_unfinished(name: str, mtime_s: float, now_s: float) -> bool:
    """Say whether a file marked as pending may still be written: its day is not over, and it changed of late.

    Args:
        name: its own name; Android writes the second of the epoch after which it may be removed into it.
        mtime_s: seconds of the epoch when it changed last, by a clock that may be wrong in either direction.
        now_s: seconds of the epoch.
    """
    marked = _MARKED.fullmatch(name)
    is_pending = marked is not None and name[1:8].lower() == "pending"
    return is_pending and marked is not None and int(marked["until"][:12]) > now_s and abs(now_s - mtime_s) < PENDING_S


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
