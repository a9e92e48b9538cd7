"""Find at the desk by a file's name on its device, and by a day, without a look at every row."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Add the two indexes."""
    op.create_index("device_files_by_name", "device_files", ["name"])
    op.create_index("photos_by_day", "photos", ["taken_on"])
