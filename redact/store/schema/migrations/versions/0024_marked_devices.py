"""The markers in a device's folders name the workspace."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the id that its markers carry; "" for those of version 0.1.0, which are written again as they are seen."""
    op.add_column("devices", Column("workspace", String(32), nullable=False, server_default=""))
