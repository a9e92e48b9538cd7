"""Entries on approvals are found among millions: a post is released only where one proves that it was approved."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Add the index."""
    of_approval = text("kind LIKE 'approval.%' OR kind = 'post.withdrawn'")
    op.create_index("log_of_approvals", "log_entries", ["n"], sqlite_where=of_approval, postgresql_where=of_approval)
