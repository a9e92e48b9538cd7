"""What a new roll would change: who is new, changed, back, or missing from it.

Threat: half a roll, taken for the whole, marks half the school as left: names are no longer looked for in pictures,
and a child's name on a certificate is published.
Rule: who is missing is reported, and marked as left only when a person says that the file lists every pupil; more
than the workspace's share of them stops a second time (redact/pupils/consents/diff.py, `is_large`).
A row that says that the pupil has left is not taken: the pupil counts as missing (leavers.py).
A roll is one school's: who stands on another's is neither missing nor left.  A pupil with a true UPN who stands on the
roll of another school has moved, and many at once are asked about: it may be the other school's file; a number of any
other kind may be another child's, and is reported and not taken; so is that of a child of another name who was on the
roll before the workspace knew schools.
Accepted residue: a pupil whose number changed (temporary to permanent) is a new one and a missing one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from redact.errors import counted
from redact.pupils.adults import is_adult
from redact.pupils.consents.diff import MOST_CHANGED_SHARE, is_large
from redact.pupils.roll import Pupil, Roll
from redact.pupils.rolls.headings import Field
from redact.pupils.upn import is_pupil_number, is_upn, tidy_upn


@dataclass(frozen=True, slots=True)
class RollDifference:
    """What an import of a roll would do."""

    rows: int
    known: int  # pupils on the school's roll who have not left
    has_number: bool = True  # a column of the file has the pupils' numbers
    new: tuple[Pupil, ...] = ()
    altered: tuple[Pupil, ...] = ()  # a name, year or class differs
    renamed: tuple[str, ...] = ()  # UPNs of these of whom a name is gone: it is no longer looked for
    named: tuple[str, ...] = ()  # UPNs of these whose names differ, and none is gone
    returned: tuple[Pupil, ...] = ()  # had left: their consents count again
    missing: tuple[str, ...] = ()  # UPNs of the roll that the file does not list
    unnumbered: tuple[int, ...] = ()  # rows without a pupil number: nothing can be written for them
    repeated: tuple[int, ...] = ()  # rows that say other things of a number than an earlier one: only names are taken
    moved: tuple[str, ...] = ()  # UPNs of these who stood on the roll of another school
    elsewhere: tuple[int, ...] = ()  # rows whose number another school's pupil has, and is no UPN: not taken
    leavers: tuple[int, ...] = ()  # rows that say that the pupil has left: not taken
    unchecked: tuple[int, ...] = ()  # rows whose number is no UPN, or has a wrong check letter: taken, and reported

    @property
    def changed(self) -> int:
        """How many pupils the file changes, those missing not counted."""
        return len(self.new) + len(self.altered) + len(self.returned)

    @property
    def is_clean(self) -> bool:
        """Whether every row was taken."""
        return not (self.unnumbered or self.repeated or self.elsewhere or self.leavers)


def diff_roll(
    known: Mapping[str, tuple[Pupil, bool]], roll: Roll, school: str = "", today: date = date.min
) -> RollDifference:
    """Return what importing `roll` would change.

    Args:
        known: every pupil there ever was, by UPN, with whether the pupil has left.
        roll: as the file has it.
        school: whose roll it is.
        today: the school's day; who leaves on it, or later, is here.
    """
    rows = _read_rows(known, roll, school, today)
    listed = rows.listed
    present = {upn: pupil for upn, (pupil, has_left) in known.items() if not has_left}
    altered = tuple(pupil for upn, pupil in listed.items() if upn in present and present[upn] != pupil)
    pairs = [(present[pupil.upn], pupil) for pupil in altered]
    return RollDifference(
        rows=len(roll.pupils),
        has_number=any(column.field is Field.UPN for column in roll.columns),
        known=sum(pupil.school == school for pupil in present.values()),
        new=tuple(pupil for upn, pupil in listed.items() if upn not in known),
        altered=altered,
        renamed=tuple(now.upn for before, now in pairs if _has_lost_a_name(before, now)),
        named=tuple(
            now.upn for before, now in pairs if _names(before) != _names(now) and not _has_lost_a_name(before, now)
        ),
        returned=tuple(pupil for upn, pupil in listed.items() if upn in known and upn not in present),
        missing=tuple(sorted(upn for upn in present.keys() - listed.keys() if present[upn].school == school)),
        unnumbered=tuple(rows.unnumbered),
        repeated=tuple(rows.repeated),
        moved=tuple(pupil.upn for pupil in altered if _is_of_another(known, pupil)),
        elsewhere=tuple(rows.elsewhere),
        leavers=tuple(rows.leavers),
        unchecked=tuple(rows.unchecked),
    )


@dataclass(slots=True)
class _Rows:
    """The rows of a file, by what is done with each; the lists are as those of `RollDifference`."""

    listed: dict[str, Pupil] = field(default_factory=dict)  # taken, by UPN
    unnumbered: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    elsewhere: list[int] = field(default_factory=list)
    leavers: list[int] = field(default_factory=list)
    unchecked: list[int] = field(default_factory=list)


def _read_rows(known: Mapping[str, tuple[Pupil, bool]], roll: Roll, school: str, today: date) -> _Rows:
    rows = _Rows()
    left = {row for row, day in roll.left if day < today}
    tidied = ((row, replace(pupil, upn=tidy_upn(pupil.upn), school=school)) for row, pupil in roll.numbered)
    for row, pupil in tidied:
        if not is_pupil_number(pupil.upn) or is_adult(pupil.upn):
            rows.unnumbered.append(row)
        elif row in left:
            rows.leavers.append(row)
        elif not is_upn(pupil.upn) and (_is_of_another(known, pupil) or _is_of_no_school_yet(known, pupil)):
            rows.elsewhere.append(row)
        elif (first := rows.listed.setdefault(pupil.upn, pupil)) is not pupil:
            if pupil != first:  # a report with a row for each parent says the same of the pupil in all of them
                rows.listed[pupil.upn] = _with_names_of(first, pupil)
                rows.repeated.append(row)
        elif not is_upn(pupil.upn):
            rows.unchecked.append(row)
    return rows


def _with_names_of(first: Pupil, other: Pupil) -> Pupil:
    """Return the first with the names of another row of its number: a twin's, or a name that it goes by."""
    fore = tuple(name for name in other.forenames if name not in first.forenames)
    sur = tuple(name for name in other.surnames if name not in first.surnames)
    return replace(first, more_forenames=(*first.more_forenames, *fore), more_surnames=(*first.more_surnames, *sur))


def _is_of_another(known: Mapping[str, tuple[Pupil, bool]], pupil: Pupil) -> bool:
    """Say whether the pupil's number stands on the roll of another school, left or not."""
    there = known.get(pupil.upn)
    return there is not None and there[0].school not in {"", pupil.school}


def _is_of_no_school_yet(known: Mapping[str, tuple[Pupil, bool]], pupil: Pupil) -> bool:
    """Say whether the number is of a child of another name, from before schools were told apart: its consents stay."""
    before = known[pupil.upn][0] if pupil.upn in known else pupil
    if before.school or not pupil.school:
        return False
    pairs = ((before.forenames, pupil.forenames), (before.surnames, pupil.surnames))
    return any({*map(str.casefold, one)}.isdisjoint(map(str.casefold, other)) for one, other in pairs)


def roll_alarms(difference: RollDifference, *, is_full: bool) -> tuple[str, ...]:
    """Return why the import needs a second confirmation; new pupils need none, for a name more only covers more."""
    gone = len(difference.missing) if is_full else 0
    renamed, moved = len(difference.renamed), len(difference.moved)
    if not is_large(gone + renamed + moved, difference.known):
        return ()
    numbers = ((gone, "leave"), (renamed, "lose a name"), (moved, "come from another school (is the file this one's?)"))
    parts = [f"{counted(number, 'pupil')} {what}" for number, what in numbers if number]
    return (f"{' and '.join(parts)}, of {difference.known}, which is more than {MOST_CHANGED_SHARE:.0%}",)


def _names(pupil: Pupil) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return pupil.forenames, pupil.surnames


def _has_lost_a_name(before: Pupil, now: Pupil) -> bool:
    return not {*before.forenames} <= {*now.forenames} or not {*before.surnames} <= {*now.surnames}
