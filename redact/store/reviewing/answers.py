"""The only SQL on what people said of photos.  No row goes: what is undone keeps its row and counts no more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, Row, insert, select, update

from redact.pupils.consent import Yes, may_show
from redact.redaction.answers.values import Answers, Cover, Lift, LiftCause
from redact.redaction.plans import parse_polygons, print_polygons
from redact.redaction.values import Box, Kind, Polygon, Style
from redact.store.pupils.reading import PupilUnknown, read_pupil
from redact.store.schema.tables import answers


class Act(StrEnum):
    """What a person did."""

    COVER = "cover"
    LIFT = "lift"
    DISMISS = "dismiss"  # said of a place that may be a face that it is no person
    STYLE = "style"
    CROP = "crop"


ASKED = "asked"  # word of a cover: the program had asked about the place


@dataclass(frozen=True, slots=True)
class PhotoAnswer:
    """One thing that a person says of a photo."""

    act: Act
    polygon: Polygon = ()  # source pixels
    kind: Kind = Kind.OTHER  # of a cover
    word: str = ""  # of a lift its cause, of a style its name, of a cover `ASKED` or nothing
    pupil: str = ""  # UPN of whom a lift shows
    register: int | None = None  # version that a lift was decided with


@dataclass(frozen=True, slots=True)
class Kept:
    """The same as it was written down."""

    id: int
    answer: PhotoAnswer
    at: str


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who says it: role and tag."""

    role: str
    person: str


def add_answers(
    connection: Connection, photo: str, given: Sequence[PhotoAnswer], who: Answerer, redraw: int | None, at: str
) -> None:
    """Write down what a person says of a photo."""
    rows = [
        {
            "photo": photo,
            "act": each.act.value,
            "polygon": print_polygons([each.polygon] if each.polygon else []),
            "kind": each.kind.value,
            "word": each.word,
            "pupil": each.pupil,
            "register": each.register,
            "role": who.role,
            "person": who.person,
            "redraw": redraw,
            "at": at,
        }
        for each in given
    ]
    if rows:
        connection.execute(insert(answers), rows)


def list_answers(connection: Connection, photo: str) -> tuple[Kept, ...]:
    """Return what people said of a photo and what counts, oldest first."""
    query = select(answers).where(answers.c.photo == photo, answers.c.undone_at.is_(None)).order_by(answers.c.id)
    return tuple(_kept(row) for row in connection.execute(query))


def undo_answers(connection: Connection, photo: str, ids: Collection[int], at: str) -> int:
    """Write down that these count no more; return how many did."""
    which = answers.c.photo == photo, answers.c.id.in_(sorted(ids)), answers.c.undone_at.is_(None)
    return int(connection.execute(update(answers).where(*which).values(undone_at=at)).rowcount)


def read_answers(connection: Connection, photo: str) -> Answers:
    """Return what counts, as the redaction takes it."""
    return answers_of(tuple(kept.answer for kept in list_answers(connection, photo)))


def answers_of(given: Sequence[PhotoAnswer]) -> Answers:
    """Return what people said, oldest first, as the redaction takes it; of styles and crops the last counts."""
    by_act = {act: [each for each in given if each.act is act] for act in Act}
    crop = [each.polygon for each in by_act[Act.CROP]]
    return Answers(
        tuple(Cover(each.polygon, each.kind) for each in by_act[Act.COVER]),
        tuple(Lift(each.polygon, LiftCause(each.word), each.pupil) for each in by_act[Act.LIFT]),
        tuple(each.polygon for each in by_act[Act.DISMISS]),
        next((Style(each.word) for each in reversed(by_act[Act.STYLE])), None),
        Box(*crop[-1][0], *crop[-1][2]) if crop else None,
    )


def allowed_now(
    connection: Connection, given: Answers, purposes: Sequence[str], today: date, *, shows_faces: bool
) -> Answers:
    """Return `given` without the lifts that nobody consents to on this day: those faces stay covered."""
    lifts = [
        lift
        for lift in given.lifts
        if lift.cause is not LiftCause.CONSENT
        or (shows_faces and may_show_now(connection, lift.pupil, purposes, today))
    ]
    return replace(given, lifts=tuple(lifts))


def may_show_now(connection: Connection, upn: str, purposes: Sequence[str], today: date) -> bool:
    """Say whether a pupil whom a person named may be shown: by name no biometric consent is asked for."""
    try:
        return isinstance(may_show(read_pupil(connection, upn), purposes, today), Yes)
    except PupilUnknown:
        return False


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    polygons = parse_polygons(row.polygon)
    polygon = polygons[0] if polygons else ()
    return Kept(row.id, PhotoAnswer(Act(row.act), polygon, Kind(row.kind), row.word, row.pupil, row.register), row.at)
