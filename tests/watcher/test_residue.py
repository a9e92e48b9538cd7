"""What is left of a photo is found: by content, by name, in trash and caches; and what was not seen is said."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rigs.device_folders import SabotagedDevice, arrive, make_device, place_of
from watcher.device import CardDevice, Device, DeviceKind, FolderDevice
from watcher.erasing import residue as looking
from watcher.erasing.content import Content, read_content
from watcher.erasing.erase import Erased, erase_photo, neutral_name
from watcher.erasing.residue import Residue, ResidueKind, find_contents, find_residue, is_sibling, take_inventory
from watcher.fs.folders import Folder
from watcher.guard import Place
from watcher.quarantine import Arrival

PHOTO = b"the photo" * 100


def put(path: Path, content: bytes = PHOTO) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def device(tmp_path: Path) -> FolderDevice:
    device = make_device(tmp_path / "drop", further=(tmp_path / "copies",))
    put(tmp_path / "drop" / "Year 3" / "IMG_0412.JPG")
    return device


@pytest.fixture
def arrival(tmp_path: Path, device: FolderDevice) -> Arrival:
    arrival = arrive(device, tmp_path / "q", "Year 3", "IMG_0412.JPG")
    erase_photo(device, arrival)
    return arrival


def found(device: FolderDevice, arrival: Arrival) -> dict[tuple[int, tuple[str, ...]], ResidueKind]:
    return {
        (residue.place.folder, residue.place.parts): residue.kind
        for residue in find_residue(take_inventory(device), arrival)
        if residue.place is not None
    }


def test_nothing_is_left(device: FolderDevice, arrival: Arrival, tmp_path: Path) -> None:
    put(tmp_path / "drop" / "other.jpg", b"x" * len(PHOTO))
    assert find_residue(take_inventory(device), arrival) == ()


def test_the_same_bytes_are_found_wherever_they_lie(device: FolderDevice, arrival: Arrival, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    put(drop / "renamed.bin")
    put(drop / ".stversions" / "IMG_0412~1.JPG")
    put(tmp_path / "copies" / "x" / "y.jpg")
    put(drop / ".Trash-1000" / "files" / "IMG_0412.2.JPG")
    put(drop / "$RECYCLE.BIN" / "S-1-5-21" / "$RA1B2C3.JPG")
    put(drop / "Year 3" / ".trashed-1716112233-IMG_0412.JPG")
    put(drop / neutral_name(arrival))
    assert found(device, arrival) == {
        (0, ("renamed.bin",)): ResidueKind.SAME_CONTENT,
        (0, (".stversions", "IMG_0412~1.JPG")): ResidueKind.TRASH,
        (1, ("x", "y.jpg")): ResidueKind.SAME_CONTENT,
        (0, (".Trash-1000", "files", "IMG_0412.2.JPG")): ResidueKind.TRASH,
        (0, ("$RECYCLE.BIN", "S-1-5-21", "$RA1B2C3.JPG")): ResidueKind.TRASH,
        (0, ("Year 3", ".trashed-1716112233-IMG_0412.JPG")): ResidueKind.TRASH,
        (0, (neutral_name(arrival),)): ResidueKind.HALF_ERASED,
    }


def test_a_copy_in_a_further_folder_can_be_erased_as_another_sighting(
    device: FolderDevice, arrival: Arrival, tmp_path: Path
) -> None:
    put(tmp_path / "copies" / "y.jpg")
    (residue,) = find_residue(take_inventory(device), arrival)
    assert residue.place is not None
    erase_photo(device, replace(arrival, place=residue.place))
    assert find_residue(take_inventory(device), arrival) == ()


def test_siblings_and_trash_by_name(device: FolderDevice, arrival: Arrival, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    put(drop / "Year 3" / "IMG_0412.CR3", b"raw")
    put(drop / "Year 3" / "IMG_0412-EDIT.jpg", b"edit")
    put(drop / "Year 3" / ".trashed-99-IMG_0412.MOV", b"film")
    put(drop / "Year 3" / "IMG_0413.JPG", b"next")
    put(drop / "Year 4" / "IMG_0412.MOV", b"another photo's, the name was reused")
    put(drop / ".Trashes" / "501" / "img_0412.jpg", b"edited before it was thrown away")
    assert found(device, arrival) == {
        (0, ("Year 3", "IMG_0412.CR3")): ResidueKind.SIBLING,
        (0, ("Year 3", "IMG_0412-EDIT.jpg")): ResidueKind.SIBLING,
        (0, ("Year 3", ".trashed-99-IMG_0412.MOV")): ResidueKind.TRASH,
        (0, (".Trashes", "501", "img_0412.jpg")): ResidueKind.TRASH,
    }


@pytest.mark.parametrize(
    "other",
    [
        "IMG_0412.CR3",
        "IMG_0412.AAE",
        "IMG_0412.MOV",
        "IMG_0412.THM",
        "IMG_0412.HEIC",
        "img_0412.mov",
        "IMG_0412.JPG.xmp",
        "IMG_0412.JPG.json",
        "IMG_0412-EDIT.jpg",
        "IMG_0412-edited.jpg",
        "IMG_0412 (1).JPG",
        "IMG_0412~2.JPG",
        "IMG_0412 - Copy.JPG",
        "IMG_0412(0).jpg",
        "IMG_E0412.JPG",
        "IMG_0412-EFFECTS.jpg",
        "IMG_0412_COVER.jpg",
        "IMG_0412-edited(1).jpg",
    ],
)
def test_siblings(other: str) -> None:
    assert is_sibling("IMG_0412.JPG", other)


@pytest.mark.parametrize(
    "other",
    [
        "IMG_0412.JPG",
        "img_0412.jpg",
        "IMG_0413.JPG",
        "IMG_04120.JPG",
        "IMG_0412.docx",
        "IMG_0412_smile and wave.jpg",
        "XIMG_0412.CR3",
        "IMG_E0413.JPG",
        "IMG.MOV",
        ".JPG",
        "IMG_0412-EDIT.txt",
    ],
)
def test_not_siblings(other: str) -> None:
    assert not is_sibling("IMG_0412.JPG", other)


def test_an_edit_s_original_is_a_sibling_too() -> None:
    assert is_sibling("IMG_E0412.JPG", "IMG_0412.JPG")
    assert is_sibling("caf\u00e9.jpg", "cafe\u0301.mov")


def test_thumbnails_and_their_caches_are_of_the_device_and_of_no_one_photo(
    device: FolderDevice, arrival: Arrival, tmp_path: Path
) -> None:
    drop = tmp_path / "drop"
    put(drop / ".thumbnails" / "1234.jpg", b"small")
    put(drop / "Year 3" / "@eaDir" / "IMG_0412.JPG" / "SYNOFILE_THUMB_M.jpg", b"small")
    put(drop / "Year 3" / "Thumbs.db", b"opaque")
    inventory = take_inventory(device)
    assert [left.kind for left in inventory.beside] == [ResidueKind.CACHE] * 3
    assert find_residue(inventory, arrival) == ()
    assert inventory.is_read and not inventory.is_blind  # all of them are files that were seen


def test_this_machine_s_thumbnail_is_found_only_where_it_may_be_looked_for(
    device: FolderDevice, arrival: Arrival, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    address = "file://" + str(tmp_path) + "/drop/Year%203/IMG_0412.JPG"
    put(tmp_path / "cache" / "thumbnails" / "large" / (hashlib.md5(address.encode()).hexdigest() + ".png"), b"small")
    assert find_residue(take_inventory(device), arrival) == ()
    trusted = FolderDevice(replace(device.record, may_search_volume=True))
    assert [residue.kind for residue in find_residue(take_inventory(trusted), arrival)] == [ResidueKind.THUMBNAIL]


def test_the_trash_of_a_card_s_volume_is_searched_and_nothing_else_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = tmp_path / "card"
    record = make_device(card / "DCIM").record
    put(card / "DCIM" / "a.jpg")
    device = CardDevice(replace(record, kind=DeviceKind.CARD, mount=card))
    monkeypatch.setattr("watcher.fs.system.is_mount", lambda path: path == card)
    arrival = arrive(device, tmp_path / "q", "a.jpg")
    erase_photo(device, arrival)
    put(card / ".Trash-1000" / "files" / "b.jpg")
    put(card / "private" / "a.jpg")
    assert find_residue(take_inventory(device), arrival) == ()
    trusted = CardDevice(replace(device.record, may_search_volume=True))
    (residue,) = find_residue(take_inventory(trusted), arrival)
    assert residue == Residue(ResidueKind.TRASH, place_of(".Trash-1000", "files", "b.jpg", folder=-1))


@pytest.fixture
def shared(tmp_path: Path, device: FolderDevice, monkeypatch: pytest.MonkeyPatch) -> FolderDevice:
    """A trust's drop folder on a volume with others' folders, on a machine whose account has a trash."""
    monkeypatch.setattr("watcher.fs.system.is_mount", lambda path: path == tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return FolderDevice(replace(device.record, may_search_volume=True))


@pytest.mark.parametrize("trash", [".Trash-1000/files", "home/Trash/files", "home/.Trash"])
def test_the_trash_of_a_drop_folder_s_volume_and_of_this_account_is_searched(
    shared: FolderDevice, device: FolderDevice, arrival: Arrival, tmp_path: Path, trash: str
) -> None:
    put(tmp_path / trash / "b.jpg")
    put(tmp_path / trash / "IMG_0412.JPG", b"another's photo of the same name")
    put(tmp_path / "private" / "a.jpg")
    (tmp_path / trash / "link").symlink_to("/etc")
    inventory = take_inventory(shared)
    (residue,) = find_residue(inventory, arrival)
    assert residue.kind is ResidueKind.TRASH and residue.place is not None and residue.place.name == "b.jpg"
    assert inventory.is_read and residue.stat is not None
    assert isinstance(erase_photo(shared, replace(arrival, place=residue.place)), Erased)
    assert not (tmp_path / trash / "b.jpg").exists() and find_residue(take_inventory(shared), arrival) == ()
    put(tmp_path / trash / "b.jpg")
    assert find_residue(take_inventory(device), arrival) == ()  # of a personal device nobody looks there


@pytest.mark.parametrize("closed", ["the volume's trash", "the account's trash", "another volume's"])
def test_a_trash_that_cannot_be_searched_is_said_and_hides_nothing_else(
    shared: FolderDevice, arrival: Arrival, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    if closed == "the volume's trash":
        (tmp_path / ".Trash-1000").joinpath(*["deep"] * 40).mkdir(parents=True)
    elif closed == "the account's trash":
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "Trash").symlink_to("elsewhere")
    else:
        monkeypatch.setattr(looking, "volume_of", lambda folder: folder.parent / f"volume of {folder.name}")
    inventory = take_inventory(shared)
    assert not inventory.is_read and not inventory.is_blind
    assert {left.kind for left in inventory.beside} == {ResidueKind.CLOSED}
    assert find_residue(inventory, arrival) == ()


def test_no_name_beside_the_trash_is_looked_at(shared: FolderDevice, arrival: Arrival, tmp_path: Path) -> None:
    """A share that hangs may be mounted there."""
    put(tmp_path / ".Trash-1000" / "b.jpg")
    put(tmp_path / "hangs" / "c.jpg")
    looks: list[str] = []
    take_inventory(SabotagedDevice(shared.record, lambda what, name: looks.append(name)))
    assert "hangs" not in looks


def test_what_cannot_be_looked_at_is_reported_and_is_of_the_device(
    device: FolderDevice, arrival: Arrival, tmp_path: Path
) -> None:
    (tmp_path / "drop" / "link").symlink_to("/etc")
    os.mkfifo(tmp_path / "drop" / "pipe")
    (tmp_path / "drop").joinpath(*["deep"] * 40).mkdir(parents=True)
    inventory = take_inventory(device)
    assert find_residue(inventory, arrival) == ()
    kinds = sorted((left.kind.name, bool(left.why)) for left in inventory.beside)
    assert kinds == [("CLOSED", True), ("SPECIAL", True), ("SPECIAL", True)]
    assert not inventory.is_read and not inventory.is_blind
    (tmp_path / "copies").rename(tmp_path / "away")
    assert take_inventory(device).is_blind


@pytest.mark.parametrize("hides", ["the file", "its neutral name", "its folder"])
def test_what_hides_the_photo_s_own_place_is_of_the_photo(
    device: FolderDevice, arrival: Arrival, tmp_path: Path, hides: str
) -> None:
    folder = tmp_path / "drop" / "Year 3"
    if hides == "its folder":
        folder.rename(tmp_path / "Year 3")
        folder.symlink_to(tmp_path / "Year 3")
    else:
        (folder / (neutral_name(arrival) if hides == "its neutral name" else "IMG_0412.JPG")).symlink_to("nowhere")
    (residue,) = find_residue(take_inventory(device), arrival)
    assert residue == Residue(ResidueKind.UNREADABLE, arrival.place)


def test_an_unmounted_device_is_unread_not_clean(device: FolderDevice, arrival: Arrival, tmp_path: Path) -> None:
    (tmp_path / "drop").rename(tmp_path / "away")
    inventory = take_inventory(device)
    assert inventory.is_blind and not inventory.is_read


def test_a_file_of_that_size_that_cannot_be_read_is_said(
    device: FolderDevice, arrival: Arrival, tmp_path: Path
) -> None:
    put(tmp_path / "drop" / "same.jpg")
    inventory = take_inventory(device)

    def act(what: str, name: str) -> None:
        if (what, name) == ("open", "same.jpg"):
            raise PermissionError(13, "Permission denied")

    (residue,) = find_residue(replace(inventory, device=SabotagedDevice(device.record, act)), arrival)
    assert residue.kind is ResidueKind.UNREADABLE
    (tmp_path / "drop" / "same.jpg").unlink()
    assert find_residue(inventory, arrival) == ()


def test_photos_whose_places_are_forgotten_are_found_by_content_and_each_file_is_read_once(
    device: FolderDevice, arrival: Arrival, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = PHOTO[::-1]
    put(tmp_path / "drop" / "x" / "renamed.bin")
    put(tmp_path / "drop" / ".Trash-1000" / "files" / "b.jpg", other)
    put(tmp_path / "drop" / "of the same size.jpg", b"x" * len(PHOTO))
    put(tmp_path / "drop" / "IMG_0412.CR2", b"a sibling, known by its name only")
    read: list[str] = []
    hash_at = read_content

    def counted(device: Device, place: Place) -> Content:
        read.append(place.name)
        return hash_at(device, place)

    monkeypatch.setattr(looking, "read_content", counted)
    hashes = [hashlib.sha256(content).hexdigest() for content in (PHOTO, other, b"unknown")]
    sizes = dict.fromkeys(hashes[:2], len(PHOTO)) | {hashes[2]: 3}
    seen = find_contents(take_inventory(device), sizes)
    assert [[(left.kind, left.place and left.place.name) for left in seen[sha256]] for sha256 in hashes] == [
        [(ResidueKind.SAME_CONTENT, "renamed.bin")], [(ResidueKind.TRASH, "b.jpg")], [],
    ]  # fmt: skip
    assert sorted(read) == ["b.jpg", "of the same size.jpg", "renamed.bin"]


def test_an_unreadable_file_may_be_any_photo_of_its_size(device: FolderDevice, tmp_path: Path) -> None:
    put(tmp_path / "drop" / "a.bin")
    (tmp_path / "drop" / "a.bin").chmod(0)
    inventory = take_inventory(device)
    (tmp_path / "drop" / "a.bin").unlink()
    (tmp_path / "drop" / "a.bin").symlink_to("nowhere")  # cannot be opened, by root either
    sizes = {"0" * 64: len(PHOTO), "1" * 64: len(PHOTO), "2" * 64: 1}
    seen = find_contents(inventory, sizes)
    assert [[left.kind for left in seen[sha256]] for sha256 in sizes] == [
        [ResidueKind.UNREADABLE], [ResidueKind.UNREADABLE], [],
    ]  # fmt: skip


def test_only_files_of_that_size_are_read(
    device: FolderDevice, arrival: Arrival, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        put(tmp_path / "drop" / f"{number}.jpg", bytes(number))
    monkeypatch.setattr(looking, "read_content", lambda *_: pytest.fail("read a file of another size"))
    assert find_residue(take_inventory(device), arrival) == ()


def test_a_device_that_fails_in_the_walk_is_unread(device: FolderDevice, arrival: Arrival) -> None:
    class Failing(FolderDevice):
        def open(self, folder: int = 0) -> Folder:
            opened = super().open(folder)

            def names() -> list[str]:
                raise OSError(5, "Input/output error")

            object.__setattr__(opened, "names", names)
            return opened

    inventory = take_inventory(Failing(device.record))
    assert [left.why for left in inventory.beside] == ["input/output error"] * 2 and inventory.is_blind
