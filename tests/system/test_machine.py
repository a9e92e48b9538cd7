"""What differs by operating system, as far as it can be tried on this one."""

from __future__ import annotations

import socket
import sys
from unittest.mock import Mock

import pytest

from redact.system.machine import take_port_alone


@pytest.mark.parametrize(("platform", "option"), [("win32", "SO_EXCLUSIVEADDRUSE"), ("linux", "SO_REUSEADDR")])
def test_no_second_program_listens_at_our_port(platform: str, option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", -5, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    listener = Mock(spec=socket.socket)
    take_port_alone(listener)
    listener.setsockopt.assert_called_once_with(socket.SOL_SOCKET, getattr(socket, option), 1)


def test_a_port_that_is_taken_is_taken() -> None:
    with socket.socket() as first, socket.socket() as second:
        for each in (first, second):
            take_port_alone(each)
        first.bind(("127.0.0.1", 0))
        first.listen()
        with pytest.raises(OSError, match="in use"):
            second.bind(first.getsockname())
