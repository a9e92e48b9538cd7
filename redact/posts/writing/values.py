"""What the check of a post finds, and against what it is checked; the post itself is a row (store/posts/values.py)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from redact.pupils.roll import Pupil, Roll
from redact.store.posts.values import Answer, PostPhoto


class Part(StrEnum):
    """A part of a post, as its page lists them."""

    PHOTOS = "photos"
    SITE = "site"
    CAPTION = "caption"
    ALT = "alt"
    QUESTIONS = "questions"


class Weight(StrEnum):
    """What a finding does."""

    BLOCKS = "blocks"  # it must go, whoever says otherwise
    ASKS = "asks"  # the author says that it is all right, or takes it out


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a post that a person must see to."""

    part: Part
    number: int  # of a photo, from 1; 0: not of a photo
    weight: Weight
    sentence: str
    quote: str = ""  # the words of the text that it is about

    @property
    def key(self) -> str:
        """What a confirmation is kept under: other words at another place must be confirmed again."""
        spelled = f"{self.part}\n{self.number}\n{self.sentence}\n{self.quote}"
        return f"confirm-{hashlib.sha256(spelled.encode('utf-8')).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a caption may be on a site; None: as long as one likes."""

    words: int | None = None
    characters: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a post, as they are checked."""

    caption: str
    photos: tuple[PostPhoto, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Against:
    """What the words are checked against."""

    roll: Roll
    shown: tuple[Pupil, ...] = ()  # whom a copy of the post shows uncovered
    limits: Limits = Limits()
    own: frozenset[str] = frozenset()  # the site's own handle and host, in lower case: no contact details, no link
