"""Look again at one doubtful face: cut it out, bring it to a size the network knows well, mirror it too.

The network's score for a true face changes little from look to look, that for a fold of cloth or a tree does: the
mean of four looks tells them apart better than any one score (docs/design.md).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from models.boxes import mirror, overlap_of
from models.findings import Pixels
from models.scaling import Network, find_scaled

_LOOKS: Final = ((40.0, False), (40.0, True), (64.0, False), (64.0, True))  # face's longer side in px, mirrored; bench
_WINDOW: Final = 3.2  # sides of the cut-out in sides of the face: head and shoulders; bench used 3.0 to 3.2
_LEAST_SCORE: Final = 0.02  # score: what a look may report; half of what is worth a proposal
_SAME_IOU: Final = 0.35  # the look has found the same face; bench
_HOPELESS: Final = -3.6  # log odds of the first look: three more would not save it; bench: changes nothing, saves 40 %
_SOFTENING: Final = 0.01  # keeps the log odds finite: a look that finds nothing counts -4.6
_NOTHING: Final = math.log(_SOFTENING / (1 + _SOFTENING))  # log odds of such a look


def looks_agree(network: Network, pixels: Pixels, box: npt.NDArray[np.float32], least: float) -> bool:
    """Return whether the mean log odds of the looks at `box` (x0, y0, x1, y1, ...) is at least `least`.

    0 is even, -4.6 is nothing there.  What the looks still to come cannot change is not waited for.
    """
    total = 0.0
    for count, (side_px, is_mirrored) in enumerate(_LOOKS, 1):
        total += _look(network, pixels, box, side_px, is_mirrored=is_mirrored)
        if count == 1 and total < min(_HOPELESS, least):
            return False
        if total + (len(_LOOKS) - count) * _NOTHING >= least * len(_LOOKS):
            return True
    return False


def _look(
    network: Network, pixels: Pixels, box: npt.NDArray[np.float32], side_px: float, *, is_mirrored: bool
) -> float:
    side = float(max(box[2] - box[0], box[3] - box[1]))
    window, left, top = _cut(pixels, box, side * _WINDOW / 2)
    if not window.size:
        return _log_odds(0.0)
    seen = window[:, ::-1] if is_mirrored else window
    found = find_scaled(network, np.ascontiguousarray(seen), side_px / side, _LEAST_SCORE)
    if is_mirrored:
        found = mirror(found, window.shape[1])
    inside = box[:4] - np.array([left, top, left, top], np.float32)
    same = found[overlap_of(inside, found) >= _SAME_IOU, 4]
    return _log_odds(float(same.max(initial=0.0)))


def _cut(pixels: Pixels, box: npt.NDArray[np.float32], reach: float) -> tuple[Pixels, int, int]:
    """Return the part of `pixels` within `reach` of the centre of `box`, and where it begins."""
    centre_x, centre_y = float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2
    left, top = max(0, math.floor(centre_x - reach)), max(0, math.floor(centre_y - reach))
    right, bottom = max(left, math.ceil(centre_x + reach)), max(top, math.ceil(centre_y + reach))
    return pixels[top:bottom, left:right], left, top


def _log_odds(score: float) -> float:
    return math.log((score + _SOFTENING) / (1 - score + _SOFTENING))
