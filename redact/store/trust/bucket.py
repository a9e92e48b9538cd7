"""Trust storage in a bucket (S3 and what speaks it, Azure): create only, checked on the way, read back.

Threat: an object that was there is replaced; bytes are lost or changed on the way and "stored" is said; keys end up
in a settings file or a message; pictures travel unencrypted, or to a host that nobody chose.
Rule: objects are made with "only if there is none", with a SHA-256 that the store checks, and are read back whole.
Keys come from the environment alone: without them nothing is asked, so no metadata service either.  Without
encryption only this very machine may be spoken to (a MinIO for tests, a gateway).  Every refusal is reported in our
words.  A bucket carries a marker with the workspace's id, written with the first copy that comes there: another
workspace's is not worked in.
Residue: a store that ignores "only if there is none" (old S3 look-alikes) replaces in the moment between our look and
our write; names are made from the content, so what it replaces is its equal.  A bucket that was emptied and one that
never held anything look alike; so does one that a former version filled, until a copy comes.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from redact.errors import UsageError
from redact.store.trust.faults import MARKER_NAME, MOST_COPY_BYTES, TrustFault, check_name
from redact.store.trust.names import FOR_USE

if TYPE_CHECKING:  # takes 0.06 s to import, and most workspaces keep their copies in a folder
    from obstore.store import AzureStore, ClientConfig, RetryConfig, S3Store

    Store = S3Store | AzureStore

_ADDRESS = re.compile(
    r"(?P<scheme>s3|az)://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?P<prefix>(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)/?"
)
_CONNECT = timedelta(seconds=4)  # a host in the same country answers within 0.1; together with the retry under 15
_ASK = timedelta(seconds=6)  # to say whether there is an object; a silent store is given up after twice that
_MOVE = timedelta(seconds=60)  # to bring or fetch one: 8 MB at 1.1 Mbit/s, a poor uplink
_RETRIES, _RETRY_WITHIN = 1, timedelta(seconds=8)  # passing faults are tried again by the steps, later and visibly
_S3_KEYS = (("AWS_ACCESS_KEY_ID",), ("AWS_SECRET_ACCESS_KEY",))
_AZURE_KEYS = (
    ("AZURE_STORAGE_ACCOUNT_NAME",),
    (
        "AZURE_STORAGE_ACCOUNT_KEY",
        "AZURE_STORAGE_ACCESS_KEY",
        "AZURE_STORAGE_SAS_TOKEN",
        "AZURE_STORAGE_SAS_KEY",
    ),
)
_S3_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")  # in obstore's order
_AZURE_ENDPOINTS = ("AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT")


@dataclass(frozen=True, slots=True)
class Clients:
    """Two connections to one bucket and prefix: a quick one for questions, a patient one for pictures."""

    asking: Store
    moving: Store


class ObjectTrust:
    """A bucket that collects redacted copies."""

    def __init__(self, address: str, clients: Clients, owner: str = "") -> None:
        """Take the connections, and the workspace's id; "" where any workspace's bucket is taken."""
        self._address, self._clients, self._owner = address, clients, owner
        self._is_ours = not owner  # that was seen, by this process

    def __str__(self) -> str:
        return self._address

    def put(self, name: str, content: bytes) -> None:
        """Store `content` under `name` and prove it; the same again is fine, other bytes are refused.

        Raises:
            TrustFault: it could not be stored; either nothing lies there, or all of it.
        """
        from obstore.exceptions import AlreadyExistsError

        check_name(name)
        self._check_owner(name, is_writing=True)
        if not self._is_there(name):
            with self._translated(name), contextlib.suppress(AlreadyExistsError):
                self._clients.moving.put(name, content, mode="create", use_multipart=False)
        if self._fetch(name) != content:
            raise TrustFault(self._address, "other bytes lie there under its name; a person must look", name)

    def read(self, name: str) -> bytes:
        """Return what lies under `name`.

        Raises:
            TrustFault: nothing lies there, or it cannot be read.
        """
        if (found := self.find(name)) is not None:
            return found
        raise TrustFault(self._address, "nothing lies there under its name", name)

    def find(self, name: str) -> bytes | None:
        """Return what lies under `name`, fetched for the purpose; None where nothing does.

        Raises:
            TrustFault: that cannot be seen.
        """
        return self._find(name)

    def holds(self, name: str, sha256: str) -> bool:
        """Say whether the object lies there now with these bytes, fetched for the purpose.

        Raises:
            TrustFault: that cannot be seen.
        """
        found = self._find(name)
        return found is not None and hashlib.sha256(found).hexdigest() == sha256

    def remove(self, name: str) -> None:
        """Remove the object and look again; one that is not there is no fault.

        Raises:
            TrustFault: it is still there, or that cannot be seen.
        """
        self._check_owner(check_name(name))
        if not self._is_there(name):
            return
        with self._translated(name), contextlib.suppress(FileNotFoundError):
            self._clients.asking.delete(name)
        if self._is_there(name):
            raise TrustFault(self._address, "what was removed is still there", name)

    def list_for_use(self) -> Iterator[str]:
        """Give what lies in for-use and its sub-folders, whoever put it there.

        Raises:
            TrustFault: that cannot be seen.
        """
        with self._translated(""):
            for found in self._clients.moving.list(f"{FOR_USE}/"):
                yield from (each["path"] for each in found)

    def _find(self, name: str) -> bytes | None:
        self._check_owner(check_name(name))
        return self._fetch(name) if self._is_there(name) else None

    def _check_owner(self, name: str, *, is_writing: bool = False) -> None:
        """Raise TrustFault where the bucket is another workspace's; mark it as ours before the first copy."""
        from obstore.exceptions import AlreadyExistsError

        if self._is_ours:
            return
        found = self._fetch(MARKER_NAME) if self._is_there(MARKER_NAME) else None
        if found is None and is_writing:
            with self._translated(name), contextlib.suppress(AlreadyExistsError):
                self._clients.asking.put(MARKER_NAME, self._marker, mode="create", use_multipart=False)
            found = self._fetch(MARKER_NAME)
        if found is not None and found != self._marker:
            raise TrustFault(self._address, "it belongs to another workspace, its marker says so", name)
        self._is_ours = found is not None

    @property
    def _marker(self) -> bytes:
        return f"{MARKER_NAME.lstrip('.')} 2\n{self._owner}\n".encode()

    def _is_there(self, name: str) -> bool:
        """Ask the quick connection, first of all: a store out of reach fails here and not after a minute."""
        with self._translated(name):
            try:
                self._clients.asking.head(name)
            except FileNotFoundError:
                return False
            return True

    def _fetch(self, name: str) -> bytes | None:
        with self._translated(name):
            try:
                found = self._clients.moving.get(name)
                if found.meta["size"] > MOST_COPY_BYTES:
                    raise TrustFault(self._address, "it is larger than any copy", name)
                return bytes(found.bytes())
            except FileNotFoundError:
                return None

    @contextlib.contextmanager
    def _translated(self, name: str) -> Iterator[None]:
        """Turn what the library says into a TrustFault; its own text is dropped, it can hold what was sent."""
        from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError, UnauthenticatedError

        try:
            yield
        except (AlreadyExistsError, FileNotFoundError):
            raise  # answers, not faults: the callers use them
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise TrustFault(self._address, "it refuses the keys in the environment", name) from error
        except (BaseError, OSError, ValueError) as error:
            raise TrustFault(self._address, "it does not answer, or refuses", name) from error


def open_bucket(address: str, environment: Mapping[str, str], owner: str = "") -> ObjectTrust:
    """Return the storage at "s3://bucket/prefix" or "az://container/prefix"; nothing is asked yet.

    Args:
        address: as in the settings.
        environment: with the keys, and (AWS_ENDPOINT_URL, AZURE_STORAGE_ENDPOINT) the host where it is not the cloud's.
        owner: the workspace's id, which the bucket's marker carries.

    Raises:
        UsageError: the address is none, the keys are missing, or the host may not be spoken to.
    """
    parts = _ADDRESS.fullmatch(address)
    if parts is None:
        raise UsageError(
            "Trust storage is a folder, s3://BUCKET/PREFIX or az://CONTAINER/PREFIX. Mend it in redact.toml"
        )
    is_s3 = parts["scheme"] == "s3"
    _check_keys(_S3_KEYS if is_s3 else _AZURE_KEYS, environment)
    is_plain = _is_plain(_S3_ENDPOINTS if is_s3 else _AZURE_ENDPOINTS, environment)
    make = _make_s3 if is_s3 else _make_azure
    return ObjectTrust(address, _clients(make, parts["bucket"], parts["prefix"].strip("/"), is_plain=is_plain), owner)


_Make = Callable[[str, str | None, "ClientConfig", "RetryConfig"], "Store"]


def _clients(make: _Make, bucket: str, prefix: str, *, is_plain: bool) -> Clients:
    retry: RetryConfig = {
        "max_retries": _RETRIES,
        "retry_timeout": _RETRY_WITHIN,
        "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=1), "base": 2},
    }

    def client(longest: timedelta) -> Store:
        options: ClientConfig = {"connect_timeout": _CONNECT, "timeout": longest, "allow_http": is_plain}
        return make(bucket, prefix or None, options, retry)

    return Clients(client(_ASK), client(_MOVE))


def _make_s3(bucket: str, prefix: str | None, options: ClientConfig, retry: RetryConfig) -> Store:
    from obstore.store import S3Store

    return S3Store(
        bucket,
        prefix=prefix,
        client_options=options,
        retry_config=retry,
        checksum_algorithm="SHA256",
        conditional_put="etag",  # If-None-Match: *
        disable_bulk_delete=True,  # a plain DELETE is what every look-alike knows
        skip_signature=False,
    )


def _make_azure(container: str, prefix: str | None, options: ClientConfig, retry: RetryConfig) -> Store:
    from obstore.store import AzureStore

    return AzureStore(container, prefix=prefix, client_options=options, retry_config=retry, skip_signature=False)


def _check_keys(needed: tuple[tuple[str, ...], ...], environment: Mapping[str, str]) -> None:
    for names in needed:
        if not any(environment.get(name) for name in names):
            raise UsageError(f"The keys of trust storage are missing: set {' or '.join(names)} in the environment")


def _is_plain(names: tuple[str, ...], environment: Mapping[str, str]) -> bool:
    """Say whether the endpoint is spoken to without encryption, which is allowed to this machine only."""
    name = next((name for name in names if environment.get(name)), None)
    if name is None:
        return False
    url = urlsplit(environment[name])
    if url.scheme == "https":
        return False
    if url.scheme != "http" or not _is_this_machine(url.hostname or ""):
        raise UsageError(f"{name} must begin with https:// (http:// is for an address on this machine only)")
    return True


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
