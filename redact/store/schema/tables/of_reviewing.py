"""The tables of what people say of photos, of the copies that were made of them, and of the events they are of."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from redact.store.schema.tables.base import ID, PLACE, SHA256, TIME, metadata

answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("photo", SHA256, ForeignKey("photos.sha256"), nullable=False),
    Column("act", String(8), nullable=False),  # cover | lift | dismiss | style | crop
    Column("polygon", Text, nullable=False),  # JSON, source pixels; "[]" of a style
    Column("kind", String(8), nullable=False),  # of a cover: redact.redaction.values.Kind
    Column("word", String(16), nullable=False),  # of a lift its cause, of a style its name, of a cover: asked
    Column("pupil", String(40), nullable=False),  # UPN of whom a lift shows
    Column("register", Integer),  # version of the consent register that a lift was decided with
    Column("role", String(40), nullable=False),
    Column("person", SHA256, nullable=False),  # tag
    Column("redraw", Integer),  # asked for with it
    Column("at", TIME, nullable=False),
    Column("undone_at", TIME),  # it counts no more
)
Index("answers_by_photo", answers.c.photo)

redraws = Table(
    "redraws",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("photo", SHA256, ForeignKey("photos.sha256"), nullable=False),
    Column("former", SHA256, nullable=False),  # the copy that stood when it was asked for
    Column("state", String(8), nullable=False),  # asked | working | done | failed
    Column("needs_original", Boolean, nullable=False),  # nobody can take it up again without the key
    Column("reason", Text),  # a sentence, where it failed
    Column("output", SHA256),  # the new copy
    Column("executor", String(64), nullable=False),  # whose desk carries it out
    Column("role", String(40), nullable=False),
    Column("person", SHA256, nullable=False),  # tag
    Column("asked_at", TIME, nullable=False),
    Column("ended_at", TIME),
)
Index("redraws_by_photo", redraws.c.photo)
Index("redraws_by_state", redraws.c.state)

versions = Table(  # copies that another one has taken the place of; the first of each is what redraws begin from
    "versions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("photo", SHA256, ForeignKey("photos.sha256"), nullable=False),
    Column("output", SHA256, nullable=False),
    Column("name", PLACE, nullable=False),  # in trust storage
    Column("bytes", BigInteger, nullable=False),
    Column("plan", Text, nullable=False),
    Column("judged", Text),
    Column("shows", Text),
    Column("style", String(16)),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("made_from", SHA256),  # output of the copy that it was drawn on; null: the original
    Column("superseded_at", TIME, nullable=False),
    Column("removed_at", TIME),  # from trust storage
    Column("names_known", Boolean, nullable=False, default=False, server_default=false()),  # as of a copy that stands
    UniqueConstraint("photo", "output"),
)
Index("versions_by_output", versions.c.output)

events = Table(  # drop folders, told apart by tag, so that photos of one occasion stand together without its name
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("device", ID, nullable=False),
    Column("place", SHA256, nullable=False),  # keyed tag of the folder's path
    Column("label", String(60), nullable=False, default="", server_default=""),  # the office's; the roll was asked
    UniqueConstraint("device", "place"),
)
