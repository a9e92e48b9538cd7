"""The only SQL on people, their roles, their sessions and failed sign-ins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from redact.audit.kinds import Role
from redact.store.schema.tables import people, people_roles, sessions, sign_in_failures

EVERY_SCHOOL = ""  # the school of a role that is held in all of them


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that a person has, and where."""

    role: Role
    school: str = EVERY_SCHOOL
    until: str | None = None  # a moment; of a deputy
    since: str | None = None  # a moment; of a deputy who begins later; None: from the beginning

    def is_at(self, at: str) -> bool:
        """Return whether the role counts at a moment: from `since` on, and until before `until`."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in."""

    id: int
    login: str
    name: str
    tag: str  # in the audit log
    has_password: bool
    code_until: str | None  # a one-time code waits until then
    has_keys: bool  # single-key shortcuts are on
    added_at: str
    disabled_at: str | None
    roles: tuple[HeldRole, ...]
    email: str = ""  # where messages go; "": none is sent

    def roles_at(self, at: str) -> tuple[HeldRole, ...]:
        """Return the roles that count at a moment: they have begun, and have not run out."""
        return tuple(held for held in self.roles if held.is_at(at))


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a person proves who they are with; hashes only."""

    password: str | None
    code: str | None
    code_until: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser."""

    id: str  # SHA-256 of the cookie
    ref: str
    person: int
    opened_at: str
    seen_at: str
    password_at: str


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed sign-ins of a login or from an address."""

    first_at: str
    failures: int
    until: str | None


# -- people --


def has_people(connection: Connection) -> bool:
    """Return whether anybody was ever added."""
    return connection.execute(select(people.c.id).limit(1)).first() is not None


def find_person(connection: Connection, login: str) -> Person | None:
    """Return the person of this login, disabled or not."""
    return _find(connection, people.c.login == login)


def read_person(connection: Connection, person: int) -> Person | None:
    """Return the person of this number, disabled or not."""
    return _find(connection, people.c.id == person)


def find_tagged(connection: Connection, tag: str) -> Person | None:
    """Return the person of this tag of the audit log, disabled or not."""
    return _find(connection, people.c.tag == tag)


def list_people(connection: Connection) -> tuple[Person, ...]:
    """Return everybody, by login; those who were disabled too."""
    ids = connection.execute(select(people.c.id).order_by(people.c.login)).scalars().all()
    return tuple(found for number in ids if (found := read_person(connection, number)) is not None)


def names_of(connection: Connection, tags: Iterable[str]) -> dict[str, str]:
    """Return the names of people by their tags, as colleagues read them; disabled ones too."""
    query = select(people.c.tag, people.c.name).where(people.c.tag.in_([*tags]))
    return {row.tag: row.name for row in connection.execute(query)}


def _find(connection: Connection, where: ColumnElement[bool]) -> Person | None:
    row = connection.execute(select(people).where(where)).first()
    if row is None:
        return None
    of_person = select(people_roles).where(people_roles.c.person == row.id)
    held = tuple(
        HeldRole(Role(role.role), role.school, role.until, role.since)
        for role in connection.execute(of_person.order_by(people_roles.c.role, people_roles.c.school))
    )
    return Person(
        row.id,
        row.login,
        row.name,
        row.tag,
        row.password is not None,
        row.code_until if row.code else None,
        row.has_keys,
        row.added_at,
        row.disabled_at,
        held,
        row.email,
    )


def add_person(connection: Connection, login: str, name: str, tag: str, at: str, email: str = "") -> int:
    """Write down a new person, and return their number."""
    row = {"login": login, "name": name, "tag": tag, "has_keys": True, "added_at": at, "email": email}
    return int(connection.execute(insert(people).returning(people.c.id), row).scalar_one())


def give_role(connection: Connection, person: int, held: HeldRole) -> None:
    """Give a role, or another beginning and end to one that is held."""
    take_role(connection, person, held.role, held.school)
    row: dict[str, object] = {"person": person, "role": held.role.value, "school": held.school}
    row |= {"since": held.since, "until": held.until}
    connection.execute(insert(people_roles), row)


def take_role(connection: Connection, person: int, role: Role, school: str) -> bool:
    """Take a role away; return False where it was not held."""
    where = (people_roles.c.person == person, people_roles.c.role == role.value, people_roles.c.school == school)
    return bool(connection.execute(delete(people_roles).where(*where)).rowcount)


def change_person(connection: Connection, person: int, **columns: object) -> None:
    """Write columns of a person: password, code, code_until, has_keys, email, disabled_at."""
    connection.execute(update(people).where(people.c.id == person).values(**columns))


def read_secrets(connection: Connection, person: int) -> Secrets:
    """Return the hashes that a person is proved by."""
    row = connection.execute(
        select(people.c.password, people.c.code, people.c.code_until).where(people.c.id == person)
    ).one()
    return Secrets(row.password, row.code, row.code_until)


def use_code(connection: Connection, person: int, code: str, password: str) -> bool:
    """Put a password in the place of a one-time code; return False where that code was used meanwhile."""
    swap = update(people).where(people.c.id == person, people.c.code == code, people.c.disabled_at.is_(None))
    return bool(connection.execute(swap.values(password=password, code=None, code_until=None)).rowcount)


# -- sessions --


def add_session(connection: Connection, session: Session) -> None:
    """Write down a signed-in browser."""
    connection.execute(insert(sessions), {name: getattr(session, name) for name in session.__slots__})


def find_session(connection: Connection, session: str) -> Session | None:
    """Return the session of this id, over or not."""
    row = connection.execute(select(sessions).where(sessions.c.id == session)).first()
    return None if row is None else Session(**row._mapping)  # noqa: SLF001  SQLAlchemy's public way


def change_session(connection: Connection, session: str, **columns: object) -> None:
    """Write columns of a session: seen_at, password_at."""
    connection.execute(update(sessions).where(sessions.c.id == session).values(**columns))


def end_sessions(connection: Connection, *, session: str = "", person: int = 0) -> tuple[Session, ...]:
    """End one session, or all of a person; return those that were open."""
    where = or_(sessions.c.id == session, sessions.c.person == person)
    found = tuple(Session(**row._mapping) for row in connection.execute(select(sessions).where(where)))  # noqa: SLF001
    connection.execute(delete(sessions).where(where))
    return found


def end_old_sessions(connection: Connection, opened_before: str) -> None:
    """Forget sessions that are over in any case; the audit log has their beginning."""
    connection.execute(delete(sessions).where(sessions.c.opened_at < opened_before))


# -- failed sign-ins --


def read_failures(connection: Connection, tags: Iterable[str]) -> dict[str, Failures]:
    """Return what is known of these logins and addresses."""
    rows = connection.execute(select(sign_in_failures).where(sign_in_failures.c.tag.in_([*tags])))
    return {row.tag: Failures(row.first_at, row.failures, row.until) for row in rows}


def write_failures(connection: Connection, tag: str, failures: Failures) -> None:
    """Write down what is known of a login or an address."""
    forget_failures(connection, tag)
    row = {"tag": tag, "first_at": failures.first_at, "failures": failures.failures, "until": failures.until}
    connection.execute(insert(sign_in_failures), row)


def forget_failures(connection: Connection, tag: str) -> None:
    """Begin again: the right password was given, or the login was reset."""
    connection.execute(delete(sign_in_failures).where(sign_in_failures.c.tag == tag))


def forget_old_failures(connection: Connection, before: str) -> None:
    """Forget what began before then and locks nothing any more: strangers must not grow the table."""
    is_over = func.coalesce(sign_in_failures.c.until, "") < before
    connection.execute(delete(sign_in_failures).where(sign_in_failures.c.first_at < before, is_over))
