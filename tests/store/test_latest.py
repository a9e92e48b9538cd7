"""A clock that is behind the audit log: what ended stays ended, what cannot be undone waits, a person accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from redact.audit.kinds import Kind, Role
from redact.audit.verify.export import print_export
from redact.audit.verify.log import verify_log
from redact.cli import app
from redact.errors import RedactError, UsageError
from redact.photos.purge import purge_originals
from redact.posts.approving.approve import find_hindrance, uphold
from redact.posts.releasing.release import release
from redact.posts.releasing.sweep import tend_outbox
from redact.posts.writing import drafting
from redact.reports.accept_clock import accept_clock
from redact.reports.doctor.examine import examine
from redact.reports.doctor.values import Grade
from redact.reports.status import read_status
from redact.store.latest import TOLERANCE, ClockBehind, newest_known
from redact.store.log.reader import read_export
from redact.store.posts.values import PostState
from redact.store.schema.tables import log_checkpoints
from tests.rigs.living import Living
from tests.rigs.posting import HENRY, PIA, Posting, open_posting
from tests.rigs.reviewing import OLIVE

WHO = (Role.CEO, "jb-1", "The clock had run ahead.")


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Posting]:
    with open_posting(tmp_path) as found:
        yield found


def log_something(living: Living) -> None:
    with living.workspace.audit_log.writing() as entries:
        entries.add(Kind.STORAGE_CHECKED, checked=1, missing=0, differs=0)


def set_back(living: Living, by: timedelta = timedelta(hours=1)) -> None:
    log_something(living)
    living.clock.moment -= by


def test_nothing_is_proposed_approved_or_released_while_the_clock_is_behind(living: Posting) -> None:
    draft, proposed = living.draft([living.pass_one(1)]), living.propose([living.pass_one(2)])
    approved = living.approve(living.propose([living.pass_one(3)]))
    set_back(living)
    acts: list[Callable[[], object]] = [
        lambda: drafting.propose(living.workspace, draft.id, draft.edition, OLIVE),
        lambda: living.approve(proposed),
        lambda: release(living.workspace, approved.id, str(approved.content), PIA),
    ]
    for act in acts:
        with pytest.raises(ClockBehind, match=r"07/09/2026 \d\d:\d\d.*set back.*workspace clock --accept"):
            act()
    assert "set back" in find_hindrance(living.workspace, proposed, HENRY).why_not
    # and nothing that stands is lost by it
    tend_outbox(living.workspace)
    states = {post.id: PostState.DRAFT for post in (draft,)}
    states |= {proposed.id: PostState.PROPOSED, approved.id: PostState.APPROVED}
    assert {number: getattr(uphold(living.workspace, number, None), "state", None) for number in states} == states
    # set right, all goes on
    living.clock.go(hours=1)
    assert living.approve(proposed).state is PostState.APPROVED
    assert release(living.workspace, approved.id, str(approved.content), PIA).state is PostState.RELEASED


def test_an_approval_that_ended_does_not_count_again(living: Posting) -> None:
    approved = living.approve(living.propose([living.pass_one()]))
    living.clock.go(days=16)
    set_back(living, timedelta(days=10))
    after = uphold(living.workspace, approved.id, None)
    assert after is not None and after.state is PostState.DRAFT


def test_what_is_written_on_the_same_day_hides_no_clock_that_was_set_back(living: Posting) -> None:
    set_back(living)
    log_something(living)
    with living.workspace.database.read() as connection:
        assert newest_known(connection) == living.clock() + timedelta(hours=1)
    accept_clock(living.workspace, *WHO)
    assert living.workspace.latest() == living.clock()


@pytest.mark.parametrize(("behind", "is_well"), [(TOLERANCE, True), (TOLERANCE + timedelta(seconds=1), False)])
def test_two_machines_may_differ_a_little(living: Posting, behind: timedelta, is_well: bool) -> None:
    set_back(living, behind)
    with living.workspace.database.read() as connection:
        assert (living.workspace.why_behind(connection) is None) is is_well
    findings = examine(living.workspace.settings.folder, living.clock)
    assert [each.grade for each in findings if each.check == "clock"] == [Grade.OK if is_well else Grade.FAIL]
    told = [item for item in read_status(living.workspace).for_person if item.id == "clock"]
    assert len(told) == (not is_well) and all("set back" in item.reason for item in told)


def test_the_newest_day_is_found_behind_any_number_of_later_entries(living: Posting) -> None:
    set_back(living, timedelta(days=30))
    ahead = living.clock() + timedelta(days=30)
    with living.workspace.audit_log.writing() as entries:
        for _ in range(1001):
            entries.add(Kind.STORAGE_CHECKED, checked=1, missing=0, differs=0)
    living.clock.go(days=1)
    log_something(living)
    with living.workspace.database.read() as connection:
        assert newest_known(connection) == ahead
    assert "clock" in {each.check for each in examine(living.workspace.settings.folder, living.clock)
                       if each.grade is Grade.FAIL}  # fmt: skip


def test_nothing_is_destroyed_by_a_day_that_nobody_knows(living: Posting) -> None:
    seen = living.pass_one()
    living.clock.go(days=100)
    set_back(living)
    with pytest.raises(ClockBehind):
        purge_originals(living.workspace)
    assert living.workspace.vault.has(seen.photo)
    living.clock.go(hours=1)
    assert [each.photo for each in purge_originals(living.workspace).destroyed] == [seen.photo]


def test_a_clock_that_ran_ahead_is_accepted_by_a_person(living: Posting) -> None:
    workspace = living.workspace
    with pytest.raises(UsageError, match="nothing to accept"):
        accept_clock(workspace, *WHO)
    ahead = living.clock() + timedelta(days=1500)
    living.clock.go(days=1500)
    set_back(living, timedelta(days=1500))
    assert workspace.today().year > living.clock().year
    accept_clock(workspace, *WHO)
    assert workspace.latest() == living.clock() and not read_status(workspace).for_person
    (entry,) = [event for event in living.events() if event.kind is Kind.CLOCK_ACCEPTED]
    assert entry.fact("latest") == ahead.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert entry.fact("by") == "ceo" and entry.fact("reason") == WHO[2]
    # from here on the log counts again
    set_back(living)
    with pytest.raises(ClockBehind):
        living.propose([living.pass_one()])


def test_a_reader_takes_the_entry_for_one_of_the_format(living: Posting) -> None:
    living.clock.go(days=9)
    set_back(living, timedelta(days=9))
    accept_clock(living.workspace, *WHO)
    with living.workspace.database.read() as connection:
        lines = list(print_export(read_export(connection, living.workspace.settings.origin)))
    report = verify_log(lines, (), [living.workspace.keys.log_key])
    assert report.is_intact and not any("clock.accepted" in str(notice) for notice in report.notices)


def run(living: Living, *words: str) -> Result:
    folder = str(living.workspace.settings.folder)
    return CliRunner().invoke(app, ["workspace", "clock", *words, "--workspace", folder])


def test_the_command_says_it_and_accepts(living: Posting) -> None:
    assert run(living).exit_code == 0
    living.clock.moment = datetime.now(UTC) + timedelta(days=400)
    log_something(living)
    told = run(living)
    assert told.exit_code == 3 and "workspace clock --accept" in told.stdout
    assert isinstance(run(living, "--accept").exception, UsageError)
    said = ("--by", "ceo", "--person", "jb-1", "--reason", "The clock had run ahead.")
    assert run(living, "--accept", *said).exit_code == 0
    assert run(living).exit_code == 0


def test_a_time_that_is_none_is_no_traceback_and_no_day(living: Posting) -> None:
    log_something(living)
    with living.workspace.database.write() as connection:
        connection.execute(update(log_checkpoints).values(at="2026-99-99"))
    with pytest.raises(RedactError, match="somebody changed the database"):
        living.workspace.today()
