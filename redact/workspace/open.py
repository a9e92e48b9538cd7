"""The workspace: everything that commands and the watcher work with, opened once and handed around frozen."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from redact.audit.events import person_tag
from redact.errors import RedactError, short_id
from redact.store.database import Database
from redact.store.key_facts import read_facts
from redact.store.latest import check_clock, latest, why_ahead, why_behind
from redact.store.log.audit_log import AuditLog, Signer
from redact.store.log.checked import Log
from redact.store.log.mirrors import Mirrors, number_mirrors
from redact.store.schema.migrate import is_current
from redact.store.trust.storage import TrustStorage, open_trust
from redact.store.vault import Vault, recipients_id
from redact.system.clock import Now, local_day, system_now
from redact.system.machine import keep_files_private
from redact.workspace.folders import find_objections
from redact.workspace.keys import RECIPIENTS, SIGNING, TAGS, TEMPLATES, KeyFault, Keys, read_keys, template_recipient
from redact.workspace.rolls import Rolls
from redact.workspace.settings import FILE, Settings, SettingsFault
from redact.workspace.settings.file import read_settings

SEALED_TO = "sealed-to"  # fact: the id of the keys that originals are sealed to, since one was changed


@dataclass(frozen=True, slots=True)
class Workspace:
    """One opened workspace; `open_workspace` makes it, tests make their own.  Close it, or use it in a `with`."""

    settings: Settings
    keys: Keys
    database: Database
    audit_log: AuditLog
    vault: Vault
    trust: TrustStorage
    now: Now
    rolls: Rolls = field(default_factory=Rolls, repr=False, compare=False)

    @property
    def executor(self) -> str:
        """This machine's name among those that share a database: whose quarantine holds what."""
        return machine_name(self.settings.folder)

    @property
    def log(self) -> Log:
        """What it takes to check the audit log."""
        return Log(self.settings.origin, self.keys.log_key, self.keys.tags)

    def latest(self, connection: Connection | None = None) -> datetime:
        """Return the moment by which consents, approvals and roles are asked (redact/store/latest.py).

        `now` is what the clock says, and is what is written down; this is later where the clock was set back.

        Raises:
            DatabaseFault: the database does not answer.
        """
        if connection is not None:
            return latest(connection, self.now())
        with self.database.read() as reading:
            return latest(reading, self.now())

    def today(self, connection: Connection | None = None) -> date:
        """Return the day that it is at the school, by `latest`: consents end with it.

        Raises:
            DatabaseFault: the database does not answer.
        """
        return local_day(self.latest(connection), self.settings.zone)

    def why_behind(self, connection: Connection) -> str | None:
        """Return a sentence where the clock is behind the audit log, None where it is not."""
        return why_behind(connection, self.now(), self.settings.zone)

    def why_ahead(self, connection: Connection) -> str | None:
        """Return a sentence while originals wait because the clock went forward far, None where they do not."""
        return why_ahead(connection, self.now(), self.settings.zone)

    def check_clock(self, connection: Connection) -> None:
        """Check that the clock is not behind the audit log.

        Raises:
            ClockBehind: it is: what depends on an unknown day is not done.
        """
        check_clock(connection, self.now(), self.settings.zone)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open; the workspace must not be used afterwards."""
        self.database.close()


def machine_name(folder: Path) -> str:
    """Return how this machine is called among those that work with a workspace; one per folder."""
    where = hashlib.sha256(str(folder).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{platform.node()[:40]}-{short_id(where)}"  # stands in the database: never another length


def open_workspace(folder: Path, now: Now | None = None) -> Workspace:
    """Open the workspace in `folder`.

    Args:
        folder: of the workspace.
        now: the clock; the machine's when not given.

    Raises:
        SettingsFault: there is no workspace, its redact.toml cannot be worked with, or originals or keys would leave
            the machine.
        KeyFault: a key is missing, damaged or open to others.
        DatabaseFault: the database does not answer.
        RedactError: the database is missing, or of an earlier or later version of this program.
    """
    now = now or system_now
    keep_files_private()  # the engine's database and every journal are made by others, with the umask alone
    settings = read_settings(folder)
    check_places(settings)
    keys = read_keys(settings.keys, settings.origin)
    check_database_there(settings)
    database = Database(settings.database_url)
    try:
        if not is_current(database):
            raise RedactError(
                "The database is of an earlier version of this program. Make a backup, then bring it up to date: "
                f"redact init {settings.folder}"
            )
        with database.read() as connection:
            check_belong(read_facts(connection), keys)
        return _furnish(settings, keys, database, now)
    except BaseException:
        database.close()
        raise


def check_database_there(settings: Settings) -> None:
    """Check that an SQLite file that must be there is: opening one that is not would make an empty one.

    Raises:
        RedactError: it is missing, or empty, which a database is to SQLite that it may begin again.
    """
    file = settings.database_file
    if file is not None and (not file.exists() or not file.stat().st_size):
        raise RedactError(
            f"The database {file} is {'empty' if file.exists() else 'missing'}, and with it the audit log. Connect its "
            "disk, or bring it back from the backup; it is never made again for a workspace that has keys. If the "
            "workspace "
            "works with PostgreSQL, set REDACT_DATABASE_URL"
        )


def check_places(settings: Settings) -> str | None:
    """Check that neither originals nor keys would leave this machine, and no SQLite file lies on a network.

    Returns:
        What `allow_synced` waives; None when nothing speaks against the places.

    Raises:
        SettingsFault: something does, and is not waived.
    """
    waived = None
    for objection in find_objections(settings.private_folders, settings.sqlite_folders):
        if not (objection.may_be_waived and settings.allow_synced):
            hint = f" (or, knowing that, set allow_synced = true in {FILE}; for a new workspace: --allow-synced)"
            raise SettingsFault(f"{objection.sentence}{hint if objection.may_be_waived else ''}.")
        waived = waived or objection.sentence
    return waived


def check_belong(known: Mapping[str, str], keys: Keys) -> None:
    """Check that these are the keys that the database is worked with: another machine's, or its own.

    Raises:
        KeyFault: they are not.
    """
    wrong = [name for name, proof in key_proofs(keys).items() if known.get(name, proof) != proof]
    if wrong:
        hint = "Machines that share a database share their keys: copy the folder keys from the one it was made on"
        raise KeyFault(wrong[0], "is not the one that this database is worked with", hint)


def check_seals_to_today(connection: Connection, keys: Keys) -> None:
    """Check that originals are sealed to the keys of today: one may have been changed since these were read.

    Raises:
        KeyFault: they would be sealed to former ones.
        DatabaseFault: the database does not answer.
    """
    known = read_facts(connection).get(SEALED_TO)
    if known is not None and known != recipients_id(keys.recipients):
        hint = (
            "Start redact watch again; on another machine copy keys/recipients.txt there first; if redact keys rotate "
            "was cut off, run it once more"
        )
        raise KeyFault(RECIPIENTS, "is not the one of today: a key was changed since it was read", hint)


def key_proofs(keys: Keys) -> dict[str, str]:
    """Return what identifies each key without giving it away, by the name of its file."""
    templates = template_recipient(keys.templates)
    return {SIGNING: keys.log_key.text, TAGS: person_tag(keys.tags, TAGS), TEMPLATES: templates}


def workspace_id(keys: Keys) -> str:
    """Return the id that the markers of vault and trust storage carry: 32 hex digits, the same on every machine.

    It comes from the key of the tags, which is never changed, and says nothing of it.
    """
    return person_tag(keys.tags, "workspace")[:32]


def _furnish(settings: Settings, keys: Keys, database: Database, now: Now) -> Workspace:
    mirrors = Mirrors(database, number_mirrors(settings.checkpoint_mirrors), now)
    signer, machine = Signer(settings.origin, keys.signing), machine_name(settings.folder)
    audit_log = AuditLog(database, signer, mirrors, now, machine, keys.tags)
    owner = workspace_id(keys)
    vault = Vault(settings.vault, keys.recipients, owner)
    trust = open_trust(settings.trust, settings.folder, owner, settings.for_use_group)
    return Workspace(settings, keys, database, audit_log, vault, trust, now)
