"""Change who can open originals: a new reviewer's or recovery key in the place of the one before.

Threat: a key got into wrong hands and every further original is sealed to it; or the change is cut off and photos are
sealed to nobody's key; or a writer of the database has originals sealed to a key of his own.
Rule: (1) the new private half is written into `move-away/`, or made elsewhere and only its public half comes here;
(2) the change and who made it are committed to the audit log, with the id of the new set of keys among the facts; from
then on nothing is sealed but to that set (`check_seals_to_today`); (3) recipients.txt is replaced in one step.  What
was cut off between 2 and 3 is ended by the same command, and only with the very key that the log names; public keys are
never taken from the database.
Accepted residue: a private half that was seen stays able to open what is not sealed again, and every backup of that.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyrage  # type: ignore[import-untyped,unused-ignore]

from redact.audit.kinds import Kind
from redact.errors import UsageError, counted
from redact.store.key_facts import read_facts, write_facts
from redact.store.originals import count_sealed_to_former
from redact.store.vault import recipients_id
from redact.workspace.ids import Actor
from redact.workspace.keys import AWAY_FOLDER, RECIPIENT_NAMES, make_private_half, write_recipients
from redact.workspace.open import SEALED_TO, Workspace
from redact.workspace.reasons import check_reason

USE: Final = "vault"  # fact `use` of key.rotated


@dataclass(frozen=True, slots=True)
class Changed:
    """A key that was changed."""

    new: str  # public half
    private: Path | None  # its private half, to be moved off this machine; None where it was made elsewhere
    is_ended: bool  # a change that was cut off was ended, and no further one made


@dataclass(frozen=True, slots=True)
class Unfinished:
    """How far the sealing again is, since a key was changed."""

    count: int  # originals that only the former keys open, besides the one that was not changed


def change_key(
    workspace: Workspace, which: str, who: Actor, reason: str, recipient: str | None = None, *, again: bool = False
) -> Changed:
    """Change a key; open the workspace again afterwards, for this one seals to the keys before.

    Args:
        workspace: opened.
        which: "reviewer" or "recovery".
        who: does it.
        reason: a sentence for the audit log.
        recipient: the public half of a key that was made elsewhere; a key is made here when not given.
        again: although originals are not sealed again since the last change.

    Raises:
        UsageError: there is no such key, the reason does not fit, the former private half still lies here, or originals
            wait to be sealed again.
        KeyFault, CannotWrite, DatabaseFault: nothing was changed, or the same command ends it.
    """
    if which not in RECIPIENT_NAMES:
        raise UsageError(f"There is no key {which!r} to change: say {' or '.join(RECIPIENT_NAMES)}.")
    reason, place = check_reason(workspace, reason), RECIPIENT_NAMES.index(which)
    is_begun = is_cut_off(workspace)
    unfinished = find_unfinished(workspace)
    if unfinished is not None and unfinished.count and not (again or is_begun):
        raise UsageError(
            f"Since the last change {counted(unfinished.count, 'original')} waits to be sealed again. Do that first: "
            "redact keys reseal --key FILE; or say --again to change the key once more."
        )
    new, private = _new_half(workspace, which, recipient)
    keys = tuple(new if number == place else old for number, old in enumerate(workspace.keys.recipients))
    is_ended = is_begun and _is_logged(workspace, new, keys)
    if not is_ended:
        _log(workspace, workspace.keys.recipients[place], new, keys, who, reason)
    write_recipients(workspace.settings.keys, keys)
    return Changed(new, private, is_ended)


def is_cut_off(workspace: Workspace) -> bool:
    """Say whether a change stands in the audit log and recipients.txt does not have it.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        known = read_facts(connection).get(SEALED_TO)
    return known is not None and known != recipients_id(workspace.keys.recipients)


def find_unfinished(workspace: Workspace) -> Unfinished | None:
    """Return how many originals wait to be sealed again; None where no key was ever changed.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        known = read_facts(connection).get(SEALED_TO)
        return None if known is None else Unfinished(count_sealed_to_former(connection, known))


def _new_half(workspace: Workspace, which: str, recipient: str | None) -> tuple[str, Path | None]:
    """Return the public half of the new key, and where its private half lies if it was made here."""
    if recipient is not None:
        try:
            new, private = str(pyrage.x25519.Recipient.from_str(recipient.strip())), None
        except pyrage.RecipientError:
            raise UsageError("That is no public half of a key: it begins with age1. Nothing was changed.") from None
    else:
        private = workspace.settings.folder / AWAY_FOLDER / f"{which}.key"
        new = make_private_half(private.parent, private.name)
    if new in workspace.keys.recipients:
        where = f"{AWAY_FOLDER}/{which}.key is the key of today" if private else "That is a key of today"
        raise UsageError(f"{where}. Move it off this machine first, or give another. Nothing was changed.")
    return new, private


def _log(workspace: Workspace, old: str, new: str, keys: tuple[str, ...], who: Actor, reason: str) -> None:
    with workspace.audit_log.writing() as entries:
        facts = {"old": _hash(old), "new": _hash(new), "use": USE, "by": who.role, "person": who.tag}
        entries.add(Kind.KEY_ROTATED, **facts, reason=reason)
        write_facts(entries.connection, {SEALED_TO: recipients_id(keys)})


def _is_logged(workspace: Workspace, new: str, keys: tuple[str, ...]) -> bool:
    """Say whether the newest change in the audit log, proved, is to this key, and gives this set."""
    with workspace.database.read() as connection:
        known = read_facts(connection).get(SEALED_TO)
    changes = (entry.event for entry in workspace.audit_log.proofs.find_all(Kind.KEY_ROTATED))
    newest = next((event for event in changes if event.fact("use") == USE), None)
    return known == recipients_id(keys) and newest is not None and newest.fact("new") == _hash(new)


def _hash(recipient: str) -> str:
    return hashlib.sha256(recipient.encode("ascii")).hexdigest()
