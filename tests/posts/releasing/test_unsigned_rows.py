"""Whoever can write the database and has no key cannot have a picture put out that nobody passed, or a post that
nobody approved: rows are no proof."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from redact.audit.kinds import Kind
from redact.photos.placing.for_use import NotProven, update_for_use
from redact.posts.approving.conditions import hash_post
from redact.posts.changes import Seen
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.releasing.release import NotReleasable, release
from redact.posts.review import reopen
from redact.posts.sites.register import known_site
from redact.posts.writing import drafting
from redact.reports.audit_log import verify_workspace
from redact.store.log.checked import Checked
from redact.store.log.proofs.passed import is_passed_by_log
from redact.store.placing.for_use import count_for_use
from redact.store.posts.values import Post, PostState
from redact.store.schema.tables import log_checked, log_entries, photos, post_photos, posts, shown
from tests.rigs.posting import PIA, SITE, Posting, open_posting
from tests.rigs.reviewing import OLIVE, RAE, calm_jpeg

BARE = b"\xff\xd8\xff the photo as it came"


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Posting]:
    with open_posting(tmp_path) as found:
        yield found


def say(living: Posting, table: object, **columns: object) -> None:
    """Write columns into all rows of a table, as whoever has the database can."""
    with living.workspace.database.write() as connection:
        connection.execute(update(table).values(**columns))  # type: ignore[arg-type]


def say_approved(living: Posting, post: Post) -> None:
    until = "2099-01-01T00:00:00.000Z"
    say(living, posts, state="approved", approved_at=living.at, approver="c" * 64, approver_role="ceo", until=until)


def never_approved(living: Posting) -> Post:
    post = living.propose()
    say_approved(living, post)
    return post


def taken_back(living: Posting) -> Post:
    """Approved, and taken back by its author since: the row says approved again."""
    post = living.approve(living.propose())
    drafting.withdraw(living.workspace, post.id, post.edition, OLIVE)
    say(living, posts, content=post.content, nonce=post.nonce)
    say_approved(living, post)
    return post


def opened_again(living: Posting) -> Post:
    """Approved, and voided because its photo's review was opened again: the rows say approved and fit."""
    seen = living.pass_one()
    post = living.approve(living.propose([seen]))
    reopen(living.workspace, seen, RAE)
    say(living, posts, content=post.content, nonce=post.nonce)
    say_approved(living, post)
    say(living, photos, review="fit")
    return post


def other_bytes(living: Posting) -> Post:
    """Approved; other bytes lie in trust storage, and every row says that they are the copy."""
    post, bare = living.approve(living.propose([living.pass_one()])), hashlib.sha256(BARE).hexdigest()
    name = f"{bare[:24]}.jpg"
    living.workspace.trust.put(name, BARE)
    say(living, photos, output=bare, output_name=name)
    say(living, post_photos, output=bare)
    again = living.post(post.id)
    content = hash_post(living.workspace, again, known_site(living.workspace, SITE), again.nonce)
    say(living, posts, content=content)
    return living.post(post.id)


@pytest.mark.parametrize("attack", [never_approved, taken_back, opened_again, other_bytes])
def test_nothing_is_released_that_the_log_does_not_prove(living: Posting, attack: Callable[[Posting], Post]) -> None:
    post = attack(living)
    assert living.post(post.id).state is PostState.APPROVED, "by its row"
    with pytest.raises(NotReleasable, match="audit log does not prove"):
        release(living.workspace, post.id, str(post.content), PIA)
    assert not [path for path in living.workspace.settings.outbox.rglob("*") if path.is_file()]


def test_a_copy_that_only_rows_call_passed_does_not_come_into_for_use(living: Posting) -> None:
    passed = living.pass_one(1)
    living.store_one(calm_jpeg(9), "open.jpg")
    say(living, photos, review="fit")
    with pytest.raises(NotProven, match="does not prove that a person passed"):
        update_for_use(living.workspace)
    with living.workspace.database.read() as connection:
        assert count_for_use(connection)[0] == 1, "the other one does"
    trust = living.workspace.settings.trust_folder
    assert trust is not None
    (lying,) = [path for path in (trust / "for-use").rglob("*") if path.is_file()]
    assert hashlib.sha256(lying.read_bytes()).hexdigest() == passed.output


@pytest.mark.parametrize("how", ["recalled", "opened again, and the entry hidden"])
def test_a_copy_that_is_passed_no_more_does_not_come_back_into_for_use_by_rows(living: Posting, how: str) -> None:
    seen = living.pass_one()
    if how == "recalled":
        recall_copy(living.workspace, seen, RAE, RecallCause.OBJECTION)
        with living.workspace.database.write() as connection:
            connection.execute(delete(shown))
    else:
        reopen(living.workspace, seen, RAE)
        assert verify_workspace(living.workspace).is_intact  # what comes after it is changed behind its back
        newest = select(func.max(log_entries.c.n)).scalar_subquery()
        with living.workspace.database.write() as connection:
            hidden = update(log_entries).where(log_entries.c.n == newest, log_entries.c.kind == "review.decided")
            assert connection.execute(hidden.values(kind="device.renewed")).rowcount == 1
    say(living, photos, review="fit")
    with pytest.raises(NotProven):
        update_for_use(living.workspace)


@pytest.mark.parametrize("is_soon", [True, False], ids=["read on by the release", "too much to read at once"])
def test_a_log_that_nobody_has_read_yet_says_what_reads_it(
    living: Posting, monkeypatch: pytest.MonkeyPatch, is_soon: bool
) -> None:
    """As after an upgrade: the release reads on, and where that is too much says what to do."""
    post = living.approve(living.propose([living.pass_one()]))
    with living.workspace.database.write() as connection:
        connection.execute(delete(log_checked))
    monkeypatch.setattr("redact.store.log.proofs.listed.ACT_MOST", 1)
    living.workspace.audit_log.listed._checked = Checked()
    if is_soon:
        assert release(living.workspace, post.id, str(post.content), PIA).state is PostState.RELEASED
        return
    monkeypatch.setattr("redact.posts.releasing.release.check_further", lambda *_, **__: None)
    with pytest.raises(NotReleasable, match=r"\d of its \d+ entries so far\. The running watcher reads on .* verify"):
        release(living.workspace, post.id, str(post.content), PIA)
    with pytest.raises(NotProven, match=r"not put into for-use yet.*entries so far"):
        update_for_use(living.workspace)


def is_passed(living: Posting, seen: Seen) -> bool:
    with living.workspace.database.read() as connection:
        return is_passed_by_log(living.workspace.audit_log, connection, seen.photo, seen.output)


def test_only_the_newest_decision_and_one_on_this_very_copy_passes_it(living: Posting) -> None:
    seen = living.pass_one()
    facts = {"photo": seen.photo, "output": seen.output, "decision": "fit", "by": RAE.role, "person": RAE.tag}
    for decided in ({"decision": "unfit"}, {}, {"decision": "reopened"}, {}, {"output": "b" * 64}, {}):
        with living.workspace.audit_log.writing() as entries:
            entries.add(Kind.REVIEW_DECIDED, **(facts | decided))
        assert is_passed(living, seen) is not bool(decided), decided
    # Nor does a copy that was recalled count because another was stored since.
    with living.workspace.audit_log.writing() as entries:
        recalled = {"by": RAE.role, "person": RAE.tag, "cause": "objection"}
        entries.add(Kind.COPY_RECALLED, photo=seen.photo, output=seen.output, register=0, **recalled)
        entries.add(Kind.PHOTO_STORED, photo=seen.photo, output="b" * 64, bytes=1)
    assert not is_passed(living, seen)
