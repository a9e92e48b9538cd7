"""Check an exported record against its checkpoints and the copies of them from a second place.

Threat: an edited entry, a cut tail, a replaced log, reordered entries, a forged checkpoint, a body that vanished
without an erasure, a deletion whose end (or beginning) is missing.
Rule: the numbered checks of docs/audit-log.md section 6, in that order; what could not be checked is *not done*,
never passed.  redact/audit/standalone.py does the same in one file and shares no line with this package.
Accepted residue: section 7 of that document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from redact.audit import tree
from redact.audit.checkpoint import Checkpoint, LogKey, open_note, parse_note, split_notes
from redact.audit.events import Event, commitment, leaf_of, parse_body
from redact.audit.export import Export, Row, parse_export
from redact.audit.faults import RecordError
from redact.audit.kinds import Kind

__all__ = ["Check", "Fault", "Finding", "Report", "State", "print_report", "verify_log"]

MAX_SHOWN = 20  # findings printed a check: a replaced log has one for every entry, and nobody reads the rest

QUESTIONS = (
    "Is every line spelled the one way?",
    "Are the entries numbered in order, in the file and in their bodies?",
    "Does every body with its salt give its commitment?",
    "Is every body of a known kind, and every missing one erased by a later entry?",
    "Is every checkpoint signed by a known key for this log?",
    "Do the entries give the root of each checkpoint in the export?",
    "Do the entries give the root of each copy from the second place?",
    "Does a checkpoint vouch for the last entry?",
    "Was every deletion opened before it was closed, and closed after it was opened?",
    "Do the times run forward?",
)


class Fault(StrEnum):
    """What is wrong with a record."""

    MALFORMED = "malformed"
    REORDERED = "reordered"
    MISSING_ENTRY = "missing entry"
    EDITED_ENTRY = "edited entry"
    UNKNOWN_EVENT = "unknown event"
    MISSING_BODY = "missing body"
    FORGED_CHECKPOINT = "forged checkpoint"
    CUT_TAIL = "cut tail"
    REPLACED_LOG = "replaced log"
    UNSIGNED_LOG = "unsigned log"
    CLOSE_WITHOUT_OPEN = "close without open"


class State(StrEnum):
    """How a check ended."""

    PASSED = "yes"
    LOOK = "yes, but look"  # notices only
    FAILED = "NO"
    NOT_DONE = "not done"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found: a fault, or (without one) a notice for a person."""

    fault: Fault | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Check:
    """One numbered check and what it found."""

    number: int
    state: State
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All checks, in order."""

    checks: tuple[Check, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """Everything that shows the record is not what was written."""
        return tuple(found for check in self.checks for found in check.findings if found.fault)

    @property
    def notices(self) -> tuple[Finding, ...]:
        """Everything a person should look at in a record that is what was written."""
        return tuple(found for check in self.checks for found in check.findings if not found.fault)

    @property
    def is_intact(self) -> bool:
        """Whether every check was done and none found a fault."""
        return not self.faults and all(check.state is not State.NOT_DONE for check in self.checks)


def verify_log(lines: Iterable[str], copies: Sequence[str], keys: Sequence[LogKey]) -> Report:
    """Check an export; never raises for what is in it.

    Args:
        lines: the export, each line with its newline.
        copies: texts from the second place, each with one or more checkpoints, one after the other.
        keys: the public keys of the log; more than one after the key was changed.
    """
    # 1. Every line is spelled the one way; without that nothing below can be read.
    export, notes, found = _read(lines, copies)
    checks = [_check(1, found)]
    if export is None:
        return Report((*checks, *(Check(number, State.NOT_DONE) for number in range(2, len(QUESTIONS) + 1))))
    told = [_tell(row) for row in export.rows]
    # 2. The entries are numbered in order.
    checks.append(_check(2, _check_numbers(export.rows, told)))
    is_ordered = checks[-1].state is not State.FAILED
    # 3. Every body gives its commitment.
    checks.append(_check(3, _check_commitments(export.rows)))
    # 4. Every body is of a known kind, or gone for a reason.
    checks.append(_check(4, _check_bodies(export.rows, told)) if is_ordered else Check(4, State.NOT_DONE))
    # 5. Every checkpoint is signed for this log.
    own, own_found = _open_all(export.notes, "in the export", export.origin, keys)
    copied, copied_found = _open_all(notes, "from the second place", export.origin, keys)
    checks.append(_check(5, [*own_found, *copied_found]))
    # 6, 7, 8. The entries give the root of every checkpoint, of every copy, and one vouches for the last entry.
    if is_ordered:
        checks += _check_roots(export.rows, own, copied)
    else:
        checks += [Check(number, State.NOT_DONE) for number in (6, 7, 8)]
    # 9. Deletions are opened, then closed.   10. The clock ran forward.
    for number, look in ((9, _check_deletions), (10, _check_times)):
        checks.append(_check(number, look(told)) if is_ordered else Check(number, State.NOT_DONE))
    return Report(tuple(checks))


def print_report(report: Report) -> Iterator[str]:
    """Yield the report for a person, line by line, without newlines."""
    for check in report.checks:
        yield f"{check.number:2}. {QUESTIONS[check.number - 1]}  {check.state}"
        for found in check.findings[:MAX_SHOWN]:
            yield f"      {'fault (' + found.fault + ')' if found.fault else 'notice'}: {found.sentence}"
        if len(check.findings) > MAX_SHOWN:
            yield f"      and {len(check.findings) - MAX_SHOWN} more"
    if report.faults:
        yield f"verdict: NOT INTACT, {len(report.faults)} fault(s)"
    else:
        yield f"verdict: intact, {len(report.notices)} notice(s)"


_Told = tuple[int, Event] | str | None  # number and event of a body; why it cannot be read; None when it is gone


def _check(number: int, findings: Iterable[Finding]) -> Check:
    listed = tuple(findings)
    if any(found.fault for found in listed):
        return Check(number, State.FAILED, listed)
    return Check(number, State.LOOK if listed else State.PASSED, listed)


def _read(lines: Iterable[str], copies: Sequence[str]) -> tuple[Export | None, tuple[str, ...], list[Finding]]:
    found: list[Finding] = []
    notes: list[str] = []
    for note in (note for text in copies for note in split_notes(text)):
        try:
            parse_note(note)
            notes.append(note)
        except RecordError as error:
            found.append(Finding(Fault.MALFORMED, f"a copy from the second place cannot be read: {error}"))
    try:
        return parse_export(lines), tuple(notes), found
    except RecordError as error:
        return None, tuple(notes), [*found, Finding(Fault.MALFORMED, str(error))]


def _tell(row: Row) -> _Told:
    if row.body is None:
        return None
    try:
        return parse_body(row.body)
    except RecordError as error:
        return str(error)


def _check_numbers(rows: Sequence[Row], told: Sequence[_Told]) -> Iterator[Finding]:
    numbers = {row.number for row in rows}
    missing = next((number for number in range(max(numbers, default=-1) + 1) if number not in numbers), None)
    if missing is not None:
        yield Finding(Fault.MISSING_ENTRY, f"entry {missing} is not in the export")
    expected = 0
    for row, said in zip(rows, told, strict=True):
        if row.number < expected:
            yield Finding(Fault.REORDERED, f"entry {row.number} stands after entry {expected - 1}")
        expected = row.number + 1
        if isinstance(said, tuple) and said[0] != row.number:
            yield Finding(Fault.REORDERED, f"entry {row.number} says in its body that it is entry {said[0]}")


def _check_commitments(rows: Sequence[Row]) -> Iterator[Finding]:
    for row in rows:
        if row.salt is not None and row.body is not None and commitment(row.salt, row.body) != row.commitment:
            yield Finding(Fault.EDITED_ENTRY, f"entry {row.number}: its body and salt do not give its commitment")


def _check_bodies(rows: Sequence[Row], told: Sequence[_Told]) -> Iterator[Finding]:
    erased = {event.fact("entry"): number for number, event in _events(told) if event.kind is Kind.BODY_ERASED}
    for row, said in zip(rows, told, strict=True):
        if isinstance(said, str):
            yield Finding(Fault.UNKNOWN_EVENT, f"entry {row.number}: {said}")
        if said is None and row.number not in erased:
            yield Finding(Fault.MISSING_BODY, f"entry {row.number} has no body, and no entry says that it was erased")
        if said is not None and row.number in erased:
            yield Finding(None, f"entry {erased[row.number]} says that entry {row.number} was erased; its body is here")


def _open_all(
    notes: Sequence[str], place: str, origin: str, keys: Sequence[LogKey]
) -> tuple[list[Checkpoint], list[Finding]]:
    heads: list[Checkpoint] = []
    found: list[Finding] = []
    for note in notes:
        try:
            head = open_note(note, keys)
        except RecordError as error:
            found.append(Finding(Fault.FORGED_CHECKPOINT, f"{place}: {error}"))
            continue
        if head.origin == origin:
            heads.append(head)
        else:
            stranger = f"{place}: the checkpoint of size {head.size} is of another log"
            found.append(Finding(Fault.FORGED_CHECKPOINT, stranger))
    return sorted(heads, key=lambda head: head.size), found


def _check_roots(rows: Sequence[Row], own: Sequence[Checkpoint], copied: Sequence[Checkpoint]) -> list[Check]:
    roots = _roots_at(rows, {head.size for head in (*own, *copied)})
    own_found, own_good = _compare(own, roots, len(rows), Fault.EDITED_ENTRY, "in the export")
    is_edited = any(found.fault is Fault.EDITED_ENTRY for found in own_found)
    name = Fault.EDITED_ENTRY if is_edited else Fault.REPLACED_LOG
    copied_found, copied_good = _compare(copied, roots, len(rows), name, "from the second place")
    if not copied:
        copied_found.append(Finding(None, "no copies were given: a new history signed with the same key would pass"))
    unsigned: list[Finding] = []
    vouched = max(own_good, copied_good)
    if not own and not copied:
        unsigned.append(Finding(Fault.UNSIGNED_LOG, "no checkpoint with a good signature vouches for this log"))
    elif vouched < len(rows) and not any(found.fault for found in (*own_found, *copied_found)):
        unsigned.append(Finding(None, f"no checkpoint vouches for the entries {vouched} to {len(rows) - 1} yet"))
    return [_check(6, own_found), _check(7, copied_found), _check(8, unsigned)]


def _roots_at(rows: Sequence[Row], sizes: set[int]) -> dict[int, bytes]:
    roots, frontier = {0: tree.EMPTY_ROOT}, tree.Frontier()
    hashes = [tree.leaf_hash(leaf_of(row.commitment)) for row in rows]
    for size in sorted(size for size in sizes if 0 < size <= len(rows)):
        frontier = tree.append(frontier, hashes[frontier.size : size])
        roots[size] = frontier.root
    return roots


def _compare(
    heads: Sequence[Checkpoint], roots: dict[int, bytes], size: int, name: Fault, place: str
) -> tuple[list[Finding], int]:
    """Return what the heads (sizes ascending) say against the entries, and how many entries they vouch for."""
    good, found = 0, list[Finding]()
    for head in heads:
        if head.size > size:
            found.append(
                Finding(
                    Fault.CUT_TAIL,
                    f"the checkpoint of size {head.size} {place} vouches for the entries "
                    f"{size} to {head.size - 1}, and they are gone",
                )
            )
            break  # larger ones say the same
        if roots[head.size] != head.root:
            found.append(
                Finding(
                    name,
                    f"the checkpoint of size {head.size} {place} does not fit: an entry from {good} "
                    f"to {max(head.size - 1, 0)} is not the one that was signed",
                )
            )
            break  # every later root builds on this one
        good = head.size
    if found and found[-1].fault is not Fault.CUT_TAIL and heads[-1].size > size:
        found.append(
            Finding(
                Fault.CUT_TAIL,
                f"the checkpoint of size {heads[-1].size} {place} vouches for more than "
                f"the {size} entries that are here",
            )
        )
    return found, good


def _events(told: Sequence[_Told]) -> Iterator[tuple[int, Event]]:
    return (said for said in told if isinstance(said, tuple))


def _check_deletions(told: Sequence[_Told]) -> Iterator[Finding]:
    is_open: dict[int, bool] = {}
    about: dict[int, tuple[object, object]] = {}
    for number, event in _events(told):
        if event.kind is Kind.DELETION_OPENED:
            is_open[number], about[number] = True, (event.fact("photo"), event.fact("device"))
        elif event.kind in {Kind.DELETION_CLOSED, Kind.DELETION_ATTESTED, Kind.DELETION_RECHECKED}:
            opened = event.fact("opened")
            if not isinstance(opened, int) or about.get(opened) != (event.fact("photo"), event.fact("device")):
                stray = f"entry {number} ends a deletion that entry {opened} did not open for this photo and device"
                yield Finding(Fault.CLOSE_WITHOUT_OPEN, stray)
            elif event.kind is not Kind.DELETION_RECHECKED:
                if not is_open[opened]:
                    yield Finding(None, f"entry {number} closes the deletion of entry {opened} a second time")
                is_open[opened] = False
    for number in (number for number, still in is_open.items() if still):
        yield Finding(None, f"the deletion opened by entry {number} was never closed")


def _check_times(told: Sequence[_Told]) -> Iterator[Finding]:
    latest = ""
    for number, event in _events(told):
        if event.at < latest:  # one spelling, so text order is time order
            yield Finding(None, f"the clock went back at entry {number}, from {latest} to {event.at}")
        latest = event.at
