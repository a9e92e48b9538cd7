"""What became of one attempt to delete a file: a value that the engine keeps between erasing and looking again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, assert_never

from watcher import AlreadyGone, Erased, Erasure, Kept, Unclear, Why

NOT_BEGUN = "The deletion was written down and then not begun."  # the deleting step did not get to it


class Ending(StrEnum):
    """How an attempt to delete one file ended; the engine keeps these words between two steps."""

    ERASED = "erased"
    NOT_FLUSHED = "not flushed"  # the file system did not confirm that it is on the disk
    ALREADY_GONE = "already gone"  # nobody saw it go
    UNCLEAR = "unclear"  # begun, and its end could not be seen
    KEPT = "kept"  # the device did not let it go
    AWAY = "away"  # the device does not prove to be the one
    NOT_BEGUN = "not begun"  # it may not go, or the deleting step did not get to it


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one file whose deletion was opened, before anybody looked again."""

    file: int  # id of the device file
    ending: Ending
    why: str = ""  # of KEPT a sentence part, of NOT_BEGUN a sentence; both are fixed ones and name nothing
    links: int = 0  # of ERASED: other names of the same file that were left then, on the device or elsewhere

    def to_json(self) -> dict[str, int | str]:
        """Return it as an engine keeps it."""
        return {"file": self.file, "ending": self.ending.value, "why": self.why, "links": self.links}

    @classmethod
    def from_json(cls, kept: Mapping[str, int | str]) -> Self:
        """Return what `to_json` made this of."""
        return cls(int(kept["file"]), Ending(str(kept["ending"])), str(kept["why"]), int(kept.get("links", 0)))


def attempt_of(file: int, erasure: Erasure) -> Attempt:
    """Return the attempt of which an erasure of the file (by id) is the result."""
    match erasure:
        case Erased(links, is_flushed):
            return Attempt(file, Ending.ERASED if is_flushed else Ending.NOT_FLUSHED, links=links)
        case AlreadyGone():
            return Attempt(file, Ending.ALREADY_GONE)
        case Unclear():
            return Attempt(file, Ending.UNCLEAR)
        case Kept(Why.DEVICE_UNKNOWN):
            return Attempt(file, Ending.AWAY)
        case Kept(why):
            return Attempt(file, Ending.KEPT, why.value)
        case unreachable:
            assert_never(unreachable)
