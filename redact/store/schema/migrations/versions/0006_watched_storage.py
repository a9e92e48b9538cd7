"""Trust storage is watched: what differs stands beside the photo, and copies are found by their bytes and their age."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String, text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add two empty columns and three indexes; no row is altered."""
    op.add_column("photos", Column("copy_fault", String(16)))
    op.add_column("photos", Column("copy_fault_at", String(24)))
    op.create_index("photos_by_output", "photos", ["output"])
    op.create_index("photos_by_storing", "photos", ["stored_at"])
    has_fault = text("copy_fault IS NOT NULL")
    op.create_index(
        "photos_by_copy_fault", "photos", ["copy_fault"], sqlite_where=has_fault, postgresql_where=has_fault
    )
