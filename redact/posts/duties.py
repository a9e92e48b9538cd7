"""What staff owe: to have read the policy version in force, and training that their head asks for.

Threat: somebody posts who never read the rules; a version that nobody read counts as read; the three-yearly review is
forgotten.
Rule: one version is in force, the one adopted last.  Who has read it says so themselves at the desk, or a colleague
writes it down from paper; each stands in the audit log by tags.  While the setting `asks_policy_read` is on, nobody
proposes, approves or releases a post without having read it (`check_policy_read`); without a version nothing is asked.
A training that is due is a plan and no entry; that it was done is one.
Accepted residue: that somebody read and understood is their word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from redact.audit.kinds import ID, Kind
from redact.errors import UsageError
from redact.store.log.audit_log import Entries
from redact.store.people import Person, find_person, find_tagged, list_people
from redact.store.staff import duties as rows
from redact.store.staff.duties import POLICY_READ, TRAINING, DutyRow, PolicyVersion
from redact.system.clock import end_of_day, local_day, parse_moment, print_moment
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace

#: Days that staff have to read a version: the policy gives notice of a change a month before (1.1).
READ_DAYS: Final = 30
REVIEW_YEARS: Final = 3  # between two reviews of the policy (1.9)


class PolicyUnread(UsageError):
    """Somebody who must have read the policy first has not; nothing was changed."""

    def __init__(self, version: str) -> None:
        """Say where."""
        super().__init__(
            f"Read the policy, version {version}, first, and say so at the desk, under your name (or on paper: redact "
            "duties done). Nothing was changed."
        )
        self.at_desk = (
            f"Read version {version} of the social media policy, and say so there. Then come back; nothing was changed."
        )


@dataclass(frozen=True, slots=True)
class Owed:
    """What one person owes, or has done."""

    read_on: str | None  # the version in force; None: not yet
    read_by: str | None  # the day by which it is to be read; None: no version is in force
    training_due: str | None  # the next that is not done
    trained_on: str | None  # the last that is done

    @property
    def is_unread(self) -> bool:
        """Whether the version in force is still to be read."""
        return self.read_on is None and self.read_by is not None

    @property
    def is_open(self) -> bool:
        """Whether anything is still to be done."""
        return self.is_unread or self.training_due is not None

    def count_late(self, today: str) -> int:
        """Return of how many things the day has passed that are not done."""
        return (self.is_unread and str(self.read_by) < today) + ((self.training_due or today) < today)

    def is_late(self, today: str) -> bool:
        """Return whether the day of something that is not done has passed."""
        return self.count_late(today) > 0


@dataclass(frozen=True, slots=True)
class Register:
    """The register of duties at one moment."""

    policy: PolicyVersion | None  # in force
    people: tuple[tuple[Person, Owed], ...]  # enabled ones, by login


# -- rules, pure --


def has_read_policy(current: PolicyVersion | None, duties: Iterable[DutyRow], *, asks: bool) -> bool:
    """Return whether a person may propose, approve and release posts, as far as the policy goes.

    Args:
        current: the version in force; None: none was adopted.
        duties: the person's.
        asks: the setting `asks_policy_read`.
    """
    if current is None or not asks:
        return True
    return any(_is_reading_of(each, current) and each.done_on is not None for each in duties)


def owed_by(current: PolicyVersion | None, added_on: date, duties: Sequence[DutyRow]) -> Owed:
    """Return what somebody owes who was added on a day and has these duties."""
    read = [each.done_on for each in duties if current is not None and _is_reading_of(each, current) and each.done_on]
    begins = None if current is None else max(date.fromisoformat(current.adopted_on), added_on)
    read_by = None if begins is None else (begins + timedelta(days=READ_DAYS)).isoformat()
    training = [each for each in duties if each.duty == TRAINING]
    due = [each.due_on for each in training if each.done_on is None]
    done = [each.done_on for each in training if each.done_on is not None]
    return Owed(min(read, default=None), read_by, min(due, default=None), max(done, default=None))


def _is_reading_of(duty: DutyRow, policy: PolicyVersion) -> bool:
    return duty.duty == POLICY_READ and duty.policy == policy.id


# -- reading --


def read_register(workspace: Workspace) -> Register:
    """Return what everybody owes who may sign in.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return register_of(connection, workspace)


def register_of(connection: Connection, workspace: Workspace) -> Register:
    """Return the same in a transaction of the caller's."""
    current, every = _current(connection), rows.list_duties(connection)
    people = [person for person in list_people(connection) if person.disabled_at is None]
    found = tuple(
        (person, owed_by(current, _added_on(workspace, person), [each for each in every if each.person == person.id]))
        for person in people
    )
    return Register(current, found)


def read_owed(workspace: Workspace, person: Person) -> tuple[PolicyVersion | None, Owed]:
    """Return the version in force and what one person owes.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        current, duties = _current(connection), rows.list_duties(connection, person.id)
    return current, owed_by(current, _added_on(workspace, person), duties)


def check_policy_read(connection: Connection, workspace: Workspace, tag: str) -> None:
    """Check in the caller's transaction that who acts has read the policy in force.

    Before a proposal, an approval and a release; a refusal asks for nothing, for it lets nothing out.

    Raises:
        PolicyUnread: they have not, or are nobody who is known.
    """
    unread = find_unread(connection, workspace, tag)
    if unread is not None:
        raise PolicyUnread(unread)


def find_unread(connection: Connection, workspace: Workspace, tag: str) -> str | None:
    """Return the version in force that a person must read before they act; None where they have, or nothing asks."""
    current = _current(connection)
    person = find_tagged(connection, tag)
    duties = () if person is None else rows.list_duties(connection, person.id)
    if current is None or has_read_policy(current, duties, asks=workspace.settings.asks_policy_read):
        return None
    return current.id


# -- acts --


def adopt_policy(workspace: Workspace, version: str, review_on: date, who: Actor) -> PolicyVersion:
    """Put a version of the policy in force; everybody is asked to read it.

    Args:
        workspace: opened.
        version: a short name, "2026-09".
        review_on: by when the trustees review it.
        who: writes it down.

    Raises:
        UsageError: it is no short name, was adopted before, or its review lies in the past.
        DatabaseFault: nothing was changed.
    """
    if not ID.accepts(version):
        raise UsageError(f"A version of the policy is {ID.rule}, such as 2026-09. Nothing was changed.")
    today = workspace.today()
    if review_on <= today:
        raise UsageError("The day of the review must lie in the future. Nothing was changed.")
    adopted = PolicyVersion(version, today.isoformat(), review_on.isoformat())
    with workspace.audit_log.writing() as entries:
        if any(known.id == version for known in rows.read_policies(entries.connection)):
            raise UsageError(f"Version {version} was adopted before. See: redact policy list")
        rows.add_policy(entries.connection, adopted, print_moment(workspace.now()))
        until = print_moment(end_of_day(review_on, workspace.settings.zone))
        entries.add(Kind.POLICY_ADOPTED, policy=version, until=until, by=who.role, person=who.tag)
    return adopted


def say_policy_read(workspace: Workspace, login: str, version: str, who: Actor) -> bool:
    """Write down that somebody has read and understood the version in force; return False where it stood there.

    Raises:
        UsageError: that version is not in force, or there is no such person.
        DatabaseFault: nothing was changed.
    """
    with workspace.audit_log.writing() as entries:
        person, current = _known(entries, login), _current(entries.connection)
        if current is None or current.id != version:
            in_force = "no version was adopted" if current is None else f"version {current.id} is"
            raise UsageError(f"Version {version} of the policy is not in force; {in_force}. Nothing was changed.")
        duties = rows.list_duties(entries.connection, person.id)
        if has_read_policy(current, duties, asks=True):
            return False
        due_on = str(owed_by(current, _added_on(workspace, person), duties).read_by)
        done = DutyRow(0, person.id, POLICY_READ, version, due_on, workspace.today(entries.connection).isoformat())
        rows.add_duty(entries.connection, done, print_moment(workspace.now()))
        _enter(entries, person, who, POLICY_READ, policy=version)
    return True


def ask_for_training(workspace: Workspace, login: str, due_on: date) -> Person:
    """Write down by when somebody is to be trained; one that is not done yet gets the new day.

    Raises:
        UsageError: there is no such person.
        DatabaseFault: nothing was changed.
    """
    at = print_moment(workspace.now())
    with workspace.audit_log.writing() as entries:
        person = _known(entries, login)
        open_one = _open_training(entries.connection, person)
        if open_one is None:
            rows.add_duty(entries.connection, DutyRow(0, person.id, TRAINING, None, due_on.isoformat(), None), at)
        else:
            rows.move_due(entries.connection, open_one.id, due_on.isoformat(), at)
    return person


def say_trained(workspace: Workspace, login: str, who: Actor) -> Person:
    """Write down that somebody was trained today, asked for or not.

    Raises:
        UsageError: there is no such person.
        DatabaseFault: nothing was changed.
    """
    at, today = print_moment(workspace.now()), workspace.today().isoformat()
    with workspace.audit_log.writing() as entries:
        person = _known(entries, login)
        open_one = _open_training(entries.connection, person)
        if open_one is None:
            rows.add_duty(entries.connection, DutyRow(0, person.id, TRAINING, None, today, today), at)
        else:
            rows.end_duty(entries.connection, open_one.id, today, at)
        _enter(entries, person, who, TRAINING)
    return person


def review_day(today: date) -> date:
    """Return the day three years on: by when a version adopted today is reviewed at the latest."""
    try:
        return today.replace(year=today.year + REVIEW_YEARS)
    except ValueError:  # 29 February
        return today.replace(year=today.year + REVIEW_YEARS, day=28)


def _current(connection: Connection) -> PolicyVersion | None:
    return next(iter(rows.read_policies(connection)), None)


def _open_training(connection: Connection, person: Person) -> DutyRow | None:
    every = rows.list_duties(connection, person.id)
    return next((each for each in every if each.duty == TRAINING and each.done_on is None), None)


def _known(entries: Entries, login: str) -> Person:
    person = find_person(entries.connection, login.strip().lower())
    if person is None or person.disabled_at is not None:
        raise UsageError("Nobody who may sign in has that login. See: redact people list")
    return person


def _enter(entries: Entries, person: Person, who: Actor, duty: str, **facts: str) -> None:
    entries.add(Kind.DUTY_DONE, who=person.tag, by=who.role, person=who.tag, duty=duty, **facts)


def _added_on(workspace: Workspace, person: Person) -> date:
    return local_day(parse_moment(person.added_at), workspace.settings.zone)
