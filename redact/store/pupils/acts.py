"""Who changes the register and for what, and what a change took down: values that the acts hand to the SQL and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from redact.store.photos.recalls import Recall
from redact.store.posts.take_down_list import TAKE_DOWN_HOURS


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes the register, when, and for which use of photos."""

    by: str  # role
    at: str  # as print_moment writes it
    day: date  # the same moment's, at the school: what an answer of today is dated, and consents are asked for
    tags: bytes  # key of the tags in the audit log
    purposes: tuple[str, ...]  # of the workspace: a face is shown only with consent for all of them
    take_down_hours: float = TAKE_DOWN_HOURS  # of the setting


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What a change no longer allows, and was taken down with it."""

    templates: int = 0  # deleted
    recalls: tuple[Recall, ...] = ()  # copies that must be taken down or made again
    take_downs: tuple[int, ...] = ()  # numbers of take-downs of posts that are out

    def __add__(self, other: TakenDown) -> TakenDown:
        """Return both together, each copy once."""
        recalls = {found.photo: found for found in (*self.recalls, *other.recalls)}
        take_downs = (*self.take_downs, *other.take_downs)
        return TakenDown(self.templates + other.templates, tuple(recalls.values()), take_downs)
