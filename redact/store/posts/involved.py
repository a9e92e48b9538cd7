"""Who was involved in a photo: decided on a copy, redrew, covered, lifted on it, or opened its original.

Threat: somebody approves a post with a photo that they passed themselves, and the program has forgotten it.
Rule: tags are read from the audit log, which keeps who decided, and from the rows of answers and redraws, which keep
who asked for what.  Where the log's newest decision on the photo cannot be read (its body was erased), who passed it is
not known: the caller must not take that for nobody.
Entries are found by the log's columns: where they may not list all that there is (proofs/listed.py), nor is it known.
Accepted residue: rows of answers and redraws are signed by nobody; the decision itself stands in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select

from redact.audit.events import Event, Numbered, reading_of
from redact.audit.kinds import Kind, spellings
from redact.store.log.proofs.listed import Listed
from redact.store.log.reader import RAW_ENTRIES, read_stored
from redact.store.schema.tables import answers, log_entries, redraws

_INVOLVING: Final = (
    Kind.REVIEW_DECIDED, Kind.COPY_REDRAWN, Kind.COVER_ADDED, Kind.COVER_LIFTED, Kind.ORIGINAL_OPENED,
)  # fmt: skip


def involved_in(
    connection: Connection, photos: Sequence[str], listed: Listed
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the tags of everybody who was involved in these photos, and the photos whose reviewer is not known."""
    of = [*photos]
    tags = {
        *connection.execute(select(answers.c.person).where(answers.c.photo.in_(of))).scalars(),
        *connection.execute(select(redraws.c.person).where(redraws.c.photo.in_(of))).scalars(),
    }
    passed: dict[str, bool] = dict.fromkeys(of, False)  # whether its newest decision can be read
    query = RAW_ENTRIES.where(log_entries.c.photo.in_(of), log_entries.c.kind.in_(spellings(*_INVOLVING)))
    for stored in read_stored(connection, query):
        reading = reading_of(stored.row().body)
        event = reading.event if isinstance(reading, Numbered) else None
        tags |= _tags(event)
        if stored.kind == Kind.REVIEW_DECIDED.value and stored.photo in passed:
            passed[stored.photo] = isinstance(event, Event)
    unknown = (photo for photo, is_known in passed.items() if not is_known or listed.doubt(connection, photo))
    return frozenset(tags), tuple(unknown)


def _tags(event: Event | None) -> set[str]:
    person = None if event is None else event.fact("person")
    return {person} if isinstance(person, str) else set()
