"""The shapes of facts: what may stand in an entry of the audit log, and has no room for anything else.

Threat: a child's name, a path or a stretch of text slips into a log that can never be changed.
Rule: every fact has a shape that has no room for it; lists of words are closed where a program decides by them (`one
of`), and open only where they name a cause for a person (`word`: letters and hyphens, no digits, 24 at most).
Accepted residue: an id, a word or a reason is chosen by the program or a person, and a name *could* be spelled in one.
Reasons are meant to be sentences written in this program; ids of devices and holds are checked where they are made.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from redact.audit.level import LADDER, Level
from redact.audit.spelling import is_number

Fact = str | int

MAX_REASON_CHARS = 240  # one sentence; the longest of redact's 17 refusals and holds has 153 (counted)


class Role(StrEnum):
    """Who acts, holds or approves; never who it is by name."""

    CEO = "ceo"
    HEADTEACHER = "headteacher"
    IT_SERVICES_MANAGER = "it-services-manager"
    DATA_PROTECTION_OFFICER = "data-protection-officer"
    TRUSTEE = "trustee"
    COMMUNICATIONS = "communications"
    REVIEWER = "reviewer"
    POSTER = "poster"
    HOLDER = "holder"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a fact may look like; `rule` is its line in docs/audit-log.md."""

    name: str
    rule: str
    accepts: Callable[[Fact], bool]


def _pattern(name: str, rule: str, pattern: str, longest: int) -> Shape:
    matches = re.compile(pattern).fullmatch
    return Shape(name, rule, lambda fact: isinstance(fact, str) and len(fact) <= longest and matches(fact) is not None)


def one_of(name: str, *words: str) -> Shape:
    """Return the shape of a closed list of words."""
    return Shape(name, "one of " + ", ".join(f"`{word}`" for word in words), lambda fact: fact in words)


_TIME = re.compile(r"[2-9][0-9]{3}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{3}Z").fullmatch


def _is_time(fact: Fact) -> bool:
    if not isinstance(fact, str) or _TIME(fact) is None:
        return False
    try:
        datetime.fromisoformat(fact)  # the calendar: no 31 February
    except ValueError:
        return False
    return True


# No slash, backslash, underscore or "@" at all; a full stop ends a sentence or stands between digits; a colon is
# followed by a space.  So no path, address, drive or file name fits.
_REASON = r"[A-Za-z0-9(](?:[A-Za-z0-9,;()'%+=-]|(?<=[0-9])\.(?=[0-9])|[.:](?= )| (?=[^ ])|\.\Z)*"

COUNT = Shape("count", "a whole number from 0 to 2^53 - 1", is_number)
ENTRY = Shape("entry", "the number of an earlier entry", COUNT.accepts)
TIME = Shape("time", "UTC with three decimals, `2026-09-07T13:45:12.345Z`, from the year 2000 on", _is_time)
SHA256 = _pattern("sha256", "64 lower-case hex digits", r"[0-9a-f]{64}", 64)
TAG = _pattern("tag", "a keyed tag of a file name, a person or a link, 64 lower-case hex digits", r"[0-9a-f]{64}", 64)
ID = _pattern("id", "up to 40 lower-case letters, digits and single hyphens", r"[a-z0-9]+(?:-[a-z0-9]+)*", 40)
WORD = _pattern(
    "word",
    "a word from a list of the program: up to 24 lower-case letters and single hyphens, no digits",
    r"[a-z]+(?:-[a-z]+)*",
    24,
)
VERSION = _pattern("version", "up to 32 letters, digits, `.`, `+`, `-`", r"[0-9A-Za-z][0-9A-Za-z.+-]*", 32)
REASON = _pattern(
    "reason",
    f"one sentence of up to {MAX_REASON_CHARS} ASCII characters with no room for a path, an address or a file name",
    _REASON,
    MAX_REASON_CHARS,
)
ROLE = one_of("role", *(role.value for role in Role))
CHECKED = one_of("checked", "passed", "failed")
OUTCOME = one_of("outcome", "gone", "kept", "unknown")
LEVEL = one_of("level", *LADDER[1:], Level.UNKNOWN)
SCOPE = one_of("scope", "device", "photo", "workspace")
SWITCH = one_of("switch", "on", "off")
DEVICE_KIND = one_of("device-kind", "drop-folder", "card", "volume", "attest-only")
OWNER = one_of("owner", "trust", "personal")
SERIAL_SOURCE = one_of("serial-source", "label", "exif", "system", "inventory")
CONSENT = one_of("consent", "given", "refused", "withdrawn", "expired", "objected", "pending", "never-show", "left")
DECISION = one_of("decision", "fit", "unfit", "reopened")
LIFT_CAUSE = one_of("lift-cause", "consent", "not-a-person", "not-a-name")
DIFFERENCE = one_of("difference", "missing", "changed", "not-whole")
KEY_USE = one_of("key-use", "log", "tags", "vault", "templates")

SHAPES = (
    COUNT, ENTRY, TIME, SHA256, TAG, ID, WORD, VERSION, REASON, ROLE, CHECKED, OUTCOME, LEVEL, SCOPE, SWITCH,
    DEVICE_KIND, OWNER, SERIAL_SOURCE, CONSENT, DECISION, LIFT_CAUSE, DIFFERENCE, KEY_USE,
)  # fmt: skip
