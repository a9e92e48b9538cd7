"""Check the audit log of a workspace where it lies: database, checkpoint mirrors and key.

Threat: whoever can write the database edits, drops or swaps entries, changes the columns that lists are searched by,
or plants the right edge of a forged tree, so that this very program signs it with the next entry.
Rule: the ten checks of an export, made on the rows themselves, and three that only a workspace can make
(docs/audit-log.md section 9).  The checkpoint mirrors are read before the database, so that a watcher at work cannot
look like a cut tail.
Accepted residue: a program that lies can lie here too; an auditor takes the export, the copies and the stand-alone
reader elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from redact.audit.checkpoint import LogKey, parse_note, split_notes
from redact.audit.events import Event, Reading, UnknownEvent, event_of, reading_of
from redact.audit.faults import AuditLogError
from redact.audit.verify.log import Walk, unreadable
from redact.audit.verify.verdict import Fault, Finding, Report, check_of
from redact.store.database import Database
from redact.store.log.checked import Checked, Sums
from redact.store.log.losses import list_losses
from redact.store.log.mirror_folder import Mirror, MirrorFolder
from redact.store.log.reader import Stored, has_edge, read_copied, read_edge, read_notes, read_stored

QUESTIONS = {
    11: "Do the columns that lists are searched by say what the entries say?",
    12: "Will the next entry be added to these entries?",
    13: "Do all checkpoint mirrors answer, and have what was copied to them?",
}


@dataclass(frozen=True, slots=True)
class Copied:
    """What lies in one checkpoint mirror."""

    mirror: str
    texts: tuple[str, ...]
    fault: str | None = None  # why it does not answer, a sentence part

    @property
    def size(self) -> int:
        """Entries that its newest readable checkpoint vouches for."""
        return max((_size_of(note) for text in self.texts for note in split_notes(text)), default=0)


def read_mirror(mirror: Mirror) -> Copied:
    """Return the checkpoints in a checkpoint mirror; one that does not answer says so."""
    try:
        found = MirrorFolder(mirror).read_all()
    except OSError as error:
        return Copied(mirror.id, (), (error.strerror or "it does not answer").lower())
    return Copied(mirror.id, found.texts, found.fault)


def read_copy(path: Path) -> str:
    """Return the text of one file of copies, its line ends as they are; bytes that are no text fail check 1 later."""
    return path.read_bytes().decode("utf-8", "replace")


def check_workspace(
    database: Database,
    origin: str,
    mirrors: Sequence[Mirror],
    keys: Sequence[LogKey],
    remember: Callable[[Checked], object] = lambda _: None,
) -> Report:
    """Check the audit log of a workspace; never raises for what is in it.

    Args:
        database: of the workspace.
        origin: of the log.
        mirrors: checkpoint mirrors.
        keys: public keys of the log.
        remember: is called with what was checked, all entries, where the log is intact.

    Raises:
        DatabaseFault: the database is out of reach.
    """
    copied = [read_mirror(mirror) for mirror in mirrors]  # first: see the rule above
    with database.read() as connection:
        walk, sums = Walk(), Sums(Checked().sums)
        report = check_log(connection, origin, copied, keys, walk, sums)
    if report.is_intact:
        remember(Checked(walk.frontier, sums.joined()))
    return report


def check_log(
    connection: Connection,
    origin: str,
    copied: Sequence[Copied],
    keys: Sequence[LogKey],
    walk: Walk | None = None,
    sums: Sums | None = None,
) -> Report:
    """Check the audit log that `connection` reads, against what was found in the checkpoint mirrors.

    Args:
        connection: of a transaction that sees one moment.
        origin: of the log.
        copied: what lies in the mirrors, read before.
        keys: public keys of the log.
        walk: a new one, where the caller wants to know the edge of the tree.
        sums: of no entry yet, where the caller wants to know those.
    """
    walk, sums, index, broken = walk or Walk(), sums or Sums(Checked().sums), list[Finding](), list[Finding]()
    for stored in read_stored(connection):
        try:
            row = stored.row()
        except AuditLogError as error:
            broken.append(Finding(Fault.MALFORMED, str(error)))
            continue
        reading = reading_of(row.body)
        walk.take(row, reading)
        sums.take(stored.number, stored.kind, stored.photo, stored.device)
        index += compare_columns(stored, reading)
    texts = [text for mirror in copied for text in mirror.texts]
    if broken:
        return unreadable(broken, texts)
    if _is_new(connection, walk, texts):
        return Report(
            (check_of(8, "Was anything recorded?", [Finding(None, "nothing was recorded in this workspace yet")]),)
        )
    report = walk.judge(origin, read_notes(connection), texts, keys)
    further = ((11, index), (12, list(_check_edge(connection, walk))), (13, list(_check_mirrors(connection, copied))))
    return Report((*report.checks, *(check_of(number, QUESTIONS[number], found) for number, found in further)))


def _is_new(connection: Connection, walk: Walk, texts: Sequence[str]) -> bool:
    """Say whether nothing at all speaks of an entry: not the rows, the edge, a checkpoint, a mirror or what it had."""
    is_empty = walk.size == 0 and not read_notes(connection) and not any(texts)
    return is_empty and not read_copied(connection) and not has_edge(connection)


def compare_columns(stored: Stored, reading: Reading) -> Iterator[Finding]:
    """Give what the columns beside a body say otherwise than the body."""
    event = event_of(reading)
    if event is not None:
        yield from _compare_with(stored, event)
    elif reading is None and (stored.photo is not None or stored.device is not None):
        yield Finding(None, f"entry {stored.number} has no body any more, and is still listed under a photo or device")


def _compare_with(stored: Stored, event: Event | UnknownEvent) -> Iterator[Finding]:
    claimed = (event.spelling, event.at, event.fact("photo"), event.fact("device"))
    beside = (stored.kind, stored.at, stored.photo, stored.device)
    if claimed != beside:
        for name, value, column in zip(("kind", "at", "photo", "device"), claimed, beside, strict=True):
            if value != column:
                yield Finding(Fault.FALSE_INDEX, f"entry {stored.number} is listed under another {name} than its own")


def _check_edge(connection: Connection, walk: Walk) -> Iterator[Finding]:
    grown = walk.frontier
    try:
        saved = read_edge(connection)
    except AuditLogError as error:
        yield Finding(Fault.FALSE_EDGE, str(error))
        return
    if saved != grown:
        yield Finding(
            Fault.FALSE_EDGE,
            f"the saved edge of the tree, of {saved.size} entries, is not that of the {grown.size} entries here",
        )


def _check_mirrors(connection: Connection, copied: Sequence[Copied]) -> Iterator[Finding]:
    known = read_copied(connection)
    for loss in list_losses(connection):
        yield Finding(None, loss.part)
    newest = max((_size_of(note) for note in read_notes(connection)), default=0)
    for mirror in copied:
        had = known.get(mirror.mirror, 0)
        if mirror.fault is not None:
            yield Finding(None, f"the checkpoint mirror {mirror.mirror} cannot be read: {mirror.fault}")
        elif mirror.size < had:
            lost = f"{mirror.mirror} had checkpoints up to {had} entries, and now up to {mirror.size}: who took them?"
            yield Finding(None, lost)
        elif mirror.size < newest:
            behind = f"{mirror.mirror} has checkpoints up to {mirror.size} of {newest} entries; the next one catches up"
            yield Finding(None, behind)
    if not copied:
        yield Finding(None, "this workspace has no checkpoint mirror; name one in redact.toml")


def _size_of(note: str) -> int:
    try:
        return parse_note(note)[0].size
    except AuditLogError:
        return 0
