"""Enrol many pupils from a set of portraits, as the management system exports them: UPN.jpg.

Threat, rule and residue are those of enrol.py, for each pupil by itself: the register is asked before a face is
described and again in the transaction that keeps it.  One who is refused stops none of the others.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from models.faces.finder import FaceFinder, open_face_finder
from models.identity.recogniser import open_recogniser
from models.identity.templates import Recogniser
from models.weights import default_folder
from redact.audit.kinds import Role
from redact.errors import PictureHeld, PictureRefused, UsageError
from redact.pupils.consent import No, may_recognise
from redact.pupils.recognise import Enrolled, Gallery
from redact.pupils.upn import is_pupil_number, tidy_upn
from redact.redaction.enrol import EnrolRefused, describe_photos
from redact.registers.act import act_of
from redact.store.pupils import reading, register, templates
from redact.store.pupils.acts import Act
from redact.store.pupils.reading import PupilUnknown
from redact.workers.photo_sets import SetPhoto
from redact.workspace.open import Workspace


class Outcome(StrEnum):
    """What became of a pupil's photos."""

    ENROLLED = "enrolled"
    ALREADY = "enrolled already"
    REFUSED = "refused"  # by the photos
    NO_CONSENT = "no consent"
    NOT_ON_ROLL = "not on the roll"
    NO_NUMBER = "no number"  # the file's name is none


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One pupil of the set, or one photo whose name is no number."""

    upn: str  # empty where there is no number
    photos: tuple[int, ...]  # by number in the set
    outcome: Outcome
    why: str = ""  # a sentence part, without a name
    templates: int = 0  # added
    seconds: float = 0.0


def enrol_class(
    workspace: Workspace, by: Role | None, photos: Iterable[SetPhoto], *, adds: bool = False
) -> Iterator[ClassRow]:
    """Enrol each pupil of a set whose consents allow it; give a row as each is done.

    Args:
        workspace: opened.
        by: role of the person.
        photos: of `open_photo_set`.
        adds: describe further photos of those too who are enrolled already.

    Raises:
        UsageError: nobody is named.
        DatabaseFault: what was given before stands.
    """
    act = act_of(workspace, by)
    by_upn: dict[str, list[SetPhoto]] = {}
    for photo in photos:
        upn = tidy_upn(photo.called)
        if is_pupil_number(upn):
            by_upn.setdefault(upn, []).append(photo)
        else:
            yield ClassRow(
                "", (photo.number,), Outcome.NO_NUMBER, "the file's name is no number of a pupil or an adult"
            )
    finder, recogniser = open_face_finder(default_folder()), open_recogniser()
    with workspace.database.read() as connection:
        gallery = reading.read_gallery(connection, workspace.keys.templates, act.purposes, act.day)
        there = {} if adds else templates.count_templates(connection)
    for upn, own in by_upn.items():
        started = time.monotonic()
        row, enrolled = _enrol(workspace, act, upn, own, (finder, recogniser, gallery), is_there=bool(there.get(upn)))
        if enrolled is not None:
            gallery = _with(gallery, enrolled)
        yield ClassRow(row.upn, row.photos, row.outcome, row.why, row.templates, round(time.monotonic() - started, 3))


def _enrol(
    workspace: Workspace,
    act: Act,
    upn: str,
    photos: list[SetPhoto],
    means: tuple[FaceFinder, Recogniser, Gallery],
    *,
    is_there: bool,
) -> tuple[ClassRow, Enrolled | None]:
    numbers = tuple(photo.number for photo in photos)
    if (refused := _why_not(workspace, act, upn)) is not None:
        return ClassRow(upn, numbers, *refused), None
    if is_there:
        return ClassRow(upn, numbers, Outcome.ALREADY, "nothing was added; --add describes further photos"), None
    finder, recogniser, gallery = means
    try:
        described = describe_photos(upn, [photo.read() for photo in photos], finder, recogniser, gallery)
        with workspace.audit_log.writing() as entries:
            register.enrol(entries, act, workspace.keys.templates, upn, described.templates)
    except EnrolRefused as refusal:
        return ClassRow(upn, numbers, Outcome.REFUSED, refusal.what), None
    except (PictureRefused, PictureHeld, UsageError) as refusal:  # the last: a consent that ended meanwhile
        return ClassRow(upn, numbers, Outcome.REFUSED, str(refusal).rstrip(".")), None
    why = "; ".join(f"left out: {left}" for left in described.left_out)
    enrolled = Enrolled(upn, described.templates, "", "")
    return ClassRow(upn, numbers, Outcome.ENROLLED, why, len(described.templates)), enrolled


def _why_not(workspace: Workspace, act: Act, upn: str) -> tuple[Outcome, str] | None:
    """Return why no face of this pupil may be described, None where it may."""
    with workspace.database.read() as connection:
        try:
            answer = may_recognise(reading.read_pupil(connection, upn), act.purposes, act.day)
        except PupilUnknown:
            return Outcome.NOT_ON_ROLL, "nobody on the roll, and no adult, has this number"
    return (Outcome.NO_CONSENT, answer.reason) if isinstance(answer, No) else None


def _with(gallery: Gallery, enrolled: Enrolled) -> Gallery:
    """Return the gallery with a pupil's new descriptions: the next pupil is compared with these too."""
    former = next((one.templates for one in gallery.pupils if one.upn == enrolled.upn), ())
    others = tuple(one for one in gallery.pupils if one.upn != enrolled.upn)
    return Gallery((*others, Enrolled(enrolled.upn, (*former, *enrolled.templates), enrolled.year, enrolled.reg)))
