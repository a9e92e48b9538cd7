"""Trust storage: where redacted copies go to stay.  A folder, or a bucket."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from redact.store.trust.bucket import ObjectTrust, open_bucket
from redact.store.trust.faults import TrustFault
from redact.store.trust.folder import LocalTrust

__all__ = [
    "LocalTrust",
    "ObjectTrust",
    "TrustFault",
    "TrustStorage",
    "look_at_files",
    "make_trust",
    "name_trust_owner",
    "open_trust",
    "sweep_trust",
]


class TrustStorage(Protocol):
    """Where redacted copies are kept.  A `name` is a neutral id, a full stop and an ending, in neutral sub-folders."""

    def put(self, name: str, content: bytes, /) -> None:
        """Write once and prove by reading back; the same again is fine; raises TrustFault."""

    def read(self, name: str, /) -> bytes:
        """Return what lies under `name`; raises TrustFault."""

    def find(self, name: str, /) -> bytes | None:
        """Return what lies under `name`, read back, None where nothing does; raises TrustFault if that is unseen."""

    def holds(self, name: str, sha256: str, /) -> bool:
        """Say whether it lies there now with these bytes; raises TrustFault where that cannot be seen."""

    def remove(self, name: str, /) -> None:
        """Remove it and look again; raises TrustFault where it is still there or cannot be seen."""

    def list_for_use(self) -> Iterator[str]:
        """Give what lies in for-use and below, whoever put it there; raises TrustFault where that cannot be seen."""


def open_trust(address: str, base: Path, owner: str = "", group: str = "") -> TrustStorage:
    """Return the storage that the settings name; nothing is looked at yet.

    Args:
        address: a folder, or "s3://bucket/prefix", "az://container/prefix" (keys and endpoint from the environment).
        base: the workspace's folder, which a relative one starts from.
        owner: the workspace's id, which the marker there carries.
        group: of this machine, that may read what a person has passed; of a bucket, its own rules say who may.

    Raises:
        UsageError: the address is none, or the environment does not go with it.
    """
    return open_bucket(address, os.environ, owner) if "://" in address else LocalTrust(base / address, owner, group)


def make_trust(trust: TrustStorage) -> None:
    """Make the storage ready when the workspace is made: a folder gets its marker, a bucket with its first copy.

    Raises:
        TrustFault: it cannot be made.
    """
    if isinstance(trust, LocalTrust):
        trust.make()


def name_trust_owner(trust: TrustStorage) -> None:
    """Write the workspace's id into the marker of a folder that version 0.1.0 made.

    Raises:
        TrustFault: it is not there, or cannot be written.
    """
    if isinstance(trust, LocalTrust):
        trust.name_owner()


def look_at_files(trust: TrustStorage, names: Sequence[str]) -> dict[str, int | None]:
    """Return when files changed last, ns since 1970, unread; None where no file lies there.  Nothing of a bucket.

    Raises:
        TrustFault: the storage cannot be seen.
    """
    return trust.look_at_files(names) if isinstance(trust, LocalTrust) else {}


def sweep_trust(trust: TrustStorage) -> int:
    """Remove what a killed program left and return how many files; call it before anything is stored.

    Raises:
        TrustFault: the storage cannot be read or written.
    """
    return trust.sweep() if isinstance(trust, LocalTrust) else 0
