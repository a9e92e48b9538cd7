"""What the commands that change the register share: who acts, on whom, and what needs a second confirmation."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from redact.audit.roles import PersonRole, check_person_role
from redact.cli.options import option
from redact.errors import UsageError

if TYPE_CHECKING:
    from redact.pupils.consent import Consent
    from redact.store.pupils import Act
    from redact.workspace.open import Workspace

Upn = Annotated[str, typer.Argument(metavar="UPN", help="The pupil's number, as on the roll.")]
Purpose = Annotated[str, typer.Argument(metavar="PURPOSE", help="website, social-media, prospectus, biometric ...")]
Yes = Annotated[bool, option("--yes", help="Write it; without this only the difference is shown.")]
ConfirmLarge = Annotated[bool, option("--confirm-large", help="Write it although it is warned about as large.")]
MaybeBy = Annotated[
    PersonRole | None,
    option("--by", help="The role of the person who does this; needed with --yes.", show_default=False),
]
Source = Annotated[str, option("--source", metavar="WORDS", help="Where it was said: a form, an e-mail, a talk.")]


def make_act(workspace: Workspace, by: PersonRole | None) -> Act:
    """Return who acts now; raises UsageError where nobody is named, or the program."""
    from redact.store.pupils import Act
    from redact.system.clock import local_day, print_moment

    if by is None:
        raise UsageError("Say who does this with --by, for it stands in the audit log")
    settings, now = workspace.settings, workspace.now()
    day = local_day(now, settings.zone)
    return Act(check_person_role(by), print_moment(now), day, workspace.keys.tags, settings.purposes)


def today(workspace: Workspace) -> date:
    """Return the day of today at the school, by the workspace's clock."""
    return workspace.today()


def check_days(given: date | None, expires: date | None) -> None:
    """Raise UsageError where the last day of an answer is before its first."""
    if given is not None and expires is not None and expires < given:
        raise UsageError(
            f"The last day, {expires}, is before the day of the answer, {given}; nothing was written. Look at --given "
            "and --expires: without --given an answer is of today"
        )


def day_of(moment: datetime | None) -> date | None:
    """Return the day of an option."""
    return None if moment is None else moment.date()


def tidy(upn: str) -> str:
    """Return the pupil's number as it is kept; raises UsageError where it is none."""
    from redact.pupils.upn import is_pupil_number, tidy_upn

    upn = tidy_upn(upn)
    if not is_pupil_number(upn):
        raise UsageError("That is no pupil number: letters A to Z and digits are expected, at least one digit")
    return upn


def tidy_source(source: str) -> str:
    """Return where an answer came from, as it is kept."""
    from redact.pupils.consent_import import MAX_SOURCE_CHARS

    return "".join(letter for letter in source if letter.isprintable())[:MAX_SOURCE_CHARS]


def split_mapping(text: str) -> tuple[str, str]:
    """Return heading and purpose of a --map; raises UsageError where it has no two sides."""
    name, equals, purpose = text.rpartition("=")
    if not (name.strip() and equals and purpose.strip()):
        raise UsageError('--map is written as "Heading=purpose", e.g. --map "Photo on website=website"')
    return name, purpose


def known_to(workspace: Workspace, consents: tuple[Consent, ...]) -> tuple[str, ...]:
    """Return the purposes of the workspace and of a pupil's answers, known beside the usual ones."""
    return (*workspace.settings.purposes, *(consent.purpose for consent in consents))


def purpose_named(text: str, further: tuple[str, ...]) -> str:
    """Return the purpose that a person names; raises UsageError where it is none of the known or `further` ones."""
    from redact.pupils.consent import KNOWN_PURPOSES
    from redact.pupils.consent_words import known_purpose

    purpose = known_purpose(text, further)
    if purpose is None:
        known = ", ".join(dict.fromkeys((*KNOWN_PURPOSES, *further)))
        raise UsageError(f"That purpose is not known; a slip would leave the old answer standing. Known are: {known}")
    return purpose


def check_large(alarms: tuple[str, ...], *, confirm_large: bool) -> None:
    """Raise UsageError, which undoes the transaction, where an import needs a second confirmation."""
    if alarms and not confirm_large:
        raise UsageError(
            f"Nothing was written, because {'; '.join(alarms)}. Is it the right file, and are its columns taken for "
            "what they are? If so, say it with --confirm-large"
        )
