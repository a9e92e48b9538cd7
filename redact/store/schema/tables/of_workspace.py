"""The tables of the workspace itself: facts, and the processes that work in it."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from redact.store.schema.tables.base import TIME, metadata

facts = Table("facts", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False))

executors = Table(
    "executors",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("beat_at", TIME, nullable=False),
    Column("host", String(64), nullable=False),
)
