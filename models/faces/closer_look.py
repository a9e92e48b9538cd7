"""Look again at one doubtful face: cut it out, bring it to a size the network knows well, mirror it too.

The network's score for a true face changes little from look to look, that for a fold of cloth or a tree does: the
mean of four looks tells them apart better than any one score (docs/finders.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from models.boxes import mirror, overlap_of
from models.findings import Pixels
from models.scaling import Network, resize

_LOOKS: Final = ((38.0, False), (38.0, True), (58.0, False), (58.0, True))  # face's longer side in px, mirrored; bench
# Sides of the cut-out in sides of the face: head and shoulders.  The network takes whole 32 px and is padded to them:
# looks at 38 and 58 px with so much around cost 128 and 192 px, as those at 40 and 64 px with 2.95 sides did, and see
# more of what the bench has at less needless cover (docs/finders.md).
_WINDOW: Final = 3.2
_LEAST_SCORE: Final = 0.02  # score: what a look may report; half of what is worth a proposal
_SAME_IOU: Final = 0.35  # the look has found the same face; bench
# Mean log odds of the first looks that the rest would not save: of 887 candidates that the looks agree on, on the bench
# and on 24 photos of half-hidden faces, 14 have less; no face of the bench is lost by it.
_HOPELESS: Final = (-3.6, -3.4, -3.25)
_SOFTENING: Final = 0.01  # keeps the log odds finite: a look that finds nothing counts -4.6
_CONTRAST, _FIELDS = 3.0, (4, 4)  # limit and grid of evening out; the first that was tried
_SMOOTH_PX: Final = 5  # of the median; a face is 38 or 58 px then; the first that was tried
_NOTHING: Final = math.log(_SOFTENING / (1 + _SOFTENING))  # log odds of such a look


def agreement(
    network: Network, pixels: Pixels, box: npt.NDArray[np.float32], least: float, *, in_full: bool = False
) -> float:
    """Return the mean log odds of the looks at `box` (x0, y0, x1, y1, ...); minus infinity where it is below `least`.

    0 is even, -4.6 is nothing there.  What the looks still to come cannot change is not waited for, unless `in_full`:
    the answer then is the least that the mean can be.
    """
    total = 0.0
    for count, (side_px, is_mirrored) in enumerate(_LOOKS, 1):
        total += _look(network, pixels, box, side_px, is_mirrored=is_mirrored)
        if count < len(_LOOKS) and total / count < min(_HOPELESS[count - 1], least):
            return -math.inf
        at_least = (total + (len(_LOOKS) - count) * _NOTHING) / len(_LOOKS)
        if at_least >= least and not in_full:
            return at_least
    mean = total / len(_LOOKS)
    return mean if mean >= least else -math.inf


def agreement_in_other_light(network: Network, pixels: Pixels, box: npt.NDArray[np.float32]) -> tuple[float, ...]:
    """Return the mean log odds of two looks each at `box` with its contrast evened out, and with its detail smoothed.

    A painted or veiled face keeps its score in both, a flower or a window mostly loses it in one (docs/finders.md).
    """
    sizes = sorted({side_px for side_px, _ in _LOOKS})
    return tuple(
        math.fsum(_look(network, pixels, box, side_px, is_mirrored=False, light=light) for side_px in sizes)
        / len(sizes)
        for light in (_even_out, _smooth)
    )


def _even_out(pixels: Pixels) -> Pixels:
    """Return `pixels` with the contrast of their lightness evened out (CLAHE: Zuiderveld 1994)."""
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    lightness = cv2.createCLAHE(_CONTRAST, _FIELDS).apply(np.ascontiguousarray(lab[..., 0]))
    lab[..., 0] = lightness
    return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB).astype(np.uint8, copy=False)


def _smooth(pixels: Pixels) -> Pixels:
    return cv2.medianBlur(pixels, _SMOOTH_PX).astype(np.uint8, copy=False)


def _look(
    network: Network,
    pixels: Pixels,
    box: npt.NDArray[np.float32],
    side_px: float,
    *,
    is_mirrored: bool,
    light: Callable[[Pixels], Pixels] | None = None,
) -> float:
    side = float(max(box[2] - box[0], box[3] - box[1]))
    window, left, top = _cut(pixels, box, side * _WINDOW / 2)
    if not window.size:
        return log_odds(0.0)
    seen = cv2.flip(window, 1).astype(np.uint8, copy=False) if is_mirrored else window
    seen = resize(seen, side_px / side)
    back = np.array([window.shape[1] / seen.shape[1], window.shape[0] / seen.shape[0]] * 2 + [1], np.float32)
    found = network.find(seen if light is None else light(seen), _LEAST_SCORE) * back
    if is_mirrored:
        found = mirror(found, window.shape[1])
    inside = box[:4] - np.array([left, top, left, top], np.float32)
    same = found[overlap_of(inside, found) >= _SAME_IOU, 4]
    return log_odds(float(same.max(initial=0.0)))


def _cut(pixels: Pixels, box: npt.NDArray[np.float32], reach: float) -> tuple[Pixels, int, int]:
    """Return the part of `pixels` within `reach` of the centre of `box`, and where it begins."""
    centre_x, centre_y = float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2
    left, top = max(0, math.floor(centre_x - reach)), max(0, math.floor(centre_y - reach))
    right, bottom = max(left, math.ceil(centre_x + reach)), max(top, math.ceil(centre_y + reach))
    return pixels[top:bottom, left:right], left, top


def log_odds(score: float) -> float:
    """Return the natural log odds of a score, 0..1, softened so that they stay finite: -4.6 to 4.6."""
    return math.log((score + _SOFTENING) / (1 - score + _SOFTENING))
