"""By whom and when the audit log was checked, so that a report can say it.

Threat: a report says that the log was checked, and nobody did.
Rule: only the function that runs the check writes it down, with its result and the number of entries.
Accepted residue: it stands in the database and not in the log, so whoever can write there can write it too; a reader
who must be sure checks again (`redact audit verify`), or has an auditor do it elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Final

from sqlalchemy import Connection

from redact.audit.kinds import Role
from redact.audit.verify.verdict import Report
from redact.reports.audit_log import note_check, verify_workspace
from redact.store.key_facts import read_fact, write_facts
from redact.store.log.last_check import count_entries, read_last_check
from redact.system.clock import print_moment
from redact.workspace.open import Workspace

_BY_PERSON: Final = "log-check-by-person"  # among the facts; the program's own stands in store/log/last_check.py


@dataclass(frozen=True, slots=True)
class PersonsCheck:
    """One check of the whole audit log, and who had it made."""

    at: str
    by: str  # a role; `system`: the program, unasked
    is_intact: bool
    entries: int


def check_and_note(workspace: Workspace, by: Role = Role.SYSTEM) -> Report:
    """Check the whole audit log, write down that it was checked, and return what was found.

    Args:
        workspace: opened.
        by: role of the person who asks for it; `system` where the program does.

    Raises:
        DatabaseFault: the database does not answer.
    """
    report = verify_workspace(workspace)
    note_check(workspace, report)
    if by is not Role.SYSTEM:
        with workspace.database.write() as connection:
            entries = count_entries(connection)
            check = PersonsCheck(print_moment(workspace.now()), by.value, report.is_intact, entries)
            write_facts(connection, {_BY_PERSON: json.dumps(asdict(check))})
    return report


def read_checks(connection: Connection) -> tuple[PersonsCheck, ...]:
    """Return the last check that a person had made, and the last of all where it is another one; newest first."""
    by_person, last = read_fact(connection, _BY_PERSON, lambda fact: PersonsCheck(**fact)), read_last_check(connection)
    found = [] if by_person is None else [by_person]
    program = None if last is None else PersonsCheck(last.at, Role.SYSTEM.value, last.is_intact, last.entries)
    if program is not None and (by_person is None or replace(program, by=by_person.by) != by_person):
        found.insert(0, program)  # never older: a person's check is written down as the last one too
    return tuple(found)
