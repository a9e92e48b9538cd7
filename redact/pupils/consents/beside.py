"""What stands beside the answers of a row and speaks against a yes there.

Threat: "Court order: Yes", "Pupil's answer: No", "Valid: No" or "Alert: photographs must not be published" stands in a
column that nobody reads, and the yes beside it is taken; or an unquoted comma moves a row's answers one column on.
Rule: a yes of such a row is pending and reported, or the no that a further column of answers says; what a person says
of the heading (`ignore`) counts first, and what it leaves out of this kind is reported at every import: it is
remembered, and who imports next year did not say it.  A note that says no, or how far a yes goes, makes it pending; a
further note is reported, and its row is taken.
Accepted residue: a column that says nothing of it, in its heading or in words: "Code: 7".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from redact.pupils.consent import NOES, Consent, State
from redact.pupils.consents.cells import has_answers
from redact.pupils.consents.mapping import Columns, Form, Mapping, Wishes
from redact.pupils.consents.taken_for import map_heading
from redact.pupils.consents.words.against import (
    is_of_notes,
    keeps_from_view,
    speaks_against,
    takes_back,
    tells_first_of_a_no,
    tells_of_a_no,
)
from redact.pupils.consents.words.answers import read_word, refuses
from redact.pupils.consents.words.headings import fold_apart, is_of_other_matter, read_heading
from redact.pupils.dates import read_date
from redact.pupils.rolls.headings import choose_fields
from redact.pupils.tables.table import Row, Table, plain

#: Why a child may not be shown whatever its parents say.
_GUARDED: Final = re.compile(
    r"\b(?:courts?|injunctions?|(?:care|anonymity|protection|steps|guardianship) orders?|anonym\w*|adopt(?:ed|ion|ee)"
    r"|foster\w*|looked after|lac|cla|in care|child protection|cpp?|safeguard\w*|refuge|witness\w*|at risk|risks?"
    r"|vulnerab\w*|sensitiv\w*|confidential\w*|high profile|vip|domestic|abduct\w*|whereabouts|prohibited"
    r"|reasons? (?:for |of |why )*(?:refus\w*|declin\w*|withdr\w*|object\w*|no|not)"
    r"|no contact|contact restrictions?|legal restrictions?|ban|banned)\b"
)
#: How far a yes goes: a child that may be seen in a group, or from behind, may not be shown by its face.
_LIMIT: Final = re.compile(
    r"\b(?:(?:groups?|class|team|internal|in school|wide|distan(?:t|ce)|side|rear|back)(?: \w+)? only"
    r"|only (?:in |from |the |a |at )*(?:groups?|class|internal\w*|school|back|behind|side|distance)"
    r"|back of (?:the )?head|from behind|no close ?ups?|no(?:t)? (?:full )?faces?|no individual\w*|unidentif\w*)\b"
)
#: A further answer to the same question: the pupil's own beside the parent's, a state of the consent.
_ANSWER: Final = re.compile(
    r"(?:(?:pupil|student|child|learner|young person|parent|carer|mother|father|guardian|other|second|photo|consent"
    r"|permission|new|final|latest|revised|amended|changed|updated)(?: s)? )*(?:own )?(?:to|correction|override|update"
    r"|amendment|change|responses?|answers?|decision|reply|outcome|granted|given|consent(?:s|ed)?"
    r"|permission|agree(?:s|d|ment)?|assent|state|status|choice|views?|wish(?:es)?"
    r"|(?:is )?(?:happy|ok|okay|willing|safe|cleared)(?: to (?:use|show|publish|photograph|post|share))?)(?: \d)?"
)
#: People whose answer it may be, where most of what stands below it is answers and no names.
_PEOPLE: Final = re.compile(
    r"(?:(?:other|second|first|both) )?(?:pupil|student|child|learner|parent|carer|guardian|mother|father|mum|dad)s?"
    r"(?: \d)?"
)
#: Whether a child may be seen, and the answer of another year: where answers stand below it, a no is one.
_SEEN: Final = re.compile(
    r".*\b(?:faces?(?! to face)(?<!to face)|close ?ups?|shown?|publish\w*|identifiable)\b.*"
    r"|(?:(?:school|academic) )?(?:year )?20\d\d(?: \d\d)?|"
)
#: How far a consent has come, in words that take nothing from a yes.
_FINE: Final = re.compile(
    r"(?:is |form |consent )*(?:live|active|current|valid|in force|effective|complete(?:d)?|returned|received|submitted"
    r"|responded|answered|signed|verified|checked|processed|recorded|on file|online|on ?line form|paper|paper form|open"
    r"|up to date|final|on roll|enrolled|single registration|main|dual|all)"
)
#: Headings of a state that may be the pupil's, not the consent's.
_STATE_OF_ANYTHING: Final = frozenset({"status", "state", "pupil status", "student status", "pupil state"})
_BACK: Final = r"(?:form|slip|letter)s? (?:returned|received|signed|completed|back|in)"
#: Whether the answers of a row count at all.
_VALID: Final = re.compile(
    r"(?:is )?(?:still )?(?:the )?(?:valid|active|current|live|in force|effective|latest|most recent|newest)"
    r"(?: (?:record|version))?"
    r"|(?:has |with )?(?:parental responsibility|pr)"  # who has none cannot consent for a child
    rf"|(?:(?:consent|permission|photo|reply|signed) )*{_BACK}"
)
#: The same of a form for one purpose: "Website form returned".
_CAME_BACK: Final = re.compile(rf"\b{_BACK}$")
_NOT_BACK: Final = re.compile(
    r"\b(?:form|slip|letter)s? (?:not (?:yet )?(?:returned|received|signed|completed|back|in)|outstanding|missing)$"
)
_VOID: Final = re.compile(
    r"(?:is )?(?:superseded|replaced|deleted|archived|expired|lapsed|ended|void(?:ed)?|invalid|inactive|obsolete"
    r"|historic(?:al)?|out of date|conditional|disputed|queried|under review|suspended)"
)
_ENDING: Final = NOES | {State.EXPIRED}
_NOTHING: Final = frozenset({"0", "none", "nil"})
_WRITE: Final = "write what counts into the cells alone"
_IGNORE: Final = 'or leave it out: --map "HEADING=ignore"'


class _Kind(Enum):
    """What a column beside the answers is."""

    GUARD = auto()  # anything but a no or a blank there is a reason not to show the child
    VALID = auto()  # a no there takes the answers away
    ANSWER = auto()  # a further answer to the same question: the pupil's own, the other parent's
    NOTE = auto()  # words of a person
    OTHER = auto()  # nothing, unless a cell speaks against photos


@dataclass(frozen=True, slots=True)
class Beside:
    """A column beside the answers."""

    place: int
    kind: _Kind
    is_of_anything: bool = False  # "Status", which may be of the pupil
    is_of_other_matter: bool = False  # "Swimming", or one purpose: a no there is none to the others


@dataclass(frozen=True, slots=True)
class Doubt:
    """What one row has beside its answers."""

    place: int | None
    what: str  # a sentence part; no cell is quoted
    state: State | None  # what a yes of the row becomes; None: it stays, and a person looks


def columns_beside(table: Table, columns: Columns, wishes: Wishes) -> tuple[Beside, ...]:
    """Return the columns that are not read as answers, days or names, and that nobody said to leave out."""
    asked = (*columns.asked, *columns.ended, *columns.general)
    used = {columns.upn, columns.type, columns.given, columns.expires, columns.source}
    used |= {place for one in asked for place in (one.place, one.given, one.expires)}
    used |= set(choose_fields(table.heading).of_names)
    return tuple(
        Beside(
            place,
            _kind_in(table, place, columns, wishes),
            is_of_anything=plain(name) in _STATE_OF_ANYTHING,
            is_of_other_matter=is_of_other_matter(name) or bool(read_heading(name, wishes.purposes).purposes),
        )
        for place, name in enumerate(table.full_heading)
        if place not in used and not map_heading(name, wishes, table.heading[place]).is_confirmed
    )


def left_out(mappings: Sequence[Mapping], wishes: Wishes) -> Iterator[str]:
    """Yield the headings and types that a person's word leaves out although they may say no."""
    for one in mappings:
        may_say_no = read_heading(one.name, wishes.purposes).must_be_reported or _kind(one.name) is not _Kind.OTHER
        if one.is_confirmed and not one.purposes and may_say_no:
            yield one.name


def _kind_in(table: Table, place: int, columns: Columns, wishes: Wishes) -> _Kind:
    name = table.full_heading[place]
    kind, words, meaning = _kind(name), plain(fold_apart(name)), read_heading(name, wishes.purposes)
    if kind is not _Kind.OTHER or not has_answers(table, place, wishes):
        return kind
    # "Parental permission for photos: No" beside "Consent given: Yes"; a row for each answer has its purpose elsewhere
    asks = meaning.is_answer or meaning.is_of_photos or (columns.form is Form.LONG and bool(meaning.purposes))
    if asks and meaning.says_no:
        return _Kind.GUARD
    is_seen = _SEEN.fullmatch(words) is not None and not is_of_other_matter(name)  # without a heading, too
    return _Kind.ANSWER if asks or is_seen or _PEOPLE.fullmatch(words) is not None else kind


def _kind(heading: str) -> _Kind:
    words = plain(fold_apart(heading))
    meaning = read_heading(heading)
    is_told, is_of_no = meaning.must_be_reported, meaning.says_no or tells_of_a_no(heading)
    if _CAME_BACK.search(words) and is_of_no and not _NOT_BACK.search(words):
        return _Kind.GUARD  # "Opt-out form returned", "Do not photograph form signed": a yes there is the no
    if _VALID.fullmatch(words) or (_CAME_BACK.search(words) and is_told):
        return _Kind.VALID
    if _ANSWER.fullmatch(words):
        return _Kind.ANSWER
    is_of_all = not meaning.purposes  # what is of one purpose is read, or told, as a heading
    says_how_far = _LIMIT.search(words) is not None or tells_of_a_no(heading)
    if (
        (_NOT_BACK.search(words) and is_told)
        or _GUARDED.search(words)
        or _VOID.fullmatch(words)
        or (is_of_all and says_how_far)
        or keeps_from_view(heading)
    ):
        return _Kind.GUARD
    return _Kind.NOTE if is_of_notes(heading) else _Kind.OTHER


def doubts_of(row: Row, table: Table, beside: tuple[Beside, ...]) -> Iterator[Doubt]:
    """Yield what speaks against the yeses of a row, and the notes that a person must read."""
    if any(row.cells[len(table.heading) :]):
        yield Doubt(
            None,
            "has more cells than the heading, so its answers may have moved, and a yes is pending; put cells with "
            "commas in quotation marks, or export it again",
            State.PENDING,
        )
    if row.struck:
        what = f"is struck through, so a yes of its row is pending; look, and {_WRITE}"
        yield Doubt(min(row.struck), what, State.PENDING)
    for place, text in row.comments:
        if text.strip():
            yield _doubt_of_comment(place, text)
    for one in beside:
        cell = row.cell(one.place)
        if cell and (doubt := _doubt(one, cell)) is not None:
            yield doubt


def _doubt(one: Beside, cell: str) -> Doubt | None:
    answer = read_word(cell)
    is_no = answer in {State.PENDING, State.REFUSED} or cell.casefold() in _NOTHING
    if one.kind is _Kind.ANSWER:
        return _doubt_beside(one, cell, answer)
    if one.kind is _Kind.GUARD and not is_no:
        what = (
            "may be a reason not to show the pupil, so a yes of its row is pending; a pupil who must not be shown: "
            'redact consent never-show UPN; a column that is of something else: --map "HEADING=ignore"'
        )
        return Doubt(one.place, what, State.PENDING)
    is_void = is_no or answer in _ENDING or _is_odd(cell, answer)  # "Not returned", of a form
    if one.kind is _Kind.VALID and is_void:
        return Doubt(one.place, f"takes its row's answers away, so a yes is pending; look, {_IGNORE}", State.PENDING)
    says_no = refuses(cell) or (answer is None and tells_first_of_a_no(cell))
    if (answer is None and _speaks_against(cell)) or (says_no and not one.is_of_other_matter):
        what = f"has words against photos, so a yes of its row is pending; look, {_IGNORE}"
        return Doubt(one.place, what, State.PENDING)
    return _doubt_of_note(one, cell) if one.kind is _Kind.NOTE and answer is None else None


def _doubt_of_comment(place: int, text: str) -> Doubt:
    if _may_take_back(text):
        what = (
            f"has a comment that may limit or take back the answers, so a yes of its row is pending; look, and {_WRITE}"
        )
        return Doubt(place, what, State.PENDING)
    return Doubt(place, f"has a comment at the cell; look whether it limits an answer, and {_WRITE}", None)


def _may_take_back(text: str) -> bool:
    words = plain(text)
    return takes_back(text) or _GUARDED.search(words) is not None or _LIMIT.search(words) is not None


def _doubt_of_note(one: Beside, cell: str) -> Doubt:
    if _may_take_back(cell):
        what = f"has a note that may limit or take back its answers, so a yes of its row is pending; look, {_IGNORE}"
        return Doubt(one.place, what, State.PENDING)
    return Doubt(one.place, f"has a note beside its answers; look whether it limits one, {_IGNORE}", None)


def _doubt_beside(one: Beside, cell: str, answer: State | None) -> Doubt | None:
    """Return what a further answer to the same question says against a yes; words that nobody knows say it too."""
    if answer in _ENDING:
        return Doubt(one.place, "says no beside a yes; the no counts", answer)
    if not _is_odd(cell, answer):
        return None
    if one.is_of_anything and not _VOID.fullmatch(plain(cell)):
        return Doubt(one.place, f"is not understood beside the answers; look, {_IGNORE}", None)
    what = f"is not understood beside the answers, so a yes of its row is pending; look, {_IGNORE}"
    return Doubt(one.place, what, State.PENDING)


def _is_odd(cell: str, answer: State | None) -> bool:
    """Say whether a cell is no answer, no day, and no word for how far a consent has come."""
    return answer is None and read_date(cell) is None and _FINE.fullmatch(plain(cell)) is None


@lru_cache(maxsize=4096)
def _speaks_against(cell: str) -> bool:
    return speaks_against(cell)


def unless_doubted(consent: Consent, doubts: Iterable[Doubt]) -> Consent:
    """Return the answer; a yes is what speaks most strongly against it beside it, a no or pending."""
    states = [one.state for one in doubts if one.state is not None]
    if consent.state is not State.GIVEN or not states:
        return consent
    worst = max((replace(consent, state=state) for state in states), key=lambda one: one.strictness)
    return replace(worst, given_on=None, expires_on=None) if worst.state is State.PENDING else worst
