"""What others put into for-use is told and stays; what is ours, and debris, is not taken for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from redact.photos.placing.for_use import update_for_use
from redact.photos.placing.not_ours import look_for_not_ours
from redact.posts import review
from redact.posts.review import Decision
from redact.reports.doctor.examine import examine
from redact.reports.status import read_status
from tests.rigs.reviewing import RAE, Reviewing, calm_jpeg, open_reviewing


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Reviewing]:
    with open_reviewing(tmp_path) as found:
        yield found


def told(living: Reviewing) -> list[int]:
    look_for_not_ours(living.workspace)
    return [item.count for item in read_status(living.workspace).for_person if item.what == "not ours"]


def test_a_file_of_somebody_elses_is_told_until_it_is_taken_out(
    living: Reviewing, caplog: pytest.LogCaptureFixture
) -> None:
    seen = living.store_one()
    review.decide(living.workspace, seen, Decision.FIT, RAE)
    assert update_for_use(living.workspace) == 1
    trust = living.workspace.settings.trust_folder
    assert trust is not None
    (ours,) = (trust / "for-use").rglob("*.jpg")
    (ours.parent / "Thumbs.db").write_bytes(b"x")
    assert told(living) == []
    theirs = ours.with_name("Thaddeus at the fair.jpg")
    theirs.write_bytes(calm_jpeg(7))
    assert told(living) == [], "a store where nothing was found is listed hourly"
    living.clock.go(hours=1)
    assert told(living) == [1] and theirs.exists()
    assert "in for-use" in caplog.text and "Thaddeus" not in caplog.text
    said = [found.sentence for found in examine(living.workspace.settings.folder) if found.check == "for use"]
    assert any("1 file lies in for-use" in sentence for sentence in said)
    living.clock.go(seconds=30)
    assert told(living) == [1] and caplog.text.count("in for-use") == 1
    theirs.unlink()
    living.clock.go(seconds=30)
    assert told(living) == []
