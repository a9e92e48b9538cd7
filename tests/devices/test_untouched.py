"""What is not approved is counted, reported and never opened; what is gone is taken off the list."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from redact.audit.kinds import Role
from redact.devices.register import retire
from redact.devices.untouched import UNREGISTERED, report_unapproved
from redact.store import photos as photo_rows
from redact.store.devices import read_devices
from redact.store.figures.standing import list_untouched
from redact.workspace.open import Workspace, open_workspace
from tests.rigs.killing import register
from tests.rigs.living import copy_workspace
from tests.rigs.saboteurs import bad_spot
from watcher.device import write_marker
from watcher.guard import Place

LATER = datetime(2100, 1, 1, tzinfo=UTC)
LONGEST_PATH = os.pathconf("/", "PC_PATH_MAX")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    copy_workspace(tmp_path / "workspace", ingest=[str(tmp_path / "drop")])
    for name in ("camera", "visitor"):
        (tmp_path / "drop" / name).mkdir(parents=True)
        (tmp_path / "drop" / name / "Ada Lovelace.jpg").write_bytes(b"not opened")
        os.mkfifo(tmp_path / "drop" / name / "pipe.jpg")
    opened = open_workspace(tmp_path / "workspace")
    register(opened, "camera", tmp_path / "drop/camera")
    return opened


def said(workspace: Workspace) -> dict[str, str]:
    with workspace.database.read() as connection:
        return {item.device: item.why for item in photo_rows.list_left(connection)}


def look(workspace: Workspace) -> None:
    with workspace.database.read() as connection:
        devices = read_devices(connection)
    report_unapproved(workspace, devices)


def retire_camera(workspace: Workspace) -> None:
    retire(workspace, "camera", Role.CEO, "It was sold.")


def test_a_folder_of_no_device_is_reported_and_an_approved_one_is_not(workspace: Workspace) -> None:
    look(workspace)
    assert said(workspace) == {
        UNREGISTERED: "1 photo lies there and is left untouched: the folder is no registered device's."
    }


def test_an_expired_device_is_reported_until_it_is_emptied(workspace: Workspace, tmp_path: Path) -> None:
    late = replace(workspace, now=lambda: LATER)
    look(late)
    assert "the device is expired" in said(late)["camera"]
    (tmp_path / "drop/camera/Ada Lovelace.jpg").unlink()
    look(replace(workspace, now=lambda: LATER.replace(year=2101)))
    assert "camera" not in said(late)


def test_an_expired_device_is_reported_as_long_as_a_folder_on_it_cannot_be_read(
    workspace: Workspace, tmp_path: Path
) -> None:
    late, camera = replace(workspace, now=lambda: LATER), tmp_path / "drop/camera"
    look(late)
    (camera / "DCIM").mkdir()
    (camera / "Ada Lovelace.jpg").rename(camera / "DCIM/Ada Lovelace.jpg")
    with bad_spot("DCIM", errno.EACCES):
        look(late)
        assert "the device is expired" in said(late)["camera"]


def test_a_report_on_a_whole_device_is_counted_by_its_files(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("raw.cr2", "film.mov"):
        (tmp_path / "drop/camera" / name).write_bytes(b"x")
    look(replace(workspace, now=lambda: LATER))
    with workspace.database.read() as connection:
        files = {device: files for _, device, _, files in list_untouched(connection)}
    assert files == {"camera": 3, UNREGISTERED: 1}


def test_what_a_person_took_away_is_taken_off_the_list_and_what_cannot_be_seen_stays(
    workspace: Workspace, tmp_path: Path
) -> None:
    film = tmp_path / "drop/camera/film.mov"
    film.write_bytes(b"x")
    with workspace.database.write() as connection:
        place = Place("camera", ("film.mov",))
        photo_rows.note_left(
            connection, workspace.keys.tags, place, "It needs a person: video.", "2026-09-01T00:00:00.000Z"
        )
    look(workspace)
    assert "camera" in said(workspace)
    film.unlink()
    (tmp_path / "drop/camera").rename(tmp_path / "away")
    look(workspace)
    assert "camera" in said(workspace)
    (tmp_path / "away").rename(tmp_path / "drop/camera")
    look(workspace)
    assert "camera" not in said(workspace)


def test_a_retired_device_is_reported_until_it_is_emptied_though_its_marker_is_gone(
    workspace: Workspace, tmp_path: Path
) -> None:
    retire_camera(workspace)
    for name in ("raw.cr2", "film.mov", "Thumbs.db"):
        (tmp_path / "drop/camera" / name).write_bytes(b"not opened")
    look(workspace)
    assert (
        said(workspace)["camera"]
        == "1 photo and 2 other files lie there and are left untouched: the device is retired."
    )
    assert not (tmp_path / "drop/camera/.redact-device").exists()
    (tmp_path / "drop/camera").rename(tmp_path / "away")
    look(workspace)
    assert "camera" in said(workspace)  # not seen is not gone
    (tmp_path / "away").rename(tmp_path / "drop/camera")
    for name in ("raw.cr2", "film.mov", "Ada Lovelace.jpg"):
        (tmp_path / "drop/camera" / name).unlink()
    look(workspace)
    assert "camera" not in said(workspace)


def test_an_expired_device_that_is_away_stays_on_the_list(workspace: Workspace, tmp_path: Path) -> None:
    late = replace(workspace, now=lambda: LATER)
    look(late)
    (tmp_path / "drop/camera").rename(tmp_path / "away")
    look(replace(workspace, now=lambda: LATER.replace(year=2101)))
    assert "camera" in said(workspace)


def test_a_device_that_is_approved_again_leaves_the_list(workspace: Workspace) -> None:
    look(replace(workspace, now=lambda: LATER))
    assert "camera" in said(workspace)
    look(workspace)
    assert "camera" not in said(workspace)


def test_a_folder_that_is_another_devices_by_now_is_told_of_that_one(workspace: Workspace, tmp_path: Path) -> None:
    retire_camera(workspace)
    look(workspace)
    assert "camera" in said(workspace)
    register(workspace, "camera-2", tmp_path / "drop/camera")
    look(workspace)
    assert "camera" not in said(workspace)


def test_the_marker_of_another_workspace_is_respected(workspace: Workspace, tmp_path: Path) -> None:
    retire_camera(workspace)
    look(workspace)
    write_marker(tmp_path / "drop/camera", "theirs")
    (tmp_path / "drop/camera/another.jpg").write_bytes(b"not opened")
    look(workspace)
    assert said(workspace)["camera"].startswith("1 photo lies")  # as it was when somebody could look


def test_a_film_on_a_retired_device_leaves_the_list_when_it_is_gone(workspace: Workspace, tmp_path: Path) -> None:
    film = tmp_path / "drop/camera/film.mov"
    film.write_bytes(b"x")
    (tmp_path / "drop/camera/Ada Lovelace.jpg").unlink()
    with workspace.database.write() as connection:
        place = Place("camera", ("film.mov",))
        photo_rows.note_left(
            connection, workspace.keys.tags, place, "It needs a person: video.", "2026-09-01T00:00:00.000Z"
        )
    retire_camera(workspace)
    look(workspace)
    assert said(workspace)["camera"] == "It needs a person: video."  # told once, not counted as well
    film.unlink()
    look(workspace)
    assert "camera" not in said(workspace)


def test_a_folder_of_no_device_leaves_the_list_when_it_is_emptied_or_registered(
    workspace: Workspace, tmp_path: Path
) -> None:
    look(workspace)
    assert UNREGISTERED in said(workspace)
    (tmp_path / "drop").rename(tmp_path / "away")
    look(workspace)
    assert UNREGISTERED in said(workspace)  # the folder of `ingest` could not be looked into
    (tmp_path / "away").rename(tmp_path / "drop")
    register(workspace, "visitor", tmp_path / "drop/visitor")
    look(workspace)
    assert said(workspace) == {}


def test_a_folder_that_the_system_refuses_to_look_at_does_not_end_the_look(
    workspace: Workspace, tmp_path: Path
) -> None:
    """A path that is too long stands for a stale handle of a share: both are faults that `Path.is_dir` lets through."""
    deep, here = tmp_path / "drop", os.open(tmp_path / "drop", os.O_RDONLY)
    while len(str(deep)) < LONGEST_PATH - 250:
        os.mkdir("d" * 200, dir_fd=here)
        above, here = here, os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(above)
        deep /= "d" * 200
    os.mkdir("f" * 250, dir_fd=here)
    os.close(here)
    assert deep.is_dir() and len(str(deep / ("f" * 250))) > LONGEST_PATH
    settings = replace(workspace.settings, ingest=(deep, tmp_path / "drop"))
    look(replace(workspace, settings=settings))
    assert UNREGISTERED in said(workspace)


def test_what_comes_back_is_on_the_list_from_then_on(workspace: Workspace, tmp_path: Path) -> None:
    place, key = Place("camera", ("film.mov",)), workspace.keys.tags
    with workspace.database.write() as connection:
        photo_rows.note_left(connection, key, place, "It needs a person: video.", "2026-09-01T00:00:00.000Z")
        photo_rows.note_left(connection, key, place, "It needs a person: video.", "2026-09-02T00:00:00.000Z")
        photo_rows.resolve_left(connection, photo_rows.list_left(connection), "2026-09-03T00:00:00.000Z")
        photo_rows.note_left(connection, key, place, "It needs a person: video.", "2026-10-01T00:00:00.000Z")
        photo_rows.note_left(connection, key, place, "It needs a person: video.", "2026-10-02T00:00:00.000Z")
        assert [item.first_seen_at[:10] for item in photo_rows.list_left(connection)] == ["2026-10-01"]


def test_a_file_of_any_name_is_no_report_on_the_whole_device(workspace: Workspace, tmp_path: Path) -> None:
    """Those had stood at the made-up place "-", and such a file left the list with them."""
    register(workspace, "visitor", tmp_path / "drop/visitor")
    (tmp_path / "drop/visitor/-").symlink_to("/etc/passwd")
    with workspace.database.write() as connection:
        place = Place("visitor", ("-",))
        photo_rows.note_left(
            connection, workspace.keys.tags, place, "It was left untouched: it is a link.", "2026-09-01T00:00:00.000Z"
        )
    look(workspace)
    assert said(workspace)["visitor"] == "It was left untouched: it is a link."
