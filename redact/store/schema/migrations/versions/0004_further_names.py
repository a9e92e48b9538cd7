"""Pupils have further names: chosen, known as, middle, former."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns, empty; the next import of the roll fills them."""
    for name in ("more_forenames", "more_surnames"):
        op.add_column("pupils", Column(name, Text, nullable=False, server_default=""))
