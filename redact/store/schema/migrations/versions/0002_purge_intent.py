"""Photos say when the destruction of their sealed original was begun: it is written down before it is done."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; nothing was begun in what is older."""
    op.add_column("photos", Column("destroying_at", String(24)))
