"""Register, renew and retire devices: the rules, the markers in their folders, the entry in the audit log.

Threat: a device is approved by nobody in charge; the workspace's own folders, or one folder twice, are taken for a
device; a marker is written over another workspace's, or stays behind and stands in the way.
Rule: only the people of the policy approve, and until a date; what lies in a folder already, and a folder that can
hardly be meant, need a word (already_there.py); every folder is apart from the workspace and from every
other device; markers are written before the register says so, and taken back when it does not come to that.
Accepted residue: a crash between marker and register leaves a marker that no register knows; adding the device again
with `--replace-marker` is the next step.  Two cards that hang at one place, one at a time, are told by their markers.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from redact.audit import kinds
from redact.audit.events import name_tag
from redact.audit.kinds import Role
from redact.audit.roles import check_approver, check_person_role
from redact.devices.already_there import check_meant, look_into
from redact.devices.untouched import holds_its_place
from redact.errors import RedactError, UsageError
from redact.store.devices import (
    DOORS,
    Clears,
    Kind,
    Owner,
    RegisteredDevice,
    SerialSource,
    insert_device,
    read_device,
    read_devices,
    renew_device,
    retire_device,
)
from redact.store.photos import NOT_GONE, list_device_files
from redact.system.clock import end_of_day, local_day, print_moment
from redact.workspace.ids import acting_role, check_names_nobody, check_reason, find_device, why_no_device
from redact.workspace.open import Workspace
from watcher import (
    MARKER_NAME,
    OUR_MARKERS,
    DeviceKind,
    DeviceRecord,
    FoldersOverlap,
    SourceFault,
    WatcherError,
    check_apart,
    device_of,
    holds_marker,
    remove_marker,
    said_by,
    write_marker,
)
from watcher.fs import is_mount, open_top

MAX_WORDS_CHARS = 80  # make, model, serial; the longest serials have 40
_NONCE_BYTES = 16  # as watcher.device draws
_SCHOOL_YEAR_ENDS = (8, 31)  # month, day


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What a person says of a device to be registered."""

    id: str
    kind: Kind
    owner: Owner
    holder: Role
    approved_by: Role
    until: date | None = None  # its last day; the end of the school year when not given
    folder: Path | None = None  # where photos are dropped
    further: tuple[Path, ...] = ()  # where copies may lie
    mount: Path | None = None  # where a card's volume hangs; found from the folder when not given
    make: str = ""
    model: str = ""
    serial: str = ""
    serial_source: SerialSource | None = None
    clears: Clears | None = None  # at once, unless it is attest-only


@dataclass(frozen=True, slots=True)
class Retired:
    """What became of a device that was retired."""

    device: RegisteredDevice
    marked: tuple[Path, ...]  # folders that still carry its marker: they could not be proved, or not be written
    waiting: int  # files of it that were taken in and not cleared


def add_device(
    workspace: Workspace,
    new: NewDevice,
    *,
    replaces_marker: bool = False,
    is_confirmed: bool = False,
    is_meant: bool = False,
) -> RegisteredDevice:
    """Register a device: check it, mark its folders, write it down and log it.

    Args:
        workspace: whose register.
        new: the device.
        replaces_marker: take away a marker that another register, or a broken run, left in its folders.
        is_confirmed: a person knows that more than a few photos lie there already, and what becomes of them.
        is_meant: a person means a home, a system's folder, Pictures, Desktop or the like.

    Raises:
        UsageError: the device does not fit the rules, a folder overlaps another one, or a word is missing; nothing was
            changed.
        RedactError: a folder is marked already, or cannot be written; nothing was changed.
        DatabaseFault: nothing was changed.
    """
    check_names_nobody(workspace, new.id, new.make, new.model, new.serial)
    with _translated():
        device = _checked(new, workspace.now(), workspace.settings.zone)
        _check_free(workspace, device.record.folders)  # looks at devices: not while writers wait
        folders, is_card = device.record.folders, device.record.kind is DeviceKind.CARD
        lying = look_into(folders, workspace.settings.zone)
        check_meant(folders, lying, device.clears, is_card=is_card, is_confirmed=is_confirmed, is_meant=is_meant)
        return _write_down(workspace, device, replaces_marker=replaces_marker)


def _write_down(workspace: Workspace, device: RegisteredDevice, *, replaces_marker: bool) -> RegisteredDevice:
    with workspace.ledger.writing() as entries:
        if read_device(entries.connection, device.id) is not None:
            raise UsageError(
                f"There is a device {device.id} on the register; an id is never given twice. Choose another."
            )
        with _marked(device.record, replaces_marker=replaces_marker):
            insert_device(entries.connection, device)
            entries.add(kinds.Kind.DEVICE_REGISTERED, **_facts(device, workspace.keys.tags))
    return device


def renew(workspace: Workspace, device_id: str, approved_by: Role, until: date | None = None) -> RegisteredDevice:
    """Approve a device again.

    Raises:
        UsageError: there is no such device, it is retired, or the approval does not fit the rules.
        DatabaseFault: nothing was changed.
    """
    now = workspace.now()
    last = _until(until, now, workspace.settings.zone)
    check_approver(approved_by)
    with workspace.ledger.writing() as entries:
        if not renew_device(entries.connection, device_id, approved_by, print_moment(now), last):
            raise UsageError(why_no_device(entries.connection, device_id))
        entries.add(kinds.Kind.DEVICE_RENEWED, device=device_id, approved_by=approved_by.value, until=last)
        return find_device(entries.connection, device_id)


def retire(workspace: Workspace, device_id: str, by: Role, reason: str) -> Retired:
    """Retire a device for good; its photos stay where they are, its markers go where it is present.

    The markers go so that its folders can be registered as another device's; from then on nothing of it can be proved
    or deleted, so what is to be cleared is cleared before.

    Raises:
        UsageError: there is no such device, it is retired, or the role or reason does not fit the audit log.
        DatabaseFault: nothing was changed.
    """
    role, reason = acting_role(by), check_reason(workspace, reason)
    with workspace.ledger.writing() as entries:
        if not retire_device(entries.connection, device_id, print_moment(workspace.now())):
            raise UsageError(why_no_device(entries.connection, device_id))
        entries.add(kinds.Kind.DEVICE_RETIRED, device=device_id, by=role, reason=reason)
        device = find_device(entries.connection, device_id)
        left = list_device_files(entries.connection, device=device_id, states=NOT_GONE)
    return Retired(
        device, tuple(_unmark(device.record)), len(left)
    )  # after the commit: a fault leaves a marker, never a lie


def end_of_school_year(on: date) -> date:
    """Return the last day of the school year that `on` lies in: 31 August."""
    end = date(on.year, *_SCHOOL_YEAR_ENDS)
    return end if on <= end else date(on.year + 1, *_SCHOOL_YEAR_ENDS)


def overlaps(workspace_folders: Sequence[Path], devices: Sequence[RegisteredDevice]) -> Iterator[tuple[str, str]]:
    """Give each device (by id) whose folders are not apart from the workspace's or another's, and the sentence."""
    taken = list(workspace_folders)
    for device in devices:
        try:
            check_apart(taken, device.record.folders)
        except WatcherError as fault:
            yield device.id, str(fault)
        if holds_its_place(device):
            taken += device.record.folders


def _checked(new: NewDevice, now: datetime, zone: tzinfo) -> RegisteredDevice:
    """Return the device as it will stand in the register.

    Raises:
        UsageError: something does not fit.
    """
    if not kinds.ID.accepts(new.id):
        raise UsageError(f"A device id is {kinds.ID.rule}: cam-office, ipad-3. Give another.")
    check_approver(new.approved_by)
    check_person_role(new.holder)
    _check_words(new)
    folders = tuple(_real_folder(folder) for folder in ((new.folder,) if new.folder else ()) + new.further)
    is_attested = new.kind is Kind.ATTEST_ONLY
    if is_attested and (folders or new.mount):
        raise UsageError(
            "An attest-only device has no folder: its holder says what was deleted. Leave the folders out."
        )
    if not is_attested and new.folder is None:
        raise UsageError(
            "Say where its photos lie: --folder FOLDER (or --kind attest-only, if no folder can be looked into)"
        )
    for index, folder in enumerate(folders):
        _check_apart(folders[:index], [folder], "another folder of it")
    record = DeviceRecord(
        id=new.id,
        kind=DOORS[new.kind],
        nonce="" if is_attested else secrets.token_hex(_NONCE_BYTES),
        root=folders[0] if folders else None,
        further=folders[1:],
        mount=_mount_of(new, folders),
        may_search_volume=new.owner is Owner.TRUST,
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
        until=_until(new.until, now, zone),
        retired_at=None,
        clears=new.clears or (Clears.BY_HAND if is_attested else Clears.AT_ONCE),
        last_seen_at=None if is_attested else print_moment(now),
        attested_at=None,
    )


def _check_words(new: NewDevice) -> None:
    for name, words in (("make", new.make), ("model", new.model), ("serial", new.serial)):
        if len(words) > MAX_WORDS_CHARS or not words.isprintable():
            raise UsageError(f"The {name} is one line of up to {MAX_WORDS_CHARS} characters. Give a shorter one.")
    if bool(new.serial) is not bool(new.serial_source):
        raise UsageError("A serial number and where it was read go together: --serial and --serial-source.")


def _real_folder(folder: Path) -> Path:
    """Return the folder with links resolved: the watcher follow none."""
    try:
        real = folder.resolve(strict=True)
        str(real).encode()  # the register is text
    except (OSError, UnicodeEncodeError) as error:
        why = said_by(error) if isinstance(error, OSError) else "its name is not UTF-8"
        raise UsageError(
            f"A folder of the device cannot be used: {why}. Connect the device, and check the path."
        ) from error
    if not real.is_dir():
        raise UsageError("A folder of the device is no folder. Check the path.")
    return real


def _mount_of(new: NewDevice, folders: Sequence[Path]) -> Path | None:
    """Return where the volume of a card hangs; None for the other kinds.

    Raises:
        UsageError: none hangs there, or it is the system's own.
    """
    if DOORS[new.kind] is not DeviceKind.CARD:
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


def _until(until: date | None, now: datetime, zone: tzinfo) -> str:
    """Return the last moment of an approval: the end of a day at the school."""
    moment = end_of_day(until or end_of_school_year(local_day(now, zone)), zone)
    if moment < now:
        raise UsageError("The last day of the approval is over already. Give a day to come with --until DD/MM/YYYY.")
    return print_moment(moment)


def _check_free(workspace: Workspace, folders: Sequence[Path]) -> None:
    """Check that no folder of a new device overlaps the workspace or another device.

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
        if holds_its_place(other):
            _check_apart(other.record.folders, folders, f"a folder of the device {other.id}")


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
                continue  # above it, what may not be read is the administrator's
            raise UsageError(f"A folder of the new device cannot be used: {said_by(error)}. Check it.") from error
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


@contextlib.contextmanager
def _marked(record: DeviceRecord, *, replaces_marker: bool) -> Iterator[None]:
    """Mark every folder; take the markers back when what follows fails."""
    with contextlib.ExitStack() as back:
        for number, folder in enumerate(record.folders):
            if replaces_marker:
                _drop_marker(folder, record.id)
            write_marker(folder, record.id, record.nonce)
            back.callback(_unmark_quietly, record, number)
        yield
        back.pop_all()


def _drop_marker(folder: Path, device_id: str) -> None:
    try:
        with open_top(folder) as top, contextlib.suppress(FileNotFoundError):
            top.unlink(MARKER_NAME)
    except OSError as error:
        raise SourceFault(device_id, said_by(error)) from error


def _unmark_quietly(record: DeviceRecord, number: int) -> None:
    with contextlib.suppress(SourceFault):  # the fault that brought us here is the one to tell
        remove_marker(record, number)


def _unmark(record: DeviceRecord) -> Iterator[Path]:
    """Remove the markers; give the folders where that did not go."""
    for number, folder in enumerate(record.folders):
        try:
            device_of(record).open(number).__exit__(None, None, None)  # for a card: on its mounted volume
            remove_marker(record, number)
        except SourceFault:
            yield folder


def _facts(device: RegisteredDevice, tag_key: bytes) -> dict[str, kinds.Fact]:
    facts: dict[str, kinds.Fact] = {
        "device": device.id,
        "type": device.kind.value,
        "owner": device.owner.value,
        "holder": device.holder.value,
        "approved_by": device.approved_by.value,
        "until": device.until,
    }
    if device.serial and device.serial_source:
        facts |= {"serial": name_tag(tag_key, device.serial), "serial_source": device.serial_source.value}
    return facts


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn what the watcher say into an error that the command line prints."""
    try:
        yield
    except WatcherError as error:
        raise RedactError(str(error)) from error
