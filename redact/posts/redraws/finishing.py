"""The end of a redraw: the new copy into trust storage, and everything that says so in one transaction.

Threat: a photo is left without a copy, or with one that nobody verified; a copy of a crash lies in trust storage and
nobody knows of it; a face is bare for which nobody consents any more.
Rule: the copy is put and read back first, under a name that was written down before; then copy, plan, who is shown, the
answers that it carries out and the entries are written together, if the copy it began from still stands and nothing
recalls it.  Where that fails, what was put goes again.  Whom the former copy did not show must be allowed now.
Accepted residue: after a crash between the two the file lies there until the redraw is taken up again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from redact.audit.events import person_tag
from redact.audit.kinds import Fact, Kind
from redact.errors import RedactError
from redact.redaction.answers.apply import is_same
from redact.redaction.answers.hidden import hides_more
from redact.redaction.values import Outcome, copy_name
from redact.store import photos as photo_rows
from redact.store.log.audit_log import Entries
from redact.store.photos.copies import copy_columns
from redact.store.photos.recalls import is_recalled, list_shown_on
from redact.store.placing.events import read_story
from redact.store.posts.take_downs import COPY_COVERED, Opener, open_for_photo
from redact.store.posts.voids import Cause, Voider, void_photo
from redact.store.pupils.reading import register_version
from redact.store.reviewing import redraws as rows
from redact.store.reviewing.answers import Act, PhotoAnswer, add_answers, list_answers
from redact.store.reviewing.redraws import RedrawRow
from redact.store.reviewing.versions import (
    Version,
    is_named,
    keep_former,
    list_names,
    read_current,
    read_former,
    stands_again,
    swap_copy,
)
from redact.store.trust.names import beside, folder_of
from redact.system.clock import print_moment
from redact.workspace.may_show import may_be_shown
from redact.workspace.open import Workspace


class Overtaken(RedactError):
    """The photo changed while its copy was drawn; the new copy is not used."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The photo changed meanwhile. Look at it as it is now, and ask again.")


class NotAllowed(RedactError):
    """A pupil whom the new copy would show may not be shown; the old copy stands."""

    def __init__(self) -> None:
        """Say so, of nobody by name."""
        super().__init__("A face on the new copy may not be shown today. The copy stays as it was.")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A copy that was drawn and passed its check."""

    outcome: Outcome
    output: bytes
    made_from: str | None  # output of the copy that it was drawn on; None: the original
    lifts: tuple[PhotoAnswer, ...] = ()

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the copy."""
        return hashlib.sha256(self.output).hexdigest()

    def name_beside(self, former: Version) -> str:
        """Return its name in trust storage: it lies where the copy lies that it takes the place of."""
        return beside(former.name, copy_name(self.sha256, self.outcome.extension))


def finish(workspace: Workspace, row: RedrawRow, drawn: Drawn) -> None:
    """Put the new copy in the place of the old one.

    Raises:
        Overtaken: the old copy does not stand any more, or is recalled.
        NotAllowed: the new one shows somebody who may not be shown.
        TrustFault: it could not be put.
        DatabaseFault: the old copy stands.
        LogElsewhere: this log was set back, or runs elsewhere; the same.
    """
    with workspace.database.write() as connection:
        if not rows.move_redraw(connection, row.id, rows.WORKING, rows.WORKING, output=drawn.sha256):
            raise Overtaken
        name = drawn.name_beside(_check(workspace, connection, row, drawn))
    workspace.audit_log.standing.check()
    workspace.trust.put(name, drawn.output)
    try:
        with workspace.audit_log.writing() as entries:
            former = _check(workspace, entries.connection, row, drawn)
            _write(workspace, entries, row, former, drawn)
    except (Overtaken, NotAllowed):
        drop_unused(workspace, row.photo, drawn.sha256, name)
        raise


def drop_unused(workspace: Workspace, photo: str, output: str, name: str) -> None:
    """Remove a copy from trust storage that was put there and is not used, unless another one is the same.

    Raises:
        TrustFault: it is still there, or that cannot be seen.
        LogElsewhere: this log was set back, or runs elsewhere; it is still there.
    """
    with workspace.database.read() as connection:
        former = [each.output for each in copies_of(connection, photo)]
        is_needed = is_named(connection, name, photo, output) or output in former
    if not is_needed:
        workspace.audit_log.standing.check()
        workspace.trust.remove(name)


def drop_left(workspace: Workspace, photo: str, output: str) -> None:
    """Remove a copy that a crash left in trust storage, wherever copies of the photo lie or lay.

    Raises:
        TrustFault: it is still there, or that cannot be seen.
        LogElsewhere: this log was set back, or runs elsewhere; it is still there.
    """
    with workspace.database.read() as connection:
        known = list_names(connection, photo)
        now = folder_of(read_story(connection, photo), workspace.settings.trust_folders)
    file = copy_name(output)
    for name in {file, *(beside(each, file) for each in (*known, f"{now}/" if now else ""))}:
        drop_unused(workspace, photo, output, name)


def copies_of(connection: Connection, photo: str) -> Sequence[Version]:
    """Return every copy of a photo that lies in trust storage."""
    current = read_current(connection, photo)
    return (*read_former(connection, photo), *((current,) if current else ()))


def _check(workspace: Workspace, connection: Connection, row: RedrawRow, drawn: Drawn) -> Version:
    former = read_current(connection, row.photo)
    if former is None or former.output != row.former or is_recalled(connection, row.photo):
        raise Overtaken
    before = {each.upn for each in list_shown_on(connection, row.photo)}
    new = [each for each in photo_rows.shown_on(drawn.outcome.regions) if each.upn not in before]
    if not may_be_shown(workspace, connection, new):
        raise NotAllowed
    return former


def _write(workspace: Workspace, entries: Entries, row: RedrawRow, former: Version, drawn: Drawn) -> None:
    connection, at = entries.connection, print_moment(workspace.now())
    output, register = drawn.sha256, register_version(connection)
    if not rows.move_redraw(connection, row.id, rows.WORKING, rows.DONE, output=output, ended_at=at):
        raise Overtaken
    add_answers(connection, row.photo, drawn.lifts, row.who, row.id, at)
    if output != former.output:
        keep_former(connection, former, at)
    stands_again(connection, row.photo, output)
    columns = {
        **copy_columns(drawn.outcome),
        "output": output,
        "output_bytes": len(drawn.output),
        "output_name": drawn.name_beside(former),
        "made_from": drawn.made_from,
        "stored_at": at,
        "register": register,
        "copy_fault": None,
        "copy_fault_at": None,
    }
    swap_copy(connection, row.photo, row.former, columns)
    photo_rows.write_shown(connection, row.photo, photo_rows.shown_on(drawn.outcome.regions), register)
    _enter(workspace, entries, row, drawn, register)
    if output != former.output:
        _end_posts(entries, row, former, drawn, workspace.settings.take_down_hours)


def _end_posts(entries: Entries, row: RedrawRow, former: Version, drawn: Drawn, hours: float) -> None:
    """Void posts with another copy; where the new one hides more, ask for those that stand to be taken down."""
    if hides_more(former.plan, former.part, drawn.outcome):
        open_for_photo(entries, row.photo, COPY_COVERED, Opener(row.who.role, row.who.person, hours))
    void_photo(entries, row.photo, Cause.COPY_CHANGED, Voider(row.who.role, row.who.person, hours))


def _enter(workspace: Workspace, entries: Entries, row: RedrawRow, drawn: Drawn, register: int) -> None:
    copy = {"photo": row.photo, "output": drawn.sha256}
    actor = {"by": row.who.role, "person": row.who.person}
    covers = sum(each.answer.act is Act.COVER for each in list_answers(entries.connection, row.photo))
    entries.add(
        Kind.COPY_REDRAWN,
        former=row.former,
        covers=covers,
        lifts=len(drawn.lifts),
        register=register,
        **copy,
        **actor,
    )
    for lift in drawn.lifts:
        region = _number_of(drawn.outcome, lift)
        named: dict[str, Fact] = {}
        if lift.pupil:
            named = {"pupil": person_tag(workspace.keys.tags, lift.pupil), "register": register}
        entries.add(Kind.COVER_LIFTED, region=region, cause=lift.word, **copy, **named, **actor)
    verdict = drawn.outcome.verdict
    if verdict is not None:  # a former copy that stands again was verified when it was made
        entries.add(Kind.PHOTO_VERIFIED, verdict="passed", checks=len(verdict.checks), **copy)
    entries.add(Kind.PHOTO_STORED, bytes=len(drawn.output), **copy)


def _number_of(outcome: Outcome, lift: PhotoAnswer) -> int:
    """Return which place of the new plan a lift left bare, from 1."""
    return next(number for number, region in enumerate(outcome.regions, 1) if is_same(region, lift.polygon))
