"""What stands around every page: the school's name, the menu of this person's roles, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from redact.audit.kinds import Role
from redact.audit.roles import PERSON_ROLES
from redact.desk.visit import Visit
from redact.posts.approving.rules import APPROVERS
from redact.posts.sites.register import SITE_APPROVERS
from redact.workspace.schools import place_name

#: Whoever has a role; unlike Open.TO_SIGNED_IN it says for which schools.
EVERYBODY: Final = frozenset(PERSON_ROLES)
#: Who looks at photos: the reviewer, and the office that works with the copies.  IT sees no pictures.
LOOKERS: Final = frozenset({Role.REVIEWER, Role.COMMUNICATIONS})
#: Who decides on copies, opens originals and lifts covers.
REVIEWERS: Final = frozenset({Role.REVIEWER})
#: Who writes the register of sites, who approves there, and who reads it.
SITE_EDITORS: Final = frozenset({Role.IT_SERVICES_MANAGER})
SITE_APPROVING: Final = frozenset(SITE_APPROVERS)
SITE_READERS: Final = frozenset(
    {*SITE_EDITORS, *SITE_APPROVING, Role.COMMUNICATIONS, Role.POSTER, Role.DATA_PROTECTION_OFFICER}
)
#: Who sees to incidents, and who reads of them; everybody writes one down.
INCIDENT_EDITORS: Final = frozenset({Role.HEADTEACHER, Role.CEO, Role.DATA_PROTECTION_OFFICER})
INCIDENT_READERS: Final = frozenset({*INCIDENT_EDITORS, Role.IT_SERVICES_MANAGER})

#: Who writes posts, who says yes to them, and who reads them: IT sees no pictures, those of posts neither.
WRITERS: Final = frozenset({Role.COMMUNICATIONS, Role.HOLDER})
POST_APPROVING: Final = frozenset(APPROVERS)
POST_READERS: Final = frozenset({*WRITERS, *POST_APPROVING, Role.POSTER, Role.DATA_PROTECTION_OFFICER, Role.TRUSTEE})
#: Who puts posts out.
POSTERS: Final = frozenset({Role.POSTER})
#: Whose acts on posts wait until they have said that they read the policy.
POST_HANDS: Final = frozenset({*WRITERS, *POST_APPROVING, *POSTERS})
#: Who sees to take-downs, and who reads of them; everybody who sees a post reports it.
TAKE_DOWN_EDITORS: Final = frozenset({Role.POSTER, Role.HEADTEACHER, Role.CEO, Role.DATA_PROTECTION_OFFICER})
TAKE_DOWN_READERS: Final = frozenset({*TAKE_DOWN_EDITORS, Role.COMMUNICATIONS})
#: Who reads the names of those who are shown.
NAME_READERS: Final = frozenset({*POST_APPROVING, Role.DATA_PROTECTION_OFFICER})
#: Who writes down what staff read and signed on paper, and their trainings; and who sees which of them have.
DUTY_EDITORS: Final = frozenset({Role.COMMUNICATIONS, Role.HEADTEACHER, Role.CEO})
DUTY_READERS: Final = frozenset({*DUTY_EDITORS, Role.IT_SERVICES_MANAGER})
#: Who reads reports.
REPORT_READERS: Final = frozenset({Role.DATA_PROTECTION_OFFICER, Role.HEADTEACHER, Role.CEO, Role.TRUSTEE})


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
    person: int = 0  # whose page it is, for what their browser keeps of it; 0: nobody is signed in


def frame_of(visit: Visit) -> Frame:
    """Return what stands around this person's pages."""
    place = place_name(visit.desk.workspace.settings.origin)
    if visit.person is None:
        return Frame(place, "", (), "", has_keys=False)
    lines = [("Tasks", "/")]
    if visit.has(*LOOKERS):
        lines += [("Photos", "/photos"), ("Events", "/events"), ("Find", "/search")]
    if visit.has(*POST_READERS):
        lines += [("Posts", "/posts")]
    if visit.has(*TAKE_DOWN_READERS):
        lines += [("Take-downs", "/take-downs")]
    if visit.has(*SITE_READERS):
        lines += [("Sites", "/sites")]
    if visit.has(*INCIDENT_READERS):
        lines += [("Incidents", "/incidents")]
    if visit.has(*DUTY_READERS):
        lines += [("Duties", "/duties")]
    if visit.has(*REPORT_READERS):
        lines.append(("Reports", "/reports"))
    menu = tuple(MenuLine(label, href, _is_here(href, visit.path)) for label, href in lines)
    return Frame(place, visit.person.name, menu, visit.token, visit.person.has_keys, visit.person.id)


def _is_here(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
