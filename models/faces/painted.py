"""Look at the whole picture small and in other light: painted faces are faces there.

Paint hides a face in colour, seldom in every one: a red nose and mouth are pale in red light, dark ones stay in blue.
Thin dark lines (stripes, teeth, a web) go when what is dark and narrow is closed, and the smaller the picture, the
wider the marks that go.  So three passes, quick ones as they are small, find painted faces that no pass over the
picture as it is proposes, and next to nothing on photos without people (docs/finders.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from models.boxes import Boxes, join_same
from models.findings import Pixels
from models.scaling import Network, find_scaled, resize

LEAST_PX: Final = 40.0  # longer side: below, paint is a few pixels, and ordinary faces are found as they are
_LINE_PX: Final = 5  # width up to which dark marks are closed; the first that was tried
_LEAST_COLOUR: Final = 3.0  # levels between red and blue on average: below, the light is no other one; a choice
_RED, _BLUE = 0, 2


def _blue(pixels: Pixels) -> Pixels:
    return _as_colour(pixels[..., _BLUE])


def _closed(pixels: Pixels) -> Pixels:
    mark = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_LINE_PX, _LINE_PX))
    return cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, mark).astype(np.uint8, copy=False)


def _closed_red(pixels: Pixels) -> Pixels:
    return _closed(_as_colour(pixels[..., _RED]))


def _as_colour(grey: Pixels) -> Pixels:
    return cv2.merge([np.ascontiguousarray(grey)] * 3).astype(np.uint8, copy=False)


@dataclass(frozen=True, slots=True)
class _Look:
    """One pass in another light."""

    light: Callable[[Pixels], Pixels]
    share: float  # of the scale of the finder's smallest pass


# Chosen on 155 painted faces of which 31 were not hidden (21 of these are by these looks), 188 photos without people
# (4 finds) and the bench; seen on 180 others.  What each look gave: docs/finders.md.
LOOKS: Final = (_Look(_blue, 0.71), _Look(_closed_red, 0.5), _Look(_closed, 0.25))
STANDS: Final = 0.30  # score from which a find in other light stands


def find_painted(network: Network, pixels: Pixels, scale: float) -> Boxes:
    """Return the faces that `network` sees in `pixels` (RGB) in other light.

    Args:
        network: the one that finds faces.
        pixels: the picture.
        scale: of the finder's smallest pass, where the longer side has 400 to 800 px.
    """
    small = resize(pixels, scale)
    if float(cv2.absdiff(small[..., _RED], small[..., _BLUE]).mean()) < _LEAST_COLOUR:
        return np.empty((0, 5), np.float32)
    back = np.array([pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0]] * 2 + [1], np.float32)
    lit = (find_scaled(_InLight(network, look), small, look.share, STANDS) for look in LOOKS)
    found = join_same(np.concatenate([*lit])) * back
    kept: Boxes = found[(found[:, 2:4] - found[:, :2]).max(axis=1, initial=0) >= LEAST_PX]
    return kept


@dataclass(frozen=True, slots=True)
class _InLight:
    """A network that looks in another light, after the picture was made smaller."""

    network: Network
    look: _Look

    def find(self, pixels: Pixels, threshold: float) -> Boxes:
        return self.network.find(self.look.light(pixels), threshold)
