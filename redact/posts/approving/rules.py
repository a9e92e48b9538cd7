"""Who may approve a post, and until when an approval holds; pure.

Threat: one person writes, reviews and approves; a yes of last month is used today; a deputy approves after their time.
Rule, in this order:
1. only a post that is proposed is approved, and only as its approver saw it (content and register version);
2. by a headteacher or CEO of the post's school, in a role that holds at this moment;
3. never by its author;
4. never by anybody who decided on, redrew, covered, lifted on or opened the original of one of its photos;
5. until the end of the fourteenth day after, or of the first day on which a shown consent ends, whichever comes first.
Accepted residue: two logins of one person are two people to the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from redact.audit.kinds import Role
from redact.store.people import EVERY_SCHOOL, HeldRole
from redact.system.clock import end_of_day, print_moment

#: Who approves posts; these roles are given at the terminal alone (redact/posts/people.py).
APPROVERS: Final = (Role.HEADTEACHER, Role.CEO)
APPROVAL_DAYS: Final = 14  # days that an approval holds; desk.md, section 2
MAX_NOTE_CHARS: Final = 500  # of what an approver writes to the author; a choice


class Refusal(StrEnum):
    """Why an approver says no; words of the audit log (approval.refused)."""

    WORDS = "words"
    PHOTO = "photo"
    SHOWS_CHILD = "shows-a-child"
    TELLS_CHILD = "tells-who-a-child-is"
    TIMING = "not-now"
    NOT_SUITABLE = "not-suitable"


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who would approve, and in which roles they stand now."""

    tag: str
    roles: tuple[HeldRole, ...]

    def role_at(self, school: str) -> Role | None:
        """Return the role in which this person approves posts of a school; None where there is none."""
        held = {each.role for each in self.roles if each.school in {EVERY_SCHOOL, school}}
        return next((role for role in APPROVERS if role in held), None)


def why_not_by(approver: Approver, school: str, author: str, involved: Iterable[str]) -> str | None:
    """Return why this person may not approve a post, a sentence; None where they may.

    Args:
        approver: who would.
        school: of the post; "": the trust's own.
        author: tag of who wrote it.
        involved: tags of those who decided on, redrew or lifted on its photos.
    """
    if approver.role_at(school) is None:
        return "Only a headteacher or chief executive of this school approves its posts."
    if approver.tag == author:
        return "You wrote this post; another headteacher or the chief executive approves it."
    if approver.tag in {*involved}:
        return "You reviewed or changed a photo of this post; another headteacher or the chief executive approves it."
    return None


def ends_at(today: date, expiries: Sequence[str | None], zone: tzinfo) -> str:
    """Return until when an approval of this day holds, a moment.

    Args:
        today: at the school.
        expiries: of the consents of those who are shown, moments; None: it does not end.
        zone: the school's.
    """
    longest = print_moment(end_of_day(today + timedelta(days=APPROVAL_DAYS), zone))
    return min((longest, *(each for each in expiries if each is not None)))
