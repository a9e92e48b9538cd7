"""What an export would change in the register, and whether that is too much to be believed.

Threat: a column that was mapped wrongly, a list of noes read as yeses, a stale or forged export turns many covered
children into shown ones in one stroke; or an export that lags behind undoes what a parent or a pupil said yesterday.
Rule: every change is listed before it is made, and those that allow more by pupil.  A pupil's own no is never undone by
an export, nor is a no that a person wrote here, unless the export has a yes of a later day; the one day that a command
gives to all is none.  A blank never replaces a
no.  An import that changes too many pupils, overturns noes, or says yes to everybody stops (`alarms`).
Accepted residue: a few forged yeses in a large export pass; they are listed by UPN, and whoever imports must look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from redact.pupils.adults import is_adult
from redact.pupils.consent import NOES, Consent, PupilRecord, Register, State
from redact.pupils.upn import is_upn

MOST_CHANGED_SHARE: Final = 0.10  # of the pupils on the roll; the workspace's rule
MOST_OVERTURNED: Final = 2  # pupils whose no becomes a yes in one import: parents rarely change their minds; a choice
ALL_YES_FROM: Final = 10  # pupils newly allowed for one purpose with no other answer in the file: no school is so lucky


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that becomes another."""

    before: Consent | None
    after: Consent
    is_over: bool = False  # a yes whose last day is past: the register keeps it, and nobody may be shown by it

    @property
    def allows_more(self) -> bool:
        """Whether the pupil may be shown where, or on a day when, it was not before."""
        if self.after.state is not State.GIVEN or self.is_over:
            return False
        if self.before is None or self.before.state is not State.GIVEN:
            return True
        return _last(self.after) > _last(self.before) or _first(self.after) < _first(self.before)

    @property
    def overturns_no(self) -> bool:
        """Whether a no becomes a yes."""
        return self.after.state is State.GIVEN and self.before is not None and self.before.state in NOES


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer of the export that does not replace what the register says, and why."""

    upn: str
    purpose: str
    why: str  # a sentence part


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import would do."""

    known: int  # pupils on the school's roll who have not left
    changes: tuple[Change, ...] = ()
    kept: tuple[Kept, ...] = ()
    elsewhere: tuple[str, ...] = ()  # numbers of the export that are another school's pupils', or adults': not taken
    strangers: tuple[str, ...] = ()  # UPNs of the export that are not on the roll: nothing can be written for them
    unmentioned: tuple[Change, ...] = ()  # a yes that the export does not mention; part of `changes` if it is complete
    alarms: tuple[str, ...] = ()  # sentences: why this needs a second confirmation

    @property
    def changed_upns(self) -> tuple[str, ...]:
        """The pupils of whom anything changes."""
        return _upns(self.changes)

    @property
    def permissive_upns(self) -> tuple[str, ...]:
        """The pupils who may be shown where they were not before."""
        return _upns(change for change in self.changes if change.allows_more)


def diff(
    register: Register,
    answers: Sequence[Consent],
    *,
    is_complete: bool = False,
    school: str = "",
    said_on: date | None = None,
) -> Difference:
    """Return what importing `answers` would change.

    Args:
        register: as it is now.
        answers: of the export, one per pupil and purpose.
        is_complete: the export lists every yes there is: one that it does not mention becomes pending.
        school: whose export it is; it says nothing of pupils of others.
        said_on: the day that the command gave to all answers without one: it is no day of a later yes.
    """
    own = {upn: pupil for upn, pupil in register.pupils.items() if not is_adult(upn) and _is_of(pupil, school)}
    changes: list[Change] = []
    kept: list[Kept] = []
    for answer in answers:
        pupil = own.get(answer.upn)
        if pupil is None:
            continue
        before = pupil.answer(answer.purpose)
        why = None if before is None else _why_kept(before, answer, said_on)
        if why is not None:
            kept.append(Kept(answer.upn, answer.purpose, why))
        elif _differs(before, answer):
            changes.append(Change(before, answer, is_over=_is_over(answer, register.on)))
    unmentioned = tuple(_unmentioned(own.values(), answers))
    if is_complete:
        changes += unmentioned
    return Difference(
        known=(known := sum(not pupil.has_left for pupil in own.values())),
        changes=tuple(changes),
        kept=tuple(kept),
        elsewhere=tuple(dict.fromkeys(a.upn for a in answers if a.upn in register.pupils and a.upn not in own)),
        strangers=tuple(dict.fromkeys(answer.upn for answer in answers if answer.upn not in register.pupils)),
        unmentioned=unmentioned,
        alarms=tuple(_alarms(known, changes, answers)),
    )


def is_large(changed: int, known: int) -> bool:
    """Say whether this many changed pupils are more than one import may change without a second confirmation."""
    return changed > MOST_CHANGED_SHARE * known


def is_lost(before: Consent | None, now: Consent | None, today: date) -> bool:
    """Say whether a yes has gone, or never was one on days on which copies were made under it.

    One that ran out by itself takes no copy back: what was published while it counted may stay.  A yes that is
    corrected to have ended on a past day was none since, and one that begins only on a day to come is none now; which
    copies were made on those days is not asked, for a copy too many that is made again harms nobody.  A yes with a
    later first day that is past is a renewal, which no rule tells from a correction.

    Args:
        before: the answer that stood.
        now: the answer that stands.
        today: at the school.
    """
    if before is None or before.state is not State.GIVEN:
        return False
    if now is None or now.state is not State.GIVEN:
        return True
    ends_earlier = _last(now) < min(_last(before), today)
    begins_later = _first(now) > max(_first(before), today)
    return ends_earlier or begins_later


def _is_of(pupil: PupilRecord, school: str) -> bool:
    """Say whether a pupil is the school's, as far as is known; a number that is no UPN may be one of two children."""
    return not school or pupil.school == school or (not pupil.school and is_upn(pupil.upn))


def _why_kept(before: Consent, answer: Consent, said_on: date | None) -> str | None:
    """Return why the register's answer stands against the export's, None where it does not."""
    if before.state in NOES and answer.state in {State.PENDING, State.EXPIRED}:
        return "a no is not replaced by a blank"
    if before.state is State.OBJECTED and answer.state in {State.GIVEN, State.REFUSED, State.WITHDRAWN}:
        return "the pupil said no; only `redact consent set` changes that"
    given_on = None if answer.given_on == said_on else answer.given_on
    is_later = given_on is not None and before.given_on is not None and given_on > before.given_on
    if before.is_by_hand and before.state in NOES and answer.state is State.GIVEN and not is_later:
        return "a no was entered here by hand, and the export has no later yes"
    if before.state is answer.state is State.GIVEN and before.expires_on is not None and _is_undated(answer):
        return "a yes without dates does not prolong one that expires"
    return None


def _differs(before: Consent | None, answer: Consent) -> bool:
    if before is None:
        return answer.state is not State.PENDING  # nothing on record says as much
    if before.state is answer.state and (before.state is State.PENDING or _is_undated(answer)):
        return False
    return (before.state, before.given_on, before.expires_on) != (answer.state, answer.given_on, answer.expires_on)


def _unmentioned(pupils: Iterable[PupilRecord], answers: Sequence[Consent]) -> Iterator[Change]:
    """Yield the yeses of the purposes the export is about that it says nothing of, as what they would become."""
    mentioned = {(answer.upn, answer.purpose) for answer in answers}
    purposes = {answer.purpose for answer in answers}
    for pupil in pupils:
        for before in pupil.consents:
            is_spoken_of = before.purpose not in purposes or (pupil.upn, before.purpose) in mentioned
            if before.state is State.GIVEN and not pupil.has_left and not is_spoken_of:
                yield Change(before, Consent(pupil.upn, before.purpose, State.PENDING, source="not in the export"))


def _alarms(known: int, changes: Sequence[Change], answers: Sequence[Consent]) -> Iterator[str]:
    changed = len(_upns(changes))
    if is_large(changed, known):
        yield f"{changed} of {known} pupils change, which is more than {MOST_CHANGED_SHARE:.0%}"
    overturned = len(_upns(change for change in changes if change.overturns_no))
    if overturned > MOST_OVERTURNED:
        yield f"the no of {overturned} pupils becomes a yes"
    allowed = Counter(change.after.purpose for change in changes if change.allows_more)
    for purpose in sorted(allowed):
        others = any(answer.purpose == purpose and answer.state is not State.GIVEN for answer in answers)
        if allowed[purpose] >= ALL_YES_FROM and not others:
            yield f"every answer for {purpose} is a yes, {allowed[purpose]} of them new"


def _upns(changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(change.after.upn for change in changes))


def _is_over(answer: Consent, today: date) -> bool:
    return answer.state is State.GIVEN and _last(answer) < today


def _is_undated(consent: Consent) -> bool:
    return consent.given_on is None and consent.expires_on is None


def _last(consent: Consent) -> date:
    return consent.expires_on or date.max


def _first(consent: Consent) -> date:
    return consent.given_on or date.min
