"""What kind of file, by its name: nothing that may be a person's is ever passed over in silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.sort import Sort, ending_of, may_enter, sort_file, tags_of


@pytest.mark.parametrize(
    "name",
    [
        "IMG_0412.JPG",
        "a.jpeg",
        "b.HEIC",
        "c.hif",
        "d.png",
        "e.webp",
        "f.tiff",
        ".hidden.jpg",
        "h.bmp",
        "two.dots.avif",
        "IMG_0412 (1).jpg",
        "\u00e9t\u00e9.jpg",
        "bell\a.jpg",
        "bad\udcff.jpg",
    ],
)
def test_photos(name: str) -> None:
    assert sort_file((name,)).sort is Sort.PHOTO


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("IMG_0412.MOV", "video"),
        ("a.mp4", "video"),
        ("IMG_0412.CR3", "RAW photo"),
        ("a.dng", "RAW photo"),
        ("IMG_0412.AAE", "file that belongs to a photo"),
        (".redact-erasing-00ff-00ff", "file whose deletion was begun and not ended"),
        ("newsletter.pdf", "not a photo by its name"),
        ("photo", "not a photo by its name"),
        (".bashrc", "not a photo by its name"),
        (".jpg", "not a photo by its name"),
        ("photo.jpg.exe", "not a photo by its name"),
    ],
)
def test_listed_for_a_person(name: str, why: str) -> None:
    found = sort_file((name,))
    assert (found.sort, found.why) == (Sort.NEEDS_PERSON, why)


@pytest.mark.parametrize(
    "parts",
    [
        ("._IMG_0412.JPG",),
        (".DS_Store",),
        ("Thumbs.db",),
        ("desktop.ini",),
        ("~$letter.docx",),
        ("a.tmp",),
        ("a.jpg.part",),
        ("a.jpg.crdownload",),
        (".trashed-1716112233-IMG_0412.jpg",),
        (".pending-1716112233-IMG_0412.jpg",),
        (".redact-device",),
        (".nomedia",),
        ("@eaDir", "IMG_0412.JPG", "SYNOFILE_THUMB_M.jpg"),
        (".stversions", "a~20240512.jpg"),
        (".thumbnails", "12.jpg"),
        (".Trash-1000", "files", "a.jpg"),
        ("$RECYCLE.BIN", "S-1-5", "$R123.jpg"),
        ("Year 3", ".Trashes", "a.jpg"),
        ("System Volume Information", "x.jpg"),
        ("__MACOSX", "a.jpg"),
        (".syncthing.a.jpg.tmp",),
        (".nfs000000000001",),
        ("Icon\r",),
    ],
)
def test_debris_is_ignored(parts: tuple[str, ...]) -> None:
    assert sort_file(parts).sort is Sort.IGNORED


@pytest.mark.parametrize(
    "parts",
    [
        ("Recycled", "robot.jpg"),
        ("Trash Monsters", "a.jpg"),
        ("lost and found", "a.jpg"),
        ("tmp", "a.jpg"),
        ("part.jpg",),
    ],
)
def test_school_folders_that_sound_like_debris_are_not(parts: tuple[str, ...]) -> None:
    assert sort_file(parts).sort is Sort.PHOTO


def test_tags_are_the_folders_that_no_camera_makes() -> None:
    assert tags_of(("Year 3", "Sports Day", "DCIM", "100CANON", "IMG_0412.JPG")) == ("Year 3", "Sports Day")
    assert tags_of(("2024Year", "a.jpg")) == ("2024Year",)
    assert tags_of(("a.jpg",)) == ()


def test_a_folder_name_that_is_no_plain_text_gives_no_tag() -> None:
    assert tags_of(("a\x1b[31m", "bad\udcff", "x" * 200, " ", "\u202eright to left", "3B", "a.jpg")) == ("3B",)


def test_a_tag_has_one_unicode_form() -> None:
    assert tags_of(("Cafe\u0301", "a.jpg")) == tags_of(("Caf\u00e9", "a.jpg"))


@given(st.text(min_size=1))
def test_any_name_has_a_sort(name: str) -> None:
    assert sort_file((name,)).sort in Sort
    assert ending_of(name) == ending_of(name).lower()
    assert isinstance(may_enter(name), bool)


@given(st.text(alphabet="abcxyz0123 _", min_size=1), st.sampled_from(["jpg", "JPG", "heic", "mov", "cr2", "docx"]))
def test_an_ordinary_name_is_never_ignored(stem: str, ending: str) -> None:
    assert sort_file((f"{stem}.{ending}",)).sort is not Sort.IGNORED
