"""The one spelling of JSON in the audit log: ASCII, members sorted by name, no white space outside strings.

Canonical JSON of our own narrow kind rather than RFC 8785: whole numbers only, so that none of its rules for
fractions are needed, and an auditor's everyday tools read it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeGuard

from redact.audit.faults import AuditLogError

MAX_NUMBER = 2**53 - 1  # RFC 7493 section 2.2: what every JSON reader keeps exactly
MAX_LINE_CHARS = 64 * 1024  # sixteen signatures of 5 kB would be more; one of Ed25519 needs 100, a body under 2,000

_print = json.JSONEncoder(ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":")).encode
_parse = json.JSONDecoder().raw_decode


def print_json(members: Mapping[str, object]) -> str:
    """Return the one spelling of this object."""
    return _print(members)


def parse_json(text: str, what: str) -> dict[str, object]:
    """Return the object that `text` spells; `what` names it in errors.

    Raises:
        AuditLogError: it is no object, or spelled in any other way than `print_json` would.
    """
    if len(text) > MAX_LINE_CHARS:
        raise AuditLogError(f"{what} is longer than {MAX_LINE_CHARS} characters; this is not a line of the audit log")
    try:
        parsed, _ = _parse(text)  # what follows the object is found where the spelling is compared
    except (ValueError, RecursionError):
        raise AuditLogError(f"{what} is not JSON; fetch the export again") from None  # the parser's text would quote it
    if not isinstance(parsed, dict):
        raise AuditLogError(f"{what} is not a JSON object")
    if not _is_same(parsed, text):
        raise AuditLogError(f"{what} is not spelled the one way: ASCII, sorted members, no spaces, no fractions")
    return parsed


def is_number(value: object) -> TypeGuard[int]:
    """Return whether this is a whole number the audit log may hold; True and False are none."""
    return type(value) is int and 0 <= value <= MAX_NUMBER


def _is_same(parsed: dict[str, object], text: str) -> bool:
    try:
        return _print(parsed) == text
    except (ValueError, RecursionError):  # NaN, or nested beyond all reason
        return False
