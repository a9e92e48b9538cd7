"""What is open at this moment at each school, whatever the period: a report that left it out would not be honest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from redact.devices.next_step import standing_of
from redact.posts.duties import Register, register_of
from redact.pupils.adults import is_adult
from redact.pupils.consent import KNOWN_PURPOSES, NOES, PupilRecord, Yes, may_show
from redact.reports.overdue import Late, list_late
from redact.reports.term.values import OpenPoint, OverdueLine, PurposeLine, SchoolStanding, UntouchedLine
from redact.store.devices import RegisteredDevice, read_devices
from redact.store.figures import standing as figures
from redact.store.pupils.reading import read_register
from redact.system.clock import print_moment
from redact.workspace.open import Workspace


def read_standings(
    connection: Connection, workspace: Workspace, names: Mapping[str, str], now: datetime
) -> tuple[SchoolStanding, ...]:
    """Return what is open at each school of `names` (id: name).

    Raises:
        DatabaseFault: the database does not answer.
    """
    at, today = print_moment(now), workspace.today()
    devices = read_devices(connection)
    late = list_late(connection, workspace, devices, now)
    owed = count_late_duties(register_of(connection, workspace), at, today.isoformat())
    counted = tuple(_counted(connection, at, owed))
    untouched = figures.list_untouched(connection)
    register = read_register(connection, today).pupils.values()
    pupils = [record for record in register if not record.has_left and not is_adult(record.upn)]
    return tuple(
        SchoolStanding(
            school,
            name,
            tuple(_open_points(counted, school, [each for each in devices if each.school == school], late, now)),
            tuple(_overdue([each for each in devices if each.school == school], late)),
            tuple(UntouchedLine(device, why, files) for of, device, why, files in untouched if of == school),
            purposes_of([pupil for pupil in pupils if _is_of(pupil, school)], today),
            sum(_is_of(pupil, school) for pupil in pupils),
        )
        for school, name in names.items()
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is counted: how it is called, and whether it should have been done by now."""

    one: str
    more: str
    is_late: bool = True

    def point(self, count: int) -> OpenPoint:
        return OpenPoint(self.more, count, self.is_late, self.one)


_RECALLED = _Counted("recalled copy that nobody has seen to", "recalled copies that nobody has seen to")
_DOWN_LATE = _Counted("take-down past its deadline", "take-downs past their deadline")
_DOWN = _Counted("take-down under way", "take-downs under way", is_late=False)
_INCIDENTS = _Counted("open incident", "open incidents")
_FAILED = _Counted("file whose deletion failed or was not ended", "files whose deletion failed or was not ended")
_STOPPED = _Counted(
    "photo stopped: a person must look, or bring it again",
    "photos stopped: a person must look, or bring them again",
    is_late=False,
)
_UNSEEN = _Counted("copy that nobody has looked at", "copies that nobody has looked at", is_late=False)
_RAN_OUT = _Counted(
    "post whose approval ran out before it was posted", "posts whose approval ran out before they were posted"
)
_ON_WAY = _Counted(
    "post on its way: to be approved or posted", "posts on their way: to be approved or posted", is_late=False
)
_SITES = _Counted("site whose approval has ended", "sites whose approval has ended")
_DUTIES = _Counted(
    "staff duty past its day (policy to be read, training)", "staff duties past their day (policy to be read, training)"
)
_ATTESTATIONS = _Counted(
    "device whose holder must say that photos were deleted", "devices whose holder must say that photos were deleted"
)
_FILES = _Counted("device with files that should have been gone", "devices with files that should have been gone")
_EXPIRED = _Counted(
    "device whose approval has ended: nothing is taken from it",
    "devices whose approval has ended: nothing is taken from them",
)


def _counted(connection: Connection, at: str, owed: Counter[str]) -> Iterator[tuple[_Counted, Counter[str]]]:
    """Yield what is counted, with its number by school, in the order in which it matters."""
    yield _RECALLED, figures.count_recalled(connection)
    yield _DOWN_LATE, figures.count_open_take_downs(connection, at, is_overdue=True)
    yield _DOWN, figures.count_open_take_downs(connection, at, is_overdue=False)
    yield _INCIDENTS, figures.count_open_incidents(connection)
    yield _FAILED, figures.count_failed_deletions(connection)
    yield _STOPPED, figures.count_stopped(connection)
    yield _UNSEEN, figures.count_unreviewed(connection)
    yield _RAN_OUT, figures.count_lapsed_approvals(connection, at)
    yield _ON_WAY, figures.count_waiting_posts(connection)
    yield _SITES, figures.count_lapsed_sites(connection, at)
    yield _DUTIES, owed


def count_late_duties(register: Register, at: str, today: str) -> Counter[str]:
    """Return what staff should have done by now, a policy that nobody says to have read among it.

    Each stands at one school of the person, as in the daily message: of several, a total would count it twice.

    Args:
        register: of everybody who may sign in.
        at: the moment, for the roles that hold.
        today: at the school.
    """
    late: Counter[str] = Counter()
    for person, owed in register.people:
        school = min((held.school for held in person.roles_at(at)), default="")
        late[school] += owed.count_late(today)
    return late


def _open_points(
    counted: Sequence[tuple[_Counted, Counter[str]]],
    school: str,
    devices: Sequence[RegisteredDevice],
    late: Mapping[str, Sequence[Late]],
    now: datetime,
) -> Iterator[OpenPoint]:
    for kind, by_school in counted:
        yield kind.point(by_school[school])
    items = [each for device in devices for each in late[device.id]]
    attestations = {each.device for each in items if each.is_attestation}
    yield _ATTESTATIONS.point(len(attestations))
    yield _FILES.point(len({each.device for each in items} - attestations))
    yield _EXPIRED.point(sum(standing_of(device, now) == "expired" for device in devices))


def _overdue(devices: Sequence[RegisteredDevice], late: Mapping[str, Sequence[Late]]) -> Iterator[OverdueLine]:
    for device in devices:
        for each in late[device.id]:
            yield OverdueLine(each.device, each.what, each.since, each.reason)


def purposes_of(pupils: Sequence[PupilRecord], today: date) -> tuple[PurposeLine, ...]:
    """Return how these pupils stand to each purpose that anybody was asked about.

    A pupil who is never shown counts as one of whom nothing is on record, as everywhere (redact/pupils/consent.py).
    """
    asked = {consent.purpose for pupil in pupils for consent in pupil.consents}
    order = [*(each for each in KNOWN_PURPOSES if each in asked), *sorted(asked - {*KNOWN_PURPOSES})]
    return tuple(_purpose(purpose, pupils, today) for purpose in order)


def _purpose(purpose: str, pupils: Sequence[PupilRecord], today: date) -> PurposeLine:
    yes = sum(isinstance(may_show(pupil, (purpose,), today), Yes) for pupil in pupils)
    no = sum(
        not pupil.is_never_shown and (answer := pupil.answer(purpose)) is not None and answer.state in NOES
        for pupil in pupils
    )
    return PurposeLine(purpose, yes, no, len(pupils) - yes - no)


def _is_of(pupil: PupilRecord, school: str) -> bool:
    return pupil.school == school
