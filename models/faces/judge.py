"""Judge what the passes proposed: which places are faces, which are doubtful and alone, which are nothing.

What a pass is sure of stands.  What is doubtful is looked at more closely, and stands if the looks agree and a sure
face is near: children are photographed with others, and 96 of 100 crowd photos have a sure face.  A doubtful one
without company is more often a flower or a window; it needs more, and what falls short is given as doubtful, for the
caller to decide.  Among company the place counts: half a face beside a sure one needs less agreement, a fold of cloth
on the chest below one more.  No network that was tried tells these two apart as well as company does
(docs/finders.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.boxes import Boxes, overlap_of
from models.faces.closer_look import agreement, agreement_in_other_light, log_odds
from models.findings import Pixels
from models.scaling import Network

# Scores are the networks' own, 0..1.  "Bench" is 100 labelled crowd photos 1024 px wide, 506 recognisable faces of
# 20 px and more.  Only AGREED was cross-checked (set on one half of the photos, seen on the other); the rest was
# chosen with both halves in sight, so expect a little less elsewhere (docs/finders.md).
SURE: Final = 0.40  # score: stands without a second look; bench: 0.1 % of the picture covered without need
PROPOSED: Final = 0.05  # score: worth a second look; bench: 0.07 loses three faces, 0.05 none that looks can save
# Painted faces are seen faintly: of 12 that were missed the looks would save 5, had they been proposed.
PROPOSED_LARGE: Final = 0.02  # score: worth a second look where the face is large and a smaller pass sees it
LARGE_PX: Final = 40.0  # longer side; 21 such proposals on a photo of the bench, 363 of any size
SMALL_PX: Final = 18.0  # longer side: below, a face is not recognisable and gets no second look; bench
SMALL_SCORE: Final = 0.15  # score: a small face stands from here, in company; bench
AGREED: Final = -2.5  # mean log odds of the looks; bench: 99.2 % hidden, 1.2 % of the picture covered without need
# In company the place says something too (both on one half of the bench and seen on the other, docs/finders.md).
AGREED_BESIDE: Final = -3.0  # the same where a face beyond doubt of like size touches it: half a face behind a head
AGREED_BELOW: Final = -2.0  # the same on the chest below such a face: folds, badges and prints of clothes
AGREED_LYING: Final = -1.0  # the same, turned, of a head that lies: 8 of 23 missed ones, as from -1.5; docs/finders.md
AGREED_WITH_YUNET: Final = -3.8  # the same where YuNet sees something too; bench: 99.4 % hidden, 1.3 % without need
YUNET_SEES: Final = 0.30  # score of YuNet that counts as seeing something; bench
MOST_LOOKS: Final = 120  # candidates of one picture that are looked at again, best first; bounds the time
UNLOOKED_SCORE: Final = 0.10  # score: a candidate beyond that number stands from here (stack.md's threshold)
SAME_PLACE_IOU: Final = 0.35  # two networks, positions or lights mean the same face; bench

COMPANY: Final = 0.60  # score of a face that is company: on 96 of 100 crowd photos, on 0 of 138 without people
_COMPANY_SIDES: Final = 4.0  # distance of the centres, in sides of the larger of the two; company anywhere: no better
_COMPANY_IOU: Final = 0.30  # more, and it is the same face; models/faces/centerface.py
_BESIDE_SIDES: Final = (0.40, 1.05)  # distance of the centres, in sides of the larger, of a face half behind another
_LIKE_SIZE: Final = (0.50, 1.50)  # of the candidate's side to the face's, of such a pair
_CHEST_BESIDE, _CHEST_BELOW = 0.90, (0.70, 3.20)  # how far from the middle of a face its chest reaches, in its sides
_CHEST_SIZE: Final = 1.40  # of the candidate's side to the face's: a larger one is somebody in front
_FILLS: Final = 0.60  # of the picture's width or height; of 73 photos without people none has so large a find
_SCORE_WEIGHT: Final = 0.25  # of the log odds of the proposal beside those of the looks; docs/finders.md
# Mean log odds of the looks from which a person is asked about what two lights reject; 29 photos of the bench have such
# places, as with the looks before; from -2.5 there are 32.
LONE_ASKED: Final = -2.3
LONE_AGREED: Final = -1.75  # log odds, weighted so, that two of three lights must reach; docs/finders.md


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the proposals, best first; what is nothing is in neither."""

    standing: Boxes
    lone: Boxes  # may be faces: the looks agree, but nothing else on the picture speaks for them


@dataclass(frozen=True, slots=True)
class _Doubt:
    """One proposal that no pass is sure of."""

    box: npt.NDArray[np.float32]  # x0, y0, x1, y1, score
    is_small: bool
    is_looked_at: bool  # False: one of too many
    is_lone: bool  # no face near that is beyond doubt, and room for one
    least: float  # mean log odds that the looks must reach


def judge(network: Network, pixels: Pixels, proposed: Boxes, opinion: Boxes) -> Judged:
    """Return which of `proposed` stand and which are doubtful and alone.

    Args:
        network: the one that proposed.
        pixels: the picture, RGB.
        proposed: what its passes found, best first; from PROPOSED up, the large ones from PROPOSED_LARGE up.
        opinion: what YuNet found, from YUNET_SEES up; empty without it.
    """
    is_large = (proposed[:, 2:4] - proposed[:, :2]).max(axis=1, initial=0) >= LARGE_PX
    proposed = proposed[(proposed[:, 4] >= PROPOSED) | is_large]
    sure = proposed[proposed[:, 4] >= SURE]
    standing, lone = [sure], [proposed[:0]]
    for doubt in _doubts(proposed, opinion, (pixels.shape[1], pixels.shape[0])):
        verdict = _stands(network, pixels, doubt)
        if verdict is not None:
            (standing if verdict else lone).append(doubt.box[None])
    return Judged(np.concatenate(standing), np.concatenate(lone))


def lie_there(network: Network, turned: Pixels, boxes: Boxes) -> npt.NDArray[np.bool_]:
    """Return which of `boxes` are heads that lie in the picture: the looks agree on them with it `turned` (RGB)."""
    agreed = [agreement(network, turned, box, AGREED_LYING) >= AGREED_LYING for box in boxes]
    return np.array(agreed, bool)


def part_by_company(boxes: Boxes, faces: Boxes) -> tuple[Boxes, Boxes]:
    """Return those of `boxes` that have a face beyond doubt near them among `faces`, and those that have none."""
    has = np.array([_has_company(box, faces) for box in boxes], bool)
    return boxes[has], boxes[~has]


def stand_beside(boxes: Boxes, faces: Boxes) -> npt.NDArray[np.bool_]:
    """Return which of `boxes` have a face beyond doubt of like size near them, and lie on no chest below one."""
    return np.array([_stands_beside(box, faces) for box in boxes], bool)


def _stands_beside(box: npt.NDArray[np.float32], faces: Boxes) -> bool:
    to_box, sides = _company(box, faces)
    near = np.hypot(*to_box.T) <= _COMPANY_SIDES * np.maximum(sides, _side(box))
    is_like = _within(_side(box) / sides, _LIKE_SIZE)
    return bool((near & is_like).any()) and _least_in_place(box, faces) != AGREED_BELOW


def _has_company(box: npt.NDArray[np.float32], boxes: Boxes) -> bool:
    """Return whether another face that is beyond doubt lies near `box` among `boxes`."""
    to_box, sides = _company(box, boxes)
    return bool((np.hypot(*to_box.T) <= _COMPANY_SIDES * np.maximum(sides, _side(box))).any())


def _company(box: npt.NDArray[np.float32], boxes: Boxes) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return how far `box` lies from each other face that is beyond doubt, right and down, and their sides; in px."""
    others = boxes[(boxes[:, 4] >= COMPANY) & (overlap_of(box, boxes) < _COMPANY_IOU)]
    to_box = (box[:2] + box[2:4] - others[:, :2] - others[:, 2:4]).astype(np.float32) / np.float32(2)
    sides: npt.NDArray[np.float32] = (others[:, 2:4] - others[:, :2]).max(axis=1, initial=0)
    return to_box, sides


def _least_in_place(box: npt.NDArray[np.float32], boxes: Boxes) -> float:
    """Return the mean log odds that the looks at `box` must reach, by where it lies to the faces of its company."""
    to_box, sides = _company(box, boxes)
    apart, size = np.hypot(*to_box.T) / np.maximum(sides, _side(box)), _side(box) / sides
    if (_within(apart, _BESIDE_SIDES) & _within(size, _LIKE_SIZE)).any():
        return AGREED_BESIDE
    right, down = np.abs(to_box[:, 0]) / sides, to_box[:, 1] / sides
    if ((right < _CHEST_BESIDE) & _within(down, _CHEST_BELOW) & (size < _CHEST_SIZE)).any():
        return AGREED_BELOW
    return AGREED


def _within(shares: npt.NDArray[np.float32], bounds: tuple[float, float]) -> npt.NDArray[np.bool_]:
    return (shares >= bounds[0]) & (shares <= bounds[1])


def _fills_frame(box: npt.NDArray[np.float32], size: tuple[int, int]) -> bool:
    """Return whether `box` takes up so much of the picture's width or height that nobody else could be near."""
    inside = np.minimum(box[2:4], size) - np.maximum(box[:2], 0)
    return bool((inside >= _FILLS * np.array(size)).any())


def _doubts(proposed: Boxes, opinion: Boxes, size: tuple[int, int]) -> Iterator[_Doubt]:
    """Yield the proposals between nothing and sure, best first."""
    count = 0
    for box in proposed[proposed[:, 4] < SURE]:
        is_small = _side(box) < SMALL_PX
        count += not is_small
        both = bool((overlap_of(box, opinion) >= SAME_PLACE_IOU).any())
        least = AGREED_WITH_YUNET if both else _least_in_place(box, proposed)
        is_looked_at = count <= MOST_LOOKS
        # So many proposals are a crowd: anybody on the photo is company for the faces that no look is left for.
        is_backed = _has_company(box, proposed) if is_looked_at else bool((proposed[:, 4] >= COMPANY).any())
        yield _Doubt(box, is_small, is_looked_at, not (is_backed or _fills_frame(box, size)), least)


def _stands(network: Network, pixels: Pixels, doubt: _Doubt) -> bool | None:
    """Return whether a doubtful proposal stands; False: it may be a face, None: it is nothing."""
    score = float(doubt.box[4])
    if doubt.is_small:
        return not doubt.is_lone if score >= SMALL_SCORE else None
    if not doubt.is_looked_at:
        return not doubt.is_lone if score >= UNLOOKED_SCORE else None
    agreed = agreement(network, pixels, doubt.box, doubt.least, in_full=doubt.is_lone)
    if agreed < doubt.least:
        return None
    if not doubt.is_lone or _two_lights_agree(network, pixels, doubt.box, agreed):
        return True
    return False if agreed >= LONE_ASKED else None


def _two_lights_agree(network: Network, pixels: Pixels, box: npt.NDArray[np.float32], plain: float) -> bool:
    """Return whether at least two of three looks see a face: as it is, with even contrast, smoothed."""
    _, second, _ = sorted((plain, *agreement_in_other_light(network, pixels, box)))
    return second + _SCORE_WEIGHT * log_odds(float(box[4])) >= LONE_AGREED


def _side(box: npt.NDArray[np.float32]) -> float:
    return float(max(box[2] - box[0], box[3] - box[1]))
