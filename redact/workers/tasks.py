"""What a worker can be asked to make of a photo; each imports its context in the worker, when it is first asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redact.redaction.values import Outcome

if TYPE_CHECKING:  # see redact/workers/pool.py
    from redact.redaction.photo import RedactionContext


def redact(data: bytes, context: RedactionContext) -> Outcome:
    """Redact it; see redact/redaction/photo.py."""
    from redact.redaction.photo import redact_photo

    return redact_photo(data, context)


def examine(data: bytes, context: RedactionContext) -> Outcome:
    """Say what would be covered; see redact/redaction/photo.py."""
    from redact.redaction.photo import examine_photo

    return examine_photo(data, context)


def draw(data: bytes, context: RedactionContext) -> Outcome:
    """Draw what would be covered; see redact/redaction/drawings/outlines.py."""
    from redact.redaction.drawings.outlines import draw_photo

    return draw_photo(data, context)
