"""Descriptions of the faces of enrolled pupils, sealed at rest.  The only SQL on templates.

Threat: a stolen database gives away children's biometric descriptions; or rows are swapped between pupils, so that one
child's face is taken for another's who may be shown.
Rule: each description is sealed (age) to the workspace's own template key, which does not lie in the database, and
names its pupil inside the seal; one that does not open, or names another pupil, is not used.  Deleting is deleting
the row; SQLite overwrites it (secure_delete).
Accepted residue: who holds key and database opens them; pages of a deleted row may lie in SQLite's write-ahead log
until its next checkpoint, and in backups for as long as those are kept.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from typing import Final

import pyrage  # type: ignore[import-untyped,import-not-found,unused-ignore]  # ships no stubs
from sqlalchemy import Connection, delete, func, insert, select

from models.identity.templates import NUMBERS, Template
from redact.store.schema.tables import templates

_HEAD: Final = b"redact template 1\n"
_PACKED: Final = struct.Struct(f"<{NUMBERS}d")  # 1,024 bytes: the numbers exactly as the network gave them


def add_template(connection: Connection, identity: str, upn: str, template: Template, at: str) -> None:
    """Seal a description and add it to the pupil's.

    Args:
        connection: in a write transaction.
        identity: the workspace's template key (Keys.templates).
        upn: the pupil's.
        template: of one reference photo.
        at: as print_moment writes it.
    """
    connection.execute(insert(templates), {"upn": upn, "sealed": _seal(identity, upn, template), "at": at})


def delete_templates(connection: Connection, upn: str) -> int:
    """Delete all descriptions of the pupil; return how many there were."""
    return int(connection.execute(delete(templates).where(templates.c.upn == upn)).rowcount)


def read_templates(connection: Connection, identity: str, upns: Collection[str]) -> dict[str, tuple[Template, ...]]:
    """Return the descriptions of these pupils, oldest first; those that do not open are left out (`count_damaged`)."""
    found: dict[str, tuple[Template, ...]] = {}
    for upn, sealed in _rows(connection):
        if upn in upns and (template := _open(identity, upn, sealed)) is not None:
            found[upn] = (*found.get(upn, ()), template)
    return found


def count_templates(connection: Connection) -> dict[str, int]:
    """Return how many descriptions each enrolled pupil has, by UPN."""
    rows = connection.execute(select(templates.c.upn, func.count()).group_by(templates.c.upn).order_by(templates.c.upn))
    return {row[0]: row[1] for row in rows}


def count_damaged(connection: Connection, identity: str) -> int:
    """Return how many descriptions do not open with the workspace's key, or name another pupil: for `redact doctor`."""
    return sum(_open(identity, upn, sealed) is None for upn, sealed in _rows(connection))


def _rows(connection: Connection) -> Sequence[tuple[str, bytes]]:
    rows = connection.execute(select(templates.c.upn, templates.c.sealed).order_by(templates.c.id))
    return [(upn, bytes(sealed)) for upn, sealed in rows]


def _seal(identity: str, upn: str, template: Template) -> bytes:
    recipient = pyrage.x25519.Identity.from_str(identity).to_public()
    plain = _HEAD + upn.encode() + b"\n" + _PACKED.pack(*template.numbers)
    return bytes(pyrage.encrypt(plain, [recipient]))


def _open(identity: str, upn: str, sealed: bytes) -> Template | None:
    try:
        plain = bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)]))
    except (pyrage.DecryptError, ValueError):
        return None
    head = _HEAD + upn.encode() + b"\n"
    if not plain.startswith(head) or len(plain) != len(head) + _PACKED.size:
        return None
    try:
        return Template(_PACKED.unpack(plain[len(head) :]))
    except ValueError:  # not finite
        return None
