"""Every setting of redact.toml, with its default and its reason: the one table, read by and printed from.

The parser (redact/workspace/settings.py) checks by it and the commented file is printed from it, so that the two
cannot drift.
"""

from __future__ import annotations

import difflib
import json
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from redact.audit.checkpoint import is_origin
from redact.audit.kinds import ID
from redact.errors import UsageError
from redact.redaction.values import Style

FILE = "redact.toml"


class SettingsFault(UsageError):
    """redact.toml, or its twin in the environment, cannot be worked with; nothing was done."""


_Check = Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of redact.toml."""

    name: str
    default: object  # None: there is none; see `is_required`
    reason: str
    rule: str  # what fits, for errors
    fits: _Check
    is_required: bool = False
    twin: str | None = None  # environment variable that wins over the file
    example: object = None  # for a setting whose default is nothing


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _is_number(least: float, most: float, *, whole: bool = False) -> _Check:
    def fits(value: object) -> bool:
        kinds = (int,) if whole else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool) and least <= value <= most

    return fits


def _is_list_of(fits: _Check, least: int) -> _Check:
    return lambda value: isinstance(value, list) and len(value) >= least and all(fits(item) for item in value)


_FOLDER = "a folder in quotes"
DATABASE_RULE = 'a file name, or "postgresql://user@server/database"'

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "origin",
        None,
        "The name of this workspace's record; it is signed into every checkpoint and must never change.",
        "a name in quotes of 1 to 100 ASCII characters without space and +",
        lambda value: isinstance(value, str) and is_origin(value),
        is_required=True,
    ),
    Setting(
        "database_url",
        "redact.db",
        "Where the state and the audit log are kept: an SQLite file serves one machine, PostgreSQL serves many. "
        "Give an "
        "address with a password in the environment (REDACT_DATABASE_URL), not here.",
        DATABASE_RULE,
        _is_text,
        twin="REDACT_DATABASE_URL",
    ),
    Setting(
        "engine_url",
        "engine.db",
        "Where the workflow engine remembers its steps; apart from the audit log, so that neither waits for the other.",
        DATABASE_RULE,
        _is_text,
        twin="REDACT_ENGINE_URL",
    ),
    Setting(
        "quarantine",
        "quarantine",
        "Plain originals on their way; a photo lies here for seconds, or until a person has decided.",
        _FOLDER,
        _is_text,
    ),
    Setting("vault", "vault", "Originals, sealed to the reviewer's and the recovery key.", _FOLDER, _is_text),
    Setting(
        "trust",
        "trust",
        "Trust storage, where redacted copies end: a folder (a mounted share too), s3://bucket/prefix or "
        "az://container/prefix.",
        "a folder, or an address that begins with s3:// or az://",
        lambda value: _is_text(value) and re.match(r"(s3|az)://[^/]|(?!.*://)", str(value)) is not None,
    ),
    Setting(
        "allow_synced",
        default=False,
        reason="true opens the workspace although a service (OneDrive, Dropbox ...) copies originals or keys "
        "elsewhere: what is deleted here then lives on there. For a workspace that is only tried out, or a folder "
        "that is "
        "wrongly taken for a synced one.",
        rule="true or false",
        fits=lambda value: isinstance(value, bool),
    ),
    Setting("outbox", "outbox", "Approved copies, ready to be posted.", _FOLDER, _is_text),
    Setting("keys", "keys", "The keys of this machine; its user's alone.", _FOLDER, _is_text),
    Setting(
        "copies",
        ["checkpoints"],
        "Checkpoint mirrors of the audit log: the signed heads are copied here after every entry. Choose a folder "
        "on another "
        "machine that people with access to the database cannot change.",
        'a list of folders, ["..."]',
        _is_list_of(_is_text, 0),
    ),
    Setting(
        "ingest",
        [],
        "Folders in which everything should be a registered device: the folder of the drop folders, or where the "
        "system mounts cards. A sub-folder of no registered device is reported, and nothing in it is opened.",
        'a list of folders, ["..."]',
        _is_list_of(_is_text, 0),
    ),
    Setting(
        "purposes",
        ["website", "social-media"],
        "What the copies are for; a face is shown only with a consent on record for every one of them.",
        'a list of at least one purpose in lower-case letters, digits and hyphens, ["website"]',
        _is_list_of(lambda value: isinstance(value, str) and ID.accepts(value), 1),
    ),
    Setting(
        "shows_faces",
        default=True,
        reason="false covers everyone, whatever the register says (advice of the Early Warning Working Group).",
        rule="true or false",
        fits=lambda value: isinstance(value, bool),
    ),
    Setting(
        "style",
        "soft",
        'How covers look: "soft" or "solid". Both are computed without the pixels under them.',
        '"soft" or "solid"',
        lambda value: value in {style.value for style in Style},
    ),
    Setting(
        "max_side_px",
        2048,
        "Long side of a copy, pixels: a face that was missed is then no portrait.",
        "a whole number from 64 to 16384",
        _is_number(64, 16_384, whole=True),  # as `redact photo --max-side`
    ),
    Setting(
        "workers",
        None,
        "Photos under way at once; without this line one a processor.",
        "a whole number from 1 to 64",
        _is_number(1, 64, whole=True),
        example=2,
    ),
    Setting(
        "retention_days",
        30,
        "Sealed originals are destroyed this many days after the decision; a wrong cover can be lifted until then.",
        "a whole number from 1 to 3650",
        _is_number(1, 3650, whole=True),
    ),
    Setting(
        "personal_hours",
        24.0,
        "A photo still on a personal device after this many hours is overdue (policy: delete at once after upload).",
        "a number from 0 to 8760",
        _is_number(0, 8760),
    ),
    Setting(
        "trust_hours", 168.0, "The same for the trust's own devices.", "a number from 0 to 8760", _is_number(0, 8760)
    ),
    Setting(
        "rescan_s",
        180.0,
        "Seconds between full looks through every device: what a lost notification did not tell is found then.",
        "a number from 5 to 86400",
        _is_number(5, 86_400),
    ),
    Setting(
        "poll_s",
        10.0,
        "Seconds between looks where the system gives no notifications (network shares).",
        "a number from 1 to 3600",
        _is_number(1, 3600),
    ),
    Setting(
        "retry_longest_s",
        600.0,
        "A photo that waits (disk full, share gone) is tried again after 5, 10, 20 ... seconds, at most this many.",
        "a number from 1 to 86400",
        _is_number(1, 86_400),
    ),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


def check_setting(name: str, value: object, line: int | None) -> None:
    """Check one setting by its row.

    Args:
        name: as in redact.toml.
        value: as read from there.
        line: where it stands, None where it stands in no file yet.

    Raises:
        SettingsFault: there is no such setting, or the value does not fit.
    """
    where = FILE if line is None else f"{FILE}, line {line}"
    setting = BY_NAME.get(name)
    if setting is None:
        near = difflib.get_close_matches(name, BY_NAME, 1)
        hint = f"did you mean {near[0]}?" if near else "settings are: " + ", ".join(BY_NAME)
        raise SettingsFault(f"{where}: there is no setting {name[:40]!r}; {hint} Nothing was done.")
    if not setting.fits(value):
        raise SettingsFault(f"{where}: {name} must be {setting.rule}. Nothing was done.")


def print_settings(chosen: Mapping[str, object]) -> str:
    """Return the text of redact.toml: every setting with its reason; those that `chosen` leaves out as a comment.

    Args:
        chosen: values by name, as they would stand in the file: text, numbers, lists of text.

    Raises:
        SettingsFault: a value does not fit.
    """
    for name, value in chosen.items():
        check_setting(name, value, None)
    head = (
        "# The settings of this workspace.  A line that begins with # is a default; to change it, remove the # and "
        "edit.\n"
        "# Relative folders are relative to the folder of this file.  `redact doctor` checks the workspace.\n"
    )
    return head + "".join(_print_one(setting, chosen) for setting in SETTINGS)


def _print_one(setting: Setting, chosen: Mapping[str, object]) -> str:
    is_chosen = setting.name in chosen
    value = chosen[setting.name] if is_chosen else setting.default
    shown = setting.example if value is None else value
    reason = "".join(f"# {line}\n" for line in _wrapped(setting.reason))
    return f"\n{reason}{'' if is_chosen else '#'}{setting.name} = {_spell(shown)}\n"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 110, break_long_words=False, break_on_hyphens=False)


def _spell(value: object) -> str:
    """Spell a value in TOML; JSON's spelling of text, numbers, booleans and lists of them is TOML's too (toml.io 1.0).

    DEL is the one exception, and `_is_text` lets no control character through.
    """
    return json.dumps(value, ensure_ascii=False)
