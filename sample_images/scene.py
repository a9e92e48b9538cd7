"""A table, a wall, a board; sheets lying on it; and the camera that takes the photo.

The photo is a (height, width, 3) array of RGB, floating point 0..255 until `develop` rounds it.  Whatever looks
random is drawn from a generator that the picture's own name seeds, so that the same bytes come out again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt
from page import Colour, FaceMark, Mark, Quad, Sheet
from PIL import Image

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
cv2.setNumThreads(1)  # the order of threads must not matter to a byte


def cloud(rng: np.random.Generator, size: tuple[int, int], grain: tuple[float, float]) -> Floats:
    """Return smooth noise of mean 0 and deviation 1; `grain` is the size of a cloud in pixels, (x, y)."""
    width, height = size
    small = rng.standard_normal((max(2, round(height / grain[1])), max(2, round(width / grain[0]))), dtype=np.float32)
    field_ = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray((field_ - field_.mean()) / (field_.std() + 1e-6), np.float32)


def flat(size: tuple[int, int], colour: Colour) -> Floats:
    """Return an even surface."""
    return np.full((size[1], size[0], 3), colour, np.float32)


def plaster(rng: np.random.Generator, size: tuple[int, int], colour: Colour) -> Floats:
    """Return a painted wall."""
    shade = cloud(rng, size, (400, 400)) * 1.5 + cloud(rng, size, (7, 7)) * 1.3
    return np.asarray(flat(size, colour) + shade[..., None], np.float32)


def wood(rng: np.random.Generator, size: tuple[int, int], colour: Colour) -> Floats:
    """Return a table top, its grain running from left to right."""
    bend = cloud(rng, size, (900, 260))
    rows = np.arange(size[1], dtype=np.float32)[:, None] + bend * 26
    rings = np.sin(rows / 11) * 0.5 + np.sin(rows / 4.3 + bend * 3) * 0.3
    shade = rings * 5 + cloud(rng, size, (160, 2)) * 4 + cloud(rng, size, (700, 90)) * 7
    return np.asarray(flat(size, colour) + shade[..., None] * np.array([1, 0.9, 0.7], np.float32), np.float32)


def cork(rng: np.random.Generator, size: tuple[int, int]) -> Floats:
    """Return a cork board."""
    crumbs = cloud(rng, size, (9, 9)) * 9 + cloud(rng, size, (4, 4)) * 7 + cloud(rng, size, (300, 300)) * 4
    crumbs -= np.where(cloud(rng, size, (12, 12)) > 2, 34, 0).astype(np.float32)
    return np.asarray(flat(size, (188, 146, 98)) + crumbs[..., None], np.float32)


@dataclass(slots=True)
class Scene:
    """A photo in the making, and what is known of its words and faces, in its pixels."""

    pixels: Floats
    rng: np.random.Generator
    words: list[Mark] = field(default_factory=list)
    faces: list[FaceMark] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def lay(self, sheet: Sheet, corners: Quad, *, shadow_px: float = 14, fibre: float = 1.6) -> None:
        """Lay a sheet so that its corners (from its own top left, clockwise) fall on `corners`; it casts a shadow."""
        w, h = sheet.size
        source = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
        matrix = cv2.getPerspectiveTransform(source, np.asarray(corners, np.float32))
        paper = np.asarray(sheet.image, np.float32)
        paper[..., :3] += (
            cloud(self.rng, sheet.size, (3, 3)) * fibre + cloud(self.rng, sheet.size, (w / 3, h / 2)) * 2
        )[..., None]
        paper[..., :3] *= paper[..., 3:] / 255  # premultiplied: no dark fringe at a transparent edge
        warped = cv2.warpPerspective(
            shrink(paper, corners), scaled(matrix, corners, paper), self.size, flags=cv2.INTER_LINEAR
        )
        alpha = warped[..., 3:] / 255
        if shadow_px:
            offset = np.array([[1, 0, shadow_px * 0.5], [0, 1, shadow_px * 0.8]], np.float32)
            shadow = cv2.GaussianBlur(cv2.warpAffine(alpha, offset, self.size), (0, 0), shadow_px)
            self.pixels *= 1 - 0.42 * shadow[..., None]
        self.pixels = np.asarray(self.pixels * (1 - alpha) + warped[..., :3], np.float32)
        self._remember(sheet, np.asarray(matrix, np.float64))

    def _remember(self, sheet: Sheet, matrix: npt.NDArray[np.float64]) -> None:
        self.words += [Mark(m.text, through(matrix, m.quad), m.is_name, m.pupil) for m in sheet.words]
        self.faces += [FaceMark(through(matrix, f.quad), f.pose) for f in sheet.faces]

    def light(self, strength: float = 0.16) -> None:
        """Light the scene from one side, with a soft vignette."""
        width, height = self.size
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        x, y, angle = x / width - 0.5, y / height - 0.5, self.rng.uniform(0, 2 * np.pi)
        slope = 1 + strength * (x * np.cos(angle) + y * np.sin(angle)) * 2 - strength * 1.1 * (x * x + y * y)
        self.pixels *= (slope * (1 + 0.02 * cloud(self.rng, self.size, (width / 3, height / 3))))[..., None].astype(
            np.float32
        )

    def develop(self, blur_px: float = 0.7, noise: float = 2.4) -> Image.Image:
        """Take the photo: the lens's blur, then the sensor's noise (`noise` in grey levels)."""
        soft = cv2.GaussianBlur(self.pixels, (0, 0), blur_px) if blur_px else self.pixels
        grain = self.rng.standard_normal(soft.shape, dtype=np.float32)
        grain = cv2.GaussianBlur(grain, (0, 0), 0.8) * 1.3 * noise  # a phone's denoiser leaves soft grain
        return Image.fromarray(np.clip(soft + grain, 0, 255).round().astype(np.uint8))


def reduction(corners: Quad, paper: Floats) -> float:
    """How many times smaller the sheet becomes, at least 1."""
    area = cv2.contourArea(np.asarray(corners, np.float32))
    return max(1.0, float(np.sqrt(paper.shape[0] * paper.shape[1] / max(area, 1.0))))


def shrink(paper: Floats, corners: Quad) -> Floats:
    """Shrink a sheet to about the size it will have: warping alone would leave jagged letters."""
    k = reduction(corners, paper)
    if k < 1.05:
        return paper
    size = (round(paper.shape[1] / k), round(paper.shape[0] / k))
    return np.asarray(cv2.resize(paper, size, interpolation=cv2.INTER_AREA), np.float32)


def scaled(
    matrix: npt.NDArray[np.generic] | cv2.typing.MatLike, corners: Quad, paper: Floats
) -> npt.NDArray[np.float64]:
    """Return `matrix` for the sheet that `shrink` made."""
    small = shrink(paper, corners)
    k = np.diag([paper.shape[1] / small.shape[1], paper.shape[0] / small.shape[0], 1.0])
    return np.asarray(np.asarray(matrix, np.float64) @ k)


def through(matrix: npt.NDArray[np.float64], quad: Quad) -> Quad:
    """Carry points through a perspective."""
    points = cv2.perspectiveTransform(np.array([quad], np.float64), matrix)[0]
    return tuple((float(x), float(y)) for x, y in points)


def slanted(
    centre: tuple[float, float], size: tuple[float, float], degrees: float, lean: tuple[float, float] = (0.0, 0.0)
) -> Quad:
    """Return the corners of a sheet of `size` around `centre`.

    Args:
        centre: where its middle lies, in pixels of the photo.
        size: (width, height) in pixels of the photo.
        degrees: how far it is turned, counter-clockwise.
        lean: how much narrower it is at the top, and how much lower at the left, as shares of its size.
    """
    (x, y), (w, h) = centre, (size[0] / 2, size[1] / 2)
    top, left = lean
    flat_ = (
        (-w * (1 - top), -h * (1 - left)),
        (w * (1 - top), -h * (1 + left)),
        (w * (1 + top), h * (1 + left)),
        (-w * (1 + top), h * (1 - left)),
    )
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return tuple((float(x + a * c + b * s), float(y - a * s + b * c)) for a, b in flat_)
