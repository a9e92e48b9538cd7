"""A post's whole way, once more where the database is a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from redact.audit.kinds import Role
from redact.posts.approving.approve import PostChanged, approve, refuse, uphold
from redact.posts.approving.rules import Refusal
from redact.posts.writing import drafting
from redact.registers.consents import withdraw
from redact.store.posts import posts
from redact.store.posts.posts import Wanted
from redact.store.posts.values import PostState
from tests.rigs.postgres import cluster
from tests.rigs.posting import CEO, HENRY, Posting, add_site
from tests.rigs.reviewing import OLIVE, PUPIL
from tests.store.test_postgres import Ready, ready

__all__ = ["cluster", "ready"]
pytestmark = pytest.mark.slow


@pytest.fixture
def living(ready: Ready, tmp_path: Path) -> Iterator[Posting]:  # noqa: F811
    with ready.opened(tmp_path) as (workspace, clock):
        add_site(workspace)
        yield Posting(workspace, clock, tmp_path)


def test_a_post_is_written_refused_approved_and_voided(living: Posting) -> None:
    living.add_pupil()
    post = living.propose([living.pass_shown(), living.pass_one()])
    refuse(living.workspace, living.looked_at(post), HENRY, Refusal.WORDS, "Shorter")
    back = living.post(post.id)
    drafting.edit(living.workspace, post.id, back.edition, living.edited(back, caption="Short"), OLIVE)
    drafting.propose(living.workspace, post.id, back.edition + 1, OLIVE)
    seen = living.looked_at(living.post(post.id))
    approve(living.workspace, seen, HENRY)
    with pytest.raises(PostChanged):
        approve(living.workspace, seen, CEO)
    with living.workspace.database.read() as connection:
        assert posts.count_posts(connection, Wanted(tuple(PostState))) == {PostState.APPROVED: 1}
        assert [each.id for each in posts.list_posts(connection, Wanted([PostState.APPROVED]), None, 5)] == [post.id]
    withdraw(living.workspace, Role.COMMUNICATIONS, PUPIL, None)
    found = uphold(living.workspace, post.id, None)
    assert found is not None and (found.state, found.cause) == (PostState.DRAFT, "consent-ended")
    with living.workspace.database.read() as connection:
        assert posts.count_sent_back(connection, Wanted([PostState.DRAFT], author=OLIVE.tag)) == 1
    living.check_record()
