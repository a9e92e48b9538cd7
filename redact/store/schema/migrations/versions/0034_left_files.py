"""Of how many files a line of what is left for a person speaks: a report on a whole device speaks of many."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Add the column; reports on whole devices that stand get their count with the watcher's next look at them."""
    op.add_column("left_items", Column("files", Integer, nullable=False, server_default="1"))
