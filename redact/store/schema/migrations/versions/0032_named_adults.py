"""Which copies and posts name an adult by a permission in writing; of copies made before, nobody wrote it down."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, false

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Add the column to both lists of who is shown."""
    for table in ("shown", "post_shown"):
        op.add_column(table, Column("named", Boolean, nullable=False, server_default=false()))
