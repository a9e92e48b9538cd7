"""That the audit log was checked, by whom and when: so that a report can say it.

Threat: a report says that the log was checked, and nobody did.
Rule: only what runs the check writes it down, with the verdict that came out and how many entries there were.
Accepted residue: it stands in the database and not in the log, so whoever can write there can write it too; a reader
who must be sure checks again (`redact audit verify`), or has an auditor do it elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import Connection

from redact.audit.kinds import Role
from redact.audit.verify.verdict import Report
from redact.reports.audit_log import verify_workspace
from redact.store.key_facts import read_facts, write_facts
from redact.store.log.reader import read_edge
from redact.system.clock import print_moment
from redact.workspace.open import Workspace

_BY_PERSON: Final = "log-checked-by-person"  # among the facts
_BY_PROGRAM: Final = "log-checked-by-program"


@dataclass(frozen=True, slots=True)
class LogCheck:
    """One check of the whole audit log."""

    at: str
    by: str  # a role; `system`: the program, which nobody had asked
    verdict: str
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
    note_check(workspace, report, by)
    return report


def note_check(workspace: Workspace, report: Report, by: Role) -> None:
    """Write down a check that was made; of a person's and the program's the last one each is kept."""
    with workspace.database.write() as connection:
        check = LogCheck(
            print_moment(workspace.now()), by.value, report.verdict, report.is_intact, read_edge(connection).size
        )
        name = _BY_PROGRAM if by is Role.SYSTEM else _BY_PERSON
        write_facts(connection, {name: json.dumps(asdict(check))})


def read_checks(connection: Connection) -> tuple[LogCheck, ...]:
    """Return the last check by a person and the last by the program, newest first."""
    facts = read_facts(connection)
    found = [LogCheck(**json.loads(facts[name])) for name in (_BY_PERSON, _BY_PROGRAM) if name in facts]
    return tuple(sorted(found, key=lambda check: check.at, reverse=True))
