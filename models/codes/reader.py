"""Find QR and bar codes: a login badge is a credential.  What a code says passes through the library, it is never kept.

The library says where a QR code's corners are.  Of a bar code it knows only the rows it scanned; how far the bars
reach up and down is found here, by walking outwards for as long as the picture repeats the same stripes.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from models.findings import Code, Pixels, Polygon

Grey: TypeAlias = npt.NDArray[Any]
Points: TypeAlias = npt.NDArray[np.float64]

_LINEAR = frozenset(zxingcpp.barcode_formats_list(zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.AllLinear)))
# Kinds whose finder pattern is enough to believe in one that cannot be decoded (blurred, creased).  Data Matrix is not:
# measured on 8 phone photos without codes, 3 false ones of it, none of these.
_KNOWN_BY_SHAPE = frozenset(
    {"QRCode", "MicroQRCode", "RMQRCode", "QRCodeModel1", "QRCodeModel2", "Aztec", "AztecCode", "PDF417"}
)
MARGIN = 0.06  # of the longer side, added around a code: its last modules, and the error of the corners; a choice
SAME_STRIPES = 0.5  # correlation above which a row still shows the same bars; a choice
DIGITS_SHARE = 0.3  # of a bar code's height, added below and above for the digits printed there; a choice
PROFILE_SAMPLES = 200  # along a bar code: more than its bars need to be told from noise; a choice


def find_codes(pixels: Pixels) -> tuple[Code, ...]:
    """Return the codes in `pixels` (RGB), of any kind and at any rotation, in its pixels, from top to bottom."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    found = zxingcpp.read_barcodes(grey, try_rotate=True, try_downscale=True, try_invert=True, return_errors=True)
    codes = (_code(result, grey) for result in found if result.valid or _kind(result) in _KNOWN_BY_SHAPE)
    return tuple(sorted(codes, key=lambda code: (code.quad[0][1], code.quad[0][0])))


def _kind(result: zxingcpp.Barcode) -> str:
    return result.symbology.name


def _code(result: zxingcpp.Barcode, grey: Grey) -> Code:
    place = result.position
    named = place.top_left, place.top_right, place.bottom_right, place.bottom_left
    corners = np.array([(point.x, point.y) for point in named], float)
    if _is_striped(result):
        corners = _whole_bars(grey, corners)
    middle = corners.mean(axis=0)
    longest = max(float(np.linalg.norm(corners[i] - corners[i - 1])) for i in range(4))
    reach = np.linalg.norm(corners - middle, axis=1, keepdims=True)
    grown = corners + (corners - middle) / np.maximum(reach, 1.0) * (MARGIN * longest + 1.0) * np.sqrt(2.0)
    quad: Polygon = tuple((float(x), float(y)) for x, y in grown)
    return Code(quad, _kind(result), bool(result.valid))


def _is_striped(result: zxingcpp.Barcode) -> bool:
    return result.symbology in _LINEAR


def _whole_bars(grey: Grey, corners: Points) -> Points:
    """Return the corners of all of a bar code, of which `corners` are only the scanned rows, perhaps aslant."""
    middle = corners.mean(axis=0)
    scanned = (corners[1] + corners[2] - corners[0] - corners[3]) / 2.0
    across = _across_bars(grey, middle, float(np.linalg.norm(scanned)) / 4.0)
    half = across * float(scanned @ across) / 2.0  # the scan is longer than the code is wide when it runs aslant
    left, right, down = middle - half, middle + half, np.array([-across[1], across[0]])
    up_px, down_px = (_reach(grey, left, right, sign * down) for sign in (-1.0, 1.0))
    extra = DIGITS_SHARE * (up_px + down_px)
    top, bottom = -down * (up_px + extra), down * (down_px + extra)
    return np.array([left + top, right + top, right + bottom, left + bottom])


def _across_bars(grey: Grey, middle: Points, radius_px: float) -> Points:
    """Return the direction across the bars: that in which the picture around `middle` changes most."""
    radius = int(max(radius_px, 8.0))
    x, y = (int(v) for v in middle)
    patch = grey[max(0, y - radius) : y + radius, max(0, x - radius) : x + radius]
    dx, dy = cv2.Sobel(patch, cv2.CV_64F, 1, 0), cv2.Sobel(patch, cv2.CV_64F, 0, 1)
    tensor = np.array([[(dx * dx).sum(), (dx * dy).sum()], [(dx * dy).sum(), (dy * dy).sum()]])
    direction: Points = np.linalg.eigh(tensor)[1][:, 1]
    return direction


def _reach(grey: Grey, left: Points, right: Points, step: Points) -> float:
    """Return how many pixels from the line left-right along `step` the stripes go on."""
    first = _profile(grey, left, right)
    longest = int(np.linalg.norm(right - left))  # a bar code is wider than high
    for distance in range(1, longest + 1):
        here = _profile(grey, left + step * distance, right + step * distance)
        if float((first * here).mean()) < SAME_STRIPES:
            return float(distance)
    return float(longest)


def _profile(grey: Grey, left: Points, right: Points) -> Points:
    """Return the grey values from `left` to `right`, made comparable: mean 0, spread 1."""
    points = left + (right - left) * np.linspace(0.0, 1.0, PROFILE_SAMPLES)[:, None]
    xs, ys = (points[:, i].astype(np.float32)[None] for i in (0, 1))
    values = cv2.remap(grey, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0].astype(np.float64)
    values -= values.mean()
    comparable: Points = values / max(float(values.std()), 1.0)
    return comparable
