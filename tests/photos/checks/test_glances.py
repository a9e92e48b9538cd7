"""A copy that was saved over is found within the hour, without that all are read again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from redact.photos.checks import passes
from redact.photos.checks.glances import glance
from redact.photos.checks.passes import Check
from redact.reports.status import read_status
from redact.store.photos.stored_copies import StoredCopy
from redact.workspace.open import Workspace
from tests.rigs.living import Living, copies_in, open_living


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    """Three copies, looked at twice; the clock is the machine's, as that of the files."""
    with open_living(tmp_path) as living:
        living.clock.moment = datetime.now(UTC) - timedelta(hours=3)
        root = living.add_device()
        for number in range(3):
            living.store(root / f"{number}.jpg", b"photo %d" % number)
            living.clock.go(minutes=1)
        for path in copies(living):
            os.utime(path, (0, 0))
        glance(living.workspace)
        yield living


def copies(living: Living) -> list[Path]:
    return list(copies_in(living.workspace.settings.trust_folder).values())


def read_by(living: Living, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let an hour pass and look again; return the photos whose copies were read."""
    read = list[str]()

    def look_at(workspace: Workspace, check: Check[StoredCopy], copy: StoredCopy) -> str | None:
        read.append(copy.photo)
        return passes.look_at(workspace, check, copy)

    monkeypatch.setattr("redact.photos.checks.glances.look_at", look_at)
    living.clock.go(hours=4)
    glance(living.workspace)
    return read


def told(living: Living) -> list[str]:
    return [item.reason for item in read_status(living.workspace).for_person if item.what == "copy differs"]


def save_over(copy: Path) -> None:
    copy.write_bytes(b"the bare photo")
    os.utime(copy, (0, 0))


HARMS: dict[str, Callable[[Path], object]] = {"saved over": save_over, "deleted": Path.unlink}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_what_changed_since_is_read_and_told(
    living: Living, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], object]
) -> None:
    harm(copies(living)[0])
    assert len(read_by(living, monkeypatch)) >= 1
    assert len(told(living)) == 1


def test_what_did_not_change_is_not_read(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    living.clock.go(days=2)
    glance(living.workspace)  # a pass that began behind all changes
    assert read_by(living, monkeypatch) == []
    save_over(copies(living)[0])
    monkeypatch.undo()
    glance(living.workspace)
    assert not told(living), "not before an hour is over"


def test_a_budget_that_is_spent_goes_on_where_it_ended(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    for copy in copies(living):
        copy.unlink()
    living.clock.go(hours=4)
    for looked in (1, 2, 3):
        glance(living.workspace, cpu_clock=iter(range(0, 1000, 100)).__next__)
        assert len(told(living)) == looked
