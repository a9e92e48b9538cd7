"""The first tables, written out as they were then: a change of redact/store/schema/tables/ changes no history."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    _make_house()
    _make_photos()
    _make_register()
    _make_record()


def _make_house() -> None:
    op.create_table(
        "facts",
        Column("name", String(40), nullable=False),
        Column("value", Text, nullable=False),
        PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "devices",
        Column("id", String(40), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("make", Text, nullable=False),
        Column("model", Text, nullable=False),
        Column("serial", Text, nullable=False),
        Column("serial_source", String(16), nullable=False),
        Column("owner", String(16), nullable=False),
        Column("holder", String(40), nullable=False),
        Column("approved_by", String(40), nullable=False),
        Column("approved_at", String(24), nullable=False),
        Column("until", String(24), nullable=False),
        Column("retired_at", String(24)),
        Column("root", Text),
        Column("further", Text, nullable=False),
        Column("mount", Text),
        Column("nonce", String(32), nullable=False),
        Column("clears", String(8), nullable=False),
        Column("last_seen_at", String(24)),
        Column("attested_at", String(24)),
        PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "holds",
        Column("id", String(40), nullable=False),
        Column("scope", String(8), nullable=False),
        Column("device", String(40)),
        Column("photo", String(64)),
        Column("by", String(40), nullable=False),
        Column("reason", Text, nullable=False),
        Column("added_at", String(24), nullable=False),
        Column("lifted_at", String(24)),
        PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "executors",
        Column("id", String(64), nullable=False),
        Column("beat_at", String(24), nullable=False),
        Column("host", String(64), nullable=False),
        PrimaryKeyConstraint("id"),
    )


def _make_photos() -> None:
    op.create_table(
        "photos",
        Column("sha256", String(64), nullable=False),
        Column("bytes", BigInteger, nullable=False),
        Column("extension", String(8), nullable=False),
        Column("state", String(16), nullable=False),
        Column("reason", Text),
        Column("attempts", Integer, nullable=False),
        Column("executor", String(64), nullable=False),
        Column("arrived_at", String(24), nullable=False),
        Column("tags", Text, nullable=False),
        Column("sealed", String(64)),
        Column("sealed_at", String(24)),
        Column("output", String(64)),
        Column("output_bytes", BigInteger),
        Column("output_name", String(40)),
        Column("stored_at", String(24)),
        Column("register", Integer),
        Column("plan", Text),
        Column("destroyed_at", String(24)),
        PrimaryKeyConstraint("sha256"),
    )
    op.create_index("photos_by_state", "photos", ["state"])
    op.create_table(
        "sightings",
        Column("id", Integer, autoincrement=True, nullable=False),
        Column("photo", String(64), nullable=False),
        Column("device", String(40), nullable=False),
        Column("folder", Integer, nullable=False),
        Column("parts", Text),
        Column("name", String(64), nullable=False),
        Column("place", String(64), nullable=False),
        Column("tags", Text, nullable=False),
        Column("look", Text, nullable=False),
        Column("series", String(8)),
        Column("number", Integer),
        Column("state", String(16), nullable=False),
        Column("reason", Text),
        Column("opened", Integer),
        Column("level", String(16)),
        Column("left", Integer),
        Column("seen_at", String(24), nullable=False),
        Column("cleared_at", String(24)),
        ForeignKeyConstraint(["device"], ["devices.id"]),
        ForeignKeyConstraint(["photo"], ["photos.sha256"]),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("photo", "device", "place"),
    )
    op.create_index("sightings_by_state", "sightings", ["device", "state"])
    op.create_table(
        "left_items",
        Column("id", Integer, autoincrement=True, nullable=False),
        Column("device", String(40), nullable=False),
        Column("place", String(64), nullable=False),
        Column("parts", Text, nullable=False),
        Column("why", Text, nullable=False),
        Column("first_seen_at", String(24), nullable=False),
        Column("last_seen_at", String(24), nullable=False),
        Column("resolved_at", String(24)),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("device", "place"),
    )


def _make_register() -> None:
    op.create_table(
        "pupils",
        Column("upn", String(40), nullable=False),
        Column("legal_forename", Text, nullable=False),
        Column("legal_surname", Text, nullable=False),
        Column("preferred_forename", Text, nullable=False),
        Column("preferred_surname", Text, nullable=False),
        Column("year", Text, nullable=False),
        Column("reg", Text, nullable=False),
        Column("is_never_shown", Boolean, nullable=False),
        Column("left_at", String(24)),
        PrimaryKeyConstraint("upn"),
    )
    op.create_table(
        "consents",
        Column("id", Integer, autoincrement=True, nullable=False),
        Column("upn", String(40), nullable=False),
        Column("purpose", String(40), nullable=False),
        Column("state", String(16), nullable=False),
        Column("given_on", String(10)),
        Column("expires_on", String(10)),
        Column("source", Text, nullable=False),
        Column("register", Integer, nullable=False),
        Column("at", String(24), nullable=False),
        ForeignKeyConstraint(["upn"], ["pupils.upn"]),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("consents_by_pupil", "consents", ["upn", "purpose"])
    op.create_table(
        "register_versions",
        Column("version", Integer, autoincrement=False, nullable=False),
        Column("at", String(24), nullable=False),
        Column("by", String(40), nullable=False),
        Column("source", String(64)),
        Column("rows", Integer, nullable=False),
        Column("changed", Integer, nullable=False),
        PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "templates",
        Column("id", Integer, autoincrement=True, nullable=False),
        Column("upn", String(40), nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        Column("at", String(24), nullable=False),
        ForeignKeyConstraint(["upn"], ["pupils.upn"]),
        PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "shown",
        Column("photo", String(64), nullable=False),
        Column("pupil", String(40), nullable=False),
        Column("register", Integer, nullable=False),
        Column("recalled_at", String(24)),
        ForeignKeyConstraint(["photo"], ["photos.sha256"]),
        PrimaryKeyConstraint("photo", "pupil"),
    )


def _make_record() -> None:
    op.create_table(
        "log_entries",
        Column("n", Integer, autoincrement=False, nullable=False),
        Column("kind", String(24), nullable=False),
        Column("at", String(24), nullable=False),
        Column("photo", String(64)),
        Column("device", String(40)),
        Column("commitment", LargeBinary, nullable=False),
        Column("salt", LargeBinary),
        Column("body", LargeBinary),
        PrimaryKeyConstraint("n"),
    )
    op.create_index("log_by_device", "log_entries", ["device"])
    op.create_index("log_by_photo", "log_entries", ["photo"])
    op.create_table(
        "log_head",
        Column("id", Integer, autoincrement=False, nullable=False),
        Column("size", Integer, nullable=False),
        Column("edge", LargeBinary, nullable=False),
        CheckConstraint("id = 1"),
        PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "log_checkpoints",
        Column("size", Integer, autoincrement=False, nullable=False),
        Column("at", String(24), nullable=False),
        Column("note", Text, nullable=False),
        PrimaryKeyConstraint("size"),
    )
    op.create_table(
        "log_copies",
        Column("place", String(40), nullable=False),
        Column("size", Integer, nullable=False),
        Column("at", String(24), nullable=False),
        Column("fault", Text),
        PrimaryKeyConstraint("place"),
    )
