"""The tables of the audit log (docs/audit-log.md)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, String, Table, Text, text

from redact.store.schema.tables.base import ID, SHA256, TIME, metadata, partial_index

log_entries = Table(
    "log_entries",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(24), nullable=False),
    Column("at", TIME, nullable=False),
    Column("photo", SHA256),  # from the body, to find it; erased with it
    Column("device", ID),
    Column("commitment", LargeBinary, nullable=False),
    Column("salt", LargeBinary),
    Column("body", LargeBinary),
)
Index("log_by_photo", log_entries.c.photo)
Index("log_by_device", log_entries.c.device)
#: The few entries on holds among millions; the very words of the index, or it is not used.
IS_OF_HOLD = text("log_entries.kind LIKE 'hold.%'")
partial_index(
    "log_of_holds",
    log_entries.c.n,
    where=text("kind LIKE 'hold.%'"),
)

#: Those that give an approval of a post, or end it; the index's very words likewise.
IS_OF_APPROVAL = text("(log_entries.kind LIKE 'approval.%' OR log_entries.kind = 'post.withdrawn')")
partial_index(
    "log_of_approvals",
    log_entries.c.n,
    where=text("kind LIKE 'approval.%' OR kind = 'post.withdrawn'"),
)

#: Those on devices, of which there are some to each; the index's very words once more.
IS_OF_DEVICE = text("log_entries.kind LIKE 'device.%'")
partial_index(
    "log_of_devices",
    log_entries.c.n,
    where=text("kind LIKE 'device.%'"),
)

log_edge = Table(
    "log_edge",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("edge", LargeBinary, nullable=False),  # redact.audit.tree.Frontier.edge, joined
)

log_nodes = (
    Table(  # of the tree: what a proof would have to hash all entries for; believed only as far as a proof holds
        "log_nodes",
        metadata,
        Column("height", Integer, primary_key=True, autoincrement=False),
        Column("place", Integer, primary_key=True, autoincrement=False),
        Column("root", LargeBinary, nullable=False),
    )
)

log_checked = Table(  # how far the log was checked, under a code of the workspace's key: redact/store/log/checked.py
    "log_checked",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("edge", LargeBinary, nullable=False),
    Column("sums", LargeBinary, nullable=False),  # 131 kB: what the columns of each group's entries said
    Column("code", String(64), nullable=False),
)

log_checkpoints = Table(  # the last of each day, and the newest
    "log_checkpoints",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("at", TIME, nullable=False),
    Column("note", Text, nullable=False),
)

log_mirrors = Table(  # what lies in the checkpoint mirrors
    "log_mirrors",
    metadata,
    Column("mirror", ID, primary_key=True),
    Column("size", Integer, nullable=False),  # entries that its newest checkpoint vouches for
    Column("at", TIME, nullable=False),
    Column("fault", Text),  # a sentence, while the mirror refuses
)
