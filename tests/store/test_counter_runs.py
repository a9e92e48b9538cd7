"""Runs of a camera's counter: in whatever order its photos come, the table holds what was handed in, as few runs."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from redact.store.photos.counter_runs import note_count, runs_by_device
from redact.trials.status_speed import fill
from redact.workspace.create import make_workspace
from redact.workspace.open import open_workspace
from watcher import Counter, CounterRun


def test_counts_come_in_any_order_and_twice(tmp_path: Path) -> None:
    make_workspace(tmp_path / "workspace", "Runs")
    with open_workspace(tmp_path / "workspace") as workspace:
        fill(workspace, 20)
        with workspace.database.write() as connection:
            connection.execute(text("delete from counter_runs"))
            for number in (5, 9, 7, 6, 6, 1, 9, 8, 2, 4, 12):
                note_count(connection, "cam-0", Counter("IMG_", number))
            note_count(connection, "cam-1", Counter("IMG_", 3))
            runs = runs_by_device(connection)
    assert sorted((run.first, run.last) for run in runs["cam-0"]) == [(1, 2), (4, 9), (12, 12)]
    assert runs["cam-1"] == [CounterRun("IMG_", 3, 3)]
