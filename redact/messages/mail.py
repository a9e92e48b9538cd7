"""Hand a message to the trust's own mail server.

Threat: the password or a message crosses a network in the clear; a stranger's server is taken for the trust's; a
server that says nothing holds the watcher up; what a server answers ends up in a log with an address in it.
Rule: TLS with a certificate that this machine knows, or the one of smtp_ca, and the server's name in it; in the clear
to this machine alone.  The password comes from the environment and is offered inside TLS only.  One session sends
several messages, with a limit of time for the whole.  Of an answer only its code is kept.
Accepted residue: what the mail server does with a message; a session that hangs is left behind in its thread.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Final

from redact.errors import RedactError
from redact.messages.words import Text
from redact.system.time_limit import TimeLimit
from redact.workspace.settings import FILE
from redact.workspace.settings.mail_server import PASSWORD, Server
from redact.workspace.settings.rules import SmtpSecurity

ANSWER_S: Final = 20.0  # seconds that each answer of the server may take
SESSION_S: Final = 60.0  # seconds of a whole session; other periodic tasks wait behind it, and a sign of life lasts 120


class MailFault(RedactError):
    """A message was not handed over; it is tried again."""

    def __init__(self, why: str, *, is_of_server: bool) -> None:
        """Say why; `is_of_server`: no other message would go either."""
        super().__init__(why)
        self.is_of_server = is_of_server


#: Hands one message over, within a session.
Send = Callable[[str, Text], None]


class Post:
    """Sessions with one mail server; safe to share between threads."""

    def __init__(self, server: Server, now: Callable[[], datetime], session_s: float = SESSION_S) -> None:
        """Take the server, the clock for the header Date, and the seconds of one session."""
        self._server, self._now = server, now
        self._limit = TimeLimit(session_s)

    def session(self, act: Callable[[Send], None]) -> None:
        """Open a session and do `act` in it, within the limit.

        Raises:
            MailFault: the server is away, refuses, or takes too long; what `act` sent was sent.
        """
        try:
            self._limit.call(lambda: self._session(act))
        except TimeoutError as error:
            raise MailFault("The mail server takes too long to answer.", is_of_server=True) from error

    def _session(self, act: Callable[[Send], None]) -> None:
        with _translated(self._server), _connected(self._server) as smtp:
            act(lambda to, text: self._send(smtp, to, text))

    def _send(self, smtp: smtplib.SMTP, to: str, text: Text) -> None:
        message = compose(self._server.sender, to, text, self._now())
        try:
            smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({code for code, _ in error.recipients.values()})
            raise MailFault(f"The mail server refuses that address (answer {codes[0]}).", is_of_server=False) from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            is_gone = error.smtp_code == 421  # it closes the session, RFC 5321, 3.8
            raise MailFault(
                f"The mail server refuses the message (answer {error.smtp_code}).", is_of_server=is_gone
            ) from None


def compose(sender: str, to: str, text: Text, now: datetime) -> EmailMessage:
    """Return a message as it goes over the wire: plain text alone."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, text.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office note comes back
    message.set_content(text.body)
    return message


@contextlib.contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    if server.security is SmtpSecurity.TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=ANSWER_S, context=server.context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=ANSWER_S)
    with smtp:
        if server.security is SmtpSecurity.STARTTLS:
            smtp.starttls(context=server.context)
        if server.user is not None:
            smtp.login(server.user, server.password)
        yield smtp


@contextlib.contextmanager
def _translated(server: Server) -> Iterator[None]:
    """Turn what smtplib raises outside of one message into a sentence."""
    where = f"The mail server {server.host}, port {server.port},"
    try:
        yield
    except ssl.SSLCertVerificationError:
        why = f"{where} shows a certificate that this machine does not trust. See smtp_ca in {FILE}"
        raise MailFault(why, is_of_server=True) from None
    except smtplib.SMTPNotSupportedError:
        raise MailFault(f"{where} does not offer what is asked: encryption or a login.", is_of_server=True) from None
    except smtplib.SMTPAuthenticationError as error:
        why = f"{where} refuses smtp_user or {PASSWORD} (answer {error.smtp_code})."
        raise MailFault(why, is_of_server=True) from None
    except smtplib.SMTPResponseException as error:
        raise MailFault(f"{where} refuses (answer {error.smtp_code}).", is_of_server=True) from None
    except smtplib.SMTPServerDisconnected:
        raise MailFault(f"{where} ended the conversation.", is_of_server=True) from None
    except TimeoutError:
        raise MailFault(f"{where} takes too long to answer.", is_of_server=True) from None
    except (OSError, smtplib.SMTPException) as error:
        why = (getattr(error, "strerror", None) or type(error).__name__).lower()
        raise MailFault(f"{where} cannot be reached: {why}.", is_of_server=True) from None
