"""Where the trust's accounts are, and what a site is called by people; pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Platform(StrEnum):
    """Where an account is."""

    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    X = "x"
    LINKEDIN = "linkedin"
    YOUTUBE = "youtube"
    TIKTOK = "tiktok"
    THREADS = "threads"
    WEBSITE = "website"  # the school's own
    NEWSLETTER = "newsletter"
    OTHER = "other"


PLATFORMS: Final[Mapping[str, str]] = {
    Platform.FACEBOOK: "Facebook",
    Platform.INSTAGRAM: "Instagram",
    Platform.X: "X",
    Platform.LINKEDIN: "LinkedIn",
    Platform.YOUTUBE: "YouTube",
    Platform.TIKTOK: "TikTok",
    Platform.THREADS: "Threads",
    Platform.WEBSITE: "Own website",
    Platform.NEWSLETTER: "Newsletter",
    Platform.OTHER: "Another one",
}


def name_site(platform: str, handle: str) -> str:
    """Return what a site is called, "Facebook @oakschool"; "" of none.

    Args:
        platform: as the register writes it; one of another version is shown as it is written.
        handle: the account there; "" where there is none.
    """
    if platform == Platform.OTHER:
        return handle or "Another site"
    return f"{PLATFORMS.get(platform, platform)} {handle}".strip()
