"""Signing in: passwords, codes, the lock, new cookies, the end of sessions."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from argon2 import PasswordHasher

from redact.audit.kinds import Kind, Role
from redact.desk.app import make_app, make_desk
from redact.desk.sign_in import sessions
from redact.desk.sign_in.hashing import Hashing, why_no_password
from redact.desk.sign_in.signin import LOCKED, OF_ADDRESS, OF_LOGIN, count_failure
from redact.posts.people import CODE_HOURS, change_roles, disable_person, reset_person
from redact.store.latest import TOLERANCE
from redact.store.people import Failures, HeldRole
from redact.store.schema.tables import log_entries, people
from redact.store.schema.tables import sessions as table
from redact.system.clock import print_moment
from tests.rigs.desk import PASSWORD, Answer, Browser, DeskRig, cheap_hashing
from tests.rigs.workspaces import NOON

REVIEWER = HeldRole(Role.REVIEWER)


@pytest.fixture
def desk(tmp_path: Path) -> DeskRig:
    return DeskRig(tmp_path, photos=1)


def sign_in(browser: Browser, login: str = "rae", password: str = PASSWORD) -> Answer:
    return browser.take_cookie(browser.post("/sign-in", {"login": login, "password": password}))


def kinds(desk: DeskRig) -> list[str]:
    return [kind for kind, _ in desk.rig.entries() if kind.startswith("session.")]


def test_a_code_works_once_and_within_its_day(desk: DeskRig) -> None:
    code = desk.add("rae", REVIEWER)
    form = {"login": "Rae ", "code": code.upper().replace("-", " "), "password": PASSWORD, "again": PASSWORD}
    assert Browser(desk.app).post("/first-sign-in", form).status == 303
    assert Browser(desk.app).post("/first-sign-in", form).status == 422
    late = desk.add("ray", REVIEWER)
    desk.rig.clock.moment += timedelta(hours=CODE_HOURS)
    form = {"login": "ray", "code": late, "password": PASSWORD, "again": PASSWORD}
    assert Browser(desk.app).post("/first-sign-in", form).status == 422


def test_a_clock_set_back_makes_no_code_young_again_and_a_new_one_lasts_its_day(desk: DeskRig) -> None:
    old = desk.add("rae", REVIEWER)
    desk.rig.clock.moment += timedelta(hours=CODE_HOURS + 1)
    desk.add("ray", REVIEWER)  # an entry: the log knows what time it was
    desk.rig.clock.moment -= timedelta(hours=CODE_HOURS)
    form = {"login": "rae", "code": old, "password": PASSWORD, "again": PASSWORD}
    assert Browser(desk.app).post("/first-sign-in", form).status == 422
    new = desk.add("rob", REVIEWER)
    form = {"login": "rob", "code": new, "password": PASSWORD, "again": PASSWORD}
    assert Browser(desk.app).post("/first-sign-in", form).status == 303


def test_a_code_is_of_one_person(desk: DeskRig) -> None:
    desk.add("rae", REVIEWER)
    code = desk.add("ray", REVIEWER)
    form = {"login": "rae", "code": code, "password": PASSWORD, "again": PASSWORD}
    assert "code is wrong" in Browser(desk.app).post("/first-sign-in", form).text
    empty = Browser(desk.app).post("/first-sign-in", {"password": "short", "again": ""})  # all that is missing at once
    assert empty.status == 422 and {"login-error", "code-error"} <= {*re.findall(r'id="([a-z-]+-error)"', empty.text)}


def test_a_code_typed_as_a_password_is_told_where_it_belongs(desk: DeskRig) -> None:
    code = desk.add("rae", REVIEWER)
    for typed, is_told in ((code, True), ("not-a-code-at-all", False)):
        answer = Browser(desk.app).post("/sign-in", {"login": "rae", "password": typed})
        assert answer.status == 422 and ("I have a one-time code”, below" in answer.text) is is_told


@pytest.mark.parametrize(
    "password", ["short", "a" * 201, "aaaaaaaaaaaa", "Password-Password", "my rae password", "Password1234"]
)
def test_a_poor_password_is_refused(password: str) -> None:
    assert why_no_password(password, "rae") is not None
    assert why_no_password("correct horse battery", "rae") is None


def test_a_new_cookie_at_each_sign_in_and_the_old_one_ends(desk: DeskRig) -> None:
    browser = desk.signed_in("rae", REVIEWER)
    first = browser.cookie
    sign_in(browser)
    assert browser.cookie != first and len(browser.cookie) >= 43
    assert Browser(desk.app, cookie=first).get("/account").status == 303
    planted = Browser(desk.app, cookie="planted-by-a-stranger")
    sign_in(planted)
    assert planted.cookie not in {"", "planted-by-a-stranger"}
    assert Browser(desk.app, cookie="planted-by-a-stranger").get("/account").status == 303


def test_the_cookie_is_for_this_host_https_and_no_script(desk: DeskRig) -> None:
    desk.signed_in("rae", REVIEWER)
    cookie = Browser(desk.app).post("/sign-in", {"login": "rae", "password": PASSWORD}).header("set-cookie")
    assert cookie.startswith("__Host-redact=")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


def test_the_database_holds_no_cookie_and_no_password(desk: DeskRig) -> None:
    browser = desk.signed_in("rae", REVIEWER)
    with desk.workspace.database.read() as connection:
        rows = repr([*connection.execute(people.select()), *connection.execute(table.select())])
    assert browser.cookie not in rows and browser.token not in rows and PASSWORD not in rows and "$argon2id$" in rows


def test_five_failures_lock_a_login_known_or_not_and_read_the_same(desk: DeskRig) -> None:
    desk.signed_in("rae", REVIEWER)
    before = len(kinds(desk))
    told = {}
    for login in ("rae", "nobody"):
        browser = Browser(desk.app, client=f"192.0.2.{len(login)}")
        told[login] = [sign_in(browser, login, "wrong").text.replace(login, "LOGIN") for _ in range(OF_LOGIN + 1)]
        assert "Too many failed sign-ins" in told[login][-1] and "is wrong" in told[login][OF_LOGIN - 2]
    assert told["rae"] == told["nobody"]
    assert kinds(desk)[before:] == ["session.locked"] * 2
    assert sign_in(Browser(desk.app)).status == 422  # the right password does not help
    desk.rig.clock.moment += LOCKED
    assert sign_in(Browser(desk.app)).status == 303


def test_twenty_failures_within_an_hour_lock_an_address(desk: DeskRig) -> None:
    desk.signed_in("rae", REVIEWER)
    browser = Browser(desk.app, client="198.51.100.9")
    for number in range(OF_ADDRESS):
        sign_in(browser, f"guess-{number}", "wrong")
    assert "Too many failed sign-ins" in sign_in(browser).text
    assert sign_in(Browser(desk.app, client="198.51.100.10")).status == 303


def test_who_was_signed_out_is_told_so_and_goes_on_where_they_were(desk: DeskRig) -> None:
    browser = desk.signed_in("rae", REVIEWER)
    reset_person(desk.workspace, "rae", desk.it)
    there = browser.get("/photos").header("location")
    page = browser.get(there).text
    assert "You are signed out" in page and 'name="then" value="/photos"' in page
    assert "You are signed out" not in Browser(desk.app).get(there).text  # who never was


def test_a_lock_outlives_the_desk_and_a_reset_lifts_it(desk: DeskRig) -> None:
    desk.signed_in("rae", REVIEWER)
    for _ in range(OF_LOGIN):
        sign_in(Browser(desk.app), "rae", "wrong")
    again = make_app(make_desk(desk.workspace, desk.desk.address, desk.desk.redrawer, cheap_hashing()))
    assert sign_in(Browser(again)).status == 422
    code = reset_person(desk.workspace, "rae", desk.it)
    form = {"login": "rae", "code": code, "password": PASSWORD, "again": PASSWORD}
    assert Browser(again).post("/first-sign-in", form).status == 303


def test_failures_count_within_an_hour_and_a_lock_begins_again() -> None:
    known = None
    for number in range(1, 5):
        known = count_failure(known, NOON, 5)
        assert (known.failures, known.until) == (number, None)
    locked = count_failure(known, NOON, 5)
    assert locked.until == print_moment(NOON + LOCKED)
    assert count_failure(locked, NOON + LOCKED, 5).failures == 1
    old = Failures(print_moment(NOON - timedelta(minutes=61)), 4, None)
    assert count_failure(old, NOON, 5).failures == 1


class CountingHasher(PasswordHasher):
    """A real one, which remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  argon2's name
        self.verified.append(str(hash))
        return super().verify(hash, password)


def test_an_unknown_login_costs_a_hash_as_a_known_one_does(desk: DeskRig) -> None:
    desk.signed_in("rae", REVIEWER)
    desk.add("ray", REVIEWER)  # has no password yet
    hasher = CountingHasher()
    hashing = Hashing(hasher)
    app = make_app(make_desk(desk.workspace, desk.desk.address, desk.desk.redrawer, hashing))
    for login in ("rae", "ray", "nobody"):
        sign_in(Browser(app), login, "wrong")
    assert len(hasher.verified) == 3 and hasher.verified[1] == hasher.verified[2]
    assert not hashing.fits(None, "nobody has this password")


def test_a_session_ends_by_rest_and_by_age(desk: DeskRig) -> None:
    browser = desk.signed_in("rae", REVIEWER)
    for _ in range(3):
        desk.rig.clock.moment += sessions.IDLE - timedelta(seconds=1)
        assert browser.get("/account").status == 200
    desk.rig.clock.moment += sessions.IDLE
    assert browser.get("/account").status == 303
    head = desk.signed_in("head", HeldRole(Role.HEADTEACHER))
    desk.rig.clock.moment += timedelta(hours=11)
    assert head.get("/account").status == 200
    desk.rig.clock.moment += timedelta(hours=1)
    assert head.get("/account").status == 303


def test_a_clock_set_back_ends_sessions_and_lengthens_none(desk: DeskRig) -> None:
    browser = desk.signed_in("rae", REVIEWER)
    found = sessions.find_visitor(desk.workspace, browser.cookie)
    assert found is not None
    desk.rig.clock.moment -= TOLERANCE  # machines differ by so much, and nobody is signed out for it
    assert browser.get("/").status == 200
    assert sessions.is_fresh(found[1], desk.rig.clock.moment)
    desk.rig.clock.moment -= timedelta(minutes=1)
    assert browser.get("/").status == 303
    assert not sessions.is_fresh(found[1], desk.rig.clock.moment), "a password of a time that nobody knows"
    sign_in(browser)
    assert browser.get("/").status == 200, "who signs in again goes on"


def test_signing_out_disabling_and_resetting_end_sessions(desk: DeskRig) -> None:
    browser, other = desk.signed_in("rae", REVIEWER), desk.signed_in("ray", REVIEWER)
    assert browser.post("/sign-out").status == 303 and browser.get("/account").status == 303
    assert disable_person(desk.workspace, "ray", desk.it) == 1 and other.get("/account").status == 303
    assert sign_in(other, "ray").status == 422
    sign_in(browser)
    reset_person(desk.workspace, "rae", desk.it)
    assert browser.get("/account").status == 303 and sign_in(Browser(desk.app)).status == 422
    assert kinds(desk).count(Kind.SESSION_CLOSED.value) == 3


def test_a_role_that_was_taken_is_gone_at_the_next_request(desk: DeskRig) -> None:
    browser = desk.signed_in("rae", REVIEWER)
    assert browser.get("/photos").status == 200
    change_roles(desk.workspace, "rae", desk.it, take=[REVIEWER], at_terminal=True)
    assert browser.get("/photos").status == 403


def test_a_password_is_fresh_for_a_quarter_of_an_hour(desk: DeskRig) -> None:
    browser = desk.signed_in("rae", REVIEWER)
    found = sessions.find_visitor(desk.workspace, browser.cookie)
    assert found is not None and sessions.is_fresh(found[1], desk.rig.clock.moment)
    desk.rig.clock.moment += sessions.FRESH
    assert not sessions.is_fresh(found[1], desk.rig.clock.moment)
    assert browser.post("/confirm", {"password": "wrong", "then": "/photos"}).status == 422
    answer = browser.post("/confirm", {"password": PASSWORD, "then": "/photos"})
    assert (answer.status, answer.header("location")) == (303, "/photos")
    again = sessions.find_visitor(desk.workspace, browser.cookie)
    assert again is not None and sessions.is_fresh(again[1], desk.rig.clock.moment)


def test_nothing_that_was_typed_stands_in_the_audit_log(desk: DeskRig) -> None:
    desk.signed_in("rae", REVIEWER)
    sign_in(Browser(desk.app), "secret-login", "secret-password")
    with desk.workspace.database.read() as connection:
        bodies = b"".join(bytes(row.body) for row in connection.execute(log_entries.select()))
    assert b"secret" not in bodies and b"192.0.2" not in bodies and b"rae" not in bodies


def test_two_hash_at_once_and_the_third_is_told_to_wait(desk: DeskRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redact.desk.sign_in.hashing.WAIT_S", 0.01)
    with desk.desk.hashing.place(), desk.desk.hashing.place():
        answer = sign_in(Browser(desk.app), "rae")
    assert answer.status == 503 and "Wait a minute" in answer.text
