"""Watch the devices: a generator of files that have come to rest.

Notifications only make it quick; that nothing is lost rests on a full scan at the start, at a device's return and every
few minutes (more often on mounts that give no notifications).  Notifications get lost, queues overflow, and a file
that is moved in gives a single one.  The system is behind small Protocols, so that tests bring their own time.

Each state of a file is given once: a consumer that fails keeps its own list, or starts the watch again.  A file that
changes, or goes and comes back, and every file of a device that was away, is given again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, assert_never

from watcher.device import Device, Unknown
from watcher.errors import SourceFault, SourceGone, Unsafe
from watcher.fs.folders import Folder
from watcher.fs.system import Lease, Writer
from watcher.guard import Entry, Place, Refusal, open_file, open_parent, stat_of, walk
from watcher.sort import Sort, Sorted, may_enter, sort_file, tags_of
from watcher.stability import FileStat, Patience, Rest, Track, follow, judge, look_again_s

Parts = tuple[str, ...]
_PAUSE_PER_SCAN = 120  # scan times: a scan of any size costs under 1 % of the time, also where polling is needed
_RESTLESS = "it is still being written"


@dataclass(frozen=True, slots=True)
class AtRest:
    """A file that may be taken, or that a person must see to."""

    place: Place
    stat: FileStat
    sorted: Sorted  # PHOTO or NEEDS_PERSON

    @property
    def tags(self) -> Parts:
        """Class or event tags from the folders; they may hold a name, and stay out of logs."""
        return tags_of(self.place.parts)


@dataclass(frozen=True, slots=True)
class NotTouched:
    """Something that is left alone and that a person should know of: a link, a pipe, a file that never rests."""

    place: Place
    why: str


@dataclass(frozen=True, slots=True)
class Away:
    """A device's folder does not prove to be the device's: nothing is known about its files."""

    device_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Back:
    """A device is there, for the first time or again."""

    device_id: str


Report = AtRest | NotTouched | Away | Back


@dataclass(frozen=True, slots=True)
class Changes:
    """What notifications told."""

    places: frozenset[tuple[str, Parts]] = frozenset()  # device id, names
    rescans: frozenset[str] = frozenset()  # device ids of which more changed than could be reported


class Notifier(Protocol):
    """Tells of changes; may miss some."""

    def arm(self, device: Device) -> bool:
        """Begin to listen to a device that is there; False where it will tell nothing."""

    def disarm(self, device_id: str) -> None:
        """Stop listening to a device that is away."""

    def wait_changes(self, longest_s: float) -> Changes:
        """Wait for changes, but not longer."""


class Clock(Protocol):
    """A clock of seconds that is not set by anybody."""

    def now_s(self) -> float:
        """Return the time."""


class Stop(Protocol):
    """Something like threading.Event."""

    def is_set(self) -> bool:
        """Say whether the watch should end."""


class SystemClock:
    """The system's monotonic clock."""

    def now_s(self) -> float:
        """Return the time."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often to look, in seconds."""

    rescan_s: float = 180.0  # where notifications come: only for those that got lost (issue: "every few minutes")
    poll_s: float = 10.0  # where none come; 20,000 files cost 0.3 s per scan, see tests/watcher/test_watch.py
    away_s: float = 5.0  # a card put in is noticed after this
    tick_s: float = 0.25  # longest wait, so that a stop is heard; 4 wake-ups a second cost under 0.1 % of a core
    patience: Patience = field(default_factory=Patience)


def watch_devices(
    devices: Sequence[Device],
    notifier: Notifier,
    clock: Clock,
    stop: Stop,
    *,
    rhythm: Rhythm | None = None,
    once: bool = False,
) -> Iterator[Report]:
    """Give files that have come to rest, and whatever a person should know, until `stop` is set.

    Args:
        devices: each with its own id.
        notifier: makes it quick; a WatchdogNotifier outside of tests.
        clock: monotonic seconds.
        stop: looked at between any two reports, and every `tick_s`.
        rhythm: how often to look.
        once: end when everything that lay there has come to rest, or was reported as restless.
    """
    rhythm = rhythm or Rhythm()
    watches = {device.record.id: _DeviceWatch(device, notifier, clock, rhythm) for device in devices}
    while not stop.is_set():
        for watch in watches.values():
            for report in watch.look():
                yield report
                if stop.is_set():
                    return
        if once and not any(watch.is_waiting for watch in watches.values()):
            return
        changes = notifier.wait_changes(rhythm.tick_s)
        for device_id in changes.rescans & watches.keys():
            watches[device_id].rescan_soon()
        for device_id, parts in changes.places:
            if device_id in watches:
                watches[device_id].notice(parts)


class _Presence(Enum):
    NEVER_SEEN = "never seen"
    THERE = "there"
    AWAY = "away"


class _DeviceWatch:
    """What is known of one device's files."""

    def __init__(self, device: Device, notifier: Notifier, clock: Clock, rhythm: Rhythm) -> None:
        self._device, self._notifier, self._clock, self._rhythm = device, notifier, clock, rhythm
        self._presence = _Presence.NEVER_SEEN
        self._root: tuple[int, int] | None = None  # volume and inode of the root, while it is there
        self._tells_changes = False
        self._check_at_s = self._scan_at_s = float("-inf")
        self._noticed: set[Parts] = set()
        self._tracks: dict[Parts, Track] = {}  # on their way to rest
        self._due_s: dict[Parts, float] = {}  # when to look at each of them again
        self._reported: dict[Parts, FileStat | str | Rest] = {}  # as it looked then, why untouched, or restless

    @property
    def is_waiting(self) -> bool:
        """Whether a file is still on its way to rest, and not reported as restless."""
        return any(self._reported.get(parts) is not Rest.RESTLESS for parts in self._tracks)

    def notice(self, parts: Parts) -> None:
        """Remember that something happened at `parts`."""
        self._noticed.add(parts)

    def rescan_soon(self) -> None:
        """Look at everything at the next opportunity."""
        self._scan_at_s = float("-inf")

    def look(self) -> Iterator[Report]:
        """Look at what is due."""
        now_s = self._clock.now_s()
        due = [parts for parts, due_s in self._due_s.items() if due_s <= now_s]
        if now_s < min(self._check_at_s, self._scan_at_s) and not self._noticed and not due:
            return
        self._check_at_s = now_s + self._rhythm.away_s
        try:
            with self._device.open() as root:
                yield from self._arrive(root)
                if now_s >= self._scan_at_s:
                    yield from self._scan(root)
                noticed, self._noticed = self._noticed, set()
                for parts in (*due, *noticed.difference(due)):
                    yield from self._look_at(root, parts)
        except SourceFault as fault:
            yield from self._leave(fault.why)

    def _arrive(self, root: Folder) -> Iterator[Back]:
        """Begin to listen when the device is there for the first time, again, or mounted again."""
        status = root.status()
        if self._root != (status.st_dev, status.st_ino):
            self._root = (status.st_dev, status.st_ino)
            self._tells_changes = self._notifier.arm(
                self._device
            )  # before the scan: what comes in meanwhile is reported
            self.rescan_soon()
        if self._presence is not _Presence.THERE:
            self._presence = _Presence.THERE
            yield Back(self._device.record.id)

    def _leave(self, why: str) -> Iterator[Away]:
        """Forget everything: when the device comes back, all that is on it is looked at again."""
        self._scan_at_s = self._check_at_s
        self._root = None
        for known in (self._noticed, self._tracks, self._due_s, self._reported):
            known.clear()
        if self._presence is not _Presence.AWAY:
            self._presence = _Presence.AWAY
            self._notifier.disarm(self._device.record.id)
            yield Away(self._device.record.id, why)

    def _scan(self, root: Folder) -> Iterator[NotTouched]:
        began_s = self._clock.now_s()
        self._noticed.clear()
        present: set[Parts] = set()
        refused: list[Refusal] = []
        for item in walk(root, self._device.record.id, lambda parts: may_enter(parts[-1])):
            present.add(item.place.parts)
            if isinstance(item, Refusal):
                refused.append(item)
            else:
                self._see(item, began_s)
        for gone in (self._tracks.keys() | self._reported.keys()) - present:
            self._forget(gone)
        ended_s = self._clock.now_s()
        pause_s = self._rhythm.rescan_s if self._tells_changes else self._rhythm.poll_s
        self._scan_at_s = ended_s + max(pause_s, _PAUSE_PER_SCAN * (ended_s - began_s))
        for refusal in refused:
            yield from self._refuse(refusal.place, refusal.why)

    def _see(self, entry: Entry, now_s: float) -> None:
        parts, stat = entry.place.parts, stat_of(entry.status)
        if self._reported.get(parts) == stat or sort_file(parts).sort is Sort.IGNORED:
            return
        self._tracks[parts] = follow(self._tracks.get(parts), stat, now_s)
        self._due_s.setdefault(parts, now_s + self._rhythm.patience.quiet_s)

    def _forget(self, parts: Parts) -> None:
        self._tracks.pop(parts, None)
        self._due_s.pop(parts, None)
        self._reported.pop(parts, None)

    def _refuse(self, place: Place, why: str, rest: Rest | None = None) -> Iterator[NotTouched]:
        """Report a place that is not touched, unless that was reported of it last."""
        reported = rest or why
        if self._reported.get(place.parts) != reported:
            self._reported[place.parts] = reported
            yield NotTouched(place, why)

    def _look_at(self, root: Folder, parts: Parts) -> Iterator[Report]:
        """Look at one file; what cannot be opened on a device that is there is reported, once."""
        if sort_file(parts).sort is Sort.IGNORED:
            return
        try:
            place = Place(self._device.record.id, parts)
        except Unsafe:
            return  # a notification of a name that no walk can give
        try:
            with open_parent(root, place) as parent:
                stat, writer = _look_through(parent, place)
        except SourceGone:
            self._forget(parts)
        except (SourceFault, Unsafe) as fault:
            if isinstance(self._device.is_present(), Unknown):
                raise SourceFault(place.device_id, fault.why) from fault
            self._tracks.pop(parts, None)
            self._due_s.pop(parts, None)
            yield from self._refuse(place, fault.why)
        else:
            # A lease knows of this machine's programs only; where changes come from elsewhere, it is no proof.
            is_blind = writer is Writer.NONE and not self._tells_changes
            yield from self._judge(place, stat, Writer.UNKNOWN if is_blind else writer)

    def _judge(self, place: Place, stat: FileStat, writer: Writer) -> Iterator[Report]:
        parts, patience = place.parts, self._rhythm.patience
        if self._reported.get(parts) == stat:
            self._tracks.pop(parts, None)
            self._due_s.pop(parts, None)
            return
        track = self._tracks[parts] = follow(self._tracks.get(parts), stat, self._clock.now_s())
        match judge(track, writer, patience):
            case Rest.AT_REST:
                self._forget(parts)
                self._reported[parts] = stat
                yield AtRest(place, stat, sort_file(parts))
                return
            case Rest.RESTLESS:
                yield from self._refuse(place, _RESTLESS, Rest.RESTLESS)
            case Rest.MOVING:
                pass
            case unreachable:
                assert_never(unreachable)
        self._due_s[parts] = look_again_s(track, writer, patience)


def _look_through(parent: Folder, place: Place) -> tuple[FileStat, Writer]:
    """Return what the file looks like and whether somebody writes into it, from one open handle."""
    handle = open_file(parent, place)
    try:
        with Lease(handle) as lease:
            return stat_of(os.fstat(handle)), lease.writer()
    finally:
        os.close(handle)
