"""Posts as rows: an edit goes by its edition, a move by state and content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from redact.store.posts import posts
from redact.store.posts.posts import Draft, Wanted
from redact.store.posts.values import Answer, Post, PostPhoto, PostShown, PostState, Teller
from tests.rigs.living import Living, open_living

OLIVE, HENRY = Teller("communications", "b" * 64), Teller("headteacher", "c" * 64)
AT = "2026-09-07T09:00:00.000Z"


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


@pytest.fixture
def connection(living: Living) -> Iterator[Connection]:
    with living.workspace.database.write() as found:
        yield found


def add(connection: Connection, school: str = "", author: Teller = OLIVE) -> Post:
    return read(connection, posts.add_post(connection, school, author, (), AT))


def read(connection: Connection, number: int) -> Post:
    found = posts.read_post(connection, number)
    assert found is not None
    return found


def test_what_is_written_is_what_is_read(living: Living) -> None:
    photo, other = (living.store(living.add_device(name) / "a.jpg", name.encode(), name) for name in ("cam", "cam-b"))
    with living.workspace.database.write() as connection:
        photos = (PostPhoto(photo, "1" * 64, "A hall"), PostPhoto(other, "2" * 64))
        number = posts.add_post(connection, "oak", OLIVE, photos, AT)
        answers = (("consent", Answer(is_yes=True)), ("links", Answer(is_yes=False, words="none \N{SNOWMAN}")))
        written = Draft(None, "Sports\nday", answers, tuple(reversed(photos)))
        assert posts.edit_post(connection, number, 1, written, AT)
        shown = (PostShown(photo, "A123456789012", is_by_hand=True, until=AT), PostShown(other, "ADULT-1", False))
        posts.write_shown(connection, number, shown)
    with living.workspace.database.read() as connection:
        post = read(connection, number)
        assert (post.caption, post.questions, post.photos, post.edition) == (
            "Sports\nday", answers, tuple(reversed(photos)), 2,
        )  # fmt: skip
        assert post.ref == f"post-{number}" and post.author == OLIVE and post.approver is None
        assert set(posts.read_shown(connection, number)) == set(shown)
        for find, what in ((posts.list_with_photo, photo), (posts.list_showing, "ADULT-1")):
            assert [found.id for found in find(connection, what, [PostState.DRAFT])] == [number]
            assert not find(connection, what, [PostState.POSTED])


def test_an_edit_of_a_page_that_is_out_of_date_changes_nothing(connection: Connection) -> None:
    number = add(connection).id
    assert posts.edit_post(connection, number, 1, Draft(None, "first", (), ()), AT)
    assert not posts.edit_post(connection, number, 1, Draft(None, "second", (), ()), AT)
    assert read(connection, number).caption == "first"


def test_a_move_needs_the_state_the_content_and_the_edition_that_were_read(connection: Connection) -> None:
    draft = add(connection)
    assert posts.swap(connection, draft, PostState.PROPOSED, content="d" * 64)
    assert not posts.swap(connection, draft, PostState.PROPOSED, content="e" * 64)
    proposed = read(connection, draft.id)
    assert not posts.swap(connection, replace(proposed, content="e" * 64), PostState.APPROVED)
    assert not posts.swap(connection, replace(proposed, edition=7), PostState.APPROVED)
    assert not posts.edit_post(connection, draft.id, 1, Draft(None, "changed", (), ()), AT)
    assert posts.swap(connection, proposed, PostState.APPROVED, approver=HENRY.tag, approver_role=HENRY.role)
    assert read(connection, draft.id).approver == HENRY
    assert not posts.swap(connection, proposed, PostState.DRAFT)


def test_a_list_goes_on_where_it_ended_and_shows_no_other_school(connection: Connection) -> None:
    oak = [add(connection, "oak").id for _ in range(5)]
    elm = add(connection, "elm", HENRY)
    wanted = Wanted([PostState.DRAFT], frozenset({"oak"}))
    first = posts.list_posts(connection, wanted, None, 2)
    rest = posts.list_posts(connection, wanted, first[-1].id, 10)
    assert [post.id for post in (*first, *rest)] == oak[::-1]
    assert posts.count_posts(connection, wanted) == {PostState.DRAFT: 5}
    assert posts.read_post(connection, elm.id, frozenset({"oak"})) is None
    assert [post.id for post in posts.list_posts(connection, replace(wanted, schools=None, author=HENRY.tag), None, 9)]
    assert posts.count_posts(connection, replace(wanted, schools=None, not_author=OLIVE.tag)) == {PostState.DRAFT: 1}
