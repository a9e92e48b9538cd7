"""Four eyes, the very content, and nothing that ended meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import astuple, replace
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from models.findings import Box
from redact.audit.kinds import Kind, Role
from redact.cli.posts import reading
from redact.desk.pages.posts.page import describe_unread
from redact.posts import redraw, review
from redact.posts.approving.approve import (
    MayNot,
    PostBroken,
    PostChanged,
    WordsFound,
    approve,
    find_hindrance,
    refuse,
    uphold,
)
from redact.posts.approving.conditions import ask_again, ask_consents, list_unread
from redact.posts.approving.details import read_details
from redact.posts.approving.rules import Approver, Refusal, ends_at, why_not_by
from redact.posts.changes import Changes, HandCover, RedrawState, Seen
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.releasing.release import NotReleasable, release
from redact.posts.writing import drafting
from redact.pupils.adults import AdultKind
from redact.pupils.consent import BIOMETRIC, Consent, State
from redact.pupils.consents.importing import Export, Form
from redact.registers import adults
from redact.registers.act import ImportOrder
from redact.registers.consents import NewAnswer, forget, import_consents, set_answer, set_never_show, withdraw
from redact.store.people import HeldRole
from redact.store.photos import Shown
from redact.store.photos.recalls import is_recalled, list_shown_on
from redact.store.posts.posts import read_shown
from redact.store.posts.take_down_list import list_take_downs
from redact.store.posts.values import BOUND, Post, PostPhoto, PostState
from redact.store.posts.voids import Cause, Voider, void_site
from redact.store.schema.tables import log_entries, photos, shown
from redact.store.schema.tables.of_posts import sites
from tests.rigs.fakes import FixedFinder, FixedReader, finders, line_of
from tests.rigs.posting import CEO, HENRY, PIA, SITE, Posting, add_site, open_posting
from tests.rigs.reviewing import OLIVE, PUPIL, RAE, Seeing
from tests.rigs.waiting import LONGEST_S

OFFICE = Role.COMMUNICATIONS
CORNER = ((10.0, 10.0), (70.0, 10.0), (70.0, 60.0), (10.0, 60.0))


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Posting]:
    with open_posting(tmp_path) as found:
        yield found


# -- the rules, as values --


@pytest.mark.parametrize(
    ("role", "school", "post", "may"),
    [
        (Role.HEADTEACHER, "oak", "oak", True),
        (Role.HEADTEACHER, "", "oak", True),
        (Role.CEO, "", "", True),
        (Role.HEADTEACHER, "elm", "oak", False),
        (Role.HEADTEACHER, "oak", "", False),
        (Role.REVIEWER, "", "oak", False),
        (Role.IT_SERVICES_MANAGER, "", "oak", False),
    ],
)
def test_a_headteacher_or_ceo_of_that_school_approves(role: Role, school: str, post: str, *, may: bool) -> None:
    why = why_not_by(Approver("c" * 64, (HeldRole(role, school),)), post, "b" * 64, ())
    assert (why is None) is may


def test_nobody_approves_what_they_wrote_or_had_in_hand() -> None:
    assert why_not_by(HENRY, "oak", HENRY.tag, ()) is not None
    assert why_not_by(HENRY, "oak", OLIVE.tag, [RAE.tag, HENRY.tag]) is not None
    assert why_not_by(HENRY, "oak", OLIVE.tag, [RAE.tag]) is None


def test_an_approval_ends_with_the_fourteenth_day_or_the_first_consent(living: Posting) -> None:
    zone = living.workspace.settings.zone
    assert ends_at(date(2026, 9, 7), [], zone) == "2026-09-21T22:59:59.999Z"  # the school's day, not UTC's
    assert ends_at(date(2026, 10, 20), [None], zone) == "2026-11-03T23:59:59.999Z"
    first = "2026-09-09T22:59:59.999Z"
    assert ends_at(date(2026, 9, 7), [None, first, "2026-09-10T22:59:59.999Z"], zone) == first


# -- the acts --


def test_a_post_goes_from_draft_to_approval_and_the_log_has_all_of_it(living: Posting) -> None:
    seen = living.pass_one()
    post = living.approve(living.propose([seen]))
    assert post.state is PostState.APPROVED and post.approver is not None and post.approver.tag == HENRY.tag
    assert post.until == "2026-09-21T22:59:59.999Z"
    assert living.said_of(post) == [("post.proposed", None), ("post.included", None), ("approval.given", None)]
    given = living.events("approval")[-1]
    assert (given.fact("content"), given.fact("by")) == (post.content, "headteacher")
    included = living.events("post.included")[-1]
    assert (included.fact("photo"), included.fact("output")) == (seen.photo, seen.output)
    living.check_record()


def test_a_post_without_photos_goes_the_same_way(living: Posting) -> None:
    post = living.approve(living.propose(caption="Term ends on Friday at noon."))
    assert post.state is PostState.APPROVED and not post.photos


def test_of_two_approvers_at_once_one_is_told(living: Posting) -> None:
    post = living.propose([living.pass_one()])
    seen = living.looked_at(post)
    approve(living.workspace, seen, HENRY)
    with pytest.raises(PostChanged):
        approve(living.workspace, seen, CEO)
    with pytest.raises(PostChanged):
        refuse(living.workspace, seen, CEO, Refusal.WORDS, "")
    approver = living.post(post.id).approver
    assert approver is not None and approver.tag == HENRY.tag
    assert [kind for kind, _ in living.said_of(post)].count("approval.given") == 1


def test_an_old_approval_sent_once_more_approves_nothing(living: Posting) -> None:
    post = living.propose([living.pass_one()])
    seen = living.looked_at(post)
    living.approve(post)
    drafting.edit(living.workspace, post.id, post.edition, living.edited(post, caption="Another day"), OLIVE)
    changed = living.post(post.id)
    drafting.propose(living.workspace, post.id, changed.edition, OLIVE)
    with pytest.raises(PostChanged):
        approve(living.workspace, seen, HENRY)
    back = living.post(post.id)
    drafting.withdraw(living.workspace, post.id, back.edition, OLIVE)
    again = living.post(post.id)
    drafting.edit(living.workspace, post.id, again.edition, living.edited(again, caption=post.caption), OLIVE)
    drafting.propose(living.workspace, post.id, living.post(post.id).edition, OLIVE)
    with pytest.raises(PostChanged):  # the very words of before: the nonce is another
        approve(living.workspace, seen, HENRY)
    assert living.post(post.id).state is PostState.PROPOSED


def test_a_register_that_changed_between_look_and_tap_asks_for_another_look(living: Posting) -> None:
    living.add_pupil()
    post = living.propose([living.pass_one()])
    seen = living.looked_at(post)
    set_answer(living.workspace, OFFICE, PUPIL, NewAnswer("press", State.GIVEN))
    with pytest.raises(PostChanged):
        approve(living.workspace, seen, HENRY)
    assert living.approve(post).state is PostState.APPROVED


def test_a_pupil_who_came_to_the_roll_since_and_is_named_stops_approval_and_release(living: Posting) -> None:
    copy, caption = living.pass_one(), "Wrenfield Lane in the sun"
    proposed, approved = living.propose([copy], caption), living.approve(living.propose([copy], caption))
    living.add_pupil()  # of that surname
    with pytest.raises(WordsFound, match="name of the roll"):
        approve(living.workspace, living.looked_at(proposed), HENRY)
    assert "name of the roll" in find_hindrance(living.workspace, proposed, HENRY).words
    with pytest.raises(NotReleasable, match="name of the roll"):
        release(living.workspace, approved.id, str(approved.content), PIA)
    assert living.post(proposed.id).state is PostState.PROPOSED
    assert living.post(approved.id).state is PostState.APPROVED


def test_who_reviewed_covered_or_lifted_does_not_approve(living: Posting) -> None:
    seen = living.pass_one()
    post = living.propose([seen])
    rae = Approver(RAE.tag, (HeldRole(Role.HEADTEACHER),))
    olive = Approver(OLIVE.tag, (HeldRole(Role.HEADTEACHER),))
    for who in (rae, olive):
        assert find_hindrance(living.workspace, post, who).why_not
        with pytest.raises(MayNot):
            approve(living.workspace, living.looked_at(post), who)
    assert not find_hindrance(living.workspace, post, HENRY).is_any
    assert living.post(post.id).state is PostState.PROPOSED
    # Who writes the database hides their own decision: by what is left, nobody was involved.
    hidden = log_entries.update().where(log_entries.c.kind == Kind.REVIEW_DECIDED.value)
    with living.workspace.database.write() as connection:
        connection.execute(hidden.values(kind=Kind.PHOTO_VERIFIED.value))
    assert find_hindrance(living.workspace, post, HENRY).why_not
    with pytest.raises(MayNot, match="is not known any more"):
        approve(living.workspace, living.looked_at(post), HENRY)
    assert living.post(post.id).state is PostState.PROPOSED


def test_a_deputy_approves_until_their_day(living: Posting) -> None:
    until = "2026-09-08T00:00:00.000Z"
    held = (HeldRole(Role.HEADTEACHER, "", until), HeldRole(Role.REVIEWER))
    now = tuple(each for each in held if each.until is None or living.at < each.until)
    assert Approver("e" * 64, now).role_at("") is Role.HEADTEACHER
    living.clock.go(days=2)
    now = tuple(each for each in held if each.until is None or living.at < each.until)
    assert Approver("e" * 64, now).role_at("") is None


def test_a_refused_post_is_a_draft_with_its_cause_and_note(living: Posting) -> None:
    post = living.propose([living.pass_one()])
    refuse(living.workspace, living.looked_at(post), HENRY, Refusal.WORDS, "  Say where it was.  ")
    back = living.post(post.id)
    assert (back.state, back.cause, back.note, back.content) == (PostState.DRAFT, "words", "Say where it was.", None)
    assert living.said_of(post)[-1] == ("approval.refused", "words")
    drafting.propose(living.workspace, back.id, back.edition, OLIVE)
    assert (living.post(post.id).cause, living.post(post.id).note) == (None, "")


# -- what ends it --


def released(living: Posting, copies: list[Seen], state: PostState) -> Post:
    post = living.propose(copies)
    post = post if state is PostState.PROPOSED else living.approve(post)
    return living.move(post, state, released_at=living.at) if state is PostState.RELEASED else post


WITHDRAWALS: dict[str, Callable[[Posting, str], object]] = {
    "one purpose": lambda living, upn: withdraw(living.workspace, OFFICE, upn, "social-media"),
    "all": lambda living, upn: withdraw(living.workspace, OFFICE, upn, None),
    "refused": lambda living, upn: set_answer(living.workspace, OFFICE, upn, NewAnswer("website", State.REFUSED)),
    "never show": lambda living, upn: set_never_show(living.workspace, OFFICE, upn, is_never_shown=True),
    "forgotten": lambda living, upn: forget(living.workspace, OFFICE, upn, is_confirmed=True),
}


@pytest.mark.slow
@pytest.mark.parametrize("state", BOUND)
def test_a_yes_that_ends_makes_a_draft_in_whatever_state(living: Posting, state: PostState) -> None:
    for number, (name, act) in enumerate(WITHDRAWALS.items()):
        upn = f"{number}23456789012A"
        living.add_pupil(upn)
        post = released(living, [living.pass_shown(10 + number, upn)], state)
        with living.workspace.database.read() as connection:
            assert [each.pupil for each in read_shown(connection, post.id)] == [upn]
        act(living, upn)
        back = living.post(post.id)
        assert (back.state, back.content, back.cause) == (PostState.DRAFT, None, "consent-ended"), name
        assert living.said_of(post)[-1] == ("approval.voided", "consent-ended"), name


def test_a_consent_that_only_the_site_asks_for_counts_too(living: Posting) -> None:
    with living.workspace.database.write() as connection:
        connection.execute(sites.update().values(purpose="press"))
    living.add_pupil(PUPIL, "press")
    post = living.approve(living.propose([living.pass_shown()]))
    withdraw(living.workspace, OFFICE, PUPIL, "press")
    assert living.post(post.id).cause == "consent-ended"


@pytest.mark.parametrize("leaves", [False, True])
def test_an_adult_who_takes_the_permission_back_or_leaves_makes_a_draft(living: Posting, *, leaves: bool) -> None:
    adult = permitted(living)
    post = living.approve(living.propose([living.pass_shown(upn=adult)]))
    if leaves:
        adults.mark_left(living.workspace, OFFICE, adult)
    else:
        adults.permit(living.workspace, OFFICE, adult, NewAnswer("website", State.WITHDRAWN))
    assert (living.post(post.id).state, living.post(post.id).cause) == (PostState.DRAFT, "consent-ended")


@pytest.mark.parametrize("caption", ["With Greta Ashdown at the pond", "With Mrs Ashdown's nets"])
def test_an_adult_who_takes_a_permission_back_is_named_nowhere_any_more(living: Posting, caption: str) -> None:
    adult = permitted(living)
    waits = living.propose([living.pass_one(1)], caption)
    out = living.bring_out(living.approve(living.propose([living.pass_one(2)], caption)), "posted")
    other = living.bring_out(living.approve(living.propose([living.pass_one(3)])), "posted")
    adults.permit(living.workspace, OFFICE, adult, NewAnswer("press", State.GIVEN, source="form 8"))
    with living.workspace.database.read() as connection:
        assert living.post(waits.id).state is PostState.PROPOSED and list_take_downs(connection) == ()
    taken = adults.permit(living.workspace, OFFICE, adult, NewAnswer("social-media", State.WITHDRAWN)).taken
    assert (living.post(waits.id).state, living.post(waits.id).cause) == (PostState.DRAFT, "consent-ended")
    with living.workspace.database.read() as connection:
        assert [(each.post, each.cause) for each in list_take_downs(connection)] == [(out.id, "consent-gone")]
    assert len(taken.take_downs) == 1 and living.post(other.id).state is PostState.POSTED
    living.check_record()


def see_a_name() -> Seeing:
    """Return finders that read an adult's name, and see no face, on originals and on copies."""
    return Seeing((), lambda: FixedReader((line_of("Greta Ashdown", Box(40, 40, 240, 70)),)))


@pytest.mark.parametrize("far", ["proposed", "approved", "posted"])
def test_a_name_on_a_picture_is_recalled_with_the_permission_as_a_shown_face_is(tmp_path: Path, far: str) -> None:
    with open_posting(tmp_path, see_a_name()) as living:
        adult = permitted(living)
        seen = living.pass_one()
        with living.workspace.database.read() as connection:
            assert list_shown_on(connection, seen.photo) == (Shown(adult, is_by_hand=True, is_named=True),)
        post = living.propose([seen])
        if far != "proposed":
            post = living.bring_out(living.approve(post), far)
        taken = adults.permit(living.workspace, OFFICE, adult, NewAnswer("website", State.WITHDRAWN)).taken
        assert [each.photo for each in taken.recalls] == [seen.photo]
        with living.workspace.database.read() as connection:
            waiting = list_take_downs(connection)
        if far == "posted":
            assert [(each.post, each.cause) for each in waiting] == [(post.id, "consent-gone")]
        else:
            assert (living.post(post.id).state, living.post(post.id).cause) == (PostState.DRAFT, "consent-ended")
        living.retry_with_key(seen.photo)
        with living.workspace.database.read() as connection:
            assert list_shown_on(connection, seen.photo) == () and not is_recalled(connection, seen.photo)
        assert [each.is_covered for each in living.copy(seen.photo).plan] == [True]
        living.check_record()


@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_a_copy_of_which_nobody_wrote_down_whom_it_names_is_told_and_read_again(
    tmp_path: Path, is_withdrawn: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_posting(tmp_path, see_a_name()) as living:
        adult, workspace = permitted(living), living.workspace
        seen = living.pass_one()
        with workspace.database.write() as connection:  # as it was before anybody wrote it down
            connection.execute(photos.update().values(names_known=False, plan="[]"))
            connection.execute(shown.delete())
        post = living.approve(living.propose([seen]))
        asked = Mock(side_effect=list_unread)
        with monkeypatch.context() as counted:
            for module in ("conditions", "details"):
                counted.setattr(f"redact.posts.approving.{module}.list_unread", asked)
            (unread,) = read_details(workspace, post).unread
        assert unread.adults == (adult,) and asked.call_count == 1
        said = describe_unread(read_details(workspace, post))
        assert said.startswith("It is not known which adults' names photo 1 shows: its copy was made")
        monkeypatch.setattr("redact.cli.posts.reading.open_workspace", lambda folder: nullcontext(workspace))
        reading.show(post.id)
        assert "It is not known which adults' names photo 1 shows" in capsys.readouterr().out
        if is_withdrawn:
            adults.permit(workspace, OFFICE, adult, NewAnswer("website", State.WITHDRAWN))
            with pytest.raises(NotReleasable, match="may name an adult who may not be named there today"):
                release(workspace, post.id, str(post.content), PIA)
            assert (living.post(post.id).state, living.post(post.id).cause) == (PostState.DRAFT, "consent-ended")
        name = (line_of("Greta Ashdown", Box(40, 40, 240, 70)),)
        living.seeing.on_copies = lambda: finders(FixedFinder(()), FixedReader(name, name))
        with living.redrawer() as redrawer:
            done = redrawer.wait(redraw.ask(workspace, living.seen(seen.photo), Changes(), RAE), LONGEST_S)
        assert done is not None and done.state is RedrawState.DONE, done
        with workspace.database.read() as connection:
            named = () if is_withdrawn else (Shown(adult, is_by_hand=True, is_named=True),)
            assert list_shown_on(connection, seen.photo) == named
            assert not list_unread(connection, replace(post, photos=(PostPhoto(*astuple(living.seen(seen.photo))),)))
        assert [each.is_covered for each in living.copy(seen.photo).plan] == [is_withdrawn]
        living.check_record()


def test_without_faces_an_adult_may_still_be_named_and_only_with_a_yes_to_the_sites_purpose(tmp_path: Path) -> None:
    with open_posting(tmp_path, see_a_name()) as living:
        permitted(living)
        bare = replace(living.workspace, settings=replace(living.workspace.settings, shows_faces=False))
        living.workspace = bare
        post = living.propose([living.pass_one()])
        with bare.database.write() as connection:
            assert not ask_consents(bare, connection, post)
            connection.execute(sites.update().values(purpose="press"))
            (broken,) = ask_consents(bare, connection, post)
    assert "names somebody who may not be named there" in broken.sentence


def permitted(living: Posting) -> str:
    """Add an adult who permits every purpose in writing; return the number."""
    adult = adults.add_adult(living.workspace, OFFICE, AdultKind.STAFF, "Greta", "Ashdown").number
    for purpose in living.workspace.settings.purposes:
        adults.permit(living.workspace, OFFICE, adult, NewAnswer(purpose, State.GIVEN, source="form 7"))
    return adult


def test_an_import_of_consents_that_takes_a_yes_back_makes_a_draft(living: Posting) -> None:
    living.add_pupil()
    post = living.approve(living.propose([living.pass_shown()]))
    export = Export(Form.WIDE, 1, (Consent(PUPIL, "social-media", State.REFUSED),))
    import_consents(living.workspace, OFFICE, export, ImportOrder("0" * 64, confirms_large=True))
    assert living.post(post.id).cause == "consent-ended"


def test_another_pupils_withdrawal_voids_nothing(living: Posting) -> None:
    living.add_pupil()
    living.add_pupil("B123456789012")
    post = living.approve(living.propose([living.pass_shown()]))
    withdraw(living.workspace, OFFICE, "B123456789012", None)
    assert living.post(post.id).state is PostState.APPROVED


@pytest.mark.parametrize("state", BOUND)
def test_a_copy_that_changes_or_is_recalled_makes_a_draft(living: Posting, state: PostState) -> None:
    def reopen(seen: Seen) -> None:
        review.reopen(living.workspace, seen, RAE)

    def cover(seen: Seen) -> None:
        with living.redrawer() as redrawer:
            changes = Changes((HandCover(CORNER),))
            redrawer.wait(redraw.ask(living.workspace, seen, changes, RAE), LONGEST_S)

    acts = {
        "review-reopened": reopen,
        "copy-recalled": lambda seen: recall_copy(living.workspace, seen, RAE, RecallCause.OBJECTION),
        "copy-changed": cover,
    }
    for number, (cause, act) in enumerate(acts.items(), 1):
        seen = living.pass_one(number)
        post = released(living, [seen], state)
        act(seen)
        back = living.post(post.id)
        expected = "review-reopened" if cause == "copy-changed" else cause  # asking for a redraw opens the review first
        assert (back.state, back.cause) == (PostState.DRAFT, expected)
        with pytest.raises((drafting.NotReady, drafting.EditedMeanwhile)):
            drafting.propose(living.workspace, post.id, back.edition, OLIVE)


@pytest.mark.parametrize("state", BOUND)
def test_an_edit_or_withdrawal_by_the_author_makes_a_draft(living: Posting, state: PostState) -> None:
    post = released(living, [living.pass_one()], state)
    drafting.edit(living.workspace, post.id, post.edition, living.edited(post), OLIVE)
    assert living.post(post.id).state is state  # the same words: nothing was edited
    drafting.edit(living.workspace, post.id, post.edition, living.edited(post, caption="Two days"), OLIVE)
    assert ("approval.voided", "edited") in living.said_of(post)
    other = released(living, [living.pass_one(5)], state)
    drafting.withdraw(living.workspace, other.id, other.edition, OLIVE)
    kind = "post.withdrawn" if state is PostState.PROPOSED else "approval.voided"
    assert kind in dict(living.said_of(other)) and living.post(other.id).state is PostState.DRAFT


def test_a_site_that_is_retired_overdue_or_another_school_s_makes_a_draft(living: Posting) -> None:
    post = living.approve(living.propose([living.pass_one()]))
    with living.workspace.audit_log.writing() as entries:
        assert [each.id for each in void_site(entries, SITE, Voider("system"))] == [post.id]
    other = living.propose([living.pass_one(2)])
    with living.workspace.database.write() as connection:
        connection.execute(sites.update().values(until=living.at))
    living.clock.go(seconds=1)
    with pytest.raises(PostBroken):
        living.approve(other)
    assert living.said_of(other)[-1] == ("approval.voided", "site-closed")
    with living.workspace.database.write() as connection:
        connection.execute(sites.update().values(until="2027-08-31T22:59:59.999Z"))
    third = living.propose([living.pass_one(3)])
    with living.workspace.database.write() as connection:
        connection.execute(sites.update().values(school="elm"))
    with pytest.raises(PostBroken, match="another school's"):
        living.approve(third)
    assert living.said_of(third)[-1] == ("approval.voided", "site-closed")


def test_a_yes_rests_on_the_rows_of_its_copies_too(living: Posting) -> None:
    """Whatever changed them, and voided nothing: each alone is enough."""
    post = living.propose([living.pass_one()])
    recalled = {"photo": post.photos[0].photo, "pupil": "nobody", "register": 0, "recalled_at": living.at}
    changes = {
        photos.update().values(state="held"): Cause.COPY_CHANGED,
        photos.update().values(output="f" * 64): Cause.COPY_CHANGED,
        photos.update().values(school="elm"): Cause.COPY_CHANGED,
        photos.update().values(review="open"): Cause.REVIEW_REOPENED,
        shown.insert().values(by_hand=True, named=False, **recalled): Cause.COPY_RECALLED,
    }
    with living.workspace.database.write() as connection:
        of_oak = replace(post, school="oak")
        assert not ask_again(living.workspace, connection, of_oak)
        for change, cause in changes.items():
            with connection.begin_nested() as undone:
                connection.execute(change)
                assert [each.cause for each in ask_again(living.workspace, connection, of_oak)] == [cause]
                undone.rollback()


def test_an_approval_of_who_was_recognised_ends_with_the_consent_to_that(living: Posting) -> None:
    living.add_pupil()
    last = living.workspace.today() + timedelta(days=2)
    set_answer(living.workspace, OFFICE, PUPIL, NewAnswer(BIOMETRIC, State.GIVEN, expires_on=last))
    seen = living.pass_shown()
    with living.workspace.database.write() as connection:
        connection.execute(shown.update().values(by_hand=False))  # as where the program said who it is
    assert living.approve(living.propose([seen])).until == "2026-09-09T22:59:59.999Z"


def test_time_and_an_expiring_consent_end_an_approval_without_any_act(living: Posting) -> None:
    living.add_pupil()
    last = living.workspace.today() + timedelta(days=3)
    set_answer(living.workspace, OFFICE, PUPIL, NewAnswer("website", State.GIVEN, expires_on=last))
    post = living.approve(living.propose([living.pass_shown()]))
    assert post.until == "2026-09-10T22:59:59.999Z"
    living.clock.go(days=3)
    assert uphold(living.workspace, post.id, None) == post
    living.clock.go(days=1)
    found = uphold(living.workspace, post.id, None)
    assert found is not None and (found.state, found.cause) == (PostState.DRAFT, "consent-ended")
    plain = living.approve(living.propose([living.pass_one(7)]))
    living.clock.go(days=15)
    found = uphold(living.workspace, plain.id, None)
    assert found is not None and (found.state, found.cause) == (PostState.DRAFT, "approval-expired")
    living.check_record()


def test_content_that_was_changed_in_the_database_is_never_approved(living: Posting) -> None:
    post = living.propose([living.pass_one()])
    with living.workspace.database.write() as connection:
        connection.exec_driver_sql("UPDATE posts SET caption = 'something else'")
    with pytest.raises(PostBroken):
        living.approve(post)
    assert living.said_of(post)[-1] == ("approval.voided", "details-changed")


def test_a_post_shows_nobody_where_faces_are_not_shown_any_more(living: Posting) -> None:
    living.add_pupil()
    post = living.approve(living.propose([living.pass_shown()]))
    covered = replace(living.workspace, settings=replace(living.workspace.settings, shows_faces=False))
    found = uphold(covered, post.id, None)
    assert found is not None and found.cause == "consent-ended"


# -- what does not get so far --


def test_only_passed_copies_of_one_school_enter_a_post(living: Posting) -> None:
    open_one = living.store_one()
    with pytest.raises(Exception, match="not passed"):
        drafting.start(living.workspace, [open_one], "", OLIVE)
    review.decide(living.workspace, open_one, review.Decision.FIT, RAE)
    with pytest.raises(Exception, match="not passed"):
        drafting.start(living.workspace, [Seen(open_one.photo, "f" * 64)], "", OLIVE)
    assert drafting.start(living.workspace, [open_one], "", OLIVE)


def test_a_post_is_not_sent_before_all_is_answered(living: Posting) -> None:
    number = drafting.start(living.workspace, [living.pass_one()], "", OLIVE)
    with pytest.raises(drafting.NotReady, match="caption") as caught:
        drafting.propose(living.workspace, number, 1, OLIVE)
    assert "Choose the site" in str(caught.value) and "Say what photo 1 shows" in str(caught.value)
    post = living.draft([living.pass_one(2)])
    with pytest.raises(Exception, match="Somebody else"):
        drafting.propose(living.workspace, post.id, post.edition, RAE)
    add_site(living.workspace, "elsewhere", state="asked")
    drafting.edit(living.workspace, post.id, post.edition, living.edited(post, site="elsewhere"), OLIVE)
    with pytest.raises(drafting.NotReady, match="not approved"):
        drafting.propose(living.workspace, post.id, living.post(post.id).edition, OLIVE)
