"""`redact posts`: lists and shows, and says where posts are approved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from redact.store.posts.values import PostState
from tests.rigs.posting import HENRY, Posting, open_posting
from tests.rigs.program import run_here


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Posting]:
    with open_posting(tmp_path) as found:
        monkeypatch.setattr("redact.workspace.open.system_now", found.clock)  # the commands open the workspace again
        yield found


def test_posts_are_listed_and_shown_without_their_words_in_lists(living: Posting, tmp_path: Path) -> None:
    draft, post = living.draft(caption="Secret draft"), living.propose([living.pass_one()], "A day at the pond")
    where = ("--workspace", str(living.workspace.settings.folder))
    listed = run_here("posts", "list", *where, home=tmp_path)
    assert listed.returncode == 0 and "proposed" in listed.stdout and "Secret" not in listed.stdout
    [row] = json.loads(run_here("posts", "list", "--state", "proposed", "--json", *where, home=tmp_path).stdout)
    assert (row["id"], row["content"], row["photos"][0]["alt"]) == (post.id, post.content, "Pond and reeds")
    shown = run_here("posts", "show", str(draft.id), *where, home=tmp_path)
    assert "Secret draft" in shown.stdout and "redact desk" in shown.stderr
    missing = run_here("posts", "show", "99", *where, home=tmp_path)
    assert missing.returncode == 2 and "There is no post 99" in missing.stderr
    none = run_here("posts", "list", "--state", "down", *where, home=tmp_path)
    assert none.stdout == "" and "redact desk" in none.stderr


def test_a_post_that_does_not_hold_any_more_is_shown_as_a_draft(living: Posting, tmp_path: Path) -> None:
    post = living.approve(living.propose([living.pass_one()]), HENRY)
    living.workspace.close()
    living.clock.go(days=100)
    folder = str(living.workspace.settings.folder)
    shown = run_here("posts", "show", str(post.id), "--workspace", folder, home=tmp_path)
    assert "draft" in shown.stdout and "The approval's time was over." in shown.stdout, shown
    assert PostState.DRAFT.value in run_here("posts", "list", "--workspace", folder, home=tmp_path).stdout
