"""May the device's copy of a photo go?  Pure: facts in, Permit or Stay out.  Doubt stays.

Threat: the only copy of a photo is deleted, or one that somebody must be able to ask for.
Rule: all of the numbered conditions hold, each seen (not assumed) at the time of asking; the first that does not
gives the reason.
Accepted residue: the storage may lose what it proved to hold a moment ago.
"""

from __future__ import annotations

from dataclasses import dataclass

ON_HOLD = "A hold stops every deletion of it until a named person lifts it."
UNPROVEN = (
    "The audit log does not prove that this copy was stored and this original sealed, although the database says so: "
    "somebody may have changed it. Run redact audit verify, and a person must look."
)
DOUBTED = (
    "The audit log may know of a hold that it does not list: somebody changed the database, or it is not read through "
    "yet. See: redact doctor."
)


UNAPPROVED = (
    "The audit log does not prove that the device is approved until then, although the database says so: somebody may "
    "have changed it. Run redact audit verify. Where it is to be approved: redact devices renew DEVICE."
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was seen right before."""

    is_stored: bool  # the audit log and the register of photos say that the copy is in trust storage
    is_stored_copy_whole: bool  # it was read back just now, and its hash is the recorded one
    is_original_sealed: bool  # the sealed original lies in the vault, or was destroyed by policy
    is_logged: bool  # the audit log lists the entry that says it was stored
    is_proven: bool  # that entry names this copy, one names this sealed file, and both are proved to be in the log
    is_device_approved: bool
    is_approval_proven: bool  # the newest entry on its approval says so, and is proved (proofs/approvals.py)
    is_held: bool  # a hold covers the photo, the device or the workspace
    is_doubted: bool = False  # the audit log may know of a hold that it does not list (proofs/listed.py)
    is_output: bool = False  # its bytes are those of a redacted copy: it may lie in trust storage, seen by another path


@dataclass(frozen=True, slots=True)
class Permit:
    """The device's copy may go."""


@dataclass(frozen=True, slots=True)
class Stay:
    """It may not, for now."""

    reason: str  # a sentence


def may_clear(facts: Facts) -> Permit | Stay:
    """Say whether the device's copy may be deleted."""
    against = (
        # 1. Nobody has asked for it to be kept.
        (facts.is_held, ON_HOLD),
        (facts.is_doubted, DOUBTED),
        # 2. The device is one we may act on.
        (not facts.is_device_approved, "The device is not approved now, so its files are left untouched."),
        (not facts.is_approval_proven, UNAPPROVED),
        # 3. It is no copy of ours; one that was taken in before such files were refused may lie in trust storage.
        (
            facts.is_output,
            "It is a redacted copy that was made here, so it is left untouched. A person must look at it.",
        ),
        # 4. The redacted copy is stored, and the audit log says so.
        (not (facts.is_stored and facts.is_logged), "Its redacted copy is not in trust storage yet."),
        # 5. Not only a table says so: the entries were read and proved under our signature.
        (not facts.is_proven, UNPROVEN),
        # 6. The copy is there and whole, now.
        (not facts.is_stored_copy_whole, "Its copy in trust storage cannot be read back as it was stored."),
        # 7. The original can be had again.
        (not facts.is_original_sealed, "Its sealed original is not in the vault as it was written."),
    )
    return next((Stay(reason) for is_against, reason in against if is_against), Permit())
