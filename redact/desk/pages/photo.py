"""One photo's page: the copy with its outlines, the places with their reasons, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from itertools import groupby
from typing import Final

from redact.desk.pages.badges import place_badges
from redact.desk.pages.queue import address, describe_places, describe_rest, devices_of, thumbnail_of
from redact.desk.pages.words import ACTIONS, KINDS, NEXT_STEPS, STANDINGS, STYLES, when
from redact.errors import short_id
from redact.posts.changes import Answered, Redraw, RedrawState
from redact.posts.plans import PlannedPlace, crop_of, places_of
from redact.posts.queue import Filter, OnePhoto, Standing, standing_of
from redact.redaction.answers.values import asks_about
from redact.redaction.plans import parse_plan
from redact.redaction.values import Action, Kind, Polygon
from redact.store.queue import QueuedPhoto
from redact.system.clock import parse_moment, print_day, print_local_day

_STOPPED: Final = frozenset({Standing.HELD, Standing.REFUSED, Standing.WANTED, Standing.RECALLED})
_OPEN: Final = frozenset({Standing.TO_REVIEW, Standing.ASKS})
#: What was said of several places in one go, in words.
_OF_SEVERAL: Final = {"cover": "Covered by hand: {} places", "dismiss": "Said: nobody at {} places in doubt"}
_LARGER_TO: Final = 1000  # pixels of the screen: a copy of fewer is drawn larger, for no face is judged so small
_LARGER_BY: Final = 3  # times at most: beyond, a face is only blocks of colour, and nothing more is to be seen
_NEAR: Final = 2.2  # how many times as wide, or as high, as a place is what is shown around it: a head has shoulders
_NEAR_LEAST: Final = (
    0.03  # of the copy's long side: of a tiny place more is shown, for magnified alone it is only pixels
)


@dataclass(frozen=True, slots=True)
class Outline:
    """One place on the picture and in the list."""

    number: int
    kind: str
    action: str
    reason: str
    look: str  # the action: its class
    points: str  # of an SVG polygon; "" where the place is not known
    label: tuple[float, float]  # where its number stands: the middle of its badge
    is_by_hand: bool
    lift: str  # address of the page that lifts it; "" where this person, or nothing, lifts it
    near: str  # the part of the copy around it, as the viewBox of an SVG; "" where the place is not known


@dataclass(frozen=True, slots=True)
class BurstPhoto:
    """One photo of the burst."""

    number: int
    href: str
    thumbnail: str
    is_here: bool
    sha256: str
    output: str
    is_open: bool  # waits for a look; the others of a burst that do are set aside together


@dataclass(frozen=True, slots=True)
class Coming:
    """A photo that comes next: its page and its picture, to be fetched ahead."""

    href: str
    picture: str  # "" where it has none
    shown: str = ""  # how wide it is drawn, where that is larger than it is


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One thing that a person said of the photo."""

    id: int
    words: str
    at: str
    page: str  # where it is undone with the original; "" where nothing but a button is needed


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said in one go: of one place, or the same of several, which are then undone together too."""

    words: str
    lines: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class Viewer:
    """What this person may do with the photos of its school."""

    may_decide: bool  # a reviewer: decide, set aside, open originals, lift
    is_fresh: bool  # the password was given within a quarter of an hour


@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to one photo beside the queue's row."""

    answers: Sequence[Answered]
    redraw: Redraw | None  # the newest, where it is not done
    coming: tuple[Coming, ...]
    style: str  # of covers where nobody chose one for this photo: the settings'
    event: str  # what the office calls it; "" where none is known
    left: int | None = None  # photos of the queue that the person works through; None: not counted


@dataclass(frozen=True, slots=True)
class Acts:
    """What this person can do with the photo as it stands."""

    questions: tuple[Outline, ...]  # places that are bare in doubt
    decision: str  # "fit" | "nobody": what a reviewer may say at once; "" where nothing
    is_decided: bool
    may_change: bool
    may_be_set_aside: bool
    may_be_recalled: bool
    may_try_again: bool
    has_original: bool
    crop: str = ""  # the part that is proposed, as an SVG polygon and as its form sends it; "" where none is


@dataclass(frozen=True, slots=True)
class PhotoView:
    """What photo.html draws."""

    short: str
    sha256: str
    output: str
    standing: str
    picture: str  # address of the copy; "" where there is none to be seen
    size: tuple[int, int]
    shown: str  # how wide the picture is drawn, where that is larger than it is; "" of all others
    unit: float  # of drawing, in pixels of the copy: a line is two of them wide
    outlines: tuple[Outline, ...]
    summary: str
    reason: str
    next_step: str
    arrived: str
    taken: str
    event: str
    devices: str
    original: str
    burst: tuple[BurstPhoto, ...]
    former: str  # addresses; "" where there is none
    coming: tuple[Coming, ...]
    queue: str
    queue_name: str  # its standing: another than the photo's, once that was answered or decided
    left: str  # how many photos wait in it; "" where none waits for a look, or they were not counted
    query: str  # what the forms' addresses end with, to come back to the same queue
    acts: Acts
    redraw: Redraw | None
    is_redrawn: bool  # a page waits for it
    answers: tuple[AnswerLine, ...]
    said: tuple[Said, ...]  # the same, what was said of several places in one go together
    style: str  # of this photo's covers
    viewer: Viewer


def show_photo(
    one: OnePhoto, wanted: Filter, around: Around, viewer: Viewer, retention_days: int, zone: tzinfo
) -> PhotoView:
    """Return a photo's page."""
    photo, standing = one.photo, standing_of(one.photo)
    places = places_of(photo)
    picture = f"/photos/{photo.sha256}/copy/{photo.output}.jpg" if thumbnail_of(photo) else ""
    outlines = _outlines(places, photo, wanted, viewer) if picture else ()
    redraw, size = around.redraw if picture else None, photo.size or (4, 3)
    lines = tuple(_answer_line(each, photo, wanted, zone) for each in around.answers)
    return PhotoView(
        short=short_id(photo.sha256),
        sha256=photo.sha256,
        output=photo.output or "",
        standing=STANDINGS[standing] if standing else "On its way",
        picture=picture,
        size=size,
        shown=show_larger(size),
        unit=round(_unit(size), 2),
        outlines=outlines,
        summary=describe_places(places) if picture else "",
        reason=photo.reason or (describe_rest(photo) if picture else ""),
        next_step=_next_step(photo, standing, viewer),
        arrived=when(photo.arrived_at, zone),
        taken="" if photo.taken_on is None else print_day(photo.taken_on),
        event=around.event,
        devices=", ".join(devices_of(photo)),
        original=original_until(photo, retention_days, zone),
        burst=tuple(_of_burst(number, each, wanted, photo) for number, each in enumerate(_several(one.burst), 1)),
        former=address(f"/photos/{one.former}", wanted) if one.former else "",
        coming=around.coming,
        queue=address("/photos", wanted),
        queue_name=STANDINGS[wanted.standing],
        left=f"{around.left:,}" if around.left and wanted.standing in _OPEN else "",
        query=address("", wanted),
        acts=_acts(photo, outlines, redraw, viewer),
        redraw=redraw,
        is_redrawn=_is_under_way(redraw),
        answers=lines,
        said=_together(lines, around.answers),
        style=next((each.detail for each in reversed(around.answers) if each.act == "style"), around.style),
        viewer=viewer,
    )


def show_larger(size: tuple[int, int]) -> str:
    """Return how many pixels of the screen a small copy is wide at most; "" where it is large enough as it is."""
    factor = min(_LARGER_BY, _LARGER_TO / max(size))
    return str(round(size[0] * factor)) if factor > 1 else ""


def _unit(size: tuple[int, int]) -> float:
    """Return about how many pixels of a copy are one of the screen: numbers on a tiny copy are to be read as well."""
    return max(max(size) / _LARGER_TO, 1 / _LARGER_BY)


def _next_step(photo: QueuedPhoto, standing: Standing | None, viewer: Viewer) -> str:
    if standing in _OPEN and not viewer.may_decide:
        return "A reviewer decides on it. Cover more where something was missed."
    return NEXT_STEPS[standing].format(short=short_id(photo.sha256)) if standing in NEXT_STEPS else ""


def describe_answer(answer: Answered) -> str:
    """Return "Covered by hand", "Style: smiley": one thing that a person said, in words."""
    match answer.act:
        case "cover":
            return "Covered by hand"
        case "lift":
            return {
                "consent": "Cover lifted: a pupil who may be shown",
                "not-a-person": "Cover lifted: not a person",
                "not-a-name": "Cover lifted: not a child's name",
            }.get(answer.detail, "Cover lifted")
        case "dismiss":
            return "Said: nobody at a place in doubt"
        case "style":
            return f"Style: {STYLES.get(answer.detail, answer.detail)}"
        case "crop":
            return "Cropped"
        case _:
            return answer.act


def original_until(photo: QueuedPhoto, retention_days: int, zone: tzinfo) -> str:
    """Return until when the sealed original is kept, in words."""
    if not photo.sealed:
        return "not kept"
    if photo.stored_at is None:
        return "kept, sealed, until the photo is decided"
    ends = parse_moment(photo.stored_at) + timedelta(days=retention_days)
    return f"kept, sealed, until {print_local_day(ends, zone)}"


def _acts(photo: QueuedPhoto, outlines: tuple[Outline, ...], redraw: Redraw | None, viewer: Viewer) -> Acts:
    standing, is_seen = standing_of(photo), bool(thumbnail_of(photo))
    is_open = standing in _OPEN and not _is_under_way(redraw)
    return Acts(
        questions=_questions(photo, outlines) if is_open else (),
        decision=_decision(photo, outlines, redraw) if is_open and viewer.may_decide else "",
        is_decided=standing in {Standing.FIT, Standing.UNFIT} and viewer.may_decide,
        may_change=is_seen and photo.size is not None and not _is_under_way(redraw),
        may_be_recalled=is_seen and not _is_under_way(redraw),
        may_be_set_aside=standing in _STOPPED or (is_open and viewer.may_decide),
        may_try_again=standing in _STOPPED,
        has_original=is_seen and photo.sealed and viewer.may_decide,
        crop=_points(crop_of(photo)) if is_open and is_seen else "",
    )


def _is_under_way(redraw: Redraw | None) -> bool:
    return redraw is not None and not redraw.is_over


def _several(burst: tuple[QueuedPhoto, ...]) -> tuple[QueuedPhoto, ...]:
    return burst if len(burst) > 1 else ()


def _questions(photo: QueuedPhoto, outlines: tuple[Outline, ...]) -> tuple[Outline, ...]:
    """Return the places that are bare in doubt and on the copy: what a crop left out asks nobody."""
    numbers = asks_about(parse_plan(photo.plan), photo.shows, {Action.MAYBE})
    return tuple(each for each in outlines if each.number in numbers)


def _decision(photo: QueuedPhoto, outlines: tuple[Outline, ...], redraw: Redraw | None) -> str:
    if (redraw is not None and redraw.state is RedrawState.FAILED) or _questions(photo, outlines):
        return ""
    return "fit" if outlines else "nobody"


def _answer_line(answer: Answered, photo: QueuedPhoto, wanted: Filter, zone: tzinfo) -> AnswerLine:
    page = address(f"/photos/{photo.sha256}/answers/{answer.id}", wanted) if answer.needs_original else ""
    return AnswerLine(answer.id, describe_answer(answer), when(answer.at, zone), page)


def _together(lines: Sequence[AnswerLine], answers: Sequence[Answered]) -> tuple[Said, ...]:
    """Return lines as a page lists them: places that were answered alike in one go as one; none needs the original."""

    def kind(pair: tuple[AnswerLine, Answered]) -> tuple[object, ...]:
        line, answer = pair
        is_alone = bool(line.page) or answer.act not in _OF_SEVERAL
        return (line.id,) if is_alone else (answer.act, answer.at)

    groups = [list(group) for _, group in groupby(zip(lines, answers, strict=True), kind)]
    return tuple(
        Said(
            group[0][0].words if len(group) == 1 else _OF_SEVERAL[group[0][1].act].format(len(group)),
            tuple(line for line, _ in group),
        )
        for group in groups
    )


def _of_burst(number: int, each: QueuedPhoto, wanted: Filter, here: QueuedPhoto) -> BurstPhoto:
    is_open = standing_of(each) in _OPEN
    return BurstPhoto(
        number,
        address(f"/photos/{each.sha256}", wanted),
        thumbnail_of(each),
        each is here,
        each.sha256,
        each.output or "",
        is_open,
    )


def _outlines(
    places: Sequence[PlannedPlace], photo: QueuedPhoto, wanted: Filter, viewer: Viewer
) -> tuple[Outline, ...]:
    size = photo.size or (4, 3)
    badges = place_badges([place.polygon for place in places], size, _unit(size))
    return tuple(_outline(place, badge, photo, wanted, viewer) for place, badge in zip(places, badges, strict=True))


def _outline(
    place: PlannedPlace, badge: tuple[float, float], photo: QueuedPhoto, wanted: Filter, viewer: Viewer
) -> Outline:
    size = photo.size or (4, 3)
    is_there = _is_on(place.polygon, size)
    may_lift = viewer.may_decide and photo.sealed and place.is_lifted_by and is_there
    return Outline(
        place.number,
        KINDS[Kind.OTHER if place.is_nobody else place.kind],
        _action(place, is_there=is_there),
        place.reason,
        place.action.value,
        _points(place.polygon) if is_there else "",
        badge,
        place.is_by_hand,
        address(f"/photos/{photo.sha256}/places/{place.number}", wanted) if may_lift else "",
        _near(place.polygon, size) if is_there else "",
    )


def _points(polygon: Polygon) -> str:
    return " ".join(f"{x},{y}" for x, y in polygon)


def _action(place: PlannedPlace, *, is_there: bool) -> str:
    if place.polygon and not is_there:
        return "cropped away"
    return "with nobody" if place.is_nobody else ACTIONS[place.action]


def _near(polygon: Polygon, size: tuple[int, int]) -> str:
    """Return the part of a copy around a place that lies on it, four to three, and within the copy where it fits.

    Of a place in the copy's upper left corner there is more than the copy: the place's number stands in that corner.
    """
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    height = max(_NEAR * high, _NEAR * wide * 3 / 4, _NEAR_LEAST * max(size))
    width = height * 4 / 3
    x, y = ((min(ends) + max(ends)) / 2 for ends in (xs, ys))
    left, top = min(x - width / 2, max(size[0] - width, 0)), max(min(y - height / 2, size[1] - height), 0)
    left = left if top == 0 else max(left, 0)
    return f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}"


def _is_on(polygon: Polygon, size: tuple[int, int]) -> bool:
    """Say whether a place is on the copy; a crop may have left it out."""
    xs, ys = [x for x, _ in polygon] or [-1.0], [y for _, y in polygon] or [-1.0]
    return min(xs) < size[0] and max(xs) > 0 and min(ys) < size[1] and max(ys) > 0
