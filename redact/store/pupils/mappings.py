"""What a person confirmed a heading of an export to mean: the only SQL on it.

Threat: a meaning that somebody confirmed for one school's export is believed of another's, or stands there unseen.
Rule: it is remembered by register, school and heading; writing it down is one entry in the audit log, in the
transaction of the import; `redact consent mappings` and `redact roll mappings` list what is remembered.
Accepted residue: a later export of the same school that has the same heading, and means something else by it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from redact.audit.kinds import Kind
from redact.pupils.tables.table import fold
from redact.store.log.audit_log import Entries
from redact.store.pupils.acts import Act
from redact.store.schema.tables import mappings


class Source(StrEnum):
    """Which register an export is for."""

    ROLL = "roll"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What one heading means, and who said so when."""

    heading: str  # as it stood in the file
    meaning: str  # as --map spells it
    by: str  # role
    at: str  # as print_moment writes it


def read_mappings(connection: Connection, source: Source, school: str = "") -> tuple[Remembered, ...]:
    """Return what is remembered of a school's exports, by heading."""
    query = select(mappings).where(mappings.c.register == source.value, mappings.c.school == school)
    rows = connection.execute(query.order_by(mappings.c.heading))
    return tuple(Remembered(row.spelled, row.meaning, row.by, row.at) for row in rows)


def remember(entries: Entries, act: Act, source: Source, confirmed: Mapping[str, str], school: str = "") -> int:
    """Write down what a person confirmed, where it is not remembered so already; return how many headings.

    Args:
        entries: of the audit log's transaction.
        act: who and when.
        source: which register.
        confirmed: meaning by heading.
        school: whose export it is.
    """
    known = {fold(one.heading): one.meaning for one in read_mappings(entries.connection, source, school)}
    new = {heading: meaning for heading, meaning in confirmed.items() if known.get(fold(heading)) != meaning}
    for heading, meaning in new.items():
        forget_mapping(entries.connection, source, heading, school)
        row = {"register": source.value, "school": school, "heading": fold(heading), "spelled": heading}
        entries.connection.execute(insert(mappings), row | {"meaning": meaning, "by": act.by, "at": act.at})
    if new:
        entries.add(Kind.MAPPING_CONFIRMED, mapping=_digest(entries, source, school), columns=len(new), by=act.by)
    return len(new)


def forget_mapping(connection: Connection, source: Source, heading: str, school: str = "") -> bool:
    """Forget what a heading means; return whether it was remembered."""
    where = (mappings.c.register == source.value, mappings.c.school == school)
    spelled = connection.execute(select(mappings.c.heading).where(*where)).scalars()
    alike = [one for one in spelled if fold(one) == fold(heading)]  # an older program kept signs that `fold` takes out
    return bool(connection.execute(delete(mappings).where(*where, mappings.c.heading.in_(alike))).rowcount)


def log_forgotten(entries: Entries, act: Act, source: Source, school: str = "") -> None:
    """Write into the audit log that a heading was forgotten: the digest of what is left."""
    entries.add(Kind.MAPPING_CONFIRMED, mapping=_digest(entries, source, school), columns=0, by=act.by)


def _digest(entries: Entries, source: Source, school: str) -> str:
    """Return the SHA-256 of all that is remembered of a school's exports."""
    every = [[one.heading, one.meaning] for one in read_mappings(entries.connection, source, school)]
    return hashlib.sha256(json.dumps([source.value, school, every]).encode()).hexdigest()
