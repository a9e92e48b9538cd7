"""What takes a yes back lists every post that is out and shows that person for a take-down, once; a day does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from redact.audit.kinds import Kind, Role
from redact.errors import UsageError
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.releasing.posted import attest_down, mark_posted
from redact.posts.releasing.release import Poster, release
from redact.posts.releasing.sweep import tend_outbox
from redact.posts.take_downs.report import (
    known_take_down,
    read_take_downs,
    report_post,
    write_who_was_told,
)
from redact.posts.take_downs.reports import REPORTS, TOLD
from redact.pupils.consent import Consent, State
from redact.registers.act import act_of
from redact.reports.status import read_status
from redact.reports.take_downs import list_ended, why_down
from redact.store.posts.take_downs import CONSENT_GONE, COPY_RECALLED, RELEASE_VOIDED
from redact.store.posts.values import Post, PostState
from redact.store.pupils import register
from redact.store.schema.tables import consents, pupils
from redact.workspace.ids import Actor
from tests.rigs.posting import LINK, PIA, Posting, open_posting
from tests.rigs.reviewing import OLIVE, PUPIL, RAE

FAR = ("approved", "released", "lapsed", "posted")


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Posting]:
    with open_posting(tmp_path) as found:
        found.add_pupil()
        yield found


def brought(living: Posting, far: str, seed: int = 2) -> Post:
    """Return a post that shows the pupil, as far as that."""
    return living.bring_out(living.approve(living.propose([living.pass_shown(seed)])), far)


def answer(living: Posting, state: State, purpose: str = "social-media") -> None:
    act = act_of(living.workspace, Role.COMMUNICATIONS)
    with living.workspace.audit_log.writing() as entries:
        register.set_consent(entries, act, Consent(PUPIL, purpose, state, act.day))


def never_show(living: Posting) -> None:
    with living.workspace.audit_log.writing() as entries:
        register.set_never_show(entries, act_of(living.workspace, Role.HEADTEACHER), PUPIL, is_never_shown=True)


def forget(living: Posting) -> None:
    with living.workspace.audit_log.writing() as entries:
        register.forget(entries, act_of(living.workspace, Role.DATA_PROTECTION_OFFICER), PUPIL)


NOES: dict[str, Callable[[Posting], None]] = {
    "withdrawn": lambda living: answer(living, State.WITHDRAWN),
    "refused": lambda living: answer(living, State.REFUSED),
    "objected": lambda living: answer(living, State.OBJECTED),
    "never-show": never_show,
    "forgotten": forget,
}


@pytest.mark.slow
@pytest.mark.parametrize("no", NOES.values(), ids=[*NOES])
@pytest.mark.parametrize("far", FAR)
def test_a_no_asks_for_what_is_out_in_the_same_transaction(
    living: Posting, far: str, no: Callable[[Posting], None]
) -> None:
    post = brought(living, far)
    no(living)
    asked = read_take_downs(living.workspace)
    if far == "approved":
        assert asked == ()
        assert living.post(post.id).state is PostState.DRAFT
        return
    (one,) = asked
    assert (one.post, one.content, one.site, one.cause) == (post.id, post.content, post.site, CONSENT_GONE)
    (entry,) = living.events(Kind.TAKEDOWN_OPENED.value)
    assert entry.fact("until") == one.due_at and entry.fact("content") == post.content
    assert why_down(one.cause) == "A consent for a face or name that is shown has gone."
    assert living.post(post.id).state is (PostState.POSTED if far == "posted" else PostState.DRAFT)
    living.check_record()


def test_the_words_are_those_of_a_withdrawal_whatever_it_was(living: Posting) -> None:
    brought(living, "posted")
    never_show(living)
    (one,) = read_take_downs(living.workspace)
    assert "never" not in f"{one.cause} {why_down(one.cause)}"


def test_a_day_that_ends_a_consent_and_a_pupil_who_left_are_listed_only(living: Posting) -> None:
    post = brought(living, "posted")
    assert list_ended(living.workspace) == ()
    with living.workspace.database.write() as connection:
        connection.execute(consents.update().values(expires_on="2026-09-07"))
    living.clock.go(days=1)
    tend_outbox(living.workspace)
    assert [each.id for each in list_ended(living.workspace)] == [post.id] and read_take_downs(living.workspace) == ()
    with living.workspace.database.write() as connection:
        connection.execute(consents.update().values(expires_on=None))
        connection.execute(pupils.update().values(left_at=living.at))
    assert [each.id for each in list_ended(living.workspace)] == [post.id] and read_take_downs(living.workspace) == ()


def test_a_no_to_a_purpose_that_the_site_does_not_ask_for_takes_nothing_down(living: Posting) -> None:
    post = brought(living, "posted")
    answer(living, State.REFUSED, "prospectus")
    assert read_take_downs(living.workspace) == () and living.post(post.id).state is PostState.POSTED


def test_a_post_is_asked_for_once_and_each_post_for_itself(living: Posting) -> None:
    one, other = brought(living, "posted"), brought(living, "posted", seed=3)
    report_post(living.workspace, one.id, "offends", OLIVE)
    answer(living, State.WITHDRAWN)
    answer(living, State.REFUSED)
    never_show(living)
    assert sorted(each.post for each in read_take_downs(living.workspace)) == [one.id, other.id]


def test_what_is_recalled_by_hand_is_asked_for_whoever_it_shows(living: Posting) -> None:
    copy = living.pass_one()
    post = living.approve(living.propose([copy]))
    release(living.workspace, post.id, str(post.content), PIA)
    mark_posted(living.workspace, post.id, str(post.content), LINK, PIA)
    recall_copy(living.workspace, copy, RAE, RecallCause.OBJECTION)
    (one,) = read_take_downs(living.workspace)
    assert (one.post, one.cause) == (post.id, COPY_RECALLED)


def test_the_posters_word_closes_it_and_is_called_attested(living: Posting) -> None:
    post = brought(living, "posted")
    answer(living, State.WITHDRAWN)
    with pytest.raises(UsageError):
        attest_down(living.workspace, post.id, Poster(Actor(Role.HEADTEACHER.value, "ab" * 32), None))
    attest_down(living.workspace, post.id, PIA)
    assert read_take_downs(living.workspace) == () and living.post(post.id).state is PostState.DOWN
    assert known_take_down(living.workspace, 1).closed_by == "poster"
    ended, closed = (living.events(kind.value) for kind in (Kind.RELEASE_ENDED, Kind.TAKEDOWN_CLOSED))
    assert [each.fact("level") for each in (*ended, *closed)] == ["attested", "attested"]
    assert ended[0].fact("cause") == CONSENT_GONE
    living.check_record()


def test_it_is_late_after_the_hours_of_the_setting(living: Posting) -> None:
    object.__setattr__(living.workspace.settings, "take_down_hours", 2.0)
    brought(living, "posted")
    answer(living, State.WITHDRAWN)
    (one,) = read_take_downs(living.workspace)
    assert not one.is_overdue_at(living.at)
    living.clock.go(hours=2, seconds=1)
    assert one.is_overdue_at(living.at)
    assert read_status(living.workspace).take_downs == ((one.id, one.post, one.due_at, True),)


def test_who_was_told_is_kept_in_order_and_not_written_over(living: Posting) -> None:
    brought(living, "posted")
    answer(living, State.WITHDRAWN)
    seen = known_take_down(living.workspace, 1)
    write_who_was_told(living.workspace, seen, "headteacher")
    with pytest.raises(UsageError):
        write_who_was_told(living.workspace, seen, "parent")  # an old page
    write_who_was_told(living.workspace, known_take_down(living.workspace, 1), "parent")
    assert [who for who, _ in known_take_down(living.workspace, 1).told] == ["headteacher", "parent"]
    with pytest.raises(UsageError):
        write_who_was_told(living.workspace, known_take_down(living.workspace, 1), "the press")
    attest_down(living.workspace, seen.post, PIA)
    write_who_was_told(living.workspace, known_take_down(living.workspace, 1), "parent")  # that it is down
    assert len(known_take_down(living.workspace, 1).told) == 3


def test_a_report_is_of_what_is_out_names_nobody_and_takes_a_release_back(living: Posting) -> None:
    draft = living.draft([living.pass_one(5)])
    for number, reason, note in ((draft.id, "offends", ""), (99, "offends", "")):
        with pytest.raises(UsageError):
            report_post(living.workspace, number, reason, OLIVE, note=note)
    post = brought(living, "released")
    for reason, note in (("weather", ""), ("offends", "Thaddeus is to be seen"), ("offends", "x" * 1001)):
        with pytest.raises(UsageError):
            report_post(living.workspace, post.id, reason, OLIVE, note=note)
    assert living.events(Kind.TAKEDOWN_OPENED.value) == []
    report_post(living.workspace, post.id, "shows-a-child", OLIVE, note="At the left.")
    assert living.post(post.id).state is PostState.DRAFT
    assert [path for path in living.workspace.settings.outbox.rglob("*") if path.is_file()] == []
    (one,) = read_take_downs(living.workspace)
    assert (one.cause, one.note, one.opened_by) == ("shows-a-child", "At the left.", "communications")


def test_every_word_of_the_lists_fits_into_the_log() -> None:
    from redact.audit.shapes import WORD

    for word in (*REPORTS, *TOLD, CONSENT_GONE, COPY_RECALLED, RELEASE_VOIDED):
        assert WORD.accepts(word) and why_down(word)
