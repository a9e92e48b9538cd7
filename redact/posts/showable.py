"""Whom a face may be lifted for: pupils who may be shown on this day; who may not is not among them at all."""

from __future__ import annotations

from dataclasses import dataclass

from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class Showable:
    """A pupil who may be shown."""

    upn: str
    name: str  # for the page alone: in no log, no address, no reason
    year: str


def list_showable(workspace: Workspace, photo: str, number: int) -> tuple[Showable, ...]:
    """Return the pupils of the picker for one place of a photo: those whom the program suggests there come first.

    Raises:
        DatabaseFault: the database does not answer.
    """
    raise NotImplementedError
