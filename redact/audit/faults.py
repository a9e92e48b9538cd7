"""The one error of the audit log."""

from __future__ import annotations

from redact.errors import RedactError


class AuditLogError(RedactError):
    """Something that was to enter the audit log, or was read from it, is not what docs/audit-log.md allows."""
