"""Nodes of the audit log's tree are kept, so that one entry is proved without hashing all of them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, LargeBinary

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add an empty table; the first proof fills it from the entries (redact/store/log/nodes.py)."""
    op.create_table(
        "log_nodes",
        Column("height", Integer, primary_key=True, autoincrement=False),
        Column("place", Integer, primary_key=True, autoincrement=False),
        Column("root", LargeBinary, nullable=False),
    )
