"""The review queue as people see it: what stands where, page by page, and one photo with its neighbours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from redact.audit.events import name_tag
from redact.posts.bursts import MOST, group_bursts, part_of, whole_until
from redact.pupils.dates import read_day
from redact.store import queue as rows
from redact.store.photos import ReviewState, State
from redact.store.placing.events import list_names
from redact.store.queue import Key, QueuedPhoto, Schools, Wanted
from redact.store.trust.names import file_name, slug_of
from redact.system.clock import print_moment, start_of_day
from redact.workspace.ids import COPY_NAME, ID_DIGITS
from redact.workspace.open import Workspace

PAGE: Final = 48  # thumbnails on a page: divides by 2, 3, 4 and 6 columns
_AT_ONCE: Final = 500  # rows of a list that are read in one go
_AROUND: Final = 24  # photos looked at on either side for those of one burst, and behind a page that is not to cut one
_REACHES: Final = (_AROUND, 4 * _AROUND, 4 * MOST)  # ... and where a burst goes on there, further out
_BETWEEN: Final = 12  # photos of other cameras that may have come in between two of a burst


class Standing(StrEnum):
    """Where a photo stands for the people who review."""

    TO_REVIEW = "to-review"  # a copy waits for a person's look, and nothing in it is in doubt
    ASKS = "asks"  # likewise, and a place in it asks
    FIT = "fit"  # a person has passed the copy
    UNFIT = "unfit"  # a person has looked at the copy, and nothing of it is to be published
    RECALLED = "recalled"  # a consent for a face or name that its copy shows has gone
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


_OPEN: Final = (Standing.TO_REVIEW, Standing.ASKS)  # a person's look is waited for
_REVIEWS: Final[Mapping[Standing, ReviewState]] = {Standing.FIT: ReviewState.FIT, Standing.UNFIT: ReviewState.UNFIT}
_BY_REVIEW: Final[Mapping[str, Standing]] = {state.value: standing for standing, state in _REVIEWS.items()}


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
        review = None if is_recalled or not is_stored else _REVIEWS.get(self.standing, ReviewState.OPEN).value
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
    """Return a page of the queue, first come first; a burst is whole on it.

    On a page of those that wait for a look, those of its bursts that ask are there too: nobody picks the best of a
    burst without them.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        found = rows.list_queued(connection, wanted.wanted, after, PAGE + _AROUND)
        here = found[: whole_until(found, PAGE)]
        asking = _asking_of_bursts(connection, here, wanted) if wanted.standing is Standing.TO_REVIEW else ()
    return QueuePage(group_bursts((*here, *asking)), here[-1].key if len(found) > len(here) else None)


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
    """Return a photo with its burst and its neighbours in the queue that a person works through, as its pages list it.

    Those of its bursts that ask come next as well: what a page shows is walked through whole.

    Args:
        workspace: opened.
        photo: the one that is looked at.
        wanted: what the person works through.
        passed_over: ids that do not come next, for somebody else looks at them.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        groups = _groups_around(connection, wanted, photo.key, 2 + len(passed_over), photo)
        burst = next(group for group in groups if photo in group)
        if wanted.is_narrowed or standing_of(photo) not in _OPEN or wanted.standing is not Standing.TO_REVIEW:
            burst = _burst_of(connection, photo, wanted.schools)  # others of it than the queue has
        elif len(burst) > _BETWEEN:
            burst = _burst_of(connection, photo, wanted.schools)  # it may go on where the queue was read no further
            groups = group_bursts(sorted({each for group in (*groups, burst) for each in group}, key=_key))
    walk = [each for group in groups for each in group]
    here = walk.index(photo)
    coming = tuple(each for each in walk[here + 1 :] if each.sha256 not in passed_over)[:2]
    return OnePhoto(photo, burst, walk[here - 1].sha256 if here else None, coming)


def others_of_burst(workspace: Workspace, photo: QueuedPhoto, schools: Schools) -> tuple[QueuedPhoto, ...]:
    """Return the other photos of a photo's burst that stand as it does: wait for a look, are passed, or set aside.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        burst = _burst_of(connection, photo, schools)
    return tuple(each for each in burst if each.sha256 != photo.sha256)


def first_standing(workspace: Workspace, wanted: Filter) -> Standing | None:
    """Return the first standing in which there is a photo of what a person wants to see; None where there is none.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        for standing in Standing:
            if rows.list_queued(connection, replace(wanted, standing=standing).wanted, None, 1):
                return standing
    return None


def first_photo(
    workspace: Workspace, wanted: Filter, after: Key | None = None, passed_over: Collection[str] = ()
) -> str | None:
    """Return the id of the first photo behind a place as the queue's pages list them, None where there is none.

    One that is to be passed over comes only where there is no other.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        groups = _groups_around(connection, wanted, after, 1 + len(passed_over))
    ids = [each.sha256 for group in groups for each in group]
    return next((each for each in ids if each not in passed_over), ids[0] if ids else None)


def search_photos(workspace: Workspace, text: str, schools: Schools) -> tuple[QueuedPhoto, ...]:
    """Return photos by what a person types, at most a page of them.

    What is tried: a copy's file name, an id or its beginning, a file's name on a device where it is known whole, an
    event's name or number, a school, a day on which they were taken or came in.  What was typed is kept nowhere, for it
    may be a child's name; of files' names only tags are known.

    Raises:
        DatabaseFault: the database does not answer.
    """
    found: dict[str, QueuedPhoto] = {}
    typed, day = text.strip(), read_day(text)
    name = file_name(typed.lower())
    with workspace.database.read() as connection:
        if COPY_NAME.fullmatch(name):
            _add(found, rows.find_by_prefix(connection, name.partition(".")[0], schools, PAGE))
        elif ID_DIGITS.fullmatch(name):
            _add(found, rows.find_by_prefix(connection, name, schools, PAGE))
        elif typed:
            tag = name_tag(workspace.keys.tags, typed)
            _add(found, rows.find_by_file_tag(connection, tag, schools, PAGE))
            events = [event for event, called in list_names(connection, schools) if _is_called(typed, event, called)]
            _add(found, rows.find_of_events(connection, events, schools, PAGE) if events else ())
            of_school = Wanted(tuple(State), schools, school=typed.lower())
            _add(found, rows.list_queued(connection, of_school, None, PAGE))
        if day is not None:
            ends = [print_moment(start_of_day(each, workspace.settings.zone)) for each in (day, day + timedelta(1))]
            _add(found, rows.find_by_day(connection, day.isoformat(), (ends[0], ends[1]), schools, PAGE))
    return tuple(found.values())[:PAGE]


def is_no_name(workspace: Workspace, text: str, schools: Schools) -> bool:
    """Say whether what was typed for a search is certainly nobody's name, so that an address may hold it.

    Digits of an id, a copy's file name, a day, an event's or a school's name are; a file's name on a device may be a
    child's.
    """
    typed = text.strip()
    name = file_name(typed.lower())
    if COPY_NAME.fullmatch(name) or ID_DIGITS.fullmatch(name) or read_day(typed) is not None:
        return True
    with workspace.database.read() as connection:
        return any(_is_called(typed, event, called) for event, called in list_names(connection, schools))


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


def _add(found: dict[str, QueuedPhoto], more: tuple[QueuedPhoto, ...]) -> None:
    for photo in more:
        found.setdefault(photo.sha256, photo)


def _is_called(typed: str, event: str, called: str) -> bool:
    slug = slug_of(typed)
    return bool(slug) and slug in {event, slug_of(called)}


def _groups_around(
    connection: Connection, wanted: Filter, at: Key | None, number: int, photo: QueuedPhoto | None = None
) -> tuple[tuple[QueuedPhoto, ...], ...]:
    """Return a queue around a place as its pages group it, some of it before, and at least a number behind it.

    Args:
        connection: to read with.
        wanted: what the queue is of.
        at: the place; None: the queue's beginning.
        number: of photos that are wanted behind it.
        photo: the one that stands there; it is in the walk, whether the queue still has it or not.
    """
    near: list[QueuedPhoto] = (
        [] if photo is None else [photo, *rows.list_before(connection, wanted.wanted, photo.key, _AROUND)]
    )
    near += rows.list_queued(connection, wanted.wanted, at, number + _AROUND)
    here = tuple(sorted(near, key=_key))
    asking = _asking_of_bursts(connection, here, wanted) if wanted.standing is Standing.TO_REVIEW else ()
    return group_bursts((*here, *asking))


def _burst_of(connection: Connection, photo: QueuedPhoto, schools: Schools) -> tuple[QueuedPhoto, ...]:
    """Return the photos of a burst, one that is looked at included; one that asks is in it as one that does not."""
    here = standing_of(photo)
    if here is None or _STATES[here] is not State.STORED or here is Standing.RECALLED:
        return (photo,)
    wanted = [Filter(standing, schools).wanted for standing in (_OPEN if here in _OPEN else (here,))]
    burst: tuple[QueuedPhoto, ...] = (photo,)
    for reach in _REACHES:
        before = [rows.list_before(connection, each, photo.key, reach) for each in wanted]
        behind = [rows.list_queued(connection, each, photo.key, reach) for each in wanted]
        near = sorted((photo, *(each for found in (*before, *behind) for each in found)), key=_key)
        burst = next(group for group in group_bursts(near) if photo in group)
        first, last = min(map(_key, burst)), max(map(_key, burst))
        free = [sum(each.key < first for each in found) for found in before if len(found) == reach]
        free += [sum(each.key > last for each in found) for found in behind if len(found) == reach]
        if all(number >= _BETWEEN for number in free):
            break
    return part_of(burst, photo)


def _asking_of_bursts(connection: Connection, here: tuple[QueuedPhoto, ...], wanted: Filter) -> tuple[QueuedPhoto, ...]:
    """Return the photos of these bursts in which a place asks, which stand in a list of their own."""
    if not here:
        return ()
    asking, shown = replace(wanted, standing=Standing.ASKS).wanted, {photo.sha256 for photo in here}
    near = [*rows.list_before(connection, asking, here[0].key, _AROUND)]
    near += [each for each in rows.list_queued(connection, asking, here[0].key, PAGE) if each.key <= here[-1].key]
    near += rows.list_queued(connection, asking, here[-1].key, _AROUND)
    groups = group_bursts(sorted((*here, *near), key=_key))
    with_here = [group for group in groups if shown & {photo.sha256 for photo in group}]
    return tuple(photo for group in with_here for photo in group if photo.sha256 not in shown)


def _key(photo: QueuedPhoto) -> Key:
    return photo.key


def _standing(state: State, review: str, *, asks: bool, is_recalled: bool) -> Standing | None:
    if state is State.STORED:
        if is_recalled:
            return Standing.RECALLED
        if review in _BY_REVIEW:
            return _BY_REVIEW[review]
        return Standing.ASKS if asks else Standing.TO_REVIEW
    return next((standing for standing, known in _STATES.items() if known is state), None)
