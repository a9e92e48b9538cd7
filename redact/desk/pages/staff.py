"""What the pages of the policy and of staff duties show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from redact.desk.pages.home import Task
from redact.desk.pages.words import ROLES
from redact.posts.duties import Owed, Register
from redact.store.people import EVERY_SCHOOL, Person
from redact.store.staff.duties import PolicyVersion
from redact.system.clock import print_day

_UNTIL_THEN: Final = " Until then you cannot propose, approve or put out posts."


@dataclass(frozen=True, slots=True)
class PolicyView:
    """What policy.html draws."""

    version: str  # "": none was adopted
    adopted: str
    review: str
    link: str  # "": nobody said where the text is
    read_on: str  # "": not yet
    read_by: str
    is_late: bool
    training: str  # "" where none is due


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One person of the register."""

    href: str  # of the page on which their duties are written down
    name: str
    roles: str
    policy: str
    training: str
    mark: str  # late | open | "": nothing is due


@dataclass(frozen=True, slots=True)
class PersonDuties:
    """What duty.html draws."""

    line: DutyLine
    version: str  # that may be written down as read; "" where there is none, or it was
    is_self: bool  # one's own are said at the page of the policy, or written down by somebody else
    due: str  # the day of an open training, for its field; "" where there is none


@dataclass(frozen=True, slots=True)
class DutiesView:
    """What duties.html draws."""

    version: str
    review: str
    is_review_late: bool
    open: int
    lines: tuple[DutyLine, ...]


def show_policy(current: PolicyVersion | None, owed: Owed, link: str | None, today: date) -> PolicyView:
    """Return the page on which somebody says that they have read the policy."""
    training = "" if owed.training_due is None else print_day(owed.training_due)
    if current is None:
        return PolicyView("", "", "", link or "", "", "", is_late=False, training=training)
    return PolicyView(
        current.id,
        print_day(current.adopted_on),
        print_day(current.review_on),
        link or "",
        "" if owed.read_on is None else print_day(owed.read_on),
        "" if owed.read_by is None else print_day(owed.read_by),
        owed.is_unread and str(owed.read_by) < today.isoformat(),
        training,
    )


def policy_tasks(current: PolicyVersion | None, owed: Owed, today: date, *, has_posts: bool) -> tuple[Task, ...]:
    """Return what the task list says of one's own duties; nothing where nothing is to be done.

    Args:
        current: the version in force; None: none was adopted.
        owed: what this person has to do.
        today: at the school.
        has_posts: this person writes, approves or puts out posts, which wait for it.
    """
    tasks = []
    if current is not None and owed.is_unread:
        hint = f"Version {current.id}." + (_UNTIL_THEN if has_posts else "")
        due = f"By {print_day(str(owed.read_by))}"
        is_late = str(owed.read_by) < today.isoformat()
        tasks.append(Task("Read the policy", hint, "/policy", due, is_waiting=True, is_urgent=is_late))
    if owed.training_due is not None:
        is_late = owed.training_due < today.isoformat()
        due = f"By {print_day(owed.training_due)}"
        hint = "Your headteacher or the office arranges it, and it is written down afterwards."
        tasks.append(Task("Training", hint, "/policy", due, is_waiting=True, is_urgent=is_late))
    return tuple(tasks)


def show_duties(register: Register, schools: frozenset[str] | None, today: date) -> DutiesView:
    """Return the register, of people with a role at these schools or at every one; those with something due first."""
    seen = [(person, owed) for person, owed in register.people if is_of(person, schools)]
    lines = sorted((_line(person, owed, today.isoformat()) for person, owed in seen), key=_order)
    policy = register.policy
    return DutiesView(
        "" if policy is None else policy.id,
        "" if policy is None else print_day(policy.review_on),
        policy is not None and policy.review_on < today.isoformat(),
        sum(bool(line.mark) for line in lines),
        tuple(lines),
    )


def show_person(policy: PolicyVersion | None, person: Person, owed: Owed, reader: Person, today: date) -> PersonDuties:
    """Return the page on which somebody's duties are written down."""
    version = "" if policy is None or not owed.is_unread else policy.id
    is_self = person.id == reader.id
    return PersonDuties(_line(person, owed, today.isoformat()), version, is_self, owed.training_due or "")


def is_of(person: Person, schools: frozenset[str] | None) -> bool:
    """Return whether somebody has a role at one of these schools, or at every one."""
    return schools is None or any(held.school in {EVERY_SCHOOL, *schools} for held in person.roles)


def _order(line: DutyLine) -> tuple[int, str]:
    return ("late", "open", "").index(line.mark), line.name


def _line(person: Person, owed: Owed, today: str) -> DutyLine:
    policy = "Nothing to read"
    if owed.read_on is not None:
        policy = f"Read {print_day(owed.read_on)}"
    elif owed.read_by is not None:
        policy = f"Not read, due {print_day(owed.read_by)}"
    training = f"Due {print_day(owed.training_due)}" if owed.training_due is not None else "None due"
    if owed.trained_on is not None and owed.training_due is None:
        training = f"Done {print_day(owed.trained_on)}"
    mark = "late" if owed.is_late(today) else "open" if owed.is_open else ""
    roles = sorted({ROLES[held.role] + (f" ({held.school})" if held.school else "") for held in person.roles})
    return DutyLine(f"/duties/{person.id}", person.name, ", ".join(roles), policy, training, mark)
