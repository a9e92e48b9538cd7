"""Tables and states take the words that the program uses: device files, photos that are set aside."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Rename; no row is lost or altered but for the spelling of one state."""
    op.drop_index("sightings_by_state", "sightings")
    op.rename_table("sightings", "device_files")
    op.create_index("device_files_by_state", "device_files", ["device", "state"])
    op.execute("update photos set state = 'set-aside' where state = 'settled'")
