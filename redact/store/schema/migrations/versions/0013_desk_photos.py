"""Photos say how large source and copy are, so that outlines can be placed, and who is asked.

Of older copies the sizes are not known, and their outlines are not drawn.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Integer, false, text

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the columns; whether a plan asks is told by it."""
    for name in ("source_width_px", "source_height_px", "width_px", "height_px"):
        op.add_column("photos", Column(name, Integer))
    op.add_column("photos", Column("asks", Boolean, nullable=False, server_default=false()))
    op.create_index("photos_by_queue", "photos", ["state", "asks", "arrived_at", "sha256", "school"])
    change = text("update photos set asks = :yes where plan like :ask or plan like :maybe")
    op.get_bind().execute(change, {"yes": True, "ask": '%"action": "ask"%', "maybe": '%"action": "maybe"%'})
