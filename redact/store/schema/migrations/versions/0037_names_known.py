"""Of which copies it was written down whose names of adults they leave bare; of those made before 0032 nobody did."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, false, text

revision = "0037"
down_revision = "0036"

_NAMED = "UPDATE photos SET names_known = :yes WHERE sha256 IN (SELECT photo FROM shown WHERE named = :yes)"


def upgrade() -> None:
    """Add the column to the copies that stand and to former ones; where a name was written down they were read."""
    for table in ("photos", "versions"):
        op.add_column(table, Column("names_known", Boolean, nullable=False, server_default=false()))
    op.get_bind().execute(text(_NAMED), {"yes": True})
