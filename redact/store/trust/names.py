"""What a copy is called in trust storage: sub-folders that tell its story, and a file name that tells nothing.

Threat: a child's name comes into a path that staff browse; a name leads out of trust storage.
Rule: a path is made of a month, a school's short name and the label of an event, which the roll was asked about when
the office chose it (redact/photos/placing/events.py); each is lower-case letters, digits and hyphens.  The file is
called by its content.  Which sub-folders there are is a setting; a copy keeps the name it was stored under.
Accepted residue: a pupil who comes to the school later may be called as an older label.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: Holds what a person has passed, and nothing else.
FOR_USE: Final = "for-use"
_LABEL_CHARS: Final = 40  # of a folder's name: audit.shapes.ID


class Part(StrEnum):
    """What a sub-folder of trust storage may be called after."""

    MONTH = "month"  # in which the photo was taken: "2026-11"
    SCHOOL = "school"  # left out in a workspace that knows no schools
    EVENT = "event"  # the label that the office chose, else "event-12"


@dataclass(frozen=True, slots=True)
class Story:
    """What a photo's place tells of it."""

    taken_on: str  # "2026-11-03"
    school: str  # short name; "": none
    event: str  # "event-12"; "": none
    label: str  # what the office calls it; "": nothing yet

    def part(self, part: Part) -> str:
        """Return one sub-folder's name, "" where the photo has none."""
        match part:
            case Part.MONTH:
                return self.taken_on[:7]
            case Part.SCHOOL:
                return self.school
            case Part.EVENT:
                return slug_of(self.label) or self.event


def folder_of(story: Story, parts: Sequence[Part]) -> str:
    """Return the sub-folders of a copy, "2026-11/oak/sports-day"; "" where it lies at the top."""
    names = (story.part(part) for part in parts)
    return "/".join(name for name in names if name and name != FOR_USE)


def beside(former: str | None, name: str) -> str:
    """Return `name` in the folder of a former copy, so that what is drawn again lies where that lay."""
    folder, slash, _ = (former or "").rpartition("/")
    return f"{folder}{slash}{name}"


def file_name(name: str) -> str:
    """Return the last part of a name in trust storage: what the file itself is called."""
    return name.rpartition("/")[2]


def slug_of(label: str) -> str:
    """Return a label as a folder is called: "Sports day 2026" is "sports-day-2026"; "" where nothing is left."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['.]", "", plain)).strip("-")[:_LABEL_CHARS].strip("-")
