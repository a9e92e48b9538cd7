"""What is open at this moment at each school, whatever the period: a report that left it out would not be honest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from redact.devices.next_step import standing_of
from redact.posts.duties import Register, register_of
from redact.posts.incidents.kinds import NOTIFY_HOURS
from redact.pupils.adults import is_adult
from redact.pupils.consent import KNOWN_PURPOSES, NOES, PupilRecord, Yes, may_show
from redact.reports.overdue import Late, list_late
from redact.reports.term.values import Matter, OpenPoint, OverdueLine, PurposeLine, SchoolStanding, UntouchedLine
from redact.store.devices import DeviceStanding, RegisteredDevice, read_devices
from redact.store.figures import standing as figures
from redact.store.photos.overview import list_set_aside
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
    late_duties = count_late_duties(register_of(connection, workspace), at, today.isoformat())
    recalled_by = print_moment(now - timedelta(hours=workspace.settings.take_down_hours))
    counts = tuple(_count(connection, now, recalled_by, late_duties))
    untouched = (*figures.list_untouched(connection), *_set_aside(connection, devices))
    register = read_register(connection, today).pupils.values()
    pupils = [record for record in register if not record.has_left and not is_adult(record.upn)]
    return tuple(
        SchoolStanding(
            school,
            name,
            tuple(_open_points(counts, school, [each for each in devices if each.school == school], late, now)),
            tuple(_overdue([each for each in devices if each.school == school], late)),
            tuple(UntouchedLine(device, why, files) for of, device, why, files in untouched if of == school),
            purposes_of([pupil for pupil in pupils if _is_of(pupil, school)], today),
            sum(_is_of(pupil, school) for pupil in pupils),
        )
        for school, name in names.items()
    )


def _set_aside(connection: Connection, devices: Sequence[RegisteredDevice]) -> Iterator[tuple[str, str, str, int]]:
    """Yield (school, device, why, files) of photos that were set aside and lie on their device still."""
    schools = {device.id: device.school for device in devices}
    for found in list_set_aside(connection):
        yield (
            schools.get(found.device, ""),
            found.device,
            "A photo that was set aside: no copy of it is kept.",
            found.count,
        )


def _count(
    connection: Connection, now: datetime, recalled_by: str, late_duties: Counter[str]
) -> Iterator[tuple[Matter, Counter[str]]]:
    """Yield how often each matter waits, by school, in the order in which it matters."""
    at, learnt_by = print_moment(now), print_moment(now - timedelta(hours=NOTIFY_HOURS))
    yield Matter.RECALLED_LATE, figures.count_recalled(connection, recalled_by, is_overdue=True)
    yield Matter.RECALLED, figures.count_recalled(connection, recalled_by, is_overdue=False)
    yield Matter.TAKE_DOWN_LATE, figures.count_open_take_downs(connection, at, is_overdue=True)
    yield Matter.TAKE_DOWN, figures.count_open_take_downs(connection, at, is_overdue=False)
    yield Matter.INCIDENT_LATE, figures.count_open_incidents(connection, learnt_by, is_overdue=True)
    yield Matter.INCIDENT, figures.count_open_incidents(connection, learnt_by, is_overdue=False)
    yield Matter.DELETION_FAILED, figures.count_failed_deletions(connection)
    yield Matter.STOPPED, figures.count_stopped(connection)
    yield Matter.NOT_REVIEWED, figures.count_unreviewed(connection)
    yield Matter.APPROVAL_RAN_OUT, figures.count_lapsed_approvals(connection, at)
    yield Matter.POST_ON_ITS_WAY, figures.count_waiting_posts(connection)
    yield Matter.SITE_ENDED, figures.count_lapsed_sites(connection, at)
    yield Matter.DUTY_LATE, late_duties


def count_late_duties(register: Register, at: str, today: str) -> Counter[str]:
    """Return what staff should have done by now, a policy that nobody says to have read among it.

    Each stands at one school of the person, as in the daily message: of several, a total would count it twice.

    Args:
        register: of everybody who may sign in.
        at: the moment, for the roles that hold.
        today: at the school.
    """
    late: Counter[str] = Counter()
    for person, duties in register.people:
        school = min((role.school for role in person.roles_at(at)), default="")
        late[school] += duties.count_late(today)
    return late


def _open_points(
    counts: Sequence[tuple[Matter, Counter[str]]],
    school: str,
    devices: Sequence[RegisteredDevice],
    late: Mapping[str, Sequence[Late]],
    now: datetime,
) -> Iterator[OpenPoint]:
    for matter, by_school in counts:
        yield OpenPoint(matter, by_school[school])
    items = [each for device in devices for each in late[device.id]]
    attestations = {each.device for each in items if each.is_attestation}
    yield OpenPoint(Matter.ATTESTATION_DUE, len(attestations))
    yield OpenPoint(Matter.FILES_OVERDUE, len({each.device for each in items} - attestations))
    expired = sum(standing_of(device, now) is DeviceStanding.EXPIRED for device in devices)
    yield OpenPoint(Matter.DEVICE_EXPIRED, expired)


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
