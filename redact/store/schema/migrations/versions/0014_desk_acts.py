"""What people say of photos, the copies that were made of each, and what is asked for; and how its review stands.

Every copy that is stored already waits for a person's look.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String, Text, UniqueConstraint, false

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add tables and columns."""
    op.add_column("photos", Column("judged", Text))
    op.add_column("photos", Column("shows", Text))
    op.add_column("photos", Column("style", String(16)))
    op.add_column("photos", Column("made_from", String(64)))
    op.add_column("photos", Column("review", String(8), nullable=False, server_default="open"))
    op.add_column("photos", Column("reviewed_at", String(24)))
    op.add_column("photos", Column("event", String(40), nullable=False, server_default=""))
    op.add_column("shown", Column("by_hand", Boolean, nullable=False, server_default=false()))
    op.drop_index("photos_by_queue", "photos")
    columns = ["state", "review", "asks", "arrived_at", "sha256", "school"]
    op.create_index("photos_by_queue", "photos", columns)
    op.create_index("photos_by_output_name", "photos", ["output_name"])
    _make_answers()
    _make_copies()
    op.create_table(
        "events",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("device", String(40), nullable=False),
        Column("place", String(64), nullable=False),
        UniqueConstraint("device", "place"),
    )


def _make_answers() -> None:
    op.create_table(
        "answers",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("photo", String(64), ForeignKey("photos.sha256"), nullable=False),
        Column("act", String(8), nullable=False),
        Column("polygon", Text, nullable=False),
        Column("kind", String(8), nullable=False),
        Column("word", String(16), nullable=False),
        Column("pupil", String(40), nullable=False),
        Column("register", Integer),
        Column("role", String(40), nullable=False),
        Column("person", String(64), nullable=False),
        Column("redraw", Integer),
        Column("at", String(24), nullable=False),
        Column("undone_at", String(24)),
    )
    op.create_index("answers_by_photo", "answers", ["photo"])


def _make_copies() -> None:
    op.create_table(
        "redraws",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("photo", String(64), ForeignKey("photos.sha256"), nullable=False),
        Column("former", String(64), nullable=False),
        Column("state", String(8), nullable=False),
        Column("needs_original", Boolean, nullable=False),
        Column("reason", Text),
        Column("output", String(64)),
        Column("executor", String(64), nullable=False),
        Column("role", String(40), nullable=False),
        Column("person", String(64), nullable=False),
        Column("asked_at", String(24), nullable=False),
        Column("ended_at", String(24)),
    )
    op.create_index("redraws_by_photo", "redraws", ["photo"])
    op.create_index("redraws_by_state", "redraws", ["state"])
    op.create_table(
        "versions",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("photo", String(64), ForeignKey("photos.sha256"), nullable=False),
        Column("output", String(64), nullable=False),
        Column("name", String(40), nullable=False),
        Column("bytes", BigInteger, nullable=False),
        Column("plan", Text, nullable=False),
        Column("judged", Text),
        Column("shows", Text),
        Column("style", String(16)),
        Column("width_px", Integer, nullable=False),
        Column("height_px", Integer, nullable=False),
        Column("made_from", String(64)),
        Column("superseded_at", String(24), nullable=False),
        Column("removed_at", String(24)),
        UniqueConstraint("photo", "output"),
    )
    op.create_index("versions_by_output", "versions", ["output"])
