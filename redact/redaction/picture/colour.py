"""Bring the colours of a decoded picture to sRGB.

A picture that a phone wrote in Display P3 looks dull when its numbers are read as sRGB, and the published file
carries no profile.  A profile that is broken or belongs to another kind of picture is ignored: it must not cost
the photo.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

_MAX_PROFILE_BYTES = 4_000_000  # the largest printer profiles are 2 to 3 MB
_PROFILED_MODES = frozenset({"RGB", "L", "CMYK"})  # modes that both Pillow and the colour engine know
_SAME_LEVELS = 1  # 0..255; a profile that moves no colour further is sRGB under another name
_GRID_STEPS = 9  # colours tried along each axis: 729 in all


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return `image` (mode RGB, L or CMYK) as RGB in sRGB.

    Args:
        image: The decoded picture; it may be changed in place.
        profile: The ICC profile found in the file, if any.
    """
    if profile and len(profile) <= _MAX_PROFILE_BYTES and image.mode in _PROFILED_MODES:
        transform = _transform(profile, image.mode)
        if transform is not None:
            return _apply(image, transform)
    return image if image.mode == "RGB" else image.convert("RGB")


def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the way from `profile` to sRGB, or None where there is none."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.buildTransform(source, target, mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _apply(image: Image.Image, transform: ImageCms.ImageCmsTransform) -> Image.Image:
    """Return `image` transformed; an RGB image is changed in place, and not at all where the profile is sRGB's."""
    if image.mode != "RGB":
        return transform.apply(image)
    if _moves_colours(transform):
        transform.apply_in_place(image)
    return image


def _moves_colours(transform: ImageCms.ImageCmsTransform) -> bool:
    """Say whether the transform changes any of a grid of colours visibly; most photos are tagged as plain sRGB."""
    steps = np.linspace(0, 255, _GRID_STEPS).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(_GRID_STEPS, -1, 3)
    moved = np.asarray(transform.apply(Image.fromarray(grid)), dtype=np.int16)
    return bool(np.abs(moved - grid).max() > _SAME_LEVELS)
