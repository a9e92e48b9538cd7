"""A set of portraits is read from a folder or a zip file alike; nothing is unpacked, and leftovers are no photos."""

from __future__ import annotations

import contextlib
import os
import random
import zipfile
from pathlib import Path

import pytest

from redact.errors import PictureRefused, UsageError
from redact.redaction.picture.limits import Limits
from redact.workers import photo_sets
from redact.workers.photo_sets import open_photo_set

FILES = {
    "N999123425000.jpg": b"a", "N999123425000_2.JPG": b"b", "sub/C999123425001 (1).png": b"c", "Kit Young.jpg": b"d",
    "readme.txt": b"-", "__MACOSX/._x.jpg": b"-", ".thumb.jpg": b"-",
}  # fmt: skip
CALLED = [("Kit Young", b"d"), ("N999123425000", b"a"), ("N999123425000", b"b"), ("C999123425001", b"c")]


@pytest.fixture(params=["folder", "zip"])
def portraits(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "zip":
        with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
            for name, content in FILES.items():
                archive.writestr(name, content)
        return tmp_path / "set.zip"
    for name, content in FILES.items():
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "set"


def test_each_photo_is_called_by_its_name_without_ending_and_count(portraits: Path) -> None:
    with open_photo_set(portraits) as found:
        assert [(photo.called, photo.read()) for photo in found] == CALLED
        assert [photo.number for photo in found] == [1, 2, 3, 4]


def test_a_zip_file_of_an_older_windows_has_the_same_names(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("3 Oak\\N999123425000_2.jpg", b"b")
    with open_photo_set(tmp_path / "set.zip") as found:
        assert [(photo.called, photo.read()) for photo in found] == [("N999123425000", b"b")]


def test_what_is_no_set_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "a.txt", tmp_path / "gone", tmp_path / "empty"):
        with pytest.raises(UsageError), open_photo_set(path):
            pass


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_entry_is_refused_and_stops_no_other(tmp_path: Path, method: int) -> None:
    photo = bytes(random.Random(1).choices(b"abcd", k=4000))  # noqa: S311  a quarter of it when pressed
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("N999123425000.jpg", photo)
        archive.writestr("N999123425001.jpg", b"whole")
        begin = archive.getinfo("N999123425000.jpg").header_offset + 60
    content = bytearray(path.read_bytes())
    content[begin : begin + 400] = b"\xff" * 400
    path.write_bytes(content)
    with open_photo_set(path) as found:
        with pytest.raises(PictureRefused, match="broken"):
            found[0].read()
        assert found[1].read() == b"whole"


def test_a_name_that_is_no_text_and_a_pipe_are_no_set(tmp_path: Path) -> None:
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("N9é.jpg", b"x")
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xff\xfe"))
    with contextlib.suppress(AttributeError):  # Windows has no such pipes
        os.mkfifo(tmp_path / "pipe.zip")
    for each in (path, tmp_path / "pipe.zip"):
        with pytest.raises(UsageError, match="neither a folder nor a zip"), open_photo_set(each):
            pass


def test_an_entry_is_read_up_to_the_size_of_a_photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the zip file says of it."""
    monkeypatch.setattr(photo_sets, "DEFAULT_LIMITS", Limits(max_bytes=1000))
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("N999123425000.jpg", bytes(10_000_000))
    with open_photo_set(tmp_path / "z.zip") as found, pytest.raises(PictureRefused, match="larger"):
        found[0].read()


@pytest.mark.parametrize(
    ("file", "number"),
    [("ADULT-7.jpg", "ADULT-7"), ("adult-12_2.jpg", "adult-12"), ("ADULT-7-2.jpg", "ADULT-7"), ("Jo-2.jpg", "Jo")],
)
def test_the_number_of_an_adult_is_no_count(tmp_path: Path, file: str, number: str) -> None:
    """ADULT-7.jpg had been the seventh photo of "ADULT", so that nobody could be enrolled from a folder of staff."""
    (tmp_path / file).write_bytes(b"x")
    with open_photo_set(tmp_path) as (photo,):
        assert photo.called == number


def test_a_portrait_that_is_no_picture_is_refused_by_its_number_and_not_missed(tmp_path: Path) -> None:
    (tmp_path / "N999123425000.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.4")
    with open_photo_set(tmp_path) as found:
        assert [photo.called for photo in found] == ["N999123425000"]
