"""The right edge of the audit log's tree is called what it is: "head" was said of checkpoints once."""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Rename the table; its one row stays as it is."""
    op.rename_table("log_head", "log_edge")
