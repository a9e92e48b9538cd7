"""What an import would change, and when it is too much to be believed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.pupils.consent import NOES, Consent, PupilRecord, Register, State
from redact.pupils.consents.diff import Difference, diff

DAY = date(2026, 3, 2)


def register(*consents: Consent, others: int = 200) -> Register:
    """Return a register with these answers, and others about whom nothing is known."""
    upns = [f"X{n}" for n in range(others)] + [consent.upn for consent in consents]
    records = {upn: PupilRecord(upn, tuple(c for c in consents if c.upn == upn)) for upn in upns}
    return Register(1, DAY, records)


def yes(upn: str = "P1", given: date | None = None, expires: date | None = None) -> Consent:
    return Consent(upn, "website", State.GIVEN, given, expires)


def said(state: State, upn: str = "P1", given: date | None = None, *, is_by_hand: bool = False) -> Consent:
    return Consent(upn, "website", state, given, is_by_hand=is_by_hand)


def after(before: Consent, answer: Consent) -> State:
    """Return the state of the register once `answer` was imported."""
    changes = diff(register(before), [answer]).changes
    return changes[0].after.state if changes else before.state


def test_nothing_new_changes_nothing() -> None:
    found = diff(register(yes()), [yes(), said(State.PENDING, "X3")])
    assert not (found.changes or found.kept or found.alarms)


@pytest.mark.parametrize("state", list(State))
def test_own_no_outlasts_every_import(state: State) -> None:
    assert after(said(State.OBJECTED, given=date(2026, 1, 1)), said(state, given=date(2026, 2, 2))) in {
        State.OBJECTED, State.NEVER_SHOW, State.LEFT,
    }  # fmt: skip


@pytest.mark.parametrize("no", sorted(NOES))
@pytest.mark.parametrize("blank", [State.PENDING, State.EXPIRED])
def test_blank_replaces_no_no(no: State, blank: State) -> None:
    assert after(said(no), said(blank)) is no


@pytest.mark.parametrize("no", [State.REFUSED, State.WITHDRAWN])
def test_no_by_hand(no: State) -> None:
    """An export that lags behind does not undo it; a yes of a later day does."""
    by_hand = said(no, given=date(2026, 2, 1), is_by_hand=True)
    assert [after(by_hand, yes(given=day)) for day in (None, date(2025, 9, 1), date(2026, 2, 1))] == [no] * 3
    assert after(by_hand, yes(given=date(2026, 2, 2))) is State.GIVEN
    assert diff(register(by_hand), [yes()]).kept[0].upn == "P1"
    assert after(said(no), yes()) is State.GIVEN  # imported, so the next import may change it


def test_blank_takes_a_yes_away() -> None:
    assert after(yes(), said(State.PENDING)) is State.PENDING


def test_undated_yes_prolongs_nothing() -> None:
    before = yes(given=date(2024, 9, 1), expires=date(2025, 8, 31))
    assert diff(register(before), [yes()]).changes == ()
    (change,) = diff(register(before), [yes(given=date(2025, 9, 1), expires=date(2026, 8, 31))]).changes
    assert change.allows_more
    (shorter,) = diff(register(before), [yes(given=date(2024, 9, 1), expires=date(2025, 1, 1))]).changes
    assert not shorter.allows_more
    (kept,) = diff(register(yes(expires=date(2026, 8, 31))), [yes()]).kept
    assert "does not prolong" in kept.why, "and that is told"


def test_strangers_are_reported() -> None:
    assert diff(register(), [yes("Z9")]).strangers == ("Z9",)


def test_complete() -> None:
    """Only then does a yes that the export does not mention become pending, and only for its purposes."""
    known = register(yes("P1"), yes("P2"), Consent("P1", "press", State.GIVEN))
    assert diff(known, [yes("P2")]).changes == ()
    found = diff(known, [yes("P2")], is_complete=True)
    assert [(c.after.upn, c.after.purpose, c.after.state) for c in found.changes] == [("P1", "website", State.PENDING)]


def test_more_than_a_tenth_stops() -> None:
    answers = [said(State.REFUSED, f"X{n}") for n in range(21)]
    assert diff(register(), answers[:20]).alarms == ()
    assert "21 of 200" in diff(register(), answers).alarms[0]


def test_overturned_noes_stop() -> None:
    known = register(*(said(State.REFUSED, f"P{n}") for n in range(3)))
    answers = [yes(f"P{n}") for n in range(3)]
    assert diff(known, answers[:2]).alarms == ()
    assert diff(known, answers).alarms == ("the no of 3 pupils becomes a yes",)


def test_nothing_but_yes_stops() -> None:
    """A list of noes read as yeses, or a column of ticks: no school hears yes from everybody."""
    answers = [yes(f"X{n}") for n in range(10)]
    assert any("every answer for website is a yes" in alarm for alarm in diff(register(), answers).alarms)
    assert diff(register(), [*answers, said(State.REFUSED, "X50")]).alarms == ()
    assert diff(register(), answers[:9]).alarms == ()


upns = st.sampled_from(["P1", "P2", "P3"])
days = st.none() | st.dates(date(2025, 1, 1), date(2025, 1, 9))
consents = st.builds(Consent, upns, st.just("website"), st.sampled_from(State), days, days, is_by_hand=st.booleans())
one_each = st.lists(consents, max_size=3, unique_by=lambda consent: consent.upn)


@given(one_each, one_each)
def test_importing_twice_changes_nothing_more(before: list[Consent], answers: list[Consent]) -> None:
    first = diff(register(*before), answers)
    changed = {c.after.upn: c.after for c in first.changes}
    standing = [changed.pop(c.upn, c) for c in before] + list(changed.values())
    assert diff(register(*standing), answers).changes == ()


@given(one_each, one_each)
def test_every_answer_is_written_kept_or_already_so(before: list[Consent], answers: list[Consent]) -> None:
    """None vanishes; who gets a yes that was none, and still counts, is listed as allowed more."""
    found: Difference = diff(register(*before), answers)
    stood = {c.upn: c.state for c in before}
    told = {c.after.upn for c in found.changes} | {k.upn for k in found.kept} | {*found.strangers}
    for answer in answers:
        assert answer.upn in told or stood.get(answer.upn, State.PENDING) is answer.state
    for change in found.changes:
        is_yes = change.after.state is State.GIVEN and (change.after.expires_on or DAY) >= DAY
        if is_yes and stood.get(change.after.upn) is not State.GIVEN:
            assert change.after.upn in found.permissive_upns


def test_a_yes_that_is_over_allows_nothing() -> None:
    """Its last day is past: the register keeps it, and the preview counts nobody as shown by it."""
    ended, today = yes("X1", expires=date(2026, 3, 1)), yes("X2", expires=DAY)
    found = diff(register(), [ended, today])
    assert [(change.is_over, change.allows_more) for change in found.changes] == [(True, False), (False, True)]
    assert found.permissive_upns == ("X2",)


def test_the_day_that_a_command_gives_to_all_overturns_no_no_that_was_entered_by_hand() -> None:
    """An export without days lags behind: it has the yes that a parent took back on the telephone."""
    before = said(State.REFUSED, given=date(2026, 2, 1), is_by_hand=True)
    kept = diff(register(before), [yes(given=DAY)], said_on=DAY)
    assert not kept.changes and len(kept.kept) == 1
    assert diff(register(before), [yes(given=DAY)]).changes[0].after.state is State.GIVEN
