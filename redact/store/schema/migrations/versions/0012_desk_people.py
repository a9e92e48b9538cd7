"""People who sign in at the desk: who they are, in which roles and for which schools, and who is signed in."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Text

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables; nobody is in them until a person is added at the terminal."""
    op.create_table(
        "people",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("login", String(40), nullable=False, unique=True),
        Column("name", Text, nullable=False),
        Column("tag", String(64), nullable=False, unique=True),
        Column("password", Text),
        Column("code", String(64)),
        Column("code_until", String(24)),
        Column("has_keys", Boolean, nullable=False),
        Column("added_at", String(24), nullable=False),
        Column("disabled_at", String(24)),
    )
    op.create_table(
        "people_roles",
        Column("person", Integer, ForeignKey("people.id"), primary_key=True),
        Column("role", String(40), primary_key=True),
        Column("school", String(40), primary_key=True),
        Column("until", String(24)),
    )
    op.create_table(
        "sessions",
        Column("id", String(64), primary_key=True),
        Column("ref", String(40), nullable=False),
        Column("person", Integer, ForeignKey("people.id"), nullable=False),
        Column("opened_at", String(24), nullable=False),
        Column("seen_at", String(24), nullable=False),
        Column("password_at", String(24), nullable=False),
    )
    op.create_index("sessions_by_person", "sessions", ["person"])
    op.create_table(
        "sign_in_failures",
        Column("tag", String(64), primary_key=True),
        Column("first_at", String(24), nullable=False),
        Column("failures", Integer, nullable=False),
        Column("until", String(24)),
    )
