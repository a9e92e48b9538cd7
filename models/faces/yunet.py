"""One pass of YuNet over a picture, on ONNX Runtime."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.boxes import Boxes, keep_best
from models.faces.centerface import to_tensor
from models.findings import Pixels
from models.sessions import open_session

_STRIDES_PX = (8, 16, 32)  # of the network's three outputs, as trained
_SAME_FACE_IOU = 0.3  # within one pass, as OpenCV runs it


class YuNet:
    """A session with the network; `find` may be called from one thread at a time."""

    def __init__(self, weights: bytes, threads: int) -> None:
        """Load checked `weights`; `threads` is the number of threads of one pass."""
        self._session = open_session(weights, threads)
        self._outputs = [f"{kind}_{stride}" for stride in _STRIDES_PX for kind in ("cls", "obj", "bbox")]

    def find(self, pixels: Pixels, threshold: float) -> Boxes:
        """Return the faces of `pixels` (RGB) whose score is at least `threshold` (0..1), in its pixels."""
        tensor = to_tensor(pixels, is_bgr=True)  # as the network was trained
        answers = self._session.run(self._outputs, {"input": tensor})
        columns = tensor.shape[3]
        found = []
        for i, stride in enumerate(_STRIDES_PX):
            is_face, is_object, place = (answer[0] for answer in answers[3 * i : 3 * i + 3])
            found.append(_decode(is_face, is_object, place, stride, columns // stride, threshold))
        return keep_best(np.concatenate(found), _SAME_FACE_IOU)


def _decode(
    is_face: npt.NDArray[np.float32],
    is_object: npt.NDArray[np.float32],
    place: npt.NDArray[np.float32],
    stride: int,
    columns: int,
    threshold: float,
) -> Boxes:
    score = np.sqrt(np.clip(is_face[:, 0], 0, 1) * np.clip(is_object[:, 0], 0, 1))
    cells = np.nonzero(score >= threshold)[0]
    centre_x = (cells % columns + place[cells, 0]) * stride
    centre_y = (cells // columns + place[cells, 1]) * stride
    width, height = (np.exp(place[cells, 2:4]) * stride).T
    return np.stack(
        [centre_x - width / 2, centre_y - height / 2, centre_x + width / 2, centre_y + height / 2, score[cells]], axis=1
    ).astype(np.float32)
