"""Each thing left for a person stands with the folder of the device it lies in: bins lie in other folders too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column; all that was listed so far lies in the first folder."""
    op.add_column("left_items", sa.Column("folder", sa.Integer, nullable=False, server_default="0"))
