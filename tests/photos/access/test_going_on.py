"""An access request is narrowed, goes on after an interruption where it was, and mixes no two requests up."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from redact.audit.kinds import Kind
from redact.errors import UsageError
from redact.photos.access.answering import answer_request, begun
from redact.photos.access.comparing import Comparison, own_templates
from redact.photos.access.finding import find_known
from redact.photos.access.narrowing import GUESS_S, describe_within, estimate, narrow_to
from redact.photos.access.progress import PROGRESS, is_unfinished
from redact.photos.access.values import Known
from redact.redaction.values import Outcome
from redact.store.photos.showing import EVERYTHING, Within
from redact.store.schema import tables
from redact.workers.job import Job, RegisterSnapshot
from tests.photos.access.test_access import BOTH, Pool, enrol, entries, lines, opening
from tests.rigs.reviewing import PUPIL, Reviewing, Seeing, calm_jpeg, open_reviewing


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Reviewing]:
    with open_reviewing(tmp_path, Seeing(BOTH)) as found:
        found.add_pupil()
        yield found


class Cut(BaseException):
    """What ends a program in the middle: Ctrl-C, a power cut."""


@dataclass
class CutPool(Pool):
    """Ends the program at the Nth original."""

    at: int = 2

    def work(self, source: bytes | Path, snapshot: RegisterSnapshot, job: Job) -> Outcome:
        if len(self.seen) + 1 == self.at:
            raise Cut
        return super().work(source, snapshot, job)


def ask(living: Reviewing, pool: Pool, out: Path, known: Known | None = None, *, is_plain: bool = False) -> int:
    comparison = Comparison(own_templates(living.workspace, PUPIL), is_plain)
    known = known or find_known(living.workspace, PUPIL)
    return answer_request(living.workspace, known, comparison, opening(living), pool, out).files  # type: ignore[arg-type]


def store_some(living: Reviewing, count: int = 4) -> list[str]:
    return [living.store_one(calm_jpeg(n), f"{n}.jpg").photo for n in range(count)]


@pytest.mark.parametrize("at", [1, 2, 4])
def test_what_was_looked_at_is_not_looked_at_again(living: Reviewing, tmp_path: Path, at: int) -> None:
    store_some(living)
    enrol(living)
    whole, out = tmp_path / "whole", tmp_path / "answer"
    assert ask(living, Pool(), whole) == 4
    opened = entries(living, Kind.ORIGINAL_OPENED)
    with pytest.raises(Cut):
        ask(living, CutPool(at=at), out)
    assert is_unfinished(out) and not (out / "index.html").exists()
    assert entries(living, Kind.ORIGINAL_OPENED) == opened + at and entries(living, Kind.ACCESS_ANSWERED) == 1
    with (out / PROGRESS).open("ab") as file:
        file.write(b'{"photo": "ab')  # of a power cut
    (out / f"photo-{at:04}.jpg").write_bytes(b"half")  # written, and not written down
    pool = Pool()
    assert ask(living, pool, out) == 4
    assert len(pool.seen) == 5 - at  # and no more than was left
    assert [line["photo"] for line in lines(out)] == [line["photo"] for line in lines(whole)]
    same = [(out / line["file"]).read_bytes() == (whole / line["file"]).read_bytes() for line in lines(out)]
    assert same == [True] * 4 and sorted(path.name for path in out.iterdir()) == sorted(p.name for p in whole.iterdir())
    assert entries(living, Kind.ACCESS_ANSWERED) == 2
    living.check_record()


def test_it_may_be_cut_off_at_every_original(living: Reviewing, tmp_path: Path) -> None:
    store_some(living)
    enrol(living)
    for number in itertools.count(1):
        pool = CutPool(at=2)
        try:
            assert ask(living, pool, tmp_path / "answer") == 4
        except Cut:
            comparison = Comparison(own_templates(living.workspace, PUPIL))
            known = find_known(living.workspace, PUPIL)
            assert begun(living.workspace, known, comparison, tmp_path / "answer") == number
        else:
            break
    assert number == 4 and len(lines(tmp_path / "answer")) == 4


def test_another_request_is_not_gone_on_with(living: Reviewing, tmp_path: Path) -> None:
    first, *_ = store_some(living, 3)
    enrol(living)
    out = tmp_path / "answer"
    with pytest.raises(Cut):
        ask(living, CutPool(at=3), out)
    with living.workspace.database.write() as connection:
        connection.execute(update(tables.photos).where(tables.photos.c.sha256 == first).values(taken_on="2026-01-05"))
    narrowed = find_known(living.workspace, PUPIL, Within(since="2026-01-05"))
    for asked, is_plain in ((narrowed, False), (None, True)):
        with pytest.raises(UsageError, match="another request"):
            ask(living, Pool(), out, asked, is_plain=is_plain)
    (out / "photo-0001.jpg").write_bytes(b"another")
    with pytest.raises(UsageError, match="changed since"):
        ask(living, Pool(), out)


def test_it_is_narrowed_by_day_event_school_and_device(living: Reviewing) -> None:
    one, other = store_some(living, 2)
    photos = tables.photos
    with living.workspace.database.write() as connection:
        of = update(photos).where(photos.c.sha256 == one)
        connection.execute(of.values(taken_on="2026-03-05", event="event-7", school="oak"))
        connection.execute(update(photos).where(photos.c.sha256 == other).values(taken_on="2026-05-05", school="elm"))
        connection.execute(update(photos).values(arrived_at="2026-09-07T08:00:00.000Z"))

    def found(within: Within) -> tuple[str, ...]:
        return find_known(living.workspace, PUPIL, within).originals

    assert set(found(EVERYTHING)) == {one, other}
    assert found(Within(since="2026-03-01", until="2026-03-31")) == (one,)
    assert found(Within(until="2026-03-04")) == ()
    assert set(found(Within(since="2026-09-07", until="2026-09-07"))) == {one, other}  # a camera's clock may be wrong
    assert found(Within(event="event-7")) == (one,)
    assert found(Within(school="elm")) == (other,)
    assert set(found(Within(device="cam-office"))) == {one, other} and found(Within(device="cam-hall")) == ()


def test_what_is_asked_for_is_read_and_said(living: Reviewing) -> None:
    workspace = living.workspace
    store_some(living, 1)
    within = narrow_to(workspace, date(2026, 3, 1), date(2026, 3, 31), None, None, "cam-office")
    assert within == Within("2026-03-01", "2026-03-31", None, None, "cam-office")
    words = describe_within(within)
    assert "from 01/03/2026 on" in words and "until 31/03/2026" in words and "of device cam-office" in words
    assert describe_within(EVERYTHING) == "" and narrow_to(workspace, None, None, None, None, None) == EVERYTHING
    for wrong in (
        (date(2026, 3, 2), date(2026, 3, 1), None, None, None), (None, None, "nowhere", None, None),
        (None, None, None, "99", None), (None, None, None, None, "nothing"),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            narrow_to(workspace, *wrong)


def test_how_long_it_takes_is_known_by_the_photos_that_were_redacted_last(living: Reviewing) -> None:
    before = estimate(living.workspace)
    assert (before.each_s, before.is_measured) == (GUESS_S, False)
    photos = store_some(living, 3)
    logged = tables.log_entries
    with living.workspace.database.write() as connection:
        for photo, second in zip(photos, (3, 5, 9), strict=True):
            at = f"2026-09-07T08:00:0{second}.000Z"
            of = update(logged).where(logged.c.photo == photo)
            connection.execute(of.where(logged.c.kind == "photo.sealed").values(at="2026-09-07T08:00:00.000Z"))
            connection.execute(of.where(logged.c.kind == "photo.redacted").values(at=at))
    after = estimate(living.workspace)
    assert (after.each_s, after.is_measured) == (5.0, True)
