"""Check that messages to staff can go, and reach those who must hear of a fault."""

from __future__ import annotations

from collections.abc import Iterator

from redact.audit.kinds import Role
from redact.reports.doctor.values import Finding, Patient, fail, ok, warn
from redact.store.people import list_people
from redact.store.staff.messages import newest_fault
from redact.system.clock import print_moment
from redact.workspace.settings import SettingsFault
from redact.workspace.settings.mail_server import server_of


def check_messages(patient: Patient) -> Iterator[Finding]:
    """Check the settings of the mail server, what it took last, and that somebody has an address."""
    if patient.settings is None or patient.database is None:
        return
    try:
        server = server_of(patient.settings)
    except SettingsFault as error:
        yield fail("messages", str(error), "Mend it, then try: redact messages test LOGIN")
        return
    if server is None:
        yield ok("messages", "No message is sent to anybody; smtp_host would name the trust's mail server.")
        return
    with patient.database.read() as connection:
        unsent, people = newest_fault(connection), list_people(connection)
    if unsent is not None:
        hint = "See: redact messages list. When it is mended: redact messages test LOGIN"
        yield warn("messages", f"The mail server did not take every message. {unsent[1]}", hint)
    now = print_moment(patient.now())
    reachable = [person for person in people if person.disabled_at is None and person.email]
    missing = [
        role.value
        for role in (Role.IT_SERVICES_MANAGER, Role.HEADTEACHER)
        if not any(held.role is role for person in reachable for held in person.roles_at(now))
    ]
    if missing:
        hint = "Write it down: redact people change LOGIN --email ADDRESS"
        yield warn("messages", f"Nobody with the role {' or '.join(missing)} has an address: they hear nothing.", hint)
    elif unsent is None:
        yield ok("messages", f"Messages go by {server.host}.")
