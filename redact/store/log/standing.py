"""Is this the log that the checkpoint mirrors know?  Asked before the first entry of a process, and again and again.

Threat: a backup is put in place beside the workspace or in its stead, or a database is rolled back; a second history is
signed over the first, and nobody is told; two machines work with two copies of one workspace.
Rule: the newest checkpoints of each mirror that our key signed are read, and only then our own: (1) one that knows more
entries, (2) another root at a size that we have, or (3) a fresh lease of a machine that does not share our database is
an objection; with one, nothing is written to the log, and so nothing is taken in, stored or deleted.  (1) and (2) end
when a person accepts that the history was given up, which is an entry (`workspace.set-back`), itself proved; (3) ends
with the other machine's work, or when a person says that the workspace moved (`workspace.moved`).
Accepted residue: a mirror that is away is not asked; who can write there and in the database can take it all back to
one earlier moment, lease included, and only a copy elsewhere shows it.  A lease is not signed: who can write in the
mirror can stop the writing, which is the safe way round.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from redact.audit.checkpoint import Checkpoint, LogKey, open_note
from redact.audit.faults import AuditLogError
from redact.audit.kinds import Kind
from redact.errors import RedactError
from redact.store.database import Database
from redact.store.log.mirror_folder import MirrorFolder
from redact.store.log.proofs.proven import Proofs
from redact.store.log.reader import newest_note
from redact.store.machines import beat_of
from redact.system.clock import Now, parse_moment, print_local, print_moment

LEASE_S = 600.0  # seconds that a lease counts; a watcher at work writes it every 30, and a share may be away a while
SHARED_S = 120.0  # seconds: a machine that shares our database has written there that it lives, as of its lease
_MACHINE = re.compile(r"[\w.-]{1,64}", re.ASCII).fullmatch  # Workspace.executor; it is printed
NEWEST = 20  # checkpoints of a mirror that are compared: 0.1 ms each for its signature
AGAIN_S = 2.0  # seconds until somebody who objected is asked again: a person may have accepted it


class Why(StrEnum):
    """What speaks against writing."""

    AHEAD = "ahead"  # the mirror knows entries that are not here
    OTHER = "other"  # it knows other entries
    ELSEWHERE = "elsewhere"  # another machine works with a copy of this workspace


@dataclass(frozen=True, slots=True)
class Objection:
    """Why nothing may be written to the log."""

    mirror: str  # "mirror-1"
    why: Why
    size: int = 0  # entries that the mirror vouches for
    found: int = 0  # of these, so many are here, as far as is known
    machine: str = ""  # the other one, as it calls itself
    at: str = ""  # when it said that it works

    @property
    def sentence(self) -> str:
        """What happened."""
        if self.why is Why.ELSEWHERE:
            at = print_local(parse_moment(self.at), UTC)
            return (
                f"Another machine works with a copy of this workspace: at {at} UTC {self.machine} said so in the "
                f"checkpoint mirror {self.mirror}. Nothing is written to the audit log here, or there would be two."
            )
        knows = f"more entries, {self.size}," if self.why is Why.AHEAD else f"other entries, {self.size} in all,"
        return (
            f"This audit log was set back, or runs elsewhere: the checkpoint mirror {self.mirror} vouches for {knows} "
            f"of which {self.found} are here. Nothing is written to it."
        )

    @property
    def next_step(self) -> str:
        """What a person does."""
        if self.why is Why.ELSEWHERE:
            return "Stop the watcher there. If the workspace was moved here for good: redact workspace moved"
        return (
            "If the other one is the right one, go on with that and delete this one. If a backup was put in place "
            "here, and what came after it is lost: redact audit accept-set-back"
        )


class LogElsewhere(RedactError):
    """The log may not be written here; nothing was changed."""

    def __init__(self, objection: Objection) -> None:
        """Say why, and what to do."""
        super().__init__(f"{objection.sentence} {objection.next_step}")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What lies in one mirror."""

    mirror: str
    checkpoints: tuple[Checkpoint, ...]  # signed by us
    lease: Mapping[str, object] | None


class Standing:
    """How the log of one workspace stands to its mirrors; safe to share between threads."""

    def __init__(
        self, database: Database, key: LogKey, folders: Iterable[MirrorFolder], proofs: Proofs, machine: str, now: Now
    ) -> None:
        self._database, self._key, self._folders = database, key, tuple(folders)
        self._proofs, self._machine, self._now = proofs, machine, now
        self._lock = threading.Lock()
        self._objections: tuple[Objection, ...] | None = None  # None: nobody looked yet
        self._looked_s = 0.0

    def check(self) -> None:
        """Return where nothing speaks against writing, as was seen last.

        Raises:
            LogElsewhere: something does; it is looked at again.
            DatabaseFault: that cannot be seen.
        """
        with self._lock:
            is_old = time.monotonic() - self._looked_s >= AGAIN_S
            if self._objections is None or (self._objections and is_old):
                self._objections, self._looked_s = self.look(), time.monotonic()
            if self._objections:
                raise LogElsewhere(self._objections[0])

    def look_again(self) -> None:
        """Look at the mirrors again before the next entry."""
        with self._lock:
            self._objections = None

    def look(self) -> tuple[Objection, ...]:
        """Return what speaks against writing to the log now.

        Raises:
            DatabaseFault: that cannot be seen.
        """
        seen = tuple(self._seen())  # the mirrors first: what comes meanwhile is in the database
        if not any(each.checkpoints or each.lease for each in seen):
            return ()
        with self._database.read() as connection:
            ours = self._ours(connection)
            leases = [(each, beat_of(connection, str(each.lease["machine"]))) for each in seen if each.lease]
        found = [self._compare(each, ours) for each in seen if each.checkpoints]
        found += [self._foreign(each, beat_at) for each, beat_at in leases]
        return tuple(objection for objection in found if objection is not None)

    def write_leases(self, *, is_over: bool = False) -> None:
        """Say in every mirror that this machine works with the log, or has ended; one that is away hears of it later.

        Raises:
            LogElsewhere: another machine says so; nothing was written.
        """
        if not is_over:
            self.look_again()
            self.check()
        self._write_lease(is_over=is_over, only_ours=is_over)

    def take_leases(self) -> None:
        """Put this machine's name, as one that has ended, in place of whichever is there: a person says so."""
        self._write_lease(is_over=True, only_ours=False)
        self.look_again()

    def _write_lease(self, *, is_over: bool, only_ours: bool) -> None:
        """Write a lease of this machine into every mirror, or only into those that have one of it."""
        lease = json.dumps({"machine": self._machine, "at": print_moment(self._now()), "over": is_over})
        for folder in self._folders:
            try:
                if not only_ours or _is_of(_read_lease(folder, self._lease_name), self._machine):
                    folder.write_lease(self._lease_name, lease)
            except OSError:
                continue  # the mirror takes no checkpoint either, which is reported

    @property
    def _lease_name(self) -> str:
        return f"lease-{self._key.key_id.hex()}.json"  # several logs may share a mirror

    def _seen(self) -> Iterator[_Seen]:
        for folder in self._folders:
            try:
                notes = folder.newest_notes(lambda note: self._open(note) is not None)
            except OSError:
                continue  # away, which is reported
            lease = None
            with contextlib.suppress(OSError):  # a pipe in its place must not keep the checkpoints from being compared
                lease = _read_lease(folder, self._lease_name)
            opened = [checkpoint for checkpoint in map(self._open, notes[-NEWEST:]) if checkpoint is not None]
            yield _Seen(folder.mirror.id, tuple(opened), lease)

    def _open(self, note: str) -> Checkpoint | None:
        try:
            return open_note(note, [self._key])
        except AuditLogError:
            return None

    def _ours(self, connection: Connection) -> int:
        """Return how many entries our own newest checkpoint vouches for."""
        note = newest_note(connection)
        ours = None if note is None else self._open(note)
        return 0 if ours is None else ours.size

    def _compare(self, seen: _Seen, ours: int) -> Objection | None:
        roots = self._proofs.roots({checkpoint.size for checkpoint in seen.checkpoints if checkpoint.size <= ours})
        same = [each.size for each in seen.checkpoints if roots.get(each.size) == each.root]
        strange = [each for each in seen.checkpoints if roots.get(each.size) != each.root]
        if not strange:
            return None
        accepted = self._accepted()
        rest = [each for each in strange if not any(found < each.size <= size for found, size in accepted)]
        if not rest:
            return None
        size = max(each.size for each in rest)
        if all(each.size > ours for each in rest):
            return Objection(seen.mirror, Why.AHEAD, size, ours)
        return Objection(seen.mirror, Why.OTHER, size, max(same, default=0))

    def _accepted(self) -> list[tuple[int, int]]:
        """Return (entries that were kept, entries that the given-up history had) of each time that was accepted."""
        events = [entry.event for entry in self._proofs.find_all(Kind.WORKSPACE_SET_BACK)]
        return [(int(event.fact("found") or 0), int(event.fact("size") or 0)) for event in events]

    def _foreign(self, seen: _Seen, beat_at: str | None) -> Objection | None:
        lease = seen.lease or {}
        machine, at = str(lease["machine"]), str(lease["at"])
        if machine == self._machine or lease.get("over") or not _is_fresh(at, self._now()):
            return None
        if beat_at is not None and parse_moment(beat_at) >= parse_moment(at) - timedelta(seconds=SHARED_S):
            return None  # it shares our database
        return Objection(seen.mirror, Why.ELSEWHERE, machine=machine, at=at)


def _read_lease(folder: MirrorFolder, name: str) -> Mapping[str, object] | None:
    """Return a lease that can be read; what is none says nothing."""
    text = folder.read_lease(name)
    try:
        lease = json.loads(text or "")
        parse_moment(lease["at"])
        return lease if _MACHINE(lease["machine"]) else None
    except (ValueError, TypeError, KeyError, RecursionError):  # the last: brackets, nested beyond all reason
        return None


def _is_of(lease: Mapping[str, object] | None, machine: str) -> bool:
    return lease is not None and lease["machine"] == machine


def _is_fresh(at: str, now: datetime) -> bool:
    return abs(now - parse_moment(at)) <= timedelta(seconds=LEASE_S)
