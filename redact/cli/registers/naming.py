"""Which pupil is meant: a number, or at a terminal a name; no name is taken from, or printed to, a file or a pipe."""

from __future__ import annotations

import typer

from redact.cli.acting import is_asked
from redact.errors import UsageError
from redact.pupils.upn import is_pupil_number, tidy_upn
from redact.registers.act import pupil_number
from redact.registers.find_pupil import FoundPupil, find_pupils
from redact.system.printing import printable
from redact.workspace.open import Workspace


def upn_of(workspace: Workspace, text: str, *, writes: bool = False) -> str:
    """Return the pupil's number that a person gives, or that of the one pupil of that name.

    Args:
        workspace: opened.
        text: a number or, at a terminal, words of a name.
        writes: something is written of the pupil, so a name that was found is asked about first.

    Raises:
        UsageError: it is no number, and nobody or more than one has such a name, or nobody sits at a terminal.
    """
    if is_pupil_number(tidy_upn(text)) or not is_asked():
        return pupil_number(text)
    found = find_pupils(workspace, text)
    for one in found:
        typer.echo(print_found(one), err=True)
    if not found:
        raise UsageError("Nobody on the roll has such a name. See: redact roll list")
    if len(found) > 1:
        raise UsageError("More than one pupil has such a name; give the number. Nothing was changed.")
    if writes and not typer.confirm("Is this the pupil?", err=True):
        raise UsageError("Nothing was changed.")
    return found[0].pupil.upn


def print_found(found: FoundPupil) -> str:
    """Return a pupil on one line, by name: for a terminal."""
    pupil = found.pupil
    name = f"{' / '.join(pupil.forenames)} {' / '.join(pupil.surnames)}".strip()
    place = " ".join(part for part in (pupil.school, f"year {pupil.year or '-'}", f"class {pupil.reg or '-'}") if part)
    return f"{pupil.upn:13} {printable(name)}  {place}{'  has left' if found.has_left else ''}"
