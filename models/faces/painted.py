"""Look at the whole picture small and in other light: painted faces are faces there.

Paint hides a face in colour, seldom in every one: a red nose and mouth are pale in red light, dark ones stay in blue.
Thin dark lines (stripes, teeth, a web) go when what is dark and narrow is closed, and the smaller the picture, the
wider the marks that go; at a size between those of the other passes alone some are seen.  So seven passes, quick ones
as they are small, find painted faces that no other pass proposes, and next to nothing on photos without people
(docs/finders.md).  What three of them see faintly is told to the caller, who knows whether a sure face is near.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from models.boxes import Boxes, join_same, overlap_of
from models.faces.judge import SAME_PLACE_IOU
from models.findings import Pixels
from models.scaling import Network, find_scaled, resize

LEAST_PX: Final = 40.0  # longer side: below, paint is a few pixels, and ordinary faces are found as they are
_LINE_PX: Final = 5  # width up to which dark marks are closed; the first that was tried
_STRIPE_PX: Final = 7  # the same for stripes across a face; of 23 painted portraits that were missed 9, with 5 px 1
_LEAST_COLOUR: Final = 3.0  # levels between red and blue on average: below, the light is no other one; a choice
STANDS: Final = 0.30  # score from which a find in other light stands in company, and may be a face alone
STANDS_ALONE: Final = 0.35  # the same alone: of 7 finds from 0.30 on 99 photos without people 2 are left
STRIPED: Final = 0.40  # score from which the looks for stripes tell a find: 0.01 % of the bench, from 0.30 0.21 %
FAINT: Final = 0.20  # score from which one is a faint find: 0.15 hides no more of 308 and takes 0.06 % of the bench
AGREEING: Final = 3  # looks that must see a faint find
_RED, _BLUE = 0, 2


def _blue(pixels: Pixels) -> Pixels:
    return _as_colour(pixels[..., _BLUE])


def _closed(pixels: Pixels, width_px: int = _LINE_PX) -> Pixels:
    mark = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width_px, width_px))
    return cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, mark).astype(np.uint8, copy=False)


def _closed_red(pixels: Pixels) -> Pixels:
    return _closed(_as_colour(pixels[..., _RED]))


def _widely_closed_red(pixels: Pixels) -> Pixels:
    return _closed(_as_colour(pixels[..., _RED]), _STRIPE_PX)


def _lightest(pixels: Pixels) -> Pixels:
    return _as_colour(pixels.max(axis=2))


def _as_it_is(pixels: Pixels) -> Pixels:
    return pixels


def _as_colour(grey: Pixels) -> Pixels:
    return cv2.merge([np.ascontiguousarray(grey)] * 3).astype(np.uint8, copy=False)


@dataclass(frozen=True, slots=True)
class _Look:
    """One pass in another light."""

    light: Callable[[Pixels], Pixels]
    share: float  # of the scale of the finder's smallest pass
    least: float  # score from which its finds are told


# The first three were chosen on 155 painted faces of which 31 were not hidden (21 of these are by these looks), 188
# photos without people (4 finds) and the bench; seen on 180 others.  The last two on 113 painted faces that these did
# not find, 99 photos without people and 34 of the bench.  Then two for stripes, on 23 painted portraits that all these
# missed and 117 photos, most without people.  What each look gave: docs/finders.md.
LOOKS: Final = (
    _Look(_blue, 0.71, FAINT), _Look(_closed_red, 0.5, FAINT), _Look(_closed, 0.25, FAINT),
    _Look(_as_it_is, 0.71, FAINT), _Look(_lightest, 0.71, FAINT),
    _Look(_widely_closed_red, 0.5, STRIPED), _Look(_closed_red, 0.35, STRIPED),
)  # fmt: skip


def find_painted(network: Network, pixels: Pixels, scale: float) -> Boxes:
    """Return the faces that `network` sees in `pixels` (RGB) in other light; those below STANDS are faint.

    Args:
        network: the one that finds faces.
        pixels: the picture.
        scale: of the finder's smallest pass, where the longer side has 400 to 800 px.
    """
    small = resize(pixels, scale)
    if float(cv2.absdiff(small[..., _RED], small[..., _BLUE]).mean()) < _LEAST_COLOUR:
        return np.empty((0, 5), np.float32)
    back = np.array([pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0]] * 2 + [1], np.float32)
    lit = [find_scaled(_InLight(network, look), small, look.share, look.least) for look in LOOKS]
    found = join_same(np.concatenate(lit))
    stands = np.array([_stands(box, lit) for box in found], bool)
    found = found[stands] * back
    kept: Boxes = found[(found[:, 2:4] - found[:, :2]).max(axis=1, initial=0) >= LEAST_PX]
    return kept


def _stands(box: npt.NDArray[np.float32], lit: Sequence[Boxes]) -> bool:
    """Return whether a look is sure of `box`, or enough of them see it faintly."""
    seen = sum(bool((overlap_of(box, found) >= SAME_PLACE_IOU).any()) for found in lit)
    return bool(box[4] >= STANDS) or seen >= AGREEING


@dataclass(frozen=True, slots=True)
class _InLight:
    """A network that looks in another light, after the picture was made smaller."""

    network: Network
    look: _Look

    def find(self, pixels: Pixels, threshold: float) -> Boxes:
        return self.network.find(self.look.light(pixels), threshold)
