"""Registers: schools, adults, and what a person confirmed a heading of an export to mean.

What was there before belongs to no school until an import says so, is a pupil, and was confirmed nowhere.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String, Text, inspect

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table, and add the columns where an earlier revision has not."""
    op.create_table(
        "mappings",
        Column("register", String(8), primary_key=True),
        Column("school", String(40), primary_key=True),
        Column("heading", Text, primary_key=True),
        Column("spelled", Text, nullable=False),
        Column("meaning", Text, nullable=False),
        Column("by", String(40), nullable=False),
        Column("at", String(24), nullable=False),
    )
    for table in ("pupils", "devices", "photos"):
        if "school" not in {column["name"] for column in inspect(op.get_bind()).get_columns(table)}:
            op.add_column(table, Column("school", String(40), nullable=False, server_default=""))
    op.add_column("pupils", Column("kind", String(16), nullable=False, server_default="pupil"))
