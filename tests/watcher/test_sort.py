"""What kind of file, by its name: nothing that may be a person's is ever passed over in silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.sort import PENDING_S, Sort, ending_of, is_unfinished, may_enter, sort_binned, sort_file, tags_of


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


@pytest.mark.parametrize(
    "parts",
    [
        (".@__thumb", "default", "s800IMG_0412.JPG"),
        ("Year 3", "@__thumb", "IMG_0412.JPG"),
        ("@eaDir", "IMG_0412.JPG", "SYNOPHOTO_THUMB_XL.jpg"),
        (".wdmc", "IMG_0412.JPG"),
        ("SYNOFILE_THUMB_M.jpg",),
        ("@Recycle", "IMG_0412.JPG"),
        (".recycle", "smith", "IMG_0412.JPG"),
        ("RECYCLER", "S-1-5-21", "Dc1.jpg"),
        ("Recently Deleted", "IMG_0412.HEIC"),
        ("IMG_1.jpg:Zone.Identifier",),
        ("film.mov:Zone.Identifier:$DATA",),
        ("IMG_1.jpg\uf03aZone.Identifier",),
        ("IMG_1.jpg\uf022com.apple.lastuseddate",),
    ],
)
def test_what_a_nas_or_windows_makes_is_no_photo(parts: tuple[str, ...]) -> None:
    assert sort_file(parts).sort is Sort.IGNORED


@pytest.mark.parametrize(
    ("parts", "sort"),
    [
        ((".trashed-1790000001-IMG_0002.jpg",), Sort.PHOTO),
        ((".pending-1690000000-IMG_0003.HEIC",), Sort.PHOTO),
        (("DCIM", "Camera", ".trashed-1790000001-VID_1.mp4"), Sort.NEEDS_PERSON),
        (("$RECYCLE.BIN", "S-1-5-21", "$R7A.jpg"), Sort.PHOTO),
        (("$RECYCLE.BIN", "S-1-5-21", "$I7A.jpg"), None),  # where it lay, and when it was deleted
        ((".Trash-1000", "files", "Year 3", "IMG_0004.NEF"), Sort.NEEDS_PERSON),
        ((".Trash-1000", "info", "IMG_0004.jpg.trashinfo"), None),
        ((".Trashes", "501", "IMG_0005.jpg"), Sort.PHOTO),
        ((".Trashes", "501", "._IMG_0005.jpg"), None),
        (("#recycle", "@eaDir", "IMG_0005.jpg"), None),
        (("#recycle", "notes.docx"), None),
        (("@Recycle", "IMG_0412.JPG"), Sort.PHOTO),
        ((".stversions", "IMG_0412~20260907-120000.JPG"), Sort.PHOTO),
        (("Recently Deleted", "IMG_0412.HEIC"), Sort.PHOTO),
        (("Recycling week", "IMG_0412.JPG"), None),
        (("IMG_0412.JPG",), None),
    ],
)
def test_what_lies_in_a_bin_is_told_from_debris(parts: tuple[str, ...], sort: Sort | None) -> None:
    found = sort_binned(parts)
    assert (None if found is None else found.sort) == sort


@pytest.mark.parametrize(
    ("until", "age_s", "is_it"),
    [
        (-1, 0, False),  # its day is over
        (1000, 0, True),
        (1000, -60, True),  # by a clock that goes a minute ahead
        (1000, PENDING_S + 1, False),
        (1000, -PENDING_S - 1, False),
    ],
)
def test_a_pending_file_is_being_written_for_an_hour_at_most(until: int, age_s: float, is_it: bool) -> None:
    now_s = 1_790_000_000.0
    assert is_unfinished(f".pending-{int(now_s) + until}-a.jpg", now_s - age_s, now_s) is is_it
    assert not is_unfinished(f".trashed-{int(now_s) + until}-a.jpg", now_s - age_s, now_s)
