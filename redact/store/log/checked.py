"""How far the audit log was checked, and which entries there were of each photo and on holds: one hash for many.

Threat: an entry that speaks against a deletion (a recall, a hold, a photo taken up again) is hidden: its row, or a
column that it is found by, is changed by hand, and whoever asks by that column is told that there is none.
Rule: the running check (recent.py), which reads every entry once and leads them all to a signed root, chains what the
columns of each entry said into a sum: one for each of the 4096 groups of photos whose ids begin alike, and one for
holds.  Who asks whether there is no further entry has the rows of that group summed again (proofs/listed.py).
Edge and sums are kept under a code that only a holder of the workspace's key can make.
Accepted residue: who writes the database can put an earlier edge with its sums back, which costs time and hides
nothing: what came after it is read again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, type_coerce
from sqlalchemy.types import NullType

from redact.audit.checkpoint import LogKey
from redact.audit.events import person_tag
from redact.audit.faults import AuditLogError
from redact.audit.tree import HASH_BYTES, Frontier
from redact.store.schema.tables import IS_OF_HOLD, log_checked, log_entries

#: Hex digits of a photo's id that make a group: 4096 groups, of 1500 entries in a log of six million.
_DIGITS: Final = 3
HOLDS: Final = 16**_DIGITS  # the group of all entries on holds, behind those of photos
#: By the digits that photos begin with; what was put into the column by hand may be of none.
_GROUPS: Final = {f"{group:0{_DIGITS}x}": group for group in range(HOLDS)}
_NO_ENTRY: Final = Frontier()
_NOTHING: Final = bytes(HASH_BYTES * (HOLDS + 1))
_HOLD: Final = "hold."

_CHECKED = select(*(type_coerce(column, NullType()).label(column.name) for column in log_checked.c))
_COLUMNS = (log_entries.c.n, log_entries.c.kind, log_entries.c.photo, log_entries.c.device)
_UP_TO = select(*(type_coerce(column, NullType()) for column in _COLUMNS)).where(log_entries.c.n < bindparam("size"))
_LISTED_HOLDS = _UP_TO.where(IS_OF_HOLD).order_by(log_entries.c.n)
_LISTED = _UP_TO.where(  # the words of an index
    log_entries.c.photo.between(bindparam("first"), bindparam("last"))
).order_by(log_entries.c.n)


@dataclass(frozen=True, slots=True)
class Log:
    """One workspace's log, and what it takes to check it."""

    origin: str
    key: LogKey
    tags: bytes  # the workspace's secret key, under which an edge is remembered


@dataclass(frozen=True, slots=True)
class Checked:
    """The entries that were checked: the edge of their tree, and the sums of their groups, joined."""

    edge: Frontier = _NO_ENTRY
    sums: bytes = _NOTHING

    @property
    def size(self) -> int:
        """Number of entries."""
        return self.edge.size

    def sum(self, group: int) -> bytes:
        """Return the sum of a group."""
        return self.sums[group * HASH_BYTES : (group + 1) * HASH_BYTES]


class Sums:
    """The sums of all groups while entries are read, by number."""

    def __init__(self, begin: bytes) -> None:
        self._begin, self._grown = begin, dict[int, bytes]()  # of 4097 groups, a few entries touch a few

    def take(self, number: Any, kind: Any, photo: Any, device: Any) -> None:
        """Add what the columns of the next entry say, which was compared with its body."""
        row = (number, kind, photo, device)
        group = _GROUPS.get(photo[:_DIGITS]) if isinstance(photo, str) else None
        if group is not None:
            self._grown[group] = _chain(self.of(group), row)
        if isinstance(kind, str) and kind.startswith(_HOLD):
            self._grown[HOLDS] = _chain(self.of(HOLDS), row)

    def of(self, group: int) -> bytes:
        """Return the sum of a group."""
        found = self._grown.get(group)
        return self._begin[group * HASH_BYTES : (group + 1) * HASH_BYTES] if found is None else found

    def joined(self) -> bytes:
        """Return all sums."""
        sums = bytearray(self._begin)
        for group, grown in self._grown.items():
            sums[group * HASH_BYTES : (group + 1) * HASH_BYTES] = grown
        return bytes(sums)


def group_of(photo: str) -> int:
    """Return the group of a photo's entries."""
    return _GROUPS[photo[:_DIGITS]]


def sum_listed(connection: Connection, group: int, size: int) -> bytes:
    """Return the sum of a group as the columns say it now, of the first `size` entries."""
    found = bytes(HASH_BYTES)
    for row in _listed(connection, group, size):
        found = _chain(found, tuple(row))
    return found


def read_checked(connection: Connection, log: Log) -> Checked:
    """Return how far the log was checked; nothing of it where nobody wrote that, or nobody with the key."""
    row = connection.execute(_CHECKED).first()
    if row is None:
        return Checked()
    size, edge, sums, code = row.size, row.edge, row.sums, row.code
    try:
        if hmac.compare_digest(str(code), _code(log, size, edge, sums)):
            hashes = (edge[i : i + HASH_BYTES] for i in range(0, len(edge), HASH_BYTES))
            return Checked(Frontier(size, tuple(hashes)), sums)
    except (TypeError, AuditLogError):  # put there by hand
        pass
    return Checked()


def remember(connection: Connection, log: Log, checked: Checked) -> None:
    """Write down that all is well up to this edge."""
    size, edge = checked.size, b"".join(checked.edge.edge)
    row = {"id": 1, "size": size, "edge": edge, "sums": checked.sums, "code": _code(log, size, edge, checked.sums)}
    connection.execute(delete(log_checked))
    connection.execute(insert(log_checked), row)


def _chain(former: bytes, row: tuple[Any, ...]) -> bytes:
    return hashlib.sha256(former + ascii(row).encode()).digest()


def _listed(connection: Connection, group: int, size: int) -> Iterable[Row[Any]]:
    if group == HOLDS:
        return connection.execute(_LISTED_HOLDS, {"size": size})
    prefix = f"{group:0{_DIGITS}x}"
    return connection.execute(
        _LISTED, {"size": size, "first": prefix, "last": f"{prefix}g"}
    )  # "g" is behind every digit


def _code(log: Log, size: Any, edge: Any, sums: Any) -> str:
    digest = hashlib.sha256(edge + sums).hexdigest()
    return person_tag(log.tags, f"log checked: {size} {len(edge)} {digest}")
