"""Tables of an earlier version are brought to today's words, on SQLite and PostgreSQL, and no row is lost."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.migration import MigrationContext
from sqlalchemy import text

from redact.store.database import Database, sqlite_url
from redact.store.holds import LegalHold, list_holds
from redact.store.log.losses import list_losses, list_unlogged
from redact.store.log.reader import read_copied
from redact.store.photos import FileState, LeftKind, State, list_device_files, list_left, read_photo
from redact.store.schema import migrate
from tests.rigs.postgres import Cluster, cluster
from tests.rigs.records import sha

__all__ = ["cluster"]

AT = "2026-09-07T13:00:00.000Z"
LEFT = (
    "On the device as a whole: links and special files 1. 2 left: in a trash folder, or marked as trash, by its name. "
    "1 left: a file that belongs to it (RAW, film, edit, side file)."
)
FILES = (
    {"place": sha("1"), "state": "gone", "reason": LEFT},
    {"place": sha("2"), "state": "gone", "reason": "1 left: found by its name when it was deleted."},
    {"place": sha("3"), "state": "gone", "reason": "1 left: the same photo under another place or name."},
    {"place": sha("4"), "state": "taken", "reason": None},
)
PLACES = (("face", "covered"), ("face", "ask"), ("face", "shown"), ("face", "maybe"), ("name", "covered"))
#: What the list for a person said at made-up places and in sentences alone: device, parts, why; what it is, and where.
LEFT_ITEMS = (
    ("cam-1", '["-"]', "3 photos lie there and are left untouched: the device is expired.", (LeftKind.DEVICE, None)),
    ("cam-2", '["-"]', "It was left untouched: it is a link.", (LeftKind.FILE, ("-",))),
    ("cam-1", '["-", "unmarked"]', "Is it still cam-1's?", (LeftKind.UNMARKED, None)),
    ("cam-1", '["-", "another workspace\'s"]', "It is another's.", (LeftKind.FOREIGN, None)),
    ("unregistered", '["drop", "x"]', "1 photo lies there.", (LeftKind.FOLDER, ("drop", "x"))),
    (
        "cam-1",
        '["a.jpg"]',
        "It is a photo that lies in a bin and was never taken in.",
        (LeftKind.BINNED_PHOTO, ("a.jpg",)),
    ),
    ("cam-1", '["a.mov"]', "It is a film or a RAW photo that lies in a bin.", (LeftKind.BINNED_FILM, ("a.mov",))),
    ("cam-1", '["bin"]', "A bin could not be looked into.", (LeftKind.CLOSED_BIN, ("bin",))),
)
LOSSES = {
    "copies-lost-copy-1": f'["{AT}", 9, 4]',
    "copies-lost-in-record-copy-1": AT,
    "copies-lost-copy-2": f'["{AT}", 3, 0]',
}


def upgrade_to(database: Database, revision: str) -> None:
    with database.write() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def insert(database: Database, table: str, **row: Any) -> None:
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
    with database.write() as connection:
        connection.execute(text(f"insert into {table} ({names}) values ({marks})"), row)  # noqa: S608


def fill(database: Database) -> None:
    """Write what version 0.1.0 wrote."""
    device = {
        "kind": "card",
        "owner": "trust",
        "holder": "holder",
        "approved_by": "ceo",
        "approved_at": AT,
        "until": AT,
    }
    rest = dict.fromkeys(("make", "model", "serial", "serial_source", "nonce"), "")
    insert(database, "devices", id="cam-1", clears="at-once", further="[]", **device, **rest)
    photo = {"bytes": 1, "extension": "", "attempts": 0, "executor": "", "arrived_at": AT, "tags": '["Jacob"]'}
    insert(database, "photos", sha256=sha("p"), state="settled", **photo)
    look = '{"size":1,"mtime_ns":1700000000000000000,"ctime_ns":1,"inode":1,"volume":1}'
    for file in FILES:
        where = {"photo": sha("p"), "device": "cam-1", "folder": 0, "name": sha("n"), "tags": '["Jacob"]', "look": look}
        insert(database, "sightings", **where, **file, seen_at=AT)
    insert(database, "photos", sha256=sha("q"), state="sealed", **photo)
    faces = json.dumps([{"kind": kind, "action": action} for kind, action in PLACES])
    insert(database, "photos", sha256=sha("r"), state="stored", plan=faces, output=sha("o"), **photo)
    item = {"device": "cam-1", "parts": '["Jacob.mov"]', "why": "A film.", "first_seen_at": AT, "last_seen_at": AT}
    insert(database, "left_items", place=sha("6"), resolved_at=AT, **item)
    insert(database, "left_items", place=sha("7"), **item)
    for number, (on, parts, why, _) in enumerate(LEFT_ITEMS):
        found = {"device": on, "parts": parts, "why": why, "first_seen_at": AT, "last_seen_at": AT}
        insert(database, "left_items", place=sha(f"left {number}"), **found)
    insert(database, "holds", id="hold-1", scope="house", by="ceo", reason="The police asked.", added_at=AT)
    for number in (1, 2):
        insert(database, "log_copies", place=f"copy-{number}", size=7 + number, at=AT, fault=None)
    for name, value in LOSSES.items():
        insert(database, "facts", name=name, value=value)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_rows_of_the_former_version_stand_under_todays_words(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = sqlite_url(tmp_path / "old.db")
    if kind == "postgresql":
        server: Cluster = request.getfixturevalue("cluster")
        url = server.driver_url(server.make())
    with contextlib.closing(Database(url)) as database:
        upgrade_to(database, "0002")
        fill(database)
        migrate.upgrade(database)
        with database.read() as connection:
            assert MigrationContext.configure(connection).get_current_revision() == migrate.newest()
            photo = read_photo(connection, sha("p"))
            assert photo is not None and photo.state is State.SET_ASIDE
            assert photo.tags == () and {*connection.execute(text("select tags from device_files")).scalars()} == {"[]"}
            under_way = read_photo(connection, sha("q"))
            assert under_way is not None and under_way.tags == ("Jacob",)
            items = connection.execute(text("select parts from left_items order by id")).scalars().all()
            assert items[:2] == ["[]", '["Jacob.mov"]']
            left = [(item.kind, item.place and item.place.parts, item.first_seen_at) for item in list_left(connection)]
            kinds = [(LeftKind.FILE, ("Jacob.mov",)), *(kind for *_, kind in LEFT_ITEMS)]
            assert left == [(*kind, AT) for kind in kinds]
            files = list_device_files(connection)
            assert [file.by_name for file in files] == [3, 1, 0, 0]
            assert [(file.links, file.erasing_at, file.removed_at) for file in files] == [(0, None, None)] * 4
            assert [file.reason for file in files] == [file["reason"] for file in FILES]
            assert [file.state for file in files] == [FileState.GONE] * 3 + [FileState.TAKEN]
            day = text("select taken_on from photos where sha256 = :photo")
            days = [connection.execute(day, {"photo": sha(name)}).scalar_one() for name in "pq"]
            assert days == ["2023-11-14", None], "when its file was written; of the other nobody knows"
            faces = text("select faces_covered, faces_shown from photos where sha256 = :photo")
            assert connection.execute(faces, {"photo": sha("r")}).one() == (2, 1)
            assert connection.execute(faces, {"photo": sha("p")}).one() == (0, 0)
            (hold,) = list_holds(connection)
            assert hold.scope == "workspace" and hold.covers("cam-1", sha("p"))
            assert read_copied(connection) == {"mirror-1": 8, "mirror-2": 9}
            losses = {loss.mirror: (loss.at, loss.had, loss.found) for loss in list_losses(connection)}
            assert losses == {"mirror-1": (AT, 9, 4), "mirror-2": (AT, 3, 0)}
            assert [loss.mirror for loss in list_unlogged(connection)] == ["mirror-2"]
        # a new row gets a number of its own, and a place is still taken once
        where = {"photo": sha("p"), "device": "cam-1", "folder": 0, "name": sha("n"), "tags": "[]", "look": "{}"}
        insert(database, "device_files", **where, place=sha("5"), state="taken", seen_at=AT, by_name=0)
        with database.read() as connection:
            assert len(set(connection.execute(text("select id from device_files")).scalars())) == 5
        with pytest.raises(Exception, match="(?i)unique"):
            insert(database, "device_files", **where, place=sha("5"), state="taken", seen_at=AT, by_name=0)


def test_postgresql_keeps_no_former_word_in_the_names_of_keys_and_sequences(cluster: Cluster) -> None:
    with contextlib.closing(Database(cluster.driver_url(cluster.make()))) as database:
        migrate.upgrade(database)
        queries = (
            "select conname from pg_constraint",
            "select relname from pg_class",
            "select column_default from information_schema.columns where table_schema = 'public'",
        )
        with database.read() as connection:
            names = [str(name) for query in queries for name in connection.execute(text(query)).scalars()]
    assert any("device_files_id_seq" in name for name in names)
    assert not [name for name in names if "sighting" in name or "log_copies" in name]


@pytest.mark.parametrize(("scope", "is_covered"), [("device", False), ("photo", False), ("school", True)])
def test_a_hold_of_a_scope_that_nobody_knows_covers_everything(scope: str, is_covered: bool) -> None:
    hold = LegalHold("hold-1", scope, None, None, "ceo", "The police asked.", AT, None)
    assert hold.covers("cam-1", sha("p")) is is_covered


def test_tables_of_a_later_version_are_told_and_left_alone(tmp_path: Path) -> None:
    with contextlib.closing(Database(sqlite_url(tmp_path / "redact.db"))) as database:
        migrate.upgrade(database)
        with database.write() as connection:
            connection.execute(text("update alembic_version set version_num = '9999'"))
        for ask in (migrate.is_current, migrate.upgrade):
            with pytest.raises(migrate.DatabaseNewer, match=r"version 9999.*Nothing was changed.*Update the program"):
                ask(database)
