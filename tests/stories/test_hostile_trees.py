"""Hostile names and trees, through the real watch, scheduler, stores and engine; only the worker is a fake."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import stat
import threading
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from redact.devices.recheck import look_again
from redact.devices.untouched import resolve_gone
from redact.store.photos import FileState, State
from tests.rigs.device_folders import FakeNotifier
from tests.rigs.saboteurs import bad_spot
from tests.rigs.workspaces import DEVICE, Rig, photo_bytes, real_engine, redacted, run_until_idle, sha
from watcher.device import device_of
from watcher.fs.folders import HandleFolder, open_top
from watcher.guard import UNREADABLE
from watcher.watch import Changes, Rhythm, watch_devices

PHOTO, OTHER = photo_bytes(1), photo_bytes(2)
NAME = "Wilhelmina Quartermaine"  # of a child; must be found nowhere
LARGE_VARIABLE = "REDACT_TESTS_LARGE"  # environment: "1": all of 20,000 files are photos; a quarter of an hour


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    rig.add()
    return rig


def test_links_out_of_the_folder_are_left_and_what_they_lead_to_is_never_read(rig: Rig, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.jpg").write_bytes(PHOTO)
    drop = rig.drop()
    (drop / "link.jpg").symlink_to(outside / "secret.jpg")
    (drop / "folder").symlink_to(outside)
    (drop / "up.jpg").symlink_to("../outside/secret.jpg")
    (drop / "nowhere.jpg").symlink_to(tmp_path / "nothing")
    (drop / "loop.jpg").symlink_to("loop.jpg")
    rig.run()
    assert set(rig.left()) == {("link.jpg",), ("folder",), ("up.jpg",), ("nowhere.jpg",), ("loop.jpg",)}
    assert set(rig.left().values()) == {"It was left untouched: it is a link."}
    assert not rig.photos() and (outside / "secret.jpg").read_bytes() == PHOTO and len(list(drop.iterdir())) == 6


def test_a_folder_replaced_by_a_link_after_the_scan_is_not_followed(rig: Rig, tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", rig.drop() / "Year 3"
    for folder in (outside, inside):
        folder.mkdir()
    (inside / "a.jpg").write_bytes(PHOTO)
    rig.look()
    inside.rename(outside / "was inside")
    (outside / "a.jpg").write_bytes(OTHER)
    inside.symlink_to(outside)
    rig.turn(3, 700.0)
    assert not rig.photos() and (outside / "a.jpg").read_bytes() == OTHER
    rig.run()
    assert set(rig.left()) == {("Year 3", "a.jpg"), ("Year 3",)}


@pytest.mark.parametrize(
    "parts",
    [("..", "outside", "a.jpg"), ("..",), (".", "a.jpg"), ("Year 3", "..", "..", "a.jpg"), ("", "a.jpg"), ("a/b.jpg",)],
)
def test_a_notification_that_leads_elsewhere_is_not_followed(rig: Rig, tmp_path: Path, parts: tuple[str, ...]) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.jpg").write_bytes(PHOTO)
    (tmp_path / "a.jpg").write_bytes(PHOTO)
    script: list[Callable[[], Changes | None]] = [lambda: Changes(frozenset({(DEVICE, parts)}))] + [lambda: None] * 40
    notifier = FakeNotifier(rig.clock, script)
    doors = [device_of(device.record) for device in rig.approved()]
    for report in watch_devices(doors, notifier, rig.clock, notifier, rhythm=Rhythm()):
        rig.scheduler.take(report)
    rig.turn(3)
    assert not rig.photos() and not rig.left()
    assert (tmp_path / "outside" / "a.jpg").exists() and (tmp_path / "a.jpg").exists()


HOSTILE_NAMES = [
    "line\nfeed.jpg",
    "carriage\rreturn.jpg",
    "bell\x07escape\x1b[2Jtab\t.jpg",
    "right\u202eto\u202cleft gpj.jpg",
    "' or 1=1; drop table photos; --.jpg",
    "%s%n{0}{name}$(reboot)`reboot`.jpg",
    "-rf.jpg",
    " leading and trailing .jpg",
    "a\\b.jpg",
    "con.jpg",
    "\ud800\udc80.jpg".encode("utf-16", "surrogatepass").decode("utf-16"),
    "x" * 251 + ".jpg",
    "\U0001f4f7" * 60 + ".jpg",
    "..jpg",
    "...jpg",
    "A.JPG",
    "a.jpg",
    "a.JPG",
    unicodedata.normalize("NFC", "Zoë.jpg"),
    unicodedata.normalize("NFD", "Zoë.jpg"),
]


def test_hostile_names_are_all_taken_in_stored_and_cleared(rig: Rig) -> None:
    contents = list[bytes]()
    for number, name in enumerate(HOSTILE_NAMES):
        try:
            (rig.drop() / name).write_bytes(photo_bytes(number))
        except OSError:
            continue  # this file system has no such name
        if len(list(rig.drop().iterdir())) == len(contents) + 2:  # it may fold case or form: then one has overwritten
            contents.append(photo_bytes(number))
    assert len(contents) >= len(HOSTILE_NAMES) - 4
    rig.run(5)
    rig.check_done(*(content for content in contents if sha(content) in rig.photos()))
    assert len(rig.photos()) >= len(HOSTILE_NAMES) - 4


def test_a_path_that_is_longer_than_the_system_takes_is_taken_in_stored_and_cleared(rig: Rig) -> None:
    """Folders are entered one by one: 20 names of 250 letters are more than the 4,096 of a path."""
    handle = os.open(rig.drop(), os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=handle)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    photo = os.open("a.jpg", os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=handle)
    os.write(photo, PHOTO)
    os.close(photo)
    rig.run(5)
    with os.scandir(handle) as left:
        assert not list(left)
    os.close(handle)
    (device_file,) = rig.device_files()
    assert (device_file.state, device_file.level, device_file.left) == (FileState.GONE, "re-checked", 0)
    assert list(rig.stored().values()) == [redacted(PHOTO)] and not rig.left()


def test_names_that_are_not_utf_8_are_taken_in_stored_and_cleared(rig: Rig) -> None:
    names = [os.fsdecode(name) for name in (b"\xff\xfe.jpg", b"caf\xe9.jpg", b"\x80" * 100 + b".jpg")]
    folder, film = rig.drop() / os.fsdecode(b"Klasse \xe4"), rig.drop() / os.fsdecode(b"\xff.mov")
    try:
        for number, name in enumerate(names):
            (rig.drop() / name).write_bytes(photo_bytes(number))
        folder.mkdir()
        (folder / os.fsdecode(b"\xff.jpg")).write_bytes(photo_bytes(9))
        film.write_bytes(b"film")
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    rig.run(5)
    assert len(rig.left()) == 1
    film.unlink()
    rig.check_done(*(photo_bytes(number) for number in (0, 1, 2, 9)))


def test_files_that_are_no_files_are_left_and_never_opened(rig: Rig) -> None:
    drop = rig.drop()
    os.mkfifo(drop / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(drop)  # an address of a socket has 108 characters at most
        try:
            server.bind("socket.jpg")
        finally:
            os.chdir(here)
    (drop / "folder.jpg").mkdir()
    rig.run()
    assert set(rig.left()) == {("pipe.jpg",), ("socket.jpg",)}
    assert set(rig.left().values()) == {"It was left untouched: it is not a regular file."}
    assert not rig.photos() and (drop / "pipe.jpg").is_fifo() and (drop / "folder.jpg").is_dir()


def test_a_pipe_put_in_a_files_place_after_the_look_is_not_waited_for(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real, waited = rig.drop() / "a.jpg", HandleFolder.look, list[bool]()
    path.write_bytes(PHOTO)

    def look(folder: HandleFolder, name: str) -> os.stat_result:
        seen = real(folder, name)
        path.unlink()
        os.mkfifo(path)
        return seen

    def rescue() -> None:
        with contextlib.suppress(OSError):  # nobody waits at the other end: that is how it should be
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
            waited.append(True)

    monkeypatch.setattr(HandleFolder, "look", look)
    timer = threading.Timer(5, rescue)
    timer.start()
    with open_top(rig.drop()) as folder, pytest.raises(OSError, match="regular|changed|replaced"):
        folder.open_file("a.jpg")
    timer.cancel()
    assert not waited


def test_a_device_node_is_left_and_never_opened(rig: Rig) -> None:
    try:
        os.mknod(rig.drop() / "node.jpg", stat.S_IFCHR | 0o666, os.makedev(1, 5))  # /dev/zero never ends
    except OSError:
        pytest.skip("this user may not make device nodes")
    rig.run()
    assert rig.left() == {("node.jpg",): "It was left untouched: it is not a regular file."} and not rig.photos()


def test_a_file_that_may_not_be_read_is_listed_and_the_others_go_on(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in (("closed.jpg", PHOTO), ("open.jpg", OTHER)):
        (rig.drop() / name).write_bytes(content)
    (rig.drop() / "closed.jpg").chmod(0)
    real = HandleFolder.open_file

    def open_file(folder: HandleFolder, name: str) -> int:
        if name == "closed.jpg":  # root reads everything, so it is refused here
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(folder, name)

    with monkeypatch.context() as closed:
        closed.setattr(HandleFolder, "open_file", open_file)
        rig.run()
    assert set(rig.left()) == {("closed.jpg",)} and set(rig.photos()) == {sha(OTHER)}
    assert rig.on_devices() == {f"{DEVICE}/closed.jpg"}
    (rig.drop() / "closed.jpg").chmod(0o600)
    rig.mend()
    rig.check_done(PHOTO, OTHER)


@pytest.mark.parametrize(
    ("number", "why"),
    [(errno.EIO, "it cannot be read (input/output error)"), (errno.EACCES, UNREADABLE)],
)
def test_one_bad_folder_is_listed_by_its_place_and_the_others_go_on(
    rig: Rig, caplog: pytest.LogCaptureFixture, number: int, why: str
) -> None:
    for folder, content in ((NAME, PHOTO), ("Year 3", OTHER)):
        (rig.drop() / folder).mkdir()
        (rig.drop() / folder / "a.jpg").write_bytes(content)
    with caplog.at_level(logging.DEBUG), bad_spot(NAME, number):
        rig.run()
        assert rig.left() == {(NAME,): f"It was left untouched: {why}."}
        assert set(rig.photos()) == {sha(OTHER)} and rig.on_devices() == {f"{DEVICE}/{NAME}/a.jpg"}
        (device_file,) = rig.device_files()
        assert (device_file.state, device_file.level) == (FileState.GONE, "not-listed"), "a copy may lie in there"
        resolve_gone(rig.workspace, rig.approved())
        assert set(rig.left()) == {(NAME,)}
    assert NAME not in caplog.text and "away" not in caplog.text
    resolve_gone(rig.workspace, rig.approved())
    assert rig.left() == {}, "it ends when the folder can be read, though that is still there"
    rig.mend(restarts=False)
    assert not rig.on_devices()
    rig.check_nothing_lost(PHOTO, OTHER)


def test_a_folder_that_turns_bad_before_its_photo_is_cleared_is_not_said_to_be_empty(rig: Rig) -> None:
    (rig.drop() / "Year 3").mkdir()
    (rig.drop() / "Year 3" / "a.jpg").write_bytes(PHOTO)
    (rig.drop() / "b.jpg").write_bytes(OTHER)
    rig.look()
    rig.take_in()
    with bad_spot("Year 3", errno.EIO):
        rig.turn(4)
        rig.mend(restarts=False)
        states = {each.photo: each.state for each in rig.device_files()}
        assert states == {sha(PHOTO): FileState.UNKNOWN, sha(OTHER): FileState.GONE}
        assert rig.on_devices() == {f"{DEVICE}/Year 3/a.jpg"}
        look_again(rig.workspace, DEVICE)
        assert {each.photo: each.state for each in rig.device_files()} == states
    rig.mend(restarts=False)
    resolve_gone(rig.workspace, rig.approved())
    rig.check_nothing_lost(PHOTO, OTHER)
    assert not rig.on_devices() and rig.left() == {}


def test_one_bad_file_costs_neither_the_device_nor_its_own_place(rig: Rig) -> None:
    for name, content in (("bad.jpg", PHOTO), ("good.jpg", OTHER)):
        (rig.drop() / name).write_bytes(content)
    with bad_spot("bad.jpg", errno.EIO, "look"):
        rig.run()
        assert rig.left() == {("bad.jpg",): "It was left untouched: it cannot be read (input/output error)."}
        assert set(rig.photos()) == {sha(OTHER)} and rig.on_devices() == {f"{DEVICE}/bad.jpg"}
    rig.mend()
    resolve_gone(rig.workspace, rig.approved())
    rig.check_nothing_lost(PHOTO, OTHER)
    assert not rig.on_devices() and rig.left() == {}


def test_a_name_that_the_file_system_lists_and_does_not_find_is_told(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    (rig.drop() / "good.jpg").write_bytes(PHOTO)
    real = HandleFolder.names
    with monkeypatch.context() as badly_spelt:
        badly_spelt.setattr(HandleFolder, "names", lambda folder: [*real(folder), "?.jpg"])
        rig.run()
        resolve_gone(rig.workspace, rig.approved())
        assert rig.left() == {("?.jpg",): "It was left untouched: it cannot be read (no such file or directory)."}
        (device_file,) = rig.device_files()
        assert (device_file.state, device_file.level) == (FileState.GONE, "not-listed"), "it may be a copy"
    resolve_gone(rig.workspace, rig.approved())
    assert rig.left() == {} and not rig.on_devices()


def test_a_file_that_grows_for_ever_is_listed_and_the_others_go_on(rig: Rig) -> None:
    growing = rig.drop() / "growing.jpg"
    (rig.drop() / "still.jpg").write_bytes(PHOTO)

    def grow() -> Changes:
        with growing.open("ab") as file:
            file.write(b"more")
        return Changes(frozenset({(DEVICE, ("growing.jpg",))}))

    grow()
    notifier = FakeNotifier(rig.clock, [grow] * 4000)
    doors = [device_of(device.record) for device in rig.approved()]
    for report in watch_devices(doors, notifier, rig.clock, notifier, rhythm=Rhythm(), once=True):
        rig.scheduler.take(report)
    rig.turn(4)
    assert rig.left() == {("growing.jpg",): "It was left untouched: it is still being written."}
    assert set(rig.photos()) == {sha(PHOTO)} and rig.on_devices() == {f"{DEVICE}/growing.jpg"}


def test_a_file_that_grows_while_it_is_copied_never_fills_the_disk(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    (rig.drop() / "a.jpg").write_bytes(PHOTO)
    rig.look()
    reads = []

    def endless(handle: int, size: int) -> bytes:
        reads.append(size)
        assert len(reads) < 9, "it would fill the disk of whoever breaks this"
        return b"x" * size

    monkeypatch.setattr("watcher.quarantine.os.read", endless)
    rig.turn(2)
    assert 0 < len(reads) <= 2 and not rig.photos() and not rig.quarantined()


def test_a_tree_that_is_too_deep_is_listed_and_costs_no_more(rig: Rig) -> None:
    deep = rig.drop().joinpath(*["d"] * 40)
    deep.mkdir(parents=True)
    (deep / "a.jpg").write_bytes(PHOTO)
    rig.run()
    assert list(rig.left().values()) == ["It was left untouched: it lies more than 32 folders deep."]
    assert (deep / "a.jpg").exists()


def test_what_is_no_photo_is_listed_for_a_person_debris_is_not_and_nothing_of_it_is_deleted(rig: Rig) -> None:
    person = {
        "film.mov",
        "IMG_1.CR2",
        "IMG_1.AAE",
        "IMG_1.JPG.xmp",
        "notes.docx",
        "without ending",
        ".redact-erasing-x",
    }
    debris = {"Thumbs.db", "._a.jpg", ".DS_Store", "desktop.ini", "half.jpg.part", "~$notes.docx"}
    for name in person | debris:
        (rig.drop() / name).write_bytes(name.encode())
    for folder in (".thumbnails", "@eaDir", ".Trash-1000"):
        (rig.drop() / folder).mkdir()
        (rig.drop() / folder / "a.jpg").write_bytes(OTHER)
    (rig.drop() / "IMG_1.JPG").write_bytes(PHOTO)
    rig.run()
    assert {parts[-1] for parts in rig.left()} == person
    folders = {f"{DEVICE}/{folder}/a.jpg" for folder in (".thumbnails", "@eaDir", ".Trash-1000")}
    assert rig.on_devices() == {f"{DEVICE}/{name}" for name in person | debris} | folders
    assert {photo.state for photo in rig.photos().values()} == {State.STORED} and set(rig.photos()) == {sha(PHOTO)}
    (device_file,) = rig.device_files()
    assert device_file.left and device_file.reason and "a file that belongs to it" in device_file.reason


def test_an_empty_file_and_a_text_named_like_a_photo_never_stop_the_others(rig: Rig) -> None:
    (rig.drop() / "empty.jpg").write_bytes(b"")
    (rig.drop() / "text.jpg").write_text("no picture")
    (rig.drop() / "a.jpg").write_bytes(PHOTO)
    rig.run()
    assert set(rig.photos()) == {sha(PHOTO), sha(b""), sha(b"no picture")}


# -- many --


MANY = 20_000  # files in one folder


def fill(drop: Path, photos: int) -> None:
    """Write MANY files of one size into one folder; so many of them are photos, the others a synchroniser's debris."""
    for index in range(MANY):
        name = f"IMG_{index:05}.JPG" if index < photos else f"IMG_{index:05}.tmp"
        handle = os.open(drop / name, os.O_CREAT | os.O_WRONLY, 0o600)
        os.write(handle, PHOTO + b"%05d" % index)
        os.close(handle)


def check_many(rig: Rig, number: int) -> None:
    contents = {PHOTO + b"%05d" % index for index in range(number)}
    assert set(rig.photos()) == {sha(content) for content in contents}
    assert set(rig.stored().values()) == {redacted(content) for content in contents}
    assert len(rig.on_devices()) == MANY - number and not rig.quarantined()
    assert not [name for name in rig.on_devices() if name.endswith(".JPG")]
    assert {(device_file.state, device_file.level, device_file.left) for device_file in rig.device_files()} == {
        (FileState.GONE, "re-checked", 0)
    }
    assert len(rig.entries()) == 1 + 7 * number, "each photo has seven entries, once"
    rig.check_record()


@pytest.mark.slow
def test_twenty_thousand_files_of_one_size_in_one_folder_and_each_photo_is_stored_once(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    number = MANY if os.environ.get(LARGE_VARIABLE) == "1" else 80  # photos; each clearing looks at every file
    fill(rig.drop(), number)
    rig.look()
    for _ in range(number):
        rig.turn()
        if rig.scheduler.is_idle():
            break
    check_many(rig, number)


# -- names are nowhere --


def test_a_childs_name_in_a_path_is_found_in_no_log_and_no_file_but_the_database(
    rig: Rig, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    drop, workspace = rig.drop(), rig.workspace.settings
    (drop / NAME).mkdir()
    (drop / NAME / f"{NAME}.jpg").write_bytes(PHOTO)
    (drop / f"{NAME}.mov").write_bytes(b"film")
    (drop / f"{NAME} link.jpg").symlink_to(drop / "nothing")
    rig.look()
    with real_engine(rig):
        run_until_idle(rig)
        (workspace.trust_folder or drop).rename(rig.folder / "away")  # a fault tells its reason
        (drop / f"{NAME} 2.jpg").write_bytes(OTHER)
        rig.look()
        run_until_idle(rig)
        (rig.folder / "away").rename(workspace.trust_folder or drop)
        rig.mend()
        run_until_idle(rig)
    assert {photo.state for photo in rig.photos().values()} == {State.STORED}
    said = capfd.readouterr()
    assert not any(word in text for word in NAME.split() for text in (caplog.text, said.out, said.err))
    with rig.workspace.database.read() as connection:
        rows = connection.exec_driver_sql(
            "select kind, at, photo, device, commitment, salt, body from log_entries"
        ).all()
        notes = connection.exec_driver_sql("select note from log_checkpoints").all()
        told = connection.exec_driver_sql("select reason from photos union select reason from device_files").all()
        gone = connection.exec_driver_sql("select parts, tags from device_files where state = 'gone'").all()
    assert all(row.parts is None for row in gone)
    for word in NAME.split():
        for kept in (rows, notes, told):
            assert word.encode() not in repr(kept).encode()
        for path in workspace.folder.rglob("*"):
            assert word not in path.name
            if path.is_file() and not path.name.startswith("redact.db"):
                assert word.encode() not in path.read_bytes(), path.name
