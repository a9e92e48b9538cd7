"""What a school's own words for an answer mean: colours, levels, "School only"; as a person said, never otherwise.

Threat: "Amber" or "School only" is taken for a yes, or passed over beside a yes.
Rule: names of purposes alone are boxes that were ticked, unless a person said of one what it means.  Any other word
that no table lists (answers.py) says nothing until a person says what it means: yes, no, pending, or the purposes that
it permits, and then it refuses the others of its column.  A listed yes or no keeps its meaning, and below a heading
that says no such a word is never a yes.  What was said is remembered as headings are.
Accepted residue: a person who says that "Amber" is a yes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from redact.pupils.consent import NOES, State
from redact.pupils.consents.mapping import COLUMNS, ExportRefused, Wishes
from redact.pupils.consents.words.answers import WORDS, certain_purpose, known_purpose, parted
from redact.pupils.tables.table import Table, fold, plain

#: How the memory spells that a heading is none, but a word that answers: "answer website, press".
REMEMBERED: Final = "answer "
#: No answer, or none of the levels: below a heading of levels it is no yes.
NOTHING: Final = "none"
_STATES: Final = {"yes": State.GIVEN, "no": State.REFUSED, "pending": State.PENDING}
#: How forms spell the usual purposes beside their own names, as words.
_MEANT: Final = {
    "school website": "website", "the school website": "website", "our website": "website", "web site": "website",
    "school social media": "social-media", "our social media": "social-media", "school newsletter": "newsletter",
    "newsletters": "newsletter", "school prospectus": "prospectus", "local press": "press", "displays": "display",
    "school displays": "display", "displays in school": "display", "videos": "video",
}  # fmt: skip
_LEVEL: Final = re.compile(
    r"(?:dark |light )?(?:red|amber|orange|yellow|green|blue|white|gr[ae]y|black|purple|pink|gold|silver|bronze)"
    r"|(?:level|tier|category|cat|band|option|stage|group|code) ?[a-z0-9]{1,3}|[a-z0-9]"
    r"|.*\b(?:only|full|fully|partial(?:ly)?|partly|limited|restricted|internal(?:ly)?|in house|in school|some)\b.*"
    rf"|{NOTHING}"
)


@dataclass(frozen=True, slots=True)
class OwnWord:
    """What one word means."""

    state: State  # of the purposes that are not permitted
    permitted: tuple[str, ...] = ()
    is_mark: bool = False  # a single sign, as it is put into a box: an "x"

    def answers(self, purposes: tuple[str, ...], *, says_no: bool) -> Iterator[tuple[State | None, tuple[str, ...]]]:
        """Yield the answer and the purposes of a column that have it; None is an answer that is not understood.

        Args:
            purposes: of the column.
            says_no: the column's heading does.
        """
        if says_no and self.state is State.GIVEN and self.is_mark:
            yield State.REFUSED, purposes  # the box of the no is marked, as "Yes" below it would mark it
            return
        if (says_no and self.state not in NOES | {State.PENDING}) or (says_no and self.permitted):
            yield None, purposes
            return
        yes = tuple(purpose for purpose in purposes if purpose in self.permitted)
        if yes:
            yield State.GIVEN, yes
        if rest := tuple(purpose for purpose in purposes if purpose not in yes):
            yield self.state, rest


def own_words(wishes: Wishes) -> dict[str, OwnWord]:
    """Return what a person said of words, now and earlier, by the folded word.

    Raises:
        ExportRefused: a meaning is not known, or a word has one already.
    """
    earlier = ((word, meaning.removeprefix(REMEMBERED)) for word, meaning in wishes.remembered if is_of_answer(meaning))
    return {fold(word): _read(word, meaning, wishes.purposes) for word, meaning in (*earlier, *wishes.answers)}


def ticked(cell: str, further: tuple[str, ...]) -> OwnWord | None:
    """Return what the boxes that a parent ticked permit, where a cell is names of purposes alone; else None.

    So do forms write several answers to one question: "Website;Social media;".  What was not ticked is refused.
    """
    parts = [part.strip() for part in re.split(r"[;,\n]", cell) if part.strip()]
    found = [certain_purpose(part, further) or _MEANT.get(plain(part)) for part in parts]
    permitted = tuple(purpose for purpose in found if purpose is not None)
    return OwnWord(State.REFUSED, permitted) if parts and len(permitted) == len(parts) else None


def is_of_answer(meaning: str) -> bool:
    """Say whether a remembered meaning is one of a word that answers, and of no heading."""
    return meaning.startswith(REMEMBERED) and meaning not in COLUMNS  # "answer column" is a heading's


def _read(word: str, meaning: str, further: tuple[str, ...]) -> OwnWord:
    if WORDS.get(fold(word).rstrip(".!")) not in {None, State.PENDING}:
        raise ExportRefused(f"{word!r} is an answer that is known", "Leave it out of --answer")
    if (state := _STATES.get(fold(meaning))) is not None:
        return OwnWord(state, is_mark=len(word.strip()) == 1)
    found = [known_purpose(part, further) for part in meaning.replace("+", ",").split(",")]
    permitted = tuple(purpose for purpose in found if purpose is not None)
    if len(permitted) < len(found):
        hint = 'An answer means yes, no, pending, or the purposes that it permits: --answer "School only=display"'
        raise ExportRefused("--answer has a meaning that is not known", hint)
    return OwnWord(State.REFUSED, permitted)


def check_own_words(table: Table, wishes: Wishes) -> None:
    """Check that the words of the command are there: a slip must not pass for an answer that nobody gave.

    Raises:
        ExportRefused: one is not.
    """
    there = {fold(cell) for row in table.rows for cell in row.cells}
    for word, _ in wishes.answers:
        if fold(word) not in there:
            raise ExportRefused(f"no cell says {word!r}", "Check the spelling of --answer")


def is_level(cell: str) -> bool:
    """Say whether a cell is a colour, a level, a single sign, or says how far something goes: "School only".

    A day may stand behind it: "Amber 03/04/2024".
    """
    return _LEVEL.fullmatch(plain(parted(cell)[0])) is not None
