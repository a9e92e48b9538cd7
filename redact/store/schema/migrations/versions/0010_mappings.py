"""What a person confirmed a heading of an export to mean is remembered, for the next one of the same school."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String, Text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table; what was confirmed before was kept nowhere."""
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
