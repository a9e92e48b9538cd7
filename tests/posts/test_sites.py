"""The register of sites: nobody posts where nobody approved, and an approval is of what was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.audit.kinds import Kind, Role
from redact.audit.roles import PERSON_ROLES
from redact.errors import UsageError
from redact.posts.sites.details import NUMBER, OFFICE, missing_details
from redact.posts.sites.register import (
    Approval,
    SiteChanged,
    add_site,
    approve_site,
    change_site,
    check_account,
    check_site,
    known_site,
    read_sites,
    retire_site,
)
from redact.posts.sites.safeguards import LONGEST_DAYS, SAFEGUARDS, merge, missing, platform_of
from redact.store.posts.platforms import PLATFORMS, Platform, name_site
from redact.store.posts.sites import Checker, Site, SiteState
from redact.workspace.ids import Actor
from tests.rigs.living import Living, open_living
from tests.rigs.publishing import DETAILS, FACEBOOK, HEADTEACHER, SITE, give_details, open_site

IT = Actor(Role.IT_SERVICES_MANAGER.value, "17" * 32)
EVERY = dict.fromkeys(SAFEGUARDS, True)
POINTS = st.dictionaries(st.sampled_from([*SAFEGUARDS]), st.booleans())


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        give_details(found.workspace)
        yield found


def checked_site(living: Living) -> Site:
    add_site(living.workspace, SITE, FACEBOOK)
    return check_site(living.workspace, known_site(living.workspace, SITE), EVERY, IT)


# -- the checklist --


@given(POINTS, POINTS)
def test_a_look_changes_the_points_that_were_looked_at_and_no_other(
    before: dict[str, bool], seen: dict[str, bool]
) -> None:
    stood = {point: "2026-01-05" for point, is_so in before.items() if is_so}
    after = merge(stood, seen, date(2026, 9, 7))
    for point in SAFEGUARDS:
        expected = {True: "2026-09-07", False: None, None: stood.get(point)}[seen.get(point)]
        assert after.get(point) == expected
    assert set(missing(after)) == {*SAFEGUARDS} - {*after}


def test_a_host_is_a_platforms_own_or_none() -> None:
    assert platform_of("WWW.Facebook.com.") is Platform.FACEBOOK
    assert platform_of("m.facebook.com") is Platform.FACEBOOK
    assert platform_of("facebook.com.evil.example") is None
    assert platform_of("notfacebook.com") is None and platform_of("") is None


# -- what a site is --


@pytest.mark.parametrize(
    "wrong",
    [
        {"platform": "myspace"},
        {"owner": "system"},
        {"owner": "caretaker"},
        {"school": "oak"},
        {"purpose": "Social Media"},
        {"purpose": ""},
        {"handle": "<b>"},
        {"handle": "x" * 201},
        {"handle": "a\nb"},
        {"address": "http://www.facebook.com/oak"},
        {"address": "javascript:alert(1)"},
        {"address": "https://user:word@facebook.com/"},
        {"address": "https://"},
        {"address": "https://[x"},
        {"address": "https://a b.example/"},
        {"words_max": 0},
        {"characters_max": -5},
    ],
)
def test_what_is_no_site_is_not_written_down(living: Living, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        add_site(living.workspace, SITE, replace(FACEBOOK, **wrong))
    assert read_sites(living.workspace) == ()


@pytest.mark.parametrize("site", ["", "Facebook", "a--b", "x" * 41, "../x"])
def test_an_id_goes_into_the_log_as_it_is(living: Living, site: str) -> None:
    with pytest.raises(UsageError):
        add_site(living.workspace, site, FACEBOOK)


def test_a_second_site_of_the_same_id_is_refused(living: Living) -> None:
    add_site(living.workspace, SITE, FACEBOOK)
    with pytest.raises(UsageError):
        add_site(living.workspace, SITE, replace(FACEBOOK, handle="@other"))
    assert known_site(living.workspace, SITE).account == check_account(living.workspace, FACEBOOK)


# -- approval --


def test_a_site_is_closed_until_it_is_approved_and_again_when_its_day_is_over(living: Living) -> None:
    site = checked_site(living)
    assert not site.is_open_at(living.at)
    approve_site(living.workspace, site, living.workspace.today(), Approval(HEADTEACHER, None))
    site = known_site(living.workspace, SITE)
    assert site.is_open_at(living.at) and not site.is_overdue_at(living.at)
    living.clock.go(days=1)
    assert not site.is_open_at(living.at) and site.is_overdue_at(living.at)
    (entry,) = living.events(Kind.SITE_APPROVED.value)
    assert entry.fact("site") == SITE and entry.fact("until") == site.until and entry.fact("by") == "headteacher"
    approve_site(living.workspace, site, living.workspace.today(), Approval(HEADTEACHER, None))
    assert known_site(living.workspace, SITE).is_open_at(living.at)


def test_each_point_stands_in_the_log_with_who_saw_it_and_never_a_name(living: Living) -> None:
    checked_site(living)
    other = Actor(Role.CEO.value, "ce" * 32)
    site = check_site(living.workspace, known_site(living.workspace, SITE), {"terms": True, "logo": False}, other)
    said = [(each.fact("point"), each.fact("state"), each.fact("person")) for each in living.events("site.checked")]
    assert said[: len(SAFEGUARDS)] == [(point, "on", IT.tag) for point in sorted(SAFEGUARDS)]
    assert said[len(SAFEGUARDS) :] == [("logo", "off", other.tag), ("terms", "on", other.tag)]
    assert site.checked_by["terms"] == Checker(other.role, other.tag) and "logo" not in site.checked_by
    assert site.checked_by["details"] == Checker(IT.role, IT.tag)


def test_every_point_must_be_so(living: Living) -> None:
    checked_site(living)
    for point in SAFEGUARDS:
        site = check_site(living.workspace, known_site(living.workspace, SITE), {point: False}, IT)
        with pytest.raises(UsageError, match=point):
            approve_site(living.workspace, site, date(2027, 8, 31), Approval(HEADTEACHER, None))
        check_site(living.workspace, site, {point: True}, IT)
    assert living.events(Kind.SITE_APPROVED.value) == []
    wrongs: tuple[dict[str, bool], ...] = ({}, {"weather": True})
    for wrong in wrongs:
        with pytest.raises(UsageError):
            check_site(living.workspace, known_site(living.workspace, SITE), wrong, IT)


@pytest.mark.parametrize("role", PERSON_ROLES)
def test_headteacher_and_ceo_approve_and_nobody_else(living: Living, role: Role) -> None:
    site, approval = checked_site(living), Approval(Actor(role.value, "ad" * 32), None)
    if role in {Role.HEADTEACHER, Role.CEO}:
        approve_site(living.workspace, site, date(2027, 8, 31), approval)
        assert known_site(living.workspace, SITE).approved_by == role.value
    else:
        with pytest.raises(UsageError):
            approve_site(living.workspace, site, date(2027, 8, 31), approval)
        assert known_site(living.workspace, SITE).state is SiteState.ASKED


def test_a_headteacher_approves_no_other_schools_site_and_not_the_trusts(living: Living) -> None:
    site = checked_site(living)  # the trust's own
    with pytest.raises(UsageError):
        approve_site(living.workspace, site, date(2027, 8, 31), Approval(HEADTEACHER, frozenset({"oak"})))


def test_an_approval_ends_on_a_day_that_is_to_come_and_not_far(living: Living) -> None:
    site, today = checked_site(living), living.workspace.today()
    for until in (today - timedelta(days=1), today + timedelta(days=LONGEST_DAYS + 1)):
        with pytest.raises(UsageError):
            approve_site(living.workspace, site, until, Approval(HEADTEACHER, None))


def test_a_change_takes_the_approval_back_and_a_change_of_nothing_does_not(living: Living) -> None:
    site = open_site(living.workspace)
    assert not change_site(living.workspace, site, replace(FACEBOOK, handle=" @oak "), IT)
    assert known_site(living.workspace, SITE).is_open_at(living.at)
    changes: tuple[dict[str, Any], ...] = (
        {"address": "https://www.facebook.com/elm"},
        {"purpose": "website"},
        {"handle": "@elm"},
    )
    for change in changes:
        site = known_site(living.workspace, SITE)
        assert change_site(living.workspace, site, replace(site.account, **change), IT)
        changed = known_site(living.workspace, SITE)
        assert changed.state is SiteState.ASKED and changed.until is None and not changed.is_open_at(living.at)
        approve_site(living.workspace, changed, date(2027, 8, 31), Approval(HEADTEACHER, None))
    assert [entry.fact("cause") for entry in living.events(Kind.SITE_RETIRED.value)] == ["changed"] * 3


def test_nothing_is_done_with_a_site_that_stands_otherwise_than_it_was_seen(living: Living) -> None:
    seen = checked_site(living)
    change_site(living.workspace, seen, replace(FACEBOOK, address="https://evil.example/"), IT)
    before = living.events()
    with pytest.raises(SiteChanged):
        approve_site(living.workspace, seen, date(2027, 8, 31), Approval(HEADTEACHER, None))
    with pytest.raises(SiteChanged):
        retire_site(living.workspace, seen, IT)
    with pytest.raises(SiteChanged):
        check_site(living.workspace, seen, EVERY, IT)
    assert living.events() == before and known_site(living.workspace, SITE).state is SiteState.ASKED


def test_a_retired_site_does_not_come_back(living: Living) -> None:
    seen = open_site(living.workspace)
    retire_site(living.workspace, seen, IT)
    retired = known_site(living.workspace, SITE)
    assert not retired.is_open_at(living.at) and not retired.is_overdue_at(living.at)
    (entry,) = living.events(Kind.SITE_RETIRED.value)
    assert entry.fact("site") == SITE and entry.fact("cause") is None
    before = living.events()
    acts: tuple[Callable[[], object], ...] = (
        lambda: approve_site(living.workspace, retired, date(2027, 8, 31), Approval(HEADTEACHER, None)),
        lambda: change_site(living.workspace, retired, replace(FACEBOOK, handle="@x"), IT),
        lambda: check_site(living.workspace, retired, EVERY, IT),
        lambda: retire_site(living.workspace, retired, IT),
    )
    for act in acts:
        with pytest.raises(UsageError):
            act()
    assert living.events() == before


# -- company details --


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ((), (OFFICE, NUMBER)),
        (DETAILS, ()),
        (("Address of Registered Office: Anderson Avenue", "Registered in England and Wales No: 09027131"), ()),
        (("Registered office: 1 Oak Road, Edinburgh. SC123456",), ()),
        (("Registered  address: 1 Oak Road",), (NUMBER,)),
        (("Company number 01234567",), (OFFICE,)),
        (("Registered office: 1 Oak Road", "Telephone 01632960001"), (NUMBER,)),  # eleven digits are no company
        (("An office of the register", "1234567"), (OFFICE, NUMBER)),
    ],
)
def test_what_the_policy_wants_on_each_account_is_missed(lines: tuple[str, ...], missing: tuple[str, ...]) -> None:
    assert missing_details(lines, asks=True) == missing
    assert missing_details(lines, asks=False) == ()


def test_no_site_is_approved_while_the_company_details_lack_something(living: Living) -> None:
    site = checked_site(living)
    object.__setattr__(living.workspace.settings, "company_details", DETAILS[:1])
    with pytest.raises(UsageError, match="the company's number"):
        approve_site(living.workspace, site, date(2027, 8, 31), Approval(HEADTEACHER, None))
    assert known_site(living.workspace, SITE).state is SiteState.ASKED and living.events("site.approved") == []
    object.__setattr__(living.workspace.settings, "asks_company_details", False)
    approve_site(living.workspace, site, date(2027, 8, 31), Approval(HEADTEACHER, None))
    assert known_site(living.workspace, SITE).state is SiteState.APPROVED


def test_a_site_is_called_as_its_platform_calls_itself() -> None:
    assert PLATFORMS.keys() == set(Platform)
    assert name_site("facebook", "@oakschool") == "Facebook @oakschool" and name_site("website", "") == "Own website"
    assert name_site("other", "@oak") == "@oak" and name_site("of tomorrow", "") == "of tomorrow"
