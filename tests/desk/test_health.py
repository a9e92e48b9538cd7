"""The health address: 200 or 503, to anybody, with nothing in it about people."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from redact.store import machines as executors
from redact.store.database import Database, DatabaseFault
from tests.rigs.desk import Browser, DeskRig


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskRig:
    return DeskRig(tmp_path_factory.mktemp("desk"), photos=1)


def test_health_follows_the_watcher_and_asks_for_no_session(desk: DeskRig) -> None:
    anybody = Browser(desk.app)
    assert anybody.get("/healthz").status == 503  # it never ran
    with desk.workspace.database.write() as connection:
        executors.beat(connection, desk.workspace.executor, desk.rig.clock())
    answer = anybody.get("/healthz")
    assert answer.status == 200 and answer.header("content-type") == "application/json"
    assert answer.header("cache-control") == "no-store"
    told = json.loads(answer.body)
    assert told["desk"] is told["database"] is told["is_well"] is True
    assert told["watchers"][0]["beat_age_s"] == 0
    assert desk.workspace.executor not in answer.text and "oak" not in answer.text
    assert anybody.get("/healthz", host="evil.example").status == 421
    desk.rig.clock.go(minutes=3)
    assert anybody.get("/healthz").status == 503


def test_a_database_that_is_away_is_unhealthy_and_still_an_answer(
    desk: DeskRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextlib.contextmanager
    def away(_: Database) -> Iterator[Connection]:
        raise DatabaseFault("no server answers at that address")
        yield

    monkeypatch.setattr(Database, "read", away)
    answer = Browser(desk.app).get("/healthz")
    assert answer.status == 503 and json.loads(answer.body)["database"] is False
