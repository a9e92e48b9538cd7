"""Say what is wrong with a workspace and what to do; works on a broken one, because that is when it is called.

Each check guards itself: what one cannot look at is a finding of its own, and the next goes on; so is what hangs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from redact.errors import RedactError
from redact.reports.doctor.machine import (
    check_clock,
    check_disks,
    check_models,
    check_place,
    check_programs,
    check_strength,
)
from redact.reports.doctor.messages import check_messages
from redact.reports.doctor.posting import check_company_details
from redact.reports.doctor.rows import check_rows
from redact.reports.doctor.values import Finding, Grade, Patient, fail, ok, warn
from redact.reports.doctor.workspace import (
    check_audit_log,
    check_devices,
    check_engine,
    check_mirrors,
    check_permissions,
    check_postgres,
    check_private_halves,
    check_sqlite,
    check_take_downs,
    check_trust,
    check_vault,
)
from redact.store.database import Database
from redact.store.schema.migrate import DatabaseNewer, is_current, newest
from redact.system.clock import Now, system_now
from redact.system.time_limit import TimeLimit
from redact.workspace.keys import Keys, read_keys
from redact.workspace.open import check_database_there
from redact.workspace.settings import Settings
from redact.workspace.settings.file import find_former_names, read_settings

CHECK_S = 20.0  # seconds that one check may take; all of them take one on a workspace of 1,000,000 photos

Check = Callable[[Patient], Iterator[Finding]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("place", check_place),
    ("permissions", check_permissions),
    ("private keys", check_private_halves),
    ("sqlite", check_sqlite),
    ("postgresql", check_postgres),
    ("engine", check_engine),
    ("clock", check_clock),
    ("database rows", check_rows),
    ("audit log", check_audit_log),
    ("checkpoint mirrors", check_mirrors),
    ("vault", check_vault),
    ("trust storage", check_trust),
    ("disk space", check_disks),
    ("devices", check_devices),
    ("messages", check_messages),
    ("take-downs", check_take_downs),
    ("company details", check_company_details),
    ("models", check_models),
    ("programs", check_programs),
    ("machine", check_strength),
)


def examine(folder: Path, now: Now | None = None) -> tuple[Finding, ...]:
    """Return what every check found, in the order of the workspace: settings, keys, database, then the others."""
    found: list[Finding] = []
    patient = Patient(folder.resolve(), now or system_now)
    patient = replace(patient, settings=_settings(patient, found))
    patient = replace(patient, keys=_keys(patient, found), database=_database(patient, found))
    try:
        # The files of the models are hashed beside the other checks: a fifth of the time on two cores.
        with ThreadPoolExecutor(1, "models") as beside:
            models = beside.submit(_guarded, "models", check_models, patient)
            for name, check in CHECKS:
                found += models.result() if check is check_models else _guarded(name, check, patient)
    finally:
        if patient.database is not None:
            patient.database.close()
    return tuple(found)


def is_sound(findings: tuple[Finding, ...]) -> bool:
    """Say whether nothing failed."""
    return all(finding.grade is not Grade.FAIL for finding in findings)


def _guarded(name: str, check: Check, patient: Patient) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(TimeLimit(CHECK_S).call(lambda: list(check(patient))))
    except TimeoutError:
        what = f"It did not answer within {CHECK_S:.0f} seconds: a disk or a share hangs."
        found.append(fail(name, what, "Connect it again, or take it out of redact.toml."))
    except Exception as error:  # noqa: BLE001  the outermost loop of this command; the check is said to have failed
        what = str(error) if isinstance(error, RedactError) else f"It could not be checked ({type(error).__name__})."
        found.append(fail(name, what, "Mend what was found above first, then run redact doctor again."))
    return found


def _settings(patient: Patient, found: list[Finding]) -> Settings | None:
    try:
        settings = read_settings(patient.folder)
    except RedactError as error:
        found.append(fail("settings", str(error), "Mend it; what depends on it was not checked."))
        return None
    found.append(ok("settings", f"redact.toml is in order; the audit log is called {settings.origin}."))
    hint = "Change the name in redact.toml; its value stays."
    found.extend(warn("settings", f"{sentence}.", hint) for sentence in find_former_names(patient.folder))
    return settings


def _keys(patient: Patient, found: list[Finding]) -> Keys | None:
    if patient.settings is None:
        return None
    try:
        keys = read_keys(patient.settings.keys, patient.settings.origin)
    except RedactError as error:
        found.append(fail("keys", str(error), "Without its keys the workspace does not open."))
        return None
    found.append(ok("keys", "All keys are here, whole, and their owner's alone."))
    return keys


def _database(patient: Patient, found: list[Finding]) -> Database | None:
    """Return the database if it answers and is of this version."""
    if patient.settings is None:
        return None
    database = None
    try:
        check_database_there(patient.settings)
        database = Database(patient.settings.database_url)
        if is_current(database):
            found.append(ok("database", f"The database answers; its tables are of version {newest()}."))
            return database
        hint = f"Make a backup, then: redact init {patient.folder}"
        found.append(fail("database", "The database is of an earlier version of this program.", hint))
    except DatabaseNewer as error:  # a backup would only undo what was done since
        found.append(fail("database", str(error), "See which version each machine has: redact --version"))
    except Exception as error:  # noqa: BLE001  drivers have errors of their own, and their text can hold a password
        what = (
            str(error)
            if isinstance(error, RedactError)
            else f"The database is damaged or no database ({type(error).__name__})."
        )
        is_file = patient.settings.database_file is not None
        hint = "Bring it back from the backup if it stays so." if is_file else "See docs/running.md, Several machines."
        found.append(fail("database", what, hint))
    if database is not None:
        database.close()
    return None
