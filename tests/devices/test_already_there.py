"""What lies in a folder before it is registered is told, more than a few photos and odd folders need a word."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from typer.testing import CliRunner, Result

from redact.cli import app
from redact.devices import already_there
from redact.devices.already_there import FEW, Lying, look_into, why_unusual
from redact.errors import ExitCode, UsageError
from redact.store.devices import Clears, read_devices
from redact.system.clock import moment_of
from tests.rigs.living import Living, open_living
from tests.rigs.saboteurs import bad_spot
from watcher.sort import MARKER_NAME

SPRING = datetime(2024, 5, 3, 12, tzinfo=UTC).timestamp()


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


def fill(folder: Path, photos: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(photos):
        (folder / f"{number}.jpg").write_bytes(b"a photo")
        os.utime(folder / f"{number}.jpg", (SPRING, SPRING + 86400 * number))
    return folder


def add(living: Living, folder: Path, *options: str) -> Result:
    where = ["--folder", str(folder), "--workspace", str(living.workspace.settings.folder)]
    return CliRunner().invoke(app, ["devices", "add", "cam-9", "--approved-by", "ceo", *where, *options])


def registered(living: Living) -> list[str]:
    with living.workspace.database.read() as connection:
        return [device.id for device in read_devices(connection)]


def test_more_than_a_few_photos_need_a_word_and_nothing_is_done_without(living: Living, tmp_path: Path) -> None:
    folder = fill(tmp_path / "shared", FEW + 1)
    (folder / "film.mov").write_bytes(b"a film")
    ended = add(living, folder)
    said = str(ended.exception)
    assert isinstance(ended.exception, UsageError)
    assert "6 photos of 03/05/2024 to 08/05/2024 and 1 other file lie there already" in said
    assert "deleted from there" in said and "--yes" in said
    assert registered(living) == [] and not (folder / MARKER_NAME).exists()
    ended = add(living, folder, "--yes")
    assert ended.exit_code == ExitCode.OK and registered(living) == ["cam-9"]
    assert "6 photos of 03/05/2024 to 08/05/2024" in ended.stderr and "deleted from there" in ended.stderr


def test_a_few_are_told_and_none_says_nothing(living: Living, tmp_path: Path) -> None:
    ended = add(living, fill(tmp_path / "few", 1), "--clears", "by-hand")
    assert ended.exit_code == ExitCode.OK
    assert "1 photo of 03/05/2024 lies there already" in ended.stderr and "a person clears" in ended.stderr
    assert Lying().describe(Clears.AT_ONCE) == ""


def test_what_is_no_person_s_file_is_not_counted(tmp_path: Path) -> None:
    folder = fill(tmp_path / "drop", 2)
    fill(folder / ".thumbnails", 3)
    (folder / ".DS_Store").write_bytes(b"")
    assert (look_into([folder], UTC).photos, look_into([folder], UTC).others) == (2, 0)
    with pytest.raises(UsageError, match="cannot be looked into"):
        look_into([tmp_path / "gone"], UTC)


def test_a_file_with_a_time_of_no_calendar_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every file system keeps one, so the times of these are made."""
    monkeypatch.setattr(already_there, "moment_of", lambda _: moment_of(2**80))
    found = look_into([fill(tmp_path / "drop", 2)], UTC)
    assert (found.photos, found.first, found.last) == (2, None, None)


def test_pictures_and_a_home_need_a_word_of_their_own(
    living: Living, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "jo"))
    for folder in (fill(tmp_path / "jo", 1), fill(tmp_path / "jo" / "Pictures", FEW + 1)):
        for options in ((), ("--yes",)):
            ended = add(living, folder, *options)
            assert isinstance(ended.exception, UsageError) and "--meant" in str(ended.exception)
    assert registered(living) == []
    assert isinstance(add(living, tmp_path / "jo" / "Pictures", "--meant").exception, UsageError)  # and --yes
    assert add(living, tmp_path / "jo" / "Pictures", "--meant", "--yes").exit_code == ExitCode.OK


@pytest.mark.parametrize(
    "folder",
    ["/", "/home", "/home/jo", "/root", "/etc", "/usr/share/photos", "/var", "/Users/jo", "/home/jo/Pictures",
     "/home/jo/Desktop", "/srv/share/pictures", "/media", "/somewhere/home", "/Library/Photos",
     "/var/lib", "/var/log/cam", "/somewhere", "/home/jo/OneDrive - Oak School", "/home/jo/Camera Roll"],
)  # fmt: skip
def test_folders_that_are_hardly_ever_meant(folder: str) -> None:
    assert why_unusual(PurePosixPath(folder), PurePosixPath("/somewhere/home"))


@pytest.mark.parametrize(
    "folder",
    ["C:/", "D:/", "C:/Windows/Temp", "C:/Users", "C:/Users/Public", "C:/Users/jo", "C:/Users/jo/Desktop",
     "C:/Users/jo/OneDrive - Oak School"],
)  # fmt: skip
def test_folders_of_windows_that_are_hardly_ever_meant(folder: str) -> None:
    assert why_unusual(PureWindowsPath(folder), None)


@pytest.mark.parametrize(
    "folder",
    [
        "/srv/photos/cam-office",
        "/home/jo/drop",
        "/mnt/card/DCIM",
        "/media/jo/CARD",
        "/run/media/jo/CARD/DCIM",
        "/var/lib/redact/drop",
        "/home/jo/onedrive-drop",
    ],
)
def test_folders_that_may_be_meant(folder: str) -> None:
    assert why_unusual(PurePosixPath(folder), PurePosixPath("/home/jo")) is None


def test_a_card_may_have_its_pictures_in_pictures() -> None:
    folder = PurePosixPath("/media/jo/PHONE/Pictures")
    assert why_unusual(folder, None) and why_unusual(folder, None, is_card=True) is None


def test_a_folder_that_fails_is_not_said_to_hold_nothing(tmp_path: Path) -> None:
    fill(tmp_path / "card" / "DCIM", 2)
    with bad_spot("DCIM", errno.EIO), pytest.raises(UsageError, match="cannot be looked into"):
        look_into([tmp_path / "card"], UTC)
    assert look_into([tmp_path / "card"], UTC).photos == 2


def test_a_folder_that_this_account_may_not_read_is_told_beside_the_count(living: Living, tmp_path: Path) -> None:
    fill(tmp_path / "card" / "open", 2)
    fill(tmp_path / "card" / "closed", 3)
    with bad_spot("closed", errno.EACCES):
        ended = add(living, tmp_path / "card")
        alone = look_into([tmp_path / "card" / "closed" / ".."], UTC)
    assert ended.exit_code == ExitCode.OK and "2 photos of 03/05/2024" in ended.stderr
    assert "A part of it may not be read by this account and was not counted" in ended.stderr and not alone.is_whole
    assert "Nothing was seen there. A part of it" in Lying(is_whole=False).describe(Clears.AT_ONCE)
