"""The tables of who signs in at the desk."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from redact.store.schema.tables.base import ID, SHA256, TIME, metadata

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("login", String(40), nullable=False, unique=True),
    Column("name", Text, nullable=False),  # as colleagues read it
    Column("email", Text, nullable=False, default="", server_default=""),  # where messages go; "": none is sent
    Column("tag", SHA256, nullable=False, unique=True),  # keyed, of the login: who it is in the audit log
    Column("password", Text),  # Argon2id; null until one was chosen
    Column("code", SHA256),  # SHA-256 of the one-time code; null once it was used
    Column("code_until", TIME),
    Column("has_keys", Boolean, nullable=False, default=True),  # single-key shortcuts are on
    Column("added_at", TIME, nullable=False),
    Column("disabled_at", TIME),
)

people_roles = Table(
    "people_roles",
    metadata,
    Column("person", Integer, ForeignKey("people.id"), primary_key=True),
    Column("role", String(40), primary_key=True),  # redact.audit.kinds.Role
    Column("school", ID, primary_key=True),  # "": every school
    Column("since", TIME),  # of a deputy; null: from the beginning
    Column("until", TIME),  # of a deputy; null: until it is taken away
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", SHA256, primary_key=True),  # of the cookie: who reads this table is signed in nowhere
    Column("ref", ID, nullable=False),  # what the audit log calls it
    Column("person", Integer, ForeignKey("people.id"), nullable=False),
    Column("opened_at", TIME, nullable=False),
    Column("seen_at", TIME, nullable=False),  # the last request, to within a minute
    Column("password_at", TIME, nullable=False),  # when the password was last given
)
Index("sessions_by_person", sessions.c.person)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("tag", SHA256, primary_key=True),  # keyed, of a login (known or not) or of an address
    Column("first_at", TIME, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("until", TIME),  # locked until then
)
