"""Pupils, devices and photos belong to a school; what was there before belongs to none until an import says so."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String, inspect

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column where an earlier revision has not."""
    for table in ("pupils", "devices", "photos"):
        if "school" not in {column["name"] for column in inspect(op.get_bind()).get_columns(table)}:
            op.add_column(table, Column("school", String(40), nullable=False, server_default=""))
