"""Events are called as the office says, and never by a name of the roll; places tell day, school and event."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from redact.errors import UsageError
from redact.photos import steps
from redact.photos.placing.events import event_name, ids_called, name_event, read_events
from redact.store.schema.tables import photos
from redact.store.trust.faults import check_name
from redact.store.trust.names import FOR_USE, Part, Story, beside, file_name, folder_of, slug_of
from tests.rigs.device_folders import look
from tests.rigs.reviewing import RAE, Reviewing, calm_jpeg, open_reviewing
from watcher.device import device_of
from watcher.guard import Place

COPY = "0123456789abcdef01234567.jpg"


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Reviewing]:
    with open_reviewing(tmp_path) as found:
        yield found


def test_an_event_has_a_number_until_the_office_names_it(living: Reviewing) -> None:
    living.store_one()
    (event,) = read_events(living.workspace)
    assert (event.name, event.device, event.photos) == (f"event {event.id}", "cam-office", 1)
    assert event_name(living.workspace, f"event-{event.id}") == event.name
    named = name_event(living.workspace, event.id, "  Year 3   trip ", RAE)
    assert named.name == "Year 3 trip" and read_events(living.workspace) == (named,)
    for typed in ("Year 3 trip", "year 3 TRIP", "year-3-trip", str(event.id), f"event-{event.id}", f"event {event.id}"):
        assert ids_called(living.workspace, typed) == (f"event-{event.id}",)
    assert name_event(living.workspace, event.id, "", RAE).name == f"event {event.id}"
    entries = living.events("event.named")
    assert [(e.fact("event"), e.fact("state"), e.fact("person")) for e in entries] == [
        (f"event-{event.id}", state, RAE.tag) for state in ("on", "off")
    ]
    with pytest.raises(UsageError, match="no event"):
        ids_called(living.workspace, "Year 3 trip")


@pytest.mark.parametrize(
    "label", ["Thaddeus", "wrenfield sports", "Party of Thaddeus Wrenfield", "Wrenfield", "thaddeus-wrenfield"]
)
def test_no_name_of_the_roll_gets_in(living: Reviewing, label: str) -> None:
    living.add_pupil()
    living.store_one()
    (event,) = read_events(living.workspace)
    with pytest.raises(UsageError, match="on the roll"):
        name_event(living.workspace, event.id, label, RAE)
    assert read_events(living.workspace) == (event,) and not living.events("event.named")


@pytest.mark.parametrize("label", ["../away", "a/b", "x" * 41, "For use", "—", "a\nb", "Zoë", "-", "a:b"])
def test_what_is_no_folders_name_is_refused(living: Reviewing, label: str) -> None:
    living.store_one()
    (event,) = read_events(living.workspace)
    if label == "a\nb":  # white space is one space
        assert name_event(living.workspace, event.id, label, RAE).label == "a b"
        return
    with pytest.raises(UsageError, match="a few words"):
        name_event(living.workspace, event.id, label, RAE)


def test_the_apostrophe_of_a_phone_is_one(living: Reviewing) -> None:
    living.store_one()
    (event,) = read_events(living.workspace)
    assert name_event(living.workspace, event.id, "St David\u2019s day", RAE).label == "St David's day"


def test_another_schools_event_is_not_there(living: Reviewing) -> None:
    living.store_one()
    (event,) = read_events(living.workspace)
    with pytest.raises(UsageError, match="no event"):
        name_event(living.workspace, event.id, "Sports day", RAE, frozenset({"elm"}))
    assert read_events(living.workspace, frozenset({"elm"})) == ()


@pytest.mark.parametrize(
    ("by_camera", "written", "day"),
    [
        ("2025:06:07 10:00:00", datetime(2025, 3, 4, tzinfo=UTC), "2025-06-07"),
        ("0000:00:00 00:00:00", datetime(2025, 3, 4, tzinfo=UTC), "2025-03-04"),
        ("2031:01:01 10:00:00", datetime(2025, 3, 4, tzinfo=UTC), "2025-03-04"),  # after it came in
        ("1980:01:01 00:00:00", datetime(1971, 1, 1, tzinfo=UTC), "2026-09-07"),  # clocks that were never set
        (None, datetime(2025, 3, 4, tzinfo=UTC), "2025-03-04"),
    ],
)
def test_a_photo_is_of_the_day_that_its_camera_or_its_file_says(
    living: Reviewing, by_camera: str | None, written: datetime, day: str
) -> None:
    exif, made = Image.Exif(), io.BytesIO()
    if by_camera is not None:
        exif.get_ifd(0x8769)[36867] = by_camera
    Image.open(io.BytesIO(calm_jpeg())).save(made, "JPEG", exif=exif)
    path = living.add_device() / "a.jpg"
    path.write_bytes(made.getvalue())
    os.utime(path, (written.timestamp(), written.timestamp()))
    place = Place("cam-office", ("a.jpg",), 0)
    photo = steps.take_in(living.workspace, device_of(living.device("cam-office").record), place, look(path), ())
    assert isinstance(photo, str)
    living.bring(photo)
    with living.workspace.database.read() as connection:
        assert connection.execute(select(photos.c.taken_on)).scalar_one() == day
    assert living.copy(photo).name.startswith(f"{day[:7]}/event-1/")


def test_places_tell_their_story() -> None:
    story = Story("2026-11-03", "oak", "event-12", "Sports day")
    assert folder_of(story, tuple(Part)) == "2026-11/oak/sports-day"
    assert folder_of(story, (Part.EVENT, Part.MONTH)) == "sports-day/2026-11"
    assert folder_of(Story("2026-11-03", "", "event-12", ""), tuple(Part)) == "2026-11/event-12"
    assert folder_of(story, ()) == ""
    assert folder_of(Story("2026-11-03", FOR_USE, "event-1", ""), (Part.SCHOOL, Part.EVENT)) == "event-1"
    assert beside("2026-11/oak/x.jpg", COPY) == f"2026-11/oak/{COPY}" and beside(None, COPY) == COPY
    assert file_name(f"a/b/{COPY}") == file_name(COPY) == COPY


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_a_place_is_one_that_storage_takes(label: str, school: str) -> None:
    folder = folder_of(Story("2026-11-03", slug_of(school), "event-12", label), tuple(Part))
    for name in (f"{folder}/{COPY}", f"{FOR_USE}/{folder}/{COPY}"):
        assert check_name(name) == name
