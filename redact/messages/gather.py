"""Read the facts that the rules of messages ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from redact.errors import short_id
from redact.messages.due import DIGEST_WINDOW_H
from redact.messages.values import (
    DeviceNews,
    Facts,
    MachineNews,
    PostNews,
    Recipient,
    StaffNews,
    TakeDownNews,
    Topic,
)
from redact.posts.duties import Register, register_of
from redact.posts.queue import Standing, count_standings
from redact.reports.for_person import list_for_person
from redact.reports.health import GIVEN_UP
from redact.reports.overdue import list_late
from redact.store.devices import read_devices
from redact.store.holds import list_holds
from redact.store.log.last_check import read_last_check
from redact.store.machines import Machine, list_machines
from redact.store.originals import ORIGINALS
from redact.store.people import list_people
from redact.store.photos.stored_copies import COPIES
from redact.store.photos.watched import list_faults
from redact.store.posts.voids import Cause
from redact.store.staff import news
from redact.system.clock import parse_moment, print_moment, utc_day
from redact.workspace.open import Workspace

#: Seconds without a sign of life until IT is told: a database may be away for a moment, and a sign comes every 30.
SILENT_S: Final = 300.0
TRAINING_SOON_DAYS: Final = 14  # before a training is due
REVIEW_SOON_DAYS: Final = 60  # before the review of the policy is due: trustees meet once a term
_OWN_ACTS: Final = frozenset({"edited", "withdrawn"})  # causes that the author knows
_PHOTOS: Final = {
    Topic.PHOTOS_RECALLED: (Standing.RECALLED,),
    Topic.PHOTOS_ASK: (Standing.ASKS,),
    Topic.PHOTOS_TO_REVIEW: (Standing.TO_REVIEW,),
    Topic.PHOTOS_STOPPED: (Standing.HELD, Standing.REFUSED, Standing.WANTED),
}


def read_facts(workspace: Workspace) -> Facts:
    """Return the facts of now.  What only the daily message counts is counted in its hours alone.

    Raises:
        DatabaseFault: the database does not answer.
    """
    now = workspace.now()
    at, local, hour = print_moment(now), now.astimezone(workspace.settings.zone), workspace.settings.digest_hour
    with workspace.database.read() as connection:
        register = register_of(connection, workspace)
        devices = tuple(_devices(connection, workspace, now))
        asked = news.list_open_take_downs(connection)
        take_downs = tuple(TakeDownNews(row.id, row.school, row.due_at) for row in asked)
        is_hour = 0 <= local.hour - hour < DIGEST_WINDOW_H
        return Facts(
            at,
            local,
            hour,
            recipients_at(connection, print_moment(workspace.latest(connection))),
            tuple(_posts(connection)),
            devices,
            take_downs,
            tuple(_staff(register, local.date())),
            _machine(connection, now),
            _review(register, local.date()),
            _counts(connection, workspace, register, devices, take_downs) if is_hour else {},
        )


def recipients_at(connection: Connection, at: str) -> tuple[Recipient, ...]:
    """Return who can be told: enabled, with an address, and with a role at that moment."""
    people = (person for person in list_people(connection) if person.disabled_at is None and person.email)
    found = (Recipient(person.id, person.tag, person.roles_at(at)) for person in people)
    return tuple(each for each in found if each.roles)


def _posts(connection: Connection) -> Iterator[PostNews]:
    for row in news.list_waiting_posts(connection):
        if row.is_proposed:
            yield PostNews(row.id, row.school, row.author, short_id(row.content or ""), is_sent_back=False)
        elif row.cause not in _OWN_ACTS:
            ran_out = row.cause == Cause.EXPIRED and row.back_at is not None
            stamp = f"e{row.edition}-{utc_day(str(row.back_at))}" if ran_out else f"e{row.edition}"
            yield PostNews(row.id, row.school, row.author, stamp, is_sent_back=True)


def _devices(connection: Connection, workspace: Workspace, now: datetime) -> Iterator[DeviceNews]:
    devices = read_devices(connection)
    late = list_late(connection, workspace, devices, now)
    for device in devices:
        for is_attestation in (False, True):
            since = [each.since for each in late[device.id] if each.is_attestation is is_attestation]
            if since:
                yield DeviceNews(device.id, device.school, device.holder, min(since), is_attestation)


def _staff(register: Register, today: date) -> Iterator[StaffNews]:
    soon = (today + timedelta(days=TRAINING_SOON_DAYS)).isoformat()
    for person, owed in register.people:
        if register.policy is not None and owed.is_unread:
            is_late = str(owed.read_by) < today.isoformat()
            yield StaffNews(person.id, register.policy.id, is_training=False, is_late=is_late)
        if owed.training_due is not None and owed.training_due <= soon:
            is_late = owed.training_due < today.isoformat()
            yield StaffNews(person.id, owed.training_due, is_training=True, is_late=is_late)


def _review(register: Register, today: date) -> str | None:
    if register.policy is None:
        return None
    soon = (today + timedelta(days=REVIEW_SOON_DAYS)).isoformat()
    return register.policy.review_on if register.policy.review_on <= soon else None


def _machine(connection: Connection, now: datetime) -> MachineNews:
    silent = [str(each.sign.beat_at) for each in list_machines(connection) if _is_silent(each, now)]
    last = read_last_check(connection)
    copies = [utc_day(str(copy.fault_at)) for copy in list_faults(connection, COPIES)]
    originals = [utc_day(str(original.fault_at)) for original in list_faults(connection, ORIGINALS)]
    log_bad = utc_day(last.at) if last is not None and not last.is_intact else None
    newest = (max(copies, default=None), max(originals, default=None))
    return MachineNews(min(silent, default=None), log_bad, *newest)


def _is_silent(machine: Machine, now: datetime) -> bool:
    if machine.sign.beat_at is None or machine.sign.ended_at is not None:
        return False
    silent_for = now - parse_moment(machine.sign.beat_at)
    return timedelta(seconds=SILENT_S) <= silent_for < GIVEN_UP


def _counts(
    connection: Connection,
    workspace: Workspace,
    register: Register,
    devices: tuple[DeviceNews, ...],
    take_downs: tuple[TakeDownNews, ...],
) -> dict[tuple[Topic, str], int]:
    counts: Counter[tuple[Topic, str]] = Counter()
    for school in {"", *workspace.settings.schools}:
        standings = count_standings(workspace, frozenset({school}))
        for topic, which in _PHOTOS.items():
            counts[topic, school] += sum(standings[each] for each in which)
    for topic, found in (
        (Topic.POSTS_TO_APPROVE, news.count_posts(connection, "proposed")),
        (Topic.POSTS_TO_RELEASE, news.count_posts(connection, "approved")),
        (Topic.POSTS_TO_LINK, news.count_posts(connection, "released")),
        (Topic.POSTS_RAN_OUT, news.count_run_out(connection, Cause.EXPIRED.value, _last_digest(workspace))),
        (Topic.INCIDENTS_OPEN, news.count_open_incidents(connection)),
    ):
        counts.update({(topic, school): number for school, number in found.items()})
    now, today = print_moment(workspace.now()), workspace.today().isoformat()
    for asked in take_downs:
        topic = Topic.TAKE_DOWNS_LATE if asked.due_at < now else Topic.TAKE_DOWNS_OPEN
        counts[topic, asked.school] += 1
    for device in devices:
        counts[Topic.DEVICES_LATE, device.school] += 1
    for person, owed in register.people:
        if owed.is_late(today):
            counts[Topic.STAFF_DUE, min((held.school for held in person.roles), default="")] += 1
    items = list_for_person(connection, workspace, read_devices(connection), list_holds(connection))
    counts[Topic.NEEDS_IT, ""] += sum(item.count for item in items)
    recent = print_moment(workspace.now() - GIVEN_UP)
    ended = (each.sign for each in list_machines(connection) if each.sign.ended_at is not None)
    counts[Topic.WATCHER_ENDED, ""] += sum(str(sign.ended_at) >= recent for sign in ended)
    return dict(counts)


def _last_digest(workspace: Workspace) -> str:
    """Return when the daily message went last: a day ago, and on a Monday on Friday."""
    now = workspace.now()
    is_monday = now.astimezone(workspace.settings.zone).weekday() == 0
    return print_moment(now - timedelta(days=3 if is_monday else 1))
