"""Where the desk is reached, and where it listens.

Threat: passwords and pictures of children cross a network in the clear; a page of another site reaches the desk by
letting its own name point at this machine (DNS rebinding).
Rule: the desk listens on this machine alone, or with a certificate.  Everybody reaches it under one address, desk_url,
which is https unless it is this machine's own; a request for any other host is refused.
Accepted residue: between a proxy on this machine and the desk nothing is encrypted.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from redact.errors import UsageError


@dataclass(frozen=True, slots=True)
class Address:
    """One checked address."""

    url: str  # "https://desk.oak.example", without a slash at the end
    host: str  # where it listens
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def netloc(self) -> str:
        """What the header Host must be."""
        return urlsplit(self.url).netloc

    @property
    def is_encrypted(self) -> bool:
        """Whether browsers reach it by https."""
        return self.url.startswith("https://")


def check_address(url: str | None, host: str, port: int, certificate: Path | None, key: Path | None) -> Address:
    """Return the address that the settings give.

    Args:
        url: what people type; this machine's own address when not given.
        host: where to listen.
        port: 1 to 65535.
        certificate: a file, PEM.
        key: its private key, PEM.

    Raises:
        UsageError: it would send passwords in the clear, or is no address.
    """
    if (certificate is None) != (key is None):
        raise UsageError("desk_certificate and desk_key belong together; one of them is missing. Nothing was started.")
    if not is_loopback(host) and certificate is None:
        raise UsageError(
            f"desk_host {host} is reached from other machines, and no certificate is set: passwords would be sent in "
            "the clear. Set desk_certificate and desk_key; or keep desk_host at 127.0.0.1, behind a proxy with https "
            "on this machine. Nothing was started."
        )
    scheme = "http" if certificate is None else "https"
    url = (url or f"{scheme}://localhost:{port}").rstrip("/")
    _check_url(url, has_certificate=certificate is not None)
    return Address(url, host, port, certificate, key)


def _check_url(url: str, *, has_certificate: bool) -> None:
    parts = urlsplit(url)
    try:
        is_address = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        is_address = False
    if not is_address or parts.path or parts.query or parts.fragment or parts.username is not None:
        raise UsageError(
            'desk_url must be what people type, "https://desk.oak.example", with nothing behind. Nothing was started.'
        )
    if parts.scheme == "http" and (has_certificate or not is_loopback(parts.hostname or "")):
        raise UsageError(
            "desk_url must begin with https, for passwords would be sent in the clear. Only this machine's own "
            "address, http://localhost, may do without. Nothing was started."
        )


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, seen from itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
