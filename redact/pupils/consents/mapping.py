"""What an export of consents is asked for, and what its headings and types are taken for: values.

Made by `columns`, read by `importing` and by the pages that show them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from redact.errors import UsageError
from redact.pupils.consent import State

IGNORED: Final = "ignore"  # the word by which a person says that a heading is no consent to be shown
#: How the memory spells which column is the number, the type ...: "upn column".
COLUMNS: Final = {f"{field} column": field for field in ("upn", "type", "answer", "given", "expires", "source")}


class ExportRefused(UsageError):
    """The export cannot be read as one of consents."""

    def __init__(self, what: str, hint: str) -> None:
        """Write the sentence."""
        super().__init__(f"The consents cannot be read: {what}. {hint}.")


class Form(StrEnum):
    """How an export is laid out."""

    WIDE = "wide"
    LONG = "long"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command says of the export; what it leaves open is found by headings."""

    mapped: tuple[tuple[str, str], ...] = ()  # (heading or type, "website", "not website", "website, press", "ignore")
    upn: str | None = None  # heading
    type: str | None = None  # heading
    answer: str | None = None  # heading
    given: str | None = None  # heading
    expires: str | None = None  # heading
    source: str | None = None  # heading
    purpose: str | None = None  # of a list
    state: State | None = None  # of a list
    given_on: date | None = None  # where the export has no day
    expires_on: date | None = None  # where the export has no day
    purposes: tuple[str, ...] = ()  # the workspace's own, known beside the usual ones
    remembered: tuple[tuple[str, str], ...] = ()  # as `mapped`, a COLUMN, or of an answer; may not be in the file
    answers: tuple[tuple[str, str], ...] = ()  # (word that answers, "yes", "no", "pending" or "website, press")
    confirms_guesses: bool = False  # a person has seen the guesses, and says that they are right
    trusts_headings: bool = True  # not where a title above them says no: then only what the command maps counts


@dataclass(frozen=True, slots=True)
class Mapping:
    """A heading or type, and the purposes it was taken for."""

    name: str
    purposes: tuple[str, ...] = ()  # none: not a consent to be shown
    is_certain: bool = False  # in usual words alone, or confirmed by a person; otherwise a guess, and not taken
    rows: int = 0  # of a long export
    says_no: bool = False  # a bare yes below it is a no
    takes_no_for_yes: bool = False  # a person confirmed that a bare no below it is a yes
    is_confirmed: bool = False  # by a person, in the command or earlier: worth remembering
    is_unclear: bool = False  # says no twice, or no with an exception
    must_be_reported: bool = False  # it speaks of photos or consent
    refuses: bool = False  # a guess that says no: a yes below it is a no at once, for that only covers more
    is_day: bool = False  # of the answers in another column: their day, their last one, or that of a no
    is_general: bool = False  # of photos in general: a no below it is one to every purpose of the file

    @property
    def purpose(self) -> str | None:
        """The purposes as one text, None where there are none."""
        return ", ".join(self.purposes) or None

    @property
    def spelled(self) -> str:
        """How --map spells it."""
        return IGNORED if not self.purposes else f"{'not ' if self.says_no else ''}{self.purpose}"

    @property
    def remembered(self) -> str:
        """How the workspace's memory spells it: no more than a person said; a heading that says no says so again."""
        return (self.purpose or IGNORED) if not self.takes_no_for_yes else self.spelled

    def answered_below(self, heading: Mapping) -> Mapping:
        """Return what answers below a heading mean for this type; where both say no, nothing is understood."""
        is_unclear = self.says_no and heading.says_no
        return replace(self, says_no=self.says_no or heading.says_no, is_unclear=is_unclear)

    @property
    def is_taken(self) -> bool:
        """Whether answers below it count: all of them, or those that refuse."""
        return bool(self.purposes) and (self.is_certain or self.refuses)

    @property
    def is_guess(self) -> bool:
        """Whether a person must confirm it before anything below it is taken."""
        return bool(self.purposes) and not self.is_certain

    @property
    def is_left(self) -> bool:
        """Whether it speaks of photos or consent, and nothing below it is taken."""
        return self.must_be_reported and not self.is_confirmed and not (self.purposes and self.is_certain)


@dataclass(frozen=True, slots=True)
class Asked:
    """A column below which answers stand."""

    place: int
    mapping: Mapping
    given: int | None = None  # the column of its day, in a wide export
    expires: int | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of an export by what they are."""

    form: Form
    upn: int
    type: int | None = None
    given: int | None = None
    expires: int | None = None
    source: int | None = None
    ended: tuple[Asked, ...] = ()  # a day below it ends a yes of the row: of its purposes, or of all where it has none
    general: tuple[Asked, ...] = ()  # wide: of photos in general; a no there is one to every purpose of the file
    asked: tuple[Asked, ...] = ()  # wide: a purpose each; long and list: the answer, of purposes said elsewhere


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not understood; the answer is pending, or was not taken where no pupil or purpose is known."""

    row: int  # as a spreadsheet counts
    column: str  # its heading
    what: str  # a sentence part; no cell is quoted


def first_of(*places: int | None) -> int | None:
    """Return the first column that there is."""
    return next((place for place in places if place is not None), None)
