"""May this pupil be shown?  Covered unless everything says yes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.audit.kinds import CONSENT, ID, REASON
from redact.pupils.consent import (
    BIOMETRIC,
    NO_RECORD,
    Consent,
    No,
    PupilRecord,
    Register,
    State,
    Yes,
    may_recognise,
    may_show,
)

DAY = date(2026, 3, 2)
UPN = "N999123425000"
BOTH = ("website", "social-media")


def answer(
    purpose: str = "website",
    state: State = State.GIVEN,
    given_on: date | None = None,
    expires_on: date | None = None,
) -> Consent:
    return Consent(UPN, purpose, state, given_on, expires_on)


def pupil(*consents: Consent, never: bool = False, left: bool = False) -> PupilRecord:
    return PupilRecord(UPN, consents, is_never_shown=never, has_left=left)


GIVEN = pupil(answer("website"), answer("social-media"))


def test_states_are_the_words_of_the_log() -> None:
    assert all(CONSENT.accepts(state.value) for state in State) and len(State) == 8


def test_yes_needs_every_purpose() -> None:
    assert may_show(GIVEN, BOTH, DAY) == Yes()
    assert may_show(pupil(answer("website")), BOTH, DAY) == No(NO_RECORD)
    assert may_show(GIVEN, (), DAY) == No(NO_RECORD)
    assert may_show(None, BOTH, DAY) == No(NO_RECORD)


@pytest.mark.parametrize("state", [state for state in State if state is not State.GIVEN])
def test_no_other_answer_shows(state: State) -> None:
    record = pupil(answer("website"), answer("social-media", state))
    assert isinstance(may_show(record, BOTH, DAY), No)
    assert may_show(record, ("website",), DAY) == Yes()


def test_days() -> None:
    """A consent counts from its first to its last day, both included."""
    record = pupil(answer(given_on=date(2026, 1, 1), expires_on=date(2026, 8, 31)))
    allowed = [isinstance(may_show(record, ("website",), date(*day)), Yes) for day in (
        (2025, 12, 31), (2026, 1, 1), (2026, 8, 31), (2026, 9, 1),
    )]  # fmt: skip
    assert allowed == [False, True, True, False]


def test_parents_who_disagree() -> None:
    """Two standing answers for one purpose: the no counts, in either order."""
    yes, no = answer(), answer(state=State.REFUSED)
    for consents in ((yes, no), (no, yes)):
        assert may_show(pupil(*consents), ("website",), DAY) == No("those who may decide do not agree")
    lasting, expired = answer(), answer(expires_on=date(2020, 1, 1))
    assert may_show(pupil(lasting, expired), ("website",), DAY) == No("the consent has expired")
    early = answer(given_on=DAY + timedelta(1))
    assert may_show(pupil(lasting, early), ("website",), DAY) == No("the consent is not yet in force")
    for consents in ((yes, no), (no, yes)):
        assert pupil(*consents).answer("website") is no


def test_own_no_wins() -> None:
    said = may_show(pupil(answer(), answer(state=State.OBJECTED)), ("website",), DAY)
    assert said == No("the pupil does not want to be shown")


@pytest.mark.parametrize("left", [False, True])
def test_never_shown_reads_like_nothing_known(left: bool) -> None:
    """Whatever else stands on record, nothing tells a never-shown pupil from an unknown one."""
    for record in (pupil(never=True, left=left), PupilRecord(UPN, GIVEN.consents, is_never_shown=True, has_left=left)):
        assert may_show(record, BOTH, DAY) == may_show(None, BOTH, DAY) == may_show(pupil(), BOTH, DAY)


def test_left() -> None:
    assert may_show(PupilRecord(UPN, GIVEN.consents, has_left=True), BOTH, DAY) == No("the pupil has left the school")


def test_recognition_needs_its_own_consent() -> None:
    assert isinstance(may_recognise(GIVEN, BOTH, DAY), No)
    assert may_recognise(pupil(*GIVEN.consents, answer(BIOMETRIC)), BOTH, DAY) == Yes()
    assert isinstance(may_recognise(pupil(answer(BIOMETRIC)), BOTH, DAY), No)
    assert isinstance(may_recognise(pupil(answer(BIOMETRIC)), (), DAY), No)


days = st.none() | st.dates(DAY - timedelta(3), DAY + timedelta(3))
consents = st.builds(Consent, st.just(UPN), st.sampled_from(BOTH), st.sampled_from(State), days, days)


@given(st.lists(consents, max_size=5), st.booleans(), st.booleans())
def test_yes_only_if_everything_says_so(found: list[Consent], never: bool, left: bool) -> None:
    """Against the rule written the long way round."""

    def counts(consent: Consent) -> bool:
        begun = consent.given_on is None or consent.given_on <= DAY
        return consent.state is State.GIVEN and begun and (consent.expires_on is None or consent.expires_on >= DAY)

    asked = {purpose: [counts(c) for c in found if c.purpose == purpose] for purpose in BOTH}
    expected = not never and not left and all(said and all(said) for said in asked.values())
    said = may_show(pupil(*found, never=never, left=left), BOTH, DAY)
    assert isinstance(said, Yes) is expected
    assert isinstance(said, Yes) or (REASON.accepts(said.reason) and UPN not in said.reason)


def test_register_answers_for_its_day() -> None:
    register = Register(3, DAY, {UPN: GIVEN})
    assert register.may_show(UPN, BOTH) == Yes()
    assert register.may_show("X1", BOTH) == No(NO_RECORD)
    with pytest.raises(TypeError):
        register.pupils["X1"] = GIVEN  # type: ignore[index]


def test_purposes_and_sources() -> None:
    assert ID.accepts(BIOMETRIC)
    assert "mother" not in repr(Consent(UPN, "website", State.GIVEN, source="form, mother"))
