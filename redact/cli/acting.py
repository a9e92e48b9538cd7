"""Arguments and options that the commands on pupils share."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from redact.audit.roles import PersonRole
from redact.cli.option import option
from redact.cli.options import role_option
from redact.errors import RedactError, UsageError, counted
from redact.photos.placing.for_use import update_for_use
from redact.posts.consents_ended import open_ended
from redact.posts.releasing.sweep import sweep_outbox
from redact.workspace.open import Workspace, open_workspace

Upn = Annotated[str, typer.Argument(metavar="UPN", help="The pupil's number, as on the roll; at a terminal a name.")]
Purpose = Annotated[str, typer.Argument(metavar="PURPOSE", help="website, social-media, prospectus, biometric ...")]
Yes = Annotated[bool, option("--yes", help="Write it; without this only the difference is shown.")]
ConfirmLarge = Annotated[bool, option("--confirm-large", help="Write it although a warning says that much changes.")]
MaybeBy = Annotated[
    PersonRole | None,
    role_option("The role of the person who does this, needed with --yes", show_default=False),
]
Source = Annotated[str, option("--source", metavar="WORDS", help="Where it was said: a form, an e-mail, a talk.")]


@contextlib.contextmanager
def open_register(workspace: Path) -> Iterator[Workspace]:
    """Open the workspace for a change of a register; what the change takes back leaves the outbox at once."""
    with open_workspace(workspace) as opened:
        yield opened
        with contextlib.suppress(RedactError):  # the change stands; watcher and desk sweep the outbox too
            sweep_outbox(opened)


def say_preview_ends(alarms: Sequence[str]) -> None:
    """Say that a preview wrote nothing, and with which options the import is written."""
    large = " --confirm-large" if alarms else ""
    typer.echo(
        f"Nothing was written. If this is right, give the same command again with --yes --by ROLE{large}.", err=True
    )


def leave_for_use(workspace: Workspace) -> None:
    """Take out of for-use, at once, what a change of a register took back; where that fails the watcher does it.

    Copies of which nobody wrote down whom they name are recalled by no change, and are looked at again here.
    """
    with contextlib.suppress(RedactError):
        opened = open_ended(workspace)
        if opened:
            typer.echo(
                f"{counted(opened, 'passed photo')} must be looked at again and may not be used until then: somebody "
                "who is shown there, or may be named, may not be any more. See: redact list --state to-review",
                err=True,
            )
    with contextlib.suppress(RedactError):
        update_for_use(workspace)


def is_asked() -> bool:
    """Say whether a person sits at the terminal and can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


_MAP_FORM: Final = '--map is written as "Heading=meaning", e.g. --map "Photo on website=website"'


def split_mapping(text: str, called: str = _MAP_FORM) -> tuple[str, str]:
    """Return heading and purpose of a --map, or the two sides of another option that is `called` so.

    Raises:
        UsageError: it has no two sides.
    """
    name, equals, purpose = text.rpartition("=")
    if not (name.strip() and equals and purpose.strip()):
        raise UsageError(f"{called}.")
    return name, purpose
