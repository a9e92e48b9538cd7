"""A draft that nobody wants is discarded as it was seen, by whoever may, and stays on record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from redact.audit.kinds import Kind, Role
from redact.errors import UsageError
from redact.posts.releasing.release import release
from redact.posts.take_downs.report import report_post
from redact.posts.writing import discarding, drafting
from redact.posts.writing.discarding import Discard
from redact.posts.writing.drafting import EditedMeanwhile
from redact.store.posts.values import PostState
from redact.workspace.ids import Actor
from tests.rigs.posting import PIA, Posting, open_posting
from tests.rigs.reviewing import OLIVE

HAL = Actor(Role.HOLDER.value, "e" * 64)
HEAD = Actor(Role.HEADTEACHER.value, "c" * 64)


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Posting]:
    with open_posting(tmp_path) as found:
        yield found


def test_it_is_logged_with_who_and_why_and_stays(living: Posting) -> None:
    one, other = living.draft(), living.draft()
    discarding.discard(living.workspace, one.id, OLIVE, cause=Discard.TWICE, edition=one.edition)
    discarding.discard(living.workspace, other.id, OLIVE)
    after = living.post(one.id)
    assert (after.state, after.cause, after.caption) == (PostState.DISCARDED, "written-twice", one.caption)
    assert after.discarded_at == living.at and living.post(other.id).cause is None
    first, second = living.events(Kind.POST_DISCARDED.value)
    assert (first.fact("post"), first.fact("cause"), first.fact("person")) == (one.ref, "written-twice", OLIVE.tag)
    assert second.fact("cause") is None
    living.check_record()


def test_only_a_draft_as_it_was_seen(living: Posting) -> None:
    post = living.propose()
    with pytest.raises(UsageError, match="is no draft"):
        discarding.discard(living.workspace, post.id, OLIVE)
    drafting.withdraw(living.workspace, post.id, post.edition, OLIVE)
    with pytest.raises(EditedMeanwhile):
        discarding.discard(living.workspace, post.id, OLIVE, edition=post.edition - 1)
    discarding.discard(living.workspace, post.id, OLIVE, edition=post.edition)
    for act in (discarding.discard, drafting.propose):
        with pytest.raises((UsageError, EditedMeanwhile)):
            act(living.workspace, post.id, edition=post.edition, who=OLIVE)
    with pytest.raises(EditedMeanwhile):
        drafting.edit(living.workspace, post.id, post.edition, living.edited(post, caption="Again"), OLIVE)
    assert len(living.events(Kind.POST_DISCARDED.value)) == 1


def test_another_member_of_staff_may_not_and_a_headteacher_may(living: Posting) -> None:
    post = living.draft()
    with pytest.raises(UsageError, match="its author, the office or a headteacher"):
        discarding.discard(living.workspace, post.id, HAL)
    with pytest.raises(UsageError, match="no such post"):
        discarding.discard(living.workspace, post.id, HEAD, schools=frozenset({"elm"}))
    discarding.discard(living.workspace, post.id, HEAD)
    assert living.post(post.id).state is PostState.DISCARDED


def test_what_may_stand_somewhere_is_not_put_out_of_sight(living: Posting) -> None:
    post = living.approve(living.propose([living.pass_one()]))
    release(living.workspace, post.id, str(post.content), PIA)
    report_post(living.workspace, post.id, "offends", OLIVE)
    assert living.post(post.id).state is PostState.DRAFT
    with pytest.raises(UsageError, match="taken down"):
        discarding.discard(living.workspace, post.id, OLIVE)
