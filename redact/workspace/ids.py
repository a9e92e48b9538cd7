"""What a person types for a photo, a device or who they are, and what that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from redact.audit import kinds
from redact.audit.events import name_tag, person_tag
from redact.audit.roles import check_person_role
from redact.errors import UsageError, short_id
from redact.store import photos as photo_rows
from redact.store.devices import RegisteredDevice, read_device
from redact.store.photos import Photo
from redact.store.trust.names import file_name
from redact.workspace.open import Workspace

LEAST_DIGITS = 6  # hex digits; two of 10,000 photos share them with probability 6e-4, and then both are named
COPY_NAME = re.compile(r"[0-9a-f]{24}\.[a-z]{3,4}")  # a copy's file name in trust storage
ID_DIGITS = re.compile(rf"[0-9a-f]{{{LEAST_DIGITS},64}}")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, as the audit log keeps it."""

    role: str
    tag: str  # keyed, of the person


def acting(workspace: Workspace, by: kinds.Role | None, person: str | None) -> Actor:
    """Return who acts: the one rule for every act that stands in the audit log with a person.

    Args:
        workspace: whose key makes the tag.
        by: role of the person.
        person: account or staff number; only its tag is kept.  Capitals do not count, as at the desk: who passed a
            photo as "Rae" is the one who signs in as "rae", and does not approve a post with it.

    Raises:
        UsageError: no role is given, or the program's own, or nobody is named.
    """
    role, named = acting_role(by), (person or "").strip().lower()
    if not named:
        raise UsageError("Say who does this: an account or a staff number, with --person ID. Nothing was changed.")
    return Actor(role, person_tag(workspace.keys.tags, named))


def the_program(workspace: Workspace) -> Actor:
    """Return who acts where nobody asked: the program itself, in the one role that no person has."""
    role = kinds.Role.SYSTEM.value
    return Actor(role, person_tag(workspace.keys.tags, role))


def acting_role(by: kinds.Role | None) -> str:
    """Return the role of whoever acts, for acts that the audit log keeps with a role alone.

    Raises:
        UsageError: none is given, or the program's own.
    """
    if by is None:
        raise UsageError(
            "Say in which role you do this, with --by ROLE: it stands in the audit log. Nothing was changed."
        )
    return check_person_role(by)


def named_photo(workspace: Workspace, digits: str) -> Photo:
    """Return the photo whose id begins with these hex digits, or of which a copy has this file name.

    Raises:
        UsageError: they are too few, or no photo or more than one begins so.
    """
    digits = file_name(digits.strip().lower())
    if COPY_NAME.fullmatch(digits):
        return _of_copy(workspace, digits)
    if not ID_DIGITS.fullmatch(digits):
        raise UsageError(
            f"A photo is named by the first {LEAST_DIGITS} or more hex digits of its id. See: redact status"
        )
    with workspace.database.read() as connection:
        found = photo_rows.find_photos(connection, digits)
    if not found:
        raise UsageError(f"No photo of this workspace has an id that begins with {digits}. See: redact status")
    if len(found) > 1:
        which = ", ".join(short_id(photo.sha256) for photo in found)
        raise UsageError(f"More than one photo has an id that begins with {digits}: {which}. Give more digits.")
    return found[0]


def _of_copy(workspace: Workspace, name: str) -> Photo:
    with workspace.database.read() as connection:
        found = photo_rows.find_by_copy(connection, name)
    if not found:
        raise UsageError(f"No copy of this workspace has the file name {name}, now or before. See: redact list")
    return _the_one(found, f"More than one photo has the copy {name}")


def _the_one(found: Sequence[Photo], what: str) -> Photo:
    if len(found) > 1:
        raise UsageError(f"{what}: {', '.join(short_id(photo.sha256) for photo in found)}. Give the digits of one.")
    return found[0]


def named_thing(workspace: Workspace, name: str) -> Photo | RegisteredDevice:
    """Return the device of this id, or else the photo of this id, copy's file name, or file name on a device.

    Raises:
        UsageError: there is neither.
    """
    if kinds.ID.accepts(name):
        with workspace.database.read() as connection:
            device = read_device(connection, name)
        if device is not None:
            return device
    typed = file_name(name.strip().lower())
    if ID_DIGITS.fullmatch(typed) or COPY_NAME.fullmatch(typed):
        return named_photo(workspace, name)
    with workspace.database.read() as connection:  # a file's name may be a child's: only its tag is kept, none repeated
        found = photo_rows.find_by_file(connection, name_tag(workspace.keys.tags, name.strip()))
    if found:
        return _the_one(found, "More than one photo was seen in a file of that name")
    if kinds.ID.accepts(name):
        return known_device(workspace, name)  # which says that there is none
    raise UsageError(
        "Nothing is known by that name: it is no device, no photo's id and no copy's file name, and no file that was "
        "seen on a device is called so (capitals count). See: redact list, or redact devices list"
    )


def known_device(workspace: Workspace, device_id: str) -> RegisteredDevice:
    """Return a device of the register.

    Raises:
        UsageError: there is none of that id.
    """
    with workspace.database.read() as connection:
        return find_device(connection, device_id)


def find_device(connection: Connection, device_id: str) -> RegisteredDevice:
    """Return a device of the register, in a transaction of the caller's.

    Raises:
        UsageError: there is none of that id.
    """
    device = read_device(connection, device_id)
    if device is None:
        raise UsageError(why_no_device(connection, device_id))
    return device


def why_no_device(connection: Connection, device_id: str) -> str:
    """Say why no row was changed; the id is repeated only when it is one, for a name may have been typed."""
    if not kinds.ID.accepts(device_id):
        return f"There is no such device: a device id is {kinds.ID.rule}. See: redact devices list"
    if read_device(connection, device_id) is None:
        return f"There is no device {device_id} on the register. See: redact devices list"
    return f"The device {device_id} is retired for good. Register it again under another id: redact devices add"
