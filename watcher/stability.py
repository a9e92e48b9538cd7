"""Has a file come to rest?  Pure: from what was seen before, what is seen now, and the time on a clock of seconds.

Only equality of device files counts, never the order of file times: a camera's clock may be wrong, a file may come from
the future, and a copying program sets old times.  `now_s` should come from a monotonic clock; when it goes backwards
nonetheless, the waiting starts again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from watcher.fs.system import Writer

QUIET_S = 1.0  # seconds without a change when the system says that nobody writes; copying tools pause for less
QUIET_UNSURE_S = 2.5  # seconds where it cannot say: more than FAT's 2 s step of file times
QUIET_EMPTY_S = 60.0  # seconds for a file of no bytes: a name made first, its bytes following over a slow network
RESTLESS_S = 600.0  # seconds after which a file that never rests is reported; a 1 GB video over slow Wi-Fi takes 300


@dataclass(frozen=True, slots=True)
class FileStat:
    """What a file looked like from outside; two equal ones mean that nothing happened in between."""

    size: int  # bytes
    mtime_ns: int
    ctime_ns: int  # on POSIX moves with every change, also when a program sets mtime back
    inode: int
    volume: int  # st_dev


@dataclass(frozen=True, slots=True)
class Track:
    """One file, followed over several looks."""

    stat: FileStat  # the last
    first_seen_s: float
    still_since_s: float  # first seen exactly so
    last_seen_s: float


class Rest(Enum):
    """Whether a file may be taken."""

    AT_REST = "at rest"
    MOVING = "moving"
    RESTLESS = "restless"  # moving for so long that somebody should know; it is still followed


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds."""

    quiet_s: float = QUIET_S
    quiet_unsure_s: float = QUIET_UNSURE_S
    quiet_empty_s: float = QUIET_EMPTY_S
    restless_s: float = RESTLESS_S


def follow(track: Track | None, stat: FileStat, now_s: float) -> Track:
    """Return the track after another look; any change, and a clock set back, start the quiet time again."""
    if track is None or now_s < track.last_seen_s:
        return Track(stat, now_s, now_s, now_s)
    if stat != track.stat:
        return Track(stat, track.first_seen_s, now_s, now_s)
    return replace(track, last_seen_s=now_s)


def quiet_needed_s(track: Track, writer: Writer, patience: Patience) -> float:
    """Return the seconds without change that this file needs."""
    if track.stat.size == 0:
        return patience.quiet_empty_s
    return patience.quiet_s if writer is Writer.NONE else patience.quiet_unsure_s


def judge(track: Track, writer: Writer, patience: Patience) -> Rest:
    """Say whether the file may be taken, as of the last look; `writer` was found out at that look."""
    is_quiet = track.last_seen_s - track.still_since_s >= quiet_needed_s(track, writer, patience)
    if is_quiet and writer is not Writer.OPEN:
        return Rest.AT_REST
    return Rest.RESTLESS if track.last_seen_s - track.first_seen_s >= patience.restless_s else Rest.MOVING


def look_again_s(track: Track, writer: Writer, patience: Patience) -> float:
    """Return the time at which the next look is worth it."""
    soonest_s = track.last_seen_s + patience.quiet_s / 4  # a file judged MOVING is not looked at more often than this
    return max(soonest_s, track.still_since_s + quiet_needed_s(track, writer, patience))
