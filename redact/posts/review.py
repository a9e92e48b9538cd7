"""Decide on copies: fit for use, unfit, open again, set aside; each with who did it, for exactly the copy they saw.

Threat: a person says yes to one copy and it counts for another; a copy on which something may be a bare face, or of
which a wanted cover is not drawn yet, passes; nobody answers for a decision.
Rule: state and copy are compared and swapped in one transaction with the entry `review.decided`.  `fit` is refused
while a `maybe` place is undecided, while a redraw is under way or failed, where nothing was found until the person says
that nobody is on it, and where somebody is shown who may not be shown today.  Another copy, a recall and an undo open
the review again.  What is set aside voids posts that hold it, and is asked to be taken down where it stands already.
Accepted residue: that the person looked is their word.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from redact.audit.kinds import Kind
from redact.errors import RedactError, short_id
from redact.posts.changes import ChangedMeanwhile, Seen
from redact.redaction.answers.values import asks_about
from redact.redaction.values import Action
from redact.store.log.audit_log import Entries
from redact.store.photos.recalls import is_recalled, list_shown_on
from redact.store.photos.states import ReviewState
from redact.store.posts.take_downs import COPY_UNFIT, Opener, open_for_photo
from redact.store.posts.voids import Cause, Voider, void_photo
from redact.store.queue import find_queued
from redact.store.reviewing.redraws import DONE, newest_redraw
from redact.store.reviewing.reviews import set_review
from redact.store.reviewing.versions import Version, read_current
from redact.system.clock import print_moment
from redact.workspace.ids import Actor
from redact.workspace.may_show import may_be_shown, may_name_all
from redact.workspace.open import Workspace

_OF_A_BURST: Final = "another-of-the-burst"  # a word of the audit log


class Decision(StrEnum):
    """What a person decides on a copy; the words of the audit log (audit.shapes.DECISION)."""

    FIT = "fit"
    UNFIT = "unfit"


class AsideCause(StrEnum):
    """Why nothing of a copy that somebody looked at is to be published; words of the audit log (audit.shapes.WORD)."""

    NOT_FOR_USE = "not-for-use"  # the school has no use for it
    NOT_SUITABLE = "not-suitable"  # it should not have been taken, or must not be published
    NOT_REDACTED_WELL = "not-redacted-well"  # its covers cannot be made right


class Undecided(RedactError):
    """A place of the copy may be a face and is bare; a person covers it or says no first."""

    def __init__(self, photo: str, numbers: tuple[int, ...]) -> None:
        """Say which places, by number."""
        one, short = len(numbers) == 1, short_id(photo)
        which = f"place {numbers[0]}" if one else f"{len(numbers)} places ({', '.join(map(str, numbers))})"
        super().__init__(
            f"On photo {short} a face may be bare at {which}. Cover {'it' if one else 'each'}, or say that it is no "
            f"person: on the photo's page, or with redact cover {short} --place N, and --no-person N."
        )
        self.numbers = numbers


class NobodyFound(RedactError):
    """Nothing was found on the photo; only the word that nobody and no name is in it makes it fit."""

    def __init__(self, photo: str) -> None:
        """Say of which photo."""
        super().__init__(
            f"Nothing was found on photo {short_id(photo)}. Look at all of it, and say that nobody and no name is in "
            f"it: on the photo's page, or with redact review {short_id(photo)} --decide fit --nobody."
        )


class NotShowable(RedactError):
    """The copy shows or names somebody who may not be shown today."""

    def __init__(self, photo: str) -> None:
        """Say what to do."""
        short = short_id(photo)
        super().__init__(
            f"Photo {short} shows or names somebody who may not be shown today: a consent ended. Cover them; or recall "
            f"the copy and have it made again (redact recall {short}, then redact retry {short} --key FILE); or set it "
            "aside."
        )


class MayName(NotShowable):
    """The copy may name an adult who may not be named today; nobody wrote down whom it names."""

    def __init__(self, photo: str) -> None:
        """Say what to do."""
        RedactError.__init__(self, f"Photo {short_id(photo)} {may_name(photo, 'today')}")


def may_name(photo: str, where: str) -> str:
    """Return the rest of a sentence on a copy that may name an adult: "may name ...", with what to do."""
    return (
        f"may name an adult who may not be named {where}: its copy was made before the program wrote down whom it "
        f"names. Draw it again on the photo's page, or with: redact cover {short_id(photo)} --again"
    )


class Unfinished(RedactError):
    """What somebody asked for on the photo is not drawn."""

    def __init__(self, photo: str) -> None:
        """Say of which photo."""
        super().__init__(
            f"A change of photo {short_id(photo)} is not drawn yet, or could not be drawn. Wait for it, try it again, "
            "or undo it."
        )


def decide(
    workspace: Workspace, seen: Seen, decision: Decision, who: Actor, *, says_nobody: bool = False, cause: str = ""
) -> None:
    """Decide on a copy whose review is open.

    Args:
        workspace: opened.
        seen: the copy that the person looked at.
        decision: fit for use, or unfit.
        who: decides.
        says_nobody: the person says that nobody and no name is in the photo.
        cause: of `unfit`, a word of the program's (audit.shapes.WORD).

    Raises:
        ChangedMeanwhile: it has another copy, was decided, or is recalled; nothing was changed.
        Undecided, NobodyFound, Unfinished, NotShowable, MayName: it cannot be `fit` yet.
        DatabaseFault: nothing was changed.
    """
    with workspace.audit_log.writing() as entries:
        connection, at = entries.connection, print_moment(workspace.now())
        copy = current_copy(connection, seen)
        if decision is Decision.FIT:
            _check_fit(connection, copy, says_nobody=says_nobody)
            if not may_be_shown(workspace, connection, list_shown_on(connection, seen.photo)):
                raise NotShowable(seen.photo)
            if not copy.names_known and not _may_name_all(workspace, connection, seen.photo):
                raise MayName(seen.photo)
        if not set_review(connection, (seen.photo, seen.output), [ReviewState.OPEN], decision.value, at):
            raise ChangedMeanwhile(seen.photo)
        _enter(entries, seen, decision.value, who, cause)
        if decision is Decision.UNFIT:
            hours = workspace.settings.take_down_hours
            open_for_photo(entries, seen.photo, COPY_UNFIT, Opener(who.role, who.tag, hours))
            void_photo(entries, seen.photo, Cause.SET_ASIDE, Voider(who.role, who.tag, hours))


def reopen(workspace: Workspace, seen: Seen, who: Actor) -> None:
    """Take a decision back.

    Raises:
        ChangedMeanwhile: it has another copy, or its review is open.
        DatabaseFault: nothing was changed.
    """
    with workspace.audit_log.writing() as entries:
        current_copy(entries.connection, seen)
        if not open_again(workspace, entries, seen, who):
            raise ChangedMeanwhile(seen.photo)


def set_aside(workspace: Workspace, seen: Seen, who: Actor, cause: str) -> None:
    """Say that nothing of a stored copy is to be published: unfit, with a cause.

    For photos without a copy, and recalled ones: redact.photos.set_aside.

    Raises:
        ChangedMeanwhile: as for `decide`.
        DatabaseFault: nothing was changed.
    """
    decide(workspace, seen, Decision.UNFIT, who, cause=cause)


def keep_only(workspace: Workspace, others: Iterable[Seen], who: Actor) -> None:
    """Set the others of a burst aside, each as it was seen.

    Raises:
        ChangedMeanwhile: one was changed meanwhile; those before it are set aside.
        DatabaseFault: likewise.
    """
    for other in others:
        set_aside(workspace, other, who, _OF_A_BURST)


def open_again(
    workspace: Workspace,
    entries: Entries,
    seen: Seen,
    who: Actor,
    cause: str = "",
    voids: Cause = Cause.REVIEW_REOPENED,
) -> bool:
    """Open the review of a decided copy, in a transaction of the caller's; False where it is open.

    Args:
        workspace: opened.
        entries: of the transaction.
        seen: the copy.
        who: opens it.
        cause: a word of the program's; stands in the audit log.
        voids: why posts that hold it become drafts.
    """
    decided = [ReviewState.FIT, ReviewState.UNFIT]
    if not set_review(entries.connection, (seen.photo, seen.output), decided, ReviewState.OPEN, None):
        return False
    _enter(entries, seen, "reopened", who, cause)
    void_photo(entries, seen.photo, voids, Voider(who.role, who.tag, workspace.settings.take_down_hours))
    return True


def current_copy(connection: Connection, seen: Seen) -> Version:
    """Return the copy that stands, if it is the one that was seen and nothing recalls it.

    Raises:
        ChangedMeanwhile: it is not.
    """
    copy = read_current(connection, seen.photo)
    if copy is None or copy.output != seen.output or is_recalled(connection, seen.photo):
        raise ChangedMeanwhile(seen.photo)
    return copy


def _check_fit(connection: Connection, copy: Version, *, says_nobody: bool) -> None:
    maybe = asks_about(copy.plan, copy.shows, {Action.MAYBE})
    if maybe:
        raise Undecided(copy.photo, maybe)
    newest = newest_redraw(connection, copy.photo)
    if newest is not None and newest.state != DONE:
        raise Unfinished(copy.photo)
    if not copy.plan and not says_nobody:
        raise NobodyFound(copy.photo)


def _may_name_all(workspace: Workspace, connection: Connection, photo: str) -> bool:
    queued = find_queued(connection, photo, None)
    return queued is None or not queued.is_unread or may_name_all(workspace, connection, queued.register)


def _enter(entries: Entries, seen: Seen, decision: str, who: Actor, cause: str) -> None:
    more = {"cause": cause} if cause else {}
    facts = {"photo": seen.photo, "output": seen.output, "decision": decision}
    entries.add(Kind.REVIEW_DECIDED, by=who.role, person=who.tag, **facts, **more)
