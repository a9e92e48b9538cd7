"""Posts that are discarded, since when one is a draft again, and whose outbox holds the files of one."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add the columns; "discarded" has a letter more than fitted."""
    for column in (
        Column("back_at", String(24)),
        Column("discarded_at", String(24)),
        Column("outbox", String(64)),
    ):
        op.add_column("posts", column)
    if op.get_bind().dialect.name != "sqlite":  # which keeps text of any length
        op.alter_column("posts", "state", type_=String(12))
