"""Two machines share a database, each with an outbox of its own: nobody says "gone" before the one that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from redact.audit.kinds import Kind, Role
from redact.messages.gather import read_facts
from redact.messages.values import Topic
from redact.posts.releasing.leaving import read_leaving
from redact.posts.releasing.posted import mark_posted
from redact.posts.releasing.release import release
from redact.posts.releasing.sweep import tend_outbox
from redact.pupils.consent import Consent, State
from redact.registers.act import act_of
from redact.store import machines
from redact.store.posts.values import Post, PostState
from redact.store.pupils import register
from redact.system.clock import print_moment
from redact.workspace.open import Workspace
from tests.rigs.posting import PIA, Posting, open_posting
from tests.rigs.reviewing import OLIVE, PUPIL


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Posting]:
    with open_posting(tmp_path) as found:
        found.add_pupil()
        yield found


@pytest.fixture
def other(living: Posting, tmp_path: Path) -> Workspace:
    """Return the same workspace as another machine has it open."""
    folder = tmp_path / "elsewhere"
    (folder / "outbox").mkdir(parents=True)
    apart = replace(living.workspace.settings, folder=folder, outbox=folder / "outbox")
    return replace(living.workspace, settings=apart)


def files(workspace: Workspace) -> int:
    return sum(path.is_file() for path in workspace.settings.outbox.rglob("*"))


def put_out(living: Posting) -> Post:
    post = living.approve(living.propose([living.pass_shown()]))
    return release(living.workspace, post.id, str(post.content), PIA)


def test_a_release_lapses_only_where_its_files_lie(living: Posting, other: Workspace) -> None:
    post = put_out(living)
    assert post.outbox == living.workspace.executor != other.executor
    assert read_leaving(other, post) is None
    living.clock.go(hours=25)
    tend_outbox(other)
    seen = living.post(post.id)
    assert seen.state is PostState.RELEASED and living.events(Kind.RELEASE_LAPSED.value) == []
    leaving = read_leaving(other, seen)
    assert leaving is not None and files(living.workspace) == 2
    assert "may still lie there" in leaving.sentence(living.workspace.settings.zone)
    tend_outbox(living.workspace)
    assert files(living.workspace) == 0
    after = living.post(post.id)
    assert (after.state, after.outbox) == (PostState.APPROVED, None) and read_leaving(other, after) is None
    assert len(living.events(Kind.RELEASE_LAPSED.value)) == 1


def test_what_is_taken_back_elsewhere_leaves_until_the_machine_says_so(living: Posting, other: Workspace) -> None:
    post = put_out(living)
    with other.audit_log.writing() as entries:
        act = act_of(other, Role.COMMUNICATIONS)
        register.set_consent(entries, act, Consent(PUPIL, "website", State.WITHDRAWN, act.day))
    tend_outbox(other)
    seen = living.post(post.id)
    assert seen.state is PostState.DRAFT and seen.is_leaving_outbox and files(living.workspace) == 2
    with living.workspace.database.write() as connection:
        machines.beat(connection, living.workspace.executor, living.workspace.now())
        host = machines.host_of(connection, living.workspace.executor)
    leaving = read_leaving(other, seen)
    assert leaving is not None and (leaving.since, leaving.host) == (seen.back_at, host) and host
    tend_outbox(living.workspace)
    assert files(living.workspace) == 0 and not living.post(post.id).is_leaving_outbox


def test_a_machine_that_was_posted_from_elsewhere_says_it_too(living: Posting, other: Workspace) -> None:
    post = put_out(living)
    mark_posted(other, post.id, str(post.content), "https://facebook.example/oakschool/posts/1", PIA)
    assert living.post(post.id).is_leaving_outbox
    tend_outbox(living.workspace)
    assert not living.post(post.id).is_leaving_outbox and files(living.workspace) == 0


def test_on_one_machine_nothing_is_ever_seen_to_leave(living: Posting) -> None:
    post = put_out(living)
    living.clock.go(hours=25)
    tend_outbox(living.workspace)
    assert living.post(post.id).outbox is None


def test_what_another_machine_holds_is_put_out_here_and_lapses_here(living: Posting, other: Workspace) -> None:
    post = put_out(living)
    living.clock.go(hours=25)
    again = release(other, post.id, str(post.content), PIA)
    assert again.outbox == other.executor and files(other) == 2
    tend_outbox(living.workspace)
    assert living.post(post.id).state is PostState.RELEASED


# -- by the clock --


def test_an_approval_that_ran_out_is_a_draft_without_anybody_reading_it(living: Posting) -> None:
    proposed = living.propose([living.pass_one(5)])
    post = living.approve(living.propose([living.pass_one(6)]))
    assert post.until is not None
    living.clock.go(days=14)
    tend_outbox(living.workspace)
    assert living.post(post.id).state is PostState.APPROVED  # it holds until the end of that day
    living.clock.go(days=1)
    tend_outbox(living.workspace)
    after = living.post(post.id)
    assert (after.state, after.cause) == (PostState.DRAFT, "approval-expired")
    assert after.back_at is not None and after.back_at > post.until
    assert living.post(proposed.id).state is PostState.PROPOSED  # nobody has said yes to it yet
    assert [kind for kind, _ in living.said_of(post)][-1] == "approval.voided"


def test_a_site_whose_approval_ends_makes_drafts_by_the_clock(living: Posting) -> None:
    post = living.propose([living.pass_one()])
    with living.workspace.database.write() as connection:
        from redact.store.schema.tables.of_posts import sites

        until = print_moment(living.workspace.now() + timedelta(hours=1))
        connection.execute(sites.update().values(until=until))
    tend_outbox(living.workspace)
    assert living.post(post.id).state is PostState.PROPOSED
    living.clock.go(hours=1, seconds=1)
    tend_outbox(living.workspace)
    assert (living.post(post.id).state, living.post(post.id).cause) == (PostState.DRAFT, "site-closed")


def test_the_author_is_known_to_the_messages(living: Posting) -> None:
    from redact.store.staff import news

    post = living.approve(living.propose([living.pass_one()]))
    release(living.workspace, post.id, str(post.content), PIA)
    living.clock.moment = datetime(2026, 9, 8, 6, 5, tzinfo=UTC)  # 7:05 at the school
    counts = read_facts(living.workspace).counts
    assert (counts[Topic.POSTS_TO_LINK, ""], counts.get((Topic.POSTS_TO_RELEASE, ""), 0)) == (1, 0)
    living.clock.go(days=15)
    tend_outbox(living.workspace)
    with living.workspace.database.read() as connection:
        (row,) = news.list_waiting_posts(connection)
        counted = news.count_run_out(connection, "approval-expired", str(post.until))
    assert (row.author, row.cause) == (OLIVE.tag, "approval-expired") and counted == {"": 1}
