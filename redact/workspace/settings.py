"""The settings of a workspace, read once from redact.toml and the environment; see config_table.py for each one."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from redact.redaction.values import Policy, Style
from redact.workspace.folders import check_rooms_apart
from redact.workspace.keys import AWAY_FOLDER
from redact.workspace.settings_table import DATABASE_RULE, FILE, SETTINGS, SettingsFault, check_setting

MAX_FILE_BYTES = 256 * 1024  # ours has 5,000; a wrong file is not read whole


@dataclass(frozen=True, slots=True)
class Settings:
    """What redact.toml says; folders are absolute."""

    folder: Path  # of the workspace
    origin: str  # of the audit log: "redact/<school>"
    database_url: str  # SQLite in the workspace, or PostgreSQL
    engine_url: str
    quarantine: Path
    vault: Path
    trust: str  # a folder, or s3://bucket/prefix, az://container/prefix
    outbox: Path
    keys: Path
    copies: tuple[Path, ...]  # checkpoint mirrors of the audit log
    ingest: tuple[Path, ...] = ()  # folders in which everything should be a registered device
    purposes: tuple[str, ...] = ("website", "social-media")  # a face is shown only with consent for all of them
    shows_faces: bool = True  # False: everyone is covered, whatever the register says
    policy: Policy = Policy()  # noqa: RUF009  frozen
    workers: int | None = None
    retention_days: int = 30  # of sealed originals, after the decision
    personal_hours: float = 24.0  # a photo on a personal device is overdue after
    trust_hours: float = 168.0
    rescan_s: float = 180.0
    poll_s: float = 10.0
    retry_longest_s: float = 600.0
    allow_synced: bool = False  # open although a service copies originals or keys elsewhere

    @property
    def trust_folder(self) -> Path | None:
        """The folder of trust storage; None where it is a bucket."""
        return None if "://" in self.trust else Path(self.trust)

    @property
    def database_file(self) -> Path | None:
        """The SQLite file; None with PostgreSQL."""
        return sqlite_file(self.database_url)

    @property
    def sqlite_files(self) -> Mapping[str, Path]:
        """The SQLite files, by the names of their settings."""
        found = {name: sqlite_file(getattr(self, name)) for name in ("database_url", "engine_url")}
        return {name: path for name, path in found.items() if path is not None}

    @property
    def rooms(self) -> Mapping[str, Path]:
        """The folders that must lie apart from each other, by the names of their settings."""
        rooms = {"quarantine": self.quarantine, "vault": self.vault, "outbox": self.outbox, "keys": self.keys}
        rooms |= {} if self.trust_folder is None else {"trust": self.trust_folder}
        copies = {f"copies, folder {number}": folder for number, folder in enumerate(self.copies, 1)}
        return rooms | {AWAY_FOLDER: self.folder / AWAY_FOLDER} | copies

    @property
    def private_folders(self) -> tuple[Path, ...]:
        """The folders in which originals, keys or names lie."""
        return (self.folder, self.quarantine, self.vault, self.keys, *self.sqlite_folders)

    @property
    def sqlite_folders(self) -> tuple[Path, ...]:
        """The folders of the SQLite files."""
        return tuple(file.parent for file in self.sqlite_files.values())

    @property
    def own_folders(self) -> tuple[Path, ...]:
        """Every folder of this workspace that the workspace writes into; no device may overlap one."""
        trust = () if self.trust_folder is None else (self.trust_folder,)
        return (self.folder, self.quarantine, self.vault, *trust, self.outbox, self.keys, *self.copies)


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite address as `read_settings` writes it, None for another database."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def read_settings(folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of the workspace in `folder`.

    Args:
        folder: of the workspace; relative folders in the file are relative to it.
        environment: where the twins are looked up; the process's own when not given.

    Raises:
        SettingsFault: there is no redact.toml, it cannot be read, or as for `parse_settings`.
    """
    folder = folder.resolve()
    return parse_settings(folder, _read(folder), environment)


def parse_settings(folder: Path, text: str, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that `text`, the content of redact.toml, gives the workspace in `folder`.

    Raises:
        SettingsFault: a setting is missing, unknown or of the wrong type, or two folders do not lie apart.
    """
    found = _parse(text)
    for name, value in found.items():
        check_setting(name, value, _line_of(name, text))
    given = found | _twins(os.environ if environment is None else environment)
    for setting in SETTINGS:
        if setting.is_required and setting.name not in given:
            raise SettingsFault(
                f"{FILE} lacks the setting {setting.name}; add a line: {setting.name} = {setting.rule}."
            )
    values = {setting.name: given.get(setting.name, setting.default) for setting in SETTINGS}
    settings = _settings(folder, values)
    check_rooms_apart(settings.rooms, settings.sqlite_files)
    return settings


def _read(folder: Path) -> str:
    path = folder / FILE
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise SettingsFault(
            f"The folder {folder} is no workspace: it holds no {FILE}. Name the workspace with --workspace FOLDER (or "
            "REDACT_WORKSPACE), or make one: redact init FOLDER"
        ) from None
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise SettingsFault(f"{FILE} in {folder} cannot be read: {why}. Check its permissions.") from error
    if len(content) > MAX_FILE_BYTES:
        raise SettingsFault(f"{FILE} in {folder} is larger than {MAX_FILE_BYTES} bytes; is it the right file?")
    try:
        return content.decode("utf-8-sig")  # Windows editors put a mark in front
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SettingsFault(f"{FILE} is not UTF-8 in line {line}. Save it as UTF-8.") from None


def _parse(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at (line \d+, column \d+|end of document)\)", str(error))
        place = where[1] if where else "somewhere"
        raise SettingsFault(
            f'{FILE} is not written as TOML asks, at {place}. Each line is name = value, with text in "quotes".'
        ) from None  # the parser's own message may quote an address with a password


def _line_of(name: str, text: str) -> int | None:
    """Return the line on which `name` is set, for the reader's eye."""
    pattern = re.compile(rf"""\s*\[*\s*["']?{re.escape(name)}["']?\s*[=.\]]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), None)


def _twins(environment: Mapping[str, str]) -> dict[str, object]:
    """Return the settings that the environment gives; an empty variable gives none."""
    given: dict[str, object] = {}
    for setting in SETTINGS:
        value = environment.get(setting.twin, "") if setting.twin else ""
        if value:
            if not setting.fits(value):
                raise SettingsFault(f"The variable {setting.twin} must be {setting.rule}. Nothing was done.")
            given[setting.name] = value
    return given


def _settings(folder: Path, values: Mapping[str, object]) -> Settings:
    """Make the value; every one of `values` was checked by its row in SETTINGS."""

    def number(name: str) -> float:
        return float(cast("float", values[name]))

    def texts(name: str) -> tuple[str, ...]:
        return tuple(cast("list[str]", values[name]))

    def path(name: str) -> Path:
        return folder / str(values[name])

    trust = str(values["trust"])
    return Settings(
        folder=folder,
        origin=str(values["origin"]),
        database_url=_database_url("database_url", str(values["database_url"]), folder),
        engine_url=_database_url("engine_url", str(values["engine_url"]), folder),
        quarantine=path("quarantine"),
        vault=path("vault"),
        trust=trust if "://" in trust else str(folder / trust),
        outbox=path("outbox"),
        keys=path("keys"),
        copies=tuple(folder / copy for copy in texts("copies")),
        ingest=tuple(folder / place for place in texts("ingest")),
        purposes=texts("purposes"),
        shows_faces=bool(values["shows_faces"]),
        policy=Policy(Style(str(values["style"])), int(number("max_side_px")), bool(values["shows_faces"])),
        workers=None if values["workers"] is None else int(number("workers")),
        retention_days=int(number("retention_days")),
        personal_hours=number("personal_hours"),
        trust_hours=number("trust_hours"),
        rescan_s=number("rescan_s"),
        poll_s=number("poll_s"),
        retry_longest_s=number("retry_longest_s"),
        allow_synced=bool(values["allow_synced"]),
    )


def _database_url(name: str, text: str, folder: Path) -> str:
    """Return the address that SQLAlchemy takes; a plain name is an SQLite file in the workspace."""
    scheme, mark, rest = text.partition("://")
    if not mark:
        return f"sqlite:///{folder / text}"
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return f"sqlite:///{folder / rest.removeprefix('/')}"
    if scheme in {"postgresql", "postgres", "postgresql+psycopg"} and rest:
        return f"postgresql+psycopg://{rest}"
    raise SettingsFault(f"The setting {name} must be {DATABASE_RULE}. Nothing was done.")
