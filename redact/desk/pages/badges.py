"""Where the number of a place stands on a picture: at its corner, and never on a place that it would hide."""

from __future__ import annotations

from typing import Final

from redact.redaction.values import Polygon

_MARGIN: Final = 14  # units of drawing: a number's circle is 13, and stays on the picture
_TINY: Final = 70**2  # units squared: of a smaller place a telephone's number hides a tenth and more
_BESIDE: Final = (
    20  # units from its corner, both ways: clear of it on a telephone too, where numbers are twice as large
)


def place_badge(polygon: Polygon, size: tuple[int, int], unit: float) -> tuple[float, float]:
    """Return the middle of a place's number: at its upper left corner, however it is turned; beside a tiny one.

    Args:
        polygon: in pixels of the picture.
        size: of the picture.
        unit: of drawing, in pixels of the picture.
    """
    x, y = min(polygon, key=sum, default=(0.0, 0.0))
    xs, ys = [x for x, _ in polygon] or [x], [y for _, y in polygon] or [y]
    if (max(xs) - min(xs)) * (max(ys) - min(ys)) < _TINY * unit * unit:
        step = _BESIDE * unit
        has_room = min(*xs, *ys) > step + _MARGIN * unit  # else it stands at the other end
        x, y = (min(xs) - step, min(ys) - step) if has_room else (max(xs) + step, max(ys) + step)
    return _within(x, _MARGIN * unit, size[0]), _within(y, _MARGIN * unit, size[1])


def _within(value: float, margin: float, length: float) -> float:
    return round(min(max(value, margin), length - margin), 1)
