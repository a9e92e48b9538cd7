"""Arithmetic on many boxes at once, as the networks give them: rows of x0, y0, x1, y1, score."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Boxes: TypeAlias = npt.NDArray[np.float32]  # (n, 5), in pixels; score 0..1
_JOIN_IOU: Final = 0.40  # two passes mean the same face; below 0.35 neighbours in a crowd are joined (bench)
_TRUSTED: Final = 0.5  # share of the best score from which a second finding may widen the first; a choice


def overlap_of(box: npt.NDArray[np.float32], boxes: Boxes) -> npt.NDArray[np.float32]:
    """Return the intersection over union of one box with each of `boxes`."""
    width = np.minimum(box[2], boxes[:, 2]) - np.maximum(box[0], boxes[:, 0])
    height = np.minimum(box[3], boxes[:, 3]) - np.maximum(box[1], boxes[:, 1])
    shared = np.maximum(width, 0) * np.maximum(height, 0)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    union: npt.NDArray[np.float32] = shared / ((box[2] - box[0]) * (box[3] - box[1]) + areas - shared)
    return union


def keep_best(boxes: Boxes, iou: float) -> Boxes:
    """Drop every box that overlaps a better one by more than `iou` (0..1); best first."""
    kept = []
    rest = boxes[np.argsort(-boxes[:, 4], kind="stable")]
    while len(rest):
        kept.append(rest[0])
        rest = rest[1:][overlap_of(rest[0], rest[1:]) <= iou]
    return np.stack(kept) if kept else boxes


def join_same(boxes: Boxes) -> Boxes:
    """Join findings of the same face into one that covers every finding worth trusting; best first."""
    joined = []
    rest = boxes[np.argsort(-boxes[:, 4], kind="stable")]
    while len(rest):
        same = overlap_of(rest[0], rest) >= _JOIN_IOU
        same[0] = True
        trusted = rest[same & (rest[:, 4] >= _TRUSTED * rest[0, 4])]
        joined.append(np.concatenate([trusted[:, :2].min(axis=0), trusted[:, 2:4].max(axis=0), rest[0, 4:]]))
        rest = rest[~same]
    return np.stack(joined) if joined else boxes


def mirror(boxes: Boxes, width: float) -> Boxes:
    """Return `boxes` of a picture of `width` pixels as they lie in its mirror image."""
    left, top, right, bottom, score = boxes.T
    return np.stack([width - right, top, width - left, bottom, score], axis=1)


def unturn(boxes: Boxes, quarters: int, width: float, height: float) -> Boxes:
    """Return `boxes` of a turned picture as they lie in the picture before.

    Args:
        boxes: in the turned picture.
        quarters: by how many quarter turns, counterclockwise, it was turned.
        width: of the turned picture, in pixels.
        height: of the turned picture, in pixels.
    """
    for _ in range(quarters % 4):
        left, top, right, bottom, score = boxes.T
        boxes = np.stack([height - bottom, left, height - top, right, score], axis=1)
        width, height = height, width
    return boxes
