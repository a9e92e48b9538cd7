"""The values of an access request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from redact.store.photos.showing import EVERYTHING, KnownPhoto, ShowingPost, Within

TO_CHECK: Final = "to-check"  # below the folder: what only may show the child


class How(StrEnum):
    """How it is known that a photo shows the child."""

    SHOWN = "the copy shows the child, who was recognised"
    BY_HAND = "a person named the child on it"
    RECOGNISED = "the child was recognised on the original"
    MAYBE = "a face on the original may be the child's: a person must look"


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    """One photo that shows the child, or may."""

    known: KnownPhoto
    how: tuple[How, ...]
    has_original: bool

    @property
    def is_sure(self) -> bool:
        """Whether somebody said so, or it was recognised surely."""
        return self.how != (How.MAYBE,)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one child without opening anything."""

    upn: str
    photos: tuple[FoundPhoto, ...]
    posts: tuple[ShowingPost, ...]
    originals: tuple[str, ...]  # every photo whose sealed original exists: these can be compared with a key
    templates: int  # of the child's face; none: the program cannot find the child by the face
    within: Within = EVERYTHING  # to which photos the request is narrowed


@dataclass(frozen=True, slots=True)
class Opened:
    """What was made of one original."""

    found: FoundPhoto
    content: bytes = b""  # of the file to hand over; b"" where there is none
    why_not: str = ""  # a sentence, where there is none, or where nobody could look
    is_opened: bool = True  # False: the sealed original could not be opened

    @property
    def shows(self) -> bool:
        """Whether the photo shows the child, or may."""
        return bool(self.found.how)


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One photo in the index of the folder; no name of a file as it came is in it."""

    file: str  # below the folder; "" where there is none
    photo: str  # 12 digits of its id
    arrived: str  # day, for a person
    how: str  # sentences
    copy: str  # its copy's file name in trust storage; "" where there is none
    posts: str  # where it was posted
    note: str  # what a person must know of it


@dataclass(frozen=True, slots=True)
class Index:
    """What the folder's index says."""

    made: str  # for a person
    lines: tuple[IndexLine, ...]
    opened: int  # originals that were opened
    unopened: tuple[tuple[str, str], ...]  # (photo, why) of those that could not be, whether known to show the child
    unseen: tuple[tuple[str, str], ...]  # (photo, why) of originals that were opened, and could not be looked at
    is_compared: bool  # the child's face was looked for on every original
    is_plain: bool  # the originals as they came
    narrowed: str = ""  # to which photos, in words; "": every one


@dataclass(frozen=True, slots=True)
class Written:
    """What lies in the folder."""

    files: int
    to_check: int  # of these, what a person must look at before it is handed over
    without: int  # photos that show the child and of which nothing could be written
    unopened: int  # originals that could not be opened
    unseen: int  # originals that were opened, and could not be looked at
