"""How sure it is that a file is gone: the ladder of levels, and the lowest of several."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal


class Level(StrEnum):
    """A rung of the ladder, lowest first; the words of the log and the database (docs/audit-log.md, shape `level`)."""

    UNKNOWN = "unknown"  # nobody could look, or it is still there
    ATTESTED = "attested"  # somebody says so
    NOT_LISTED = "not-listed"  # looked for and not found, where not every place could be searched
    RE_CHECKED = "re-checked"  # ... where every place could be
    CLEARED = "cleared"  # the whole card overwritten and read back: never written yet
    ERASED = "erased"  # the managed device was reset: never written yet

    @property
    def is_seen(self) -> bool:
        """Whether this program could look, and did not find it."""
        return self not in {Level.UNKNOWN, Level.ATTESTED}


LADDER = tuple(Level)


def lowest(levels: Iterable[Level]) -> Level | Literal[""]:
    """Return the lowest level of the ladder among these; "" where there is none."""
    return min(levels, key=LADDER.index, default="")
