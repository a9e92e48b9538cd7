"""The only SQL on posts: read, list, add, edit by edition, and move by compare-and-swap."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, false, func, insert, or_, select, update

from redact.store.posts.values import BOUND, Answer, Post, PostPhoto, PostShown, PostState, Teller
from redact.store.schema.tables import photos
from redact.store.schema.tables.of_posts import post_photos, post_shown, posts, sites

Schools = frozenset[str] | None  # None: every one, and what belongs to none


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which posts are looked for."""

    states: Collection[PostState]
    schools: Schools = None
    site: str | None = None
    author: str | None = None  # tag
    not_author: str | None = None  # tag: whose own posts are left out


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author writes: all that an edit may change."""

    site: str | None
    caption: str
    questions: tuple[tuple[str, Answer], ...]
    photos: tuple[PostPhoto, ...]


# -- read --


def read_post(connection: Connection, number: int, schools: Schools = None) -> Post | None:
    """Return one post; None where there is none, or it is of another school."""
    found = _read(connection, and_(posts.c.id == number, _of(schools)))
    return found[0] if found else None


def list_posts(connection: Connection, wanted: Wanted, before: int | None, limit: int) -> tuple[Post, ...]:
    """Return posts, newest first, from those older than the post `before` on."""
    where = _matches(wanted)
    if before is not None:
        where = and_(where, posts.c.id < before)
    return _read(connection, where, limit)


def count_posts(connection: Connection, wanted: Wanted) -> dict[PostState, int]:
    """Return how many posts stand where; states of none are left out."""
    query = select(posts.c.state, func.count()).where(_matches(wanted)).group_by(posts.c.state)
    return {PostState(state): number for state, number in connection.execute(query)}


def count_sent_back(connection: Connection, wanted: Wanted) -> int:
    """Return how many drafts were something else before: an approver said no, or something ended the yes."""
    query = select(func.count()).select_from(posts).where(_matches(wanted), posts.c.cause.is_not(None))
    return int(connection.execute(query).scalar_one())


def list_with_photo(connection: Connection, photo: str, states: Collection[PostState]) -> tuple[Post, ...]:
    """Return the posts in these states that hold a copy of a photo."""
    holding = select(post_photos.c.post).where(post_photos.c.photo == photo)
    return _read(connection, and_(posts.c.id.in_(holding), _in(states)))


def list_showing(connection: Connection, pupil: str, states: Collection[PostState]) -> tuple[Post, ...]:
    """Return the posts in these states on whose copies somebody is shown uncovered."""
    showing = select(post_shown.c.post).where(post_shown.c.pupil == pupil)
    return _read(connection, and_(posts.c.id.in_(showing), _in(states)))


def list_at_site(connection: Connection, site: str, states: Collection[PostState]) -> tuple[Post, ...]:
    """Return the posts in these states that are written for a site."""
    return _read(connection, and_(posts.c.site == site, _in(states)))


def list_in(connection: Connection, states: Collection[PostState]) -> tuple[Post, ...]:
    """Return every post in these states."""
    return _read(connection, _in(states))


def read_shown(connection: Connection, post: int) -> tuple[PostShown, ...]:
    """Return who is shown uncovered, or named, on the copies of a post, since it was proposed last."""
    query = select(post_shown).where(post_shown.c.post == post).order_by(post_shown.c.photo, post_shown.c.pupil)
    return tuple(
        PostShown(row.photo, row.pupil, row.by_hand, row.until, row.named) for row in connection.execute(query)
    )


# -- write --


def add_post(connection: Connection, school: str, author: Teller, photos: Sequence[PostPhoto], at: str) -> int:
    """Write down a new draft, and return its number."""
    row = {"state": PostState.DRAFT.value, "school": school, "written_at": at}
    whose = {"author": author.tag, "author_role": author.role}
    number = int(connection.execute(insert(posts).returning(posts.c.id), {**row, **whose}).scalar_one())
    _write_photos(connection, number, photos)
    return number


def edit_post(connection: Connection, number: int, edition: int, draft: Draft, at: str) -> bool:
    """Write what an author wrote over a draft; False where it is none, or another edition than the author saw."""
    unchanged = posts.c.id == number, posts.c.edition == edition, posts.c.state == PostState.DRAFT.value
    columns = {"site": draft.site, "caption": draft.caption, "questions": print_answers(draft.questions)}
    done = connection.execute(update(posts).where(*unchanged).values(**columns, edition=edition + 1, written_at=at))
    if not done.rowcount:
        return False
    _write_photos(connection, number, draft.photos)
    return True


def swap(connection: Connection, post: Post, new: PostState, **columns: object) -> bool:
    """Move a post on; False where it has not this state, content and edition any more.

    Args:
        connection: of a transaction.
        post: as it was read: what the act was decided on.
        new: where it goes.
        columns: further columns to write.
    """
    same = posts.c.content.is_(None) if post.content is None else posts.c.content == post.content
    unchanged = posts.c.id == post.id, posts.c.state == post.state.value, posts.c.edition == post.edition, same
    return bool(connection.execute(update(posts).where(*unchanged).values(state=new.value, **columns)).rowcount)


def write_link(connection: Connection, number: int, link: str) -> None:
    """Write down where a post stands."""
    connection.execute(update(posts).where(posts.c.id == number).values(link=link))


def list_with_shown(connection: Connection, permitted_from: int | None) -> frozenset[int]:
    """Return the posts on whose copies somebody was shown, or may be named, when they were proposed last.

    Args:
        connection: in a transaction.
        permitted_from: the version of the register with the first permission of an adult; None: there is none.
    """
    found = frozenset(connection.execute(select(post_shown.c.post).distinct()).scalars())
    if permitted_from is None:
        return found
    unread = select(post_photos.c.post).join(photos, photos.c.sha256 == post_photos.c.photo)
    query = unread.where(photos.c.names_known == false(), photos.c.register >= permitted_from)
    return found.union(connection.execute(query.distinct()).scalars())


def list_run_out(connection: Connection, at: str) -> tuple[Post, ...]:
    """Return the bound posts whose time was over at a moment: their own, or that of their site's approval."""
    closed = select(sites.c.id).where(sites.c.until <= at)
    return _read(connection, and_(_in(BOUND), or_(posts.c.until < at, posts.c.site.in_(closed))))


def list_leaving(connection: Connection, machine: str) -> tuple[Post, ...]:
    """Return the posts whose files are to leave the outbox of a machine that has not said yet that they have."""
    return _read(connection, and_(posts.c.outbox == machine, posts.c.state != PostState.RELEASED.value))


def note_left(connection: Connection, post: int, machine: str) -> None:
    """Write down that no file of a post lies in the outbox of a machine; of one that is released again nothing."""
    unchanged = posts.c.id == post, posts.c.outbox == machine, posts.c.state != PostState.RELEASED.value
    connection.execute(update(posts).where(*unchanged).values(outbox=None))


def write_shown(connection: Connection, post: int, shown: Iterable[PostShown]) -> None:
    """Write down who is shown uncovered on the copies of a post."""
    connection.execute(delete(post_shown).where(post_shown.c.post == post))
    rows = [
        {
            "post": post,
            "photo": each.photo,
            "pupil": each.pupil,
            "by_hand": each.is_by_hand,
            "named": each.is_named,
            "until": each.until,
        }
        for each in shown
    ]
    if rows:
        connection.execute(insert(post_shown), rows)


def print_answers(answers: Iterable[tuple[str, Answer]]) -> str:
    """Return answers to questions as they are kept."""
    kept = {question: [answer.is_yes, answer.words] for question, answer in sorted(answers)}
    return json.dumps(kept, ensure_ascii=False)


def _write_photos(connection: Connection, number: int, photos: Sequence[PostPhoto]) -> None:
    connection.execute(delete(post_photos).where(post_photos.c.post == number))
    rows = [
        {"post": number, "place": place, "photo": each.photo, "output": each.output, "alt": each.alt}
        for place, each in enumerate(photos, 1)
    ]
    if rows:
        connection.execute(insert(post_photos), rows)


# -- rows to values --


def _of(schools: Schools) -> ColumnElement[bool]:
    return posts.c.id.is_not(None) if schools is None else posts.c.school.in_(sorted(schools))


def _in(states: Collection[PostState]) -> ColumnElement[bool]:
    return posts.c.state.in_(sorted(state.value for state in states))


def _matches(wanted: Wanted) -> ColumnElement[bool]:
    parts = [_in(wanted.states), _of(wanted.schools)]
    if wanted.site is not None:
        parts.append(posts.c.site == wanted.site)
    if wanted.author is not None:
        parts.append(posts.c.author == wanted.author)
    if wanted.not_author is not None:
        parts.append(posts.c.author != wanted.not_author)
    return and_(*parts)


def _read(connection: Connection, where: ColumnElement[bool], limit: int | None = None) -> tuple[Post, ...]:
    rows = connection.execute(select(posts).where(where).order_by(posts.c.id.desc()).limit(limit)).all()
    photos = _photos(connection, [row.id for row in rows])
    return tuple(_post(row, photos[row.id]) for row in rows)


def _photos(connection: Connection, ids: Collection[int]) -> Mapping[int, tuple[PostPhoto, ...]]:
    found: defaultdict[int, tuple[PostPhoto, ...]] = defaultdict(tuple)
    query = select(post_photos).where(post_photos.c.post.in_([*ids])).order_by(post_photos.c.post, post_photos.c.place)
    for row in connection.execute(query):
        found[row.post] += (PostPhoto(row.photo, row.output, row.alt),)
    return found


def _post(row: Row[Any], photos: tuple[PostPhoto, ...]) -> Post:
    same = ("edition", "nonce", "content", "register", "written_at", "proposed_at", "approved_at", "until")
    after = ("released_at", "releaser", "posted_at", "link", "down_at", "cause", "note", "back_at", "discarded_at")
    kept = json.loads(row.questions)
    return Post(
        id=row.id,
        state=PostState(row.state),
        school=row.school,
        site=row.site,
        caption=row.caption,
        questions=tuple((question, Answer(bool(yes), words)) for question, (yes, words) in sorted(kept.items())),
        author=Teller(row.author_role, row.author),
        approver=None if row.approver is None else Teller(row.approver_role, row.approver),
        photos=photos,
        **{name: getattr(row, name) for name in (*same, *after, "outbox")},
    )
