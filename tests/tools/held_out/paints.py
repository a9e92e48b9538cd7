"""Further ways of painting a face, in any colours: spots, a web, two halves, a butterfly, whiskers, a flag, a mask.

Beside those of `faces`, so that what is mended for a tiger is counted on something that nobody mended it for.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np

from models.findings import Pixels

Place: TypeAlias = tuple[int, int, int, int]  # x, y, width, height of a face
Colour: TypeAlias = tuple[int, int, int]

_FULL = (0.55, 0.58)  # half axes of a painted face, in its width and height


def any_colour(rng: np.random.Generator) -> Colour:
    """Return a strong colour, as paint has it."""
    hue = int(rng.integers(180))
    pixel = np.array([[[hue, int(rng.integers(150, 256)), int(rng.integers(90, 256))]]], np.uint8)
    r, g, b = cv2.cvtColor(pixel, cv2.COLOR_HSV2RGB)[0, 0]
    return int(r), int(g), int(b)


def blend_egg(
    pixels: Pixels, box: Place, colour: Colour, opacity: float, angles: tuple[float, float] = (0.0, 360.0)
) -> None:
    """Blend a colour over the face's oval, or over a slice of it.

    Args:
        pixels: of the picture, changed in place.
        box: of the face.
        colour: RGB.
        opacity: 0..1.
        angles: where the slice begins and ends, in degrees clockwise from the right.
    """
    x, y, w, h = box
    layer = pixels.copy()
    axes = (int(w * _FULL[0]), int(h * _FULL[1]))
    cv2.ellipse(layer, (x + w // 2, y + h // 2), axes, 0, *angles, colour, -1, cv2.LINE_AA)
    pixels[:] = cv2.addWeighted(layer, opacity, pixels, 1 - opacity, 0)


def draw_dots(pixels: Pixels, box: Place, parts: list[Any]) -> None:
    """Draw ellipses at shares of the face: (x, y, half width, half height, colour)."""
    x, y, w, h = box
    for px, py, rx, ry, colour in parts:
        centre = (int(x + px * w), int(y + py * h))
        cv2.ellipse(pixels, centre, (max(1, int(rx * w)), max(1, int(ry * h))), 0, 0, 360, colour, -1, cv2.LINE_AA)


def _line(pixels: Pixels, box: Place, ends: tuple[float, float, float, float], colour: Colour, share: float) -> None:
    x, y, w, h = box
    x0, y0, x1, y1 = ends
    start, end = (int(x + x0 * w), int(y + y0 * h)), (int(x + x1 * w), int(y + y1 * h))
    cv2.line(pixels, start, end, colour, max(1, int(share * w)), cv2.LINE_AA)


def spots(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Paint one colour with spots of another, as a leopard or a ladybird has."""
    blend_egg(pixels, box, any_colour(rng), rng.uniform(0.5, 0.8))
    dark = any_colour(rng) if rng.random() < 0.5 else (18, 14, 12)
    for _ in range(int(rng.integers(12, 24))):
        angle, reach, size = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform()), rng.uniform(0.03, 0.08)
        at = (0.5 + 0.48 * reach * np.cos(angle), 0.5 + 0.5 * reach * np.sin(angle))
        draw_dots(pixels, box, [(*at, size, size, dark)])


def web(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Paint one colour with a web of lines from the nose, and pale eyes."""
    x, y, w, h = box
    blend_egg(pixels, box, any_colour(rng), rng.uniform(0.55, 0.85))
    for angle in np.linspace(0, 2 * np.pi, int(rng.integers(9, 14)), endpoint=False):
        _line(pixels, box, (0.5, 0.5, 0.5 + 0.54 * np.cos(angle), 0.5 + 0.57 * np.sin(angle)), (12, 12, 14), 0.03)
    for share in (0.18, 0.34, 0.5):
        axes = (max(1, int(share * w)), max(1, int(share * h)))
        cv2.ellipse(pixels, (x + w // 2, y + h // 2), axes, 0, 0, 360, (12, 12, 14), max(1, w // 40), cv2.LINE_AA)
    draw_dots(pixels, box, [(share, 0.4, 0.14, 0.1, (238, 238, 240)) for share in (0.3, 0.7)])


def halves(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Paint the two halves in two colours, as for a team."""
    first, second = any_colour(rng), any_colour(rng)
    opacity = rng.uniform(0.6, 0.88)
    start = float(rng.choice([90.0, 180.0]))
    blend_egg(pixels, box, first, opacity, (start, start + 180))
    blend_egg(pixels, box, second, opacity, (start + 180, start + 360))


def butterfly(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Paint wings over eyes and cheeks, edged, with dots."""
    wing, edge = any_colour(rng), (14, 12, 16) if rng.random() < 0.6 else any_colour(rng)
    upper, lower = [(s, 0.33, 0.27, 0.23) for s in (0.2, 0.8)], [(s, 0.66, 0.2, 0.17) for s in (0.24, 0.76)]
    draw_dots(pixels, box, [(*part, edge) for part in (*upper, *lower)])
    draw_dots(pixels, box, [(px, py, rx * 0.86, ry * 0.86, wing) for px, py, rx, ry in (*upper, *lower)])
    _line(pixels, box, (0.5, 0.2, 0.5, 0.75), edge, 0.06)
    dots = [(s, at, 0.035, 0.035, any_colour(rng)) for s in (0.1, 0.9) for at in (0.2, 0.33, 0.46)]
    draw_dots(pixels, box, dots)


def whiskers(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Paint a cat or a dog: a patch of colour, a dark nose, a pale muzzle, whiskers, one eye ringed."""
    blend_egg(pixels, box, any_colour(rng) if rng.random() < 0.5 else (150, 96, 52), rng.uniform(0.4, 0.75))
    draw_dots(pixels, box, [(0.5, 0.72, 0.26, 0.2, (244, 240, 236)), (0.5, 0.6, 0.1, 0.07, (16, 12, 12))])
    draw_dots(pixels, box, [(float(rng.choice([0.3, 0.7])), 0.38, 0.18, 0.16, (24, 18, 16))])
    for at in (0.66, 0.72, 0.78):
        for ends in ((0.38, at, 0.0, at - 0.06), (0.62, at, 1.0, at - 0.06)):
            _line(pixels, box, ends, (14, 12, 12), 0.025)


def flag(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Paint a flag: a pale ground with a cross, or three bands."""
    x, y, w, h = box
    layer, colours = pixels.copy(), [any_colour(rng), (240, 240, 240), any_colour(rng)]
    if rng.random() < 0.5:
        cv2.rectangle(layer, (x - w // 8, y - h // 8), (x + w + w // 8, y + h + h // 8), colours[1], -1)
        cv2.rectangle(layer, (int(x + 0.38 * w), y - h // 8), (int(x + 0.62 * w), y + h + h // 8), colours[0], -1)
        cv2.rectangle(layer, (x - w // 8, int(y + 0.42 * h)), (x + w + w // 8, int(y + 0.6 * h)), colours[0], -1)
    else:
        for i, colour in enumerate(colours):
            left, right = int(x + i / 3 * w), int(x + (i + 1) / 3 * w)
            cv2.rectangle(layer, (left, y - h // 8), (right, y + h + h // 8), colour, -1)
    face = np.zeros(pixels.shape[:2], np.float32)
    axes = (int(w * _FULL[0]), int(h * _FULL[1]))
    cv2.ellipse(face, (x + w // 2, y + h // 2), axes, 0, 0, 360, float(rng.uniform(0.6, 0.85)), -1, cv2.LINE_AA)
    weight = face[..., None]
    pixels[:] = (layer * weight + pixels * (1 - weight)).astype(np.uint8)


def mask(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Paint a mask over the upper half, with two openings left for the eyes, and a mouth in another colour."""
    colour = any_colour(rng) if rng.random() < 0.7 else (16, 14, 18)
    blend_egg(pixels, box, colour, rng.uniform(0.8, 0.95), (180.0, 360.0))
    draw_dots(pixels, box, [(share, 0.4, 0.13, 0.08, (236, 226, 214)) for share in (0.3, 0.7)])
    draw_dots(pixels, box, [(0.5, 0.8, 0.2, 0.07, any_colour(rng))])
