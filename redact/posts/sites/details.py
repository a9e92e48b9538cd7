"""What must stand under the trust's name wherever it posts (policy 7.1): is it written down here, whole?  Pure.

A company says its registered office and its number wherever it speaks (policy 7.1, and the Company, Limited Liability
Partnership and Business Regulations 2015, part 6).  That its name stands there too is for people to look at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from redact.workspace.settings import Settings

OFFICE: Final = "the address of the registered office"
NUMBER: Final = "the company's number"
#: As Companies House gives them: eight digits, or two letters and six.
_NUMBER: Final = re.compile(r"(?<!\w)(?:\d{8}|[A-Za-z]{2}\d{6})(?!\w)")
_OFFICE: Final = re.compile(r"\bregistered\s+(?:office|address)\b", re.IGNORECASE)


def missing_details(lines: Sequence[str], *, asks: bool) -> tuple[str, ...]:
    """Return what the company details lack, in words; none where nothing is asked.

    Args:
        lines: the setting `company_details`.
        asks: the setting `asks_company_details`.
    """
    if not asks:
        return ()
    text = "\n".join(lines)
    return tuple(what for what, rule in ((OFFICE, _OFFICE), (NUMBER, _NUMBER)) if not rule.search(text))


def why_incomplete(settings: Settings) -> str:
    """Return what the company details of a workspace lack and what to do, sentences; "" where nothing is missing."""
    missing = missing_details(settings.company_details, asks=settings.asks_company_details)
    if not missing:
        return ""
    return (
        f"The company details lack {' and '.join(missing)}. They must stand on each account, and go out with every "
        "post: "
        "your IT services manager writes them into redact.toml (company_details). A school that is no company sets "
        "asks_company_details = false there."
    )
