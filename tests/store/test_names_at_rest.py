"""What the database knows of names once nothing needs them: every column of every table is walked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from redact.devices.untouched import resolve_gone
from redact.photos import steps
from redact.pupils.classes import years_in
from redact.redaction.values import Status
from redact.store import photos as photo_rows
from redact.store.schema.tables import metadata
from tests.rigs.workspaces import Rig, photo_bytes, sha, work_at_once, work_that

PHOTO = photo_bytes()
NAME = re.compile("zebedee|quillfeather", re.IGNORECASE)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def named_in(rig: Rig) -> set[str]:
    """Return the columns in which the child's name stands."""
    with rig.workspace.database.read() as connection:
        return {
            f"{table.name}.{column.name}"
            for table in metadata.sorted_tables
            for column in table.columns
            for value in connection.execute(select(column)).scalars()
            if NAME.search(value.decode("latin-1") if isinstance(value, bytes) else str(value))
        }


def folder_of(rig: Rig) -> Path:
    folder = rig.add() / "Year 3" / "Zebedee Quillfeather"
    folder.mkdir(parents=True)
    return folder


def test_no_column_names_a_child_after_the_photo_is_cleared_and_the_list_is_empty(rig: Rig) -> None:
    folder = folder_of(rig)
    (folder / "zebedee 1.jpg").write_bytes(PHOTO)
    film = folder / "Quillfeather.mov"
    film.write_bytes(b"a film")
    rig.run()
    assert named_in(rig) == {"left_items.parts"}  # the film is listed for a person, by its name
    film.unlink()
    resolve_gone(rig.workspace, rig.approved())
    assert named_in(rig) == set()
    rig.check_done(PHOTO)


def test_what_is_listed_again_is_told_by_its_name_again(rig: Rig) -> None:
    film = folder_of(rig) / "Quillfeather.mov"
    for _ in range(2):
        film.write_bytes(b"a film")
        rig.run()
        with rig.workspace.database.read() as connection:
            assert [item.place and item.place.name for item in photo_rows.list_left(connection)] == [film.name]
        film.unlink()
        resolve_gone(rig.workspace, rig.approved())


@pytest.mark.parametrize("status", [Status.HELD, Status.REFUSED])
def test_of_a_photo_that_stopped_only_the_place_of_its_file_is_known(rig: Rig, status: Status) -> None:
    """It lies on the device still, and is found there by it."""
    rig.work = work_that(status, "A person must look at it.")
    (folder_of(rig) / "a.jpg").write_bytes(PHOTO)
    rig.run()
    assert named_in(rig) == {"device_files.parts"}
    assert rig.photos()[sha(PHOTO)].tags == ("Year 3",)


def test_a_file_of_a_photo_at_rest_brings_no_name(rig: Rig) -> None:
    """Seen again below a folder of a name: the photo is done with, and needs no tags."""
    folder = folder_of(rig)
    (rig.drop() / "a.jpg").write_bytes(PHOTO)
    rig.run()
    (folder / "again.jpg").write_bytes(PHOTO)
    rig.run()
    assert named_in(rig) == set()


def test_a_photo_that_is_taken_in_again_is_redacted_with_its_folders(rig: Rig) -> None:
    """They are forgotten while it is held, and said again by whoever takes it in."""
    seen: list[set[str]] = []

    def work(path: Path, tags: tuple[str, ...]) -> steps.Worked:
        seen.append({*tags})
        return work_at_once(path, tags)

    rig.work = work_that(Status.HELD, "A person must look at it.")
    (folder_of(rig) / "a.jpg").write_bytes(PHOTO)
    rig.run()
    rig.work = work
    steps.want_again(rig.workspace, sha(PHOTO), "A person asked for it again.")
    rig.mend()
    assert seen == [{"Year 3", "Zebedee Quillfeather"}] and named_in(rig) == set()


@pytest.mark.parametrize(
    ("tags", "years"),
    [
        (("Year 3", "3 Oak", "Y3"), ("Year 3",)),
        (("Reception", "Sports day"), ("Year r",)),
        (("Zebedee", "4 Zebedee", "10B2"), ("Year 4", "Year 10")),
        (("2026", "Oak", ""), ()),
    ],
)
def test_of_folders_only_the_years_are_kept(tags: tuple[str, ...], years: tuple[str, ...]) -> None:
    assert years_in(tags) == years and years_in(years) == years
