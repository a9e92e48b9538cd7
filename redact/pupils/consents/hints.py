"""What a person is told to type where no column of an export could be taken for a purpose.

Threat: a person who does not know what to type tries what makes the sentence go away: a list of those who said yes.
Rule: the sentence names the column that most likely answers, and the option with which its answers are read.
Accepted residue: several such columns; the first is named.
"""

from __future__ import annotations

from redact.pupils.consents.cells import ANSWERS, has_answers, has_levels
from redact.pupils.consents.mapping import Wishes
from redact.pupils.consents.words.against import names_trouble
from redact.pupils.consents.words.answers import read_word
from redact.pupils.consents.words.headings import read_heading
from redact.pupils.consents.words.own import ticked
from redact.pupils.dates import read_date
from redact.pupils.tables.table import Table, fold


def hint(table: Table, wishes: Wishes, number: int, *, has_answer: bool) -> str:
    """Return what to do about a file without a purpose; a title may name it, and a person must say that it does.

    Args:
        table: the export.
        wishes: of the command.
        number: place of the pupils' numbers.
        has_answer: some column answers, and says not for what.
    """
    named = {purpose for title in table.titles for purpose in read_heading(title, wishes.purposes).purposes}
    if len(named) == 1:
        return f"A title above the heading seems to name it; if the whole file is of that, say --purpose {min(named)}"
    asking = [place for place in range(len(table.heading)) if _asks_by_level(table, place)]
    asking.sort(key=lambda place: not has_levels(table, place))
    if asking:
        return _of_words(table, wishes, asking[0], number)
    general = next((name for place, name in enumerate(table.full_heading) if _is_of_photos(table, place, wishes)), None)
    if general is not None:
        purposes = ", ".join(wishes.purposes) or "website"
        return f'Say what a yes below {general!r} permits, as the form said it: --map "{general}={purposes}"'
    if has_answer:
        return "Say which purpose its answers are for: --purpose website"
    return 'Say which column is which purpose: --map "Photo on website=website"'


def _of_words(table: Table, wishes: Wishes, place: int, number: int) -> str:
    """Return what to do about a column that answers in words of its own."""
    name, numbers = table.full_heading[place], [row.cell(number) for row in table.rows]
    if len({*numbers}) < len(numbers):
        return (
            f"{name!r} has several rows for a pupil, and no column that says yes or no; export the status of each "
            "consent too"
        )
    ticks = (ticked(row.cell(place), wishes.purposes) for row in table.rows)
    boxes = ", ".join(sorted({purpose for tick in ticks if tick is not None for purpose in tick.permitted}))
    if boxes:
        boxes = f"not {boxes}" if read_heading(name).says_no or names_trouble(name) else boxes
        return f'The answers to {name!r} name purposes; say that these are what it asks: --map "{name}={boxes}"'
    return (
        f"{name!r} answers in words of its own, such as colours or levels: say what the column is about, and "
        f'what each means: --map "{name}=website, display" --answer "School only=display" --answer "Red=no"'
    )


def _is_of_photos(table: Table, place: int, wishes: Wishes) -> bool:
    meaning = read_heading(table.full_heading[place], wishes.purposes)
    return meaning.is_of_photos and not meaning.says_no and has_answers(table, place, wishes)


def _asks_by_level(table: Table, place: int) -> bool:
    """Say whether a heading speaks of photos or consent, or is one of answers, and half below it is no known word."""
    name = table.full_heading[place]
    is_asking = read_heading(name).must_be_reported or fold(name) in ANSWERS
    cells = [cell for row in table.rows if (cell := row.cell(place))]
    unknown = sum(read_word(cell) is None and read_date(cell) is None for cell in cells)
    return is_asking and (has_levels(table, place) or 2 * unknown >= len(cells) > 0)
