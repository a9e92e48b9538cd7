"""Say who a face may be, among the pupils who are enrolled.

Threat: a wrong match shows a child whose parents said no.
Rule: only an enrolled pupil can be named, and enrolling needs a biometric and a photo consent (consent.py).  A face
is shown only if it is close to one pupil, clearly closer to that one than to any other, nobody else in the gallery
looks like that pupil, and the gallery is no larger than the one this was measured with; anything less is a suggestion
to a person, and the face stays covered.
Accepted residue: recognition is weak evidence (models/identity/templates.py has the figures, of adults); a twin or a
sibling may pass for the pupil, so a shown face is listed by name to the approver.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from models.findings import Face, Pixels
from models.identity.templates import (
    LOOK_ALIKE,
    MARGIN,
    REFERENCE,
    SHOW,
    SUGGEST,
    Recogniser,
    Template,
    Unfit,
    distance_to_person,
)
from redact.pupils.adults import is_adult
from redact.pupils.classes import SchoolClass, class_of

#: Pupils in a gallery; SHOW was measured with no more (models/identity/templates.py), and every pupil more is one
#: more chance of a false match.  A larger gallery only suggests.
MOST_SHOWN_FROM: Final = 60
#: Intersection over union of the boxes of one face seen by two finders.  CenterFace's own findings are one from less
#: (models/boxes.py), so no two faces that the program can tell apart share so much.
SAME_FACE_IOU: Final = 0.5
MOST_BESIDE: Final = 0.6  # area of a second face on a reference picture, in areas of the first; a choice
MOST_SUGGESTED: Final = 3  # pupils; more is a list that a person reads through instead of looking at the face; a choice


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A pupil who may be recognised, with one description for each reference picture: biometric material."""

    upn: str
    templates: tuple[Template, ...] = field(repr=False)
    year: str = ""  # as the roll has it: "3", "Year 3", "Reception"
    reg: str = ""  # class: "3 Oak", "7B"
    school: str = ""  # whose roll lists the pupil; an adult of "" is of the trust

    def __post_init__(self) -> None:
        """Raise ValueError unless there are a UPN and a description."""
        if not self.upn or not self.templates:
            raise ValueError("an enrolled pupil has a UPN and at least one description")


@dataclass(frozen=True, slots=True)
class Gallery:
    """The enrolled pupils that a face is compared with."""

    pupils: tuple[Enrolled, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError if a pupil is in it twice: the margin to the second best would mean nothing."""
        if len({pupil.upn for pupil in self.pupils}) != len(self.pupils):
            raise ValueError("a pupil is in the gallery twice")

    def __len__(self) -> int:
        """Return the number of pupils."""
        return len(self.pupils)


@dataclass(frozen=True, slots=True)
class Show:
    """The face is this pupil's: it may be shown if nothing else forbids it."""

    upn: str


@dataclass(frozen=True, slots=True)
class Suggest:
    """The face may be one of these pupils', best first; it stays covered until a person says so."""

    upns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nobody:
    """The face is like nobody's who is enrolled; it stays covered."""


Match: TypeAlias = Show | Suggest | Nobody

_LEAST_CLASS: Final = 3  # letters of a class named without its year: "Oak" is one, "A" may be anything; a choice


def narrow(gallery: Gallery, tags: Iterable[str]) -> Gallery:
    """Return the pupils of the years and classes that `tags` name, the whole gallery if they name none.

    A narrower gallery makes fewer false matches and is never the less safe one: a pupil who is left out stays covered.

    Args:
        gallery: all enrolled pupils.
        tags: names of folders, such as "Year 3", "Y3", "3 Oak", "Reception", "Sports day".
    """
    asked = [class_of(tag) for tag in tags]
    by_class = [tag for tag in asked if tag.name]
    by_year = [tag for tag in asked if not tag.name]
    # "Year 3/3 Oak" is 3 Oak, and "Year 3/Swimming" is Year 3: a class counts before a year, if anybody is in it.
    for sought in (by_class, by_year):
        found = tuple(pupil for pupil in gallery.pupils if any(_is_in(pupil, tag) for tag in sought))
        if found:
            return Gallery((*found, *(adult for adult in gallery.pupils if is_adult(adult.upn))))
    return gallery


def of_school(gallery: Gallery, school: str) -> Gallery:
    """Return the pupils of a school, and the adults of it or of the trust; everybody where the school is not known.

    A smaller gallery makes fewer false matches, and whoever is left out stays covered.
    """
    if not school:
        return gallery
    return Gallery(
        tuple(one for one in gallery.pupils if one.school == school or (not one.school and is_adult(one.upn)))
    )


def _is_in(pupil: Enrolled, asked: SchoolClass) -> bool:
    reg = class_of(pupil.reg)
    year = class_of(pupil.year).year or reg.year
    if asked.name and (asked.name != reg.name or (not asked.year and len(asked.name) < _LEAST_CLASS)):
        return False
    return bool(asked.name) if not asked.year else asked.year == year


def recognise(template: Template, gallery: Gallery) -> Match:
    """Return who the face described by `template` is, among `gallery`."""
    near = sorted((distance_to_person(template, pupil.templates), pupil.upn) for pupil in gallery.pupils)
    suggested = tuple(upn for far, upn in near[:MOST_SUGGESTED] if far <= SUGGEST)
    if not suggested:
        return Nobody()
    second = near[1][0] if len(near) > 1 else float("inf")
    if len(gallery) > MOST_SHOWN_FROM or near[0][0] > SHOW or second - near[0][0] < MARGIN:
        return Suggest(suggested)
    alike = _look_alikes(near[0][1], gallery)
    return Suggest((near[0][1], *alike)[:MOST_SUGGESTED]) if alike else Show(near[0][1])


def _look_alikes(upn: str, gallery: Gallery) -> tuple[str, ...]:
    """Return the pupils of `gallery` whose own references lie so near to those of `upn` that one may be the other."""
    [own] = [pupil for pupil in gallery.pupils if pupil.upn == upn]
    apart = sorted((_apart(own, pupil), pupil.upn) for pupil in gallery.pupils if pupil.upn != upn)
    return tuple(other for far, other in apart if far <= LOOK_ALIKE)


def _apart(one: Enrolled, other: Enrolled) -> float:
    ways = ((one, other), (other, one))
    return min(distance_to_person(face, known.templates) for known, seen in ways for face in seen.templates)


def recognise_faces(
    pixels: Pixels, faces: tuple[Face, ...], recogniser: Recogniser, gallery: Gallery
) -> tuple[Match, ...]:
    """Return who each of `faces` of one photo is, among `gallery`, in their order.

    Two faces that pass for the same pupil are suggestions both: one of them is wrong.
    """
    matches: list[Match] = []
    for face in faces:
        before = next((i for i, other in enumerate(faces[: len(matches)]) if _is_same(face, other)), None)
        matches.append(_match(pixels, face, recogniser, gallery) if before is None else matches[before])
    return tuple(_unless_twice(i, matches, faces) for i in range(len(faces)))


def describe_reference(pixels: Pixels, faces: tuple[Face, ...], recogniser: Recogniser) -> Template | Unfit:
    """Return the description of the one person on a reference picture, or why the picture will not do.

    Small faces in the background do not matter; a second one of nearly the same size does, because nobody could say
    which is the pupil's.  Whether several references are of one person: models.identity.agree.

    Args:
        pixels: the reference picture, RGB.
        faces: all that the finder sees on it.
        recogniser: opened.
    """
    by_size = sorted(faces, key=lambda face: -face.box.area)
    if not by_size:
        return Unfit.NO_FACE
    first, *others = by_size
    if any(face.box.area > MOST_BESIDE * first.box.area and not _is_same(face, first) for face in others):
        return Unfit.NOT_ALONE
    return recogniser.describe(pixels, first.box, REFERENCE)


def _is_same(face: Face, other: Face) -> bool:
    return face.box.iou(other.box) >= SAME_FACE_IOU


def _match(pixels: Pixels, face: Face, recogniser: Recogniser, gallery: Gallery) -> Match:
    template = recogniser.describe(pixels, face.box)
    return recognise(template, gallery) if isinstance(template, Template) else Nobody()


def _unless_twice(i: int, matches: list[Match], faces: tuple[Face, ...]) -> Match:
    match = matches[i]
    if not isinstance(match, Show):
        return match
    is_twice = any(other == match and not _is_same(faces[i], faces[k]) for k, other in enumerate(matches) if k != i)
    return Suggest((match.upn,)) if is_twice else match
