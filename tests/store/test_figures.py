"""Every figure of a report is answered alike by SQLite and PostgreSQL, and from an index where there are many rows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text

from redact.store.database import Database, sqlite_url
from redact.store.figures import period as figures
from redact.store.figures import standing
from redact.store.figures.period import IncidentCount, Period, PhotoCount, TakeDownCount
from redact.store.photos.showing import list_posts_showing, list_showing
from redact.store.schema import migrate, tables
from tests.rigs.postgres import Cluster, cluster

__all__ = ["cluster"]

AT, NOW, TAG = "2026-09-07T12:00:00.000Z", "2026-09-08T12:00:00.000Z", "a" * 64
AUTUMN = Period("2026-09-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z")


def fill(connection: Connection) -> None:
    device = dict.fromkeys(("holder", "approved_by"), "ceo") | {"approved_at": AT, "until": AT, "owner": "trust"}
    rest = {"kind": "card", "clears": "at-once", "school": "oak"}
    connection.execute(insert(tables.devices), {"id": "cam-1", **device, **rest})
    stored = {"bytes": 1, "state": "stored", "arrived_at": AT, "school": "oak", "faces_covered": 3, "faces_shown": 1}
    connection.execute(insert(tables.photos), stored | {"sha256": TAG})
    file = {"photo": TAG, "device": "cam-1", "folder": 0, "name": TAG, "place": TAG, "look": "{}", "state": "gone"}
    connection.execute(insert(tables.device_files), file | {"seen_at": AT, "cleared_at": NOW})
    said = {"act": "cover", "polygon": "[]", "kind": "face", "word": "", "pupil": "U1", "role": "reviewer"}
    connection.execute(insert(tables.answers), said | {"photo": TAG, "person": TAG, "at": AT})
    for name in ("cam-1", "unregistered"):
        left = {"device": name, "place": TAG, "parts": "[]", "why": "A film.", "first_seen_at": AT, "last_seen_at": AT}
        connection.execute(insert(tables.left_items), left)
    post = {"id": 1, "state": "posted", "school": "oak", "author": TAG, "author_role": "poster", "written_at": AT}
    connection.execute(insert(tables.posts), post | {"posted_at": AT})
    connection.execute(insert(tables.post_shown), {"post": 1, "photo": TAG, "pupil": "U1"})
    down = {"post": 1, "content": TAG, "site": "x", "cause": "consent-gone", "opened_at": AT, "opened_by": "system"}
    connection.execute(insert(tables.take_downs), down | {"due_at": AT})
    wrong = {"cause": "wrong-photo", "state": "open", "happened_on": "2026-09-07", "opened_by": "ceo", "opener": TAG}
    more = {"opened_at": AT, "aware_at": AT, "school": "oak", "is_breach": True, "notice": "told"}
    connection.execute(insert(tables.incidents), wrong | more)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = sqlite_url(tmp_path / "figures.db")
    if request.param == "postgresql":
        server: Cluster = request.getfixturevalue("cluster")
        url = server.driver_url(server.make())
    with contextlib.closing(Database(url)) as found:
        migrate.upgrade(found)
        with found.write() as connection:
            fill(connection)
        yield found


def test_each_figure_is_that_of_its_rows(database: Database) -> None:
    with database.read() as connection:
        assert figures.count_photos(connection, AUTUMN) == (PhotoCount("oak", "stored", "open", 1, 3, 1),)
        assert figures.count_by_day(connection, AUTUMN) == {("oak", "2026-09-07"): 1}
        assert figures.count_faces_added(connection, AUTUMN) == {"oak": 1}
        assert figures.list_clearings(connection, AUTUMN) == {"oak": [(AT, NOW)]}
        assert figures.count_posts(connection, AUTUMN) == {"oak": 1}
        assert figures.count_take_downs(connection, AUTUMN, NOW) == {"oak": TakeDownCount(overdue=1)}
        assert figures.count_incidents(connection, AUTUMN) == {"oak": IncidentCount(1, 1, 1)}
        assert standing.count_unreviewed(connection) == {"oak": 1}
        assert standing.count_open_incidents(connection, NOW, is_overdue=False) == {"oak": 1}  # told: not late
        assert standing.count_open_take_downs(connection, NOW, is_overdue=True) == {"oak": 1}
        assert standing.count_open_take_downs(connection, NOW, is_overdue=False) == {}
        found = standing.list_untouched(connection)
        assert found == (("oak", "cam-1", "A film.", 1), ("", "unregistered", "A film.", 1))
        for nothing in (
            standing.count_open_incidents(connection, NOW, is_overdue=True),
            standing.count_recalled(connection, NOW, is_overdue=True),
            standing.count_recalled(connection, NOW, is_overdue=False),
            standing.count_stopped(connection),
            standing.count_failed_deletions(connection),
            standing.count_waiting_posts(connection),
            standing.count_lapsed_approvals(connection, NOW),
            standing.count_lapsed_sites(connection, NOW),
        ):
            assert nothing == {}
        (showing,) = list_showing(connection, "U1")
        assert (showing.photo, showing.is_by_hand, showing.is_by_recognition) == (TAG, True, True)
        assert [post.post for post in list_posts_showing(connection, "U1")] == [1]


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("select school, sum(faces_covered) from photos where arrived_at >= :a and arrived_at < :b group by school",
         "COVERING INDEX photos_by_arrival"),
        ("select seen_at, device from device_files where cleared_at >= :a and cleared_at is not null and :b > :a",
         "COVERING INDEX device_files_by_clearing"),
    ],
)  # fmt: skip
def test_what_grows_with_the_photos_is_read_from_an_index_alone(statement: str, index: str, tmp_path: Path) -> None:
    with contextlib.closing(Database(sqlite_url(tmp_path / "plan.db"))) as found:
        migrate.upgrade(found)
        with found.read() as connection:
            plan = connection.execute(text(f"explain query plan {statement}"), {"a": AT, "b": NOW}).all()
    assert index in " ".join(str(row) for row in plan)
