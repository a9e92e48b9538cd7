"""Files at rest are given once, whatever the notifications do; with a clock and a notifier of our own."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rigs.device_folders import FakeClock, FakeNotifier, SabotagedDevice, make_device, place_of
from watcher import notify as notifying
from watcher.device import Device, FolderDevice
from watcher.fs.system import Mount
from watcher.guard import Entry, Refusal, walk
from watcher.notify import WatchdogNotifier
from watcher.sort import MARKER_NAME, Sort
from watcher.stability import Patience
from watcher.watch import AtRest, Away, Back, Changes, NotTouched, Report, Rhythm, SystemClock, watch_devices

TICK = Rhythm(rescan_s=100.0, poll_s=10.0, away_s=5.0, tick_s=1.0, patience=Patience(1.0, 2.5, 60.0, 30.0))
Step = Callable[[], Changes | None]


def nothing() -> None:
    return None


def told(*parts: str) -> Changes:
    return Changes(frozenset({("ks2-camera", parts)}))


def run(device: Device, *script: Step, tells: bool = True) -> tuple[list[Report], FakeNotifier]:
    clock = FakeClock()
    notifier = FakeNotifier(clock, list(script), tells)
    return list(watch_devices([device], notifier, clock, notifier, rhythm=TICK)), notifier


def names(reports: list[Report]) -> list[str]:
    return ["/".join(report.place.parts) for report in reports if isinstance(report, AtRest)]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    return tmp_path / "drop"


@pytest.fixture
def device(drop: Path) -> FolderDevice:
    return make_device(drop)


def test_what_lies_there_at_the_start_is_given_once_with_its_sort_and_tags(device: FolderDevice, drop: Path) -> None:
    (drop / "Year 3").mkdir()
    (drop / "Year 3" / "a.jpg").write_bytes(b"photo")
    (drop / "film.mov").write_bytes(b"film")
    (drop / ".DS_Store").write_bytes(b"debris")
    reports, notifier = run(device, *[nothing] * 300)
    assert reports[0] == Back("ks2-camera")
    given = {report.place: report for report in reports[1:] if isinstance(report, AtRest)}
    assert len(given) == len(reports) - 1 == 2
    assert given[place_of("Year 3", "a.jpg")].tags == ("Year 3",)
    assert given[place_of("Year 3", "a.jpg")].sorted.sort is Sort.PHOTO
    assert given[place_of("film.mov")].sorted.sort is Sort.NEEDS_PERSON
    assert notifier.armed == ["ks2-camera"]


def test_a_notification_makes_it_quick(device: FolderDevice, drop: Path) -> None:
    def write() -> Changes:
        (drop / "a.jpg").write_bytes(b"photo")
        return told("a.jpg")

    assert names(run(device, write, *[nothing] * 3)[0]) == ["a.jpg"]


def test_without_notification_the_scan_finds_it(device: FolderDevice, drop: Path) -> None:
    def write() -> None:
        (drop / "a.jpg").write_bytes(b"photo")

    assert names(run(device, nothing, write, *[nothing] * 50)[0]) == []
    (drop / "a.jpg").unlink()
    assert names(run(device, nothing, write, *[nothing] * 105)[0]) == ["a.jpg"]


def test_a_mount_that_tells_nothing_is_polled_and_waited_for_longer(device: FolderDevice, drop: Path) -> None:
    def write() -> None:
        (drop / "a.jpg").write_bytes(b"photo")

    assert names(run(device, nothing, write, *[nothing] * 10, tells=False)[0]) == []
    (drop / "a.jpg").unlink()
    assert names(run(device, nothing, write, *[nothing] * 14, tells=False)[0]) == ["a.jpg"]


def test_a_folder_moved_in_is_looked_through(device: FolderDevice, drop: Path, tmp_path: Path) -> None:
    (tmp_path / "ready").mkdir()
    (tmp_path / "ready" / "a.jpg").write_bytes(b"photo")

    def move() -> Changes:
        (tmp_path / "ready").rename(drop / "Sports Day")
        return Changes(rescans=frozenset({"ks2-camera", "some other device"}))

    assert names(run(device, move, *[nothing] * 3)[0]) == ["Sports Day/a.jpg"]


def test_a_file_is_not_given_while_it_grows_and_is_reported_when_it_never_rests(
    device: FolderDevice, drop: Path
) -> None:
    def grow() -> Changes:
        with (drop / "a.jpg").open("ab") as file:
            file.write(b"more")
        return told("a.jpg")

    assert run(device, *[grow] * 25)[0] == [Back("ks2-camera")]
    reports, _ = run(device, *[grow] * 60)
    assert reports[1:] == [NotTouched(place_of("a.jpg"), "it is still being written")]
    reports, _ = run(device, *[grow] * 60, *[nothing] * 3)
    assert names(reports) == ["a.jpg"]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="leases are Linux'")
def test_a_file_held_open_by_its_writer_is_not_given(device: FolderDevice, drop: Path) -> None:
    with (drop / "a.jpg").open("wb") as file:
        file.write(b"half")
        file.flush()
        assert names(run(device, *[nothing] * 20)[0]) == []
    assert names(run(device, *[nothing] * 20)[0]) == ["a.jpg"]


def test_a_name_used_again_and_a_changed_file_are_given_again(device: FolderDevice, drop: Path) -> None:
    (drop / "a.jpg").write_bytes(b"one")

    def again() -> Changes:
        (drop / "a.jpg").write_bytes(b"another")
        return told("a.jpg")

    def remove() -> Changes:
        (drop / "a.jpg").unlink()
        return told("a.jpg")

    quiet = [nothing] * 3
    reports, _ = run(device, *quiet, again, *quiet, remove, *quiet, again, *quiet)
    assert names(reports) == ["a.jpg"] * 3
    assert len({report.stat for report in reports if isinstance(report, AtRest)}) == 3


def test_links_pipes_and_unreadable_files_are_reported_once(device: FolderDevice, drop: Path) -> None:
    (drop / "link.jpg").symlink_to("/etc/passwd")
    os.mkfifo(drop / "pipe.jpg")
    (drop / "closed.jpg").write_bytes(b"x")

    def act(what: str, name: str) -> None:
        if (what, name) == ("open", "closed.jpg"):
            raise PermissionError(13, "Permission denied")

    reports, _ = run(SabotagedDevice(device.record, act), *[nothing] * 250)
    assert sorted(report.why for report in reports if isinstance(report, NotTouched)) == [
        "it is a link",
        "it is not a regular file",
        "permission denied",
    ]
    assert len(reports) == 4


def test_a_file_that_turns_into_a_link_is_not_given(device: FolderDevice, drop: Path) -> None:
    (drop / "a.jpg").write_bytes(b"x")

    def turn() -> None:
        (drop / "a.jpg").unlink()
        (drop / "a.jpg").symlink_to("/etc/passwd")

    reports, _ = run(device, turn, *[nothing] * 3)
    assert names(reports) == [] and NotTouched(place_of("a.jpg"), "it is a link") in reports


def test_hostile_notifications_lead_nowhere(device: FolderDevice, drop: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    reports, _ = run(
        device,
        lambda: told("..", "secret.jpg"),
        lambda: told("", "a"),
        lambda: told("missing.jpg"),
        lambda: told(MARKER_NAME),
        *[nothing] * 5,
    )
    assert reports == [Back("ks2-camera")]


def test_a_device_that_goes_and_comes_back_is_looked_at_again(device: FolderDevice, drop: Path) -> None:
    (drop / "a.jpg").write_bytes(b"x")

    def pull() -> None:
        drop.rename(drop.with_name("away"))

    def plug() -> None:
        drop.with_name("away").rename(drop)

    quiet = [nothing] * 7
    reports, notifier = run(device, *quiet, pull, *quiet, *quiet, plug, *quiet, *quiet)
    assert [type(report) for report in reports] == [Back, AtRest, Away, Back, AtRest]
    assert notifier.disarmed == ["ks2-camera"] and notifier.armed == ["ks2-camera"] * 2


def test_another_card_in_the_reader_is_away_not_empty(device: FolderDevice, drop: Path) -> None:
    def swap() -> None:
        drop.rename(drop.with_name("away"))
        make_device(drop)
        (drop / "b.jpg").write_bytes(b"somebody else's")

    reports, _ = run(device, nothing, swap, *[nothing] * 20)
    assert [type(report) for report in reports] == [Back, Away]


def test_a_device_mounted_again_between_two_looks_is_listened_to_again(device: FolderDevice, drop: Path) -> None:
    """The old notifications hang on the old folder."""

    def remount() -> None:
        drop.rename(drop.with_name("old"))
        drop.mkdir()
        (drop / MARKER_NAME).write_bytes((drop.with_name("old") / MARKER_NAME).read_bytes())
        (drop / "b.jpg").write_bytes(b"new")

    reports, notifier = run(device, nothing, remount, *[nothing] * 10)
    assert notifier.armed == ["ks2-camera"] * 2 and names(reports) == ["b.jpg"]


def test_a_device_that_is_not_there_at_the_start_is_said_once(device: FolderDevice, drop: Path) -> None:
    drop.rename(drop.with_name("away"))
    assert [type(report) for report in run(device, *[nothing] * 50)[0]] == [Away]


def test_a_stop_is_heard_between_two_files(device: FolderDevice, drop: Path) -> None:
    for number in range(5):
        (drop / f"{number}.jpg").write_bytes(b"x")
    clock, stop = FakeClock(), threading.Event()
    given = []
    for report in watch_devices([device], FakeNotifier(clock, [nothing] * 50), clock, stop, rhythm=TICK):
        given.append(report)
        if isinstance(report, AtRest):
            stop.set()
    assert len(given) == 2


def test_once_ends_by_itself_when_all_has_come_to_rest(device: FolderDevice, drop: Path) -> None:
    for number in range(5):
        (drop / f"{number}.jpg").write_bytes(b"x")
    clock = FakeClock()
    notifier = FakeNotifier(clock, [nothing] * 500)
    reports = list(watch_devices([device], notifier, clock, threading.Event(), rhythm=TICK, once=True))
    assert len(names(reports)) == 5 and clock.time_s < 1010


def test_once_does_not_wait_for_ever_for_a_file_that_grows(device: FolderDevice, drop: Path) -> None:
    def grow() -> Changes:
        with (drop / "a.jpg").open("ab") as file:
            file.write(b"more")
        return told("a.jpg")

    grow()
    clock = FakeClock()
    reports = list(
        watch_devices([device], FakeNotifier(clock, [grow] * 500), clock, threading.Event(), rhythm=TICK, once=True)
    )
    assert [type(report) for report in reports] == [Back, NotTouched] and clock.time_s < 1040


def test_two_devices_are_watched_apart(device: FolderDevice, drop: Path, tmp_path: Path) -> None:
    other = make_device(tmp_path / "other")
    second = FolderDevice(type(other.record)("ipad", other.record.kind, other.record.nonce, other.record.root))
    (tmp_path / "other" / MARKER_NAME).write_text(
        (tmp_path / "other" / MARKER_NAME).read_text().replace("ks2-camera", "ipad")
    )
    (drop / "a.jpg").write_bytes(b"a")
    (tmp_path / "other" / "b.jpg").write_bytes(b"b")
    clock = FakeClock()
    reports = list(
        watch_devices([device, second], FakeNotifier(clock), clock, threading.Event(), rhythm=TICK, once=True)
    )
    assert {(report.place.device_id, report.place.parts) for report in reports if isinstance(report, AtRest)} == {
        ("ks2-camera", ("a.jpg",)),
        ("ipad", ("b.jpg",)),
    }


@pytest.mark.slow
def test_twenty_thousand_files_are_each_given_once_and_then_cost_little(device: FolderDevice, drop: Path) -> None:
    for number in range(20_000):
        handle = os.open(drop / f"IMG_{number:05}.jpg", os.O_CREAT | os.O_WRONLY)
        os.write(handle, b"x")
        os.close(handle)
    clock = FakeClock()
    notifier = FakeNotifier(clock, [nothing] * 300)
    began_s = time.process_time()
    reports = list(watch_devices([device], notifier, clock, notifier, rhythm=TICK))
    assert len(names(reports)) == len(set(names(reports))) == 20_000
    assert time.process_time() - began_s < 30, "far slower than the 2 s measured for three scans and 20,000 looks"


def test_a_slow_scan_is_repeated_less_often(device: FolderDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each scan takes a second of the fake clock; polling every ten would cost a tenth of the time."""
    clock, scans = FakeClock(), 0
    true_walk = walk

    def slow_walk(*arguments: Any) -> Iterator[Entry | Refusal]:
        nonlocal scans
        scans += 1
        clock.time_s += 1.0
        return true_walk(*arguments)

    monkeypatch.setattr("watcher.watch.walk", slow_walk)
    notifier = FakeNotifier(clock, [nothing] * 300, tells=False)
    list(watch_devices([device], notifier, clock, notifier, rhythm=TICK))
    assert scans == 3


class Deadline:
    """Ends a watch that hears nothing."""

    def __init__(self, seconds: float) -> None:
        self._end_s = time.monotonic() + seconds
        self.is_over = False

    def is_set(self) -> bool:
        return self.is_over or time.monotonic() > self._end_s


def test_real_notifications_tell_of_files_written_moved_and_in_folders(
    device: FolderDevice, drop: Path, tmp_path: Path
) -> None:
    """The operating system's own notifications, with an hour between scans: only they can have told."""
    (tmp_path / "ready.jpg").write_bytes(b"moved")
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "in.jpg").write_bytes(b"in a folder")
    (drop / "Year 3").mkdir()
    (drop / "first.jpg").write_bytes(b"was there")
    acts: list[Callable[[], object]] = [
        lambda: (tmp_path / "ready.jpg").rename(drop / "Year 3" / "moved.jpg"),
        lambda: (tmp_path / "set").rename(drop / "set"),
        lambda: (drop / "Year 3" / "written.jpg").write_bytes(b"written"),
    ]
    rhythm = Rhythm(rescan_s=3600.0, away_s=3600.0, patience=Patience(0.05, 0.05, 0.05))
    stop, given = Deadline(120.0), []
    with WatchdogNotifier() as notifier:
        for report in watch_devices([device], notifier, SystemClock(), stop, rhythm=rhythm):
            if isinstance(report, AtRest):
                given.append("/".join(report.place.parts))
                stop.is_over = not acts
                if acts:
                    acts.pop(0)()
        notifier.disarm("ks2-camera")
    assert given == ["first.jpg", "Year 3/moved.jpg", "set/in.jpg", "Year 3/written.jpg"]


def test_our_own_looking_tells_nothing(device: FolderDevice, drop: Path) -> None:
    (drop / "a.jpg").write_bytes(b"x")
    with WatchdogNotifier() as notifier:
        assert notifier.arm(device)
        (drop / "a.jpg").read_bytes()
        (drop / "b.jpg").write_bytes(b"x")
        heard = Changes()
        deadline = Deadline(120.0)
        while ("ks2-camera", ("b.jpg",)) not in heard.places and not deadline.is_set():
            heard = notifier.wait_changes(0.2)
    assert heard == told("b.jpg")


def test_a_flood_of_notifications_becomes_one_scan(device: FolderDevice, drop: Path) -> None:
    box = notifying._LetterBox()
    for number in range(10_000):
        box.drop("ks2-camera", (f"{number}.jpg",))
    changes = box.empty(0.0)
    assert len(changes.places) == 4096 and changes.rescans == {"ks2-camera"}
    assert box.empty(0.0) == Changes()


def test_a_network_mount_and_used_up_watches_are_said_to_tell_nothing(
    device: FolderDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WatchdogNotifier() as notifier:
        monkeypatch.setattr(notifying, "mount_of", lambda _: Mount(Path("/"), "cifs"))
        assert not notifier.arm(device)
        monkeypatch.setattr(notifying, "mount_of", lambda _: Mount(Path("/"), "ext4"))

        def used_up(*_: object, **__: object) -> None:
            raise OSError(28, "inotify watch limit reached")

        monkeypatch.setattr(notifier._observer, "schedule", used_up)
        assert not notifier.arm(device)
