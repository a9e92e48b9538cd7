"""The look of a blurred person: light and dark of a head that is nobody's, laid over the fill.

No skin colour, on purpose: on a white wall people with brown skin got pale heads, and in the dark people with white
skin got brown ones.  No eyes and no mouth: with them it is a ghost, and face finders see a face in seven covers of ten.
All of it is geometry and constants; the constants were chosen by eye on 31 photos.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from models.findings import bounds
from redact.redaction.covers.fill import Group, Planes
from redact.redaction.covers.masks import Shares, smoothstep
from redact.redaction.covers.outline import SURE_SCORE, head_around
from redact.redaction.covers.places import Head, from_the_back, is_far

_REACH: Final = 1.25  # of the outline, to where the look fades out, and
_FADE: Final = 0.40  # over how much of it
_LEAST_PX: Final = 12.0  # height of a face's box up to which a cover is the plain fill: far heads made pale spots
_WHOLE_PX: Final = 24.0  # more, at which the look is there in full
#: Before another head a look ends, and shades that one, at so many outlines, over so much of it; by eye.
#: Ending at 1.14, seams of heads side by side were lost in each other; a shade of 0.45 was a drawn line.
_ENDS, _ENDS_OVER = 1.08, 0.14
_SHADES, _SHADES_OVER = 1.35, 0.40
_SHADE: Final = 0.38  # of the light of the head behind, at the most
_UNSURE: Final = 0.35  # strength where the finder is not sure: a false find made a pale head in smoke, on a wheel
_FAR_AWAY: Final = 0.6  # of people behind the others: a blurred stand with the full look was a heap of balls
_LIGHTNESS: Final = (35.0, 60.0)  # CIELAB L to which a cover's mean is brought: all people alike
_RELIEF: Final = 1.15  # 0.7 read as a grey egg on white walls, 1.6 as a mask
_LEAST_L, _MOST_L = 4.0, 97.0
_DULL: Final = 0.8  # of the surroundings' colour
_TAUPE: Final = (6.0, 9.0)  # CIELAB a, b
_TO_TAUPE: Final = 0.6


def add_people(surface: Planes, group: Group, heads: Sequence[Head], tallest: float) -> None:
    """Tone `surface`, the fill of `group` on its grid, in place, as the blurred `heads`, from the back to the front.

    Heads that touch stay people: each is toned from the fill alone and not from the head behind it, before which it
    ends with its outline, and which it shades.

    Args:
        surface: what is toned.
        group: the covers that it fills.
        heads: those of the group.
        tallest: height of the tallest face of the picture, pixels: faces farther away are toned less.
    """
    fill = surface.copy()
    people = np.zeros(surface.shape[:2], np.float32)  # how much of each cell is a head already
    for head in from_the_back(heads):
        _add_person(surface, fill, people, group, head, _strength(head, tallest))


def _strength(head: Head, tallest: float) -> float:
    """Return how much of the look `head` gets, 0..1."""
    strength = float(smoothstep(np.array((head.face.height - _LEAST_PX) / _WHOLE_PX, np.float32)))
    return strength * (1.0 if head.score >= SURE_SCORE else _UNSURE) * (_FAR_AWAY if is_far(head, tallest) else 1.0)


def _add_person(surface: Planes, fill: Planes, people: Shares, group: Group, head: Head, strength: float) -> None:
    across, down, *cells = _axes(group, head)
    if strength <= 0 or not across.size or not down.size:
        return
    place = (cells[0], cells[1])
    distance = np.hypot(across, down)
    patch, behind = surface[place], people[place]
    alone, before = _faded(distance, _REACH, _FADE), _faded(distance, _ENDS, _ENDS_OVER)
    patch *= (1 - np.float32(_SHADE * strength) * behind * _faded(distance, _SHADES, _SHADES_OVER))[..., None]
    weight = np.float32(strength) * (alone + behind * (before - alone))
    patch += weight[..., None] * (_toned(fill[place], across, down) - patch)
    np.maximum(behind, np.float32(strength) * before, out=behind)


def _faded(distance: Shares, end: float, over: float) -> Shares:
    """Return what falls from 1 to 0 over `over` up to `end`, both in outlines as `distance` is."""
    return smoothstep(np.asarray((end - distance) / np.float32(over), np.float32))


def _toned(fill: Planes, across: Shares, down: Shares) -> Planes:
    """Return `fill` as it is where a head stands, whose place is given by `_axes`."""
    lab = cv2.cvtColor(np.clip(fill, 0, 255) / np.float32(255), cv2.COLOR_RGB2LAB)
    lightness = lab[..., 0]
    within = np.hypot(across, down) <= 1
    mean = float(lightness[within].mean()) if within.any() else float(lightness.mean())
    face, relief = _relief(across, down)
    lit = lightness + (np.clip(mean, *_LIGHTNESS) - mean) + _RELIEF * relief
    toned = np.empty_like(lab)
    toned[..., 0] = np.clip(lit, _LEAST_L, _MOST_L)
    towards = _TO_TAUPE * (0.5 + 0.5 * face)
    for plane, taupe in enumerate(_TAUPE, 1):
        dull = _DULL * lab[..., plane]
        toned[..., plane] = dull + towards * (taupe - dull)
    return np.asarray(cv2.cvtColor(toned, cv2.COLOR_LAB2RGB) * np.float32(255), np.float32)


def _axes(group: Group, head: Head) -> tuple[Shares, Shares, slice, slice]:
    """Return the place of each cell near `head`, -1..1 across and down its outline, and which cells these are."""
    # All of the outline, where the painted one ends with the picture.
    outline = bounds(head_around(head.face, is_sure=head.score >= SURE_SCORE))
    half = (outline.width / 2, outline.height / 2)
    middle = ((outline.x0 + outline.x1) / 2, (outline.y0 + outline.y1) / 2)
    starts = (group.window[1].start, group.window[0].start)
    spans, axes = [], []
    for axis, length in ((0, group.cells[1]), (1, group.cells[0])):
        places = (starts[axis] + (np.arange(length) + 0.5) * group.cell_px - middle[axis]) / half[axis]
        near = np.flatnonzero(np.abs(places) < _SHADES)
        spans.append(slice(int(near[0]), int(near[-1]) + 1) if near.size else slice(0, 0))
        axes.append(places[spans[-1]].astype(np.float32))
    return axes[0][None, :], axes[1][:, None], spans[1], spans[0]


def _relief(u: Shares, v: Shares) -> tuple[Shares, Shares]:
    """Return how much of each cell is face and not hair, 0..1, and how much lighter it is (CIELAB L)."""
    face = 1 / (1 + np.exp(5.5 * (np.hypot(u / 0.70, (v - 0.18) / 0.80) - 1)))
    hair = (1 - face) * smoothstep((0.65 - v) / np.float32(0.9))
    brow = np.exp(-0.5 * ((u / 0.5) ** 2 + (v / 0.13) ** 2))  # a shade where eyes would be, without any eye
    chin = smoothstep((v - 0.80) / np.float32(0.35))
    return np.asarray(face, np.float32), np.asarray(9 * face - 13 * hair - 2.5 * brow - 10 * chin, np.float32)
