"""What reports count of photos stands beside them, and what came or went in a period is found by an index."""

from __future__ import annotations

import json

from alembic import op
from sqlalchemy import Column, Connection, Integer, text

revision = "0023"
down_revision = "0019"

_CHUNK = 500  # plans in memory at once; one has some thousand characters


def upgrade() -> None:
    """Add the columns, counted from the plans that are there, and the indexes."""
    for name in ("faces_covered", "faces_shown"):
        op.add_column("photos", Column(name, Integer, nullable=False, server_default="0"))
    _count_faces(op.get_bind())
    counted = ["arrived_at", "school", "state", "review", "faces_covered", "faces_shown"]
    op.create_index("photos_by_arrival", "photos", counted)
    is_cleared = text("cleared_at IS NOT NULL")
    op.create_index(
        "device_files_by_clearing",
        "device_files",
        ["cleared_at", "device", "seen_at"],
        sqlite_where=is_cleared,
        postgresql_where=is_cleared,
    )


def _count_faces(connection: Connection) -> None:
    """Count the faces of each copy, as redact/store/photos/copies.py does from now on."""
    query = text(
        "select sha256, plan from photos where sha256 > :after and plan is not null and output is not null "
        "order by sha256 limit :chunk"
    )
    change = text("update photos set faces_covered = :covered, faces_shown = :shown where sha256 = :photo")
    after = ""
    while rows := connection.execute(query, {"after": after, "chunk": _CHUNK}).all():
        for photo, plan in rows:
            actions = [region["action"] for region in json.loads(plan) if region["kind"] == "face"]
            covered, shown = sum(each in {"covered", "ask"} for each in actions), actions.count("shown")
            if covered or shown:
                connection.execute(change, {"photo": photo, "covered": covered, "shown": shown})
        after = rows[-1][0]
