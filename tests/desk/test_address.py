"""Where the desk may listen: loopback, or with a certificate; everything else is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from redact.desk.address import check_address
from redact.errors import UsageError

PEM = Path("desk.pem")


@pytest.mark.parametrize(
    ("url", "host", "certificate", "netloc"),
    [
        (None, "127.0.0.1", None, "localhost:8470"),
        (None, "::1", None, "localhost:8470"),
        ("http://localhost:8470", "127.0.0.1", None, "localhost:8470"),
        ("https://desk.oak.example", "127.0.0.1", None, "desk.oak.example"),
        ("https://desk.oak.example/", "0.0.0.0", PEM, "desk.oak.example"),  # noqa: S104
        ("https://desk.oak.example:8470", "10.0.0.5", PEM, "desk.oak.example:8470"),
    ],
)
def test_allowed(url: str | None, host: str, certificate: Path | None, netloc: str) -> None:
    assert check_address(url, host, 8470, certificate, certificate).netloc == netloc


@pytest.mark.parametrize(
    ("url", "host", "certificate", "key"),
    [
        (None, "0.0.0.0", None, None),  # noqa: S104
        (None, "10.0.0.5", None, None),
        (None, "desk.oak.example", None, None),
        ("http://desk.oak.example", "127.0.0.1", None, None),
        ("http://desk.oak.example", "10.0.0.5", PEM, PEM),
        ("http://localhost:8470", "127.0.0.1", PEM, PEM),
        ("https://desk.oak.example/desk", "127.0.0.1", None, None),
        ("https://user@desk.oak.example", "127.0.0.1", None, None),
        ("https://desk.oak.example:port", "127.0.0.1", None, None),
        ("desk.oak.example", "127.0.0.1", None, None),
        ("ftp://desk.oak.example", "127.0.0.1", None, None),
        (None, "127.0.0.1", PEM, None),
        (None, "127.0.0.1", None, PEM),
    ],
)
def test_refused(url: str | None, host: str, certificate: Path | None, key: Path | None) -> None:
    with pytest.raises(UsageError, match="Nothing was started"):
        check_address(url, host, 8470, certificate, key)
