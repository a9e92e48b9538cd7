"""Which columns of a roll hold what: names of every kind, number, year, class.

Threat: a name the school uses stands in a column that nobody reads, and is published as no name.
Rule: every heading that speaks of a pupil's forename, surname or whole name is taken, in the words of SIMS, Arbor,
Bromcom, ScholarPack, iSAMS and others; in words that are not listed it is a guess, which is taken too, and shown.  One
that speaks of a name and is not taken is reported; what a person says of a heading counts first.
Accepted residue: a name in a column whose heading says nothing of names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from redact.errors import UsageError
from redact.pupils.tables.table import IsHeading, fold, plain
from redact.pupils.upn import number_column


class Field(StrEnum):
    """What a column of a roll holds; the words of --map."""

    UPN = "upn"
    LEGAL_FORENAME = "legal forename"
    LEGAL_SURNAME = "legal surname"
    PREFERRED_FORENAME = "preferred forename"
    PREFERRED_SURNAME = "preferred surname"
    FORENAME = "further forename"
    SURNAME = "further surname"
    FULL_NAME = "full name"
    YEAR = "year"
    CLASS = "class"
    SCHOOL = "school"
    LEFT = "left"
    IGNORE = "ignore"


NAMES: Final = frozenset(
    {Field.LEGAL_FORENAME, Field.LEGAL_SURNAME, Field.PREFERRED_FORENAME, Field.PREFERRED_SURNAME, Field.FORENAME}
    | {Field.SURNAME, Field.FULL_NAME}
)
#: Of these a roll has one column each: the first.
_ONCE: Final = frozenset(Field) - {Field.FORENAME, Field.SURNAME, Field.FULL_NAME, Field.LEFT, Field.IGNORE}

_SUR = r"(?:sur ?name|last ?name|family ?name)s?"
_FORE = r"(?:fore ?name|first ?name|given ?name|christian ?name)s?"
_WHO = r"(?:(?:pupil|student|child|learner)(?: ?s)? )?"
#: Headings in full, as words (`table.plain`).
_LISTED: Final[tuple[tuple[Field, re.Pattern[str]], ...]] = (
    (Field.YEAR, re.compile(
        rf"{_WHO}(?:current )?(?:actual )?(?:(?:nc|national curriculum|curriculum|school) )?(?:year|yr)"
        r"(?: ?(?:group|grp|gp))?(?: (?:name|code|actual|taught in|nc))?|ncy|nc ?year(?: ?actual)?|year ?group")),
    (Field.CLASS, re.compile(
        rf"{_WHO}(?:current |main )?(?:(?:reg(?:istration)?|form|class)(?: ?(?:group|grp|gp|form|class))?"
        r"|(?:tutor|teaching) ?(?:group|grp|gp|form|class|set))(?: (?:name|code))?|tg|group")),
    (Field.SCHOOL, re.compile(r"school(?: name)?|establishment(?: name)?|academy(?: name)?")),
    (Field.LEFT, re.compile(
        rf"{_WHO}(?:(?:date of )?leaving(?: date)?|leave date|date (?:of leave|left)|left(?: date| on)?|has left"
        r"|leavers?|is leaver|(?:enrolment|enrollment|roll)? ?status)|dol")),
    (Field.LEGAL_FORENAME, re.compile(rf"{_WHO}(?:legal {_FORE}|{_FORE} legal)")),
    (Field.LEGAL_SURNAME, re.compile(rf"{_WHO}(?:legal {_SUR}|{_SUR} legal)")),
    (Field.PREFERRED_FORENAME, re.compile(rf"{_WHO}(?:preferred {_FORE}|{_FORE} preferred)")),
    (Field.PREFERRED_SURNAME, re.compile(rf"{_WHO}(?:preferred {_SUR}|{_SUR} preferred)")),
    (Field.FORENAME, re.compile(
        rf"{_WHO}(?:{_FORE}|(?:chosen|known|usual|called|calling|middle|former|previous|other|birth) {_FORE}"
        r"|middle(?: ?names?)?|known as|nick ?names?|(?:preferred|chosen|called|calling|usual|known) names?)")),
    (Field.SURNAME, re.compile(
        rf"{_WHO}(?:{_SUR}|(?:chosen|known|usual|called|former|previous|birth|alternative) {_SUR}|maiden ?name)")),
    (Field.FULL_NAME, re.compile(
        rf"{_WHO}(?:full |whole |display )?name|(?:legal|preferred) full ?name|full ?name|pupil|student|child|learner"
        rf"|(?:legal |preferred )?{_SUR}(?: and)? (?:legal |preferred )?{_FORE}"
        rf"|(?:legal |preferred )?{_FORE}(?: and)? (?:legal |preferred )?{_SUR}"
        rf"|name {_SUR} {_FORE}|name {_FORE} {_SUR}|(?:{_WHO}|name )(?:last first|first last)")),
)  # fmt: skip
_SURNAME: Final = re.compile(rf"\b{_SUR}\b|\bmaiden ?name\b|\bsecond name\b|^cyfenw$")
#: Bare words that are forename and surname where both are there; one alone may be anything: "Given" a day.
_PAIRS: Final = (
    ("first", "last"), ("given", "family"), ("fname", "lname"), ("fname", "sname"), ("f name", "l name"),
    ("f name", "s name"), ("fore", "sur"),
)  # fmt: skip
_FORENAME: Final = re.compile(
    rf"\b(?:{_FORE}|middle ?names?|nick ?names?)\b|\bmiddle\b|\bknown as\b|\bcalled\b|\balias(?:es)?\b|\baka\b"
    r"|\b(?:chosen|preferred|pref|called|calling|usual|informal|familiar|former|previous|other|further|additional|alternative"
    r"|birth|short|pet|dead|everyday) ?names?\b|\b(?:known|goes) by\b"
    r"|^(?:preferred|pref|chosen|usual|familiar|moniker|enw cyntaf|enw)(?: (?:if|when|where) (?:it is )?different)?$"
    r"|^(?:display(?:ed)?|shown|appears?) as$"
)
_FULL: Final = re.compile(r"\b(?:full|whole|legal|display|complete|pupil|student|child|learner) ?names?\b")
#: Somebody or something else is named there.
_OTHERS: Final = re.compile(
    r"\b(?:parents?|guardians?|carers?|mothers?|fathers?|mums?|dads?|contacts?|teachers?|tutors?|staff|schools?|houses?"
    r"|class|form|group|course|siblings?|brothers?|sisters?|doctors?|gp|surgery|emergency|relations?|relationship|file"
    r"|users?|site|key ?workers?|head|year|next of kin|priority|agency|case ?workers?|senco|mentors?|payer|account)\b"
)
_NAME: Final = re.compile(r"name")
#: Beside such a heading a day of leaving may be that of the school before ("Previous school", "Date left").
_SCHOOL_BEFORE: Final = re.compile(
    r"\b(?:previous|former|prior|last|earlier|feeder|old) (?:school|setting|nursery|establishment|academy|provider)"
    r"|\bschool history\b"
)
_OF_STATUS: Final = re.compile(r"\b(?:status|leaver|has left)\b")


class MapRefused(UsageError):
    """A --map of a roll cannot be followed."""

    def __init__(self, what: str) -> None:
        """Write the sentence."""
        super().__init__(f"{what}. A heading of a roll is mapped to one of: {', '.join(Field)}.")


@dataclass(frozen=True, slots=True)
class RollWishes:
    """What a person said of a roll's headings, now and earlier: (heading, word of `Field`)."""

    mapped: tuple[tuple[str, str], ...] = ()
    remembered: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RollColumn:
    """One column that is taken, or left out by a person's word."""

    place: int
    heading: str
    field: Field
    is_listed: bool = True  # in listed words, or a person's; otherwise a guess, which --yes confirms


@dataclass(frozen=True, slots=True)
class RollColumns:
    """What the columns of a roll hold."""

    columns: tuple[RollColumn, ...]
    untaken: tuple[str, ...] = ()  # headings that speak of a name and are not taken

    def places(self, *fields: Field) -> tuple[int, ...]:
        """Return where these fields stand, left to right."""
        return tuple(column.place for column in self.columns if column.field in fields)

    def place(self, field: Field) -> int | None:
        """Return where a field stands; None for nowhere."""
        return next(iter(self.places(field)), None)

    @property
    def of_names(self) -> tuple[int, ...]:
        """Where names stand."""
        return self.places(*NAMES)

    @property
    def guesses(self) -> tuple[RollColumn, ...]:
        """What a person should look at."""
        return tuple(column for column in self.columns if not column.is_listed)


def choose_fields(heading: Sequence[str], wishes: RollWishes = RollWishes()) -> RollColumns:  # frozen
    """Return what each column under `heading` holds; the first of two like headings is the main one.

    Raises:
        MapRefused: a --map names a heading that is not there, or what no column can be.
    """
    mapped = _mapped_by_person(heading, wishes)
    words = [_without_path(text) for text in heading]
    pairs = [pair for pair in _PAIRS if {*pair} <= {*words}]
    bare = {word: field for pair in pairs for word, field in zip(pair, (Field.FORENAME, Field.SURNAME), strict=True)}
    found: dict[int, RollColumn] = {}
    number = number_column(words)
    is_before = any(map(_SCHOOL_BEFORE.search, words))
    for place, text in enumerate(heading):
        field, is_listed = mapped.get(place), True
        if field is None:
            field, is_listed = (Field.UPN, True) if place == number else _field(words[place])
            field = field or bare.get(words[place])
            if field is Field.LEFT and is_before and not _OF_STATUS.search(words[place]):
                field = None
        if field is not None and text:
            found[place] = RollColumn(place, text, field, is_listed)
    columns = _drop_repeated(_promote(found), mapped)
    taken = {column.place for column in columns}
    untaken = tuple(
        " ".join(heading[place].split())
        for place, text in enumerate(words)
        if _NAME.search(text) and place not in taken
    )
    return RollColumns(tuple(columns), untaken)


def _without_path(text: str) -> str:
    """Return a heading as words, without the steps of an interface's answer: "year.data.name" is "year name"."""
    return plain(re.sub(r"(?i)\.(?:data|attributes)(?=\.)", "", text))


def is_heading_of_roll(wishes: RollWishes = RollWishes()) -> IsHeading:  # frozen
    """Return the function that knows the heading of a roll: forename and surname, or a name beside something else."""
    mapped = {fold(name) for name, _ in (*wishes.mapped, *wishes.remembered)}

    def is_heading(cells: Sequence[str]) -> bool:
        fields = {column.field for column in choose_fields(cells).columns}
        fore = fields & {Field.LEGAL_FORENAME, Field.PREFERRED_FORENAME, Field.FORENAME}
        sur = fields & {Field.LEGAL_SURNAME, Field.PREFERRED_SURNAME, Field.SURNAME}
        whole = Field.FULL_NAME in fields and fields & {Field.UPN, Field.YEAR, Field.CLASS}
        return bool((fore and sur) or whole or len(mapped & {*map(fold, cells)}) > 1)

    return is_heading


def is_field(text: str) -> bool:
    """Say whether a cell is the heading of a column of a roll."""
    return _field(plain(text))[0] is not None


def read_field(text: str) -> Field:
    """Return what a person maps a heading to.

    Raises:
        MapRefused: no column can be that.
    """
    words = plain(text)
    if words in {field.value for field in Field}:
        return Field(words)
    field, _ = _field(words)
    if field is None and words not in {"skip", "none", "nothing"} and text.strip() != "-":
        raise MapRefused("--map names what no column of a roll holds")
    return field or Field.IGNORE


def _mapped_by_person(heading: Sequence[str], wishes: RollWishes) -> dict[int, Field]:
    folded = [fold(text) for text in heading]
    missing = [name for name, _ in wishes.mapped if fold(name) not in folded]
    if missing:
        raise MapRefused(f"The roll has no column called {missing[0]!r}; check the spelling of --map")
    pairs = [(fold(name), read_field(word)) for name, word in (*wishes.remembered, *wishes.mapped)]  # the latter count
    return {folded.index(name): field for name, field in pairs if name in folded}


def _field(words: str) -> tuple[Field | None, bool]:
    """Return what a heading holds, and whether its words are listed."""
    listed = next((field for field, pattern in _LISTED if pattern.fullmatch(words)), None)
    if listed is not None:
        return listed, True
    if _OTHERS.search(words):
        return None, False
    has_sur, has_fore = _SURNAME.search(words) is not None, _FORENAME.search(words) is not None
    if has_sur and has_fore and re.search(rf"\b{_FORE}\b", words):
        return Field.FULL_NAME, False
    if has_sur or has_fore:
        return (Field.SURNAME if has_sur else Field.FORENAME), False
    return (Field.FULL_NAME, False) if _FULL.search(words) else (None, False)


def _promote(found: dict[int, RollColumn]) -> list[RollColumn]:
    """Return the columns with plain Forename and Surname as the legal ones where there are none."""
    columns = list(found.values())
    for legal, further, pattern in (
        (Field.LEGAL_FORENAME, Field.FORENAME, re.compile(rf"{_WHO}{_FORE}")),
        (Field.LEGAL_SURNAME, Field.SURNAME, re.compile(rf"{_WHO}{_SUR}")),
    ):
        if not any(column.field is legal for column in columns):
            plainly = [
                i for i, one in enumerate(columns) if one.field is further and pattern.fullmatch(plain(one.heading))
            ]
            for i in plainly[:1]:
                columns[i] = RollColumn(columns[i].place, columns[i].heading, legal, columns[i].is_listed)
    return columns


def _drop_repeated(columns: Sequence[RollColumn], mapped: dict[int, Field]) -> list[RollColumn]:
    """Return the columns with the second of a kind gone, or of names, as further ones; a person's word counts first."""
    further = {
        Field.LEGAL_FORENAME: Field.FORENAME, Field.PREFERRED_FORENAME: Field.FORENAME,
        Field.LEGAL_SURNAME: Field.SURNAME, Field.PREFERRED_SURNAME: Field.SURNAME,
    }  # fmt: skip
    main: dict[Field, int] = {}
    for column in sorted(columns, key=lambda column: (column.place not in mapped, column.place)):
        main.setdefault(column.field, column.place)
    kept = []
    for column in columns:
        if column.field not in _ONCE or main[column.field] == column.place:
            kept.append(column)
        elif column.field in further:
            kept.append(RollColumn(column.place, column.heading, further[column.field], column.is_listed))
    return kept
