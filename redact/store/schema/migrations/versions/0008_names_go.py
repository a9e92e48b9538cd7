"""Names of folders and files that nothing needs any more go: of photos at rest, and of what was taken off the list."""

from __future__ import annotations

from alembic import op
from sqlalchemy import column, table, update

revision = "0008"
down_revision = "0006"

_UNDER_WAY = ("arrived", "sealed", "redacted")


def upgrade() -> None:
    """Empty them; of a photo that is redacted again from its sealed original, the gallery is the whole one."""
    photos, files = table("photos", column("state"), column("tags")), table("device_files", column("tags"))
    left = table("left_items", column("parts"), column("resolved_at"))
    op.execute(update(photos).where(photos.c.state.not_in(_UNDER_WAY)).values(tags="[]"))
    op.execute(update(files).values(tags="[]"))
    op.execute(update(left).where(left.c.resolved_at.is_not(None)).values(parts="[]"))
