"""Where a workspace may lie: not where a service copies it elsewhere, and no SQLite file on a network.

Threat: plain originals, keys and the audit log are copied to a cloud (and to every laptop that syncs it), where
deletion is no deletion; a sync service or a network file system breaks the locks and the order of writes that SQLite
needs.
Rule: a workspace, or one of its private folders, inside a synced folder is refused unless its admin says otherwise; an
SQLite database on a network file system is refused always.  `judge` decides from what `look_at` saw; the services are
one table.  Which folders a workspace has is redact/workspace/folders.py's matter.
Accepted residue: a service that is not in the table, one whose folder got another name and that leaves no mark in it
(Box, pCloud, Proton Drive), and folders that were redirected to a cloud by a system that leaves no trace below them.
What kind of file system it is only Linux says, and Windows by the kind of drive.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from watcher.fs import mount_of

_MAX_INI_BYTES = 16 * 1024  # desktop.ini of the services has under 1,000
_NOTHING = r"(?!)"  # matches nothing


@dataclass(frozen=True, slots=True)
class Service:
    """One service that copies folders elsewhere, and how its folders are recognised."""

    name: str
    variables: tuple[str, ...]  # environment variables that hold its folder
    folders: str  # pattern of a folder's name, lower case
    markers: str  # pattern of a file's name that it leaves in its top folder, lower case; a folder's ends in "/"
    program: str  # pattern of what its desktop.ini names (Windows gives its top folder an icon), lower case
    at_home: str = _NOTHING  # as `folders`, for a name so common that it counts in a person's own folder only


SERVICES: tuple[Service, ...] = (
    Service(
        "OneDrive",
        ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"),
        r"onedrive|onedrive ?- ?.+|sharepoint ?- ?.+",  # "OneDrive - Trust"; macOS: "OneDrive-Trust"
        r"\.849c9593-d756-4e56-8d6e-42412f2a707b",  # hidden file in the top folder
        r"onedrive",
    ),
    Service(
        "Google Drive",
        (),
        r"google ?drive|googledrive-.+|my drive|shared drives|drivefs",
        r"\.tmp\.drive(download|upload)/?|\.shortcut-targets-by-id/",
        r"googledrivefs|google drive",
    ),
    Service(
        "Dropbox",
        (),
        r"dropbox|dropbox \(.+\)|dropbox-.+|.+ dropbox",  # "Trust Dropbox" of teams
        r"\.dropbox|\.dropbox\.cache/",  # `.dropbox` as a folder is its programme's own, in every home
        r"dropbox",
    ),
    Service(
        "iCloud Drive", (), r"icloud ?drive|icloudphotos|mobile documents|com~apple~clouddocs", _NOTHING, r"icloud"
    ),
    Service(
        "Nextcloud",
        (),
        r"nextcloud\d*|owncloud\d*",
        r"\.(nextcloud|owncloud)sync\.log|\._?sync_[0-9a-f]+\.db",
        r"nextcloud|owncloud",
    ),
    Service("Box", (), r"box sync|box-box", _NOTHING, r"box\.exe|boxsync", at_home=r"box|box drive"),
    Service("pCloud", (), r"pcloud ?drive|pcloud ?sync", _NOTHING, r"pcloud", at_home=r"pcloud"),
    # It adds a default .megaignore to every folder that it syncs (help.mega.io, "megaignore")
    Service("MEGA", (), r"megasync|megasync downloads", r"\.megaignore", r"megasync", at_home=r"mega"),
    Service("Syncthing", (), _NOTHING, r"\.stfolder/?", _NOTHING),
    Service("Sync.com", (), _NOTHING, _NOTHING, r"sync\.com", at_home=r"sync"),
    Service("Seafile", (), r"seafile|seadrive", _NOTHING, r"seafile|seadrive"),
    Service("Proton Drive", (), r"proton ?drive", _NOTHING, r"proton ?drive"),
    Service("Synology Drive", (), r"synology ?drive|cloudstation", r"\.synologyworkingdirectory/", r"synology ?drive"),
    Service("Resilio Sync", (), r"resilio ?sync", _NOTHING, r"resilio"),
    Service("Egnyte", (), r"egnyte ?(drive|connect)?", _NOTHING, r"egnyte"),
    Service("Tresorit", (), r"tresorit( drive)?|my tresors", _NOTHING, r"tresorit"),
    Service("Yandex Disk", (), r"yandex\.?disk", _NOTHING, r"yandex ?disk"),
    Service("a synced folder of macOS", (), r"cloudstorage", _NOTHING, _NOTHING),  # ~/Library/CloudStorage
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in one folder."""

    names: tuple[str, ...]  # those that begin with a dot: of files, of folders with a "/"
    icon: str  # what its desktop.ini says, lower case


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a folder and of those above it."""

    folder: Path  # links resolved
    inside: Mapping[Path, tuple[str, ...]]  # for it and each folder above: names of files, of folders with a "/"
    icons: tuple[str, ...]  # what desktop.ini files on the way say
    environment: Mapping[str, str]
    network: str | None  # kind of network file system; None: a disk of this machine, or not known


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a workspace should not lie there."""

    sentence: str
    may_be_waived: bool


def syncs(look: Look) -> str | None:
    """Return the name of the service that copies the folder that was looked at elsewhere; None for none that is known.

    It reads as the end of a sentence: "is copied elsewhere by OneDrive".
    """
    return next((service.name for service in SERVICES if _is_of(service, look)), None)


def judge(look: Look, *, holds_sqlite: bool) -> Objection | None:
    """Say what speaks against a workspace in the folder that was looked at, gravest first; None when nothing does."""
    if holds_sqlite and look.network is not None:
        return Objection(
            f"The folder {look.folder} lies on a network file system ({look.network}), where an SQLite database can be "
            "damaged. Choose a folder on a disk of this machine, or set database_url and engine_url to PostgreSQL",
            may_be_waived=False,
        )
    service = syncs(look)
    if service is None:
        return None
    return Objection(
        f"The folder {look.folder} is copied elsewhere by {service}: originals and keys would leave this machine, and "
        "what is deleted here would live on there. Choose a folder that is not synced",
        may_be_waived=True,
    )


def look_at(
    folder: Path, environment: Mapping[str, str] | None = None, *, seen: dict[Path, Seen] | None = None
) -> Look:
    """Look at `folder` (it need not exist) and at every folder above it; what cannot be read is left out.

    Args:
        folder: the folder.
        environment: where services name their folders; the process's own when not given.
        seen: what was seen of folders a moment ago: it is used, and what is new is added.
    """
    real, seen = Path(os.path.realpath(folder)), {} if seen is None else seen
    way = (real, *real.parents)
    for place in way:
        if place not in seen:
            seen[place] = Seen(_names_in(place), _icon_of(place))
    icons = tuple(seen[place].icon for place in way if seen[place].icon)
    return Look(real, {p: seen[p].names for p in way}, icons, environment or os.environ, _network_of(real))


def _is_of(service: Service, look: Look) -> bool:
    if any(re.fullmatch(service.folders, part.lower()) for part in look.folder.parts):
        return True
    if any(re.fullmatch(service.at_home, part.lower()) for part in _parts_at_home(look)):
        return True
    if any(_is_inside(look.folder, look.environment.get(variable, "")) for variable in service.variables):
        return True
    if any(re.search(service.program, icon) for icon in look.icons):
        return True
    return any(re.fullmatch(service.markers, name.lower()) for names in look.inside.values() for name in names)


def _parts_at_home(look: Look) -> Iterator[str]:
    """Yield the names of those folders on the way that lie directly in a person's own folder."""
    homes = {look.environment.get(variable, "").lower() for variable in ("HOME", "USERPROFILE")} - {""}
    for place in (look.folder, *look.folder.parents):
        home = place.parent
        if str(home).lower() in homes or home.parent.name.lower() in {"home", "users"}:
            yield place.name


def _is_inside(folder: Path, top: str) -> bool:
    """Say whether `folder` is `top` or below it; Windows names have no case."""
    if not top:
        return False
    here, there = (Path(str(path).lower()) for path in (folder, Path(top)))
    return here.is_relative_to(there)


def _names_in(folder: Path) -> tuple[str, ...]:
    """Return the names that begin with a dot: no service leaves another one."""
    try:
        with os.scandir(folder) as entries:
            dotted = [entry for entry in entries if entry.name.startswith(".")]
            return tuple(sorted(f"{e.name}/" if e.is_dir(follow_symlinks=False) else e.name for e in dotted))
    except OSError:
        return ()


def _icon_of(folder: Path) -> str:
    """Return what a folder's desktop.ini says, lower case; empty where there is none."""
    try:
        with (folder / "desktop.ini").open("rb") as file:
            return file.read(_MAX_INI_BYTES).replace(b"\0", b"").decode("latin-1").lower()  # UTF-16 or a code page
    except OSError:
        return ""


def _network_of(folder: Path) -> str | None:
    """Return the kind of network file system that `folder` lies on, None for a disk of this machine or not known."""
    if sys.platform == "win32":
        return _windows_network_of(folder)
    mount = mount_of(folder)
    return None if mount is None or mount.reports_changes else mount.kind


def _windows_network_of(folder: Path) -> str | None:
    """As `_network_of`; written from the documentation and run on no Windows machine yet."""
    if sys.platform == "win32":
        import ctypes

        if folder.drive.startswith("\\\\"):
            return "a share"
        remote = 4  # DRIVE_REMOTE, GetDriveTypeW
        return "a mapped drive" if ctypes.windll.kernel32.GetDriveTypeW(folder.drive + "\\") == remote else None
    return None
