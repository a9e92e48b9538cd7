"""How far the audit log was checked stands with what there was of each photo, and not among the facts any more."""

from __future__ import annotations

from alembic import op
from sqlalchemy import CheckConstraint, Column, Integer, LargeBinary, String

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the table; the log is read through once more, by the watcher or `redact audit verify`."""
    op.create_table(
        "log_checked",
        Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
        Column("size", Integer, nullable=False),
        Column("edge", LargeBinary, nullable=False),
        Column("sums", LargeBinary, nullable=False),
        Column("code", String(64), nullable=False),
    )
    op.execute("delete from facts where name = 'log-checked'")
