"""The link that a poster pastes: where the post stands; pure."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from redact.errors import UsageError
from redact.posts.sites.safeguards import platform_of
from redact.store.posts.sites import Site

MOST_CHARS: Final = 500  # of a link; what Facebook's share button gives has up to 300 (counted on 20)


def check_link(text: str) -> str:
    """Return a link that a person pasted.

    Raises:
        UsageError: it is none, or no https.
    """
    link = text.strip()
    try:
        parts = urlsplit(link)
        is_link = parts.scheme == "https" and "." in (parts.hostname or "") and parts.username is None
    except ValueError:
        is_link = False
    if not is_link or len(link) > MOST_CHARS or not link.isascii() or not link.isprintable() or " " in link:
        raise UsageError("Paste the link of the post itself; it begins with https://. Nothing was changed.")
    return link


def leads_to(link: str, site: Site) -> bool:
    """Return whether a link leads to where the site is: its own host, or one of its platform's."""
    host, own = (urlsplit(address).hostname or "" for address in (link, site.address))
    names = [each.removeprefix("www.") for each in (host, own)]
    platform = platform_of(host)
    return names[0] == names[1] or (platform is not None and platform.value == site.platform)
