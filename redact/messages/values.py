"""What messages are made of: facts, kinds, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from redact.audit.kinds import Role
from redact.store.people import EVERY_SCHOOL, HeldRole


class Kind(StrEnum):
    """What a message is about."""

    POST_WAITS = "post-waits"
    POST_SENT_BACK = "post-sent-back"
    TAKE_DOWN_OPEN = "take-down-open"
    TAKE_DOWN_LATE = "take-down-late"
    DEVICE_LATE = "device-late"
    ATTESTATION_DUE = "attestation-due"
    POLICY_UNREAD = "policy-unread"
    TRAINING_DUE = "training-due"
    REVIEW_DUE = "review-due"
    WATCHER_SILENT = "watcher-silent"
    LOG_BAD = "log-bad"
    STORAGE_BAD = "storage-bad"
    VAULT_BAD = "vault-bad"
    DIGEST = "digest"
    TEST = "test"


class Topic(StrEnum):
    """What a line of the daily message counts."""

    POSTS_TO_APPROVE = "posts-to-approve"
    POSTS_TO_RELEASE = "posts-to-release"
    POSTS_TO_LINK = "posts-to-link"
    POSTS_RAN_OUT = "posts-ran-out"
    TAKE_DOWNS_OPEN = "take-downs-open"
    TAKE_DOWNS_LATE = "take-downs-late"
    INCIDENTS_OPEN = "incidents-open"
    PHOTOS_RECALLED = "photos-recalled"
    PHOTOS_ASK = "photos-ask"
    PHOTOS_TO_REVIEW = "photos-to-review"
    PHOTOS_STOPPED = "photos-stopped"
    DEVICES_LATE = "devices-late"
    STAFF_DUE = "staff-due"
    NEEDS_IT = "needs-it"
    WATCHER_ENDED = "watcher-ended"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who can be told."""

    person: int
    tag: str
    roles: tuple[HeldRole, ...]  # that count now

    def has_at(self, school: str, *roles: Role) -> bool:
        """Return whether the person has one of these roles at a school, or at every one."""
        return any(held.role in roles and held.school in {EVERY_SCHOOL, school} for held in self.roles)


@dataclass(frozen=True, slots=True)
class PostNews:
    """A post that waits for approval, or was sent back to its author."""

    id: int
    school: str
    author: str  # tag
    stamp: str  # another one whenever it waits, or was sent back, again
    is_sent_back: bool


@dataclass(frozen=True, slots=True)
class DeviceNews:
    """A device that is overdue."""

    device: str
    school: str
    holder: Role
    since: str  # a moment
    is_attestation: bool  # what is overdue is an attestation


@dataclass(frozen=True, slots=True)
class TakeDownNews:
    """A take-down that is not done."""

    id: int
    school: str
    due_at: str


@dataclass(frozen=True, slots=True)
class StaffNews:
    """What one person owes."""

    person: int
    stamp: str  # of what is owed
    is_training: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class MachineNews:
    """What is wrong with the program itself; a moment or day each, None where nothing is."""

    silent_since: str | None = None
    log_bad_on: str | None = None
    storage_bad_on: str | None = None
    vault_bad_on: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the rules ask, of one moment."""

    now: str
    local: datetime  # now, in the school's zone
    digest_hour: int
    recipients: tuple[Recipient, ...] = ()
    posts: tuple[PostNews, ...] = ()
    devices: tuple[DeviceNews, ...] = ()
    take_downs: tuple[TakeDownNews, ...] = ()
    staff: tuple[StaffNews, ...] = ()
    machine: MachineNews = MachineNews()
    review_due_on: str | None = None  # of the policy, where it is near
    counts: Mapping[tuple[Topic, str], int] = field(default_factory=dict)  # by topic and school


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that one person is to be told."""

    key: str  # sent once
    kind: Kind
    person: int
    about: str = ""
