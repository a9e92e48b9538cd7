"""redact.toml: read into Settings, and printed from them with every reason.

The environment wins where a setting has a twin there, for that may hold a password; no value is repeated in a fault,
for the same reason.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic.dataclasses import is_pydantic_dataclass
from pydantic.fields import FieldInfo

from redact.workspace.folders import check_folders_apart
from redact.workspace.settings.rules import Rule, Twin
from redact.workspace.settings.values import FILE, Settings, SettingsFault

MAX_FILE_BYTES = 256 * 1024  # ours has 5,000; a wrong file is not read whole
_WIDTH = 110  # characters of a comment's line
#: Former names, which are still read, with a warning, until the next release; and what they are called now.
FORMER_NAMES = {"copies": "checkpoint_mirrors"}

assert is_pydantic_dataclass(Settings)
SETTINGS: Mapping[str, FieldInfo] = {name: f for name, f in Settings.__pydantic_fields__.items() if name != "folder"}


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
        SettingsFault: a setting is missing, unknown or does not fit, or two folders do not lie apart.
    """
    found = _parse(text)
    given = {_name_now(name, found, text): value for name, value in found.items()}
    twins = dict(_twins(os.environ if environment is None else environment))
    settings = _settings(folder, given, twins, text)
    check_folders_apart(settings.folders_apart, settings.sqlite_files)
    return settings


def read_text(folder: Path) -> str:
    """Return the text of a workspace's redact.toml.

    Raises:
        SettingsFault: there is none, or it cannot be read.
    """
    return _read(folder.resolve())


def change_setting(text: str, name: str, value: object) -> str:
    """Return the text of redact.toml with another value of one setting that stands on a line of its own.

    What else stands there stays, comments too.  A setting that the file does not have yet takes the place of its
    default, which stands there as a comment, or comes at the end.

    Raises:
        SettingsFault: the text cannot be read as settings.
    """
    found = _parse(text)
    lines, line = text.splitlines(), f"{name} = {_spell(value)}"
    number = _line_of(name, text) if name in found else None
    if number is None:
        number = next((at for at, each in enumerate(lines, 1) if re.match(rf"#\s*{re.escape(name)}\s*=", each)), None)
    if number is None:
        lines.append(line)
    else:
        lines[number - 1] = line
    changed = "\n".join(lines) + "\n"
    if _parse(changed) != {**found, name: value}:  # written over several lines, or below a heading
        raise SettingsFault(f"{FILE}: {name} cannot be changed by a program as it stands there. Write: {line}")
    return changed


def find_former_names(folder: Path) -> tuple[str, ...]:
    """Return a sentence for each former name in the redact.toml of a workspace, to be printed by doctor and init.

    Raises:
        SettingsFault: there is none, or it cannot be read.
    """
    text = _read(folder.resolve())
    return tuple(
        f"{FILE}{_at(_line_of(name, text))}: {name} is now called {FORMER_NAMES[name]}; the former name is still "
        "read, and will not be by the next release"
        for name in _parse(text)
        if name in FORMER_NAMES
    )


def print_settings(chosen: Mapping[str, object]) -> str:
    """Return the text of redact.toml: every setting with its reason; those that `chosen` leaves out as a comment.

    Args:
        chosen: values by name, as they would stand in the file: text, numbers, lists of text.

    Raises:
        SettingsFault: a value does not fit.
    """
    for name in chosen:
        _check_known(name, "")
    _settings(Path(), dict(chosen), {}, "")
    head = (
        "# The settings of this workspace.  A line that begins with # is a default; to change it, remove the # and "
        "edit.\n"
        "# Relative folders are relative to the folder of this file.  `redact doctor` checks the workspace.\n"
    )
    return head + "".join(_print_one(name, field, chosen) for name, field in SETTINGS.items())


# -- reading --


def _read(folder: Path) -> str:
    path = folder / FILE
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        why = f"The folder {folder} is no workspace: it holds no {FILE}."
        raise SettingsFault(
            f"{why if folder.is_dir() else f'There is no folder {folder}.'} Name the workspace with --workspace FOLDER "
            "(or REDACT_WORKSPACE), or make one: redact init FOLDER"
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


def _name_now(name: str, found: Mapping[str, object], text: str) -> str:
    """Return the name of a setting that the file has, as it is called now."""
    now = FORMER_NAMES.get(name, name)
    if now != name and now in found:
        raise SettingsFault(
            f"{FILE}{_at(_line_of(name, text))}: {name} is the former name of {now}, which is set as well. Remove one "
            "of the two lines. Nothing was done."
        )
    _check_known(now, text)
    return now


def _check_known(name: str, text: str) -> None:
    if name not in SETTINGS:
        near = difflib.get_close_matches(name, SETTINGS, 1)
        hint = f"did you mean {near[0]}?" if near else f"settings are: {', '.join(SETTINGS)}."
        where = f"{FILE}{_at(_line_of(name, text))}"
        raise SettingsFault(f"{where}: there is no setting {name[:40]!r}; {hint} Nothing was done.")


def _twins(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the settings that the environment holds; an empty variable holds none."""
    for name, field in SETTINGS.items():
        twin = _twin_of(field)
        if twin is not None and environment.get(twin):
            yield name, environment[twin]


def _settings(folder: Path, given: Mapping[str, object], twins: Mapping[str, object], text: str) -> Settings:
    values: dict[str, object] = {**given, **twins}
    try:
        return Settings(folder=folder, **values)  # type: ignore[arg-type]  # that they fit is what the model checks
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = str(fault["loc"][0])
    rule = _rule_of(SETTINGS[name])
    if fault["type"] in {"missing", "missing_argument"}:
        raise SettingsFault(f"{FILE} lacks the setting {name}; add a line: {name} = {rule}.")
    if name in twins:
        raise SettingsFault(f"The variable {_twin_of(SETTINGS[name])} must be {rule}. Nothing was done.")
    where = f"{FILE}{_at(_line_of(name, text))}"
    raise SettingsFault(f"{where}: {name} must be {rule}. Nothing was done.")


def _at(line: int | None) -> str:
    return "" if line is None else f", line {line}"


def _line_of(name: str, text: str) -> int | None:
    """Return the line on which `name`, or its former name, is set, for the reader's eye."""
    names = "|".join(re.escape(each) for each in (name, *(old for old, now in FORMER_NAMES.items() if now == name)))
    pattern = re.compile(rf"""\s*\[*\s*["']?(?:{names})["']?\s*[=.\]]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), None)


# -- what a field says --


def _rule_of(field: FieldInfo) -> str:
    """Return what fits, as the end of "must be ..."."""
    for known in field.metadata:
        if isinstance(known, Rule):
            return known.text
    if field.annotation is bool:
        return "true or false"
    least = next(limit.ge for limit in field.metadata if hasattr(limit, "ge"))
    most = next(limit.le for limit in field.metadata if hasattr(limit, "le"))
    return f"a {'number' if field.annotation is float else 'whole number'} from {least} to {most}"


def _twin_of(field: FieldInfo) -> str | None:
    return next((known.variable for known in field.metadata if isinstance(known, Twin)), None)


# -- printing --


def _print_one(name: str, field: FieldInfo, chosen: Mapping[str, object]) -> str:
    is_chosen = name in chosen
    default = field.default if field.examples is None else field.examples[0]
    shown = chosen[name] if is_chosen else default
    reason = textwrap.wrap(field.description or "", _WIDTH, break_long_words=False, break_on_hyphens=False)
    comment = "".join(f"# {line}\n" for line in reason)
    return f"\n{comment}{'' if is_chosen else '#'}{name} = {_spell(shown)}\n"


def _spell(value: object) -> str:
    """Spell a value in TOML; JSON's spelling of text, numbers, booleans and lists of them is TOML's too (toml.io 1.0).

    DEL is the one exception, and rules.py lets no control character through.
    """
    return json.dumps(value, ensure_ascii=False)
