"""From reference photos of one pupil to descriptions of the face: the gate that every one of them must pass.

Threat: another child's face is enrolled under the name of one who may be shown, and is then left bare on photos.
Rule: each photo shows one face that is by far the largest (small ones in the background do not matter), sharp and
whole enough to be described, or it is left out and reported; all of them look like one person; and nobody else
who is enrolled looks like that person.  Photos are used and forgotten: nothing keeps them.
Accepted residue: photos that all show the same wrong child, who is not enrolled, pass; whoever enrols must look.
Of twins only one can be enrolled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from models.faces.finder import FaceFinder
from models.findings import Face
from models.identity.templates import SHOW, Recogniser, Template, Unfit, agree, distance_to_person
from redact.errors import PictureHeld, PictureRefused, UsageError
from redact.pupils.recognise import Gallery, describe_reference
from redact.redaction.picture.decode import decode
from redact.redaction.picture.resize import shrink

MOST_PHOTOS: Final = 10  # of one pupil at a time: more make recognition no surer and each comparison slower; a choice


#: A portrait's face is large: a quick look finds it on a copy with this long side, pixels; it is described on the photo
#: as it came.  Where that shows no face, it is looked for in full: one of 2,000 px takes 1.3 s, one of 4,000 px 6 s.
FOUND_AT_PX: Final = 512


class EnrolRefused(UsageError):
    """The photos cannot be used to enrol; nothing was kept."""

    def __init__(self, what: str) -> None:
        """Say which photo, counted from 1, and what is wrong."""
        super().__init__(f"Nobody was enrolled: {what}. Choose other photos, each of this pupil alone")
        self.what = what


@dataclass(frozen=True, slots=True)
class Described:
    """What a pupil's reference photos gave."""

    templates: tuple[Template, ...]
    left_out: tuple[str, ...]  # "photo 2: ...": by number, in words without a name


def describe_photos(
    upn: str, photos: Sequence[bytes], finder: FaceFinder, recogniser: Recogniser, enrolled: Gallery
) -> Described:
    """Return one description for each photo of a pupil that can be used, and why the others cannot.

    Args:
        upn: the pupil's.
        photos: files as they came.
        finder: of faces.
        recogniser: of faces.
        enrolled: everybody who is enrolled so far.

    Raises:
        EnrolRefused: no photo can be used, they show different people, or the face is like another pupil's.
    """
    if not 1 <= len(photos) <= MOST_PHOTOS:
        raise EnrolRefused(f"one to {MOST_PHOTOS} photos are needed, not {len(photos)}")
    looks = [(number, _describe(number, photo, finder, recogniser)) for number, photo in enumerate(photos, 1)]
    fit = [(number, look) for number, look in looks if isinstance(look, Template)]
    left_out = tuple(f"photo {number}: {look.value}" for number, look in looks if isinstance(look, Unfit))
    if not fit:
        raise EnrolRefused(f"none of the photos can be used ({'; '.join(left_out)})")
    described = tuple(look for _, look in fit)
    for (one, a), (other, b) in combinations(fit, 2):
        if not agree((a, b)):
            raise EnrolRefused(f"photos {one} and {other} do not look like the same person")
    for pupil in enrolled.pupils:
        if pupil.upn == upn and not agree((*pupil.templates, *described)):
            raise EnrolRefused("the face does not look like the pupil's earlier photos")
        if pupil.upn != upn and any(distance_to_person(face, pupil.templates) <= SHOW for face in described):
            raise EnrolRefused(f"the face is too much like that of pupil {pupil.upn}, who is enrolled already")
    return Described(described, left_out)


def _describe(number: int, photo: bytes, finder: FaceFinder, recogniser: Recogniser) -> Template | Unfit:
    try:
        picture = decode(photo)
    except (PictureRefused, PictureHeld) as error:
        raise EnrolRefused(f"photo {number} cannot be used: {str(error).rstrip('.')}") from error
    small = shrink(picture, FOUND_AT_PX)
    faces = _scaled(finder.find_quickly(small.pixels), picture.pixels.shape[1] / small.pixels.shape[1])
    look = describe_reference(picture.pixels, faces, recogniser)
    if look not in {Unfit.NO_FACE, Unfit.TOO_SMALL}:
        return look
    return describe_reference(picture.pixels, finder.find(picture.pixels), recogniser)


def _scaled(faces: tuple[Face, ...], k: float) -> tuple[Face, ...]:
    return tuple(replace(face, box=face.box.scaled(k)) for face in faces)
