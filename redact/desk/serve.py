"""Run the desk until it is told to stop.

Threat: the desk is reached from other machines without encryption; addresses of callers are forged by a header.
Rule: it listens where address.py allows; forwarded headers are believed from this machine's own proxy alone.  There is
no log of requests: addresses of pages hold ids, and what matters stands in the audit log.
Accepted residue: none that is known.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Final

import uvicorn

from redact.desk.address import Address
from redact.desk.app import make_app
from redact.desk.visit import Desk
from redact.errors import RedactError
from redact.posts.releasing.tending import tending
from redact.system.machine import take_port_alone

STOP_S: Final = 5  # seconds that requests under way are waited for when the desk is told to stop
_MOST_AT_ONCE: Final = 200  # connections; a school's people have ten pages open


def serve(desk: Desk, ready: Callable[[], None], stop: threading.Event) -> None:
    """Serve until `stop` is set or the process is told to end.

    Args:
        desk: made.
        ready: called when it answers.
        stop: ends it.

    Raises:
        RedactError: it cannot listen there, or the certificate cannot be used.
    """
    with listening(desk.address) as listener, tending(desk.workspace):
        server = _Server(_config(desk))
        asyncio.run(_run(server, listener, ready, stop))


class _Server(uvicorn.Server):
    """A server that leaves signals to the program: the one that it came with raises them once more at its end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def _run(
    server: uvicorn.Server, listener: socket.socket, ready: Callable[[], None], stop: threading.Event
) -> None:
    serving = asyncio.ensure_future(server.serve([listener]))
    while not server.started and not serving.done():
        await asyncio.wait([serving], timeout=0.01)
    if server.started:
        ready()
    while not serving.done():
        if stop.is_set():
            server.should_exit = True
        await asyncio.wait([serving], timeout=0.2)
    await serving


def _config(desk: Desk) -> uvicorn.Config:
    address = desk.address
    try:
        config = uvicorn.Config(
            make_app(desk),
            lifespan="off",
            log_level=logging.WARNING,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1",
            limit_concurrency=_MOST_AT_ONCE,
            timeout_graceful_shutdown=STOP_S,
            ssl_certfile=address.certificate,
            ssl_keyfile=address.key,
        )
        config.load()
    except OSError as error:  # ssl's errors are such
        raise RedactError(
            f"The certificate or its key cannot be used: {(error.strerror or type(error).__name__).lower()}. See "
            "desk_certificate and desk_key in redact.toml"
        ) from error
    return config


@contextlib.contextmanager
def listening(address: Address) -> Iterator[socket.socket]:
    """Give the socket that the desk is asked at, bound; it is closed at the end.

    Raises:
        RedactError: it cannot listen there.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    # The protocol by name: the event loop lets small answers go at once (TCP_NODELAY) only on sockets that say they are
    # TCP.  Without it each page waited 40 ms for the other side's delayed acknowledgement of its head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        take_port_alone(listener)
        listener.bind((address.host, address.port))
    except OSError as error:
        listener.close()
        raise RedactError(
            f"The desk cannot listen at {address.host}, port {address.port}: "
            f"{(error.strerror or 'unknown reason').lower()}. Is it running already? Else choose another desk_port"
        ) from error
    with listener:
        yield listener
