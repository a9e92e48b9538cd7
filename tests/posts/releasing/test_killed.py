"""kill -9 at every step of a release: released with all its files, or not released and no file after the sweep."""

from __future__ import annotations

import hashlib
import signal
from pathlib import Path

import pytest

from redact.posts.releasing.release import release, released_files
from redact.posts.releasing.sweep import tend_outbox
from redact.store.posts.values import PostState
from tests.rigs.forks import FORKS
from tests.rigs.postgres import cluster
from tests.rigs.posting import SITE, Posting, open_posting, open_posting_in
from tests.rigs.releasing import PIA, release_and_die
from tests.rigs.waiting import LONGEST_S
from tests.store.test_postgres import Ready, ready

__all__ = ["cluster", "ready"]
pytestmark = pytest.mark.slow
MOST = 60  # steps; the release of two photos takes fewer, which is asserted


def test_a_killed_release_is_whole_or_nothing(tmp_path: Path) -> None:
    with open_posting(tmp_path) as living:
        kill_at_every_step(living, 2)


def test_a_killed_release_is_whole_or_nothing_where_the_database_is_a_server(ready: Ready, tmp_path: Path) -> None:  # noqa: F811
    with ready.opened(tmp_path) as (workspace, clock):
        kill_at_every_step(open_posting_in(workspace, clock, tmp_path), 1)


def kill_at_every_step(living: Posting, photos: int) -> None:
    """Release a post in one process after the other, each killed one step later, until one comes to its end."""
    post = living.approve(living.propose([living.pass_one(seed) for seed in range(1, photos + 1)]))
    names = {f"{SITE}/post-{post.id}/{name}" for name in ("post.txt", *(f"{n}.jpg" for n in range(1, photos + 1)))}
    outcomes = set()
    for nth in range(1, MOST):
        code = _release_and_die(living, post.id, nth)
        tend_outbox(living.workspace)
        state = living.post(post.id).state
        outcomes.add(state)
        top = living.workspace.settings.outbox
        lying = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
        if state is PostState.APPROVED:
            assert lying == set(), nth
            assert living.events("release.made") == []
        else:
            assert state is PostState.RELEASED
            assert lying == names, nth
            files = released_files(living.workspace, living.post(post.id))
            for place, photo in enumerate(post.photos, 1):
                assert hashlib.sha256(files[f"{place}.jpg"]).hexdigest() == photo.output
            break
    assert code in {0, -signal.SIGKILL} and outcomes == {PostState.APPROVED, PostState.RELEASED} and nth > 10
    assert release(living.workspace, post.id, str(post.content), PIA).state is PostState.RELEASED


def _release_and_die(living: Posting, post: int, nth: int) -> int | None:
    process = FORKS.Process(target=release_and_die, args=(living.workspace.settings.folder, post, nth))
    process.start()
    process.join(LONGEST_S)
    assert process.exitcode in {0, -signal.SIGKILL}, process.exitcode
    return process.exitcode
