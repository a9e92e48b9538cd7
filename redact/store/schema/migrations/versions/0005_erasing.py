"""Device files say when their bytes were proved and about to go, if they were gone before, and what links were left."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, String

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; of what is older nobody knows either."""
    op.add_column("device_files", Column("erasing_at", String(24)))
    op.add_column("device_files", Column("removed_at", String(24)))
    op.add_column("device_files", Column("links", Integer, nullable=False, server_default="0"))
