"""The tables of devices and of holds, which stop every deletion."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from redact.store.schema.tables.base import ID, SHA256, TIME, metadata

devices = Table(
    "devices",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(16), nullable=False),  # redact.audit.shapes.DEVICE_KIND
    Column("make", Text, nullable=False, default=""),
    Column("model", Text, nullable=False, default=""),
    Column("serial", Text, nullable=False, default=""),
    Column("serial_source", String(16), nullable=False, default=""),
    Column("owner", String(16), nullable=False),  # trust | personal
    Column("holder", String(40), nullable=False),  # role
    Column("approved_by", String(40), nullable=False),  # role
    Column("approved_at", TIME, nullable=False),
    Column("until", TIME, nullable=False),
    Column("retired_at", TIME),
    Column("root", Text),  # folder; null for attest-only
    Column("further", Text, nullable=False, default="[]"),  # JSON list of folders where copies may lie
    Column("mount", Text),  # where a card's volume hangs
    Column("nonce", String(32), nullable=False, default=""),
    Column("clears", String(8), nullable=False),  # at-once | by-hand: the device's policy
    Column("last_seen_at", TIME),  # present at that time
    Column("attested_at", TIME),  # attest-only: the holder's last word
    Column("school", ID, nullable=False, default="", server_default=""),  # "": of the trust, for every school
    Column("workspace", String(32), nullable=False, default="", server_default=""),  # the id that its markers carry
)

holds = Table(
    "holds",
    metadata,
    Column("id", ID, primary_key=True),
    Column("scope", String(16), nullable=False),  # device | photo | workspace
    Column("device", ID),
    Column("photo", SHA256),
    Column("by", String(40), nullable=False),  # role
    Column("reason", Text, nullable=False),
    Column("added_at", TIME, nullable=False),
    Column("lifted_at", TIME),
)
