"""The tables, the same on SQLite and PostgreSQL.

Times are text, "2026-09-07T13:45:12.345Z" (UTC, sorts as it reads); lists are JSON text.  A photo's key is the SHA-256
of its bytes as they came.  What may hold a child's name stands in the columns listed in PERSONAL and nowhere else.

Called by the SQL of the store; it knows columns, and no query.
"""

from __future__ import annotations

from redact.store.schema.tables.base import add_partial_indexes, metadata
from redact.store.schema.tables.of_devices import devices, holds
from redact.store.schema.tables.of_log import (
    IS_OF_APPROVAL,
    IS_OF_DEVICE,
    IS_OF_HOLD,
    log_checked,
    log_checkpoints,
    log_edge,
    log_entries,
    log_mirrors,
    log_nodes,
)
from redact.store.schema.tables.of_people import people, people_roles, sessions, sign_in_failures
from redact.store.schema.tables.of_photos import (
    HAS_MAYBE,
    IS_LITTLE_LEFT,
    IS_MISPLACED,
    IS_STORED_BY_ROW,
    counter_runs,
    device_files,
    left_items,
    photos,
    shown,
)
from redact.store.schema.tables.of_posts import (
    duties,
    incidents,
    messages,
    policies,
    post_photos,
    post_shown,
    posts,
    sites,
    take_downs,
)
from redact.store.schema.tables.of_pupils import consents, mappings, pupils, register_versions, templates
from redact.store.schema.tables.of_reviewing import answers, events, redraws, versions
from redact.store.schema.tables.of_workspace import executors, facts

__all__ = [
    "HAS_MAYBE",
    "IS_LITTLE_LEFT",
    "IS_MISPLACED",
    "IS_OF_APPROVAL",
    "IS_OF_DEVICE",
    "IS_OF_HOLD",
    "IS_STORED_BY_ROW",
    "PERSONAL",
    "add_partial_indexes",
    "answers",
    "consents",
    "counter_runs",
    "device_files",
    "devices",
    "duties",
    "events",
    "executors",
    "facts",
    "holds",
    "incidents",
    "left_items",
    "log_checked",
    "log_checkpoints",
    "log_edge",
    "log_entries",
    "log_mirrors",
    "log_nodes",
    "mappings",
    "messages",
    "metadata",
    "people",
    "people_roles",
    "photos",
    "policies",
    "post_photos",
    "post_shown",
    "posts",
    "pupils",
    "redraws",
    "register_versions",
    "sessions",
    "shown",
    "sign_in_failures",
    "sites",
    "take_downs",
    "templates",
    "versions",
]

#: Columns that may hold a person's name or a path with one; docs/design.md tells what removes them.
PERSONAL = frozenset(
    {
        "device_files.parts", "device_files.tags", "left_items.parts", "photos.tags",
        "pupils.legal_forename", "pupils.legal_surname", "pupils.preferred_forename", "pupils.preferred_surname",
        "pupils.more_forenames", "pupils.more_surnames",
        "consents.source", "devices.root", "devices.further", "devices.mount", "devices.make", "devices.model",
        "devices.serial", "people.login", "people.name", "people.email",
        "sites.handle", "sites.address", "posts.caption", "posts.questions", "posts.link", "posts.note",
        "post_photos.alt", "take_downs.note", "incidents.note",
    }
)  # fmt: skip
