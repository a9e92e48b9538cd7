"""What a person enters of a device to be registered, and the rules that it must fit; nothing is changed here.

Threat and rule: see register.py, which calls this before it marks a folder or writes anything down.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from redact.audit import kinds
from redact.audit.kinds import Role
from redact.audit.roles import check_approver, check_person_role
from redact.devices.untouched import holds_its_place
from redact.errors import UsageError
from redact.store.devices import (
    WATCHED_AS,
    Clears,
    Kind,
    Owner,
    RegisteredDevice,
    SerialSource,
    read_devices,
)
from redact.system.clock import end_of_day, local_day, print_moment
from redact.workspace.open import Workspace
from watcher import (
    MARKER_NAME,
    OUR_MARKERS,
    DeviceKind,
    DeviceRecord,
    FoldersOverlap,
    WatcherError,
    check_apart,
    holds_marker,
    system_reason,
)
from watcher.fs import is_mount, open_top

MAX_WORDS_CHARS = 80  # make, model, serial; the longest serials have 40
NONCE_BYTES = 16  # as watcher.device draws
_SCHOOL_YEAR_ENDS = (8, 31)  # month, day


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What a person enters of a device to be registered."""

    id: str
    kind: Kind
    owner: Owner
    holder: Role
    approved_by: Role
    until: date | None = None  # its last day; the end of the school year when not given
    folder: Path | None = None  # where photos are dropped
    further: tuple[Path, ...] = ()  # where copies may lie
    mount: Path | None = None  # where a card's volume is mounted; found from the folder when not given
    make: str = ""
    model: str = ""
    serial: str = ""
    serial_source: SerialSource | None = None
    clears: Clears | None = None  # at once, unless it is attest-only
    school: str = ""  # "": of the trust


def end_of_school_year(on: date) -> date:
    """Return the last day of the school year that `on` lies in: 31 August."""
    end = date(on.year, *_SCHOOL_YEAR_ENDS)
    return end if on <= end else date(on.year + 1, *_SCHOOL_YEAR_ENDS)


def checked(new: NewDevice, now: datetime, zone: tzinfo, owner: str) -> RegisteredDevice:
    """Return the device as the register will have it; `owner` is the workspace's id, for its markers.

    Raises:
        UsageError: something does not fit.
    """
    if not kinds.ID.accepts(new.id):
        raise UsageError(f"A device id is {kinds.ID.rule}: cam-office, ipad-3. Give another.")
    check_approver(new.approved_by)
    check_person_role(new.holder)
    _check_words(new)
    is_attested = new.kind is Kind.ATTEST_ONLY
    folders = _folders_of(new)
    record = DeviceRecord(
        id=new.id,
        kind=WATCHED_AS[new.kind],
        nonce="" if is_attested else secrets.token_hex(NONCE_BYTES),
        root=folders[0] if folders else None,
        further=folders[1:],
        mount=_mount_of(new, folders),
        may_search_volume=new.owner is Owner.TRUST,
        owner=owner,
    )
    return RegisteredDevice(
        record=record,
        kind=new.kind,
        make=new.make,
        model=new.model,
        serial=new.serial,
        serial_source=new.serial_source,
        owner=new.owner,
        holder=new.holder,
        approved_by=new.approved_by,
        approved_at=print_moment(now),
        until=last_moment(new.until, now, zone),
        retired_at=None,
        clears=new.clears or (Clears.BY_HAND if is_attested else Clears.AT_ONCE),
        last_seen_at=None if is_attested else print_moment(now),
        attested_at=None,
        school=new.school,
    )


def _folders_of(new: NewDevice) -> tuple[Path, ...]:
    """Return its folders, the one where photos are dropped first; none where its holder attests."""
    folders = tuple(_real_folder(folder) for folder in ((new.folder,) if new.folder else ()) + new.further)
    if new.kind is Kind.ATTEST_ONLY:
        if folders or new.mount:
            raise UsageError(
                "An attest-only device has no folder: its holder says what was deleted. Leave the folders out."
            )
        return ()
    if new.folder is None:
        raise UsageError(
            "Say where its photos lie: --folder FOLDER (or --kind attest-only, if no folder can be looked into)"
        )
    for index, folder in enumerate(folders):
        _check_apart(folders[:index], [folder], "another folder of it")
    return folders


def _check_words(new: NewDevice) -> None:
    for name, words in (("make", new.make), ("model", new.model), ("serial", new.serial)):
        if len(words) > MAX_WORDS_CHARS or not words.isprintable():
            raise UsageError(f"The {name} is one line of up to {MAX_WORDS_CHARS} characters. Give a shorter one.")
    if bool(new.serial) is not bool(new.serial_source):
        raise UsageError("A serial number and where it was read go together: --serial and --serial-source.")


def _real_folder(folder: Path) -> Path:
    """Return the folder with links resolved: the watcher follows none."""
    try:
        real = folder.resolve(strict=True)
        str(real).encode()  # the register is text
    except (OSError, UnicodeEncodeError) as error:
        why = system_reason(error) if isinstance(error, OSError) else "its name is not UTF-8"
        raise UsageError(
            f"A folder of the device cannot be used: {why}. Make the folder, or connect the device; and check the path."
        ) from error
    if not real.is_dir():
        raise UsageError("A folder of the device is no folder. Check the path.")
    return real


def _mount_of(new: NewDevice, folders: Sequence[Path]) -> Path | None:
    """Return where the volume of a card is mounted; None for the other kinds.

    Raises:
        UsageError: none is mounted there, or it is the system's own.
    """
    if WATCHED_AS[new.kind] is not DeviceKind.CARD:
        if new.mount is not None:
            raise UsageError("Only a card or a volume has a mount. Leave --mount out.")
        return None
    root = folders[0]
    mount = _real_folder(new.mount) if new.mount else next(place for place in (root, *root.parents) if is_mount(place))
    if not root.is_relative_to(mount) or not is_mount(mount):
        raise UsageError("No volume that holds the folder hangs at --mount. Connect the card, and check the path.")
    if mount == mount.parent:
        raise UsageError(
            "The folder lies on the system's own disk, not on a card or volume. Connect the card, or register it as a "
            "drop-folder."
        )
    return mount


def last_moment(until: date | None, now: datetime, zone: tzinfo) -> str:
    """Return the last moment of an approval: the end of a day at the school."""
    moment = end_of_day(until or end_of_school_year(local_day(now, zone)), zone)
    if moment < now:
        raise UsageError("The last day of the approval is over already. Give a day to come with --until DD/MM/YYYY.")
    return print_moment(moment)


def check_free(workspace: Workspace, folders: Sequence[Path], device_id: str = "") -> None:
    """Check that no folder of a device overlaps the workspace or another device.

    Args:
        workspace: whose register.
        folders: of the device.
        device_id: of the device, where it is on the register.

    Raises:
        UsageError: one does.
    """
    _check_apart(
        workspace.settings.own_folders, folders, f"a folder of the workspace {workspace.settings.folder} itself"
    )
    for folder in folders:
        _check_not_marked(folder)
    with workspace.database.read() as connection:
        known = read_devices(connection)
    for other in known:
        if other.id != device_id and holds_its_place(other):
            _check_apart(other.record.folders, folders, f"a folder of the device {other.id}")


def find_overlaps(workspace_folders: Sequence[Path], devices: Sequence[RegisteredDevice]) -> Iterator[tuple[str, str]]:
    """Yield each device (by id) whose folders are not apart from the workspace's or another's, and the sentence."""
    taken = list(workspace_folders)
    for device in devices:
        try:
            check_apart(taken, device.record.folders)
        except WatcherError as fault:
            yield device.id, str(fault)
        if holds_its_place(device):
            taken += device.record.folders


def _check_not_marked(folder: Path) -> None:
    """Check that the folder is, and lies in, no vault, trust storage or workspace, of this workspace or another.

    By its marker: a second mount shows the same folder under another identity.

    Raises:
        UsageError: it is one, or lies in one, or that cannot be seen.
    """
    names = [name for name in OUR_MARKERS if name != MARKER_NAME]
    for place in (folder, *folder.parents):
        try:
            with open_top(place) as top:
                is_ours = holds_marker(top, names)
        except OSError as error:
            if place != folder:
                continue  # a folder above it that may not be read belongs to the administrator
            raise UsageError(f"A folder of the new device cannot be used: {system_reason(error)}. Check it.") from error
        if is_ours:
            where = "is" if place == folder else "lies in"
            raise UsageError(
                f"A folder of the new device {where} the vault, the trust storage or the folder of a workspace: it "
                "carries its marker. Choose a folder that lies apart from it; nothing was changed."
            )


def _check_apart(taken: Sequence[Path], folders: Sequence[Path], whose: str) -> None:
    try:
        check_apart(taken, folders)
    except FoldersOverlap as fault:
        raise UsageError(
            f"A folder of the new device is {fault.relation} {whose}. Choose a folder that lies apart from it; nothing "
            "was changed."
        ) from fault
