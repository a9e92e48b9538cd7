"""Measure how well enrolled people are recognised, on pictures of people who are known to be enrolled or not.

Three folders: references (one sub-folder per person), other pictures of the same people, and pictures of strangers; the
person on a picture is the largest face.  The figures are those of `recognise` itself, thresholds and gallery size
included, so they hold for the program and not only for its distances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TypeAlias

from models.faces.finder import FaceFinder
from models.findings import Face, Pixels
from models.identity.templates import Recogniser, Template, Unfit
from redact.pupils.recognise import Enrolled, Gallery, Nobody, Show, Suggest, describe_reference, recognise
from redact.redaction.picture.decode import decode
from redact.trials.measure import Share
from redact.workers.intake import read_photo

#: A person's pictures, described; None where a picture could not be.
Described: TypeAlias = Mapping[str, Sequence[Template | None]]


@dataclass(frozen=True, slots=True)
class IdentityFigures:
    """What became of pictures of enrolled people and of strangers; a picture that could not be described counts."""

    gallery: int  # pupils compared with
    shown: Share  # pictures of enrolled people, shown as themselves
    mistaken: Share  # the same, shown as somebody else
    suggested: Share  # the same, shown as themselves or with themselves among the suggestions
    strangers_shown: Share  # pictures of strangers, and of the enrolled who are not in this gallery
    strangers_hinted: Share  # the same, covered, with a suggestion to the reviewer


class _Became(Enum):
    """What became of one picture."""

    SHOWN = auto()  # as the right person
    MISTAKEN = auto()  # shown as another one
    SUGGESTED = auto()  # the right person is among the suggestions
    HINTED = auto()  # only wrong ones are
    COVERED = auto()


def measure_identity(enrol: Described, known: Described, stranger: Described, gallery: int) -> IdentityFigures:
    """Return the figures for galleries of `gallery` pupils: neighbours by name, each pupil in one gallery at most.

    Args:
        enrol: references by person.
        known: other pictures of these people, by the same names.
        stranger: pictures of people who are not enrolled.
        gallery: pupils in a gallery, 1 and more; all people are one gallery if there are fewer.
    """
    names = sorted(enrol)
    size = min(gallery, len(names))
    own: list[_Became] = []
    other: list[_Became] = []
    for start in range(0, len(names) - size + 1, max(1, size)):
        inside = names[start : start + size]
        people = _gallery_of(inside, enrol)
        own += (_try(face, name, people) for name in inside for face in known.get(name, ()))
        outside = [known[name] for name in sorted(known) if name not in inside] + list(stranger.values())
        other += (_try(face, None, people) for faces in outside for face in faces)
    return IdentityFigures(
        gallery=size,
        shown=_share(own, _Became.SHOWN),
        mistaken=_share(own, _Became.MISTAKEN),
        suggested=_share(own, _Became.SHOWN, _Became.SUGGESTED),
        strangers_shown=_share(other, _Became.MISTAKEN),
        strangers_hinted=_share(other, _Became.HINTED),
    )


def _gallery_of(names: Sequence[str], enrol: Described) -> Gallery:
    """Return the people of whom there is a reference that could be described."""
    usable = ((name, tuple(template for template in enrol[name] if template is not None)) for name in names)
    return Gallery(tuple(Enrolled(name, templates) for name, templates in usable if templates))


def _try(face: Template | None, name: str | None, people: Gallery) -> _Became:
    """Return what becomes of a picture of `name`; None: of somebody who is not in the gallery."""
    match Nobody() if face is None else recognise(face, people):
        case Show(upn):
            return _Became.SHOWN if upn == name else _Became.MISTAKEN
        case Suggest(upns):
            return _Became.SUGGESTED if name in upns else _Became.HINTED
        case Nobody():
            return _Became.COVERED


def _share(became: Sequence[_Became], *which: _Became) -> Share:
    return Share(sum(one in which for one in became), len(became))


def describe_references(folder: Path, finder: FaceFinder, recogniser: Recogniser) -> Described:
    """Return the references in `folder`, which holds one sub-folder per person; slow: 0.3 s per picture."""
    described = {}
    for person in sorted(path for path in folder.iterdir() if path.is_dir()):
        pictures = [_read(path, finder) for path in sorted(person.iterdir())]
        described[person.name] = [_or_none(describe_reference(*picture, recogniser)) for picture in pictures]
    return described


def describe_pictures(folder: Path, finder: FaceFinder, recogniser: Recogniser) -> Described:
    """Return the largest face of each picture in `folder`, by the picture's name without its ending; slow likewise."""
    described = {}
    for path in sorted(folder.iterdir()):
        pixels, faces = _read(path, finder)
        largest = max(faces, key=lambda face: face.box.area, default=None)
        described[path.stem] = [_or_none(recogniser.describe(pixels, largest.box)) if largest else None]
    return described


def _read(path: Path, finder: FaceFinder) -> tuple[Pixels, tuple[Face, ...]]:
    pixels = decode(read_photo(path)).pixels
    return pixels, finder.find(pixels)


def _or_none(described: Template | Unfit) -> Template | None:
    return described if isinstance(described, Template) else None
