"""Take an optional weight file in; apart from opening one, for no worker fetches anything.

Threat: a file is taken from an address or a folder that is not the weight that it is called, or half of it.
Rule: its SHA-256 must be in the manifest (weights.py), it comes over https alone, and is written whole or not at all.
Accepted residue: who answers at the address learns that this weight is fetched here.
"""

from __future__ import annotations

import os
import tempfile
import urllib.error
import urllib.request
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, BinaryIO

from models.errors import WeightRefused
from models.weights import IN_USER_FOLDER, Weight, describe, manifest, path_of

DOWNLOAD_TIMEOUT_S = 60.0  # seconds without an answer; a choice


def add_weight(source: str | Path, folder: Path | None = None) -> Weight:
    """Take an optional weight from a file or an https address into `folder`, if its SHA-256 is in the manifest.

    Raises:
        WeightRefused: not readable, not reachable, or not a file of the manifest; nothing was stored.
    """
    wanted = [entry for entry in manifest() if entry.place == IN_USER_FOLDER]
    content = _fetch(str(source), limit=max(entry.size for entry in wanted) + 1)
    entry = next((entry for entry in wanted if entry.accepts(content)), None)
    if entry is None:
        names = ", ".join(f"{entry.name} (sha256 {entry.sha256})" for entry in wanted)
        raise WeightRefused(str(source), f"its SHA-256 is not in the manifest; wanted is {names}")
    try:
        _store(content, path_of(entry, folder))
    except OSError as failure:
        raise WeightRefused(str(source), f"the folder of weights cannot be written ({failure.strerror})") from failure
    return describe(entry, folder)


def _fetch(source: str, limit: int) -> bytes:
    """Return at most `limit` bytes of a file or of an https address."""
    scheme = source.partition("://")[0].lower() if "://" in source else "file"
    if scheme not in ("file", "https"):
        raise WeightRefused(source, "only https addresses and files are taken; download it and give its path")
    try:
        with _open(source, scheme) as stream:
            return stream.read(limit)
    except (urllib.error.URLError, TimeoutError) as failure:
        why = "the address gives no answer; check the network, or give the path of a copy"
        raise WeightRefused(source, why) from failure
    except (OSError, ValueError) as failure:
        raise WeightRefused(source, "it cannot be read; check the path") from failure


def _open(source: str, scheme: str) -> BinaryIO:
    if scheme == "https":
        answer: BinaryIO = _https_only.open(source, timeout=DOWNLOAD_TIMEOUT_S)
        return answer
    return Path(source.removeprefix("file://")).open("rb")


class _RefuseDowngrade(urllib.request.HTTPRedirectHandler):
    """Follow a redirection only to another https address."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        """Return the request for the new address; raise URLError if that is not https."""
        if not newurl.lower().startswith("https://"):
            raise urllib.error.URLError("the address redirects away from https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_https_only = urllib.request.build_opener(_RefuseDowngrade)


def _store(content: bytes, target: Path) -> None:
    """Write `content` so that `target` is whole or absent, also when the power fails."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder for this
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
