"""Tables, columns and states take the words that the program uses, and what was found by its name is a number.

Renamed: device files (`sightings` before), checkpoint mirrors (`log_copies`, `place`, `copy-1` before), photos that are
set aside (`settled` before), holds on the whole workspace (`house` before).  Entries of the audit log are not touched:
they are signed as they were written.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, String, text

from redact.audit.deletions.former import read_former

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Rename; no row is lost or altered but for the spelling of a state, a scope and the mirrors' ids."""
    op.drop_index("sightings_by_state", "sightings")
    op.rename_table("sightings", "device_files")
    op.create_index("device_files_by_state", "device_files", ["device", "state"])
    op.execute("update photos set state = 'set-aside' where state = 'settled'")
    with op.batch_alter_table("holds") as holds:  # "workspace" has a letter more than fitted
        holds.alter_column("scope", type_=String(16), existing_type=String(8), existing_nullable=False)
    op.execute("update holds set scope = 'workspace' where scope = 'house'")
    _rename_mirrors()
    _count_by_name()
    if op.get_bind().dialect.name == "postgresql":  # SQLite names keys and sequences after the table by itself
        _rename_what_postgresql_named()


def _rename_mirrors() -> None:
    op.rename_table("log_copies", "log_mirrors")
    op.execute("alter table log_mirrors rename column place to mirror")
    op.execute("update log_mirrors set mirror = replace(mirror, 'copy-', 'mirror-')")
    rename = text("update facts set name = replace(name, :before, :now) where name like :all")
    for before, now in (
        ("copies-lost-in-record-copy-", "mirror-loss-logged-mirror-"),
        ("copies-lost-copy-", "mirror-loss-mirror-"),
    ):
        op.get_bind().execute(rename, {"before": before, "now": now, "all": f"{before}%"})


def _count_by_name() -> None:
    """Make a number of what stood in sentences only: a look at the device again needs it."""
    op.add_column("device_files", Column("by_name", Integer, nullable=False, server_default="0"))
    connection = op.get_bind()
    rows = connection.execute(text("select id, reason from device_files where reason like '% left: %'")).all()
    for row in rows:
        count = read_former(row.reason)[0].get("by_name", 0)
        if count:
            change = text("update device_files set by_name = :count where id = :id")
            connection.execute(change, {"count": count, "id": row.id})


def _rename_what_postgresql_named() -> None:
    op.execute("alter index log_copies_pkey rename to log_mirrors_pkey")
    op.execute("alter index sightings_pkey rename to device_files_pkey")
    op.execute("alter sequence sightings_id_seq rename to device_files_id_seq")
    for rest in ("photo_device_place_key", "photo_fkey", "device_fkey"):
        op.execute(f"alter table device_files rename constraint sightings_{rest} to device_files_{rest}")
