"""Who changes a register, when, and for which use of photos; and which day it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from redact.audit.kinds import Role
from redact.errors import UsageError
from redact.pupils.upn import is_pupil_number, tidy_upn
from redact.store.pupils.acts import Act
from redact.system.clock import print_moment
from redact.workspace.ids import acting_role
from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What a person says of a file that is imported."""

    digest: str  # SHA-256 of the file
    school: str = ""  # whose file it is
    is_whole: bool = False  # it has every pupil, or every yes, there is: what it does not mention has gone
    confirms_large: bool = False  # a person confirms what the alarms warn of
    confirmed: Mapping[str, str] = field(
        default_factory=dict
    )  # headings and what a person says they mean, to be remembered


def act_of(workspace: Workspace, by: Role | None) -> Act:
    """Return who acts now.

    Raises:
        UsageError: nobody is named, or the program itself.
    """
    role, settings = acting_role(by), workspace.settings
    at, day = print_moment(workspace.now()), workspace.today()
    return Act(role, at, day, workspace.keys.tags, settings.purposes, settings.take_down_hours)


def pupil_number(text: str) -> str:
    """Return the pupil's number that a person gives, as it is kept.

    Raises:
        UsageError: it is none.
    """
    upn = tidy_upn(text)
    if not is_pupil_number(upn):
        raise UsageError("That is no pupil number: letters A to Z and digits are expected, at least one digit.")
    return upn


def check_large(alarms: tuple[str, ...], *, confirms_large: bool) -> None:
    """Stop an import that needs a second confirmation; called in its transaction, which that undoes.

    Raises:
        UsageError: there are alarms, and nobody confirmed them.
    """
    if alarms and not confirms_large:
        raise UsageError(
            f"Nothing was written, because {'; '.join(alarms)}. Is it the right file, and are its columns read as "
            "what they are? If so, confirm it with --confirm-large."
        )
