"""The review queue as people see it: what stands where, page by page, and one photo with its neighbours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from redact.posts.bursts import group_bursts
from redact.store import queue as rows
from redact.store.photos import State
from redact.store.queue import Key, QueuedPhoto, Schools, Wanted
from redact.workspace.open import Workspace

PAGE: Final = 48  # thumbnails on a page: divides by 2, 3, 4 and 6 columns
_AT_ONCE: Final = 500  # rows of a list that are read in one go
_AROUND: Final = 12  # photos looked at on either side for those of one burst


class Standing(StrEnum):
    """Where a photo stands for the people who review."""

    TO_REVIEW = "to-review"  # a copy waits for a person's look, and nothing in it is in doubt
    ASKS = "asks"  # likewise, and a place in it asks
    FIT = "fit"  # a person has passed the copy
    UNFIT = "unfit"  # a person has looked at the copy, and nothing of it is to be published
    RECALLED = "recalled"  # a consent for a face that its copy shows has gone
    HELD = "held"
    REFUSED = "refused"
    WANTED = "wanted"
    SET_ASIDE = "set-aside"


_STATES: Final[Mapping[Standing, State]] = {
    Standing.TO_REVIEW: State.STORED,
    Standing.ASKS: State.STORED,
    Standing.FIT: State.STORED,
    Standing.UNFIT: State.STORED,
    Standing.RECALLED: State.STORED,
    Standing.HELD: State.HELD,
    Standing.REFUSED: State.REFUSED,
    Standing.WANTED: State.WANTED,
    Standing.SET_ASIDE: State.SET_ASIDE,
}


_REVIEWS: Final[Mapping[Standing, str]] = {Standing.FIT: "fit", Standing.UNFIT: "unfit"}
_BY_REVIEW: Final[Mapping[str, Standing]] = {word: standing for standing, word in _REVIEWS.items()}


@dataclass(frozen=True, slots=True)
class Filter:
    """What a person wants to see."""

    standing: Standing
    schools: Schools  # whose photos the person may see
    school: str | None = None  # of these, one
    device: str | None = None
    events: tuple[str, ...] | None = None  # as the photos' rows call them
    since: str | None = None  # a moment, as it is written down: arrived then or later

    @property
    def is_narrowed(self) -> bool:
        """Whether it is of a part of what the person may see."""
        return bool(self.school or self.device or self.events or self.since)

    @property
    def wanted(self) -> Wanted:
        """The same, as the database asks it."""
        is_stored = _STATES[self.standing] is State.STORED
        asks = {Standing.TO_REVIEW: False, Standing.ASKS: True}.get(self.standing)
        is_recalled = self.standing is Standing.RECALLED if is_stored else None
        review = None if is_recalled or not is_stored else _REVIEWS.get(self.standing, "open")
        return Wanted(
            [_STATES[self.standing]], self._schools, asks, is_recalled, self.device, review, self.events, self.since
        )

    @property
    def _schools(self) -> Schools:
        if self.school is None:
            return self.schools
        return frozenset({self.school}) & (self.schools if self.schools is not None else {self.school})


@dataclass(frozen=True, slots=True)
class Asked:
    """Which photos a list is of; None: whichever."""

    standing: Standing | None = None
    device: str | None = None
    events: tuple[str, ...] | None = None  # as the photos' rows call them
    school: str | None = None
    since: str | None = None  # a moment, as it is written down


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue."""

    groups: tuple[tuple[QueuedPhoto, ...], ...]  # bursts together
    after: Key | None  # where the next page begins; None: this is the last


@dataclass(frozen=True, slots=True)
class OnePhoto:
    """One photo, and what stands around it."""

    photo: QueuedPhoto
    burst: tuple[QueuedPhoto, ...]  # itself included
    former: str | None  # ids
    coming: tuple[QueuedPhoto, ...]  # the next two

    @property
    def following(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(photo.sha256 for photo in self.coming)


def read_page(workspace: Workspace, wanted: Filter, after: Key | None = None) -> QueuePage:
    """Return a page of the queue, first come first.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        found = rows.list_queued(connection, wanted.wanted, after, PAGE + 1)
    return QueuePage(group_bursts(found[:PAGE]), found[PAGE - 1].key if len(found) > PAGE else None)


def list_all(workspace: Workspace, asked: Asked) -> Iterator[tuple[QueuedPhoto, Standing | None]]:
    """Give every photo that is asked for, first come first, with where it stands; None while it is on its way.

    Raises:
        DatabaseFault: the database does not answer.
    """
    states = tuple(State) if asked.standing is None else (_STATES[asked.standing],)
    wanted = Wanted(states, None, device=asked.device, events=asked.events, since=asked.since, school=asked.school)
    after: Key | None = None
    while True:
        with workspace.database.read() as connection:
            found = rows.list_queued(connection, wanted, after, _AT_ONCE)
        for photo in found:
            standing = standing_of(photo)
            if asked.standing is None or standing is asked.standing:
                yield photo, standing
        if len(found) < _AT_ONCE:
            return
        after = found[-1].key


def count_standings(workspace: Workspace, schools: Schools) -> dict[Standing, int]:
    """Return how many photos stand where.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        found = rows.count_queued(connection, schools)
    counts = dict.fromkeys(Standing, 0)
    for each in found:
        standing = _standing(each.state, each.review, asks=each.asks, is_recalled=each.is_recalled)
        if standing is not None:
            counts[standing] += each.number
    return counts


def read_photo(workspace: Workspace, sha256: str, schools: Schools) -> QueuedPhoto | None:
    """Return one photo; None where there is none, or it is of another school.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return rows.find_queued(connection, sha256, schools)


def read_around(
    workspace: Workspace, photo: QueuedPhoto, wanted: Filter, passed_over: Collection[str] = ()
) -> OnePhoto:
    """Return a photo with its burst and its neighbours in the queue that a person works through.

    Args:
        workspace: opened.
        photo: the one that is looked at.
        wanted: what the person works through.
        passed_over: ids that do not come next, for somebody else looks at them.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        following = rows.list_queued(connection, wanted.wanted, photo.key, _AROUND)
        before = rows.list_before(connection, wanted.wanted, photo.key, _AROUND)
    burst = next(group for group in group_bursts((*before, photo, *following)) if photo in group)
    coming = tuple(each for each in following if each.sha256 not in passed_over)[:2]
    return OnePhoto(photo, burst, before[-1].sha256 if before else None, coming)


def first_photo(
    workspace: Workspace, wanted: Filter, after: Key | None = None, passed_over: Collection[str] = ()
) -> str | None:
    """Return the id of the first photo behind a place, None where there is none.

    One that is to be passed over comes only where there is no other.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        found = rows.list_queued(connection, wanted.wanted, after, 1 + len(passed_over))
    ids = [each.sha256 for each in found]
    return next((each for each in ids if each not in passed_over), ids[0] if ids else None)


def search_photos(workspace: Workspace, text: str, schools: Schools) -> tuple[QueuedPhoto, ...]:
    """Return photos whose id, or whose copy's file name, begins so.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return rows.find_by_prefix(connection, text, schools, PAGE)


def list_devices(workspace: Workspace, schools: Schools) -> tuple[str, ...]:
    """Return the devices that photos of these schools came from.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return rows.list_queue_devices(connection, schools)


def standing_of(photo: QueuedPhoto) -> Standing | None:
    """Return where a photo stands; None while it is on its way."""
    return _standing(photo.state, photo.review, asks=photo.asks, is_recalled=photo.is_recalled)


def _standing(state: State, review: str, *, asks: bool, is_recalled: bool) -> Standing | None:
    if state is State.STORED:
        if is_recalled:
            return Standing.RECALLED
        if review in _BY_REVIEW:
            return _BY_REVIEW[review]
        return Standing.ASKS if asks else Standing.TO_REVIEW
    return next((standing for standing, known in _STATES.items() if known is state), None)
