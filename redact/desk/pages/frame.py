"""What stands around every page: the school's name, the menu of this person's roles, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from redact.audit.kinds import Role
from redact.desk.visit import Visit
from redact.workspace.schools import place_name

#: Who looks at photos: the reviewer, and the office that works with the copies.  IT sees no pictures.
LOOKERS: Final = frozenset({Role.REVIEWER, Role.COMMUNICATIONS})
#: Who decides on copies, opens originals and lifts covers.
REVIEWERS: Final = frozenset({Role.REVIEWER})
#: Who sees which of the staff have read the policy.
DUTY_READERS: Final = frozenset({Role.HEADTEACHER, Role.CEO, Role.IT_SERVICES_MANAGER})


@dataclass(frozen=True, slots=True)
class MenuLine:
    """One entry of the menu."""

    label: str
    href: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What base.html draws."""

    place: str  # the school or trust
    name: str  # who is signed in; "" where nobody is
    menu: tuple[MenuLine, ...]
    token: str
    has_keys: bool


def frame_of(visit: Visit) -> Frame:
    """Return what stands around this person's pages."""
    place = place_name(visit.desk.workspace.settings.origin)
    if visit.person is None:
        return Frame(place, "", (), "", has_keys=False)
    lines = [("Tasks", "/")]
    if visit.has(*LOOKERS):
        lines += [("Photos", "/photos"), ("Find", "/search")]
    if visit.has(*DUTY_READERS):
        lines += [("Duties", "/duties")]
    menu = tuple(MenuLine(label, href, _is_here(href, visit.path)) for label, href in lines)
    return Frame(place, visit.person.name, menu, visit.token, visit.person.has_keys)


def _is_here(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
