"""A device: what it is, where its photos lie, and what can be proved about it.

Threat: a folder that is empty because the card is out, the share is down or another card is in is taken for a folder
that was cleared; or files of an unknown volume are taken for the device's.
Rule: absence is not deletion.  Presence is proved by a marker file with a nonce, written when the device was
registered into every one of its folders, and read through the very handle that is then worked with.  A folder that
holds another marker of ours beside it is no device's: it is a vault, trust storage or a workspace.  The marker names
the workspace: a folder that another one registered is reported as such, and not worked in.  Whatever is missing,
unreadable or different gives Unknown, never "empty". Residue: whoever can read the folder can copy the marker with the
rest (a cloned card proves the same); the marker shows which volume this is, not who holds it; one of version 0.1.0
names no workspace, and its nonce alone proves it, until `name_owner` wrote it again.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, assert_never

from watcher.errors import AlreadyMarked, AnothersFolder, SourceFault, Unsafe, system_reason
from watcher.fs import system
from watcher.fs.folders import Folder, open_top
from watcher.fs.whole import write_once, write_whole
from watcher.guard import Place, holds_marker, open_file
from watcher.sort import MARKER_NAME, OUR_MARKERS

_FORMER_HEAD = "redact device marker 1"  # of version 0.1.0: the device's id and its nonce
_MARKER_HEAD = "redact device marker 2"  # the workspace's id, the device's, and its nonce
_MARKER_BYTES = 512  # the longest marker is 22 + 32 + 64 + 32 characters and four line ends
_NONCE_BYTES = 16  # 128 bits, not guessable
_DEVICE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

_ONLY_ITS_FOLDERS = "only its own folders may be looked at"
VOLUME_TOP = -1  # Place.folder: the top of the device's volume, where systems put their trash
MACHINE_TRASH = (-2, -3)  # Place.folder: the account's own trash folders on this machine (watcher.fs.system)


class DeviceKind(StrEnum):
    """How far a device can be looked into."""

    FOLDER = "folder"  # a drop folder on a disk that is always there
    CARD = "card"  # a card or another volume that comes and goes
    ATTEST_ONLY = "attest-only"  # iPhone, iPad, cloud: its holder says what was deleted


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """What the register knows of a device, as far as files go."""

    id: str  # letters, digits, "-" and "_": it is printed and goes into the audit log
    kind: DeviceKind
    nonce: str  # 32 hex digits, in the marker of every folder
    root: Path | None = None  # where photos are dropped; None for attest-only
    further: tuple[Path, ...] = ()  # folders where copies may lie
    mount: Path | None = None  # where a card's volume hangs
    may_search_volume: bool = False  # trust-owned: trash and caches outside the folders may be looked at too
    owner: str = ""  # the workspace's id, 32 hex digits; "": not known, as of version 0.1.0

    def __post_init__(self) -> None:
        """Raise ValueError on a record that could not be worked with."""
        if not _DEVICE_ID.fullmatch(self.id):
            raise ValueError("a device id is 1 to 64 letters, digits, '-' or '_'")
        if (self.root is None) != (self.kind is DeviceKind.ATTEST_ONLY):
            raise ValueError("a device has a root folder, unless it is attest-only")
        if (self.mount is None) == (self.kind is DeviceKind.CARD):
            raise ValueError("a card, and only a card, has a mount")

    @property
    def folders(self) -> tuple[Path, ...]:
        """The root and the further folders, in the order that Place.folder counts."""
        return (() if self.root is None else (self.root,)) + self.further


@dataclass(frozen=True, slots=True)
class Present:
    """The marker was read and is the device's own."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing can be said about the device now."""

    reason: str  # a sentence part
    is_anothers: bool = False  # the folder carries another workspace's marker


Presence = Present | Unknown


class Device(Protocol):
    """Something whose folders can be opened once its presence is proved."""

    @property
    def record(self) -> DeviceRecord:
        """What the register knows."""

    def is_present(self) -> Presence:
        """Say whether the root folder proves to be the device's, now."""

    def open(self, folder: int = 0) -> Folder:
        """Open one of the folders (counted as in Place), its marker proved; raises SourceFault otherwise."""


@dataclass(frozen=True, slots=True)
class FolderDevice:
    """A drop folder on a disk that is always there."""

    record: DeviceRecord

    def is_present(self) -> Presence:
        """Say whether the root folder proves to be the device's, now."""
        return _prove(self)

    def open(self, folder: int = 0) -> Folder:
        """Open one of the folders, its marker proved.

        Raises:
            SourceFault: it is missing, unreadable, or another one.
        """
        return _open_marked(self.record, folder)


@dataclass(frozen=True, slots=True)
class CardDevice:
    """A card or another volume: besides the marker, a volume must hang where it hung, and hold the folder."""

    record: DeviceRecord

    def is_present(self) -> Presence:
        """Say whether the root folder proves to be the device's, now."""
        return _prove(self)

    def open(self, folder: int = 0) -> Folder:
        """Open one of the folders, its marker proved, on a mounted volume.

        Raises:
            SourceFault: no volume hangs there, or the folder is missing, unreadable, or another one.
        """
        mount = self.record.mount
        if mount is None or not system.is_mount(mount):
            raise SourceFault(self.record.id, "no volume is mounted where it was")
        return _open_marked(self.record, folder)


@dataclass(frozen=True, slots=True)
class AttestOnlyDevice:
    """A device that cannot be looked into."""

    record: DeviceRecord

    def is_present(self) -> Presence:
        """Return Unknown, always."""
        return _prove(self)

    def open(self, folder: int = 0) -> Folder:
        """Raise SourceFault, always."""
        raise SourceFault(self.record.id, f"its holder attests, there is no folder {folder} to look into")


def volume_of(folder: Path) -> Path:
    """Return where the volume that holds a folder hangs."""
    return next((place for place in (folder, *folder.parents) if system.is_mount(place)), folder)


def outer_folders(record: DeviceRecord) -> Iterator[int]:
    """Give what may be searched beside the device's own folders for trash, as Place.folder counts it."""
    if not record.may_search_volume or record.root is None:
        return
    if (record.mount or volume_of(record.root)) not in record.folders:  # else a walk of the folder sees it
        yield VOLUME_TOP
    for number, trash in zip(MACHINE_TRASH, system.trash_folders(os.environ), strict=True):
        if os.path.lexists(trash) and not any(trash.is_relative_to(folder) for folder in record.folders):
            yield number


def device_of(record: DeviceRecord) -> Device:
    """Return the device that `record` describes."""
    match record.kind:
        case DeviceKind.FOLDER:
            return FolderDevice(record)
        case DeviceKind.CARD:
            return CardDevice(record)
        case DeviceKind.ATTEST_ONLY:
            return AttestOnlyDevice(record)
        case unreachable:
            assert_never(unreachable)


def write_marker(folder: Path, device_id: str, nonce: str | None = None, owner: str = "") -> str:
    """Write the marker of a new device into `folder`, whole, and bring it to the disk.

    Args:
        folder: one of the device's folders; a further folder gets the `nonce` of the first.
        device_id: as in the register.
        nonce: 32 hex digits; drawn when not given.
        owner: the workspace's id.

    Returns:
        The nonce.

    Raises:
        AlreadyMarked: a marker is there.
        SourceFault: the folder cannot be written.
    """
    nonce = nonce or secrets.token_hex(_NONCE_BYTES)
    try:
        with open_top(folder) as top:
            is_written = write_once(top, MARKER_NAME, _marker(device_id, nonce, owner), 0o644)
            is_anothers = not is_written and _is_anothers(_read_whatever(top, device_id), owner)
    except OSError as error:
        raise SourceFault(device_id, system_reason(error)) from error
    if not is_written:
        raise AlreadyMarked(is_anothers=is_anothers)
    return nonce


def name_owner(record: DeviceRecord, number: int) -> bool:
    """Write the workspace's id into a marker of version 0.1.0, which names none, once it proves to be the device's.

    Returns:
        Whether the marker was written; one that names the workspace stays as it is.

    Raises:
        SourceFault: the folder is missing, another device's, or cannot be written; its marker is as it was.
    """
    with device_of(record).open(number) as folder:
        if not record.owner or _read_marker(folder, record.id) != _marker(record.id, record.nonce):
            return False
        try:
            write_whole(folder, MARKER_NAME, _marker(record.id, record.nonce, record.owner), 0o644)
        except OSError as error:
            raise SourceFault(record.id, system_reason(error)) from error
    return True


def remove_marker(record: DeviceRecord, number: int) -> None:
    """Remove the marker from one folder of a device that is retired, after proving that it is the device's own.

    Raises:
        SourceFault: the folder is missing, another device's, or cannot be written.
    """
    with _open_marked(record, number) as folder:
        try:
            folder.unlink(MARKER_NAME)
            folder.flush()
        except OSError as error:
            raise SourceFault(record.id, system_reason(error)) from error


def _marker(device_id: str, nonce: str, owner: str = "") -> bytes:
    head = f"{_MARKER_HEAD}\n{owner}" if owner else _FORMER_HEAD
    return f"{head}\n{device_id}\n{nonce}\n".encode()


def _is_anothers(marker: bytes, owner: str) -> bool:
    """Say whether a marker names a workspace, and another one than `owner`."""
    return bool(owner) and _owner_in(marker) not in ("", owner)


def _owner_in(marker: bytes) -> str:
    """Return the workspace's id that a marker names; "" where it names none."""
    head, _, rest = marker.partition(b"\n")
    named = rest.partition(b"\n")[0]
    return named.decode("ascii", "replace") if head == _MARKER_HEAD.encode() else ""


def _prove(device: Device) -> Presence:
    try:
        with device.open():
            return Present()
    except SourceFault as fault:
        return Unknown(fault.why, isinstance(fault, AnothersFolder))


def _open_marked(record: DeviceRecord, number: int) -> Folder:
    """Open a folder of the device and prove it by its marker; what is outside of them is proved by its root."""
    if number == VOLUME_TOP:
        return _open_volume_top(record)
    if number in MACHINE_TRASH:
        return _open_machine_trash(record, number)
    try:
        folder = open_top(record.folders[number])
    except OSError as error:
        raise SourceFault(record.id, _why_not_open(error)) from error
    try:
        _check_marker(folder, record)
    except BaseException:
        folder.__exit__(None, None, None)
        raise
    return folder


def _why_not_open(error: OSError) -> str:
    if error.errno in {errno.ELOOP, errno.ENOTDIR}:
        return "its folder is a link or no folder"
    return f"its folder does not open ({system_reason(error)})"


def _open_volume_top(record: DeviceRecord) -> Folder:
    if record.root is None or (record.mount is None and not record.may_search_volume):
        raise SourceFault(record.id, _ONLY_ITS_FOLDERS)
    with _open_marked(record, 0) as root:
        volume = root.status().st_dev
    try:
        top = open_top(record.mount or volume_of(record.root))
    except OSError as error:
        raise SourceFault(record.id, _why_not_open(error)) from error
    if top.status().st_dev != volume:
        top.__exit__(None, None, None)
        raise SourceFault(record.id, "its folder lies on another volume than the one mounted")
    return top


def _open_machine_trash(record: DeviceRecord, number: int) -> Folder:
    if not record.may_search_volume:
        raise SourceFault(record.id, _ONLY_ITS_FOLDERS)
    _open_marked(record, 0).__exit__(None, None, None)  # nothing is said, or deleted, of a device that is away
    try:
        return open_top(system.trash_folders(os.environ)[MACHINE_TRASH.index(number)])
    except OSError as error:
        raise SourceFault(record.id, _why_not_open(error)) from error


def _check_marker(folder: Folder, record: DeviceRecord) -> None:
    """Raise SourceFault unless the marker in the open `folder` is the device's."""
    found = _read_marker(folder, record.id)
    if _is_anothers(found, record.owner):
        raise AnothersFolder(record.id)
    owners = {"", record.owner or _owner_in(found)}  # who read the row before it got an id believes the marker's nonce
    if found not in {_marker(record.id, record.nonce, owner) for owner in owners}:
        raise SourceFault(record.id, "the marker found is another device's")
    if _is_workspace_folder(folder):
        raise SourceFault(record.id, "its folder is a vault, trust storage or a workspace as well")


def _read_marker(folder: Folder, device_id: str) -> bytes:
    """Return what the marker in the open `folder` says.

    Raises:
        SourceFault: there is none, or it cannot be read.
    """
    try:
        handle = open_file(folder, Place(device_id, (MARKER_NAME,)))
    except (SourceFault, Unsafe) as error:
        raise SourceFault(device_id, "its marker is missing or does not open") from error
    with os.fdopen(handle, "rb") as file:
        try:
            return file.read(_MARKER_BYTES)
        except OSError as error:
            raise SourceFault(device_id, "its marker cannot be read") from error


def _read_whatever(folder: Folder, device_id: str) -> bytes:
    """Return what a marker says that is in the way; nothing of one that does not open."""
    try:
        return _read_marker(folder, device_id)
    except SourceFault:
        return b""


def _is_workspace_folder(folder: Folder) -> bool:
    try:
        return holds_marker(folder, [name for name in OUR_MARKERS if name != MARKER_NAME])
    except OSError:
        return True  # nobody can say
