"""Text that is safe to print: control characters, and marks that turn the direction of writing, are made visible.

Threat: whoever writes the database, names a file or sends a caption puts control characters there; a terminal obeys
them, and a page shows what nobody said ("verdict: intact", an empty list of incidents).
Rule: all that the program prints goes through one stream (`Plain`), whoever prints it: tables, errors, the lines of
the log.  Line feed and tab stay; all other control characters (C0, C1, DEL), the marks that turn the direction of
writing, and halves of characters, which no encoding has, are spelled out.
Accepted residue: letters that only look like others are printed as they are; so is what REDACT_DEBUG=1 shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TextIO

#: Unicode 16, chapters 23.1 and 23.2 (control codes, bidirectional ordering), and the surrogates of chapter 23.6.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """Return a text of any number of lines as it may be printed."""
    return _OBEYED.sub(lambda found: printable(found[0]), text)


def printable(text: str) -> str:
    """Return `text`, a part of one line, with what could disturb a terminal made visible."""
    return "".join(
        c
        if c.isprintable()
        else c.encode("unicode_escape", "backslashreplace").decode()
        if c < "\ud800" or c > "\udfff"
        else f"\\x{ord(c) & 0xFF:02x}"
        for c in text
    )


class Plain:
    """A stream of text that lets through what may be printed; it has no `buffer`, so that nobody writes past it."""

    def __init__(self, raw: TextIO) -> None:
        """Take the stream that is written to; colours of our own go there directly."""
        self.raw = raw

    def write(self, text: str) -> int:
        """Write a text, and return how many characters of it were written: all."""
        self.raw.write(plain(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts, one after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self.raw, name)
