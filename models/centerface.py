"""One pass of CenterFace over a picture, on ONNX Runtime."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from models.boxes import Boxes, keep_best
from models.findings import Pixels
from models.sessions import open_session

_STRIDE_PX = 4  # of the network's output, as trained
_ALIGN_PX = 32  # the network halves five times
_INPUT, _OUTPUTS = "input.1", ["537", "538", "539"]  # picture; heat map, log size, offset
_SAME_FACE_IOU = 0.3  # within one pass, as the authors run it


class CenterFace:
    """A session with the network; `find` may be called from one thread at a time."""

    def __init__(self, weights: bytes, threads: int) -> None:
        """Load checked `weights`; `threads` is the number of threads of one pass."""
        self._session = open_session(weights, threads)

    def find(self, pixels: Pixels, threshold: float) -> Boxes:
        """Return the faces of `pixels` (RGB) whose score is at least `threshold` (0..1), in its pixels."""
        heat, size, offset = self._session.run(_OUTPUTS, {_INPUT: to_tensor(pixels)})
        return keep_best(_decode(heat[0, 0], size[0], offset[0], threshold), _SAME_FACE_IOU)


def to_tensor(pixels: Pixels) -> npt.NDArray[np.float32]:
    """Return `pixels` as (1, 3, height, width) floats 0..255, padded at the right and below to whole strides."""
    height, width = pixels.shape[:2]
    padded = cv2.copyMakeBorder(pixels, 0, -height % _ALIGN_PX, 0, -width % _ALIGN_PX, cv2.BORDER_CONSTANT)
    return np.ascontiguousarray(padded.transpose(2, 0, 1)[None], dtype=np.float32)


def _decode(
    heat: npt.NDArray[np.float32], size: npt.NDArray[np.float32], offset: npt.NDArray[np.float32], threshold: float
) -> Boxes:
    rows, columns = np.nonzero(heat >= threshold)
    height, width = np.exp(size[:, rows, columns]) * _STRIDE_PX
    centre_y = (rows + offset[0, rows, columns] + 0.5) * _STRIDE_PX
    centre_x = (columns + offset[1, rows, columns] + 0.5) * _STRIDE_PX
    return np.stack(
        [centre_x - width / 2, centre_y - height / 2, centre_x + width / 2, centre_y + height / 2, heat[rows, columns]],
        axis=1,
    ).astype(np.float32)
