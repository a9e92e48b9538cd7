"""Check an exported audit log against its checkpoints and the copies of them from a checkpoint mirror.

Threat: an edited entry, a cut tail, a replaced log, reordered entries, a forged checkpoint, a body that vanished
without an erasure, a deletion whose end (or beginning) is missing.
Rule: the numbered checks of docs/audit-log.md section 6, in that order; what could not be checked is *not done*,
never passed.  redact/audit/verify/standalone.py does the same in one file and shares no line with this package.
Accepted residue: section 7 of that document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from redact.audit import tree
from redact.audit.checkpoint import Checkpoint, LogKey, open_note, parse_note, split_notes
from redact.audit.events import Event, Numbered, Reading, UnknownEvent, commitment, leaf_of
from redact.audit.faults import AuditLogError
from redact.audit.kinds import Fact, Kind
from redact.audit.verify.export import Row, read_export
from redact.audit.verify.verdict import Check, Fault, Finding, Report, State, check_of, print_report

__all__ = ["Check", "Fault", "Finding", "Report", "State", "Walk", "print_report", "unreadable", "verify_log"]

_ENDS = frozenset({Kind.DELETION_CLOSED, Kind.DELETION_ATTESTED, Kind.DELETION_RECHECKED})

QUESTIONS = (
    "Is every line spelled the one way?",
    "Are the entries numbered in order, in the file and in their bodies?",
    "Does every body with its salt give its commitment?",
    "Is every body of a known kind, and every missing one erased by a later entry?",
    "Is every checkpoint signed by a known key for this log?",
    "Do the entries give the root of each checkpoint in the export?",
    "Do the entries give the root of each copy from the checkpoint mirror?",
    "Does a checkpoint vouch for the last entry?",
    "Was every deletion opened before it was closed, and closed after it was opened?",
    "Do the times run forward?",
)


def verify_log(lines: Iterable[str], copies: Sequence[str], keys: Sequence[LogKey]) -> Report:
    """Check an export; never raises for what is in it.

    Args:
        lines: the export, each line with its newline.
        copies: texts from the checkpoint mirror, each with one or more checkpoints, one after the other.
        keys: the public keys of the log; more than one after the key was changed.
    """
    walk = Walk()
    try:
        origin, notes = read_export(lines, walk.take)
    except AuditLogError as error:
        return unreadable([Finding(Fault.MALFORMED, str(error))], copies)
    return walk.judge(origin, notes, copies, keys)


def unreadable(found: Sequence[Finding], copies: Sequence[str]) -> Report:
    """Return the report on an audit log that failed check 1: nothing else could be done."""
    return Report((_check(1, [*read_copies(copies)[1], *found]), *_not_done(*range(2, len(QUESTIONS) + 1))))


class Walk:
    """One pass over the entries, of which it keeps the leaf hashes and what the checks found; then the verdict."""

    def __init__(self, begin: tree.Frontier = tree.Frontier()) -> None:  # noqa: B008  a frozen value
        """Begin before entry 0, or behind the entries that a walk took before."""
        self._leaves: list[bytes] = []
        self._begin, self._grown = begin.size, begin  # of as many as the largest checkpoint that was compared
        self._numbers, self._commitments, self._bodies = _Numbers(begin.size), list[Finding](), _Bodies()
        self._deletions, self._times, self._given_up = _Deletions(), _Times(), list[Event]()

    def take(self, row: Row, reading: Reading) -> None:
        """Look at the next entry, and at what its body says."""
        self._leaves.append(tree.leaf_hash(leaf_of(row.commitment)))
        self._numbers.take(row.number, reading)
        if row.salt is not None and row.body is not None and commitment(row.salt, row.body) != row.commitment:
            edited = f"entry {row.number}: its body and salt do not give its commitment"
            self._commitments.append(Finding(Fault.EDITED_ENTRY, edited))
        self._bodies.take(row.number, reading)
        if isinstance(reading, Numbered):
            number, event = reading.number, reading.event
            self._deletions.take(number, event)
            if event.kind is Kind.WORKSPACE_SET_BACK:
                self._given_up.append(event)
            self._times.take(number, event.at)
        elif isinstance(reading, UnknownEvent):
            self._times.take(reading.number, reading.at)

    @property
    def size(self) -> int:
        """Number of entries taken."""
        return self._begin + len(self._leaves)

    @property
    def frontier(self) -> tree.Frontier:
        """The right edge of the tree of all entries taken."""
        self._grown = tree.append(self._grown, self._leaves[self._grown.size - self._begin :])
        return self._grown

    def judge_further(
        self, origin: str, notes: Sequence[str], keys: Sequence[LogKey], *, is_end: bool
    ) -> tuple[Finding, ...]:
        """Return the faults of a walk that began behind entries that were checked before: checks 2 to 6 and 8.

        Args:
            origin: of the log.
            notes: the checkpoints of more entries than those before, and of no more than were taken unless `is_end`.
            keys: the public keys of the log.
            is_end: no entry follows; only then is a body known to be gone for no reason.
        """
        checkpoints, found = open_all(notes, "in the database", origin, keys)
        roots = self._roots_at({checkpoint.size for checkpoint in checkpoints})
        compared, _ = _compare(checkpoints, roots, self.size, Fault.EDITED_ENTRY, "in the database")
        found = [*self._numbers.end(), *self._commitments, *self._bodies.end(), *found, *compared]
        if is_end and self.size > self._begin and not checkpoints:
            found.append(Finding(Fault.UNSIGNED_LOG, "no checkpoint with a good signature vouches for the new entries"))
        return tuple(each for each in found if each.fault and (is_end or each.fault is not Fault.MISSING_BODY))

    def judge(self, origin: str, notes: Sequence[str], copies: Sequence[str], keys: Sequence[LogKey]) -> Report:
        """Return the report, now that all entries were taken; arguments as of an export and `verify_log`."""
        # 1. Every line is spelled the one way: the entries that were taken were; the copies remain.
        copied_notes, found = read_copies(copies)
        checks = [_check(1, found)]
        # 2. The entries are numbered in order.
        checks.append(_check(2, self._numbers.end()))
        is_ordered = checks[-1].state is not State.FAILED
        # 3. Every body gives its commitment.
        checks.append(_check(3, self._commitments))
        # 4. Every body is of a known kind, or gone for a reason.
        checks += [_check(4, self._bodies.end())] if is_ordered else _not_done(4)
        # 5. Every checkpoint is signed for this log.
        own, own_found = open_all(notes, "in the export", origin, keys)
        copied, copied_found = open_all(copied_notes, "from the checkpoint mirror", origin, keys)
        checks.append(_check(5, [*own_found, *copied_found]))
        # 6, 7, 8. The entries give the root of every checkpoint, of every copy, and one vouches for the last entry.
        checks += self._check_roots(own, copied) if is_ordered else _not_done(6, 7, 8)
        # 9. Deletions are opened, then closed.   10. The clock ran forward.
        for number, look in ((9, self._deletions), (10, self._times)):
            checks += [_check(number, look.end())] if is_ordered else _not_done(number)
        return Report(tuple(checks))

    def _check_roots(self, own: Sequence[Checkpoint], copied: Sequence[Checkpoint]) -> list[Check]:
        roots = self._roots_at({checkpoint.size for checkpoint in (*own, *copied)})
        own_found, own_good = _compare(own, roots, self.size, Fault.EDITED_ENTRY, "in the export")
        is_edited = any(found.fault is Fault.EDITED_ENTRY for found in own_found)
        name = Fault.EDITED_ENTRY if is_edited else Fault.REPLACED_LOG
        copied, given_up = self._part(copied, roots)
        copied_found, copied_good = _compare(copied, roots, self.size, name, "from the checkpoint mirror")
        copied_found += given_up
        if not copied and not given_up:
            copied_found.append(
                Finding(None, "no copies were given: a new history signed with the same key would pass")
            )
        unsigned: list[Finding] = []
        vouched = max(own_good, copied_good)
        if not own and not copied:
            unsigned.append(Finding(Fault.UNSIGNED_LOG, "no checkpoint with a good signature vouches for this log"))
        elif vouched < self.size and not any(found.fault for found in (*own_found, *copied_found)):
            unsigned.append(Finding(None, f"no checkpoint vouches for the entries {vouched} to {self.size - 1} yet"))
        return [_check(6, own_found), _check(7, copied_found), _check(8, unsigned)]

    def _part(self, copied: Sequence[Checkpoint], roots: dict[int, bytes]) -> tuple[list[Checkpoint], list[Finding]]:
        """Take out the copies of a history that a person gave up when a backup was put in place: a notice each time."""
        rest, found = list(copied), list[Finding]()
        for event in self._given_up:
            size, kept = _number(event.fact("size")), _number(event.fact("found"))
            lost = [each for each in rest if kept < each.size <= size and roots.get(each.size) != each.root]
            if lost:
                rest = [each for each in rest if each not in lost]
                sentence = f"a history of {size} entries was given up for a backup, and the first {kept} of it are here"
                found.append(Finding(None, f"on {event.at[:10]} {sentence}; a person accepted that"))
        return rest, found

    def _roots_at(self, sizes: set[int]) -> dict[int, bytes]:
        roots = {0: tree.EMPTY_ROOT}
        for size in sorted(size for size in sizes if self._begin < size <= self.size):
            self._grown = tree.append(self._grown, self._leaves[self._grown.size - self._begin : size - self._begin])
            roots[size] = self._grown.root
        return roots


def read_copies(copies: Sequence[str]) -> tuple[tuple[str, ...], list[Finding]]:
    """Return the notes of these texts, and what cannot be read as one."""
    notes, found = list[str](), list[Finding]()
    for note in (note for text in copies for note in split_notes(text)):
        try:
            parse_note(note)
            notes.append(note)
        except AuditLogError as error:
            found.append(Finding(Fault.MALFORMED, f"a copy from the checkpoint mirror cannot be read: {error}"))
    return tuple(notes), found


def _number(fact: Fact | None) -> int:
    return fact if isinstance(fact, int) else 0


def _check(number: int, findings: Iterable[Finding]) -> Check:
    return check_of(number, QUESTIONS[number - 1], findings)


def _not_done(*numbers: int) -> tuple[Check, ...]:
    return tuple(Check(number, QUESTIONS[number - 1], State.NOT_DONE) for number in numbers)


class _Numbers:
    """Check 2: the entries are numbered in order, in the file and in their bodies."""

    def __init__(self, begin: int) -> None:
        self._begin, self._seen, self._expected, self._found = begin, set[int](), begin, list[Finding]()

    def take(self, number: int, reading: Reading) -> None:
        self._seen.add(number)
        if number < self._expected:
            self._found.append(Finding(Fault.REORDERED, f"entry {number} stands after entry {self._expected - 1}"))
        self._expected = number + 1
        own = number if reading is None or isinstance(reading, str) else reading.number
        if own != number:
            moved = f"entry {number} says in its body that it is entry {own}"
            self._found.append(Finding(Fault.REORDERED, moved))

    def end(self) -> list[Finding]:
        last = max(self._seen, default=self._begin - 1)
        missing = next((n for n in range(self._begin, last + 1) if n not in self._seen), None)
        if missing is None:
            return self._found
        return [Finding(Fault.MISSING_ENTRY, f"entry {missing} is not in the export"), *self._found]


class _Bodies:
    """Check 4: every body is of a known kind, and every missing one erased by a later entry."""

    def __init__(self) -> None:
        self._erased: dict[Fact | None, int] = {}  # erased entry, and the entry that says so
        self._gone, self._found = set[int](), list[Finding]()

    def take(self, number: int, reading: Reading) -> None:
        if isinstance(reading, Numbered):
            if reading.event.kind is Kind.BODY_ERASED:
                self._erased[reading.event.fact("entry")] = reading.number
        elif isinstance(reading, str):
            self._found.append(Finding(Fault.UNKNOWN_EVENT, f"entry {number}: {reading}"))
        elif isinstance(reading, UnknownEvent):
            self._found.append(Finding(None, reading.sentence))
        else:
            self._gone.add(number)

    def end(self) -> Iterator[Finding]:
        yield from self._found
        for number in sorted(self._gone - self._erased.keys()):
            yield Finding(Fault.MISSING_BODY, f"entry {number} has no body, and no entry says that it was erased")
        for erased, by in self._erased.items():
            if erased not in self._gone:
                yield Finding(None, f"entry {by} says that entry {erased} was erased; its body is here")


def open_all(
    notes: Sequence[str], place: str, origin: str, keys: Sequence[LogKey]
) -> tuple[list[Checkpoint], list[Finding]]:
    """Return the checkpoints that a known key signed for this log, sizes ascending, and the faults of the others."""
    checkpoints: list[Checkpoint] = []
    found: list[Finding] = []
    for note in notes:
        try:
            checkpoint = open_note(note, keys)
        except AuditLogError as error:
            found.append(Finding(Fault.FORGED_CHECKPOINT, f"{place}: {error}"))
            continue
        if checkpoint.origin == origin:
            checkpoints.append(checkpoint)
        else:
            stranger = f"{place}: the checkpoint of size {checkpoint.size} is of another log"
            found.append(Finding(Fault.FORGED_CHECKPOINT, stranger))
    return sorted(checkpoints, key=lambda checkpoint: checkpoint.size), found


def _compare(
    checkpoints: Sequence[Checkpoint], roots: dict[int, bytes], size: int, name: Fault, place: str
) -> tuple[list[Finding], int]:
    """Return what the checkpoints (sizes ascending) say against the entries, and how many entries they vouch for."""
    good, found = 0, list[Finding]()
    for checkpoint in checkpoints:
        if checkpoint.size > size:
            found.append(
                Finding(
                    Fault.CUT_TAIL,
                    f"the checkpoint of size {checkpoint.size} {place} vouches for the entries "
                    f"{size} to {checkpoint.size - 1}, and they are gone",
                )
            )
            break  # larger ones say the same
        if roots[checkpoint.size] != checkpoint.root:
            found.append(
                Finding(
                    name,
                    f"the checkpoint of size {checkpoint.size} {place} does not fit: an entry from {good} "
                    f"to {max(checkpoint.size - 1, 0)} is not the one that was signed",
                )
            )
            break  # every later root builds on this one
        good = checkpoint.size
    if found and found[-1].fault is not Fault.CUT_TAIL and checkpoints[-1].size > size:
        found.append(
            Finding(
                Fault.CUT_TAIL,
                f"the checkpoint of size {checkpoints[-1].size} {place} vouches for more than "
                f"the {size} entries that are here",
            )
        )
    return found, good


class _Deletions:
    """Check 9: every deletion was opened before it was closed, and closed after it was opened."""

    def __init__(self) -> None:
        self._is_open: dict[int, bool] = {}
        self._about: dict[int, tuple[Fact | None, Fact | None]] = {}
        self._found: list[Finding] = []

    def take(self, number: int, event: Event) -> None:
        if event.kind is Kind.DELETION_OPENED:
            self._is_open[number], self._about[number] = True, (event.fact("photo"), event.fact("device"))
        elif event.kind in _ENDS:
            self._close(number, event)

    def _close(self, number: int, event: Event) -> None:
        opened = event.fact("opened")
        if not isinstance(opened, int) or self._about.get(opened) != (event.fact("photo"), event.fact("device")):
            stray = f"entry {number} ends a deletion that entry {opened} did not open for this photo and device"
            self._found.append(Finding(Fault.CLOSE_WITHOUT_OPEN, stray))
        elif event.kind is not Kind.DELETION_RECHECKED:
            if not self._is_open[opened]:
                twice = f"entry {number} closes the deletion of entry {opened} a second time"
                self._found.append(Finding(None, twice))
            self._is_open[opened] = False

    def end(self) -> Iterator[Finding]:
        yield from self._found
        for number in (number for number, still in self._is_open.items() if still):
            yield Finding(None, f"the deletion opened by entry {number} was never closed")


class _Times:
    """Check 10: the clock ran forward."""

    def __init__(self) -> None:
        self._latest, self._found = "", list[Finding]()

    def take(self, number: int, at: str) -> None:
        if at < self._latest:  # one spelling, so text order is time order
            back = f"the clock went back at entry {number}, from {self._latest} to {at}"
            self._found.append(Finding(None, back))
        self._latest = at

    def end(self) -> list[Finding]:
        return self._found
