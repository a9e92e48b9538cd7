"""Trust storage is watched: each copy is read back within a month, a difference is told at once and mended by retry."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from redact.audit.kinds import Kind, Role
from redact.photos.checks.passes import CORE_SHARE, PASS_S, files_due, go_on
from redact.photos.checks.storage import STORAGE
from redact.photos.retry import Opening, retry
from redact.reports.doctor.examine import examine
from redact.reports.status import read_status
from redact.service.periodic import daily
from redact.store.trust.faults import MARKER_NAME
from redact.store.trust.storage import TrustFault
from redact.workspace.ids import acting
from tests.rigs.workspaces import Rig, photo_bytes, redacted, sha

PHOTOS = [photo_bytes(number) for number in range(1, 5)]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    drop = rig.add()
    for number, content in enumerate(PHOTOS):
        (drop / f"{number}.jpg").write_bytes(content)
        rig.run()
        rig.clock.moment += timedelta(minutes=1)
    yield rig
    rig.workspace.close()


def copy_of(rig: Rig, content: bytes) -> Path:
    trust, name = rig.workspace.settings.trust_folder, rig.photos()[sha(content)].output_name
    assert trust is not None and name is not None
    return trust / name


def check(rig: Rig, turns: int = 1) -> None:
    (task,) = (task for task in daily(rig.workspace) if task.name == "storage checked")
    for _ in range(turns):
        task.act()
        rig.clock.moment += timedelta(seconds=30)


def told(rig: Rig) -> list[tuple[str, str]]:
    return [(item.id, item.reason) for item in read_status(rig.workspace).for_person if item.what == "copy differs"]


def doctor(rig: Rig) -> str:
    return next(
        str(finding.grade.value)
        for finding in examine(rig.workspace.settings.folder, rig.clock)
        if finding.check == "stored copies"
    )


def put_endless(place: Path) -> None:
    """Put a sparse file of a terabyte there, which takes no room: who reads it to its end reads for an hour."""
    os.truncate(place, 1 << 40)


def put_pipe(place: Path) -> None:
    place.unlink()
    os.mkfifo(place)


HARMS: dict[str, tuple[Callable[[Path], object], str]] = {
    "overwritten": (lambda copy: copy.write_bytes(PHOTOS[0]), "other bytes"),
    "deleted": (Path.unlink, "is not there"),
    "endless": (put_endless, "cannot be read"),
    "pipe": (put_pipe, "cannot be read"),
}


@pytest.mark.parametrize(("harm", "said"), HARMS.values(), ids=HARMS)
def test_a_copy_that_is_not_as_it_was_stored_is_told_at_once_and_made_again(
    rig: Rig, harm: Callable[[Path], object], said: str
) -> None:
    copy = copy_of(rig, PHOTOS[0])
    harm(copy)
    check(rig, 3)
    assert not told(rig), "newest first: this one is the oldest"
    check(rig, 2)
    ((photo, reason),) = told(rig)
    assert photo == sha(PHOTOS[0])[:12] and said in reason
    assert rig.entries(Kind.STORAGE_DIFFERS) == [("storage.differs", sha(PHOTOS[0]))]
    assert len(rig.entries(Kind.STORAGE_CHECKED)) == 1 and doctor(rig) == "fail"
    key = (rig.workspace.settings.folder / "move-away/reviewer.key").read_text()
    retry(rig.workspace, (rig.photos()[sha(PHOTOS[0])],), Opening(key, acting(rig.workspace, Role.REVIEWER, "staff-7")))
    assert not copy.exists(), "what lies in its place is removed first"
    rig.mend()
    assert copy_of(rig, PHOTOS[0]).read_bytes() == redacted(PHOTOS[0])
    check(rig)
    assert not told(rig) and doctor(rig) == "ok"


def test_the_notice_ends_when_the_copy_was_brought_back(rig: Rig) -> None:
    copy_of(rig, PHOTOS[3]).unlink()
    check(rig)
    check(rig)
    assert len(told(rig)) == 1 and len(rig.entries(Kind.STORAGE_DIFFERS)) == 1, "told once, however often it is seen"
    copy_of(rig, PHOTOS[3]).write_bytes(redacted(PHOTOS[3]))
    check(rig)
    assert not told(rig)


def test_a_storage_that_is_out_is_no_difference_and_the_pass_goes_on_later(rig: Rig) -> None:
    marker = Path(rig.workspace.settings.trust) / MARKER_NAME
    text = marker.read_bytes()
    marker.unlink()
    with pytest.raises(TrustFault):
        check(rig)
    assert not told(rig) and not rig.entries(Kind.STORAGE_DIFFERS)
    marker.write_bytes(text)
    check(rig, 6)
    assert len(rig.entries(Kind.STORAGE_CHECKED)) == 1


@pytest.mark.parametrize("which", [0, 3])
def test_one_copy_that_cannot_be_read_hides_no_other(rig: Rig, which: int) -> None:
    copy = copy_of(rig, PHOTOS[which])
    copy.unlink()
    copy.mkdir()
    copy_of(rig, PHOTOS[3 - which]).unlink()
    check(rig, 9)
    assert {photo: "cannot be read" in reason for photo, reason in told(rig)} == {
        sha(PHOTOS[which])[:12]: True,
        sha(PHOTOS[3 - which])[:12]: False,
    }
    copy.rmdir()
    copy.write_bytes(redacted(PHOTOS[which]))
    check(rig)
    assert len(told(rig)) == 1


def test_a_new_pass_begins_a_day_after_the_last_one_did(rig: Rig) -> None:
    check(rig, 100)
    assert len(rig.entries(Kind.STORAGE_CHECKED)) == 1
    rig.clock.moment += timedelta(days=1)
    check(rig, 6)
    assert len(rig.entries(Kind.STORAGE_CHECKED)) == 2


@pytest.mark.parametrize("total", [0, 1, 1000, 1_000_000])
def test_the_whole_store_is_reached_within_a_month(total: int) -> None:
    assert PASS_S < 30 * 24 * 3600 and files_due(total, 30.0) * PASS_S / 30.0 >= total


@pytest.mark.parametrize(("used_s", "is_through"), [(0.0, True), (CORE_SHARE * 30.0, False)])
def test_a_turn_ends_when_its_share_of_a_core_is_used(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, used_s: float, is_through: bool
) -> None:
    monkeypatch.setattr("redact.photos.checks.passes.PASS_S", 1.0)  # by their number all four are due at once
    used = iter([0.0, *[used_s] * 9])
    go_on(rig.workspace, STORAGE, lambda: next(used))
    assert bool(rig.entries(Kind.STORAGE_CHECKED)) is is_through
    assert 2 * CORE_SHARE < 0.02, "trust storage and the vault together"
