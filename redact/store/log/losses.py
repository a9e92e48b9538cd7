"""The only SQL on what went missing in checkpoint mirrors; it stays told until a person accepts it.

Threat: who empties a checkpoint mirror also removes the word of it.
Rule: the word stands here until a person accepts it, and in the audit log for ever (`checkpoint.copied`).
Accepted residue: who holds the database can remove the word here before it is in the audit log, half a minute later.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, delete

from redact.store.key_facts import read_facts, write_facts
from redact.store.schema.tables import facts

_LOST, _IN_RECORD = "copies-lost-", "copies-lost-in-record-"


@dataclass(frozen=True, slots=True)
class Loss:
    """A checkpoint mirror that did not have what had been copied there."""

    place: str  # "copy-1"
    at: str  # when it was seen
    had: int  # entries that its newest head had vouched for
    found: int  # ... and those that the newest one there vouched for

    @property
    def part(self) -> str:
        """What a person is reported, a part of a sentence."""
        return (
            f"the checkpoint mirror {self.place} had on {self.at[:10]} no head of more than {self.found} entries, "
            "although "
            f"one of {self.had} was copied there; the newest was written there again: who took the others?"
        )

    @property
    def sentence(self) -> str:
        """The same as a sentence."""
        return f"T{self.part[1:]}"


def note_loss(connection: Connection, loss: Loss) -> None:
    """Write a loss down; the first one of a place stands until it is accepted."""
    if all(known.place != loss.place for known in list_losses(connection)):
        write_facts(connection, {_LOST + loss.place: json.dumps([loss.at, loss.had, loss.found])})


def list_losses(connection: Connection) -> tuple[Loss, ...]:
    """Return the losses that nobody has accepted, by place."""
    told = {name: value for name, value in read_facts(connection).items() if name.startswith(_LOST)}
    places = sorted(name.removeprefix(_LOST) for name in told if not name.startswith(_IN_RECORD))
    return tuple(Loss(place, *json.loads(told[_LOST + place])) for place in places)


def list_unrecorded(connection: Connection) -> tuple[Loss, ...]:
    """Return the losses of which the audit log says nothing yet."""
    recorded = {name for name in read_facts(connection) if name.startswith(_IN_RECORD)}
    return tuple(loss for loss in list_losses(connection) if _IN_RECORD + loss.place not in recorded)


def write_recorded(connection: Connection, loss: Loss) -> None:
    """Write down that the audit log speaks of a loss."""
    write_facts(connection, {_IN_RECORD + loss.place: loss.at})


def accept_loss(connection: Connection, place: str) -> bool:
    """Forget a loss that a person has accepted and the audit log speaks of; False where there is none such."""
    known = {loss.place for loss in list_losses(connection)} - {loss.place for loss in list_unrecorded(connection)}
    if place not in known:
        return False
    connection.execute(delete(facts).where(facts.c.name.in_([_LOST + place, _IN_RECORD + place])))
    return True
