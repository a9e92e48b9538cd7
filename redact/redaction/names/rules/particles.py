"""Small words that belong to a surname: "St", "de", "van der" beside one that is found."""

from __future__ import annotations

from redact.redaction.names.page import Found, Mark, Page
from redact.redaction.names.rules.known import SAINT
from redact.redaction.names.words import word_set
from redact.redaction.values import NameReason

PARTICLES = SAINT | word_set(
    "de da do dos das del dei dal dalla della di du des la le van von der den ter ten bin ibn binti al el ap ab mac mc"
    " o fitz ni nic ui"
)


def particles(page: Page, found: Found) -> Found:
    """Find the particles directly before a name, and an initial before those; right to left: "van der" goes as one."""
    for tokens in page.tokens:
        for right in reversed(tokens[1:]):
            left = tokens[right.place - 1]
            mark = found.words.get((right.line, right.place))
            is_part = left.key in PARTICLES or (left.is_initial and right.key in PARTICLES)  # "L St Clair"
            if mark is not None and is_part and not left.after.strip(".'\u2019 "):
                found = found.with_words([left], Mark(NameReason.BESIDE, 0.7, mark.is_certain))
    return found
