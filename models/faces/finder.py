"""Find faces: look at the whole picture at several sizes, then look again, closely, at whatever was doubtful.

One pass of a network at a low threshold finds nearly every face and much else; at a high threshold it misses the
faces in shadow and in profile.  So the passes only propose.  What one of them is sure of stands; what is doubtful
is cut out, brought to the sizes the network knows best, mirrored too, and kept if the looks agree.  Photos that
lie on their side are noticed by a quick pass over the turned picture and then searched in that position as well.
What each part gave stands in docs/design.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from models.boxes import Boxes, join_same, overlap_of, unturn
from models.errors import WeightAbsent
from models.faces.centerface import CenterFace
from models.faces.closer_look import looks_agree
from models.faces.yunet import YuNet
from models.findings import Box, Face, Pixels
from models.scaling import find_scaled, resize
from models.weights import read_weight

# Scores are the networks' own, 0..1.  "Bench" is 100 labelled crowd photos 1024 px wide, 506 recognisable faces of
# 20 px and more.  Only AGREED was cross-checked (set on one half of the photos, seen on the other); the rest was
# chosen with both halves in sight, so expect a little less elsewhere (docs/design.md).
SURE: Final = 0.40  # score: stands without a second look; bench: 0.1 % of the picture covered without need
PROPOSED: Final = 0.05  # score: worth a second look; bench: 0.07 loses three faces, 0.05 none that looks can save
SMALL_PX: Final = 18.0  # longer side: below, a face is not recognisable and gets no second look; bench
SMALL_SCORE: Final = 0.15  # score: a small face stands from here; bench
AGREED: Final = -2.5  # mean log odds of the looks; bench: 99.2 % hidden, 1.2 % of the picture covered without need
AGREED_WITH_YUNET: Final = -3.8  # the same where YuNet sees something too; bench: 99.4 % hidden, 1.3 % without need
YUNET_SEES: Final = 0.30  # score of YuNet that counts as seeing something; bench
YUNET_SURE: Final = 0.80  # score of YuNet that stands alone; bench: 0.75 doubles what is covered without need
TURNED_SURE: Final = 0.50  # score in a quarter-turned pass that stands alone; bench: 0.02 % covered without need
LIES_TURNED: Final = 0.5  # sum of sure scores by which a turned pass must beat the upright one: half a face; bench
AGAIN_SCALE: Final = (
    0.71  # of the first search's scales: a second look at other sizes sees other things, in half the time
)
MOST_LOOKS: Final = 120  # candidates of one picture that are looked at again, best first; bounds the time
UNLOOKED_SCORE: Final = 0.10  # score: a candidate beyond that number stands from here (stack.md's threshold)
_LARGEST_SIDE_PX: Final = 4096  # a larger picture is shrunk before the first pass: memory
_SMALLEST_SIDE_PX: Final = 800  # the last pass is at most this large; a smaller one adds false faces; bench
_TURNED_SIDE_PX: Final = 512  # long side of the turned passes: cheap, and sees faces of a twentieth of the picture
_SAME_PLACE_IOU: Final = 0.35  # YuNet and CenterFace mean the same face; bench


class FaceFinder(Protocol):
    """Whatever finds faces."""

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """Return the faces of `pixels` (RGB, upright, any size from 1 x 1) in its pixels, best first."""
        ...

    def find_sure(self, pixels: Pixels) -> tuple[Face, ...]:
        """Return only the faces that nobody could doubt: for a second look at a covered picture."""
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
        sure, yunet = self._search(pixels)
        found = [sure, *self._search_turned(pixels)]
        seen = _as_faces(join_same(np.concatenate(found)), "centerface")
        return tuple(sorted(seen + _as_faces(yunet, "yunet"), key=lambda face: -face.score))

    def find_sure(self, pixels: Pixels) -> tuple[Face, ...]:
        """Return the faces that a pass is sure of, without a closer look at the doubtful ones; see FaceFinder."""
        scales = (AGAIN_SCALE * k for k in scales_for(max(pixels.shape[:2])))
        passes = [find_scaled(self.centerface, pixels, k, SURE) for k in scales]
        turned = self._turned_passes(pixels, round(AGAIN_SCALE * _TURNED_SIDE_PX))
        return _as_faces(join_same(np.concatenate([*passes, *turned])), "centerface")

    def _search(self, pixels: Pixels) -> tuple[Boxes, Boxes]:
        """Return what CenterFace finds in this position of the picture, and what YuNet alone is sure of."""
        scales = scales_for(max(pixels.shape[:2]))
        proposed = join_same(np.concatenate([find_scaled(self.centerface, pixels, k, PROPOSED) for k in scales]))
        opinion = self._ask_yunet(pixels, scales)
        stands = self._judge(pixels, proposed, opinion)
        return proposed[stands], opinion[opinion[:, 4] >= YUNET_SURE]

    def _judge(self, pixels: Pixels, proposed: Boxes, opinion: Boxes) -> npt.NDArray[np.bool_]:
        """Say which proposals stand: the sure ones, and the doubtful ones on which the looks agree."""
        score, side = proposed[:, 4], (proposed[:, 2:4] - proposed[:, :2]).max(axis=1, initial=0)
        small = side < SMALL_PX
        stands: npt.NDArray[np.bool_] = (score >= SURE) | (small & (score >= SMALL_SCORE))
        doubtful = np.nonzero(~stands & ~small)[0]  # best first, as the proposals are
        stands[doubtful[MOST_LOOKS:]] = score[doubtful[MOST_LOOKS:]] >= UNLOOKED_SCORE
        seen_by_yunet = opinion[opinion[:, 4] >= YUNET_SEES]
        for i in doubtful[:MOST_LOOKS]:
            both = bool((overlap_of(proposed[i], seen_by_yunet) >= _SAME_PLACE_IOU).any())
            limit = AGREED_WITH_YUNET if both else AGREED
            stands[i] = looks_agree(self.centerface, pixels, proposed[i], limit)
        return stands

    def _ask_yunet(self, pixels: Pixels, scales: tuple[float, ...]) -> Boxes:
        if self.yunet is None:
            return np.empty((0, 5), np.float32)
        return join_same(np.concatenate([find_scaled(self.yunet, pixels, k, YUNET_SEES) for k in scales]))

    def _search_turned(self, pixels: Pixels) -> list[Boxes]:
        """Return what is found with the picture turned: the sure ones, and all if it seems to lie that way."""
        upright, *passes = self._turned_passes(pixels, _TURNED_SIDE_PX, with_upright=True)
        for quarters, boxes in enumerate(tuple(passes), 1):
            if float(boxes[:, 4].sum()) > float(upright[:, 4].sum()) + LIES_TURNED:  # the picture seems to lie this way
                turned = np.ascontiguousarray(np.rot90(pixels, quarters))
                more = np.concatenate(self._search(turned))
                passes.append(unturn(more, quarters, turned.shape[1], turned.shape[0]))
        return passes

    def _turned_passes(self, pixels: Pixels, side_px: int, *, with_upright: bool = False) -> list[Boxes]:
        """Return what a quick pass, `side_px` large, is sure of with the picture turned by one to three quarters."""
        small = resize(pixels, min(1.0, side_px / max(pixels.shape[:2])))
        back = np.array([pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0]] * 2 + [1], np.float32)
        found = []
        for quarters in range(0 if with_upright else 1, 4):
            turned = np.ascontiguousarray(np.rot90(small, quarters))
            boxes = self.centerface.find(turned, TURNED_SURE)
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


def _as_faces(boxes: Boxes, finder: str) -> tuple[Face, ...]:
    ordered = boxes[np.argsort(-boxes[:, 4], kind="stable")]
    return tuple(Face(Box(*(float(side) for side in box[:4])), min(1.0, float(box[4])), finder) for box in ordered)
