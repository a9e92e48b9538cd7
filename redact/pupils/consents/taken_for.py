"""What a heading or a type of an export of consents is taken for: as a person said, or as its words say.

Threat, rule and residue: see columns.py, which asks this for each column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from redact.pupils.consent import KNOWN_PURPOSES
from redact.pupils.consents.cells import are_numbers
from redact.pupils.consents.mapping import COLUMNS, IGNORED, ExportRefused, Mapping, Wishes
from redact.pupils.consents.words.against import names_trouble
from redact.pupils.consents.words.answers import known_purpose
from redact.pupils.consents.words.headings import (
    Meaning,
    is_of_other_matter,
    names_photos_and_video,
    read_heading,
    says_no,
)
from redact.pupils.consents.words.own import is_of_answer
from redact.pupils.tables.table import Table, fold

_IGNORE: Final = frozenset({"ignore", "-", "none", "skip", "nothing"})


def map_types(table: Table, place: int, wishes: Wishes) -> list[Mapping]:
    """Return how each type of a long export is understood, with the number of its rows."""
    spelled = {fold(row.cell(place)): row.cell(place) for row in reversed(table.rows) if row.cell(place)}
    counted = Counter(fold(row.cell(place)) for row in table.rows if row.cell(place))
    return [replace(map_heading(spelled[folded], wishes), rows=rows) for folded, rows in counted.items()]


def map_heading(name: str, wishes: Wishes, short: str | None = None) -> Mapping:
    """Return what a heading or type is taken for: what a person says counts before what its words say.

    Args:
        name: as it is shown, with what stands over the heading.
        wishes: of the command.
        short: the heading alone.
    """
    meaning = read_heading(name, wishes.purposes)
    names = {fold(name), fold(short or name)}
    by_person = (*wishes.mapped, *(pair for pair in wishes.remembered if _is_of_heading(pair[1])))
    wished = next((value for given, value in by_person if fold(given) in names), None)
    if wished is not None:
        return _map_as_wished(name, wished, meaning, wishes)
    if meaning.is_of_days:
        return Mapping(name, must_be_reported=bool(meaning.purposes))
    is_confirmed = wishes.confirms_guesses and bool(meaning.purposes) and not meaning.is_unclear
    is_certain = (meaning.is_certain and wishes.trusts_headings) or is_confirmed
    says_no_clearly = meaning.says_no and not meaning.is_unclear
    return Mapping(
        name,
        meaning.purposes,
        is_certain=is_certain,
        refuses=bool(meaning.purposes) and says_no_clearly and wishes.trusts_headings and not is_certain,
        says_no=meaning.says_no,
        takes_no_for_yes=meaning.says_no and is_confirmed and not names_trouble(name),  # no concern is no consent
        is_confirmed=is_confirmed,
        is_unclear=meaning.is_unclear,
        must_be_reported=meaning.must_be_reported,
    )


def _is_of_heading(meaning: str) -> bool:
    return meaning not in COLUMNS and not is_of_answer(meaning)


def _map_as_wished(name: str, wished: str, meaning: Meaning, wishes: Wishes) -> Mapping:
    purposes, is_turned = read_mapped(wished, wishes.purposes)
    if purposes and meaning.is_unclear:
        what = f"{name!r} says no twice, or no with an exception, so it is not clear what a yes below it means"
        raise ExportRefused(what, f'Give the column another heading, or leave it out: --map "{name}={IGNORED}"')
    says_no = bool(purposes) and (meaning.says_no or is_turned or names_trouble(name))
    return Mapping(
        name,
        purposes,
        is_certain=True,
        says_no=says_no,
        # "No website=website" names the purpose, and not what a bare no below it means
        takes_no_for_yes=says_no and (is_turned or (wishes.confirms_guesses and not names_trouble(name))),
        is_confirmed=True,
    )


def read_mapped(text: str, further: tuple[str, ...] = ()) -> tuple[tuple[str, ...], bool]:
    """Return the purposes that a person maps a heading to, none for "ignore", and whether its answers are turned over.

    Args:
        text: "website", "website, press", "not website" or "ignore".
        further: purposes of the workspace beside the usual ones.

    Raises:
        ExportRefused: a purpose is not known.
    """
    words = fold(text)
    if words in _IGNORE:
        return (), False
    is_turned = words.startswith("not ")
    purposes = tuple(known_purpose(part, further) for part in words.removeprefix("not ").replace("+", ",").split(","))
    found = tuple(purpose for purpose in purposes if purpose is not None)
    if len(found) < len(purposes):
        hint = f"The known ones are {', '.join(dict.fromkeys((*KNOWN_PURPOSES, *further)))}, and {IGNORED}"
        raise ExportRefused("--map names a purpose that is not known", hint)
    return tuple(dict.fromkeys(found)), is_turned


def check_mapped(mappings: Sequence[Mapping], wishes: Wishes) -> tuple[Mapping, ...]:
    """Return `mappings` if all that the command maps is there: a slip in --map must not pass for a missing answer."""
    there = {fold(part) for mapping in mappings for part in _parts(mapping.name)}
    missing = [name for name, _ in wishes.mapped if fold(name) not in there]
    if missing:
        raise ExportRefused(f"the file has no column or type called {missing[0]!r}", "Check the spelling of --map")
    return tuple(mappings)


def check_is_of(wishes: Wishes, titles: Sequence[str], *types: str) -> None:
    """Check that a file of one purpose is of the one that the command says: it may be last year's command.

    Args:
        wishes: of the command.
        titles: what stands above the heading, and a sheet's name.
        types: of consent, below the heading of types.

    Raises:
        ExportRefused: the file says in usual words that it is of another purpose, or of no photo.
    """
    others = [
        text
        for text in (*titles, *types)
        if (meaning := read_heading(text, wishes.purposes)).is_certain and wishes.purpose not in meaning.purposes
        if not names_photos_and_video(text)  # the name of many a form for all of them
    ]
    others += [text for text in types if is_of_other_matter(text)]
    if others:
        what = f"it says that it is of {others[0]!r}, and the command says {wishes.purpose}"
        raise ExportRefused(what, "Give the purpose that the file is of, or the file that is of that purpose")


def check_no_own_answers(table: Table, wishes: Wishes, taken: Collection[int | None]) -> None:
    """Check that no column speaks of photos in words of its own: "Only the website" is no yes to all, and may be a no.

    Raises:
        ExportRefused: one does.
    """
    for place, name in enumerate(table.full_heading):
        meaning = read_heading(name, wishes.purposes)
        if place in taken or meaning.is_of_days or not (meaning.must_be_reported or says_no(name)):
            continue
        if are_numbers(table, place) or map_heading(name, wishes, table.heading[place]).is_confirmed:
            continue  # "Admission No", or what a person leaves out
        if any(row.cell(place) for row in table.rows):
            what = f"the column {name!r} may say what each pupil answered, in words of its own"
            hint = (
                f'Leave --purpose and --state out, and say what they mean: --map "{name}=website" --answer "WORD=no"; '
                f'or, where it answers nothing, leave the column out: --map "{name}={IGNORED}"'
            )
            raise ExportRefused(what, hint)


def _parts(name: str) -> Iterator[str]:
    """Yield a heading with what stands over it, and alone."""
    yield name
    yield name.rpartition(": ")[2]
