"""The consent register as values, and the one question it answers: may this pupil be shown?

Threat: a child is shown whose parents, or who, said no; or somebody learns from a reason why a child is covered, which
for some (a court order, a refuge) is dangerous in itself.
Rule: a face is covered unless every purpose asked for has an answer that is given, in force on that day, and
contradicted by no other; anything unknown, blank, pending, expired, withdrawn, refused or objected covers, and so does
a pupil who has left.  A pupil who is never shown gets the very words of one about whom nothing is known.
Accepted residue: a register that says yes is believed; who may write it is the workspace's matter
(store/pupils/register.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

BIOMETRIC: Final = "biometric"  # the purpose of being recognised by the face; never a purpose of showing
EVERY_PURPOSE: Final = "all"  # in logs of version 0.1.0: never shown, left, erased.  No consent may be for it
#: Purposes that schools ask parents about; others are taken where a person names them.
KNOWN_PURPOSES: Final = (
    "website", "social-media", "prospectus", "press", "newsletter", "display", "video", "school-photo", BIOMETRIC,
)  # fmt: skip


class State(StrEnum):
    """What was answered; the words of the audit log (audit.kinds.CONSENT)."""

    GIVEN = "given"
    PENDING = "pending"  # asked, not asked, blank, not understood
    LEFT = "left"
    EXPIRED = "expired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"  # by the pupil
    NEVER_SHOW = "never-show"


_STRICTNESS = {state: rank for rank, state in enumerate(State)}  # the order above: least strict first
NOES: Final = frozenset({State.REFUSED, State.WITHDRAWN, State.OBJECTED})

NO_RECORD: Final = "no consent on record"
_REASONS: Final[Mapping[State, str]] = {
    State.PENDING: NO_RECORD,
    State.NEVER_SHOW: NO_RECORD,
    State.LEFT: "the pupil has left the school",
    State.EXPIRED: "the consent has expired",
    State.REFUSED: "consent was refused",
    State.WITHDRAWN: "consent was withdrawn",
    State.OBJECTED: "the pupil does not want to be shown",
}


@dataclass(frozen=True, slots=True)
class Consent:
    """One answer, for one pupil and purpose."""

    upn: str
    purpose: str  # redact.audit.kinds.ID: "website", "social-media", "biometric"
    state: State
    given_on: date | None = None  # day of the answer, whatever it is
    expires_on: date | None = None  # the last day on which it counts
    source: str = field(default="", repr=False)  # a form, a row of an export; may name a parent
    is_by_hand: bool = False  # written into this register by a person, not imported

    @property
    def strictness(self) -> int:
        """How strongly the answer speaks against showing; of answers that disagree the strictest wins."""
        return _STRICTNESS[self.state]


@dataclass(frozen=True, slots=True)
class PupilRecord:
    """What the register says of one pupil; no name."""

    upn: str
    consents: tuple[Consent, ...] = ()  # the answers that stand; two for one purpose must agree
    is_never_shown: bool = False
    has_left: bool = False
    school: str = ""  # whose roll lists the pupil

    def answers(self, purpose: str) -> tuple[Consent, ...]:
        """Return the answers that stand for `purpose`."""
        return tuple(consent for consent in self.consents if consent.purpose == purpose)

    def answer(self, purpose: str) -> Consent | None:
        """Return the answer that stands for `purpose`, the strictest of several; None where there is none."""
        return max(self.answers(purpose), key=lambda consent: consent.strictness, default=None)


@dataclass(frozen=True, slots=True)
class Register:
    """All pupils, at one version of the register."""

    version: int
    on: date  # the day it was read for
    pupils: Mapping[str, PupilRecord] = field(default_factory=dict)  # by UPN

    def __post_init__(self) -> None:
        """Lock the mapping."""
        object.__setattr__(self, "pupils", MappingProxyType(dict(self.pupils)))

    def may_show(self, upn: str, purposes: Sequence[str]) -> Answer:
        """Say whether the pupil may be shown for all of `purposes` on the day this register was read for."""
        return may_show(self.pupils.get(upn), purposes, self.on)


@dataclass(frozen=True, slots=True)
class Yes:
    """The pupil may be shown."""


@dataclass(frozen=True, slots=True)
class No:
    """The pupil must be covered."""

    reason: str  # a sentence part; no name


Answer: TypeAlias = Yes | No


def may_show(pupil: PupilRecord | None, purposes: Sequence[str], on_date: date) -> Answer:
    """Say whether the pupil may be shown for all of `purposes` on this day.

    Args:
        pupil: None for a pupil the register does not know.
        purposes: all of them must be consented to; none at all is no permission.
        on_date: the day of showing.
    """
    if pupil is None or pupil.is_never_shown or not purposes:
        return No(NO_RECORD)
    if pupil.has_left:
        return No(_REASONS[State.LEFT])
    reasons = [reason for purpose in purposes if (reason := _against(pupil.answers(purpose), on_date)) is not None]
    return No(reasons[0]) if reasons else Yes()


def may_recognise(pupil: PupilRecord | None, purposes: Sequence[str], on_date: date) -> Answer:
    """Say whether the pupil may be enrolled and recognised: shown for all of `purposes`, and biometric consent."""
    answer = may_show(pupil, purposes, on_date)
    return answer if isinstance(answer, No) else may_show(pupil, (BIOMETRIC,), on_date)


def _against(answers: Sequence[Consent], on_date: date) -> str | None:
    """Return what speaks against showing, None where nothing does."""
    states = {consent.state for consent in answers}
    if State.GIVEN in states and states & NOES and State.OBJECTED not in states:
        return "those who may decide do not agree"
    worst = max(answers, key=lambda consent: consent.strictness, default=None)
    if worst is None:
        return NO_RECORD
    if worst.state is not State.GIVEN:
        return _REASONS[worst.state]
    if any(consent.expires_on is not None and consent.expires_on < on_date for consent in answers):
        return _REASONS[State.EXPIRED]
    if any(consent.given_on is not None and consent.given_on > on_date for consent in answers):
        return "the consent is not yet in force"
    return None
