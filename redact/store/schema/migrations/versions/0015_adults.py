"""Adults have a register of their own kind, beside the pupils: staff, governors, visitors, parents."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the column: whoever was there before is a pupil."""
    op.add_column("pupils", Column("kind", String(16), nullable=False, server_default="pupil"))
