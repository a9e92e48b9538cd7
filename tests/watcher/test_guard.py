"""Only regular files inside the device's folder are reached, by no name and no link to anywhere else."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rigs.device_folders import DEVICE_ID, Saboteur, place_of
from watcher.errors import FoldersOverlap, SourceFault, SourceGone, Unsafe
from watcher.fs.folders import Folder, PathFolder, open_top
from watcher.guard import (
    IRREGULAR,
    LINK,
    MAX_DEPTH,
    OTHER_VOLUME,
    OURS,
    TOO_DEEP,
    UNREADABLE,
    Entry,
    Place,
    Refusal,
    check_apart,
    open_file,
    open_parent,
    walk,
)
from watcher.sort import OUR_MARKERS


def read(root: Path, place: Place) -> bytes:
    with open_top(root) as top, open_parent(top, place) as parent:
        handle = open_file(parent, place)
        with os.fdopen(handle, "rb") as file:
            return file.read()


def everything(_: tuple[str, ...]) -> bool:
    return True


def walked(root: Path) -> tuple[set[tuple[str, ...]], dict[tuple[str, ...], str]]:
    with open_top(root) as top:
        items = list(walk(top, DEVICE_ID, everything))
    return (
        {item.place.parts for item in items if isinstance(item, Entry)},
        {item.place.parts: item.why for item in items if isinstance(item, Refusal)},
    )


@pytest.mark.parametrize("marker", OUR_MARKERS)
@pytest.mark.parametrize("depth", [1, 2])
def test_a_folder_with_a_marker_of_ours_is_never_entered(tmp_path: Path, marker: str, depth: int) -> None:
    """Trust storage seen a second time, by a bind mount, is on the same volume and has nothing else to tell it."""
    below = tmp_path.joinpath(*["a"] * depth)
    below.mkdir(parents=True)
    (below / "copy.jpg").write_bytes(b"x")
    (below / marker).symlink_to("nowhere")  # whatever it is
    (tmp_path / "b.jpg").write_bytes(b"y")
    assert walked(tmp_path) == ({("b.jpg",)}, {("a",) * depth: OURS})
    with pytest.raises(Unsafe, match="carries a marker"):
        read(tmp_path, place_of(*["a"] * depth, "copy.jpg"))


def test_a_file_is_reached_through_its_folders(tmp_path: Path) -> None:
    (tmp_path / "Year 3" / "a").mkdir(parents=True)
    (tmp_path / "Year 3" / "a" / "b.jpg").write_bytes(b"x")
    assert read(tmp_path, place_of("Year 3", "a", "b.jpg")) == b"x"


@pytest.mark.parametrize(
    "parts",
    [
        (),
        ("",),
        (".",),
        ("..",),
        ("..", "b"),
        ("a", "..", "b"),
        ("/etc", "passwd"),
        ("a/b",),
        ("a\0b",),
        ("x" * 5000,),
        ("d",) * (MAX_DEPTH + 2),
    ],
)
def test_a_name_that_leads_elsewhere_is_no_place(parts: tuple[str, ...]) -> None:
    with pytest.raises(Unsafe):
        Place(DEVICE_ID, parts)


@pytest.mark.parametrize(
    "name",
    [
        "new\nline.jpg",
        "bell\a\x1b[31m.jpg",
        "bad\udcff\udcfe.jpg",
        "x" * 251 + ".jpg",
        "-rf",
        "~",
        "\u202egpj.exe",
        " ",
        "a\\b.jpg",
        "c:d.jpg",
        "con.jpg",
    ],
)
def test_odd_names_are_reached_and_never_printed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"odd")
    place = place_of(name)
    assert read(tmp_path, place) == b"odd"
    assert name not in repr(place) or name in {" ", "-rf", "~"}
    assert walked(tmp_path)[0] == {(name,)}


def test_names_that_differ_only_in_case_or_unicode_form_are_two_files(tmp_path: Path) -> None:
    names = ("caf\u00e9.jpg", "cafe\u0301.jpg", "CAF\u00c9.jpg", "A.jpg", "a.jpg")
    for name in names:
        (tmp_path / name).write_text(ascii(name))
    assert {read(tmp_path, place_of(name)) for name in names} == {ascii(name).encode() for name in names}


def test_no_link_is_followed_at_any_depth(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    (outside / "in").mkdir(parents=True)
    (outside / "in" / "secret.jpg").write_bytes(b"secret")
    (root / "sub").mkdir(parents=True)
    (root / "file.jpg").symlink_to(outside / "in" / "secret.jpg")
    (root / "folder").symlink_to(outside)
    (root / "sub" / "deep").symlink_to(outside / "in")
    (root / "sub" / "loop").symlink_to(root)
    (root / "nowhere.jpg").symlink_to("missing")
    for parts in (
        ("file.jpg",),
        ("folder", "in", "secret.jpg"),
        ("sub", "deep", "secret.jpg"),
        ("sub", "loop", "file.jpg"),
        ("nowhere.jpg",),
    ):
        with pytest.raises(Unsafe, match="link"):
            read(root, place_of(*parts))
    files, refused = walked(root)
    assert files == set()
    assert set(refused.values()) == {LINK} and len(refused) == 5


def test_pipes_sockets_and_device_nodes_are_neither_opened_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as server, contextlib.chdir(tmp_path):
        server.bind("socket.jpg")
    expected = {"pipe.jpg", "socket.jpg"}
    with contextlib.suppress(PermissionError):
        os.mknod(tmp_path / "zero.jpg", 0o20600, os.makedev(1, 5))
        expected.add("zero.jpg")
    for name in expected:
        with pytest.raises(Unsafe, match="regular"):
            read(tmp_path, place_of(name))
    assert walked(tmp_path) == (set(), dict.fromkeys(((name,) for name in expected), IRREGULAR))


def test_a_folder_where_a_file_was_and_a_file_where_a_folder_was(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").mkdir()
    (tmp_path / "b").write_bytes(b"")
    with pytest.raises(Unsafe):
        read(tmp_path, place_of("a.jpg"))
    with pytest.raises(Unsafe):
        read(tmp_path, place_of("b", "c.jpg"))


def test_what_is_missing_is_gone_not_unsafe(tmp_path: Path) -> None:
    for parts in (("a.jpg",), ("a", "b.jpg")):
        with pytest.raises(SourceGone):
            read(tmp_path, place_of(*parts))


def test_errors_carry_no_name(tmp_path: Path) -> None:
    (tmp_path / "Amelia Roberts.jpg").symlink_to("/etc/passwd")
    for name in ("Amelia Roberts.jpg", "Amelia Roberts missing.jpg"):
        with pytest.raises((Unsafe, SourceGone)) as caught:
            read(tmp_path, place_of(name))
        assert "Amelia" not in str(caught.value) and DEVICE_ID in str(caught.value)


def test_an_unreadable_folder_is_refused_and_the_rest_is_walked(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open.jpg").write_bytes(b"")

    class Closed(PathFolder):
        def folder(self, name: str) -> Folder:
            raise PermissionError(13, "Permission denied", name)

    assert [item.why for item in walk(Closed(tmp_path), DEVICE_ID, everything) if isinstance(item, Refusal)] == [
        UNREADABLE
    ]
    assert walked(tmp_path)[0] == {("open.jpg",)}


def test_a_device_that_fails_in_the_middle_is_a_fault_not_an_empty_folder(tmp_path: Path) -> None:
    class Failing(PathFolder):
        def names(self) -> list[str]:
            raise OSError(5, "Input/output error")

    with pytest.raises(SourceFault, match="input/output"):
        list(walk(Failing(tmp_path), DEVICE_ID, everything))


def walked_with_faults(root: Path, act: Callable[[str, str], None]) -> tuple[set[tuple[str, ...]], list[Refusal]]:
    """Return the places of the files of a walk on which `act` may fail, and what is refused as unread."""
    with Saboteur(open_top(root), act, lambda _, __: None) as top:
        items = list(walk(top, DEVICE_ID, everything))
    refused = [item for item in items if isinstance(item, Refusal)]
    assert all(item.is_unread and not item.is_special for item in refused)
    return {item.place.parts for item in items if isinstance(item, Entry)}, refused


@pytest.mark.parametrize("call", ["folder", "look"])
def test_a_bad_spot_is_refused_by_its_place_and_the_rest_is_walked(tmp_path: Path, call: str) -> None:
    for path in ("DCIM/bad/a.jpg", "DCIM/b.jpg", "good/c.jpg", "d.jpg"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"x")

    def act(what: str, name: str) -> None:
        if (what, name) == (call, "bad"):
            raise OSError(5, "Input/output error")

    files, (refusal,) = walked_with_faults(tmp_path, act)
    assert files == {("DCIM", "b.jpg"), ("good", "c.jpg"), ("d.jpg",)}
    assert refusal.place.parts == ("DCIM", "bad") and refusal.why == "it cannot be read (input/output error)"


def test_where_nothing_in_a_folder_can_be_looked_at_it_is_the_folder_that_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    for path in ("bad/a.jpg", "bad/b.jpg", "c.jpg"):
        (tmp_path / path).write_bytes(b"x")

    def act(what: str, name: str) -> None:
        if (what, name) in {("look", "a.jpg"), ("look", "b.jpg")}:
            raise OSError(117, "Structure needs cleaning")

    files, (refusal,) = walked_with_faults(tmp_path, act)
    assert (files, refusal.place.parts) == ({("c.jpg",)}, ("bad",))


@pytest.mark.parametrize("number", [errno.EIO, errno.EMFILE])
def test_a_fault_of_the_whole_device_or_of_this_machine_is_none_of_one_folder(tmp_path: Path, number: int) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "a.jpg").write_bytes(b"x")
    failed: list[str] = []

    def act(what: str, name: str) -> None:
        if (what, name) == ("folder", "bad") or (what == "names" and failed and number == errno.EIO):
            failed.append(name)
            raise OSError(number, "It failed")

    with pytest.raises(SourceFault, match="it failed"):
        walked_with_faults(tmp_path, act)


def test_another_volume_is_not_this_device(tmp_path: Path) -> None:
    class Elsewhere(PathFolder):
        def status(self) -> os.stat_result:
            return Path("/proc").stat()

    class Root(PathFolder):
        def folder(self, name: str) -> Folder:
            return Elsewhere(self._path / name)

        def again(self) -> Folder:
            return self

    (tmp_path / "mounted").mkdir()
    (tmp_path / "mounted" / "a.jpg").write_bytes(b"")
    assert [item.why for item in walk(Root(tmp_path), DEVICE_ID, everything) if isinstance(item, Refusal)] == [
        OTHER_VOLUME
    ]
    with pytest.raises(Unsafe, match="another volume"):
        open_parent(Root(tmp_path), place_of("mounted", "a.jpg"))


def test_a_tree_without_end_is_walked_to_a_depth(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(MAX_DEPTH + 3):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "a.jpg").write_bytes(b"")
    assert walked(tmp_path) == (set(), {("d",) * (MAX_DEPTH + 1): TOO_DEEP})


def test_folders_may_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "@eaDir").mkdir()
    (tmp_path / "@eaDir" / "a.jpg").write_bytes(b"")
    with open_top(tmp_path) as top:
        assert list(walk(top, DEVICE_ID, lambda parts: parts != ("@eaDir",))) == []


@pytest.mark.parametrize("relation", ["same", "inside", "around", "link", "link inside", "apart"])
def test_device_and_workspace_are_apart(tmp_path: Path, relation: str) -> None:
    workspace, device = tmp_path / "workspace", tmp_path / "drop"
    (workspace / "quarantine").mkdir(parents=True)
    device.mkdir()
    (tmp_path / "link").symlink_to(workspace)
    theirs, word = {
        "same": (workspace, "the same as"),
        "inside": (workspace / "quarantine", "inside"),
        "around": (tmp_path, "around"),
        "link": (tmp_path / "link", "the same as"),
        "link inside": (tmp_path / "link" / "not yet", "inside"),
        "apart": (device, ""),
    }[relation]
    if not word:
        check_apart([workspace], [theirs])
        return
    with pytest.raises(FoldersOverlap) as caught:
        check_apart([tmp_path / "drop", workspace], [theirs])
    assert caught.value.relation in {word, "around"}


def test_apart_is_by_identity_not_by_spelling(tmp_path: Path) -> None:
    (tmp_path / "workspace2").mkdir()
    (tmp_path / "workspace").mkdir()
    check_apart([tmp_path / "workspace"], [tmp_path / "workspace2"])
    with pytest.raises(FoldersOverlap):
        check_apart([tmp_path / "workspace"], [tmp_path / "workspace2" / ".." / "workspace"])


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with links in it, beside a secret."""
    base = tmp_path_factory.mktemp("trap")
    (base / "secret").mkdir()
    (base / "secret" / "a").write_bytes(b"secret")
    root = base / "root"
    (root / "b" / "a").mkdir(parents=True)
    (root / "a").write_bytes(b"mine")
    (root / "b" / "l").symlink_to(base / "secret")
    (root / "l").symlink_to(base)
    (root / "b" / "f").symlink_to(base / "secret" / "a")
    return root


PIECES = st.sampled_from(["a", "b", "l", "f", "..", ".", "", "/", "root", "secret", "../secret/a", "l/secret/a", "a\0"])


@given(st.lists(PIECES | st.text(max_size=3), max_size=6))
def test_no_relative_path_escapes(trap: Path, parts: list[str]) -> None:
    try:
        content = read(trap, place_of(*parts))
    except (Unsafe, SourceGone):
        return
    except UnicodeEncodeError:
        assert any("\ud800" <= sign <= "\udfff" for part in parts for sign in part)
        return
    assert content == b"mine"
