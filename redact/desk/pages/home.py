"""The task list: what waits for this person, by their roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from redact.desk.pages.words import STANDINGS, count
from redact.posts.queue import Standing

_FIRST = (Standing.RECALLED, Standing.ASKS, Standing.TO_REVIEW, Standing.HELD, Standing.WANTED, Standing.REFUSED)
_TITLES = {
    Standing.TO_REVIEW: "Review photos",
    Standing.ASKS: "Answer questions about photos",
    Standing.RECALLED: "See to recalled copies",
    Standing.HELD: "See to held photos",
    Standing.REFUSED: "See to refused files",
    Standing.WANTED: "Bring originals back",
}
_HINTS = {
    Standing.TO_REVIEW: "Redacted and checked. One look each.",
    Standing.ASKS: "In each, the program is not sure about a place.",
    Standing.RECALLED: "A consent has gone, or a person recalled them. These copies must not be used.",
    Standing.HELD: "The program could not finish these by itself.",
    Standing.REFUSED: "These files are no pictures, are broken, or are unsafe to open.",
    Standing.WANTED: "The originals are needed once more, from their devices.",
}
#: The same for who works with the copies, and decides on none: these wait for somebody else.
_OFFICE: Final = {
    Standing.TO_REVIEW: ("Photos for a reviewer", "Each waits for a reviewer. You can cover more, or recall it."),
    Standing.ASKS: (
        "Photos with a question",
        "In each, the program is not sure about a place. You can answer where it is bare; a reviewer decides.",
    ),
}
_WORKED_THROUGH = frozenset({Standing.TO_REVIEW, Standing.ASKS})  # one photo after the other


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list."""

    title: str
    hint: str
    href: str
    status: str  # "3 photos", "Nothing to do"
    is_waiting: bool
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Lot:
    """How many of one kind wait for somebody, and the page of the one that waits alone."""

    number: int
    only: str = ""  # "" where none or several wait: then the list is opened

    @classmethod
    def of(cls, hrefs: Sequence[str]) -> Lot:
        """Return those at these addresses."""
        return cls(len(hrefs), hrefs[0] if len(hrefs) == 1 else "")


NONE: Final = Lot(0)


def list_tasks(counts: Mapping[Standing, int], *, may_decide: bool) -> tuple[Task, ...]:
    """Return the tasks about photos; what has nothing to do stands last, and what a reviewer has to do before that."""
    tasks = [_task(standing, counts.get(standing, 0), may_decide=may_decide) for standing in _FIRST]
    return tuple(sorted(tasks, key=lambda task: not task.is_waiting))


def _task(standing: Standing, number: int, *, may_decide: bool) -> Task:
    is_for_others = not may_decide and standing in _OFFICE
    title, hint = _TITLES.get(standing, STANDINGS[standing]), _HINTS[standing]
    if is_for_others:
        title, hint = _OFFICE[standing]
    is_opened = standing in _WORKED_THROUGH and may_decide  # one after the other; of the others, the one that is alone
    page = "/photos/next" if number and (is_opened or number == 1) else "/photos"
    return Task(
        title,
        hint,
        f"{page}?standing={standing.value}",
        count(number, "photo") if number else "Nothing to do",
        is_waiting=bool(number) and not is_for_others,
        is_urgent=bool(number) and standing is Standing.RECALLED,
    )
