"""A real mail server on this machine, that takes, refuses or dawdles as a test says."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.rigs.browser import free_port
from tests.rigs.waiting import LONGEST_S


@dataclass
class Mailbox:
    """What arrived, and how the server answers the next message."""

    port: int
    taken: list[Message] = field(default_factory=list)
    answer: str = "250 Taken"
    rcpt: str = "250 OK"
    pause_s: float = 0.0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        import asyncio

        await asyncio.sleep(self.pause_s)
        if self.answer.startswith("2"):
            self.taken.append(message_from_bytes(envelope.content, policy=default))
        return self.answer

    @property
    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for message in self.taken]


@contextlib.contextmanager
def open_mailbox(certificate: Path | None = None, *, password: str = "", is_tls: bool = False) -> Iterator[Mailbox]:
    """Run a server; with a certificate it offers STARTTLS (or speaks TLS from the beginning)."""
    mailbox = Mailbox(free_port())
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))

    def log_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password.decode() == password, handled=False)

    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": mailbox.port, "ready_timeout": LONGEST_S}
    if context is not None:
        options |= {"ssl_context": context} if is_tls else {"tls_context": context, "require_starttls": True}
    if password:
        options |= {"authenticator": log_in, "auth_required": True}
    controller = Controller(mailbox, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def make_certificate(folder: Path, name: str = "localhost") -> Path:
    """Make a self-signed certificate, its key beside it."""
    path = folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(path.with_suffix(".key")), "-out", str(path)],
        check=True, capture_output=True,
    )  # fmt: skip
    return path
