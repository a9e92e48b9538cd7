"""Look through sealed originals for one child, and make of each what may be handed over.

Threat: originals are opened and nobody knows; what is handed over shows other children; a description of a face is
kept of a child whose parents never agreed to that.
Rule: that an original is opened, and by whom, is committed before each.  It is opened in memory and goes to a worker
as bytes.  What comes back is the photo redacted as ever, with this child's face lifted and every other one covered,
whatever consents say; it passed the same checks as any copy, or there is none.  A description made of a portrait lives
in this process for the one comparison.
Accepted residue: recognition is weak (redact/pupils/recognise.py): a child can be missed, and a face that only may be
the child's is uncovered for the person who must look.  Names stay covered, the child's own too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from models.faces.finder import FaceFinder
from models.identity.templates import Recogniser, Template
from redact.audit.kinds import Kind
from redact.errors import UsageError
from redact.photos.access.values import FoundPhoto, How, Known, Opened
from redact.photos.retry import Opening
from redact.pupils.recognise import Enrolled, Gallery
from redact.redaction.answers.values import Answers, Lift, LiftCause
from redact.redaction.enrol import EnrolRefused, describe_photos
from redact.redaction.values import Action, Outcome, Region, Status
from redact.store.photos.showing import places_of_pupil, read_known
from redact.store.pupils.reading import read_roll
from redact.store.pupils.templates import read_templates
from redact.store.trust.copies import read_copy
from redact.store.vault import VaultFault
from redact.workers.job import Redaction, RegisterSnapshot
from redact.workers.pool import WorkerPool
from redact.workspace.open import Workspace

NOT_DONE: Final = "It could not be redacted."
NOT_FOUND_AGAIN: Final = "The child's face was not found again on the original, so that everybody would be covered."


@dataclass(frozen=True, slots=True)
class Comparison:
    """With what originals are compared, and what is made of them."""

    templates: tuple[Template, ...] = field(default=(), repr=False)  # of the child's face; none: nothing is compared
    is_plain: bool = False  # the original as it came, with every other child on it uncovered


def describe_portrait(upn: str, portrait: bytes, finder: FaceFinder, recogniser: Recogniser) -> tuple[Template, ...]:
    """Return the description of the one face on a portrait, to be used once and kept nowhere.

    Raises:
        UsageError: no one face can be described on it.
    """
    try:
        return describe_photos(upn, [portrait], finder, recogniser, Gallery()).templates
    except EnrolRefused as error:
        raise UsageError(f"The portrait cannot be used: {error.what}. Nothing was opened or kept.") from error


def to_open(known: Known, templates: Sequence[Template]) -> tuple[str, ...]:
    """Return the originals that are opened: all there are where the face can be compared, else those known to show."""
    if templates:
        return known.originals
    showing = {found.known.photo for found in known.photos}
    return tuple(photo for photo in known.originals if photo in showing)


def own_templates(workspace: Workspace, upn: str) -> tuple[Template, ...]:
    """Return the descriptions of an enrolled pupil; none of one who is not.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return read_templates(connection, workspace.keys.templates, {upn}).get(upn, ())


def look_through(
    workspace: Workspace, known: Known, comparison: Comparison, opening: Opening, pool: WorkerPool,
    done: Collection[str] = (),
) -> Iterator[Opened]:  # fmt: skip
    """Open each original of `to_open`, and give what was made of it; one that does not show the child has no `how`.

    Args:
        workspace: opened.
        known: the child, and what is known.
        comparison: with what originals are compared, and what is made of them.
        opening: the key, and who asks.
        pool: of workers, whose policy shows faces.
        done: originals that were looked at already.

    Raises:
        DatabaseFault: an opening could not be put on record, and that original was not opened.
        RedactError: a model is missing or damaged.
    """
    before = {found.known.photo: found for found in known.photos}
    with workspace.database.read() as connection:
        roll = read_roll(connection)
    gallery = Gallery((Enrolled(known.upn, comparison.templates),)) if comparison.templates else None
    snapshot = RegisterSnapshot(roll if roll.pupils else None, gallery)
    for photo in to_open(known, comparison.templates):
        if photo in done:
            continue
        with workspace.database.read() as connection:
            covers, lifts = places_of_pupil(connection, photo, known.upn)
            found = before.get(photo) or FoundPhoto(read_known(connection, photo), (), has_original=True)
        try:
            content = open_one(workspace, photo, opening)
        except VaultFault as error:
            yield Opened(found, why_not=f"{error.why[:1].upper()}{error.why[1:]}.", is_opened=False)
            continue
        look = _Look(known.upn, pool, snapshot, Answers(covers, lifts), is_plain=comparison.is_plain)
        yield look.at(content, found)


def open_one(workspace: Workspace, photo: str, opening: Opening) -> bytes:
    """Return a plain original, in memory; that it is opened, and by whom, is on record before.

    Raises:
        VaultFault: it is not there, damaged, or the key does not open it.
        DatabaseFault: it could not be put on record, and nothing was opened.
    """
    with workspace.audit_log.writing() as entries:
        entries.add(Kind.ORIGINAL_OPENED, photo=photo, by=opening.who.role, person=opening.who.tag)
    return workspace.vault.unseal(photo, opening.identity_text)


def copy_of(workspace: Workspace, found: FoundPhoto) -> Opened:
    """Return the copy in trust storage of a photo whose original is gone: other children on it have a consent.

    Raises:
        TrustFault: it cannot be read.
    """
    name, output = found.known.output_name, found.known.output
    if name is None or output is None:
        return Opened(found, why_not="Its original was destroyed, and it has no copy.")
    return Opened(found, read_copy(workspace.trust, name, output))


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at one original."""

    upn: str
    pool: WorkerPool
    snapshot: RegisterSnapshot
    answers: Answers
    is_plain: bool

    def at(self, content: bytes, found: FoundPhoto) -> Opened:
        outcome = self._redact(content, self.answers)
        maybe = [region.polygon for region in outcome.regions if self.upn in region.suggested]
        if self._is_recognised(outcome):
            found = replace(found, how=(*found.how, How.RECOGNISED))
        elif maybe and not self._shows(outcome):
            found = replace(found, how=(*found.how, How.MAYBE))
            more = (Lift(place, LiftCause.CONSENT, self.upn) for place in maybe)
            outcome = self._redact(content, replace(self.answers, lifts=(*self.answers.lifts, *more)))
        return self._made(outcome, found, content)

    def _made(self, outcome: Outcome, found: FoundPhoto, content: bytes) -> Opened:
        is_done = outcome.status is Status.REDACTED and outcome.output is not None
        if not is_done:
            return Opened(found, content if found.how and self.is_plain else b"", outcome.reason or NOT_DONE)
        if not found.how:
            return Opened(found)
        if self.is_plain:
            return Opened(found, content)
        if not self._shows(outcome):
            return Opened(found, why_not=NOT_FOUND_AGAIN)
        return Opened(found, outcome.output or b"")

    def _redact(self, content: bytes, answers: Answers) -> Outcome:
        return self.pool.work(content, self.snapshot, Redaction((), answers))

    def _shows(self, outcome: Outcome) -> bool:
        return any(self._is_bare(region) for region in outcome.regions)

    def _is_recognised(self, outcome: Outcome) -> bool:
        return any(
            self._is_bare(region) and not (region.is_by_hand or region.is_name_of_adult) for region in outcome.regions
        )

    def _is_bare(self, region: Region) -> bool:
        return region.pupil == self.upn and region.action is Action.SHOWN
