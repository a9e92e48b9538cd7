"""Writing that does not run from left to right: seen in a mirror, or letters one below the other."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from models.findings import Pixels, Polygon

Strip = npt.NDArray[np.uint8]

STACK_RATIO = 1.5  # height to width of a box that may hold letters one below the other; two letters make 2
LETTER_PX = 48  # width of the upright cut of a stack, so that its letters are as high as the reader wants them
MOST_LETTERS = 14  # of a stack; a choice
LEAST_LETTER = 0.2  # of the width: lower pieces are dots, dust, the bar of an i; a choice
INK_SHARE = 0.35  # of the strongest ink, from which a row of pixels belongs to a letter; a choice
GAP_PX, BORDER_PX = 6, 5  # of the strip that the letters are set in side by side


def mirrored(strip: Strip) -> Strip:
    """Return a strip as a mirror shows it."""
    return np.ascontiguousarray(strip[:, ::-1])


def is_stack(quad: Polygon) -> bool:
    """Say whether a box is tall enough for two letters, one below the other."""
    a, b, _, d = quad
    return math.dist(a, d) > STACK_RATIO * math.dist(a, b)


def side_by_side(pixels: Pixels, quad: Polygon) -> Strip | None:
    """Return the letters that stand one below the other in `quad`, set side by side; None where no letters part."""
    column = _upright(pixels, quad)
    ink = _ink(column)
    letters = [
        _trimmed(column[top:bottom], ink[top:bottom])
        for top, bottom in _bands(ink.max(axis=1))
        if bottom - top >= LEAST_LETTER * LETTER_PX
    ]
    if not 2 <= len(letters) <= MOST_LETTERS:
        return None
    ground = np.median(column.reshape(-1, 3), axis=0).astype(np.uint8)
    height = LETTER_PX - 2 * BORDER_PX
    tallest = max(letter.shape[0] for letter in letters)
    gap = np.full((height, GAP_PX, 3), ground, np.uint8)
    pieces: list[Strip] = [gap]
    for letter in letters:
        pieces += [_placed(letter, tallest, height, ground), gap]
    row = np.concatenate(pieces, axis=1)
    colour = [int(value) for value in ground]
    framed = cv2.copyMakeBorder(row, BORDER_PX, BORDER_PX, 2, 2, cv2.BORDER_CONSTANT, value=colour)
    return framed.astype(np.uint8, copy=False)


def _upright(pixels: Pixels, quad: Polygon) -> Strip:
    a, b, c, d = quad
    width, height = max(math.dist(a, b), 1.0), max(math.dist(a, d), 1.0)
    rows = int(np.clip(round(height * LETTER_PX / width), LETTER_PX, MOST_LETTERS * 2 * LETTER_PX))
    target = np.array([(0, 0), (LETTER_PX, 0), (LETTER_PX, rows), (0, rows)], np.float32)
    turn = cv2.getPerspectiveTransform(np.array((a, b, c, d), np.float32), target)
    flags = cv2.INTER_AREA if width > LETTER_PX else cv2.INTER_CUBIC
    cut = cv2.warpPerspective(pixels, turn, (LETTER_PX, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return cut.astype(np.uint8, copy=False)


def _ink(column: Strip) -> npt.NDArray[np.float32]:
    """Return how far each pixel lies from the ground, 0 to 1 of what is strongest."""
    grey = cv2.cvtColor(column, cv2.COLOR_RGB2GRAY).astype(np.float32)
    far = np.abs(grey - float(np.median(grey)))
    return np.asarray(far / max(float(np.percentile(far, 99)), 8.0), np.float32)


def _bands(profile: npt.NDArray[np.float32]) -> list[tuple[int, int]]:
    """Return where the letters lie along a profile of ink."""
    is_ink = np.concatenate(([False], profile > INK_SHARE, [False]))
    edges = np.flatnonzero(np.diff(is_ink.astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _trimmed(letter: Strip, ink: npt.NDArray[np.float32]) -> Strip:
    columns = np.flatnonzero(ink.max(axis=0) > INK_SHARE)
    return letter[:, columns[0] : columns[-1] + 1] if columns.size else letter


def _placed(letter: Strip, tallest: int, height: int, ground: npt.NDArray[np.uint8]) -> Strip:
    """Return `letter` at the strip's scale, standing at the foot of a field of `height` pixels."""
    k = height / tallest
    size = max(1, round(letter.shape[1] * k)), max(1, min(height, round(letter.shape[0] * k)))
    small = cv2.resize(letter, size, interpolation=cv2.INTER_LINEAR)
    field = np.full((height, size[0], 3), ground, np.uint8)
    field[height - size[1] :] = small
    return field
