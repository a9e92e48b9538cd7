"""The workspace: everything that commands and the watcher work with, opened once and handed around frozen."""

from __future__ import annotations

import hashlib
import platform
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import func, select

from redact.audit.events import person_tag
from redact.errors import RedactError, UsageError
from redact.store.database import Database
from redact.store.key_facts import read_facts, write_facts
from redact.store.log.ledger import Ledger, Signer
from redact.store.log.mirrors import Copies, Place
from redact.store.schema.migrate import is_current, upgrade
from redact.store.schema.tables import log_entries
from redact.store.trust.storage import TrustStorage, make_trust, open_trust
from redact.store.vault import Vault
from redact.system.clock import Now
from redact.system.files import make_private_folder, write_whole
from redact.workspace.folders import find_objections, find_warnings
from redact.workspace.keys import (
    AWAY_FOLDER,
    SIGNING,
    TAGS,
    TEMPLATES,
    KeyFault,
    Keys,
    has_keys,
    make_keys,
    private_halves,
    read_keys,
    template_recipient,
)
from redact.workspace.settings import Settings, parse_settings, read_settings, sqlite_file
from redact.workspace.settings_table import FILE, SettingsFault, print_settings


@dataclass(frozen=True, slots=True)
class Workspace:
    """One opened workspace; `open_workspace` makes it, tests make their own.  Close it, or use it in a `with`."""

    settings: Settings
    keys: Keys
    database: Database
    ledger: Ledger
    vault: Vault
    trust: TrustStorage
    now: Now

    @property
    def executor(self) -> str:
        """This machine's name among those that share a database: whose quarantine holds what."""
        where = hashlib.sha256(str(self.settings.folder).encode("utf-8", "surrogatepass")).hexdigest()
        return f"{platform.node()[:40]}-{where[:12]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open; the workspace must not be used afterwards."""
        self.database.close()


@dataclass(frozen=True, slots=True)
class Made:
    """What `make_workspace` made."""

    settings: Settings
    is_new: bool  # False: the workspace was there, and what it lacked was added
    to_move_away: tuple[Path, ...]  # private keys that must leave this machine
    waived: str | None  # what speaks against the place, and was waived
    warnings: tuple[str, ...] = ()  # what is to be known of trust storage and checkpoint mirrors


def system_now() -> datetime:
    """Return the time of this machine's clock."""
    return datetime.now(UTC)


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
        RedactError: the database is missing, or of another version of this program.
    """
    now = now or system_now
    settings = read_settings(folder)
    check_places(settings)
    keys = read_keys(settings.keys, settings.origin)
    check_database_there(settings)
    database = Database(settings.database_url)
    try:
        if not is_current(database):
            raise RedactError(
                "The database is of another version of this program. Make a backup, then bring it up to date: "
                f"redact init {settings.folder}"
            )
        with database.read() as connection:
            _check_belong(read_facts(connection), keys)
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


def _furnish(settings: Settings, keys: Keys, database: Database, now: Now) -> Workspace:
    places = [Place(f"copy-{number}", folder) for number, folder in enumerate(settings.copies, 1)]
    ledger = Ledger(database, Signer(settings.origin, keys.signing), Copies(database, places, now), now)
    vault = Vault(settings.vault, keys.recipients)
    return Workspace(settings, keys, database, ledger, vault, open_trust(settings.trust, settings.folder), now)


def make_workspace(
    folder: Path, name: str, chosen: Mapping[str, object] | None = None, *, allow_synced: bool = False
) -> Made:
    """Make a workspace in `folder`, or add what an existing one lacks; nothing that is there is overwritten.

    Args:
        folder: a new or empty folder, or a workspace (then `name` and `chosen` change nothing).
        name: of the school; becomes the audit log's origin "redact/<name>".
        chosen: further settings, by their names in redact.toml.
        allow_synced: make it although a service copies the folder elsewhere; it is written into a new redact.toml.

    Raises:
        UsageError: the folder holds something else, or the name gives none for the audit log.
        SettingsFault: a setting does not fit, or originals or keys would leave the machine.
        KeyFault: the audit log has entries and the keys are gone, or a key is damaged.
        CannotWrite: the disk refuses.
        DatabaseFault: the database does not answer.
        VaultFault, TrustFault: the vault or trust storage cannot be made.
    """
    folder = folder.resolve()
    is_new = not (folder / FILE).exists()
    if is_new:
        _check_empty(folder)
        text = _first_settings(folder, {"origin": origin_of(name), **(chosen or {})}, allow_synced=allow_synced)
    settings = parse_settings(folder, text) if is_new else read_settings(folder)
    waived = check_places(settings)
    make_private_folder(folder)
    if is_new:
        folder.chmod(0o700)  # an empty folder that was there may be open to others
        write_whole(folder / FILE, text.encode())
    _make_rooms(settings, is_unused=_prepare_database(settings))
    _bind_database(settings)
    warnings = tuple(find_warnings(folder, settings.trust_folder, settings.copies))
    return Made(settings, is_new, private_halves(folder / AWAY_FOLDER), waived, warnings)


def origin_of(name: str) -> str:
    """Return the origin of the audit log of the school called `name`: "redact/st-marys-primary".

    Raises:
        UsageError: less than half of the name's letters and digits can stand in one.
    """
    spelled = unicodedata.normalize("NFKD", name)
    plain = spelled.encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['.]", "", plain)).strip("-")[:60].strip("-")
    kept, said = (sum(letter.isalnum() for letter in text) for text in (plain, spelled))
    if not slug or kept * 2 < said:
        left = f"of this one only {slug!r} is left" if slug else "of this one nothing is left"
        raise UsageError(
            f"The audit log is called by the school's name in the letters A to Z and digits, and {left}. It can "
            "never be "
            'changed: give the name in those letters, --name "Oak School"'
        )
    return f"redact/{slug}"


def _check_empty(folder: Path) -> None:
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"The folder {folder} holds something else already. Choose a new or an empty folder.")
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise UsageError(f"The folder {folder} cannot be read: {why}. Choose another.") from error


def _first_settings(folder: Path, chosen: dict[str, object], *, allow_synced: bool) -> str:
    """Return the text of a new redact.toml; `allow_synced` stands in it where it is needed."""
    settings = parse_settings(folder, print_settings(chosen))
    if allow_synced and any(find_objections(settings.private_folders, settings.sqlite_folders)):
        chosen = {**chosen, "allow_synced": True}
    return print_settings(chosen)


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


def _prepare_database(settings: Settings) -> bool:
    """Bring the database up to date; return whether nobody ever worked in the workspace, on any machine.

    Raises:
        RedactError: the database is missing although keys were made, which happens after it.
    """
    if has_keys(settings.keys):
        check_database_there(settings)
    database = Database(settings.database_url)
    try:
        upgrade(database)
        with database.read() as connection:
            has_entries = connection.execute(select(func.count()).select_from(log_entries)).scalar_one()
            return not has_entries and not read_facts(connection)
    finally:
        database.close()
        _own_alone(settings)


def _bind_database(settings: Settings) -> None:
    """Write down whose keys the database is worked with, as the last act of making a workspace; or check it.

    Raises:
        KeyFault: it is worked with other keys.
    """
    keys, database = read_keys(settings.keys, settings.origin), Database(settings.database_url)
    try:
        with database.write() as connection:
            _check_belong(read_facts(connection), keys)
            write_facts(connection, _proofs(keys))
    finally:
        database.close()


def _check_belong(known: Mapping[str, str], keys: Keys) -> None:
    """Raise KeyFault unless these are the keys that the database is worked with: another machine's, or its own."""
    wrong = [name for name, proof in _proofs(keys).items() if known.get(name, proof) != proof]
    if wrong:
        hint = "Machines that share a database share their keys: copy the folder keys from the one it was made on"
        raise KeyFault(wrong[0], "is not the one that this database is worked with", hint)


def _proofs(keys: Keys) -> dict[str, str]:
    """Return what tells each key from another one and says nothing of it, by the name of its file."""
    templates = template_recipient(keys.templates)
    return {SIGNING: keys.log_key.text, TAGS: person_tag(keys.tags, TAGS), TEMPLATES: templates}


def _make_rooms(settings: Settings, *, is_unused: bool) -> None:
    """Make keys, vault and trust storage of a workspace that was never worked in; later only what may be made again.

    In a workspace with a record, keys that are missing were lost, and a vault without its marker is a volume that is
    out: making new ones would hide that.
    """
    for place in (settings.quarantine, settings.outbox, *settings.copies):
        if is_unused or place.is_relative_to(settings.folder):
            make_private_folder(place)
    if is_unused and not has_keys(settings.keys):
        make_keys(settings.keys, settings.origin, settings.folder / AWAY_FOLDER)
    keys = read_keys(settings.keys, settings.origin)
    if is_unused:
        if settings.trust_folder is not None and settings.trust_folder.is_relative_to(settings.folder):
            make_private_folder(settings.trust_folder)  # elsewhere its storage makes it, for its group to read
        Vault(settings.vault, keys.recipients).make()
        make_trust(open_trust(settings.trust, settings.folder))


def _own_alone(settings: Settings) -> None:
    """Take the SQLite files from others' eyes; SQLite gives its journals the permissions of the database."""
    for url in (settings.database_url, settings.engine_url):
        path = sqlite_file(url)
        if path is not None and path.exists():
            path.chmod(0o600)
