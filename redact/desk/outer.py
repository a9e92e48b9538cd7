"""What every request and answer passes, whatever the page: the right host, a limit on size, the headers.

Threat: another site frames the desk, runs a script in it, reads it under a name of its own (DNS rebinding), or fills
the memory; a browser or proxy keeps a picture of a child.
Rule: the headers below stand on every answer, those of errors too.  Nothing may be kept but the static files.  A
request for another host, or with a larger body than a form has, is refused before anything reads it.
Accepted residue: what a browser keeps in its memory while a tab is open; in its storage, while it is, places that were
drawn and not sent (static/unsent.js).
"""

from __future__ import annotations

from html import escape
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from redact.desk.address import Address

FORM_BYTES: Final = 64 * 1024  # the largest form, with a key file, has 10,000; desk.md, section 5
TOO_LARGE: Final = ("That is too large", "No form of the desk is as large. Nothing was done.")
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS: Final = {
    "content-security-policy": CSP,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "same-origin",  # no-referrer makes browsers send "Origin: null" with every form
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}
_A_YEAR_S: Final = 31_536_000


def bare_page(status: int, heading: str, advice: str, back: str = "/") -> Response:
    """Return a page that needs no session and no template: of an address that is none, of a fault of the program.

    Args:
        status: of the answer.
        heading: what happened.
        advice: what to do; swap.js shows it where a form was answered.
        back: where one begins again.
    """
    page = (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(heading)} \N{EN DASH} Photo desk</title><link rel="icon" href="/static/icon.svg">'
        '<link rel="stylesheet" href="/static/desk.css"></head><body class="narrow">'
        f'<header class="top"><a class="brand" href="{escape(back)}">Photo desk</a></header><main id="main">'
        f'<h1>{escape(heading)}</h1><p id="advice">{escape(advice)}</p>'
        f'<p class="row"><a class="button main" href="{escape(back)}">Your tasks</a></p></main></body></html>\n'
    )
    return HTMLResponse(page, status)


class Outer:
    """The desk's application, guarded."""

    def __init__(self, app: ASGIApp, address: Address) -> None:
        """Take what is guarded, and the one address it is reached under."""
        self._app, self._address = app, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        answer = _Headed(send, scope, self._address)
        if refusal is not None:
            await refusal(scope, receive, answer)
            return
        await self._app(scope, _Limited(receive), answer)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") != [self._address.netloc]:
            advice = f"The desk is at {self._address.url} and answers to no other address."
            return bare_page(421, "The desk is elsewhere", advice, f"{self._address.url}/")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > FORM_BYTES:
            return bare_page(413, *TOO_LARGE)
        return None


class _Limited:
    """A request's body, as far as a form goes."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._left = receive, FORM_BYTES

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413)  # the inner application answers it
        return message


class _Headed:
    """An answer with our headers."""

    def __init__(self, send: Send, scope: Scope, address: Address) -> None:
        self._send, self._address = send, address
        self._may_be_kept = scope["path"].startswith("/static/")

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(_HEADERS)
            if not (self._may_be_kept and message["status"] in {200, 304}):
                headers["cache-control"] = "no-store"
            if self._address.is_encrypted:
                headers["strict-transport-security"] = f"max-age={_A_YEAR_S}"
        await self._send(message)
