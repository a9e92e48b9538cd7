"""What a message says: pure.

Threat: a mail server, a phone's lock screen or a wrong address learns of a child.
Rule: a kind, numbers, and the address of a page at the desk, which asks for a password; no name, no caption, no reason,
no id of a photo or device.  Subject and text are made of the sentences below and nothing else.
Accepted residue: that a school of this name has a post to approve.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from redact.messages.due import TOPICS, approvers_of, devices_for, lines_for, take_downs_for
from redact.messages.values import Facts, Kind, PostNews, Recipient, Topic


@dataclass(frozen=True, slots=True)
class Text:
    """A message as it is sent."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class _Template:
    """What is told, of one or more of a kind; {n} is their number."""

    one: str  # the subject, of one
    more: str
    then: str  # what it means, and what to do; {it} is "it" of one, "each" of more
    page: str = "/"  # of the desk


_TEMPLATES: Final[Mapping[Kind, _Template]] = {
    Kind.POST_WAITS: _Template(
        "One post waits for your approval",
        "{n} posts wait for your approval",
        "Look at {it} as it will stand, and approve it or send it back. Nothing is put out before you have.",
        "/posts?state=proposed",
    ),
    Kind.POST_SENT_BACK: _Template(
        "A post of yours was sent back",
        "{n} posts of yours were sent back",
        "What is sent back is a draft again: somebody refused it, a consent, a copy or the site changed since, or its "
        "time is over. The desk says why.",
        "/posts",
    ),
    Kind.TAKE_DOWN_OPEN: _Template(
        "One post must be taken down",
        "{n} posts must be taken down",
        "The desk says what, and by when. A poster takes it down where it was posted, and says so at the desk.",
        "/take-downs",
    ),
    Kind.TAKE_DOWN_LATE: _Template(
        "One post should have been taken down by now",
        "{n} posts should have been taken down by now",
        "The deadline has passed, and nobody has said that it is down. You are told daily until somebody does.",
        "/take-downs",
    ),
    Kind.DEVICE_LATE: _Template(
        "Photos on one device are overdue",
        "Photos on {n} devices are overdue",
        "They should have been deleted there by now. Connect the device and leave it until the program has cleared it; "
        "where that does not help, your IT services manager sees why with: redact devices overdue",
    ),
    Kind.ATTESTATION_DUE: _Template(
        "Somebody must say that the photos on one device are deleted",
        "Somebody must say that the photos on {n} devices are deleted",
        "Only the holder can look there: the holder deletes the photos and tells the IT services manager, who writes "
        "it down with: redact attest. Which device it is: redact devices overdue",
    ),
    Kind.POLICY_UNREAD: _Template(
        "Please read the social media policy",
        "Please read the social media policy",
        "A version is in force that you have not yet said to have read and understood. Unless your school has "
        "switched that off, you cannot propose, approve or put out posts before.",
        "/policy",
    ),
    Kind.TRAINING_DUE: _Template(
        "Your training on the social media policy is due",
        "Your training on the social media policy is due",
        "Your headteacher arranges it, and has it written down afterwards.",
        "/policy",
    ),
    Kind.REVIEW_DUE: _Template(
        "The review of the social media policy is due",
        "The review of the social media policy is due",
        "The trustees review it every three years. When they have: redact policy adopt",
        "/duties",
    ),
    Kind.WATCHER_SILENT: _Template(
        "The photo program has stopped",
        "The photo program has stopped",
        "The watcher has not said for some minutes that it lives, and nobody ended it. No photo is taken in, redacted "
        "or cleared until it is started again: redact watch. What happened: redact status, redact doctor",
    ),
    Kind.LOG_BAD: _Template(
        "The audit log does not pass its check",
        "The audit log does not pass its check",
        "Entries were edited, dropped or swapped. Find out who has access to the database, and keep a copy of it as it "
        "is now. Which entries: redact audit verify",
    ),
    Kind.STORAGE_BAD: _Template(
        "Stored copies are missing or changed",
        "Stored copies are missing or changed",
        "A copy in trust storage is not what was stored there. Find out who has access there; do not publish from it "
        "until you know. Which: redact status",
    ),
    Kind.VAULT_BAD: _Template(
        "Sealed originals are missing or changed",
        "Sealed originals are missing or changed",
        "A sealed original in the vault is not what was sealed. Find out who has access there, and bring it back from "
        "the backup of the vault while that still has it. Which: redact status",
    ),
    Kind.TEST: _Template(
        "A test message",
        "A test message",
        "Messages of the photo desk reach you. There is nothing to do.",
    ),
    Kind.DIGEST: _Template("What waits for you today", "What waits for you today", ""),
}

#: A line of the daily message, of one and of more.
_LINES: Final[Mapping[Topic, tuple[str, str]]] = {
    Topic.TAKE_DOWNS_LATE: ("post should have been taken down", "posts should have been taken down"),
    Topic.TAKE_DOWNS_OPEN: ("post must be taken down", "posts must be taken down"),
    Topic.POSTS_TO_APPROVE: ("post waits for approval", "posts wait for approval"),
    Topic.POSTS_TO_RELEASE: ("approved post can be put out", "approved posts can be put out"),
    Topic.POSTS_TO_LINK: (
        "post was put out, and nobody has said where it stands",
        "posts were put out, and nobody has said where they stand",
    ),
    Topic.POSTS_RAN_OUT: (
        "approved post was not put out in time and is a draft again",
        "approved posts were not put out in time and are drafts again",
    ),
    Topic.INCIDENTS_OPEN: ("incident is open", "incidents are open"),
    Topic.PHOTOS_RECALLED: ("copy must not be used any more", "copies must not be used any more"),
    Topic.PHOTOS_ASK: ("photo has a question for you", "photos have a question for you"),
    Topic.PHOTOS_TO_REVIEW: ("photo waits for review", "photos wait for review"),
    Topic.PHOTOS_STOPPED: ("photo stopped and needs you", "photos stopped and need you"),
    Topic.DEVICES_LATE: ("device is overdue", "devices are overdue"),
    Topic.STAFF_DUE: (
        "member of staff is late with the policy or training",
        "members of staff are late with the policy or training",
    ),
    Topic.NEEDS_IT: ("thing needs you: redact status", "things need you: redact status"),
    Topic.WATCHER_ENDED: ("watcher was ended and not started again", "watchers were ended and not started again"),
}
assert _LINES.keys() == TOPICS.keys() == set(Topic)


def write(kind: Kind, each: Recipient | None, facts: Facts, place: str, url: str | None) -> Text | None:
    """Return what a message says now; None where what it was to tell is not so any more.

    Args:
        kind: of the message.
        each: who gets it; None only for a test.
        facts: of now.
        place: what the school or trust is called.
        url: of the desk, as people type it; None: it is on the program's machine alone.
    """
    number = 1 if each is None else number_of(kind, each, facts)
    if not number:
        return None
    template = _TEMPLATES[kind]
    subject = template.one if number == 1 else template.more.format(n=number)
    news = template.then.format(it="it" if number == 1 else "each")
    if kind is Kind.DIGEST and each is not None:
        news = "\n".join(f"- {_line(topic, count)}" for topic, count in lines_for(each, facts.counts))
    where = "on the program's own machine" if url is None else url.rstrip("/") + template.page
    body = (
        f"{subject}.\n\n{news}\n\nThe photo desk of {place}:\n{where}\n\n-- \nThis message was sent by the program and "
        "cannot be answered. It holds no picture and no pupil's name.\nTo get no more, or at another address, ask your "
        "IT services manager.\n"
    )
    return Text(f"Photo desk: {subject[0].lower() if kind is Kind.DIGEST else subject[0]}{subject[1:]}", body)


def number_of(kind: Kind, each: Recipient, facts: Facts) -> int:
    """Return of how many things a message tells this person now; 0: of none any more."""
    match kind:
        case Kind.POST_WAITS | Kind.POST_SENT_BACK:
            return sum(_is_told_of(post, each, facts, kind) for post in facts.posts)
        case Kind.TAKE_DOWN_OPEN | Kind.TAKE_DOWN_LATE:
            return len(take_downs_for(each, facts, is_late=kind is Kind.TAKE_DOWN_LATE))
        case Kind.DEVICE_LATE | Kind.ATTESTATION_DUE:
            return len(devices_for(each, facts, is_attestation=kind is Kind.ATTESTATION_DUE))
        case Kind.POLICY_UNREAD | Kind.TRAINING_DUE:
            is_training = kind is Kind.TRAINING_DUE
            return int(any(owed.person == each.person and owed.is_training is is_training for owed in facts.staff))
        case Kind.DIGEST:
            return int(bool(lines_for(each, facts.counts)))
        case _:
            return int(_is_so(kind, facts))


def _is_told_of(post: PostNews, each: Recipient, facts: Facts, kind: Kind) -> bool:
    if kind is Kind.POST_SENT_BACK:
        return post.is_sent_back and post.author == each.tag
    return not post.is_sent_back and each in approvers_of(post, facts.recipients)


def _is_so(kind: Kind, facts: Facts) -> bool:
    machine = facts.machine
    told = {
        Kind.WATCHER_SILENT: machine.silent_since,
        Kind.LOG_BAD: machine.log_bad_on,
        Kind.STORAGE_BAD: machine.storage_bad_on,
        Kind.VAULT_BAD: machine.vault_bad_on,
        Kind.REVIEW_DUE: facts.review_due_on,
    }
    return kind is Kind.TEST or told.get(kind) is not None


def _line(topic: Topic, number: int) -> str:
    one, more = _LINES[topic]
    return f"{number:,} {one if number == 1 else more}"
