"""What is left for a person says of which kind it is, and a report on a whole device has no place on it."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String, text

revision = "0038"
down_revision = "0037"

#: Reports that stood at a made-up place: its parts, and what their sentences have in common (a file may be called "-").
_WHOLE = {
    "device": ('["-"]', "%: the device is %"),
    "unmarked": ('["-", "unmarked"]', "%"),
    "foreign": ('["-", "another workspace\'s"]', "%"),
}
_IN_BINS = {
    "binned-photo": "It is a photo that lies in a bin and was never taken in.",
    "binned-film": "It is a film or a RAW photo that lies in a bin.",
    "closed-bin": "A bin could not be looked into.",
}
_SET_WHOLE = "update left_items set kind = :kind, place = null, parts = '[]' where parts = :parts and why like :why"


def upgrade() -> None:
    """Add the kind and read it, once, from the places and sentences that stand there; nothing leaves the list."""
    with op.batch_alter_table("left_items") as left:
        left.add_column(Column("kind", String(16), nullable=False, server_default="file"))
        left.alter_column("place", existing_type=String(64), nullable=True)
    run = op.get_bind().execute
    for kind, (parts, why) in _WHOLE.items():
        run(text(_SET_WHOLE), {"kind": kind, "parts": parts, "why": why})
    for kind, why in _IN_BINS.items():
        run(text("update left_items set kind = :kind where why = :why"), {"kind": kind, "why": why})
    run(text("update left_items set kind = 'folder' where device = 'unregistered'"))
    has_none = text("place IS NULL")
    op.create_index(
        "left_items_of_device", "left_items", ["device", "kind"],
        unique=True, sqlite_where=has_none, postgresql_where=has_none,
    )  # fmt: skip
