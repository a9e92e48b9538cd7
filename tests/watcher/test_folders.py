"""Open folders: both ways of holding one do the same, and neither replaces, follows or waits."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path, PureWindowsPath

import pytest

from watcher.fs import folders
from watcher.fs.folders import Folder, PathFolder, open_top, spelled_out
from watcher.guard import stat_of

Opener = Callable[[Path], Folder]


@pytest.fixture(params=[open_top, PathFolder], ids=["handle", "path"])
def opener(request: pytest.FixtureRequest) -> Opener:
    opener: Opener = request.param
    return opener


def test_making_renaming_and_removing(tmp_path: Path, opener: Opener) -> None:
    (tmp_path / "sub").mkdir()
    with opener(tmp_path) as top, top.folder("sub") as folder:
        handle = folder.create("a", 0o600)
        os.write(handle, b"x")
        os.close(handle)
        assert (tmp_path / "sub" / "a").stat().st_mode & 0o777 == 0o600
        with pytest.raises(FileExistsError):
            folder.create("a", 0o600)
        folder.rename("a", "b")
        assert [name for name, _ in folder.entries()] == ["b"]
        assert folder.look("b").st_size == 1
        handle = folder.open_file("b")
        assert os.read(handle, 9) == b"x"
        os.close(handle)
        assert isinstance(folder.flush(), bool)
        folder.unlink("b")
        assert list(folder.entries()) == []
        assert folder.status().st_ino == (tmp_path / "sub").stat().st_ino
        with folder.again() as second:
            assert second.status().st_ino == folder.status().st_ino


def test_renaming_never_replaces(tmp_path: Path, opener: Opener) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    with opener(tmp_path) as folder:
        with pytest.raises(FileExistsError):
            folder.rename("a", "b")
        with pytest.raises(FileNotFoundError):
            folder.rename("missing", "c")
        assert (tmp_path / "b").read_bytes() == b"b"
        folder.replace("a", "b")
    assert (tmp_path / "b").read_bytes() == b"a"


def test_renaming_where_the_file_system_knows_no_such_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_rename_in_one_step", lambda *_: False)
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    with open_top(tmp_path) as folder:
        with pytest.raises(FileExistsError):
            folder.rename("a", "b")
        folder.rename("a", "c")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "c"]


def test_a_link_is_no_folder_and_no_file(tmp_path: Path, opener: Opener) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_bytes(b"")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "file").symlink_to("real/a")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotADirectoryError):
        opener(tmp_path / "link")
    with opener(tmp_path) as top:
        with pytest.raises(NotADirectoryError):
            top.folder("link")
        for name, number in (("file", errno.ELOOP), ("pipe", errno.ENXIO), ("real", errno.ENXIO)):
            with pytest.raises(OSError, match="link|regular") as caught:
                top.open_file(name)
            assert caught.value.errno == number


def test_a_file_replaced_between_the_look_and_the_opening_is_not_returned(
    tmp_path: Path, opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    true_open = os.open

    def replace_then_open(path: str, flags: int, **kwargs: int) -> int:
        (tmp_path / "b").replace(tmp_path / "a")
        return true_open(path, flags, **kwargs)

    with opener(tmp_path) as folder:
        monkeypatch.setattr(os, "open", replace_then_open)
        with pytest.raises(OSError, match="replaced"):
            folder.open_file("a")


def test_an_open_folder_stays_itself_when_its_path_is_swapped(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a").write_bytes(b"mine")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "a").write_bytes(b"theirs")
    with open_top(tmp_path) as top, top.folder("mine") as folder:
        (tmp_path / "mine").rename(tmp_path / "away")
        (tmp_path / "mine").symlink_to("theirs")
        handle = folder.open_file("a")
        assert os.read(handle, 9) == b"mine"
        os.close(handle)
        folder.unlink("a")
    assert (tmp_path / "theirs" / "a").exists() and not (tmp_path / "away" / "a").exists()


def test_a_folder_is_listed_more_than_once(tmp_path: Path, opener: Opener) -> None:
    for number in range(2000):
        (tmp_path / f"IMG_{number:05}.jpg").touch()
    with opener(tmp_path) as folder:
        assert len({name for name, _ in folder.entries()}) == 2000
        assert len({name for name, _ in folder.entries()}) == 2000


class _WindowsEntry:
    """One name of a listing as Windows gives it: inode and volume are 0 (Python, os.DirEntry.stat)."""

    def __init__(self, entry: os.DirEntry[str]) -> None:
        self.name, self._path = entry.name, entry.path

    def stat(self, *, follow_symlinks: bool) -> os.stat_result:
        status = list(Path(self._path).stat(follow_symlinks=follow_symlinks))
        status[1] = status[2] = 0
        return os.stat_result(status)


def test_a_listing_of_paths_looks_as_the_open_file_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every file of a Windows device would seem to change between two looks."""
    (tmp_path / "a").write_bytes(b"x")
    true_scan = os.scandir

    @contextlib.contextmanager
    def scan(path: Path) -> Iterator[Iterator[_WindowsEntry]]:
        with true_scan(path) as found:
            yield (_WindowsEntry(entry) for entry in found)

    monkeypatch.setattr(os, "scandir", scan)
    [(name, status)] = PathFolder(tmp_path).entries()
    assert (name, stat_of(status)) == ("a", stat_of((tmp_path / "a").stat()))


@pytest.mark.parametrize(
    ("path", "spelled"),
    [
        ("C:\\drop\\Year 3", "\\\\?\\C:\\drop\\Year 3"),
        ("\\\\server\\share\\drop", "\\\\?\\UNC\\server\\share\\drop"),
        ("\\\\?\\C:\\drop", "\\\\?\\C:\\drop"),
        ("\\\\?\\UNC\\server\\share", "\\\\?\\UNC\\server\\share"),
    ],
)
def test_a_windows_path_is_spelled_to_the_letter(path: str, spelled: str) -> None:
    assert spelled_out(path) == spelled
    below = PureWindowsPath(spelled) / "NUL." / "a.jpg "
    assert str(below) == f"{spelled}\\NUL.\\a.jpg ", "what is joined to it is cut"


def test_windows_folders_are_opened_by_such_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "long").mkdir()
    monkeypatch.setattr(folders, "HAS_FOLDER_HANDLES", False)
    monkeypatch.setattr(folders, "spelled_out", lambda path: path + "/long")
    with open_top(tmp_path / "x" / "..") as folder:
        assert folder.status().st_ino == (tmp_path / "long").stat().st_ino
