"""Who saw each point of a site's checklist to be so, for its page; the audit log has it too."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add the column; of points that were ticked before, nobody knows by whom."""
    op.add_column("sites", Column("checked_by", Text, nullable=False, server_default="{}"))
