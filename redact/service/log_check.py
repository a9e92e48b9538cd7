"""Check the whole audit log daily, so that the school learns of an edit before an auditor does.

Rule: every entry, checkpoint and mirror, as `redact audit verify` does; the result stands in status, doctor, the health
address and, where it is bad, in a message.  A restart does not repeat a check of the same day.
Accepted residue: a log of more entries than MOST_ENTRIES is left to `redact audit verify`, for the other periodic tasks
would wait behind it; health says how long ago that was.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from redact.store.log.check import check_workspace
from redact.store.log.last_check import LogCheck, count_entries, read_last_check, write_last_check
from redact.store.log.mirrors import number_mirrors
from redact.system.clock import parse_moment, print_moment
from redact.workspace.open import Workspace

EVERY: Final = timedelta(hours=23)  # so that a watcher that is started every morning checks every morning
#: 100,000 take 4.6 s (README, Figures), and a sign of life, which waits meanwhile, is fresh for 120 s.
MOST_ENTRIES: Final = 1_000_000

log = logging.getLogger("redact")


def check_daily(workspace: Workspace) -> None:
    """Check the audit log where the last check is old enough, and write down how it was.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        last, entries = read_last_check(connection), count_entries(connection)
    is_recent = last is not None and last.is_intact and workspace.now() - parse_moment(last.at) < EVERY
    if is_recent or entries > MOST_ENTRIES:
        return
    settings = workspace.settings
    mirrors = number_mirrors(settings.checkpoint_mirrors)
    report = check_workspace(workspace.database, settings.origin, mirrors, [workspace.keys.log_key])
    with workspace.database.write() as connection:
        write_last_check(connection, LogCheck(print_moment(workspace.now()), report.is_intact, entries))
    if not report.is_intact:
        log.warning("The audit log is not what was signed. See: redact audit verify")
