"""Sites, release, take-downs and incidents, once more where the database is a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from redact.audit.kinds import Role
from redact.posts.incidents.register import Progress, change_incident, close_incident, known_incident, open_incident
from redact.posts.releasing.posted import attest_down, mark_posted
from redact.posts.releasing.release import Poster, release
from redact.posts.releasing.sweep import tend_outbox
from redact.posts.sites.register import change_site, known_site, retire_site
from redact.posts.take_downs.report import known_take_down, read_take_downs, report_post, write_who_was_told
from redact.store.posts.incidents import NewIncident
from redact.store.posts.values import PostState
from redact.workspace.ids import Actor
from tests.rigs.postgres import cluster
from tests.rigs.posting import Posting, open_posting_in
from tests.rigs.publishing import FACEBOOK, HEADTEACHER, open_site
from tests.rigs.reviewing import OLIVE, RAE
from tests.store.test_postgres import Ready, ready

__all__ = ["cluster", "ready"]
pytestmark = pytest.mark.slow
PIA = Poster(Actor(Role.POSTER.value, "9a" * 32), None)


@pytest.fixture
def living(ready: Ready, tmp_path: Path) -> Iterator[Posting]:  # noqa: F811
    with ready.opened(tmp_path) as (workspace, clock):
        yield open_posting_in(workspace, clock, tmp_path)


def test_a_post_goes_out_and_comes_down(living: Posting) -> None:
    workspace = living.workspace
    post = living.approve(living.propose([living.pass_one()]))
    release(workspace, post.id, str(post.content), PIA)
    living.clock.go(hours=25)
    tend_outbox(workspace)
    assert living.post(post.id).state is PostState.APPROVED
    release(workspace, post.id, str(post.content), PIA)
    mark_posted(workspace, post.id, str(post.content), "https://facebook.example/oakschool/1", PIA)
    report_post(workspace, post.id, "offends", OLIVE, note="A joke.")
    write_who_was_told(workspace, known_take_down(workspace, 1), "ceo")
    assert [each.told[0][0] for each in read_take_downs(workspace)] == ["ceo"]
    attest_down(workspace, post.id, PIA)
    assert read_take_downs(workspace) == () and len(read_take_downs(workspace, is_every=True)) == 1
    living.check_record()


def test_sites_and_incidents_are_changed_as_they_were_seen(living: Posting) -> None:
    workspace = living.workspace
    site = open_site(workspace, "insta", replace(FACEBOOK, platform="instagram"))
    assert change_site(workspace, site, replace(site.account, handle="@elm"), RAE)
    retire_site(workspace, known_site(workspace, "insta"), HEADTEACHER)
    new = NewIncident("another", "", "2026-09-07", living.at)
    number = open_incident(workspace, new, OLIVE)
    seen = change_incident(
        workspace, known_incident(workspace, number), Progress(Role.CEO, measure="deleted"), HEADTEACHER
    )
    close_incident(workspace, seen, HEADTEACHER)
    living.check_record()
