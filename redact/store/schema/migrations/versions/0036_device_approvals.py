"""Entries on devices are found among millions: nothing is deleted from a device unless one proves its approval."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Add the index."""
    of_device = text("kind LIKE 'device.%'")
    op.create_index("log_of_devices", "log_entries", ["n"], sqlite_where=of_device, postgresql_where=of_device)
