"""Find faces: look at the whole picture at several sizes, then look again, closely, at whatever was doubtful.

One pass of a network at a low threshold finds nearly every face and much else; at a high threshold it misses the
faces in shadow and in profile.  So the passes only propose.  What one of them is sure of stands; what is doubtful
is cut out, brought to the sizes the network knows best, mirrored too, and kept if the looks agree.  Photos that
lie on their side are noticed by a quick pass over the turned picture and then searched in that position as well; a
head that lies in an upright photo is mostly doubtful to that pass, and gets its closer looks as it lies.
What each part gave stands in docs/finders.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from models.boxes import Boxes, join_same, overlap_of, unturn
from models.errors import WeightAbsent
from models.faces.centerface import CenterFace
from models.faces.judge import (
    COMPANY,
    PROPOSED,
    PROPOSED_LARGE,
    SAME_PLACE_IOU,
    SURE,
    YUNET_SEES,
    Judged,
    judge,
    lie_there,
    part_by_company,
    stand_beside,
)
from models.faces.painted import STANDS, STANDS_ALONE, find_painted
from models.faces.yunet import YuNet
from models.findings import Box, Face, Pixels
from models.scaling import find_scaled, resize
from models.weights import read_weight

# Scores are the networks' own, 0..1; "bench": see models/faces/judge.py.
YUNET_SURE: Final = 0.80  # score of YuNet that stands alone; bench: 0.75 doubles what is covered without need
TURNED_SURE: Final = 0.50  # score in a quarter-turned pass that stands alone; bench: 0.02 % covered without need
TURNED_PROPOSED: Final = 0.10  # score in such a pass that is worth closer looks; from 0.15 one lying head fewer of 14
TURNED_PX: Final = 16.0  # longer side in such a pass: below, next to all is cloth; a choice
QUICKLY: Final = 0.20  # score in a quick look that may be a face: 25 photos at 5 % of their light have 43 such places
LIES_TURNED: Final = 0.5  # sum of sure scores by which a turned pass must beat the upright one: half a face; bench
AGAIN_SCALE: Final = (
    0.71  # of the first search's scales: a second look at other sizes sees other things, in half the time
)
_LARGEST_SIDE_PX: Final = 4096  # a larger picture is shrunk before the first pass: memory
_SMALLEST_SIDE_PX: Final = 800  # the last pass is at most this large; a smaller one adds false faces; bench
_TURNED_SIDE_PX: Final = 512  # long side of the turned passes: cheap, and sees faces of a twentieth of the picture


class FaceFinder(Protocol):
    """Whatever finds faces."""

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """Return the faces of `pixels` (RGB, upright, any size from 1 x 1) in its pixels, best first."""
        ...

    def find_sure(self, pixels: Pixels) -> tuple[Face, ...]:
        """Return only the faces that nobody could doubt: for a second look at a covered picture."""
        ...

    def find_quickly(self, pixels: Pixels) -> tuple[Face, ...]:
        """Return what two passes see, doubtful ones too: for a part of a picture, in another light."""
        ...


def open_face_finder(folder: Path | None = None, threads: int = 1) -> ThoroughFinder:
    """Open CenterFace, and YuNet too when its file is in `folder` (None: the user's).

    Args:
        folder: where added weights lie.
        threads: threads of one pass; 1 is right for one photo per worker process.

    Raises:
        ModelsError: a weight is missing or damaged; an absent YuNet is no error, a damaged one is.
    """
    centerface = CenterFace(read_weight("centerface.onnx", folder), threads)
    try:
        return ThoroughFinder(centerface, YuNet(read_weight("yunet_n_dynamic.onnx", folder), threads))
    except WeightAbsent:
        return ThoroughFinder(centerface, None)


@dataclass(frozen=True, slots=True)
class ThoroughFinder:
    """CenterFace at several sizes with a closer look at what is doubtful; YuNet as a second opinion if there."""

    centerface: CenterFace
    yunet: YuNet | None

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """Return the faces of `pixels`, best first; see FaceFinder."""
        judged, yunet = self._search(pixels)
        turned = self._search_turned(pixels, np.concatenate([judged.standing, yunet]))
        painted = find_painted(self.centerface, pixels, scales_for(max(pixels.shape[:2]))[-1])
        sure = np.concatenate([judged.standing, *(each.standing for each in turned)])
        stands, doubtful = _part_painted(painted, sure)
        sure = np.concatenate([sure, _new_among(stands, np.concatenate([sure, yunet]))])
        lone = np.concatenate([judged.lone, *(each.lone for each in turned), doubtful])
        in_company, alone = part_by_company(lone, np.concatenate([sure, yunet]))
        sure = join_same(np.concatenate([sure, in_company]))
        faces = _as_faces(sure, "centerface") + _as_faces(yunet, "yunet")
        faces += _as_faces(_new_among(alone, np.concatenate([sure, yunet])), "centerface", is_sure=False)
        return tuple(sorted(faces, key=lambda face: (not face.is_sure, -face.score)))

    def find_sure(self, pixels: Pixels) -> tuple[Face, ...]:
        """Return the faces that a pass is sure of, without a closer look at the doubtful ones; see FaceFinder."""
        scales = (AGAIN_SCALE * k for k in scales_for(max(pixels.shape[:2])))
        passes = [find_scaled(self.centerface, pixels, k, SURE) for k in scales]
        turned = self._turned_passes(pixels, round(AGAIN_SCALE * _TURNED_SIDE_PX))
        return _as_faces(join_same(np.concatenate([*passes, *turned])), "centerface")

    def find_quickly(self, pixels: Pixels) -> tuple[Face, ...]:
        """Return what two passes see, doubtful ones too, upright and without a closer look; see FaceFinder."""
        found = join_same(np.concatenate([find_scaled(self.centerface, pixels, k, QUICKLY) for k in (1.0, 0.5)]))
        is_sure = found[:, 4] >= SURE
        return _as_faces(found[is_sure], "centerface") + _as_faces(found[~is_sure], "centerface", is_sure=False)

    def _search(self, pixels: Pixels) -> tuple[Judged, Boxes]:
        """Return what CenterFace finds in this position of the picture, and what YuNet alone is sure of."""
        scales = scales_for(max(pixels.shape[:2]))
        least = (PROPOSED, *(PROPOSED_LARGE for _ in scales[1:]))
        passes = [find_scaled(self.centerface, pixels, k, score) for k, score in zip(scales, least, strict=True)]
        proposed = join_same(np.concatenate(passes))
        opinion = self._ask_yunet(pixels, scales)
        return judge(self.centerface, pixels, proposed, opinion), opinion[opinion[:, 4] >= YUNET_SURE]

    def _ask_yunet(self, pixels: Pixels, scales: tuple[float, ...]) -> Boxes:
        if self.yunet is None:
            return np.empty((0, 5), np.float32)
        return join_same(np.concatenate([find_scaled(self.yunet, pixels, k, YUNET_SEES) for k in scales]))

    def _search_turned(self, pixels: Pixels, faces: Boxes) -> list[Judged]:
        """Return what is found beside `faces` with the picture turned, and all if it seems to lie that way."""
        seen = self._turned_passes(pixels, _TURNED_SIDE_PX, TURNED_PROPOSED, with_upright=True)
        upright, *passes = (boxes[boxes[:, 4] >= TURNED_SURE] for boxes in seen)
        found = [Judged(boxes, boxes[:0]) for boxes in passes]
        for quarters, boxes in enumerate(passes, 1):
            if float(boxes[:, 4].sum()) > float(upright[:, 4].sum()) + LIES_TURNED:  # the picture seems to lie this way
                turned = np.ascontiguousarray(np.rot90(pixels, quarters))
                judged, yunet = self._search(turned)
                standing, lone = np.concatenate([judged.standing, yunet]), judged.lone
                size = turned.shape[1], turned.shape[0]
                found.append(Judged(unturn(standing, quarters, *size), unturn(lone, quarters, *size)))
        lying = self._search_lying(pixels, seen[1:], np.concatenate([faces, *(each.standing for each in found)]))
        return [*found, Judged(lying[:0], lying)]

    def _search_lying(self, pixels: Pixels, seen: list[Boxes], faces: Boxes) -> Boxes:
        """Return the heads that lie, of what quick passes have `seen` in doubt, turned by 1 to 3 quarters.

        Each position counts for itself: of a head upside down the upright pass often sees more, and closer looks reject
        that.  What is found of one that is no more than likely among `faces` joins it: half of a head was covered.
        """
        known = faces[faces[:, 4] >= COMPANY]
        least_px = TURNED_PX * max(1.0, max(pixels.shape[:2]) / _TURNED_SIDE_PX)
        lying = []
        for quarters, boxes in enumerate(seen, 1):
            is_large = (boxes[:, 2:4] - boxes[:, :2]).max(axis=1, initial=0) >= least_px
            doubtful = _new_among(boxes[is_large & (boxes[:, 4] < TURNED_SURE)], known)
            there = unturn(doubtful, 4 - quarters, pixels.shape[1], pixels.shape[0])
            lying.append(doubtful[lie_there(self.centerface, np.rot90(pixels, quarters), there)])
        return np.concatenate(lying)

    def _turned_passes(
        self, pixels: Pixels, side_px: int, least: float = TURNED_SURE, *, with_upright: bool = False
    ) -> list[Boxes]:
        """Return what quick passes, `side_px` large, see from `least` with the picture turned by 1 to 3 quarters."""
        small = resize(pixels, min(1.0, side_px / max(pixels.shape[:2])))
        back = np.array([pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0]] * 2 + [1], np.float32)
        found = []
        for quarters in range(0 if with_upright else 1, 4):
            turned = np.ascontiguousarray(np.rot90(small, quarters))
            boxes = self.centerface.find(turned, least)
            found.append(unturn(boxes, quarters, turned.shape[1], turned.shape[0]) * back)
        return found


def scales_for(long_side: int) -> tuple[float, ...]:
    """Return the scales of the passes over a picture whose longer side has `long_side` pixels, largest first.

    The largest sees faces of 20 px, the smallest a face that fills the picture (the network was trained on faces
    of up to about 400 px).  A small picture is enlarged: its faces may be smaller still.
    """
    first = 2.0 if long_side <= 512 else min(1.0, _LARGEST_SIDE_PX / long_side)
    scales = [first, first / 2]
    while long_side * scales[-1] > _SMALLEST_SIDE_PX:
        scales.append(scales[-1] / 2)
    return tuple(scales)


def _part_painted(painted: Boxes, sure: Boxes) -> tuple[Boxes, Boxes]:
    """Return the painted faces that stand, and those that stand only in company: faint ones only beside a like face."""
    score = painted[:, 4]
    stands = (score >= STANDS_ALONE) | ((score < STANDS) & stand_beside(painted, sure))
    return painted[stands], painted[(score >= STANDS) & ~stands]


def _new_among(boxes: Boxes, faces: Boxes) -> Boxes:
    """Return those of `boxes` that are none of `faces`, each place once."""
    joined = join_same(boxes)
    is_new = [not (overlap_of(box, faces) >= SAME_PLACE_IOU).any() for box in joined]
    found: Boxes = joined[np.array(is_new, bool)]
    return found


def _as_faces(boxes: Boxes, finder: str, *, is_sure: bool = True) -> tuple[Face, ...]:
    ordered = boxes[np.argsort(-boxes[:, 4], kind="stable")]
    return tuple(
        Face(Box(*(float(side) for side in box[:4])), min(1.0, float(box[4])), finder, is_sure) for box in ordered
    )
