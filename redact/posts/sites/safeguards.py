"""The checklist of safeguards: what is looked at on a site before it is approved, and again when its approval ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from redact.store.posts.platforms import Platform
from redact.store.posts.sites import Checker

DEFAULT_DAYS: Final = 365  # of an approval: platforms change their terms, and staff leave, within a year
LONGEST_DAYS: Final = 3 * 366  # the policy itself is reviewed every three years (1.9)


#: Hosts of links to a platform's posts; a platform without any may have any host.
HOSTS: Final[Mapping[Platform, tuple[str, ...]]] = {
    Platform.FACEBOOK: ("facebook.com", "fb.com", "fb.watch"),
    Platform.INSTAGRAM: ("instagram.com",),
    Platform.X: ("x.com", "twitter.com"),
    Platform.LINKEDIN: ("linkedin.com", "lnkd.in"),
    Platform.YOUTUBE: ("youtube.com", "youtu.be"),
    Platform.TIKTOK: ("tiktok.com",),
    Platform.THREADS: ("threads.net", "threads.com"),
}

#: The checklist, each point as a sentence that is true of the site on the day that stands beside it.
SAFEGUARDS: Final[Mapping[str, str]] = {
    "terms": "The platform's terms of use were read, and what the school does there keeps to them.",
    "details": "The company details and the address of the registered office stand on the account.",
    "channel": "It gives the school's own contact details, and no member of staff's.",
    "logo": "Its picture is the approved logo of the school or trust.",
    "access": "The list of who can post is right: nobody who left is on it, and signing in needs a second step.",
    "comments": "Comments, messages and tagging are off, or somebody looks at them every working day.",
    "audience": "The account adds no location and recognises no faces, and its age limit suits what is shown.",
    "removal": "It is known how a post is taken down there, and how the account is closed.",
}


def missing(checked: Mapping[str, str]) -> tuple[str, ...]:
    """Return the points of the checklist that nobody saw to be so, in its order."""
    return tuple(point for point in SAFEGUARDS if point not in checked)


def merge(checked: Mapping[str, str], seen: Mapping[str, bool], on: date) -> dict[str, str]:
    """Return a checklist after a look at the site: what is so has this day, what is not has none.

    Args:
        checked: as it stood.
        seen: point -> whether it is so; points that were not looked at are left out.
        on: the day of the look.
    """
    kept = {point: day for point, day in checked.items() if seen.get(point, True)}
    return kept | {point: on.isoformat() for point, is_so in seen.items() if is_so}


def merge_checkers(checked_by: Mapping[str, Checker], seen: Mapping[str, bool], who: Checker) -> dict[str, Checker]:
    """Return who saw each point to be so, after the same look of somebody: of what is not so nobody did."""
    kept = {point: checker for point, checker in checked_by.items() if seen.get(point, True)}
    return kept | {point: who for point, is_so in seen.items() if is_so}


def platform_of(host: str) -> Platform | None:
    """Return whose host this is, None where it is no platform's."""
    host = host.lower().rstrip(".")
    for platform, names in HOSTS.items():
        if any(host == name or host.endswith(f".{name}") for name in names):
            return platform
    return None
