"""Notifications from the operating system, by watchdog: quick, and allowed to miss some (watch.py scans anyway)."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import Self

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from watcher.device import Device
from watcher.fs.system import mount_of
from watcher.watch import Changes, Parts

logging.getLogger("watchdog").setLevel(logging.WARNING)  # below that it prints file names
_MAX_PLACES = 4096  # places remembered between two looks; more become one rescan, so a flood costs no memory
# Not among them: opened, and closed without writing, which our own looking causes.
_TOLD: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]


class WatchdogNotifier:
    """Listens to the roots of devices; a context manager that ends its thread."""

    def __init__(self) -> None:
        self._observer: BaseObserver = Observer()
        self._watches: dict[str, ObservedWatch] = {}
        self._box = _LetterBox()

    def __enter__(self) -> Self:
        self._observer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._observer.stop()
        self._observer.join()

    def arm(self, device: Device) -> bool:
        """Begin to listen to the device's root; False on network mounts and when the system's watches are used up."""
        self.disarm(device.record.id)
        root = device.record.root
        mount = mount_of(root) if root is not None else None
        if root is None or mount is None or not mount.reports_changes:
            return False
        listener = _Listener(device.record.id, root, self._box)
        try:
            watch = self._observer.schedule(listener, str(root), recursive=True, event_filter=_TOLD)
        except OSError:
            return False
        self._watches[device.record.id] = watch
        return True

    def disarm(self, device_id: str) -> None:
        """Stop listening."""
        watch = self._watches.pop(device_id, None)
        if watch is not None:
            self._observer.unschedule(watch)

    def wait_changes(self, longest_s: float) -> Changes:
        """Wait for changes, but not longer."""
        return self._box.empty(longest_s)


class _LetterBox:
    """What listeners dropped and nobody has collected yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._has_some = threading.Event()
        self._places: set[tuple[str, Parts]] = set()
        self._rescans: set[str] = set()

    def drop(self, device_id: str, parts: Parts | None) -> None:
        """Remember a place, or with None that a whole device must be looked at."""
        with self._lock:
            if parts is None or len(self._places) >= _MAX_PLACES:
                self._rescans.add(device_id)
            else:
                self._places.add((device_id, parts))
            self._has_some.set()

    def empty(self, longest_s: float) -> Changes:
        """Wait for something, and take all of it."""
        self._has_some.wait(longest_s)
        with self._lock:
            changes = Changes(frozenset(self._places), frozenset(self._rescans))
            self._places.clear()
            self._rescans.clear()
            self._has_some.clear()
        return changes


class _Listener(FileSystemEventHandler):
    """Translates one device's events."""

    def __init__(self, device_id: str, root: Path, box: _LetterBox) -> None:
        self._device_id, self._root, self._box = device_id, root, box

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Drop the place of the event; a folder that appears may be full already, so all is looked at."""
        path = event.dest_path or event.src_path
        parts = self._parts_of(Path(os.fsdecode(path)))
        if parts or event.is_directory:
            self._box.drop(self._device_id, None if event.is_directory else parts)

    def _parts_of(self, path: Path) -> Parts:
        return path.relative_to(self._root).parts if path.is_relative_to(self._root) else ()
