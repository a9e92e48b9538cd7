"""Find QR and bar codes, at any rotation; what they say is read for its place only and never kept."""

from __future__ import annotations

import zxingcpp

from models.findings import Code, Pixels


def find_codes(pixels: Pixels) -> tuple[Code, ...]:
    """Return every code in `pixels` that a phone could read, with its corners in the same pixels."""
    return tuple(_code(found) for found in zxingcpp.read_barcodes(pixels, try_rotate=True, try_downscale=True))


def _code(found: zxingcpp.Barcode) -> Code:
    place = found.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return Code(tuple((float(corner.x), float(corner.y)) for corner in corners), found.format.name)
