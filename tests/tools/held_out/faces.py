"""Make labelled photos of faces harder: painted, veiled, behind goggles or another head, lying, nearly dark, pale.

    python -m tests.tools.held_out.faces TRUTH.json IMAGES FOLDER [SEED [KIND...]]

Writes FOLDER/KIND/images and FOLDER/KIND/truth.json for `redact measure`.  Even seeds take every second photo, odd
seeds the others.  On a photo of the occluded kinds only the changed faces are counted; the rest is marked `invalid`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.findings import Pixels
from redact.redaction.picture.decode import decode
from tests.tools.held_out.paints import (
    Place,
    blend_egg,
    butterfly,
    draw_dots,
    flag,
    halves,
    mask,
    spots,
    web,
    whiskers,
)

Change = Callable[[Pixels, Place, np.random.Generator], None]

LEAST_PX = 36  # height of a face that is changed: a smaller one shows no paint
MOST_OVERDRAWN = 0.2  # of a face by a neighbour's veil, head or turn: more, and it is not counted; a choice
CHANGED_SHARE = 0.6  # of the clear faces of a photo; the others are its company


def tiger(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Paint orange with black stripes and a white mouth."""
    x, y, w, h = box
    blend_egg(pixels, box, (226, 134, 40), rng.uniform(0.55, 0.8))
    width = max(1, w // 16)
    for share in np.linspace(0.08, 0.95, int(rng.integers(5, 8))):
        for left in (True, False):
            a, b = (0.0, 0.3) if left else (1.0, 0.7)
            start, end = (int(x + a * w), int(y + (share - 0.03) * h)), (int(x + b * w), int(y + (share + 0.03) * h))
            cv2.line(pixels, start, end, (15, 12, 12), width, cv2.LINE_AA)
    draw_dots(pixels, box, [(0.5, 0.74, 0.2, 0.11, (250, 250, 250)), (0.5, 0.66, 0.07, 0.04, (20, 10, 10))])


def clown(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Paint white with a red nose, a wide mouth and blue over the eyes."""
    blend_egg(pixels, box, (244, 240, 236), rng.uniform(0.6, 0.82))
    eyes = [(share, 0.36, 0.05, 0.17, (30, 60, 200)) for share in (0.3, 0.7)]
    draw_dots(pixels, box, [*eyes, (0.5, 0.58, 0.11, 0.08, (214, 24, 24)), (0.5, 0.78, 0.28, 0.11, (214, 24, 24))])


def skull(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Paint white with black round the eyes, a black nose, and teeth."""
    x, y, w, h = box
    blend_egg(pixels, box, (236, 236, 232), rng.uniform(0.6, 0.82))
    eyes = [(share, 0.4, 0.16, 0.13, (16, 16, 18)) for share in (0.3, 0.7)]
    draw_dots(pixels, box, [*eyes, (0.5, 0.6, 0.06, 0.06, (16, 16, 18))])
    for share in np.linspace(0.25, 0.75, 7):
        top, bottom = (int(x + share * w), int(y + 0.74 * h)), (int(x + share * w), int(y + 0.86 * h))
        cv2.line(pixels, top, bottom, (16, 16, 18), max(1, w // 40), cv2.LINE_AA)
    middle = int(y + 0.8 * h)
    cv2.line(pixels, (int(x + 0.2 * w), middle), (int(x + 0.8 * w), middle), (16, 16, 18), max(1, w // 40), cv2.LINE_AA)


def niqab(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Veil all but the eyes."""
    x, y, w, h = box
    colour = tuple(int(v) for v in rng.integers(8, 60) + rng.integers(0, 12, 3))
    kept = pixels[max(0, int(y + 0.27 * h)) : int(y + 0.5 * h), max(0, int(x + 0.04 * w)) : int(x + 0.96 * w)].copy()
    points = [(0.5, -0.35), (1.05, -0.05), (1.25, 0.8), (1.7, 1.8), (-0.7, 1.8), (-0.25, 0.8), (-0.05, -0.05)]
    cv2.fillPoly(pixels, [np.array([(x + a * w, y + b * h) for a, b in points], np.int32)], colour, cv2.LINE_AA)
    top, left = max(0, int(y + 0.27 * h)), max(0, int(x + 0.04 * w))
    pixels[top : top + kept.shape[0], left : left + kept.shape[1]] = kept


def swimmer(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Put on a cap and goggles."""
    x, y, w, h = box
    cap = tuple(int(v) for v in rng.integers(20, 250, 3))
    centre = (x + w // 2, int(y + 0.22 * h))
    cv2.ellipse(pixels, centre, (int(w * 0.6), int(h * 0.5)), 0, 180, 360, cap, -1, cv2.LINE_AA)
    band = (18, 20, 30)
    cv2.line(pixels, (x, int(y + 0.4 * h)), (x + w, int(y + 0.4 * h)), band, max(1, h // 18), cv2.LINE_AA)
    draw_dots(pixels, box, [(share, 0.4, 0.17, 0.1, (30, 40, 70)) for share in (0.3, 0.7)])


def behind(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Hide the lower or a side half behind the back of another head."""
    x, y, w, h = box
    dx, dy = ((0.62, 0.35), (-0.62, 0.35), (0.15, 0.85))[rng.integers(3)]
    centre, axes = (int(x + (0.5 + dx) * w), int(y + (0.5 + dy) * h)), (int(w * 0.62), int(h * 0.75))
    hair = np.array(((52, 36, 24), (20, 17, 16), (130, 98, 58), (90, 60, 40))[rng.integers(4)])
    cv2.ellipse(pixels, centre, axes, 0, 0, 360, [int(v) for v in hair], -1, cv2.LINE_AA)
    for _ in range(60):
        share = rng.uniform(-0.9, 0.9)
        tone = [int(v) for v in np.clip(hair + rng.integers(-14, 22), 0, 255)]
        reach = float(np.sqrt(1 - share * share))
        top = (int(centre[0] + share * axes[0]), int(centre[1] - reach * axes[1]))
        cv2.line(pixels, top, (top[0], int(centre[1] + reach * axes[1])), tone, 1, cv2.LINE_AA)


def lying(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Turn the head by 60 to 120 degrees where it is."""
    _turn(pixels, box, float(rng.choice([-1, 1]) * rng.uniform(60, 120)))


def _turn(pixels: Pixels, box: Place, angle: float) -> None:
    x, y, w, h = box
    side, centre = max(w, h), (x + w / 2, y + h / 2)
    turn = cv2.getRotationMatrix2D(centre, angle, 1.0)
    size = (pixels.shape[1], pixels.shape[0])
    turned = cv2.warpAffine(pixels, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    disc = np.zeros(pixels.shape[:2], np.float32)
    cv2.circle(disc, (int(centre[0]), int(centre[1])), int(side * 0.95), 1, -1)
    weight = cv2.GaussianBlur(disc, (0, 0), side * 0.06)[..., None]
    pixels[:] = (turned * weight + pixels * (1 - weight)).astype(np.uint8)


def upside(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Turn the head by 150 to 210 degrees where it is, as on a climbing frame."""
    _turn(pixels, box, float(rng.uniform(150, 210)))


def afloat(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Put on a cap and goggles, and lay the head on its side or its crown."""
    swimmer(pixels, box, rng)
    _turn(pixels, box, float(rng.choice([-1, 1]) * rng.uniform(60, 180)))


def paint(pixels: Pixels, box: Place, rng: np.random.Generator) -> None:
    """Paint in one of the ten ways, each face for itself."""
    ways = (tiger, clown, skull, spots, web, halves, butterfly, whiskers, flag, mask)
    ways[rng.integers(len(ways))](pixels, box, rng)


OCCLUDED: Mapping[str, Change] = {
    "tiger": tiger, "clown": clown, "skull": skull, "niqab": niqab, "swimmer": swimmer, "behind": behind,
    "lying": lying, "spots": spots, "web": web, "halves": halves, "butterfly": butterfly, "whiskers": whiskers,
    "flag": flag, "mask": mask, "upside": upside, "afloat": afloat, "paint": paint,
}  # fmt: skip
#: Share of light or contrast, and the grey it is moved to: a dark room, fog, glare.
LIT: Mapping[str, tuple[float, float]] = {
    "light05": (0.05, 0.0), "light10": (0.10, 0.0), "fog03": (0.03, 128.0), "glare03": (0.03, 250.0),
    "dark03": (0.03, 4.0),
}  # fmt: skip


def changed(
    kind: str, pixels: Pixels, label: Mapping[str, Any], rng: np.random.Generator
) -> tuple[Pixels, dict[str, Any]]:
    """Return the photo of a kind, and its labels."""
    out, faces = pixels.copy(), []
    if kind in LIT:
        share, grey = LIT[kind]
        level = np.round(pixels * share + grey * (1 - share))
        return np.clip(level, 0, 255).astype(np.uint8), dict(label)
    drawn: list[tuple[Place, Pixels]] = []
    for face in label["faces"]:
        x, y, w, h = (round(side) for side in face["box"])
        is_clear = not face.get("invalid") and face.get("blur", 0) < 2 and face.get("occlusion", 0) < 1
        is_taken = is_clear and h >= LEAST_PX and rng.random() < CHANGED_SHARE
        if is_taken:
            OCCLUDED[kind](out, (x, y, w, h), rng)
            drawn.append(((x, y, w, h), _cut(out, (x, y, w, h)).copy()))
        faces.append({**face, "invalid": not is_taken})
    taken = [face for face in faces if not face["invalid"]]
    for face, (place, as_drawn) in zip(taken, drawn, strict=True):
        is_other = (_cut(out, place) != as_drawn).any(axis=-1)
        face["invalid"] = not is_other.size or float(is_other.mean()) > MOST_OVERDRAWN
    return out, {**label, "faces": faces}


def _cut(pixels: Pixels, place: Place) -> Pixels:
    x, y, w, h = place
    return pixels[max(0, y) : y + h, max(0, x) : x + w]


def draw_all(truth: Path, images: Path, folder: Path, seed: int, kinds: Sequence[str] = ()) -> None:
    """Write every kind, or those named, of every second photo to `folder`."""
    labels = json.loads(truth.read_text(encoding="utf-8"))
    for kind in kinds or (*OCCLUDED, *LIT):
        (folder / kind / "images").mkdir(parents=True, exist_ok=True)
        written = {}
        for i, name in enumerate(sorted(labels)[seed % 2 :: 2]):
            pixels = decode((images / name).read_bytes()).pixels
            rng = np.random.default_rng((seed, i, *kind.encode()))
            out, label = changed(kind, pixels, labels[name], rng)
            if kind in LIT or any(not face["invalid"] for face in label["faces"]):
                path = folder / kind / "images" / name
                cv2.imwrite(str(path), out[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])
                written[name] = label
        (folder / kind / "truth.json").write_text(json.dumps(written), encoding="utf-8")


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int((sys.argv[4:] or ["1"])[0]), sys.argv[5:])
