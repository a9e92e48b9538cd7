"""What is due to be told to whom: pure rules over facts.

Threat: nobody hears that a post must come down, or that the watcher is dead; or so much is sent that nobody reads it;
or the one who wrote a post is asked to approve it.
Rule: each message has a key, and a key is told once (store/staff/messages.py).  What changes nothing is not said again
before a day (take-downs) or a week (devices) is over.  Heads hear of a device when its holder did nothing for three
days.  The daily message goes on weekdays, and only if something waits.
Accepted residue: a post that is sent back, proposed unchanged and sent back again is told once; who has no address
hears nothing, which doctor says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from redact.audit.kinds import Role
from redact.messages.values import DeviceNews, Facts, Kind, Message, PostNews, Recipient, TakeDownNews, Topic
from redact.posts.approving.rules import APPROVERS
from redact.system.clock import parse_moment, utc_day

HEAD_AFTER_S: Final = 3 * 86_400.0  # seconds that a device is overdue until its head hears of it
CHASE_EVERY_S: Final = 7 * 86_400.0  # seconds between two chasers about the same devices
DIGEST_WINDOW_H: Final = 3  # hours in which the daily message goes, for a machine that is started late
WEEKEND: Final = 5  # Saturday, of datetime.weekday

#: Whose daily message a topic stands in, in the order of its lines.
TOPICS: Final[Mapping[Topic, tuple[Role, ...]]] = {
    Topic.TAKE_DOWNS_LATE: (*APPROVERS, Role.POSTER, Role.DATA_PROTECTION_OFFICER),
    Topic.TAKE_DOWNS_OPEN: (Role.HEADTEACHER, Role.POSTER),
    Topic.POSTS_TO_APPROVE: APPROVERS,
    Topic.POSTS_TO_RELEASE: (Role.POSTER,),
    Topic.POSTS_TO_LINK: (Role.POSTER,),
    Topic.POSTS_RAN_OUT: (*APPROVERS, Role.COMMUNICATIONS),
    Topic.INCIDENTS_OPEN: (*APPROVERS, Role.DATA_PROTECTION_OFFICER),
    Topic.PHOTOS_RECALLED: (Role.REVIEWER, Role.COMMUNICATIONS),
    Topic.PHOTOS_ASK: (Role.REVIEWER,),
    Topic.PHOTOS_TO_REVIEW: (Role.REVIEWER,),
    Topic.PHOTOS_STOPPED: (Role.COMMUNICATIONS,),
    Topic.DEVICES_LATE: (*APPROVERS, Role.IT_SERVICES_MANAGER),
    Topic.STAFF_DUE: (Role.HEADTEACHER,),
    Topic.NEEDS_IT: (Role.IT_SERVICES_MANAGER,),
    Topic.WATCHER_ENDED: (Role.IT_SERVICES_MANAGER,),
}


def due_messages(facts: Facts) -> tuple[Message, ...]:
    """Return what is to be told now; most of it was told before, and its key says so."""
    return (
        *_about_machine(facts),
        *_about_posts(facts),
        *_about_take_downs(facts),
        *_about_devices(facts),
        *_about_staff(facts),
        *_digests(facts),
    )


def approvers_of(post: PostNews, recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Return who is asked to approve a post: the school's head or a deputy; where there is none, the CEO."""
    others = [each for each in recipients if each.tag != post.author]
    heads = tuple(each for each in others if each.has_at(post.school, Role.HEADTEACHER))
    return heads or tuple(each for each in others if each.has_at(post.school, Role.CEO))


def devices_for(each: Recipient, facts: Facts, *, is_attestation: bool) -> tuple[DeviceNews, ...]:
    """Return the overdue devices of which somebody hears."""
    return tuple(
        device
        for device in facts.devices
        if device.is_attestation is is_attestation and _hears_of(each, device, facts.local)
    )


def take_downs_for(each: Recipient, facts: Facts, *, is_late: bool) -> tuple[TakeDownNews, ...]:
    """Return the take-downs of which somebody hears: open ones, or those whose deadline has passed."""
    roles = (Role.POSTER, Role.HEADTEACHER, Role.CEO) if is_late else (Role.POSTER, Role.HEADTEACHER)
    return tuple(
        found
        for found in facts.take_downs
        if each.has_at(found.school, *roles) and (not is_late or found.due_at < facts.now)
    )


def lines_for(each: Recipient, counts: Mapping[tuple[Topic, str], int]) -> tuple[tuple[Topic, int], ...]:
    """Return the lines of somebody's daily message: topic and number, none of 0."""
    lines = []
    for topic, roles in TOPICS.items():
        found = sum(number for (of, school), number in counts.items() if of is topic and each.has_at(school, *roles))
        if found:
            lines.append((topic, found))
    return tuple(lines)


def _about_machine(facts: Facts) -> Iterator[Message]:
    told = (
        (Kind.WATCHER_SILENT, facts.machine.silent_since, (Role.IT_SERVICES_MANAGER,)),
        (Kind.LOG_BAD, facts.machine.log_bad_on, (Role.IT_SERVICES_MANAGER, Role.DATA_PROTECTION_OFFICER)),
        (Kind.STORAGE_BAD, facts.machine.storage_bad_on, (Role.IT_SERVICES_MANAGER,)),
        (Kind.VAULT_BAD, facts.machine.vault_bad_on, (Role.IT_SERVICES_MANAGER,)),
    )
    for kind, stamp, roles in told:
        for each in facts.recipients:
            if stamp is not None and any(held.role in roles for held in each.roles):
                yield _message(kind, each.person, stamp)
    for each in facts.recipients:
        if facts.review_due_on is not None and each.has_at("", Role.CEO, Role.IT_SERVICES_MANAGER):
            yield _message(Kind.REVIEW_DUE, each.person, facts.review_due_on)


def _about_posts(facts: Facts) -> Iterator[Message]:
    for post in facts.posts:
        about = f"post-{post.id}"
        if post.is_sent_back:
            authors = (each for each in facts.recipients if each.tag == post.author)
            yield from (_message(Kind.POST_SENT_BACK, each.person, post.stamp, about) for each in authors)
        else:
            asked = approvers_of(post, facts.recipients)
            yield from (_message(Kind.POST_WAITS, each.person, post.stamp, about) for each in asked)


def _about_take_downs(facts: Facts) -> Iterator[Message]:
    for each in facts.recipients:
        for found in take_downs_for(each, facts, is_late=False):
            yield _message(Kind.TAKE_DOWN_OPEN, each.person, "opened", f"takedown-{found.id}")
        for found in take_downs_for(each, facts, is_late=True):
            yield _message(Kind.TAKE_DOWN_LATE, each.person, _day(facts.local), f"takedown-{found.id}")


def _about_devices(facts: Facts) -> Iterator[Message]:
    for each in facts.recipients:
        for is_attestation, kind in ((False, Kind.DEVICE_LATE), (True, Kind.ATTESTATION_DUE)):
            found = devices_for(each, facts, is_attestation=is_attestation)
            if found:
                newest = max(device.since for device in found)
                times = int(_late_s(newest, facts.local) // CHASE_EVERY_S)
                yield _message(kind, each.person, f"{utc_day(newest)}-{times}")


def _about_staff(facts: Facts) -> Iterator[Message]:
    known = {each.person for each in facts.recipients}
    for owed in facts.staff:
        if owed.person in known:
            kind = Kind.TRAINING_DUE if owed.is_training else Kind.POLICY_UNREAD
            yield _message(kind, owed.person, f"{owed.stamp}{'-late' * owed.is_late}")


def _digests(facts: Facts) -> Iterator[Message]:
    hours = facts.local.hour - facts.digest_hour
    if facts.local.weekday() >= WEEKEND or not 0 <= hours < DIGEST_WINDOW_H:
        return
    for each in facts.recipients:
        if lines_for(each, facts.counts):
            yield _message(Kind.DIGEST, each.person, _day(facts.local))


def _hears_of(each: Recipient, device: DeviceNews, now: datetime) -> bool:
    if each.has_at(device.school, device.holder, Role.IT_SERVICES_MANAGER):
        return True
    return _late_s(device.since, now) >= HEAD_AFTER_S and each.has_at(device.school, Role.HEADTEACHER)


def _late_s(since: str, now: datetime) -> float:
    return max(0.0, (now - parse_moment(since)).total_seconds())


def _message(kind: Kind, person: int, stamp: str, about: str = "") -> Message:
    return Message(f"{kind.value}/{about}/{stamp}/{person}"[:96], kind, person, about)


def _day(local: datetime) -> str:
    return local.date().isoformat()
