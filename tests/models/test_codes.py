"""Codes are found at any rotation, wholly covered, and only where they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp

from models.codes.reader import find_codes
from models.findings import Pixels


def page(kind: zxingcpp.BarcodeFormat, angle_deg: float) -> tuple[Pixels, np.ndarray]:
    """Return a grey page with one code, and the mask of its dark modules."""
    symbol = np.array(zxingcpp.create_barcode("123456789012", kind).to_image(scale=4))
    sheet = np.full((900, 1200), 205, np.uint8)
    height, width = symbol.shape[:2]
    top, left = 450 - height // 2, 600 - width // 2
    sheet[top : top + height, left : left + width] = symbol
    mask = np.zeros_like(sheet)
    mask[top : top + height, left : left + width] = (symbol < 128) * 255
    turn = cv2.getRotationMatrix2D((600, 450), angle_deg, 1.0)
    turned = cv2.warpAffine(sheet, turn, (1200, 900), borderValue=205)
    pixels = np.ascontiguousarray(np.repeat(turned.astype(np.uint8)[:, :, None], 3, axis=2))
    return pixels, cv2.warpAffine(mask, turn, (1200, 900)) > 127


@pytest.mark.parametrize("kind", [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])
@pytest.mark.parametrize("angle_deg", [0, 20, 90, 205])
def test_code_is_wholly_inside_its_quad(kind: zxingcpp.BarcodeFormat, angle_deg: float) -> None:
    """Every dark module lies in the polygon, which is not much larger than the code."""
    pixels, modules = page(kind, angle_deg)
    codes = find_codes(pixels)
    assert len(codes) == 1
    cover = np.zeros(modules.shape, np.uint8)
    cv2.fillPoly(cover, [np.round(np.array(codes[0].quad)).astype(np.int32)], 1)
    assert (modules & (cover == 0)).sum() <= 0.002 * modules.sum()
    assert cover.sum() < 0.2 * cover.size


def test_contents_are_not_kept() -> None:
    """Neither the value nor its text form shows what the code says."""
    pixels, _ = page(zxingcpp.BarcodeFormat.QRCode, 0)
    assert "123456789012" not in repr(find_codes(pixels))


def test_noise_holds_no_code() -> None:
    """A picture without a code gives none."""
    noise = np.random.default_rng(1).integers(0, 255, (600, 800, 3), np.uint8)
    assert find_codes(noise) == ()
