"""The only SQL on versions of the policy and on what staff have read and done."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from redact.store.schema.tables.of_posts import duties, policies

POLICY_READ, TRAINING = "policy-read", "training"  # duties.c.duty; words of the audit log


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of the trust's policy."""

    id: str  # "2026-09"
    adopted_on: str  # a day
    review_on: str  # a day


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty of one person; one that is not done yet, too."""

    id: int
    person: int
    duty: str  # policy-read | training
    policy: str | None  # of policy-read
    due_on: str  # a day
    done_on: str | None


def read_policies(connection: Connection) -> tuple[PolicyVersion, ...]:
    """Return every version, the one that was adopted last first: that one is in force."""
    rows = connection.execute(select(policies).order_by(policies.c.at.desc(), policies.c.id.desc()))
    return tuple(PolicyVersion(row.id, row.adopted_on, row.review_on) for row in rows)


def add_policy(connection: Connection, version: PolicyVersion, at: str) -> None:
    """Write down a version."""
    row = {"id": version.id, "adopted_on": version.adopted_on, "review_on": version.review_on, "at": at}
    connection.execute(insert(policies), row)


def list_duties(connection: Connection, person: int | None = None) -> tuple[DutyRow, ...]:
    """Return the duties of one person or of all, oldest first."""
    query = select(duties).order_by(duties.c.id)
    query = query if person is None else query.where(duties.c.person == person)
    return tuple(
        DutyRow(row.id, row.person, row.duty, row.policy, row.due_on, row.done_on) for row in connection.execute(query)
    )


def add_duty(connection: Connection, new: DutyRow, at: str) -> None:
    """Write down a duty; its number is given here."""
    row = {"person": new.person, "duty": new.duty, "policy": new.policy}
    connection.execute(insert(duties), row | {"due_on": new.due_on, "done_on": new.done_on, "at": at})


def move_due(connection: Connection, duty: int, due_on: str, at: str) -> None:
    """Give a duty that is not done another day."""
    is_open = (duties.c.id == duty, duties.c.done_on.is_(None))
    connection.execute(update(duties).where(*is_open).values(due_on=due_on, at=at))


def end_duty(connection: Connection, duty: int, done_on: str, at: str) -> bool:
    """Write down that a duty is done; False where it was done already."""
    swap = update(duties).where(duties.c.id == duty, duties.c.done_on.is_(None))
    return bool(connection.execute(swap.values(done_on=done_on, at=at)).rowcount)
