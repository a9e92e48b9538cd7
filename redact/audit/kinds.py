"""The kinds of entries and the facts of each: a table.

The kinds of review, posts, people and sites were specified before the parts that write them, so that these came
without a new version of the format.  What earlier versions called a kind stands in FORMER; it is read for ever and
never written.  shapes.py has the shapes of facts, and why they leave no room for a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from redact.audit.shapes import (
    CHECKED,
    CONSENT,
    COUNT,
    DECISION,
    DEVICE_KIND,
    DIFFERENCE,
    ENTRY,
    ID,
    KEY_USE,
    LEVEL,
    LIFT_CAUSE,
    MAX_REASON_CHARS,
    OUTCOME,
    OWNER,
    REASON,
    ROLE,
    SCOPE,
    SERIAL_SOURCE,
    SHA256,
    SWITCH,
    TAG,
    TIME,
    VERSION,
    WORD,
    Fact,
    Role,
    Shape,
)  # fmt: skip
from redact.audit.shapes import SHAPES as _SHAPES

__all__ = [
    "CONSENT", "ERASABLE", "FACTS", "FORMER", "ID", "MAX_KIND_CHARS", "MAX_REASON_CHARS", "REASON", "SHA256",
    "SHAPES", "TIME", "Fact", "Former", "Kind", "Role", "Shape", "is_kind", "must_be_known", "spellings",
]  # fmt: skip


class Kind(StrEnum):
    """What an entry is about."""

    # photos, and the files of them on devices
    PHOTO_ARRIVED = "photo.arrived"
    PHOTO_SEALED = "photo.sealed"
    PHOTO_REDACTED = "photo.redacted"
    PHOTO_VERIFIED = "photo.verified"
    PHOTO_HELD = "photo.held"
    PHOTO_REFUSED = "photo.refused"
    PHOTO_STORED = "photo.stored"
    PHOTO_SET_ASIDE = "photo.set-aside"
    PHOTO_SUPERSEDED = "photo.superseded"
    FILE_SEEN = "file.seen"
    FILE_GONE = "file.gone"
    COPY_REMOVED = "copy.removed"
    COPY_RECALLED = "copy.recalled"
    COPY_REDRAWN = "copy.redrawn"
    COVER_ADDED = "cover.added"
    COVER_LIFTED = "cover.lifted"
    ORIGINAL_OPENED = "original.opened"
    ORIGINAL_RESEALED = "original.resealed"
    ORIGINAL_DESTROYED = "original.destroyed"
    ORIGINAL_LOST = "original.lost"
    # deletions from devices
    DELETION_OPENED = "deletion.opened"
    DELETION_CLOSED = "deletion.closed"
    DELETION_ATTESTED = "deletion.attested"
    DELETION_RECHECKED = "deletion.rechecked"
    HOLD_ADDED = "hold.added"
    HOLD_LIFTED = "hold.lifted"
    # devices
    DEVICE_REGISTERED = "device.registered"
    DEVICE_RENEWED = "device.renewed"
    DEVICE_REMARKED = "device.remarked"
    DEVICE_RETIRED = "device.retired"
    DEVICE_ATTESTED = "device.attested"
    BINS_COUNTED = "bins.counted"
    # pupils, adults and what they allow
    ROLL_IMPORTED = "roll.imported"
    CONSENT_IMPORTED = "consent.imported"
    CONSENT_CHANGED = "consent.changed"
    MAPPING_CONFIRMED = "mapping.confirmed"
    PUPIL_ENROLLED = "pupil.enrolled"
    PUPIL_UNENROLLED = "pupil.unenrolled"
    PUPIL_NEVER_SHOW = "pupil.never-show"
    PUPIL_LEFT = "pupil.left"
    PUPIL_FORGOTTEN = "pupil.forgotten"
    ADULT_ADDED = "adult.added"
    ADULT_CHANGED = "adult.changed"
    ADULT_LEFT = "adult.left"
    # review, posts, approval, release
    REVIEW_DECIDED = "review.decided"
    POST_PROPOSED = "post.proposed"
    POST_INCLUDED = "post.included"
    POST_WITHDRAWN = "post.withdrawn"
    POST_DISCARDED = "post.discarded"
    APPROVAL_GIVEN = "approval.given"
    APPROVAL_REFUSED = "approval.refused"
    APPROVAL_VOIDED = "approval.voided"
    RELEASE_MADE = "release.made"
    RELEASE_LAPSED = "release.lapsed"
    RELEASE_POSTED = "release.posted"
    RELEASE_ENDED = "release.ended"
    TAKEDOWN_OPENED = "takedown.opened"
    TAKEDOWN_CLOSED = "takedown.closed"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_CHANGED = "incident.changed"
    INCIDENT_CLOSED = "incident.closed"
    # events, sites, people, sessions
    EVENT_NAMED = "event.named"
    SITE_CHECKED = "site.checked"
    SITE_APPROVED = "site.approved"
    SITE_RETIRED = "site.retired"
    POLICY_ADOPTED = "policy.adopted"
    DUTY_DONE = "duty.done"
    ACCESS_ANSWERED = "access.answered"
    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    PERSON_DISABLED = "person.disabled"
    SESSION_OPENED = "session.opened"
    SESSION_CLOSED = "session.closed"
    SESSION_LOCKED = "session.locked"
    # the workspace and its log
    STORAGE_CHECKED = "storage.checked"
    STORAGE_DIFFERS = "storage.differs"
    VAULT_CHECKED = "vault.checked"
    VAULT_DIFFERS = "vault.differs"
    WORKSPACE_MOVED = "workspace.moved"
    WORKSPACE_SET_BACK = "workspace.set-back"
    BODY_ERASED = "body.erased"
    MIRROR_INCOMPLETE = "mirror.incomplete"
    MIRROR_ACCEPTED = "mirror.accepted"
    CLOCK_ACCEPTED = "clock.accepted"
    KEY_ROTATED = "key.rotated"


@dataclass(frozen=True, slots=True)
class Former:
    """How an earlier version spelled entries of a kind: its kind, names of facts, and words in them."""

    kind: Kind
    names: Mapping[str, str] = field(default_factory=dict)  # former name of a fact -> name today
    words: Mapping[str, str] = field(default_factory=dict)  # former "fact=word" -> word today


#: Spellings of version 0.1.0.  Entries that have them stay as they are, byte for byte; a reader takes them for the
#: kind of today.  What 0.1.0 had no kind for stays what it was logged as (docs/audit-log.md, section 2).
FORMER: Mapping[str, Former] = {
    "photo.sighted": Former(Kind.FILE_SEEN),
    "photo.unsighted": Former(Kind.FILE_GONE),
    "photo.settled": Former(Kind.PHOTO_SET_ASIDE),
    "checkpoint.copied": Former(Kind.MIRROR_INCOMPLETE, {"place": "mirror"}),
    "checkpoint.accepted": Former(Kind.MIRROR_ACCEPTED, {"place": "mirror"}),
    "hold.added": Former(Kind.HOLD_ADDED, words={"scope=house": "workspace"}),  # the kind itself kept its name
}

# What an erasure request may remove.  Deletions, what became of originals and copies, what was approved and released,
# and what happened to the audit log itself stay: they hold no more of a person than tags and hashes, and they are the
# proof that the rest was erased.
_STAYS = frozenset(
    [
        "deletion",
        "original",
        "copy",
        "approval",
        "release",
        "takedown",
        "storage",
        "vault",
        "workspace",
        "body",
        "mirror",
        "clock",
        "key",
        "bins",
    ]
)  # the part of a kind before its full stop
_OF_DELETIONS = {Kind.DEVICE_ATTESTED, Kind.FILE_GONE}  # an attestation of files that are gone, or a look for them
_MAY_GO = {kind for kind in Kind if kind.value.split(".")[0] not in _STAYS and kind not in _OF_DELETIONS}
ERASABLE = frozenset({*map(str, _MAY_GO), *(word for word, former in FORMER.items() if former.kind in _MAY_GO)})
ERASED_KIND = Shape(
    "erasable-kind", "a kind that may be erased", lambda fact: isinstance(fact, str) and fact in ERASABLE
)
SHAPES = (*_SHAPES, ERASED_KIND)

MAX_KIND_CHARS = 24
_KIND = re.compile(r"[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*").fullmatch


def is_kind(word: object) -> bool:
    """Return whether a word is spelled as a kind, known or not: two words and a full stop, 24 characters at most."""
    return isinstance(word, str) and len(word) <= MAX_KIND_CHARS and _KIND(word) is not None


def must_be_known(word: str) -> bool:
    """Return whether a reader that does not know this kind cannot judge the log: it would end or erase something."""
    return word.split(".", maxsplit=1)[0] in {"deletion", "body"}


def spellings(*kinds: Kind) -> tuple[str, ...]:
    """Return how entries of these kinds are spelled in a log, those of earlier versions included."""
    former = (word for word, known in FORMER.items() if known.kind in kinds)
    return tuple(dict.fromkeys((*(kind.value for kind in kinds), *former)))


_PHOTO = {"photo": SHA256}  # a photo's id is the SHA-256 of its bytes as they came
_COPY = {**_PHOTO, "output": SHA256}
_PLACE = {**_PHOTO, "device": ID}
_FILE = {**_PLACE, "name": TAG}
_ACTOR = {"by": ROLE, "person": TAG}
_OPENED = {"opened": ENTRY, **_PLACE}  # a deletion's id is the number of the entry that opened it
# What a look at a device found: of the photo by what it is, how much of it by the name alone, and of the device as a
# whole.  What is 0 is left out.
_FOUND = {
    "left": COUNT,
    "left_same?": COUNT,
    "left_siblings?": COUNT,
    "left_trash?": COUNT,
    "left_thumbnails?": COUNT,
    "left_begun?": COUNT,
    "left_unread?": COUNT,
    "by_name?": COUNT,
    "device_links?": COUNT,
    "device_closed?": COUNT,
    "device_thumbnails?": COUNT,
}
_CHANGE = {"register": COUNT, "by": ROLE}  # the version of the consent register that a change made
_PUPIL = {"pupil": TAG, **_CHANGE}
_ADULT = {"adult": TAG, **_CHANGE}
_IMPORT = {"source": SHA256, "rows": COUNT, "changed": COUNT, **_CHANGE, "school?": ID}
_POST = {"post": ID, "content": SHA256}  # of what stands in it, with a nonce: no caption can be guessed from it
_WHO = {"who": TAG, **_ACTOR}  # somebody does something about a person

# Facts of each kind; a name that ends in "?" is optional.
FACTS: Mapping[Kind, Mapping[str, Shape]] = {
    Kind.PHOTO_ARRIVED: {**_FILE, "bytes": COUNT},
    Kind.PHOTO_SEALED: {**_PHOTO, "sealed": SHA256, "recipients": COUNT},
    Kind.PHOTO_REDACTED: {**_COPY, "tool": VERSION, "models": SHA256, "register?": COUNT},
    Kind.PHOTO_VERIFIED: {**_COPY, "verdict": CHECKED, "checks": COUNT, "reason?": REASON},
    Kind.PHOTO_HELD: {**_PHOTO, "reason": REASON},
    Kind.PHOTO_REFUSED: {**_PHOTO, "reason": REASON},
    Kind.PHOTO_STORED: {**_COPY, "bytes": COUNT},
    Kind.PHOTO_SET_ASIDE: {**_PHOTO, **_ACTOR, "reason": REASON},
    Kind.PHOTO_SUPERSEDED: {**_FILE, "whole": SHA256},
    Kind.FILE_SEEN: _FILE,
    Kind.FILE_GONE: {**_FILE, "level": LEVEL, **_FOUND, "reason?": REASON},
    Kind.COPY_REMOVED: {**_COPY, **_ACTOR, "reason": REASON},
    Kind.COPY_RECALLED: {**_PHOTO, "output?": SHA256, **_CHANGE, "person?": TAG, "cause?": WORD},
    Kind.COPY_REDRAWN: {**_COPY, "former": SHA256, "covers": COUNT, "lifts": COUNT, "register?": COUNT, **_ACTOR},
    Kind.COVER_ADDED: {**_COPY, "covers": COUNT, **_ACTOR},
    Kind.COVER_LIFTED: {
        **_COPY, "region": COUNT, "cause": LIFT_CAUSE, "pupil?": TAG, "register?": COUNT, **_ACTOR,
    },
    Kind.ORIGINAL_OPENED: {**_PHOTO, **_ACTOR},
    Kind.ORIGINAL_RESEALED: {**_PHOTO, "sealed": SHA256, "former": SHA256, "recipients": COUNT, **_ACTOR},
    Kind.ORIGINAL_DESTROYED: {**_PHOTO, "sealed": SHA256, "reason": REASON},
    Kind.ORIGINAL_LOST: {**_PHOTO, "sealed": SHA256, **_ACTOR, "reason": REASON},
    Kind.DELETION_OPENED: {**_FILE, "stored": SHA256, "by": ROLE},
    Kind.DELETION_CLOSED: {**_OPENED, "verdict": OUTCOME, "level": LEVEL, **_FOUND, "reason?": REASON},
    Kind.DELETION_ATTESTED: {**_OPENED, **_ACTOR},
    Kind.DELETION_RECHECKED: {**_OPENED, "level": LEVEL, **_FOUND, "reason?": REASON},
    Kind.HOLD_ADDED: {"hold": ID, "scope": SCOPE, "device?": ID, "photo?": SHA256, **_ACTOR, "reason": REASON},
    Kind.HOLD_LIFTED: {"hold": ID, **_ACTOR, "reason": REASON},
    Kind.DEVICE_REGISTERED: {
        "device": ID, "type": DEVICE_KIND, "owner": OWNER, "holder": ROLE, "approved_by": ROLE, "until": TIME,
        "serial?": TAG, "serial_source?": SERIAL_SOURCE, "school?": ID,
    },
    Kind.DEVICE_RENEWED: {"device": ID, "approved_by": ROLE, "until": TIME, "school?": ID},
    Kind.DEVICE_REMARKED: {"device": ID, **_ACTOR, "reason": REASON},
    Kind.DEVICE_RETIRED: {"device": ID, "by": ROLE, "reason": REASON},
    Kind.DEVICE_ATTESTED: {"device": ID, **_ACTOR, "reason?": REASON},
    Kind.BINS_COUNTED: {"device": ID, "photos": COUNT},
    Kind.ROLL_IMPORTED: {**_IMPORT, "left": COUNT},
    Kind.CONSENT_IMPORTED: _IMPORT,
    Kind.CONSENT_CHANGED: {**_PUPIL, "purpose": ID, "state": CONSENT, "source?": ID},
    Kind.MAPPING_CONFIRMED: {"mapping": SHA256, "columns": COUNT, "by": ROLE, "person?": TAG},
    Kind.PUPIL_ENROLLED: {**_PUPIL, "templates": COUNT},
    Kind.PUPIL_UNENROLLED: {**_PUPIL, "templates": COUNT},
    Kind.PUPIL_NEVER_SHOW: {**_PUPIL, "state": SWITCH},
    Kind.PUPIL_LEFT: _PUPIL,
    Kind.PUPIL_FORGOTTEN: _PUPIL,
    Kind.ADULT_ADDED: _ADULT,
    Kind.ADULT_CHANGED: {**_ADULT, "purpose": ID, "state": CONSENT, "source?": ID},
    Kind.ADULT_LEFT: _ADULT,
    Kind.REVIEW_DECIDED: {**_COPY, "decision": DECISION, "cause?": WORD, **_ACTOR},
    Kind.POST_PROPOSED: {**_POST, "site": ID, "photos": COUNT, "register": COUNT, "until": TIME, **_ACTOR},
    Kind.POST_INCLUDED: {**_POST, **_COPY},
    Kind.POST_WITHDRAWN: {**_POST, "cause?": WORD, **_ACTOR},
    Kind.POST_DISCARDED: {"post": ID, "cause?": WORD, **_ACTOR},
    Kind.APPROVAL_GIVEN: {**_POST, "register": COUNT, "until": TIME, **_ACTOR},
    Kind.APPROVAL_REFUSED: {**_POST, "cause": WORD, **_ACTOR},
    Kind.APPROVAL_VOIDED: {**_POST, "cause": WORD, "by": ROLE, "person?": TAG},
    Kind.RELEASE_MADE: {**_POST, "site": ID, "files": COUNT, **_ACTOR},
    Kind.RELEASE_LAPSED: _POST,
    Kind.RELEASE_POSTED: {**_POST, "site": ID, "link?": TAG, **_ACTOR},
    Kind.RELEASE_ENDED: {**_POST, "level": LEVEL, "cause?": WORD, **_ACTOR},
    Kind.TAKEDOWN_OPENED: {"takedown": ID, **_POST, "cause": WORD, "until": TIME, "by": ROLE, "person?": TAG},
    Kind.TAKEDOWN_CLOSED: {"takedown": ID, **_POST, "level": LEVEL, **_ACTOR},
    Kind.INCIDENT_OPENED: {
        "incident": ID, "cause": WORD, "device?": ID, "photo?": SHA256, "post?": ID, **_ACTOR,
    },
    Kind.INCIDENT_CHANGED: {"incident": ID, "state": WORD, **_ACTOR},
    Kind.INCIDENT_CLOSED: {"incident": ID, "state": WORD, **_ACTOR},
    Kind.EVENT_NAMED: {"event": ID, "state": SWITCH, **_ACTOR},  # whether it has a name now; the words stay outside
    Kind.SITE_CHECKED: {"site": ID, "point": WORD, "state": SWITCH, **_ACTOR},  # a point of the checklist is so, or not
    Kind.SITE_APPROVED: {"site": ID, "until": TIME, "school?": ID, **_ACTOR},
    Kind.SITE_RETIRED: {"site": ID, "cause?": WORD, **_ACTOR},
    Kind.POLICY_ADOPTED: {"policy": ID, "until": TIME, **_ACTOR},
    Kind.DUTY_DONE: {**_WHO, "duty": WORD, "policy?": ID},
    Kind.ACCESS_ANSWERED: {"pupil": TAG, "copies": COUNT, "originals": COUNT, "posts": COUNT, **_ACTOR},
    Kind.PERSON_ADDED: _WHO,
    Kind.PERSON_CHANGED: {**_WHO, "change": WORD, "role?": ROLE, "school?": ID, "since?": TIME, "until?": TIME},
    Kind.PERSON_DISABLED: {**_WHO, "cause?": WORD},
    Kind.SESSION_OPENED: {"session": ID, "person": TAG, "method": WORD},
    Kind.SESSION_CLOSED: {"session": ID, "person": TAG, "cause": WORD},
    Kind.SESSION_LOCKED: {"cause": WORD, "until": TIME, "person?": TAG},
    Kind.STORAGE_CHECKED: {"checked": COUNT, "missing": COUNT, "differs": COUNT},
    Kind.STORAGE_DIFFERS: {**_COPY, "found": DIFFERENCE},
    Kind.VAULT_CHECKED: {"checked": COUNT, "missing": COUNT, "differs": COUNT},
    Kind.VAULT_DIFFERS: {**_PHOTO, "sealed": SHA256, "found": DIFFERENCE},
    Kind.WORKSPACE_MOVED: {**_ACTOR, "reason": REASON},
    Kind.WORKSPACE_SET_BACK: {"size": COUNT, "found": COUNT, **_ACTOR, "reason": REASON},
    Kind.BODY_ERASED: {"entry": ENTRY, "erased": ERASED_KIND, "by": ROLE, "reason": REASON},
    Kind.MIRROR_INCOMPLETE: {"mirror": ID, "size": COUNT, "root": SHA256, "had?": COUNT, "found?": COUNT},
    Kind.MIRROR_ACCEPTED: {"mirror": ID, **_ACTOR, "reason": REASON},
    Kind.CLOCK_ACCEPTED: {"latest": TIME, **_ACTOR, "reason": REASON},
    Kind.KEY_ROTATED: {"old": SHA256, "new": SHA256, "use?": KEY_USE, "by": ROLE, "person?": TAG, "reason": REASON},
}  # fmt: skip
