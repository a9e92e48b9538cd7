"""Number plates among the lines that were read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redact.redaction.values import Line, Polygon

#: Current British plates: two letters, two digits, three letters (DVLA INF104, 2001 format), alone on their line.
_PLATE = re.compile(r"[A-Z]{2}[0-9OI]{2}[A-Z]{3}")


def find_plates(lines: Sequence[Line]) -> Iterator[tuple[Polygon, float]]:
    """Yield the place and the reader's confidence of each line that is a number plate."""
    for line in lines:
        if _PLATE.fullmatch(re.sub(r"[\s\-.·]", "", line.text)):
            yield line.quad, line.score
