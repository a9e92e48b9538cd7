"""Write down a file that has a photo's very bytes, and was found by a look at its device."""

from __future__ import annotations

from redact.audit.events import name_tag
from redact.audit.kinds import Kind
from redact.store import photos as photo_rows
from redact.store.log.audit_log import Entries
from watcher import Arrival


def write_found(entries: Entries, key: bytes, copy: Arrival, at: str) -> bool:
    """Write down a further file of a photo, and that it was seen; it gets its own intent in the next round.

    Args:
        entries: of a transaction.
        key: of the workspace's tags.
        copy: where it lies.
        at: the moment.

    Returns:
        False where the file is known and not yet gone.
    """
    if not photo_rows.add_found_file(entries.connection, key, copy, at):
        return False
    name = name_tag(key, copy.place.name)
    entries.add(Kind.FILE_SEEN, photo=copy.sha256, device=copy.place.device_id, name=name)
    return True
