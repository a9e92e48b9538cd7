"""What the desk is asked at: small answers go at once."""

from __future__ import annotations

import asyncio
import socket

from redact.desk.address import Address
from redact.desk.serve import listening


def test_an_answer_does_not_wait_for_the_acknowledgement_of_its_head() -> None:
    """The event loop sets TCP_NODELAY by what a socket says that it is; where it does not, a page takes 40 ms more."""

    async def is_quick(listener: socket.socket) -> bool:
        seen: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted = writer.get_extra_info("socket")
            seen.set_result(bool(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
            writer.close()

        async with await asyncio.start_server(note, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname()[:2])
            found = await seen
            writer.close()
            return found

    with listening(Address("http://localhost", "127.0.0.1", 0)) as listener:
        assert asyncio.run(is_quick(listener))
