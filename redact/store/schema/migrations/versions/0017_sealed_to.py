"""Sealed originals stand with the keys that they were sealed to; entries on holds are found among millions."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String, text

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the column and the indexes; of what is there nobody wrote down the keys."""
    op.add_column("photos", Column("sealed_to", String(64)))
    in_vault = text("sealed IS NOT NULL AND destroyed_at IS NULL")
    op.create_index("photos_by_sealed_to", "photos", ["sealed_to"], sqlite_where=in_vault, postgresql_where=in_vault)
    of_hold = text("kind LIKE 'hold.%'")
    op.create_index("log_of_holds", "log_entries", ["n"], sqlite_where=of_hold, postgresql_where=of_hold)
