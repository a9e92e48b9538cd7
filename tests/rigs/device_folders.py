"""Devices, clocks and saboteurs for the tests of watcher/."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from watcher.device import Device, DeviceKind, DeviceRecord, FolderDevice, Presence, write_marker
from watcher.fs.folders import Folder
from watcher.guard import Place, stat_of
from watcher.quarantine import Arrival, take_in
from watcher.stability import FileStat
from watcher.watch import Changes

DEVICE_ID = "ks2-camera"


def make_device(root: Path, *, further: tuple[Path, ...] = (), may_search_volume: bool = False) -> FolderDevice:
    """Make a drop folder with its marker."""
    nonce = None
    for folder in (root, *further):
        folder.mkdir(parents=True, exist_ok=True)
        nonce = write_marker(folder, DEVICE_ID, nonce)
    assert nonce is not None
    return FolderDevice(DeviceRecord(DEVICE_ID, DeviceKind.FOLDER, nonce, root, further, None, may_search_volume))


def place_of(*parts: str, folder: int = 0) -> Place:
    return Place(DEVICE_ID, parts, folder)


def look(path: Path) -> FileStat:
    return stat_of(path.lstat())


def arrive(device: Device, quarantine: Path, *parts: str) -> Arrival:
    """Take in the file at `parts`, which must succeed."""
    root = device.record.root
    assert root is not None
    quarantine.mkdir(exist_ok=True)
    arrival = take_in(device, place_of(*parts), look(root.joinpath(*parts)), quarantine)
    assert isinstance(arrival, Arrival), arrival
    return arrival


class FakeClock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.time_s = 1000.0

    def now_s(self) -> float:
        return self.time_s


@dataclass
class FakeNotifier:
    """Waiting moves the clock, then the next scripted thing happens; an empty script ends the watch."""

    clock: FakeClock
    script: list[Callable[[], Changes | None]] = field(default_factory=list)
    tells: bool = True
    is_over: bool = False
    armed: list[str] = field(default_factory=list)
    disarmed: list[str] = field(default_factory=list)

    def arm(self, device: Device) -> bool:
        self.armed.append(device.record.id)
        return self.tells

    def disarm(self, device_id: str) -> None:
        self.disarmed.append(device_id)

    def wait_changes(self, longest_s: float) -> Changes:
        self.clock.time_s += longest_s
        if not self.script:
            self.is_over = True
            return Changes()
        return self.script.pop(0)() or Changes()

    def is_set(self) -> bool:
        return self.is_over


class Saboteur:
    """A folder that does something of its own right before (or after) an operation."""

    def __init__(self, folder: Folder, act: Callable[[str, str], None], after: Callable[[str, str], None]) -> None:
        self._folder, self._act, self._after = folder, act, after

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.__exit__(None, None, None)

    def again(self) -> Folder:
        return Saboteur(self._folder.again(), self._act, self._after)

    def folder(self, name: str) -> Folder:
        self._act("folder", name)
        return Saboteur(self._folder.folder(name), self._act, self._after)

    def entries(self) -> Iterator[tuple[str, os.stat_result]]:
        return self._folder.entries()

    def names(self) -> list[str]:
        self._act("names", "")
        return self._folder.names()

    def look(self, name: str) -> os.stat_result:
        self._act("look", name)
        return self._folder.look(name)

    def open_file(self, name: str) -> int:
        self._act("open", name)
        return self._folder.open_file(name)

    def create(self, name: str, mode: int) -> int:
        return self._folder.create(name, mode)

    def rename(self, old: str, new: str) -> None:
        self._act("rename", old)
        self._folder.rename(old, new)
        self._after("rename", new)

    def replace(self, old: str, new: str) -> None:
        self._folder.replace(old, new)

    def unlink(self, name: str) -> None:
        self._act("unlink", name)
        self._folder.unlink(name)
        self._after("unlink", name)

    def make_folder(self, name: str) -> None:
        self._folder.make_folder(name)

    def remove_folder(self, name: str) -> None:
        self._folder.remove_folder(name)

    def hand_to(self, mode: int, group: int | None) -> None:
        self._folder.hand_to(mode, group)

    def flush(self) -> bool:
        self._act("flush", "")
        return self._folder.flush()

    def status(self) -> os.stat_result:
        return self._folder.status()


def _nothing(_: str, __: str) -> None:
    pass


@dataclass
class SabotagedDevice:
    """A device whose folders are sabotaged."""

    record: DeviceRecord
    act: Callable[[str, str], None] = _nothing
    after: Callable[[str, str], None] = _nothing

    def is_present(self) -> Presence:
        return FolderDevice(self.record).is_present()

    def open(self, folder: int = 0) -> Folder:
        return Saboteur(FolderDevice(self.record).open(folder), self.act, self.after)
