"""Whatever people do in whatever order: what is approved or put out is what was approved, by another, with a yes."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from redact.audit.kinds import Role
from redact.errors import RedactError
from redact.posts import review
from redact.posts.approving.approve import SeenPost, approve, refuse, uphold
from redact.posts.approving.conditions import ask_again, hash_post
from redact.posts.approving.rules import Approver, Refusal
from redact.posts.review import Decision
from redact.posts.writing import drafting
from redact.pupils.consent import State
from redact.registers.consents import NewAnswer, set_answer, withdraw
from redact.store.people import HeldRole
from redact.store.posts.involved import involved_in
from redact.store.posts.sites import read_site
from redact.store.posts.values import BOUND, PostState
from redact.store.posts.voids import Voider, void_site
from redact.store.schema.tables.of_posts import sites
from redact.workspace.ids import Actor
from tests.rigs.posting import CEO, HENRY, SITE, Posting, open_posting
from tests.rigs.reviewing import OLIVE, PUPIL, RAE

OFFICE = Role.COMMUNICATIONS
PEOPLE = [OLIVE, RAE, Actor("headteacher", HENRY.tag), Actor("ceo", CEO.tag)]
TEXTS = st.sampled_from(["A day at the pond", "Another day", "We saw newts"])
WHO = st.sampled_from(PEOPLE)
BEFORE = st.integers(min_value=0, max_value=5)


pytestmark = pytest.mark.slow


def is_bound(machine: Posts) -> bool:
    """Say whether the post waits, is approved or put out: what ends that is tried then, else chance does no more."""
    return machine.living.post(machine.number).state in BOUND


class Posts(RuleBasedStateMachine):
    """One post with a covered and a shown photo, and everybody who may do something to it."""

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        self.living: Posting = self.stack.enter_context(open_posting(folder))
        self.living.add_pupil()
        self.shown, self.plain = self.living.pass_shown(2), self.living.pass_one(1)
        self.number = self.living.draft([self.shown, self.plain]).id
        self.looks: list[SeenPost] = []  # every page that was ever open

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    @property
    def edition(self) -> int:
        return self.living.post(self.number).edition

    # -- as it should go: without these, chance leaves nearly every post a draft --

    @rule(approves=st.booleans())
    def make_ready(self, *, approves: bool) -> None:
        self.answer(days=None)
        self.change_site("approved")
        for is_plain in (False, True):
            self.pass_again(is_plain=is_plain, who=RAE)
        self.propose(OLIVE)
        self.look()
        if approves:
            self.decide(PEOPLE[2], 0, decides=True, is_head=True)

    @rule(who=st.sampled_from(PEOPLE[2:]))
    def say_yes(self, who: Actor) -> None:
        self.look()
        self.decide(who, 0, decides=True, is_head=True)

    # -- authors --

    @rule(who=WHO, caption=TEXTS, back=st.integers(min_value=0, max_value=1))
    def edit(self, who: Actor, caption: str, back: int) -> None:
        post = self.living.post(self.number)
        draft = self.living.edited(post, caption=caption)
        with suppress(RedactError):
            drafting.edit(self.living.workspace, self.number, post.edition - back, draft, who)

    @rule(who=WHO)
    def propose(self, who: Actor) -> None:
        with suppress(RedactError):
            drafting.propose(self.living.workspace, self.number, self.edition, who)

    @precondition(is_bound)
    @rule(who=WHO)
    def take_back(self, who: Actor) -> None:
        with suppress(RedactError):
            drafting.withdraw(self.living.workspace, self.number, self.edition, who)

    # -- approvers --

    @rule()
    def look(self) -> None:
        post = self.living.post(self.number)
        if post.state in BOUND:
            self.looks.append(self.living.looked_at(post))

    @rule(who=WHO, before=BEFORE, decides=st.booleans(), is_head=st.booleans())
    def decide(self, who: Actor, before: int, *, decides: bool, is_head: bool) -> None:
        if not self.looks:
            return
        seen = self.looks[max(0, len(self.looks) - 1 - before)]  # an old page is sent once more
        approver = Approver(who.tag, (HeldRole(Role.HEADTEACHER if is_head else Role.REVIEWER),))
        with suppress(RedactError):
            if decides:
                approve(self.living.workspace, seen, approver)
            else:
                refuse(self.living.workspace, seen, approver, Refusal.TIMING, "")

    @rule()
    def put_out(self) -> None:
        post = uphold(self.living.workspace, self.number, None)
        if post is not None and post.state is PostState.APPROVED:
            self.living.move(post, PostState.RELEASED, released_at=self.living.at)

    # -- what takes a yes back, and gives it again --

    @rule(days=st.sampled_from([None, 2]))
    def answer(self, days: int | None) -> None:
        today = self.living.workspace.today()
        last = None if days is None else today.fromordinal(today.toordinal() + days)
        set_answer(self.living.workspace, OFFICE, PUPIL, NewAnswer("website", State.GIVEN, expires_on=last))

    @precondition(lambda self: is_bound(self) and len(self.looks) > 2)  # for good: its copy is recalled
    @rule()
    def withdraw(self) -> None:
        withdraw(self.living.workspace, OFFICE, PUPIL, "website")

    @precondition(is_bound)
    @rule(is_plain=st.booleans())
    def reopen(self, *, is_plain: bool) -> None:
        seen = self.plain if is_plain else self.shown
        with suppress(RedactError):
            review.reopen(self.living.workspace, seen, RAE)

    @rule(is_plain=st.booleans(), who=st.sampled_from([RAE, PEOPLE[2]]))
    def pass_again(self, *, is_plain: bool, who: Actor) -> None:
        seen = self.plain if is_plain else self.shown
        with suppress(RedactError):
            review.decide(self.living.workspace, seen, Decision.FIT, who)

    @precondition(is_bound)
    @rule(state=st.sampled_from(["approved", "asked"]))
    def change_site(self, state: str) -> None:
        with self.living.workspace.audit_log.writing() as entries:
            entries.connection.execute(sites.update().values(state=state))
            if state != "approved":
                void_site(entries, SITE, Voider("system"))

    @precondition(is_bound)
    @rule(days=st.sampled_from([1, 3, 15]))
    def wait(self, days: int) -> None:
        self.living.clock.go(days=days)

    # -- what must hold, always --

    @invariant()
    def what_is_bound_is_what_was_proposed(self) -> None:
        post = self.living.post(self.number)
        if post.state not in BOUND:
            assert post.content is None and post.until is None and post.approver is None
            return
        with self.living.workspace.database.read() as connection:
            site = read_site(connection, str(post.site))
        assert site is not None and hash_post(self.living.workspace, post, site, post.nonce) == post.content

    @invariant()
    def what_is_approved_was_approved_by_another_for_this_very_content(self) -> None:
        post = self.living.post(self.number)
        if post.state not in {PostState.APPROVED, PostState.RELEASED}:
            return
        assert post.approver is not None and post.approver.tag != post.author.tag
        [given] = [event for event in self.living.events("approval.given") if event.fact("content") == post.content]
        assert (given.fact("person"), given.fact("until")) == (post.approver.tag, post.until)
        with self.living.workspace.database.read() as connection:
            involved, _ = involved_in(
                connection, [photo.photo for photo in post.photos], self.living.workspace.audit_log.listed
            )
        assert post.approver.tag not in involved

    @invariant()
    def what_is_put_out_still_holds_when_it_is_read(self) -> None:
        found = uphold(self.living.workspace, self.number, None)
        assert found is not None
        if found.state in BOUND:
            with self.living.workspace.database.read() as connection:
                assert ask_again(self.living.workspace, connection, found) == ()


Posts.TestCase.settings = settings(max_examples=30, stateful_step_count=30, suppress_health_check=[*HealthCheck])
TestPosts = Posts.TestCase


def test_the_machine_can_go_where_it_matters() -> None:
    """A machine that never leaves the draft would prove nothing."""
    machine = Posts()
    machine.begin()
    try:
        machine.make_ready(approves=True)
        assert machine.living.post(machine.number).state is PostState.APPROVED
        machine.what_is_approved_was_approved_by_another_for_this_very_content()
        machine.change_site("asked")
        assert machine.living.post(machine.number).state is PostState.DRAFT
        kinds = {kind for kind, _ in machine.living.said_of(machine.living.post(machine.number))}
        assert {"post.proposed", "approval.given", "approval.voided"} <= kinds
    finally:
        machine.teardown()
