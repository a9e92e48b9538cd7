"""How large a file and its picture may be; apart from the decoders, for whoever reads a file and decodes nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file and its picture may be."""

    max_bytes: int = 200_000_000  # a 16-bit TIFF of 24 megapixels has 144 MB, a phone's photo 2 to 15 MB
    max_pixels: int = 120_000_000  # phones reach 108 megapixels (12000 x 9000); at 3 bytes each 360 MB of memory
    max_side_px: int = 32_767  # the widest panorama of a phone has about 16,000; OpenCV's warps stop here (SHRT_MAX)
    min_side_px: int = 8  # one block of a JPEG; a smaller picture shows nobody


DEFAULT_LIMITS = Limits()
