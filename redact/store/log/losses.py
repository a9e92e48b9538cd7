"""The only SQL on what went missing in checkpoint mirrors; it is reported until a person accepts it.

Threat: who empties a checkpoint mirror also removes the notice of it.
Rule: the notice stands here until a person accepts it, and in the audit log for ever (`mirror.incomplete`).
Accepted residue: who holds the database can remove the notice here before it is in the audit log, half a minute later.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, delete

from redact.store.key_facts import read_fact, read_facts, write_facts
from redact.store.schema.tables import facts
from redact.system.clock import parse_moment, utc_day

_LOST, _LOGGED = "mirror-loss-", "mirror-loss-logged-"  # names of facts, before the mirror's id


@dataclass(frozen=True, slots=True)
class Loss:
    """A checkpoint mirror that did not have what had been copied there."""

    mirror: str  # "mirror-1"
    at: str  # when it was seen
    had: int  # entries that its newest checkpoint had vouched for
    found: int  # ... and those that the newest one there vouched for

    @property
    def part(self) -> str:
        """What a person reads, a part of a sentence."""
        return (
            f"the checkpoint mirror {self.mirror} had on {utc_day(self.at)} (UTC) no checkpoint of more than "
            f"{self.found} entries, although one of {self.had} was copied there: who took the others, or put "
            "something else in their place?"
        )

    @property
    def next_step(self) -> str:
        """What a person does about it."""
        return f"Find out who has access there. When that is clear: redact audit accept-loss {self.mirror}"

    @property
    def sentence(self) -> str:
        """The same as a sentence."""
        return f"T{self.part[1:]}"


def note_loss(connection: Connection, loss: Loss) -> None:
    """Write a loss down; the first one of a mirror stands until it is accepted."""
    if all(known.mirror != loss.mirror for known in list_losses(connection)):
        write_facts(connection, {_LOST + loss.mirror: json.dumps([loss.at, loss.had, loss.found])})


def list_losses(connection: Connection) -> tuple[Loss, ...]:
    """Return the losses that nobody has accepted, by mirror."""
    noted = {name: value for name, value in read_facts(connection).items() if name.startswith(_LOST)}
    mirrors = sorted(name.removeprefix(_LOST) for name in noted if not name.startswith(_LOGGED))
    found = (read_fact(connection, _LOST + mirror, partial(_loss, mirror)) for mirror in mirrors)
    return tuple(loss for loss in found if loss is not None)


def _loss(mirror: str, parsed: Any) -> Loss:
    at, had, found = parsed
    parse_moment(at)
    return Loss(mirror, at, int(had), int(found))


def list_unlogged(connection: Connection) -> tuple[Loss, ...]:
    """Return the losses of which the audit log says nothing yet."""
    logged = {name for name in read_facts(connection) if name.startswith(_LOGGED)}
    return tuple(loss for loss in list_losses(connection) if _LOGGED + loss.mirror not in logged)


def write_logged(connection: Connection, loss: Loss) -> None:
    """Write down that the audit log speaks of a loss."""
    write_facts(connection, {_LOGGED + loss.mirror: loss.at})


def accept_loss(connection: Connection, mirror: str) -> bool:
    """Forget a loss that a person has accepted and the audit log speaks of; False where there is none such."""
    known = {loss.mirror for loss in list_losses(connection)} - {loss.mirror for loss in list_unlogged(connection)}
    if mirror not in known:
        return False
    connection.execute(delete(facts).where(facts.c.name.in_([_LOST + mirror, _LOGGED + mirror])))
    return True
