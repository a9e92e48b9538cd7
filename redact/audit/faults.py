"""The one error of the record."""

from __future__ import annotations

from redact.errors import RedactError


class RecordError(RedactError):
    """Something that was to enter the record, or was read from it, is not what docs/audit-log.md allows."""
