"""What a setting may be: the check, and the end of the sentence "must be ..." that a person reads.

A check says only that a value does not fit: the value may hold a password, and no fault repeats it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Strict, ValidationInfo

from redact.audit.checkpoint import is_origin
from redact.audit.kinds import ID
from redact.redaction.values import LoneDoubtful, Style
from redact.store.trust.names import Part

#: One mailbox in plain letters; what begins a further header or address (spaces, commas, angle brackets) is none.
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")


def is_mailbox(text: str) -> bool:
    """Return whether a text is one e-mail address and nothing else."""
    return _MAILBOX.fullmatch(text) is not None


class SmtpSecurity(StrEnum):
    """How the way to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # a server on this machine alone


@dataclass(frozen=True, slots=True)
class Rule:
    """What fits, as the end of "must be ..."; numbers and switches say it by their limits."""

    text: str


@dataclass(frozen=True, slots=True)
class Twin:
    """The environment variable that wins over the file."""

    variable: str


def _text(given: object) -> object:
    """Refuse what is no text, or none that is seen; a path is an earlier check's result."""
    if not isinstance(given, Path) and not (isinstance(given, str) and given.strip() and given.isprintable()):
        raise ValueError
    return given


def _in_workspace(given: Path, info: ValidationInfo) -> Path:
    return Path(info.data["folder"] / given)


def _database(text: str, info: ValidationInfo) -> str:
    """Return the address that SQLAlchemy takes; a plain name is an SQLite file in the workspace."""
    scheme, mark, rest = text.partition("://")
    if not mark:
        return f"sqlite:///{info.data['folder'] / text}"
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return f"sqlite:///{info.data['folder'] / rest.removeprefix('/')}"
    if scheme in {"postgresql", "postgres", "postgresql+psycopg"} and rest:
        return f"postgresql+psycopg://{rest}"
    raise ValueError


def _storage(text: str, info: ValidationInfo) -> str:
    if not re.match(r"(s3|az)://[^/]|(?!.*://)", text):
        raise ValueError
    return text if "://" in text else str(info.data["folder"] / text)


def _origin(text: str) -> str:
    if not is_origin(text):
        raise ValueError
    return text


def _each_once(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    if len({*parts}) < len(parts):
        raise ValueError
    return parts


def _group(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]{0,64}", text):
        raise ValueError
    return text


def _id(text: str) -> str:
    if not ID.accepts(text):
        raise ValueError
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, LookupError):  # a folder of the list, or not in it
        raise ValueError from None
    return name


def _mailbox(text: str | None) -> str | None:
    if text is not None and not is_mailbox(text):
        raise ValueError
    return text


def _link(text: str | None) -> str | None:
    if text is not None and not (re.match(r"https?://[^/\s]", text) and text.isprintable() and " " not in text):
        raise ValueError
    return text


Folder = Annotated[Path, BeforeValidator(_text), AfterValidator(_in_workspace), Rule("a folder in quotes")]
Folders = Annotated[
    tuple[Annotated[Path, BeforeValidator(_text), AfterValidator(_in_workspace)], ...],
    Rule('a list of folders, ["..."]'),
]
Database = Annotated[
    str,
    BeforeValidator(_text),
    AfterValidator(_database),
    Rule('a file name, or "postgresql://user@server/database"'),
]
Switch = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]
Origin = Annotated[
    str, AfterValidator(_origin), Rule("a name in quotes of 1 to 100 ASCII characters without space and +")
]
Storage = Annotated[
    str,
    BeforeValidator(_text),
    AfterValidator(_storage),
    Rule("a folder, or an address that begins with s3:// or az://"),
]
Parts = Annotated[
    tuple[Part, ...],
    AfterValidator(_each_once),
    Rule('a list of some of "month", "school" and "event", each once'),
]
Group = Annotated[str, AfterValidator(_group), Rule("the name of a group of this machine, in quotes")]
Purposes = Annotated[
    tuple[Annotated[str, AfterValidator(_id)], ...],
    Rule('a list of at least one purpose in lower-case letters, digits and hyphens, ["website"]'),
]
Schools = Annotated[
    tuple[Annotated[str, AfterValidator(_id)], ...],
    Rule('a list of short names in lower-case letters, digits and hyphens, ["oak", "elm"]'),
]
Lines = Annotated[
    tuple[Annotated[str, BeforeValidator(_text)], ...],
    Rule('a list of lines, each in quotes, ["Registered office: ..."]'),
]
Zone = Annotated[str, AfterValidator(_zone), Rule('a name of the IANA time zone list in quotes, "Europe/London"')]
OptionalFile = Annotated[
    Annotated[Path, BeforeValidator(_text), AfterValidator(_in_workspace)] | None, Rule("a file name in quotes")
]
Look = Annotated[Style, Rule(f"one of {', '.join(Style)}, in quotes")]
LoneFaces = Annotated[LoneDoubtful, Rule('"maybe" or "cover"')]
Url = Annotated[
    str | None,
    BeforeValidator(lambda given: None if given is None else _text(given)),
    Rule('an address in quotes that begins with https://, "https://desk.oak.example"'),
]
Link = Annotated[
    str | None, AfterValidator(_link), Rule('an address in quotes that begins with https:// or http://, "https://..."')
]
Security = Annotated[SmtpSecurity, Rule(f"one of {', '.join(SmtpSecurity)}, in quotes")]
Server = Annotated[
    str | None, BeforeValidator(lambda given: None if given is None else _text(given)), Rule("a name in quotes")
]
Mailbox = Annotated[str | None, AfterValidator(_mailbox), Rule('an e-mail address in quotes, "photo-desk@oak.example"')]
Host = Annotated[str, BeforeValidator(_text), Rule('an address of this machine in quotes, "127.0.0.1"')]
