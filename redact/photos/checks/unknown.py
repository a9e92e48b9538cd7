"""Sealed originals that the database does not know: reported, until somebody took care of each.

Threat: a backup of the database is put in place.  What came in after it was deleted from its device and lies sealed in
the vault, and nobody knows: a photo is lost that could be had again, or a child's is kept for ever.
Rule: at each start of the watcher, and daily, the names in the vault are compared with the photos; how many nobody
knows, and the first of them, stand in status until they are known, or gone.  Nothing is opened or removed for it.
Accepted residue: a copy of such a photo that lies in trust storage is not reported; taken in again, it is made again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection

from redact.errors import counted, short_id
from redact.store import photos as photo_rows
from redact.store.key_facts import read_fact, write_fact
from redact.system.clock import parse_moment, print_moment
from redact.workspace.open import Workspace

_FACT: Final = "vault-unknown"
_AT_ONCE: Final = 500  # names of one query: SQLite takes 32,766 values, PostgreSQL 65,535
_NAMED: Final = 100  # that are kept by name; who has more begins with these
_SHOWN: Final = 5  # ids in one sentence


@dataclass(frozen=True, slots=True)
class Unknown:
    """What was found when the vault was looked through last."""

    since: str = ""  # when there were some for the first time
    count: int = 0
    photos: tuple[str, ...] = ()  # the first of them

    @property
    def sentence(self) -> str:
        """What a person reads of it."""
        ids = ", ".join(map(short_id, self.photos[:_SHOWN])) + (", ..." if self.count > _SHOWN else "")
        lie = "lies" if self.count == 1 else "lie"
        return (
            f"{counted(self.count, 'sealed original')} {lie} in the vault that this database does not know ({ids}): "
            "taken in after the backup of the database that was put in place?"
        )


def look_for_unknown(workspace: Workspace) -> None:
    """Compare the names in the vault with the photos, and write down which nobody knows.

    Raises:
        VaultFault: the vault cannot be read; nothing is claimed.
        DatabaseFault: nothing was written down.
    """
    found = sorted(_unknown(workspace))
    with workspace.database.write() as connection:
        last = read_unknown(connection)
        since = last.since if last.count else print_moment(workspace.now())
        now = Unknown(since, len(found), tuple(found[:_NAMED])) if found else Unknown()
        if now != last:
            write_fact(connection, _FACT, asdict(now))


def read_unknown(connection: Connection) -> Unknown:
    """Return what was found last; nothing before the first look."""
    return read_fact(connection, _FACT, _unknown_of) or Unknown()


def _unknown_of(fact: Any) -> Unknown:
    if fact["count"]:
        parse_moment(fact["since"])
    return Unknown(fact["since"], int(fact["count"]), tuple(map(str, fact["photos"])))


def _unknown(workspace: Workspace) -> Iterator[str]:
    names = workspace.vault.list_sealed()
    while some := tuple(islice(names, _AT_ONCE)):
        with workspace.database.read() as connection:
            known = photo_rows.known_of(connection, some)
        yield from (name for name in some if name not in known)
