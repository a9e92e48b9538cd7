"""How long the photos took that were redacted last: from being sealed to a copy that passed its checks."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from redact.audit.kinds import Kind
from redact.store.schema.tables import log_entries
from redact.system.clock import parse_moment

_LAST: Final = 200  # entries that are looked at
_WAITED_S: Final = 120.0  # seconds beyond which a photo waited rather than took: a worker's own limit


def list_redaction_s(connection: Connection) -> tuple[float, ...]:
    """Return the seconds that each of the photos redacted last took, newest first; of those that waited none."""
    begins, ends = Kind.PHOTO_SEALED.value, Kind.PHOTO_REDACTED.value
    columns = log_entries.c.kind, log_entries.c.photo, log_entries.c.at
    query = select(*columns).where(log_entries.c.kind.in_([begins, ends])).order_by(log_entries.c.n.desc()).limit(_LAST)
    ended: dict[str, str] = {}
    took = []
    for kind, photo, at in connection.execute(query):
        if kind == ends:
            ended[photo] = at
        elif photo in ended:
            took.append((parse_moment(ended.pop(photo)) - parse_moment(at)).total_seconds())
    return tuple(each for each in took if 0 < each <= _WAITED_S)
