"""What is not approved is counted, reported and never opened; what is gone is taken off the list."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from redact.house import House, make_house, open_house
from redact.left_behind import UNREGISTERED, recheck, report_unapproved
from redact.store import records
from redact.store.devices import read_devices
from tests.killing import register
from watcher.guard import Place

LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> House:
    make_house(tmp_path / "house", "Oak School", {"ingest": [str(tmp_path / "drop")]})
    for name in ("camera", "visitor"):
        (tmp_path / "drop" / name).mkdir(parents=True)
        (tmp_path / "drop" / name / "Ada Lovelace.jpg").write_bytes(b"not opened")
        os.mkfifo(tmp_path / "drop" / name / "pipe.jpg")
    opened = open_house(tmp_path / "house")
    register(opened, "camera", tmp_path / "drop/camera")
    return opened


def said(house: House) -> dict[str, str]:
    with house.database.read() as connection:
        return {item.device: item.why for item in records.list_left(connection)}


def look(house: House) -> None:
    with house.database.read() as connection:
        devices = read_devices(connection)
    report_unapproved(house, devices)
    recheck(house, devices)


def test_a_folder_of_no_device_is_reported_and_an_approved_one_is_not(house: House) -> None:
    look(house)
    assert said(house) == {
        UNREGISTERED: "1 photos lie there and are left untouched: the folder is no registered device's."
    }


def test_an_expired_device_is_reported_until_it_is_emptied(house: House, tmp_path: Path) -> None:
    late = replace(house, now=lambda: LATER)
    look(late)
    assert "the device is expired" in said(late)["camera"]
    (tmp_path / "drop/camera/Ada Lovelace.jpg").unlink()
    look(replace(house, now=lambda: LATER.replace(year=2101)))
    assert "camera" not in said(late)


def test_what_a_person_took_away_is_taken_off_the_list_and_what_cannot_be_seen_stays(
    house: House, tmp_path: Path
) -> None:
    film = tmp_path / "drop/camera/film.mov"
    film.write_bytes(b"x")
    with house.database.write() as connection:
        place = Place("camera", ("film.mov",))
        records.note_left(connection, house.keys.tags, place, "It needs a person: video.", "2026-09-01T00:00:00.000Z")
    look(house)
    assert "camera" in said(house)
    film.unlink()
    (tmp_path / "drop/camera").rename(tmp_path / "away")
    look(house)
    assert "camera" in said(house)
    (tmp_path / "away").rename(tmp_path / "drop/camera")
    look(house)
    assert "camera" not in said(house)
