"""How much of a photo its covers take, and the part that is worth keeping where that is much."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Float, String, text

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the columns, and an index of the photos of which little is left."""
    op.add_column("photos", Column("covered_share", Float))
    op.add_column("photos", Column("crop", String(60)))
    is_little = text("covered_share > 0.35")
    op.create_index("photos_little_left", "photos", ["sha256"], sqlite_where=is_little, postgresql_where=is_little)
