"""Make a workspace, or add what an existing one lacks.

Threat: a second making overwrites what the first one made, or makes again what was lost (keys, vault, database), and
so hides the loss.
Rule: nothing that is there is overwritten; keys, vault and trust storage are made in a workspace that was never worked
in, and never again.
Accepted residue: one whose audit log is empty and whose keys were not bound yet counts as never worked in.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from redact.errors import UsageError
from redact.store.database import Database
from redact.store.key_facts import read_facts, write_facts
from redact.store.schema.migrate import upgrade
from redact.store.schema.tables import log_entries
from redact.store.trust.names import Part
from redact.store.trust.storage import TrustFault, make_trust, name_trust_owner, open_trust
from redact.store.vault import Vault, VaultFault
from redact.system.files import make_private_folder, write_whole
from redact.system.machine import keep_files_private
from redact.workspace.folders import find_objections, find_warnings
from redact.workspace.keys import AWAY_FOLDER, has_keys, make_keys, private_halves, read_keys
from redact.workspace.open import check_belong, check_database_there, check_places, key_proofs, workspace_id
from redact.workspace.settings import FILE, Settings, sqlite_file
from redact.workspace.settings.file import find_former_names, parse_settings, print_settings, read_settings


@dataclass(frozen=True, slots=True)
class Made:
    """What `make_workspace` made."""

    settings: Settings
    is_new: bool  # False: the workspace was there, and what it lacked was added
    to_move_away: tuple[Path, ...]  # private keys that must leave this machine
    waived: str | None  # what speaks against the place, and was waived
    warnings: tuple[str, ...] = ()  # about trust storage and checkpoint mirrors


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
    keep_files_private()
    folder = folder.resolve()
    is_new = not (folder / FILE).exists()
    if is_new:
        _check_empty(folder)
        first = {"origin": origin_of(name), "trust_folders": [*Part], **(chosen or {})}
        text = _first_settings(folder, first, allow_synced=allow_synced)
    settings = parse_settings(folder, text) if is_new else read_settings(folder)
    waived = check_places(settings)
    make_private_folder(folder)
    if is_new:
        folder.chmod(0o700)  # an empty folder that was there may be open to others
        write_whole(folder / FILE, text.encode())
    _make_folders(settings, is_unused=_prepare_database(settings))
    _bind_database(settings)
    warnings = (*find_warnings(folder, settings.trust_folder, settings.checkpoint_mirrors), *find_former_names(folder))
    return Made(settings, is_new, private_halves(folder / AWAY_FOLDER), waived, warnings)


def origin_of(name: str) -> str:
    """Return the origin of the audit log of the school called `name`: "redact/st-marys-primary".

    Raises:
        UsageError: less than half of the name's letters and digits can stand in one.
    """
    spelled = unicodedata.normalize("NFKD", name)
    plain = spelled.encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['.]", "", plain)).strip("-")[:60].strip("-")
    kept, letters = (sum(letter.isalnum() for letter in text) for text in (plain, spelled))
    if not slug or kept * 2 < letters:
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
            check_belong(read_facts(connection), keys)
            write_facts(connection, key_proofs(keys))
    finally:
        database.close()


def _make_folders(settings: Settings, *, is_unused: bool) -> None:
    """Make keys, vault and trust storage of a workspace that was never worked in; later only what may be made again.

    In a workspace with an audit log, keys that are missing were lost, and a vault without its marker is a volume
    that is out: making new ones would hide that.
    """
    for place in (settings.quarantine, settings.outbox, *settings.checkpoint_mirrors):
        if is_unused or place.is_relative_to(settings.folder):
            make_private_folder(place)
    if is_unused and not has_keys(settings.keys):
        make_keys(settings.keys, settings.origin, settings.folder / AWAY_FOLDER)
    keys = read_keys(settings.keys, settings.origin)
    vault = Vault(settings.vault, keys.recipients, workspace_id(keys))
    trust = open_trust(settings.trust, settings.folder, workspace_id(keys))
    if is_unused:
        if settings.trust_folder is not None and settings.trust_folder.is_relative_to(settings.folder):
            make_private_folder(settings.trust_folder)  # elsewhere its storage makes it, for its group to read
        vault.make()
        make_trust(trust)
    else:
        with contextlib.suppress(VaultFault, TrustFault):  # one that is away is named the next time
            vault.name_owner()
            name_trust_owner(trust)


def _own_alone(settings: Settings) -> None:
    """Make the SQLite files private; SQLite gives its journals the permissions of the database."""
    for url in (settings.database_url, settings.engine_url):
        path = sqlite_file(url)
        if path is not None and path.exists():
            path.chmod(0o600)
