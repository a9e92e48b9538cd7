"""The folder of `redact demo`: what it lays there, and whether a former one may be replaced.

Threat: somebody keeps photos of their own in that folder, or tries the demo's workspace with them, and the next demo
deletes the only copies.
Rule: a folder is replaced only if the demo's list lies in it and every photo in it, on the devices, in quarantine and
in the vault, is one of that list by its SHA-256; nothing else may lie beside them.  No link is followed.
Accepted residue: notes that somebody wrote into the demo's own files (redact.toml) go with them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from redact.errors import UsageError
from redact.system.files import CannotWrite, make_folder, write_whole
from watcher import MARKER_NAME
from watcher.fs import is_part

LIST = "made-by-redact-demo.json"
SHEET = "before-after.jpg"
RECORD = "deletion-record.html"
WORKSPACE = "workspace"
DEVICES = "devices"
_OURS = frozenset({LIST, SHEET, RECORD, WORKSPACE, DEVICES})


def replace_former(out: Path) -> None:
    """Remove what a former demo left in `out`; a folder that is missing or empty is left as it is.

    Raises:
        UsageError: something lies there that no demo made; nothing was removed.
        CannotWrite: the disk refuses.
    """
    try:
        if not out.exists() and not out.is_symlink():
            return
        strange = "is no folder" if out.is_symlink() or not out.is_dir() else next(_strange(out), None)
        if strange:
            raise UsageError(
                f"{out} {strange}, so it was left as it is. Move it away, or choose another folder with --out"
            )
        for path in out.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError as error:
        raise CannotWrite(out, error) from error


def lay_out(out: Path, devices: Mapping[str, Mapping[str, bytes]]) -> None:
    """Write the list, then each device's files below `out`; the list comes first, so that a torn demo is known.

    Args:
        out: the demo's folder.
        devices: for each device by id its files: path in its folder, "/" between parts, and content.

    Raises:
        CannotWrite: the disk refuses.
    """
    hashes = sorted({_hash(content) for files in devices.values() for content in files.values()})
    make_folder(out)
    write_whole(out / LIST, (json.dumps({"made by": "redact demo", "files": hashes}, indent=1) + "\n").encode())
    for device, files in devices.items():
        for name, content in files.items():
            path = out / DEVICES / device / name
            make_folder(path.parent)
            write_whole(path, content)


def list_device(out: Path, device: str) -> tuple[str, ...]:
    """Return the files that lie on a device now, by name; the register's marker is not one of them."""
    found = (path for path in (out / DEVICES / device).rglob("*") if not path.is_dir() and path.name != MARKER_NAME)
    return tuple(sorted(path.name for path in found))


def _strange(out: Path) -> Iterator[str]:
    """Give what speaks against removing the folder, as the end of a sentence."""
    if not any(out.iterdir()):
        return
    known = _read_list(out / LIST)
    if known is None:
        yield f"was not made by this program's demo (there is no {LIST} in it)"
        return
    if any(path.name not in _OURS for path in out.iterdir()):
        yield "holds files that no demo made"
    for path in _files(out / DEVICES):
        if path.name != MARKER_NAME and not _is_known(path, known):
            yield "holds photos that are not the demo's"
    for folder in ("quarantine", "vault"):
        for path in _files(out / WORKSPACE / folder):
            if not path.name.startswith(".") and path.stem not in known and path.suffix != ".part":
                yield "has a workspace in it that holds photos which are not the demo's"


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


def _is_known(path: Path, known: frozenset[str]) -> bool:
    is_whole = stat.S_ISREG(path.lstat().st_mode)
    return is_whole and (_hash(path.read_bytes()) in known or _is_torn(path))


def _is_torn(path: Path) -> bool:
    """Say whether this is a file that a demo was writing when it was killed (watcher/fs/whole.py)."""
    return is_part(path.name)


def _read_list(path: Path) -> frozenset[str] | None:
    """Return the hashes of what a former demo laid there; None where there is no such list."""
    try:
        listed = json.loads(path.read_bytes()) if path.is_file() and not path.is_symlink() else None
    except ValueError:
        return None
    if (
        not isinstance(listed, dict)
        or listed.get("made by") != "redact demo"
        or not isinstance(listed.get("files"), list)
    ):
        return None
    return frozenset(map(str, listed["files"]))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
