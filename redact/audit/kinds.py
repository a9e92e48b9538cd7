"""The closed set of kinds of entries, and the shapes of their facts: a table, and nothing that acts.

Threat: a child's name, a path or a stretch of text slips into a record that can never be changed.
Rule: every fact has a shape that has no room for it; unknown facts are refused.
Accepted residue: an id or a reason is chosen by the program or a person, and a name *could* be spelled in one.
Reasons are meant to be sentences written in this program; ids of devices and holds are checked where they are made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from redact.audit.spelling import is_number

Fact = str | int

MAX_REASON_CHARS = 240  # one sentence; the longest of redact's 17 refusals and holds has 153 (counted)


class Kind(StrEnum):
    """What an entry is about."""

    PHOTO_ARRIVED = "photo.arrived"
    PHOTO_SIGHTED = "photo.sighted"
    PHOTO_SEALED = "photo.sealed"
    PHOTO_REDACTED = "photo.redacted"
    PHOTO_VERIFIED = "photo.verified"
    PHOTO_HELD = "photo.held"
    PHOTO_REFUSED = "photo.refused"
    PHOTO_STORED = "photo.stored"
    PHOTO_SET_ASIDE = "photo.settled"
    PHOTO_UNSIGHTED = "photo.unsighted"
    COPY_REMOVED = "copy.removed"
    DELETION_OPENED = "deletion.opened"
    DELETION_CLOSED = "deletion.closed"
    DELETION_ATTESTED = "deletion.attested"
    DELETION_RECHECKED = "deletion.rechecked"
    HOLD_ADDED = "hold.added"
    HOLD_LIFTED = "hold.lifted"
    DEVICE_REGISTERED = "device.registered"
    DEVICE_RENEWED = "device.renewed"
    DEVICE_RETIRED = "device.retired"
    DEVICE_ATTESTED = "device.attested"
    CONSENT_IMPORTED = "consent.imported"
    CONSENT_CHANGED = "consent.changed"
    ORIGINAL_OPENED = "original.opened"
    ORIGINAL_DESTROYED = "original.destroyed"
    BODY_ERASED = "body.erased"
    CHECKPOINT_COPIED = "checkpoint.copied"
    CHECKPOINT_ACCEPTED = "checkpoint.accepted"
    KEY_ROTATED = "key.rotated"


class Role(StrEnum):
    """Who acts, holds or approves; never who it is by name."""

    CEO = "ceo"
    HEADTEACHER = "headteacher"
    IT_SERVICES_MANAGER = "it-services-manager"
    DATA_PROTECTION_OFFICER = "data-protection-officer"
    TRUSTEE = "trustee"
    COMMUNICATIONS = "communications"
    REVIEWER = "reviewer"
    POSTER = "poster"
    HOLDER = "holder"
    SYSTEM = "system"


# Names kept free for the desk: no entry may use them before their facts are settled.
RESERVED = frozenset({"review.decided", "approval.given", "approval.voided", "release.made", "release.posted"})

# What an erasure request may remove.  Deletions, what became of originals and copies, and the audit log's own entries
# stay: they hold no more of a person than tags and hashes, and they are the proof that the rest was erased.
_STAYS = {"deletion", "original", "copy", "body", "checkpoint", "key"}
_OF_DELETIONS = {Kind.DEVICE_ATTESTED, Kind.PHOTO_UNSIGHTED}  # a word on files that are gone, or a look for them
ERASABLE = frozenset(
    kind.value for kind in Kind if kind.value.split(".")[0] not in _STAYS and kind not in _OF_DELETIONS
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a fact may look like; `rule` is its line in docs/audit-log.md."""

    name: str
    rule: str
    accepts: Callable[[Fact], bool]


def _pattern(name: str, rule: str, pattern: str, longest: int) -> Shape:
    matches = re.compile(pattern).fullmatch
    return Shape(name, rule, lambda fact: isinstance(fact, str) and len(fact) <= longest and matches(fact) is not None)


def _one_of(name: str, *words: str) -> Shape:
    return Shape(name, "one of " + ", ".join(f"`{word}`" for word in words), lambda fact: fact in words)


_TIME = re.compile(r"[2-9][0-9]{3}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{3}Z").fullmatch


def _is_time(fact: Fact) -> bool:
    if not isinstance(fact, str) or _TIME(fact) is None:
        return False
    try:
        datetime.fromisoformat(fact)  # the calendar: no 31 February
    except ValueError:
        return False
    return True


# No slash, backslash, underscore or "@" at all; a full stop ends a sentence or stands between digits; a colon is
# followed by a space.  So no path, address, drive or file name fits.
_REASON = r"[A-Za-z0-9(](?:[A-Za-z0-9,;()'%+=-]|(?<=[0-9])\.(?=[0-9])|[.:](?= )| (?=[^ ])|\.\Z)*"

COUNT = Shape("count", "a whole number from 0 to 2^53 - 1", is_number)
ENTRY = Shape("entry", "the number of an earlier entry", COUNT.accepts)
TIME = Shape("time", "UTC with three decimals, `2026-09-07T13:45:12.345Z`, from the year 2000 on", _is_time)
SHA256 = _pattern("sha256", "64 lower-case hex digits", r"[0-9a-f]{64}", 64)
TAG = _pattern("tag", "a keyed tag of a file name or person, 64 lower-case hex digits", r"[0-9a-f]{64}", 64)
ID = _pattern("id", "up to 40 lower-case letters, digits and single hyphens", r"[a-z0-9]+(?:-[a-z0-9]+)*", 40)
VERSION = _pattern("version", "up to 32 letters, digits, `.`, `+`, `-`", r"[0-9A-Za-z][0-9A-Za-z.+-]*", 32)
REASON = _pattern(
    "reason",
    f"one sentence of up to {MAX_REASON_CHARS} ASCII characters with no room for a path, an address or a file name",
    _REASON,
    MAX_REASON_CHARS,
)
ROLE = _one_of("role", *(role.value for role in Role))
CHECKED = _one_of("checked", "passed", "failed")
OUTCOME = _one_of("outcome", "gone", "kept", "unknown")
LEVEL = _one_of("level", "attested", "not-listed", "re-checked", "cleared", "erased", "unknown")
SCOPE = _one_of("scope", "device", "photo", "workspace")
DEVICE_KIND = _one_of("device-kind", "drop-folder", "card", "volume", "attest-only")
OWNER = _one_of("owner", "trust", "personal")
SERIAL_SOURCE = _one_of("serial-source", "label", "exif", "system", "inventory")
CONSENT = _one_of("consent", "given", "refused", "withdrawn", "expired", "objected", "pending", "never-show", "left")
ERASED_KIND = Shape(
    "erasable-kind", "a kind that may be erased", lambda fact: isinstance(fact, str) and fact in ERASABLE
)

SHAPES = (
    COUNT,
    ENTRY,
    TIME,
    SHA256,
    TAG,
    ID,
    VERSION,
    REASON,
    ROLE,
    CHECKED,
    OUTCOME,
    LEVEL,
    SCOPE,
    DEVICE_KIND,
    OWNER,
    SERIAL_SOURCE,
    CONSENT,
    ERASED_KIND,
)

_PHOTO = {"photo": SHA256}  # a photo's id is the SHA-256 of its bytes as they came
_PLACE = {**_PHOTO, "device": ID}
_ACTOR = {"by": ROLE, "person": TAG}
_OPENED = {"opened": ENTRY, **_PLACE}  # a deletion's id is the number of the entry that opened it

# Facts of each kind; a name that ends in "?" is optional.
FACTS: Mapping[Kind, Mapping[str, Shape]] = {
    Kind.PHOTO_ARRIVED: {**_PLACE, "name": TAG, "bytes": COUNT},
    Kind.PHOTO_SIGHTED: {**_PLACE, "name": TAG},
    Kind.PHOTO_SEALED: {**_PHOTO, "sealed": SHA256, "recipients": COUNT},
    Kind.PHOTO_REDACTED: {**_PHOTO, "output": SHA256, "tool": VERSION, "models": SHA256, "register?": COUNT},
    Kind.PHOTO_VERIFIED: {**_PHOTO, "output": SHA256, "verdict": CHECKED, "checks": COUNT, "reason?": REASON},
    Kind.PHOTO_HELD: {**_PHOTO, "reason": REASON},
    Kind.PHOTO_REFUSED: {**_PHOTO, "reason": REASON},
    Kind.PHOTO_STORED: {**_PHOTO, "output": SHA256, "bytes": COUNT},
    Kind.PHOTO_SET_ASIDE: {**_PHOTO, **_ACTOR, "reason": REASON},
    Kind.PHOTO_UNSIGHTED: {**_PLACE, "name": TAG, "level": LEVEL, "left": COUNT, "reason?": REASON},
    Kind.COPY_REMOVED: {**_PHOTO, "output": SHA256, **_ACTOR, "reason": REASON},
    Kind.DELETION_OPENED: {**_PLACE, "name": TAG, "stored": SHA256, "by": ROLE},
    Kind.DELETION_CLOSED: {**_OPENED, "verdict": OUTCOME, "level": LEVEL, "left": COUNT, "reason?": REASON},
    Kind.DELETION_ATTESTED: {**_OPENED, "by": ROLE, "person": TAG},
    Kind.DELETION_RECHECKED: {**_OPENED, "level": LEVEL, "left": COUNT, "reason?": REASON},
    Kind.HOLD_ADDED: {
        "hold": ID,
        "scope": SCOPE,
        "device?": ID,
        "photo?": SHA256,
        "by": ROLE,
        "person": TAG,
        "reason": REASON,
    },
    Kind.HOLD_LIFTED: {"hold": ID, "by": ROLE, "person": TAG, "reason": REASON},
    Kind.DEVICE_REGISTERED: {
        "device": ID,
        "type": DEVICE_KIND,
        "owner": OWNER,
        "holder": ROLE,
        "approved_by": ROLE,
        "until": TIME,
        "serial?": TAG,
        "serial_source?": SERIAL_SOURCE,
    },
    Kind.DEVICE_RENEWED: {"device": ID, "approved_by": ROLE, "until": TIME},
    Kind.DEVICE_RETIRED: {"device": ID, "by": ROLE, "reason": REASON},
    Kind.DEVICE_ATTESTED: {"device": ID, "by": ROLE, "person": TAG, "reason?": REASON},
    Kind.CONSENT_IMPORTED: {"register": COUNT, "source": SHA256, "rows": COUNT, "changed": COUNT, "by": ROLE},
    Kind.CONSENT_CHANGED: {"register": COUNT, "pupil": TAG, "purpose": ID, "state": CONSENT, "source?": ID, "by": ROLE},
    Kind.ORIGINAL_OPENED: {**_PHOTO, **_ACTOR},
    Kind.ORIGINAL_DESTROYED: {**_PHOTO, "sealed": SHA256, "reason": REASON},
    Kind.BODY_ERASED: {"entry": ENTRY, "erased": ERASED_KIND, "by": ROLE, "reason": REASON},
    Kind.CHECKPOINT_COPIED: {"size": COUNT, "root": SHA256, "place": ID},
    Kind.CHECKPOINT_ACCEPTED: {"place": ID, **_ACTOR, "reason": REASON},
    Kind.KEY_ROTATED: {"old": SHA256, "new": SHA256, "by": ROLE, "reason": REASON},
}
