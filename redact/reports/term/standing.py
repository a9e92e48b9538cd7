"""What is open at this moment at each school, whatever the period: a report that left it out would not be honest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from redact.devices.next_step import standing_of
from redact.pupils.adults import is_adult
from redact.pupils.consent import KNOWN_PURPOSES, NOES, PupilRecord, Yes, may_show
from redact.reports.overdue import Late, list_late
from redact.reports.term.values import OpenPoint, OverdueLine, PurposeLine, SchoolStanding, UntouchedLine
from redact.store.devices import RegisteredDevice, read_devices
from redact.store.figures import standing as figures
from redact.store.pupils.reading import read_register
from redact.system.clock import print_moment
from redact.workspace.open import Workspace

_ATTESTATIONS = frozenset({"never attested", "word is old"})  # redact/reports/overdue.py


def read_standings(
    connection: Connection, workspace: Workspace, names: Mapping[str, str], now: datetime
) -> tuple[SchoolStanding, ...]:
    """Return what is open at each school of `names` (id: name).

    Raises:
        DatabaseFault: the database does not answer.
    """
    at, today = print_moment(now), workspace.today()
    devices = read_devices(connection)
    late = {device.id: tuple(list_late(connection, workspace, device, now)) for device in devices}
    counted = tuple(_counted(connection, at, today))
    untouched = figures.list_untouched(connection)
    register = read_register(connection, today).pupils.values()
    pupils = [record for record in register if not record.has_left and not is_adult(record.upn)]
    return tuple(
        SchoolStanding(
            school,
            name,
            tuple(_open_points(counted, school, [each for each in devices if each.school == school], late, now)),
            tuple(_overdue([each for each in devices if each.school == school], late)),
            tuple(UntouchedLine(device, why, count) for of, device, why, count in untouched if of == school),
            purposes_of([pupil for pupil in pupils if _is_of(pupil, school)], today),
            sum(_is_of(pupil, school) for pupil in pupils),
        )
        for school, name in names.items()
    )


def _counted(connection: Connection, at: str, today: date) -> Iterator[tuple[str, bool, Counter[str]]]:
    """Give (what, is it late, number by school), in the order in which they matter."""
    day = today.isoformat()
    yield "recalled copies that nobody has seen to", True, figures.count_recalled(connection)
    yield "take-downs past their deadline", True, figures.count_open_take_downs(connection, at, is_overdue=True)
    yield "take-downs under way", False, figures.count_open_take_downs(connection, at, is_overdue=False)
    yield "open incidents", True, figures.count_open_incidents(connection)
    yield "files whose deletion failed or was not ended", True, figures.count_failed_deletions(connection)
    yield "photos stopped: a person must look, or bring them again", False, figures.count_stopped(connection)
    yield "copies that nobody has looked at", False, figures.count_unreviewed(connection)
    yield "posts whose approval ran out before they were posted", True, figures.count_lapsed_approvals(connection, at)
    yield "posts on their way: to be approved or posted", False, figures.count_waiting_posts(connection)
    yield "sites whose approval has ended", True, figures.count_lapsed_sites(connection, at)
    yield "staff duties past their day (policy to be read, training)", True, figures.count_due_duties(connection, day)


def _open_points(
    counted: Sequence[tuple[str, bool, Counter[str]]],
    school: str,
    devices: Sequence[RegisteredDevice],
    late: Mapping[str, Sequence[Late]],
    now: datetime,
) -> Iterator[OpenPoint]:
    for what, is_late, by_school in counted:
        yield OpenPoint(what, by_school[school], is_late)
    items = [each for device in devices for each in late[device.id]]
    attestations = {each.device for each in items if each.what in _ATTESTATIONS}
    yield OpenPoint("devices whose holder must say that photos were deleted", len(attestations), is_late=True)
    others = {each.device for each in items} - attestations
    yield OpenPoint("devices with files that should have been gone", len(others), is_late=True)
    expired = sum(standing_of(device, now) == "expired" for device in devices)
    yield OpenPoint("devices whose approval has ended: nothing is taken from them", expired, is_late=True)


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
