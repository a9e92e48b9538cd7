"""Contact sheets: many small pictures with captions on one."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from redact.redaction.values import Picture, Pixels

TILE_PX = (480, 360)  # width, height of one picture on the sheet
_CAPTION_PX = 28
_GAP_PX = 8


def contact_sheet(rows: Sequence[tuple[str, Sequence[Picture]]], columns: int = 1) -> Picture:
    """Return a sheet of `rows`, each a caption above its pictures side by side, in so many columns of rows.

    Raises:
        ValueError: there are no rows.
    """
    if not rows:
        raise ValueError("a contact sheet needs at least one row")
    widest = max(len(pictures) for _, pictures in rows)
    blocks = [_block(caption, pictures, widest) for caption, pictures in rows]
    blocks += [np.full_like(blocks[0], 255)] * (-len(blocks) % columns)
    lines = [np.hstack(blocks[start : start + columns]) for start in range(0, len(blocks), columns)]
    return Picture(np.vstack(lines))


def _block(caption: str, pictures: Sequence[Picture], widest: int) -> Pixels:
    width_px, height_px = TILE_PX
    block = np.full((height_px + _CAPTION_PX + _GAP_PX, widest * (width_px + _GAP_PX) + _GAP_PX, 3), 255, np.uint8)
    cv2.putText(block, caption, (_GAP_PX, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.55, (40, 40, 40), 1, cv2.LINE_AA)
    for number, picture in enumerate(pictures):
        tile = _fit(picture)
        x = number * (width_px + _GAP_PX) + _GAP_PX + (width_px - tile.shape[1]) // 2
        y = _CAPTION_PX + (height_px - tile.shape[0]) // 2
        block[y : y + tile.shape[0], x : x + tile.shape[1]] = tile
    return block


def _fit(picture: Picture) -> Pixels:
    k = min(TILE_PX[0] / picture.width_px, TILE_PX[1] / picture.height_px)
    size = (max(1, round(picture.width_px * k)), max(1, round(picture.height_px * k)))
    return np.asarray(
        cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_LINEAR), np.uint8
    )


def crop_around(picture: Picture, box: tuple[int, int, int, int]) -> Picture:
    """Return `box` (x, y, width, height) of `picture` with as much again around it; all of it if that lies outside."""
    x, y, w, h = box
    pixels = picture.pixels.copy()
    cv2.rectangle(pixels, (x, y), (x + w, y + h), (255, 0, 0), max(1, max(w, h) // 40))
    seen = pixels[max(0, y - h) : max(0, y + 2 * h), max(0, x - w) : max(0, x + 2 * w)]
    return Picture(seen.copy()) if seen.size else picture
