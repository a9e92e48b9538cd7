"""The values of a report; all of them frozen, so that a page draws what was read at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from typing import Final

from redact.reports.log_checks import PersonsCheck
from redact.store.figures.period import IncidentCount, TakeDownCount


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a report is: whole days at the school, the last one included."""

    since: date
    until: date
    schools: tuple[str, ...] | None = None  # None: all of them


@dataclass(frozen=True, slots=True)
class PurposeLine:
    """How the pupils on the roll stand to one purpose today."""

    purpose: str
    yes: int
    no: int  # refused, withdrawn, or the pupil objects
    unanswered: int  # nothing on record that counts today


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """Something of a device that should have been done by now."""

    device: str
    what: str
    since: str  # a moment
    reason: str


@dataclass(frozen=True, slots=True)
class UntouchedLine:
    """What lies on a device and is left alone by this program."""

    device: str
    why: str
    count: int


class Matter(Enum):
    """What may wait for a person; its words are in words.py."""

    RECALLED_LATE = auto()
    RECALLED = auto()
    TAKE_DOWN_LATE = auto()
    TAKE_DOWN = auto()
    INCIDENT_LATE = auto()
    INCIDENT = auto()
    DELETION_FAILED = auto()
    STOPPED = auto()
    NOT_REVIEWED = auto()
    APPROVAL_RAN_OUT = auto()
    POST_ON_ITS_WAY = auto()
    SITE_ENDED = auto()
    DUTY_LATE = auto()
    ATTESTATION_DUE = auto()
    FILES_OVERDUE = auto()
    DEVICE_EXPIRED = auto()

    @property
    def is_late(self) -> bool:
        """Whether it should have been done by now."""
        return self not in _IN_TIME


_IN_TIME: Final = frozenset(
    {
        Matter.RECALLED,
        Matter.TAKE_DOWN,
        Matter.INCIDENT,
        Matter.STOPPED,
        Matter.NOT_REVIEWED,
        Matter.POST_ON_ITS_WAY,
    }
)


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """How often something waits for a person now."""

    matter: Matter
    count: int


@dataclass(frozen=True, slots=True)
class SchoolFigures:
    """The figures of one school in the period, or of all of them."""

    school: str
    name: str
    photos_in: int = 0
    passed: int = 0  # of them; a person looked, and the copy is fit for use
    stopped: int = 0  # of them; held, refused or wanted again
    faces_covered: int = 0
    faces_shown: int = 0
    faces_added: int = 0  # covered by hand: the program had missed them
    files_cleared: int = 0
    median_hours: float | None = None  # from the file's being seen to its being cleared; None: none was cleared
    posts: int = 0
    take_downs: TakeDownCount = field(default_factory=TakeDownCount)
    incidents: IncidentCount = field(default_factory=IncidentCount)

    @property
    def missed_per_thousand(self) -> float | None:
        """Faces that people covered by hand, of each 1,000 covered; None where none was covered."""
        return 1000.0 * self.faces_added / self.faces_covered if self.faces_covered else None


@dataclass(frozen=True, slots=True)
class SchoolStanding:
    """What is so at one school at this moment, whatever the period."""

    school: str
    name: str
    open: tuple[OpenPoint, ...] = ()
    overdue: tuple[OverdueLine, ...] = ()
    untouched: tuple[UntouchedLine, ...] = ()
    consents: tuple[PurposeLine, ...] = ()
    pupils: int = 0  # on the roll

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say of it."""
        return not (self.overdue or self.untouched or self.pupils or any(point.count for point in self.open))


@dataclass(frozen=True, slots=True)
class WeekCount:
    """Photos that came in in the seven days from this one on."""

    start: date
    photos: int


@dataclass(frozen=True, slots=True)
class TermReport:
    """The whole of it."""

    place: str  # the trust or school
    asked: Asked
    at: str  # the moment it was made
    schools: tuple[SchoolFigures, ...]
    total: SchoolFigures
    standings: tuple[SchoolStanding, ...]
    weeks: tuple[WeekCount, ...]
    checks: tuple[PersonsCheck, ...] = ()  # of the audit log, newest first: by the program, by a person
    policy: tuple[str, str] | None = None  # version, day of its review
    entries: int = 0  # of the audit log
    mirrors: int = 0  # other places that its checkpoints are copied to

    @property
    def is_of_one(self) -> bool:
        """Whether there is one school only, so that nothing need be added up."""
        return len(self.schools) == 1
