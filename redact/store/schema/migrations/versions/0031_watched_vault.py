"""The vault is watched: how a sealed original differs stands beside its photo, and they are found by their age."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String, text

revision = "0031"
down_revision = "0028"


def upgrade() -> None:
    """Add two empty columns and two indexes; no row is altered."""
    op.add_column("photos", Column("sealed_fault", String(16)))
    op.add_column("photos", Column("sealed_fault_at", String(24)))
    op.create_index("photos_by_sealing", "photos", ["sealed_at"])
    has_fault = text("sealed_fault IS NOT NULL")
    op.create_index(
        "photos_by_sealed_fault", "photos", ["sealed_fault"], sqlite_where=has_fault, postgresql_where=has_fault
    )
