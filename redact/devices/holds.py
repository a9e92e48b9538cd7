"""Holds: what stops every deletion of a photo, a device or everything, until a named person lifts it with a reason.

Threat: something that was asked for (subject access request, safeguarding, police) is deleted meanwhile; or a hold
goes away and nobody knows by whom.
Rule: row and entry of the audit log are written in one transaction; a hold is asked for right before every deletion
(redact/devices/clearing/clear.py, redact/photos/purge.py); a person stands in the audit log as a keyed tag, with a
role and a reason.
Accepted residue: a deletion that is under way at the very moment when a hold is added may still end.
"""

from __future__ import annotations

from redact.audit.kinds import Fact, Kind, Role
from redact.errors import UsageError, counted
from redact.store import holds
from redact.store.holds import LegalHold
from redact.system.clock import print_moment
from redact.workspace.ids import acting, known_device, named_photo
from redact.workspace.open import Workspace
from redact.workspace.reasons import check_reason


def add_hold(
    workspace: Workspace, by: Role, person: str, reason: str, *, device: str | None = None, photo: str | None = None
) -> LegalHold:
    """Stop every deletion on a device, of a photo, or (with neither) in the whole workspace.

    Args:
        workspace: opened.
        by: role of the person.
        person: account or staff number; only its tag is kept.
        reason: a sentence; it stands in the audit log.
        device: its id.
        photo: the first digits of its id.

    Raises:
        UsageError: nobody is named, there is no such device or photo, both were given, or the reason does not fit the
        audit log. DatabaseFault: nothing was changed.
    """
    if device is not None and photo is not None:
        raise UsageError("A hold is on a device, on a photo, or on the whole workspace. Add two holds.")
    actor, reason = acting(workspace, by, person), check_reason(workspace, reason)
    whole = None if photo is None else named_photo(workspace, photo).sha256
    if device is not None:
        known_device(workspace, device)
    scope = "device" if device else "photo" if whole else "workspace"
    logged = workspace.audit_log.holds.count_added()
    with workspace.audit_log.writing() as entries:
        number = max(len(holds.list_holds(entries.connection, is_every=True)), logged) + 1  # none is ever removed
        hold = LegalHold(
            f"hold-{number}", scope, device, whole, actor.role, reason, print_moment(workspace.now()), None
        )
        holds.add_hold(entries.connection, hold)
        on: dict[str, Fact] = {name: value for name, value in (("device", device), ("photo", whole)) if value}
        entries.add(Kind.HOLD_ADDED, hold=hold.id, scope=scope, by=actor.role, person=actor.tag, reason=reason, **on)
    return hold


def lift_hold(workspace: Workspace, hold_id: str, by: Role, person: str, reason: str) -> None:
    """Lift a hold.

    Raises:
        UsageError: nobody is named, there is no such hold, it was lifted before, or the reason does not fit the audit
        log. DatabaseFault: nothing was changed.
    """
    actor, reason = acting(workspace, by, person), check_reason(workspace, reason)
    with workspace.audit_log.writing() as entries:
        if not holds.lift_hold(entries.connection, hold_id, print_moment(workspace.now())):
            raise UsageError("There is no hold of that id, or it was lifted before. See: redact hold list")
        entries.add(Kind.HOLD_LIFTED, hold=hold_id, by=actor.role, person=actor.tag, reason=reason)


def list_held(workspace: Workspace, *, is_every: bool = False) -> tuple[tuple[LegalHold, holds.Held], ...]:
    """Return the holds and what each stops now; one that was lifted stops nothing."""
    with workspace.database.read() as connection:
        found = holds.list_holds(connection, is_every=is_every)
        nothing = holds.Held(0, (), 0)
        return tuple((hold, nothing if hold.lifted_at else holds.count_held(connection, hold)) for hold in found)


def describe_held(held: holds.Held) -> str:
    """Return "12 files on cam-1, cam-2; 40 sealed originals"; "nothing at the moment"."""
    files = f"{counted(held.files, 'file')} on {', '.join(held.devices)}" if held.files else ""
    originals = counted(held.originals, "sealed original") if held.originals else ""
    return "; ".join(filter(None, (files, originals))) or "nothing at the moment"
