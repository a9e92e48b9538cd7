"""The page on which the original is needed: a cover is lifted, or something undone that no copy shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from redact.desk.pages.photo import describe_answer, show_larger
from redact.desk.pages.queue import address
from redact.desk.pages.words import KINDS
from redact.errors import short_id
from redact.posts.changes import Answered
from redact.posts.plans import PlannedPlace
from redact.posts.queue import Filter
from redact.posts.showable import Showable
from redact.redaction.answers.values import LiftCause
from redact.store.queue import QueuedPhoto

_CAUSES: Final = {
    LiftCause.CONSENT: "A pupil who may be shown",
    LiftCause.NOT_A_PERSON: "It is not a person",
    LiftCause.NOT_A_NAME: "It is not a child's name",
}


@dataclass(frozen=True, slots=True)
class LiftView:
    """What lift.html draws."""

    photo: str
    short: str
    output: str
    picture: str
    size: tuple[int, int]
    shown: str  # how wide the picture is drawn, where that is larger than it is; "" of all others
    action: str
    back: str
    heading: str = ""
    lead: str = ""
    points: str = ""
    causes: tuple[tuple[str, str], ...] = ()  # word, label; none where nothing is to be chosen
    pupils: tuple[tuple[str, str], ...] = ()  # UPN, label
    button: str = ""


def show_lift(photo: QueuedPhoto, place: PlannedPlace, pupils: Sequence[Showable], wanted: Filter) -> LiftView:
    """Return the page for one cover of a copy."""
    causes = [cause for cause in place.is_lifted_by if cause is not LiftCause.CONSENT or pupils]
    offered = pupils if LiftCause.CONSENT in causes else ()  # a name is lifted for nobody
    blank = _blank(photo, wanted, f"places/{place.number}")
    return replace(
        blank,
        heading=f"Lift cover {place.number}",
        lead=f"{KINDS[place.kind]}: {place.reason}.",
        points=" ".join(f"{x},{y}" for x, y in place.polygon),
        causes=tuple((cause.value, _CAUSES[cause]) for cause in causes),
        pupils=tuple((pupil.upn, f"{pupil.name}, {pupil.year}" if pupil.year else pupil.name) for pupil in offered),
        button="Lift this cover",
    )


def show_undo(photo: QueuedPhoto, answer: Answered, wanted: Filter) -> LiftView:
    """Return the page on which an answer is undone with the original."""
    lead = f"{describe_answer(answer)}. What lies under it is on no copy, so the original is needed."
    return replace(_blank(photo, wanted, f"answers/{answer.id}"), heading="Undo", lead=lead, button="Undo it")


def _blank(photo: QueuedPhoto, wanted: Filter, act: str) -> LiftView:
    here, size = f"/photos/{photo.sha256}", photo.size or (4, 3)
    return LiftView(
        photo.sha256,
        short_id(photo.sha256),
        photo.output or "",
        f"{here}/copy/{photo.output}.jpg",
        size,
        show_larger(size),
        address(f"{here}/{act}", wanted),
        address(here, wanted),
    )
