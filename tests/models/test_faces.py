"""Faces are found in any position and size; pictures of labelled faces are used where there are some."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.boxes import Boxes, join_same, mirror, overlap_of, unturn
from models.faces.centerface import CenterFace
from models.faces.finder import ThoroughFinder, open_face_finder, scales_for
from models.findings import Box, Face, Pixels
from models.weights import read_weight

ROOT = Path(__file__).resolve().parents[2]
BENCH = Path(os.environ.get("REDACT_BENCH", ROOT.parent / "shared" / "bench")) / "faces"
needs_bench = pytest.mark.skipif(
    not (BENCH / "truth.json").is_file(), reason="no labelled faces: set REDACT_BENCH to the bench folder"
)


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> ThoroughFinder:
    """Open the finder with the shipped weights only."""
    return open_face_finder(tmp_path_factory.mktemp("none"), threads=2)


@pytest.fixture(scope="module")
def portrait() -> tuple[Pixels, Box]:
    """Return a labelled photo with one large clear face, and that face."""
    truth = json.loads((BENCH / "truth.json").read_text(encoding="utf-8"))
    for name in sorted(truth):
        faces = truth[name]["faces"]
        if len(faces) == 1 and faces[0]["box"][3] >= 150 and not faces[0]["occlusion"] and not faces[0]["pose"]:
            x, y, width, height = faces[0]["box"]
            read = cv2.imread(str(BENCH / "images" / name))
            assert read is not None
            return np.ascontiguousarray(read[:, :, ::-1]).astype(np.uint8), Box(x, y, x + width, y + height)
    pytest.skip("the bench has no portrait")


def best_overlap(faces: tuple[Face, ...], truth: Box) -> float:
    """Return the largest intersection over union of any found face with `truth`."""
    return max((face.box.iou(truth) for face in faces), default=0.0)


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1), (33, 31), (640, 480)])
def test_a_blank_picture_of_any_size_has_no_faces(finder: ThoroughFinder, size: tuple[int, int]) -> None:
    """Down to one pixel; grey, so that no contrast is there to be seen."""
    blank = np.full((*size, 3), 128, np.uint8)
    assert finder.find(blank) == ()
    assert finder.find_sure(blank) == ()


@needs_bench
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_portrait_is_found_in_every_position(
    finder: ThoroughFinder, portrait: tuple[Pixels, Box], quarters: int
) -> None:
    """A photo without orientation tag lies on its side or its head."""
    pixels, truth = portrait
    turned = np.ascontiguousarray(np.rot90(pixels, quarters))
    found = finder.find(turned)
    rows = [[f.box.x0, f.box.y0, f.box.x1, f.box.y1, f.score] for f in found]
    back = unturn(np.array(rows, np.float32).reshape(-1, 5), quarters, turned.shape[1], turned.shape[0])
    assert max((Box(*map(float, box[:4])).iou(truth) for box in back), default=0.0) > 0.4


@needs_bench
def test_a_face_is_found_large_and_small_dark_and_cut(finder: ThoroughFinder, portrait: tuple[Pixels, Box]) -> None:
    """The same face fills the picture, is 24 px high, lies in shadow, or is cut by the border."""
    pixels, truth = portrait
    close = pixels[int(truth.y0) : int(truth.y1), int(truth.x0) : int(truth.x1)]
    assert best_overlap(finder.find(close), Box(0, 0, close.shape[1], close.shape[0])) > 0.3
    k = 24 / truth.height
    small = cv2.resize(pixels, None, fx=k, fy=k, interpolation=cv2.INTER_AREA).astype(np.uint8)
    assert best_overlap(finder.find(small), truth.scaled(k)) > 0.3
    assert best_overlap(finder.find((pixels // 5).astype(np.uint8)), truth) > 0.4
    cut = np.ascontiguousarray(pixels[:, int(truth.x0 + truth.width * 0.3) :])
    assert best_overlap(finder.find(cut), Box(0, truth.y0, truth.width * 0.7, truth.y1)) > 0.4


@needs_bench
def test_the_same_picture_gives_the_same_faces(finder: ThoroughFinder, portrait: tuple[Pixels, Box]) -> None:
    """Two searches agree to the last bit."""
    assert finder.find(portrait[0]) == finder.find(portrait[0])


def test_the_shipped_weight_opens_alone() -> None:
    """Without YuNet the finder is complete."""
    assert ThoroughFinder(CenterFace(read_weight("centerface.onnx"), 1), None).yunet is None


@given(st.integers(1, 20_000))
def test_passes_see_small_and_large(long_side: int) -> None:
    """The largest pass is at full size up to 4096 px, the smallest sees the whole picture as one face."""
    scales = scales_for(long_side)
    assert scales[0] * long_side >= min(long_side, 4095)
    assert scales[-1] * long_side <= 800
    assert list(scales) == sorted(scales, reverse=True)


places, sides, scores = st.integers(0, 400), st.integers(1, 200), st.integers(1, 100)
boxes = st.lists(st.tuples(places, places, sides, sides, scores), max_size=12).map(
    lambda rows: np.array([[x, y, x + w, y + h, s / 100] for x, y, w, h, s in rows], np.float32).reshape(-1, 5)
)


@given(boxes)
def test_joining_never_loses_a_surest_face(found: Boxes) -> None:
    """Whatever was found, something that overlaps it as much as a double would is kept; the best stays covered."""
    joined = join_same(found)
    assert len(joined) <= len(found)
    for row in found:
        assert overlap_of(row, joined).max() > 0
    if len(found):
        best = found[np.argmax(found[:, 4])]
        assert any((kept[:2] <= best[:2]).all() and (kept[2:4] >= best[2:4]).all() for kept in joined)


@given(boxes, st.integers(0, 3))
def test_turning_back_is_exact(found: Boxes, quarters: int) -> None:
    """A box painted, turned as pixels and turned back as numbers lies where it was."""
    canvas = np.zeros((620, 640), np.uint8)
    for row in found[:1]:
        x0, y0, x1, y1 = row[:4].astype(int)
        canvas[y0:y1, x0:x1] = 1
        turned = np.rot90(canvas, quarters)
        ys, xs = np.nonzero(turned)
        seen: npt.NDArray[np.float32] = np.array([[xs.min(), ys.min(), xs.max() + 1, ys.max() + 1, 1]], np.float32)
        assert (unturn(seen, quarters, turned.shape[1], turned.shape[0])[0, :4] == row[:4]).all()


@given(boxes)
def test_mirroring_twice_changes_nothing(found: Boxes) -> None:
    """A mirror image of the mirror image is the picture."""
    assert (mirror(mirror(found, 640), 640) == found).all()


QUICK_PX = 512  # longer side of a quick pass


@dataclass
class OnlyUpright:
    """A network that finds squares of green with red at the top, faintly unless they fill a third of what it sees."""

    company: float  # score of the blue square
    askew: float = 0.0  # score of a green square with the red elsewhere, in the quick passes alone

    def find(self, pixels: Pixels, threshold: float) -> Boxes:
        red, green, blue = (pixels[..., channel] > 128 for channel in range(3))
        found = [_box_of(blue, self.company)] if blue.sum() > 9 else []
        if green.sum() > 9 and red.sum() > 9 and np.nonzero(red)[0].max() <= np.nonzero(green)[0].min() + 1:
            is_close = max(pixels.shape[:2]) < 250
            found.append(_box_of(red | green, 0.9 if is_close else 0.3))
        elif green.sum() > 9 and max(pixels.shape[:2]) == QUICK_PX:
            found.append(_box_of(red | green, self.askew))
        boxes = np.array(found, np.float32).reshape(-1, 5)
        return boxes[boxes[:, 4] >= threshold]


def _box_of(mask: npt.NDArray[np.bool_], score: float) -> list[float]:
    ys, xs = np.nonzero(mask)
    return [float(xs.min()), float(ys.min()), float(xs.max()) + 1, float(ys.max()) + 1, score]


LYING = Box(210, 200, 270, 260)


def lying_head() -> Pixels:
    """Return a green square whose red top lies on the left, at LYING, beside a blue one."""
    pixels = np.zeros((480, 640, 3), np.uint8)
    pixels[200:260, 220:270, 1] = 255
    pixels[200:260, 210:220, 0] = 255
    pixels[210:270, 340:400, 2] = 255
    return pixels


@pytest.mark.parametrize(("company", "is_sure"), [(0.9, True), (0.0, False)])
@pytest.mark.parametrize("askew", [0.0, 0.35, 0.45])
def test_a_head_that_lies_gets_its_closer_looks_as_it_lies(company: float, is_sure: bool, askew: float) -> None:
    """Alone it may be one, beside a sure face it is one; also where an upright pass sees more than the turned one."""
    finder = ThoroughFinder(OnlyUpright(company, askew), None)  # type: ignore[arg-type]
    assert [face.is_sure for face in finder.find(lying_head()) if face.box.iou(LYING) > 0.8] == [is_sure]


@dataclass
class HalfUpright(OnlyUpright):
    """And where the head lies to the left, the passes that are not close see half of it, likely."""

    def find(self, pixels: Pixels, threshold: float) -> Boxes:
        found = super().find(pixels, threshold)
        red, green = pixels[..., 0] > 128, pixels[..., 1] > 128
        if max(pixels.shape[:2]) < 250 or not red.any() or np.nonzero(red)[1].max() > np.nonzero(green)[1].min():
            return found
        left, top, right, bottom, _ = _box_of(red | green, 0.0)
        half = np.array([[left, top, (left + right) / 2, bottom, 0.45]], np.float32)
        return np.concatenate([found, half[half[:, 4] >= threshold]])


def test_half_of_a_head_that_lies_is_joined_with_the_whole() -> None:
    """What an upright pass found is half of it: the closer looks, turned, add the rest."""
    found = ThoroughFinder(HalfUpright(0.9), None).find(lying_head())  # type: ignore[arg-type]
    assert [face.is_sure for face in found if face.box.iou(LYING) > 0.8] == [True]
