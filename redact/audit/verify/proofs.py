"""The excerpt: some entries of the audit log, each with its inclusion proof to one signed checkpoint.

Threat: an entry that was never in the audit log, or was changed, passes in an excerpt; an excerpt passes for the whole.
Rule: every entry is led to the root of the checkpoint by its own path (RFC 6962), the checkpoint to the key and,
where they are given, to the copies; the numbered checks of docs/audit-log.md section 8; the report always says that an
excerpt proves what is in it, and not that nothing was left out.
Accepted residue: what was asked for is written by whoever made the excerpt and is not signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from redact.audit import tree
from redact.audit.checkpoint import Checkpoint, LogKey, parse_note
from redact.audit.events import Event, Numbered, Reading, UnknownEvent, commitment, event_of, leaf_of
from redact.audit.faults import AuditLogError
from redact.audit.filters import Filters, is_asked_kind
from redact.audit.kinds import Kind
from redact.audit.spelling import MAX_LINE_CHARS, parse_json, print_json
from redact.audit.tree import HASH_BYTES, Proof
from redact.audit.verify.export import Row, print_row, read_row
from redact.audit.verify.log import open_all, read_copies
from redact.audit.verify.verdict import Check, Fault, Finding, Report, State, check_of

FORMAT = "redact-excerpt/1"
MAX_PATH = 53  # hashes; numbers of entries have 53 bits

QUESTIONS = (
    "Is every line spelled the one way?",
    "Do the numbers of the entries ascend, in the file and in their bodies?",
    "Does every body with its salt give its commitment?",
    "Is every body of a known kind?",
    "Is the checkpoint signed by a known key for this log?",
    "Does every entry's proof lead to the root of the checkpoint?",
    "Is the checkpoint the one that lies in the checkpoint mirror?",
    "Is every entry one that was asked for, and every end of a deletion that of its beginning?",
)
_MARK = ',"path":['
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}").fullmatch


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry and the path from its leaf to the root."""

    row: Row
    path: Proof


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Entries of one log, numbers ascending, and the signed checkpoint that their paths lead to."""

    origin: str
    asked: Mapping[str, str]  # as Filters.asked, or {"entry": "5"}
    note: str
    entries: tuple[Proven, ...]


def prove(origin: str, asked: Mapping[str, str], note: str, grown: tree.Tree, rows: Iterable[Row]) -> Excerpt:
    """Return the excerpt of these entries.

    Args:
        origin: of the log.
        asked: what was asked for.
        note: a signed checkpoint of this log, at least as large as the last of the entries.
        grown: the tree of all entries.
        rows: the entries, numbers ascending; those beyond the checkpoint are left out.

    Raises:
        AuditLogError: the tree does not have the root that was signed; nothing can be proven from it.
    """
    checkpoint, _ = parse_note(note)
    if checkpoint.size > grown.size or tree.root_at(grown, checkpoint.size) != checkpoint.root:
        raise AuditLogError(
            "The entries do not give the root that was signed. Nothing is proven; see: redact audit verify"
        )
    within = (row for row in rows if row.number < checkpoint.size)
    entries = tuple(Proven(row, tree.inclusion_proof(grown, row.number, checkpoint.size)) for row in within)
    return Excerpt(origin, asked, note, entries)


def print_excerpt(excerpt: Excerpt) -> Iterator[str]:
    """Yield the lines of an excerpt, each with its newline."""
    asked = dict(excerpt.asked)
    header = {"asked": asked, "checkpoint": excerpt.note, "format": FORMAT, "origin": excerpt.origin}
    yield print_json(header) + "\n"
    for proven in excerpt.entries:
        line, path = print_row(proven.row), ",".join(f'"{step.hex()}"' for step in proven.path)
        place = line.rindex(',"salt":')
        yield f"{line[:place]}{_MARK}{path}]{line[place:]}\n"


def is_excerpt(line: str) -> bool:
    """Return whether a file that begins with `line` is meant to be an excerpt rather than an export."""
    return line.startswith('{"asked":')


def parse_excerpt(lines: Iterable[str]) -> Excerpt:
    """Return the excerpt that these lines (each with its newline) spell.

    Raises:
        AuditLogError: a line is not spelled the one way; the message has its number.
    """
    return _read(lines)[0]


def verify_excerpt(lines: Iterable[str], copies: Sequence[str], keys: Sequence[LogKey]) -> Report:
    """Check an excerpt; never raises for what is in it.  Arguments as of `verify_log`."""
    # 1. Every line is spelled the one way; without that nothing below can be read.
    notes, found = read_copies(copies)
    try:
        excerpt, readings = _read(lines)
    except AuditLogError as error:
        rest = tuple(Check(n, question, State.NOT_DONE) for n, question in enumerate(QUESTIONS, 1) if n > 1)
        return Report((_check(1, [*found, Finding(Fault.MALFORMED, str(error))]), *rest))
    checkpoint, _ = parse_note(excerpt.note)
    own, own_found = open_all([excerpt.note], "in the excerpt", excerpt.origin, keys)
    copied, copied_found = open_all(notes, "from the checkpoint mirror", excerpt.origin, keys)
    checks = (
        _check(1, found),
        # 2. Numbers ascend.   3. Every body gives its commitment.   4. Every body is of a known kind.
        _check(2, _check_numbers(excerpt, readings, checkpoint)),
        _check(3, _check_commitments(excerpt)),
        _check(4, _check_bodies(excerpt, readings)),
        # 5. The checkpoint is signed for this log.   6. Every path leads to its root.
        _check(5, [*own_found, *copied_found]),
        _check(6, _check_paths(excerpt, checkpoint)),
        # 7. The checkpoint mirror has that checkpoint.
        _check(7, _check_copies(checkpoint, copied)) if own else Check(7, QUESTIONS[6], State.NOT_DONE),
        # 8. What was asked for is what is here, and deletions hang together.
        _check(8, _check_asked(excerpt, readings)),
    )
    return Report(checks, tuple(_remarks(excerpt, checkpoint)))


def _check(number: int, findings: Iterable[Finding]) -> Check:
    return check_of(number, QUESTIONS[number - 1], findings)


def _read(lines: Iterable[str]) -> tuple[Excerpt, tuple[Reading, ...]]:
    excerpt, entries, readings = None, list[Proven](), list[Reading]()
    for number, line in enumerate(lines, start=1):
        what = f"line {number} of the excerpt"
        if not line.endswith("\n"):
            raise AuditLogError(f"{what} does not end with a newline; was the excerpt copied whole?")
        if excerpt is None:
            excerpt = _read_header(line[:-1], what)
        else:
            proven, reading = _read_entry(line[:-1], what)
            entries.append(proven)
            readings.append(reading)
    if excerpt is None:
        raise AuditLogError("the excerpt is empty; it has not even its first line")
    return replace(excerpt, entries=tuple(entries)), tuple(readings)


def _read_header(line: str, what: str) -> Excerpt:
    members = parse_json(line, what)
    asked, note, origin = members.get("asked"), members.get("checkpoint"), members.get("origin")
    if members.keys() != {"asked", "checkpoint", "format", "origin"} or members["format"] != FORMAT:
        raise AuditLogError(f"{what} does not say that this is a {FORMAT}")
    if not isinstance(note, str) or not isinstance(origin, str) or not isinstance(asked, dict):
        raise AuditLogError(f"{what} does not say of which log and checkpoint this is an excerpt")
    if not all(isinstance(value, str) for value in asked.values()):
        raise AuditLogError(f"{what} says in no readable way what was asked for")
    parse_note(note)
    _asked_number(asked)
    return Excerpt(origin, asked, note, ())


def _asked_number(asked: Mapping[str, str]) -> int | None:
    """Return the number of the one entry that was asked for; None when it was not by number."""
    if "entry" not in asked:
        try:
            _filters_of(asked)
        except TypeError:
            raise AuditLogError("an excerpt was asked for by something that this version does not know") from None
        return None
    digits = asked["entry"]
    if len(asked) > 1 or _NUMBER(digits) is None:
        raise AuditLogError("an excerpt by the number of an entry names that number and nothing else")
    return int(digits)


def _filters_of(asked: Mapping[str, str]) -> Filters:
    """Return what was asked for, as far as this version knows it: kinds come with newer ones."""
    known = {name: value for name, value in asked.items() if name != "kind" or is_asked_kind(value)}
    return Filters(**known)


def _read_entry(line: str, what: str) -> tuple[Proven, Reading]:
    start = line.rfind(_MARK)
    end = line.find("]", start)
    if start < 0 or end < 0 or len(line) > MAX_LINE_CHARS:
        raise AuditLogError(f"{what} is not an entry with its proof")
    row, reading = read_row(line[:start] + line[end + 1 :], what)
    spelled = line[start + len(_MARK) : end]
    steps = spelled.split(",") if spelled else []
    path = tuple(_read_step(step, what) for step in steps)
    if len(path) > MAX_PATH:
        raise AuditLogError(f"{what} has a proof of more than {MAX_PATH} hashes")
    return Proven(row, path), reading


def _read_step(step: str, what: str) -> bytes:
    try:
        raw = bytes.fromhex(step[1:-1])
    except ValueError:
        raw = b""
    if len(raw) != HASH_BYTES or f'"{raw.hex()}"' != step:
        raise AuditLogError(f"{what} has a proof that is not hashes of {2 * HASH_BYTES} lower-case hex digits")
    return raw


def _check_numbers(excerpt: Excerpt, readings: Sequence[Reading], checkpoint: Checkpoint) -> Iterator[Finding]:
    rows = [proven.row for proven in excerpt.entries]
    for before, after in pairwise(rows):
        if after.number <= before.number:
            yield Finding(Fault.REORDERED, f"entry {after.number} stands after entry {before.number}")
    for row, reading in zip(rows, readings, strict=True):
        own = reading.number if isinstance(reading, Numbered | UnknownEvent) else row.number
        if own != row.number:
            yield Finding(Fault.REORDERED, f"entry {row.number} says in its body that it is entry {own}")
        if row.number >= checkpoint.size:
            beyond = f"entry {row.number} is beyond the checkpoint of size {checkpoint.size}"
            yield Finding(Fault.NOT_IN_THE_LOG, beyond)


def _check_commitments(excerpt: Excerpt) -> Iterator[Finding]:
    for row in (proven.row for proven in excerpt.entries):
        if row.salt is not None and row.body is not None and commitment(row.salt, row.body) != row.commitment:
            yield Finding(Fault.EDITED_ENTRY, f"entry {row.number}: its body and salt do not give its commitment")


def _check_bodies(excerpt: Excerpt, readings: Sequence[Reading]) -> Iterator[Finding]:
    for proven, reading in zip(excerpt.entries, readings, strict=True):
        if isinstance(reading, str):
            yield Finding(Fault.UNKNOWN_EVENT, f"entry {proven.row.number}: {reading}")
        elif isinstance(reading, UnknownEvent):
            yield Finding(None, reading.sentence)
        elif reading is None:
            gone = (
                f"entry {proven.row.number} has no body here; whether it was erased with a reason, the whole log shows"
            )
            yield Finding(None, gone)


def _check_paths(excerpt: Excerpt, checkpoint: Checkpoint) -> Iterator[Finding]:
    for proven in excerpt.entries:
        leaf = tree.leaf_hash(leaf_of(proven.row.commitment))
        try:
            tree.verify_inclusion(leaf, proven.row.number, checkpoint.size, proven.path, checkpoint.root)
        except tree.ProofRefused as refused:
            yield Finding(Fault.NOT_IN_THE_LOG, str(refused))


def _check_copies(checkpoint: Checkpoint, copied: Sequence[Checkpoint]) -> Iterator[Finding]:
    same = [copy for copy in copied if copy.size == checkpoint.size]
    if any(copy.root != checkpoint.root for copy in same):
        yield Finding(
            Fault.REPLACED_LOG,
            f"the checkpoint mirror has another checkpoint of size {checkpoint.size} than the excerpt",
        )
    elif not copied:
        yield Finding(None, "no copies were given: a new history signed with the same key would pass")
    elif not same:
        yield Finding(
            None, f"no copy has the size {checkpoint.size} of this checkpoint, so that they cannot be compared"
        )


def _check_asked(excerpt: Excerpt, readings: Sequence[Reading]) -> Iterator[Finding]:
    number = _asked_number(excerpt.asked)
    asked = _filters_of(excerpt.asked) if number is None else Filters()
    if asked.kind != excerpt.asked.get("kind"):
        yield Finding(
            None, "it was asked for by a kind that a newer version knows; whether the entries are of it was not judged"
        )
    events = [(proven.row.number, event_of(reading)) for proven, reading in zip(excerpt.entries, readings, strict=True)]
    for entry, event in events:
        if number not in {None, entry} or (event is not None and not asked.fit(event)):
            yield Finding(None, f"entry {entry} is not one that was asked for")
    yield from _check_deletions((entry, event) for entry, event in events if isinstance(event, Event))


def _check_deletions(events: Iterable[tuple[int, Event]]) -> Iterator[Finding]:
    """Yield the ends of deletions of something else than was opened, and the deletions that nothing ends."""
    opened: dict[int, tuple[object, object]] = {}
    ended: set[int] = set()
    for entry, event in events:
        about, begun = (event.fact("photo"), event.fact("device")), event.fact("opened")
        if event.kind is Kind.DELETION_OPENED:
            opened[entry] = about
        elif isinstance(begun, int):
            if opened.get(begun, about) != about:
                stray = f"entry {entry} ends what entry {begun} opened for another photo or device"
                yield Finding(Fault.CLOSE_WITHOUT_OPEN, stray)
            if event.kind is not Kind.DELETION_RECHECKED:
                ended.add(begun)
    for begun in sorted(opened.keys() - ended):
        yield Finding(None, f"the deletion opened by entry {begun} is not closed in this excerpt")


def _remarks(excerpt: Excerpt, checkpoint: Checkpoint) -> Iterator[str]:
    numbers = [proven.row.number for proven in excerpt.entries]
    asked = ", ".join(f"{name} {value}" for name, value in sorted(excerpt.asked.items())) or "everything"
    yield f"this is an excerpt ({asked}): {len(numbers)} of the {checkpoint.size} entries that were signed"
    if numbers:
        first, last = min(numbers), max(numbers)
        gaps = last - first + 1 - len(set(numbers))
        between = f"{gaps} entries between them are not here" if gaps else "none between them is left out"
        yield f"its entries run from {first} to {last}; {between}"
    yield "it shows that these entries are in the audit log, not that there are no others: ask for the whole export"
