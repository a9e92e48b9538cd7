"""The trust's own mail server, as settings and environment name it.

Threat: the password for it lies in a file, or crosses a network in the clear.
Rule: it stands in the environment alone; without encryption the server must be this machine.
Accepted residue: who can read the environment of the process has the password.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from redact.workspace.settings import FILE, Settings, SettingsFault
from redact.workspace.settings.rules import SmtpSecurity

PASSWORD: Final = "REDACT_SMTP_PASSWORD"  # noqa: S105  the variable's name
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Server:
    """Where messages are handed over."""

    host: str
    port: int
    security: SmtpSecurity
    user: str | None
    password: str
    sender: str
    context: ssl.SSLContext | None  # None: in the clear, to this machine


def server_of(settings: Settings, environment: Mapping[str, str] | None = None) -> Server | None:
    """Return the mail server that the settings name; None where messages are off.

    Raises:
        SettingsFault: they do not belong together, or the file of smtp_ca is none.
    """
    if settings.smtp_host is None:
        return None
    if settings.smtp_from is None:
        raise SettingsFault(f"{FILE}: smtp_host is set, and smtp_from is missing: the address that messages come from.")
    password = (os.environ if environment is None else environment).get(PASSWORD, "")
    if settings.smtp_security is SmtpSecurity.NONE and settings.smtp_host not in _LOOPBACK:
        raise SettingsFault(
            f'{FILE}: smtp_security = "none" is for a mail server on this machine alone (localhost): messages and the '
            "password would cross the network in the clear."
        )
    if (settings.smtp_user is None) is not (password == ""):
        raise SettingsFault(
            f"{FILE}: smtp_user and the password in the environment ({PASSWORD}) belong together; one is missing."
        )
    return Server(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        password,
        settings.smtp_from,
        None if settings.smtp_security is SmtpSecurity.NONE else _context(settings),
    )


def _context(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=None if settings.smtp_ca is None else str(settings.smtp_ca))
    except (OSError, ssl.SSLError) as error:
        raise SettingsFault(f"{FILE}: smtp_ca is not a file of certificates that can be read.") from error
