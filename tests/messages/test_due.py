"""What is due to be told: rules as values; and what no message ever says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from redact.audit.kinds import ID, Role
from redact.messages.due import due_messages, lines_for
from redact.messages.values import (
    DeviceNews,
    Facts,
    Kind,
    MachineNews,
    Message,
    PostNews,
    Recipient,
    StaffNews,
    TakeDownNews,
    Topic,
)
from redact.messages.words import number_of, write
from redact.store.people import HeldRole
from redact.system.clock import parse_moment, print_moment

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 9, 7, 10, 30, tzinfo=LONDON)


def someone(person: int, role: Role, school: str = "oak", tag: str = "") -> Recipient:
    return Recipient(person, tag or f"{person:064}", (HeldRole(role, school),))


HEAD, ELM_HEAD, CEO = someone(1, Role.HEADTEACHER), someone(2, Role.HEADTEACHER, "elm"), someone(3, Role.CEO, "")
OFFICE, POSTER = someone(4, Role.COMMUNICATIONS), someone(5, Role.POSTER)
IT, DPO = someone(6, Role.IT_SERVICES_MANAGER, ""), someone(7, Role.DATA_PROTECTION_OFFICER, "")
HOLDER = someone(8, Role.HOLDER)
EVERYBODY = (HEAD, ELM_HEAD, CEO, OFFICE, POSTER, IT, DPO, HOLDER)


def facts(local: datetime = MONDAY, **further: object) -> Facts:
    made = Facts(print_moment(local), local, 7, EVERYBODY)
    return replace(made, **further)  # type: ignore[arg-type]


def told(found: tuple[Message, ...]) -> set[tuple[str, int]]:
    return {(message.kind.value, message.person) for message in found}


def post(number: int = 12, school: str = "oak", author: Recipient = OFFICE, *, back: bool = False) -> PostNews:
    return PostNews(number, school, author.tag, "abc", is_sent_back=back)


def test_nothing_is_told_where_nothing_is() -> None:
    assert due_messages(facts()) == ()


def test_a_post_is_told_to_the_schools_head_and_to_nobody_else() -> None:
    assert told(due_messages(facts(posts=(post(),)))) == {("post-waits", 1)}


def test_where_a_school_has_no_head_the_chief_executive_hears_of_it() -> None:
    assert told(due_messages(facts(posts=(post(school="ash"),)))) == {("post-waits", 3)}


def test_nobody_is_asked_to_approve_their_own_post() -> None:
    assert told(due_messages(facts(posts=(post(author=HEAD),)))) == {("post-waits", 3)}


def test_the_author_hears_what_was_sent_back() -> None:
    assert told(due_messages(facts(posts=(post(back=True),)))) == {("post-sent-back", 4)}


def test_a_key_is_of_one_proposal_and_one_person() -> None:
    first, again = post(), replace(post(), stamp="def")
    keys = {message.key for each in (first, again) for message in due_messages(facts(posts=(each,)))}
    assert len(keys) == 2
    assert due_messages(facts(posts=(first,))) == due_messages(facts(MONDAY + timedelta(days=3), posts=(first,)))


def test_a_take_down_is_told_at_once_and_daily_when_it_is_late() -> None:
    due = print_moment(MONDAY + timedelta(hours=24))
    found = TakeDownNews(3, "oak", due)
    assert told(due_messages(facts(take_downs=(found,)))) == {("take-down-open", 1), ("take-down-open", 5)}
    days = [due_messages(facts(MONDAY + timedelta(days=day), take_downs=(found,))) for day in (2, 3)]
    assert {("take-down-late", 3), ("take-down-late", 1), ("take-down-late", 5)} <= told(days[0])
    late = [{message.key for message in day if message.kind is Kind.TAKE_DOWN_LATE} for day in days]
    opened = [{message.key for message in day if message.kind is Kind.TAKE_DOWN_OPEN} for day in days]
    assert not late[0] & late[1] and opened[0] == opened[1]


def device(days: float, *, word: bool = False, name: str = "cam-1") -> DeviceNews:
    return DeviceNews(name, "oak", Role.HOLDER, print_moment(MONDAY - timedelta(days=days)), word)


@pytest.mark.parametrize(("days", "hear"), [(0.1, {8, 6}), (2.9, {8, 6}), (3, {8, 6, 1}), (30, {8, 6, 1})])
def test_the_head_hears_of_a_device_after_three_days(days: float, hear: set[int]) -> None:
    assert {
        person for kind, person in told(due_messages(facts(devices=(device(days),)))) if kind == "device-late"
    } == hear


def test_a_device_is_chased_weekly_and_a_new_one_at_once() -> None:
    def keys(day: int, *devices: DeviceNews) -> set[str]:
        return {
            each.key for each in due_messages(facts(MONDAY + timedelta(days=day), devices=devices)) if each.person == 8
        }

    old = device(1)
    assert keys(0, old) == keys(5, old) and keys(5, old) != keys(7, old)
    assert keys(0, old) != keys(0, old, device(0.1, name="cam-2")) and len(keys(0, old, device(0.1, name="cam-2"))) == 1


def test_an_attestation_is_asked_for_as_such() -> None:
    assert told(due_messages(facts(devices=(device(1, word=True),)))) == {
        ("attestation-due", 8),
        ("attestation-due", 6),
    }


def test_a_dead_watcher_and_a_bad_log_are_told_at_once_at_night_and_on_sunday() -> None:
    sunday = datetime(2026, 9, 6, 3, 0, tzinfo=LONDON)
    machine = MachineNews("2026-09-06T01:00:00.000Z", "2026-09-06", "2026-09-06", "2026-09-06")
    assert told(due_messages(facts(sunday, machine=machine))) == {
        ("watcher-silent", 6),
        ("log-bad", 6),
        ("log-bad", 7),
        ("storage-bad", 6),
        ("vault-bad", 6),
    }


def test_staff_hear_at_once_and_once_more_when_it_is_late() -> None:
    unread = StaffNews(8, "2026-09", is_training=False, is_late=False)
    soon, late = (due_messages(facts(staff=(replace(unread, is_late=each),))) for each in (False, True))
    assert told(soon) == told(late) == {("policy-unread", 8)} and soon != late
    assert due_messages(facts(staff=(replace(unread, person=99),))) == ()  # no address
    assert told(due_messages(facts(review_due_on="2026-10-01"))) == {("review-due", 3), ("review-due", 6)}


def test_a_poster_is_reminded_of_a_link_that_nobody_brought() -> None:
    found = lines_for(POSTER, {(Topic.POSTS_TO_LINK, "oak"): 1, (Topic.POSTS_TO_LINK, "elm"): 1})
    assert found == ((Topic.POSTS_TO_LINK, 1),)
    now = facts(datetime(2026, 9, 7, 7, 30, tzinfo=LONDON), counts={(Topic.POSTS_TO_LINK, "oak"): 1})
    text = write(Kind.DIGEST, POSTER, now, "Oak school", None)
    assert text is not None and "- 1 post was put out, and nobody has said where it stands" in text.body


COUNTS = {(Topic.POSTS_TO_APPROVE, "oak"): 2, (Topic.POSTS_TO_APPROVE, "elm"): 1, (Topic.PHOTOS_ASK, "oak"): 0}


@pytest.mark.parametrize(
    ("local", "is_sent"),
    [
        (datetime(2026, 9, 7, 6, 59, tzinfo=LONDON), False),
        (datetime(2026, 9, 7, 7, 0, tzinfo=LONDON), True),
        (datetime(2026, 9, 7, 9, 59, tzinfo=LONDON), True),
        (datetime(2026, 9, 7, 10, 0, tzinfo=LONDON), False),
        (datetime(2026, 9, 5, 7, 0, tzinfo=LONDON), False),  # Saturday
        (datetime(2026, 9, 6, 7, 0, tzinfo=LONDON), False),
        (datetime(2026, 12, 7, 7, 0, tzinfo=LONDON), True),  # winter time
    ],
)
def test_the_daily_message_goes_in_the_morning_of_weekdays(local: datetime, is_sent: bool) -> None:
    found = due_messages(facts(local, counts=COUNTS))
    assert told(found) == ({("digest", 1), ("digest", 2), ("digest", 3)} if is_sent else set())


def test_each_role_reads_its_own_lines_of_its_own_school() -> None:
    assert lines_for(HEAD, COUNTS) == ((Topic.POSTS_TO_APPROVE, 2),)
    assert lines_for(CEO, COUNTS) == ((Topic.POSTS_TO_APPROVE, 3),)
    assert lines_for(POSTER, COUNTS) == ()


def everything() -> Facts:
    """Return facts with something of every kind, under ids that no mail may hold."""
    counts = {(topic, "oak"): 2 for topic in Topic} | {(topic, ""): 1 for topic in Topic}
    return facts(
        datetime(2026, 9, 7, 7, 30, tzinfo=LONDON),
        posts=(post(), post(13), post(14, back=True)),
        devices=(device(4, name="phone-of-amelia"), device(4, word=True, name="ipad-of-amelia")),
        take_downs=(TakeDownNews(3, "oak", "2026-09-01T00:00:00.000Z"),),
        staff=(
            StaffNews(8, "2026-09", is_training=False, is_late=True),
            StaffNews(8, "x", is_training=True, is_late=True),
        ),
        machine=MachineNews("2026-09-06T01:00:00.000Z", "2026-09-06", "2026-09-06", "2026-09-06"),
        review_due_on="2026-10-01",
        counts=counts,
    )


def test_every_kind_has_words_and_they_hold_no_id_of_anything() -> None:
    found = due_messages(everything())
    assert {message.kind for message in found} == set(Kind) - {Kind.TEST}
    by = {each.person: each for each in EVERYBODY}
    for message in found:
        text = write(message.kind, by[message.person], everything(), "Oak school", "https://desk.oak.example")
        assert text is not None and text.subject.startswith("Photo desk: ")
        whole = text.subject + text.body
        for never in ("amelia", "cam-1", "phone-of", "post-12", "takedown-3", "{n}", by[message.person].tag, "oak/"):
            assert never not in whole, (message.kind, never)
        assert "https://desk.oak.example/" in whole and "no picture and no pupil's name" in whole
        assert (
            len(message.key) <= 96
            and len(message.kind.value) <= 24
            and (not message.about or ID.accepts(message.about))
        )
        assert "\n" not in text.subject and all(len(line) < 998 for line in text.body.splitlines())


def test_numbers_are_of_now_and_what_is_over_says_nothing() -> None:
    now = everything()
    assert number_of(Kind.POST_WAITS, HEAD, now) == 2
    text = write(Kind.POST_WAITS, HEAD, now, "Oak school", None)
    assert text is not None and text.subject == "Photo desk: 2 posts wait for your approval"
    assert "on the program's own machine" in text.body
    assert all(write(kind, HEAD, facts(), "Oak school", None) is None for kind in Kind if kind is not Kind.TEST)


def test_summer_and_winter_moments_are_compared_as_moments() -> None:
    since = parse_moment(device(3).since)
    assert MONDAY - since >= timedelta(days=3)
