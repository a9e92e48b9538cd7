"""The only SQL on which photos and posts are known to show one pupil: for an access request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, or_, select

from redact.redaction.answers.values import Cover, Lift, LiftCause
from redact.redaction.plans import parse_plan
from redact.store.reviewing.answers import read_answers
from redact.store.schema.tables import answers, device_files, photos, shown
from redact.store.schema.tables.of_posts import post_shown, posts, sites


@dataclass(frozen=True, slots=True)
class Within:
    """To which photos a request is narrowed; None: to none in that respect."""

    since: str | None = None  # first day
    until: str | None = None  # last day
    school: str | None = None
    event: str | None = None  # "event-12"
    device: str | None = None


EVERYTHING: Final = Within()


@dataclass(frozen=True, slots=True)
class Showing:
    """A photo that is known to show the pupil."""

    photo: str
    is_by_recognition: bool  # on the copy that stands
    is_by_hand: bool  # a person named the pupil


@dataclass(frozen=True, slots=True)
class ShowingPost:
    """A post whose photos show the pupil, or did."""

    post: int
    photo: str
    state: str  # of the post
    platform: str  # of its site; "" while it has none
    handle: str
    posted_at: str | None
    down_at: str | None
    link: str  # where it stands; it may hold a name


@dataclass(frozen=True, slots=True)
class KnownPhoto:
    """What a list says of a photo."""

    photo: str
    arrived_at: str
    output: str | None  # SHA-256 of the copy that stands
    output_name: str | None  # its file name in trust storage


def list_within(connection: Connection, within: Within) -> frozenset[str]:
    """Return the photos to which a request is narrowed.

    A photo is of the days on which it came in or was taken: a camera's clock may be wrong, and both are asked.
    """
    where: list[ColumnElement[bool]] = []
    if within.since is not None or within.until is not None:
        days = (photos.c.taken_on, func.substr(photos.c.arrived_at, 1, 10))
        where.append(or_(*(day.between(within.since or "0001-01-01", within.until or "9999-12-31") for day in days)))
    if within.school is not None:
        where.append(photos.c.school.in_(["", within.school]))  # of one whose school is not known nobody says no
    if within.event is not None:
        where.append(photos.c.event == within.event)
    if within.device is not None:
        seen = select(device_files.c.photo).where(device_files.c.device == within.device)
        where.append(photos.c.sha256.in_(seen))
    return frozenset(connection.execute(select(photos.c.sha256).where(*where)).scalars())


def list_showing(connection: Connection, upn: str) -> tuple[Showing, ...]:
    """Return the photos that are known to show the pupil, by id: as their copies are, and as people said."""
    ways: dict[str, set[bool]] = {}
    for photo, by_hand in connection.execute(select(shown.c.photo, shown.c.by_hand).where(shown.c.pupil == upn)):
        ways.setdefault(photo, set()).add(bool(by_hand))
    named = select(answers.c.photo).where(answers.c.pupil == upn, answers.c.undone_at.is_(None))
    for photo in connection.execute(named).scalars():
        ways.setdefault(photo, set()).update({True})
    posted = select(post_shown.c.photo, post_shown.c.by_hand).where(post_shown.c.pupil == upn)
    for photo, by_hand in connection.execute(posted):
        ways.setdefault(photo, set()).add(bool(by_hand))
    return tuple(Showing(photo, False in found, True in found) for photo, found in sorted(ways.items()))


def list_posts_showing(connection: Connection, upn: str) -> tuple[ShowingPost, ...]:
    """Return the posts that were proposed with a photo on which the pupil is shown, oldest first."""
    query = (
        select(
            posts.c.id, post_shown.c.photo, posts.c.state, sites.c.platform, sites.c.handle, posts.c.posted_at,
            posts.c.down_at, posts.c.link,
        )
        .select_from(post_shown)
        .join(posts, posts.c.id == post_shown.c.post)
        .join(sites, sites.c.id == posts.c.site, isouter=True)
        .where(post_shown.c.pupil == upn)
        .order_by(posts.c.id, post_shown.c.photo)
    )  # fmt: skip
    return tuple(
        ShowingPost(
            row.id, row.photo, row.state, row.platform or "", row.handle or "", row.posted_at, row.down_at, row.link
        )
        for row in connection.execute(query)
    )


def read_known(connection: Connection, photo: str) -> KnownPhoto:
    """Return what a list says of a photo that is in the database."""
    query = select(photos.c.sha256, photos.c.arrived_at, photos.c.output, photos.c.output_name)
    return KnownPhoto(*connection.execute(query.where(photos.c.sha256 == photo)).one())


def places_of_pupil(connection: Connection, photo: str, upn: str) -> tuple[tuple[Cover, ...], tuple[Lift, ...]]:
    """Return what people covered on a photo, and the places where the pupil is known to be, as lifts of this pupil.

    Known by the plan of the copy that stands, whoever said it, and by what people said.
    """
    given = read_answers(connection, photo)
    plan = connection.execute(select(photos.c.plan).where(photos.c.sha256 == photo)).scalar()
    places = [region.polygon for region in parse_plan(plan) if region.pupil == upn]
    places += [lift.polygon for lift in given.lifts if lift.pupil == upn]
    return given.covers, tuple(Lift(place, LiftCause.CONSENT, upn) for place in dict.fromkeys(places))
