"""One request, as pages see it: who asks, in which roles, with what; and what the desk itself is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jinja2 import Environment

from redact.audit.kinds import Role
from redact.desk.address import Address
from redact.desk.images import Thumbnails
from redact.desk.looking import Looking
from redact.desk.sign_in.hashing import Hashing
from redact.posts.redraws.redrawing import Redrawer
from redact.store.people import EVERY_SCHOOL, HeldRole, Person, Session
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace

#: The schools whose photos somebody may see; None: all of them.
Schools = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages work with."""

    workspace: Workspace
    address: Address
    templates: Environment
    hashing: Hashing
    thumbnails: Thumbnails
    redrawer: Redrawer  # open as long as the desk
    looking: Looking = field(default_factory=Looking)


@dataclass(frozen=True, slots=True)
class Form:
    """What came with a form; a field that did not come is empty."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return the first value of a field, "" where there is none."""
        return self.fields.get(name, ("",))[0]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request."""

    desk: Desk
    path: str
    parts: Mapping[str, str]  # of the path, by the names of its route
    query: Mapping[str, str]
    form: Form
    client: str  # the address it came from
    cookie: str = ""
    person: Person | None = None  # None: nobody is signed in
    session: Session | None = None
    roles: tuple[HeldRole, ...] = ()  # now
    allowed: frozenset[Role] = frozenset()  # of the route
    token: str = ""  # what each form must bring back

    @property
    def who(self) -> Person:
        """Who is signed in, on a route that asks for it."""
        assert self.person is not None
        return self.person

    @property
    def schools(self) -> Schools:
        """Whose photos this route shows this person: those of the roles that open the route."""
        return self.schools_of(self.allowed)

    def schools_of(self, roles: frozenset[Role]) -> Schools:
        """Return the schools at which this person has one of these roles; None: all of them."""
        found = {held.school for held in self.roles if held.role in roles}
        return None if EVERY_SCHOOL in found else frozenset(found)

    @property
    def actor(self) -> Actor:
        """Return who acts, for the audit log: in the role that opens the route, the first of the person's."""
        return Actor(self.role.value, self.who.tag)

    @property
    def role(self) -> Role:
        """In which role the person acts: the first that opens the route."""
        return next(held.role for held in self.roles if held.role in self.allowed)

    def has_at(self, role: Role, school: str) -> bool:
        """Return whether the person has a role at a school, or at every one."""
        return any(held.role is role and held.school in {EVERY_SCHOOL, school} for held in self.roles)

    def has(self, *roles: Role) -> bool:
        """Return whether the person has one of these roles, at any school."""
        return any(held.role in roles for held in self.roles)
