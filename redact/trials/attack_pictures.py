"""The pictures that our covers are attacked on: of folders with known people and words, or made of the samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.faces.finder import FaceFinder
from models.findings import scale_polygon
from redact.errors import UsageError
from redact.redaction.picture.decode import decode
from redact.redaction.picture.resize import shrink
from redact.redaction.values import Picture, Policy
from redact.trials.attack import Portrait, Written, alien
from redact.trials.measure import read_labels
from redact.trials.samples import sample_pictures
from redact.workers.intake import read_file, read_photo

#: Height of a head, and long side of the surroundings it is set into, px: half the picture, as in a portrait; a choice.
_HEAD_PX, _SURROUNDINGS_PX = 300, 640


@dataclass(frozen=True, slots=True)
class People:
    """Pictures of known people: the gallery, and others to recognise by it."""

    enrolled: tuple[Portrait, ...]
    probes: tuple[Portrait, ...]


def people_in(folder: Path, finder: FaceFinder) -> People:
    """Return the people of `folder`: `enrol/PERSON/*` and `known/PERSON.jpg`; who is in one of them only is left out.

    Raises:
        UsageError: the folder holds fewer than two people.
    """
    enrol, known = folder / "enrol", folder / "known"
    if not (enrol.is_dir() and known.is_dir()):
        raise UsageError("The folder of faces needs two folders in it: enrol, one folder per person, and known.")
    paths = [path for person in sorted(enrol.iterdir()) if person.is_dir() for path in sorted(person.iterdir())]
    enrolled = _portraits([(path.parent.name, path) for path in paths], finder)
    probes = _portraits([(path.stem, path) for path in sorted(known.iterdir())], finder)
    both = {portrait.person for portrait in enrolled} & {portrait.person for portrait in probes}
    if len(both) < 2:
        raise UsageError("The folder of faces shows fewer than two people in both enrol and known.")
    enrolled, probes = (tuple(each for each in side if each.person in both) for side in (enrolled, probes))
    return People(enrolled, probes)


def sample_people(folder: Path, finder: FaceFinder) -> People:
    """Return the portraits of the samples, and each head alone in the surroundings of every sample without people."""
    portraits = [path for path in sample_pictures(folder / "portraits") if path.suffix == ".jpg"]
    enrolled = _portraits([(path.stem, path) for path in portraits], finder)
    empty = [name for name, label in _labels(folder / "faces_truth.json").items() if not label["faces"]]
    surroundings = [shrink(decode(read_photo(folder / name)), _SURROUNDINGS_PX) for name in empty]
    probes = tuple(alien(portrait, around, _HEAD_PX) for portrait in enrolled for around in surroundings)
    return People(enrolled, probes)


def pages_in(truth: Path, images: Path, only: Sequence[str] = ()) -> tuple[Written, ...]:
    """Return the pictures in `images` with the names that the labels in `truth` spell (`text`), as published.

    Args:
        truth: the labels.
        images: the folder of the pictures.
        only: file names of those that are wanted; empty: all.

    Raises:
        UsageError: the labels are none, or spell no name.
    """
    pages = []
    for name, label in _labels(truth).items():
        words = [word for word in label.get("words", ()) if word["name"] and word.get("text")]
        if words and (not only or name in only):
            pages.append(_page(decode(read_photo(images / name)), words))
    if not pages:
        raise UsageError("The labels spell no name. Each name word needs its letters, as `text`.")
    return tuple(pages)


def _page(source: Picture, words: Sequence[Mapping[str, Any]]) -> Written:
    picture, k = _published(source)
    quads = (scale_polygon(tuple((float(x), float(y)) for x, y in word["quad"]), k) for word in words)
    return Written(picture, tuple(zip((str(word["text"]) for word in words), quads, strict=True)), k)


def _portraits(pictures: Sequence[tuple[str, Path]], finder: FaceFinder) -> tuple[Portrait, ...]:
    """Return the pictures on which there is a face, the largest face first."""
    found = []
    for person, path in pictures:
        picture, k = _published(decode(read_photo(path)))
        if faces := finder.find(picture.pixels):
            found.append(Portrait(person, picture, tuple(sorted(faces, key=lambda face: -face.box.area)), k))
    return tuple(found)


def _published(source: Picture) -> tuple[Picture, float]:
    picture = shrink(source, Policy().max_side_px)
    return picture, picture.width_px / source.width_px


def _labels(path: Path) -> dict[str, Any]:
    return read_labels(read_file(path))
