"""What lies already in a folder that is to be registered, and whether such a folder can be meant at all.

Threat: somebody registers the wrong folder, their home or the family's Pictures, and a moment later its photos are
copied into the workspace and deleted; nobody said that they lay there.
Rule: what lies there is counted by names and times, and shown with what will become of it, before the device is
registered; more than a few photos must be confirmed (`--yes`), and a folder that is hardly ever a drop folder (a home,
a system's, the top of a disk, Pictures, Desktop and their like) must be meant (`--meant`).
Accepted residue: a wrong folder of another name shows only in its counts; names for Pictures in other languages are
not known.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path, PurePath

from redact.errors import UsageError, counted
from redact.store.devices import Clears
from redact.system.clock import local_day, moment_of, print_day
from watcher import UNREADABLE, Entry, Refusal, Sort, SourceFault, may_enter, sort_file, walk
from watcher.fs import open_top

FEW = 5  # photos that need no confirmation: a first try; a choice
#: Folders of the system and all below them.
_SYSTEM = (
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/sbin", "/sys", "/usr", "/System",
    "/Library", "/Applications", "/snap", "/var/cache", "/var/log", "C:/Windows", "C:/Program Files",
    "C:/Program Files (x86)", "C:/ProgramData",
)  # fmt: skip
#: Folders that hold everybody's folders; only they themselves: a folder in one may well be a drop folder.
_TOPS = (
    "/", "/home", "/media", "/mnt", "/opt", "/private", "/root", "/run", "/run/media", "/run/user", "/srv",
    "/tmp", "/var", "/var/lib", "/var/spool", "/var/tmp", "/var/www", "/Users", "/Users/Shared", "/Volumes",  # noqa: S108
    "C:/Users", "C:/Users/Public",
)  # fmt: skip
_HOMES = ("/home", "/Users", "C:/Users")  # a folder right in one of these is somebody's home
#: Where a person keeps what is their own, on the common desktops.
_OWN = frozenset(
    [
        "camera roll", "desktop", "documents", "downloads", "dropbox", "google drive", "icloud drive", "icloud photos",
        "movies", "my documents", "my pictures", "my videos", "onedrive", "photos library.photoslibrary", "pictures",
        "saved pictures", "screenshots", "videos",
    ]
)  # fmt: skip
_CLOSED = (
    "A part of it may not be read by this account and was not counted: more may lie there, and is taken in once the "
    "account may read it."
)
_OF_A_SCHOOL = "onedrive - "  # "OneDrive - Oak School": what OneDrive for work calls its folder


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies in the folders of a device that is to be registered."""

    photos: int = 0
    others: int = 0  # films, RAW and what else is no photo by its name
    first: date | None = None  # day of the oldest photo, by the time of its file
    last: date | None = None
    is_whole: bool = True  # False: this account may not read a part of it, so there may be more

    def describe(self, clears: Clears) -> str:
        """Return what lies there and what will become of it, in sentences; "" where nothing does."""
        if not self.photos + self.others:
            return "" if self.is_whole else f"Nothing was seen there. {_CLOSED}"
        counts = [counted(self.photos, "photo") + self._days()] * bool(self.photos)
        counts += [counted(self.others, "other file")] * bool(self.others)
        lie = "lies" if self.photos + self.others == 1 else "lie"
        sentences = [f"{' and '.join(counts)} {lie} there already."]
        if self.photos and clears is Clears.AT_ONCE:
            sentences.append("Each photo is taken in and, once its copy is safe in trust storage, deleted from there.")
        elif self.photos:
            sentences.append("Each photo is taken in; it is deleted from there when a person clears the device.")
        sentences += ["The other files stay and are listed for a person."] * bool(self.others)
        sentences += [_CLOSED] * (not self.is_whole)
        return " ".join(sentences)

    def _days(self) -> str:
        if self.first is None or self.last is None:
            return ""
        first, last = print_day(self.first), print_day(self.last)
        return f" of {first}" if first == last else f" of {first} to {last}"


def look_into(folders: Iterable[Path], zone: tzinfo) -> Lying:
    """Count what lies in folders, by names and times; no file is opened.

    Raises:
        UsageError: a folder cannot be looked into.
    """
    try:
        items = [item for folder in folders for item in _items_in(folder)]
    except (OSError, SourceFault) as error:
        raise UsageError(
            "A folder of the device cannot be looked into, so that nobody can say what lies there. Check that this "
            "account may read it; nothing was changed."
        ) from error
    found = [(sort_file(item.place.parts).sort, item) for item in items if isinstance(item, Entry)]
    written = [moment_of(entry.status.st_mtime_ns) for sort, entry in found if sort is Sort.PHOTO]
    others = sum(sort is Sort.NEEDS_PERSON for sort, _ in found)
    days = [local_day(moment, zone) for moment in written if moment is not None]
    is_whole = not any(isinstance(item, Refusal) and item.is_unread for item in items)
    return Lying(len(written), others, min(days, default=None), max(days, default=None), is_whole)


def _items_in(folder: Path) -> list[Entry | Refusal]:
    with open_top(folder) as top:
        items = list(walk(top, "new", lambda parts: may_enter(parts[-1])))
    failed = (item for item in items if isinstance(item, Refusal) and item.is_unread and item.why != UNREADABLE)
    if (first := next(failed, None)) is not None:  # what this account may not read is listed once the device is watched
        raise SourceFault("new", first.why)
    return items


def why_unusual(folder: PurePath, home: PurePath | None, *, is_card: bool = False) -> str | None:
    """Return why a folder is hardly ever meant as a drop folder, a sentence part; None where it may be.

    Args:
        folder: its real path.
        home: of the account; None where it has none.
        is_card: it is a card or another volume, where folders of any name hold photos.
    """
    like = type(folder)
    is_top = folder in {like(top) for top in _TOPS} or folder == folder.parent
    is_home = folder == home or folder.parent in {like(homes) for homes in _HOMES}
    name = folder.name.casefold()
    against = (
        (is_top, "is the top of a disk, or holds folders of everybody"),
        (home is not None and folder in home.parents, "holds the home folder of this account"),
        (is_home, "is somebody's home folder"),
        (not is_card and any(map(folder.is_relative_to, _SYSTEM)), "belongs to the system"),
        (not is_card and (name in _OWN or name.startswith(_OF_A_SCHOOL)), "is where a person keeps what is their own"),
    )
    return next((why for is_against, why in against if is_against), None)


def check_meant(
    folders: Sequence[Path], lying: Lying, clears: Clears, *, is_card: bool, is_confirmed: bool, is_meant: bool
) -> None:
    """Check that a person knows what lies in the folders, and means them.

    Raises:
        UsageError: it is not confirmed; nothing was changed.
    """
    home: Path | None = None
    with contextlib.suppress(RuntimeError, OSError):
        home = Path.home().resolve()
    for folder in folders:
        why = None if is_meant else why_unusual(folder, home, is_card=is_card)
        if why is not None:
            raise UsageError(
                f"The folder {folder} {why}, so it was not registered. {lying.describe(clears)} Choose a folder that "
                "is kept for this; or, if this very one is meant: --meant".replace("  ", " ")
            )
    if lying.photos > FEW and not is_confirmed:
        raise UsageError(f"Nothing was registered. {lying.describe(clears)} If that is meant, say so with --yes")
