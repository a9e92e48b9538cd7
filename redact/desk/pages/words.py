"""The desk's words for what the program knows: standings, kinds of places, roles, moments."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from redact.audit.kinds import Role
from redact.posts.queue import Standing
from redact.redaction.values import Action, Kind, Style
from redact.reports.term.words import PURPOSES
from redact.system.clock import parse_moment, print_local

ROLES: Final = {
    Role.CEO: "Chief executive",
    Role.HEADTEACHER: "Headteacher",
    Role.IT_SERVICES_MANAGER: "IT services manager",
    Role.DATA_PROTECTION_OFFICER: "Data protection officer",
    Role.TRUSTEE: "Trustee",
    Role.COMMUNICATIONS: "Office",
    Role.REVIEWER: "Reviewer",
    Role.POSTER: "Poster",
    Role.HOLDER: "Staff",
}
STANDINGS: Final = {
    Standing.TO_REVIEW: "To review",
    Standing.ASKS: "With a question",
    Standing.FIT: "Passed",
    Standing.UNFIT: "Set aside",  # as the button says that brings a photo there
    Standing.RECALLED: "Recalled",
    Standing.HELD: "Held",
    Standing.REFUSED: "Refused",
    Standing.WANTED: "Wanted again",
    Standing.SET_ASIDE: "Given up",
}
#: What a standing means, and what to do, for the heading of its page.
MEANINGS: Final = {
    Standing.TO_REVIEW: "Redacted and checked. Each waits for one look by a person.",
    Standing.ASKS: "Redacted. In each the program is not sure about a place, covered or left bare, and asks you.",
    Standing.FIT: "A person has looked at these and passed them. They may go into posts.",
    Standing.UNFIT: "A person has looked at these, and nothing of them is to be published.",
    Standing.RECALLED: "A consent for a face or name that the copy shows has gone, or a person recalled it. The copy "
    "must not be used. Have it made again, or set the photo aside.",
    Standing.HELD: "The program could not finish these by itself. There is no copy yet.",
    Standing.REFUSED: "These files are no pictures, are broken, or are unsafe to open.",
    Standing.WANTED: "The original is needed once more. Connect the device and leave the file in its place.",
    Standing.SET_ASIDE: "These stopped, or their copy was recalled, and nothing of them is to be published.",
}
NEXT_STEPS: Final = {
    Standing.RECALLED: "Take the copy down where it was posted. Then try again: the copy goes, and another is made "
    "under today's consents. Or set the photo aside.",
    Standing.HELD: "Connect the device and try again, or set the photo aside. Where the device has lost the file, the "
    "sealed original serves: redact retry {short} --key reviewer.key, on the program's machine.",
    Standing.REFUSED: "Look at the file on its device. If nothing of it is to be published, set it aside.",
    Standing.WANTED: "Connect the device and leave the file where it is. If it is gone for good, set the photo aside.",
}
KINDS: Final = {
    Kind.FACE: "Face",
    Kind.NAME: "Name",
    Kind.TEXT: "Text",
    Kind.CODE: "Code",
    Kind.PLATE: "Number plate",
    Kind.SCREEN: "Screen",
    Kind.BADGE: "Badge",
    Kind.OTHER: "Place",
}
#: Styles that a person chooses for one photo; the school's own picture is chosen in the settings, for all of them.
STYLES: Final = {
    Style.BLUR.value: "blurred person",
    Style.SMILEY.value: "smiley",
    Style.STAR.value: "star",
    Style.MOSAIC.value: "mosaic",
    Style.SOLID.value: "flat colour",
}
ACTIONS: Final = {
    Action.COVERED: "covered",
    Action.SHOWN: "shown",
    Action.ASK: "covered, please look",
    Action.MAYBE: "left bare, please look",
}


def when(moment: str, zone: tzinfo) -> str:
    """Return a moment as people read it, "07/09/2026 14:45"."""
    return print_local(parse_moment(moment), zone)


def call_purpose(purpose: str) -> str:
    """Return "Social media" for `social-media`: a consent's purpose as people read it."""
    return PURPOSES.get(purpose, purpose.replace("-", " ").capitalize())


def count(number: int, one: str, many: str = "") -> str:
    """Return "1 face", "3 faces"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
