"""Score what was covered against photos that a person has labelled.

A label file is JSON, one entry per photo, in upright source pixels:

    {"IMG_1.jpg": {"size": [1024, 683], "faces": [{"box": [x, y, w, h], "blur": 0, "occlusion": 0, "invalid": false}]}}
    {"IMG_2.jpg": {"size": [2400, 1800], "scene": "badge", "words": [{"quad": [[x, y], ...], "name": true}]}}

`blur` and `occlusion` are 0 none, 1 some, 2 heavy (as in WIDER FACE).  A photo may have `faces`, `words` or both.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from redact.errors import UsageError
from redact.redaction.shapes.geometry import corners_of
from redact.redaction.values import Action, Region, Status
from redact.workers.report import Done

_Mask = npt.NDArray[np.uint8]

CORE_HIDDEN_SHARE = 0.9  # of a face's core (central 80 % of its box): what is left shows no one
WORD_HIDDEN_SHARE = 0.7  # of a name's place: what is left cannot be read
WORD_SPOILT_SHARE = 0.5  # of another word's place: it cannot be read any more
LEAST_FACE_PX = 20  # height; below it nobody is recognised, and labels are unsure
NEAR_FACE_SHARE = 0.75  # of a face's size: covers within it belong to the face, others are stray

HIDDEN = frozenset({Action.COVERED})  # for sure: as the bench counts
NOT_IN_SILENCE = HIDDEN | {Action.ASK, Action.MAYBE}  # and what a person is asked about, painted already or outlined


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share, 0..1; 1 of nothing."""
        return self.hits / self.total if self.total else 1.0

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """Return the Wilson score interval (Wilson 1927) for `z` standard deviations: 1.96 is 95 %."""
        if not self.total:
            return 0.0, 1.0
        n, p = self.total, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        reach = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)


@dataclass(frozen=True, slots=True)
class Miss:
    """One labelled face or name that was not hidden."""

    source: str
    box: tuple[int, int, int, int]  # x, y, width, height


@dataclass(frozen=True, slots=True)
class Score:
    """How much of what should be hidden is, and how much else was."""

    photos: Share  # redacted, of all labelled
    faces: Mapping[str, Share]  # "clear", "all", and by height
    stray: float  # covered share of the pictures away from any face, 0..1
    scenes: Mapping[str, Share]  # name words hidden, by scene
    spoilt: Share  # other words covered
    missed: tuple[Miss, ...]

    @property
    def mean_of_scenes(self) -> float:
        """The mean over the scenes of the share of name words hidden."""
        return sum(share.value for share in self.scenes.values()) / len(self.scenes) if self.scenes else 1.0


def read_labels(content: bytes) -> dict[str, Any]:
    """Return the labels in a JSON file.

    Raises:
        UsageError: it is not a label file.
    """
    try:
        labels = json.loads(content)
        for label in labels.values():
            _check_label(label)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError("The truth file is not a label file. Its form is described in docs/measuring.md.") from error
    return dict(labels)


def _check_label(label: Mapping[str, Any]) -> None:
    """Raise one of the errors that a wrong shape causes if `label` is not as the head of this module says."""
    numbers = [*label["size"], *(side for face in label.get("faces", ()) for side in face["box"])]
    words = label.get("words", ())
    is_whole = len(label["size"]) == 2 and all(len(face["box"]) == 4 for face in label.get("faces", ()))
    if not (is_whole and all(len(word["quad"]) >= 3 and isinstance(word["name"], bool) for word in words)):
        raise ValueError("a size, box, quad or name of another shape")
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError("a size or box that is no number")


class _Tally:
    """Counts under names, in the order they came."""

    def __init__(self) -> None:
        self.shares: dict[str, Share] = {}

    def add(self, name: str, hit: int) -> None:
        old = self.shares.get(name, Share(0, 0))
        self.shares[name] = Share(old.hits + hit, old.total + 1)


def score(labels: Mapping[str, Any], results: Sequence[Done], counted: AbstractSet[Action] = HIDDEN) -> Score:
    """Return how well `results` hide what `labels` name; photos are matched by file name.

    What is done with a region is among `counted`, or the region counts for nothing.
    A photo that was not redacted hides nothing here: it did not come out, which is not the same as success.
    """
    regions = {
        done.source.rpartition("/")[2]: done.outcome.regions
        for done in results
        if done.outcome.status is Status.REDACTED
    }
    faces, scenes, other = _Tally(), _Tally(), _Tally()
    missed: list[Miss] = []
    stray_px = area_px = 0
    for name, label in labels.items():
        mask = _mask([region for region in regions.get(name, ()) if region.action in counted], label["size"])
        if "faces" in label:
            area_px += mask.size
            stray_px += int((mask & (1 - _near(label["faces"], mask.shape))).sum())
            missed += (Miss(name, box) for box in _score_faces(label["faces"], mask, faces))
        missed += (Miss(name, box) for box in _score_words(label, mask, scenes, other))
    return Score(
        Share(len(regions.keys() & labels.keys()), len(labels)),
        faces.shares,
        stray_px / area_px if area_px else 0.0,
        scenes.shares,
        other.shares.get("", Share(0, 0)),
        tuple(missed),
    )


def _mask(regions: Sequence[Region], size: tuple[int, int]) -> _Mask:
    mask = np.zeros((size[1], size[0]), np.uint8)
    for region in regions:
        cv2.fillPoly(mask, [corners_of(region.polygon)], 1)
    return mask


def _near(faces: Sequence[Mapping[str, Any]], shape: tuple[int, ...]) -> _Mask:
    near = np.zeros(shape, np.uint8)
    for face in faces:
        x, y, w, h = face["box"]
        reach_x, reach_y = w * NEAR_FACE_SHARE, h * NEAR_FACE_SHARE
        near[max(0, int(y - reach_y)) : int(y + h + reach_y), max(0, int(x - reach_x)) : int(x + w + reach_x)] = 1
    return near


def _score_faces(faces: Sequence[Mapping[str, Any]], mask: _Mask, tally: _Tally) -> Iterator[tuple[int, int, int, int]]:
    """Count every face; yield the boxes of the recognisable ones that are not hidden."""
    for face in faces:
        x, y, w, h = face["box"]
        if face.get("invalid") or h < LEAST_FACE_PX:
            continue
        core = mask[
            max(0, int(y + 0.1 * h)) : math.ceil(y + 0.9 * h), max(0, int(x + 0.1 * w)) : math.ceil(x + 0.9 * w)
        ]
        is_hidden = bool(core.size and core.mean() >= CORE_HIDDEN_SHARE)
        tally.add("all", is_hidden)
        tally.add("20-40 px" if h < 40 else "40-80 px" if h < 80 else "80 px and more", is_hidden)
        if face.get("blur", 0) < 2 and face.get("occlusion", 0) < 2:
            tally.add("clear", is_hidden)
            if not is_hidden:
                yield int(x), int(y), int(w), int(h)


def _score_words(
    label: Mapping[str, Any], mask: _Mask, scenes: _Tally, other: _Tally
) -> Iterator[tuple[int, int, int, int]]:
    """Count every word; yield the boxes of the name words that are not hidden."""
    for word in label.get("words", ()):
        place = np.zeros_like(mask)
        corners = corners_of(word["quad"])
        cv2.fillPoly(place, [corners], 1)
        share = float((mask & place).sum()) / max(1, int(place.sum()))
        if not word["name"]:
            other.add("", share >= WORD_SPOILT_SHARE)
            continue
        scenes.add(str(label.get("scene", "all")), share >= WORD_HIDDEN_SHARE)
        if share < WORD_HIDDEN_SHARE:
            x, y, w, h = cv2.boundingRect(corners)
            yield int(x), int(y), int(w), int(h)
