"""How sure it is that files are gone: the levels of a deletion, and the lowest of several."""

from __future__ import annotations

from collections.abc import Iterable

#: The honest ladder, lowest first (docs/audit-log.md, shape `level`).
LADDER = ("unknown", "attested", "not-listed", "re-checked", "cleared", "erased")


def lowest(levels: Iterable[str]) -> str:
    """Return the lowest level of the ladder among these; "" where there is none."""
    return min(levels, key=LADDER.index, default="")
