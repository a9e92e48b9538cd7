"""An outside checker: looks at the files of a workspace and its devices, and believes nothing that the program says.

For each photo: its source is there, or a copy that opens and has its bytes (plain in quarantine, or sealed in the vault
and opened with the reviewer's key); and once a source is gone, the stored copy is there and the audit log has an entry
that opened its deletion.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyrage

from redact.store.database import Database, sqlite_url
from tests.rigs.living import copies_in


@dataclass(frozen=True)
class Source:
    """One file as it was dropped."""

    path: Path
    sha256: str
    device: str


def sha256_of(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


class Witness:
    def __init__(self, workspace: Path, reviewer_key: str) -> None:
        self.workspace, self.identity = workspace, pyrage.x25519.Identity.from_str(reviewer_key)
        self._opened: dict[Path, tuple[int, str]] = {}  # vault file -> (mtime, hash of what is in it)

    def look(self, sources: Iterable[Source]) -> list[str]:
        """Return what is wrong; an empty list says that every photo is safe."""
        photos, opened = self._tables()
        faults = []
        for source in sources:
            is_there = sha256_of(source.path) == source.sha256
            if not is_there and not self.has_copy(source.sha256):
                faults.append(f"LOST: {source.path.name}: neither source nor copy")
            if not is_there:
                row = photos.get(source.sha256, {})
                stored = self.workspace / "trust" / (row.get("output_name") or "-")
                if row.get("output") is None or sha256_of(stored) != row["output"]:
                    faults.append(f"EARLY: {source.path.name}: the source is gone, the stored copy is not there")
                if (source.sha256, source.device) not in opened:
                    faults.append(f"UNLOGGED: {source.path.name}: the source is gone, no entry opened its deletion")
        return faults

    def has_copy(self, sha256: str) -> bool:
        plain = self.workspace / "quarantine" / f"{sha256}.photo"
        return sha256_of(plain) == sha256 or self._sealed(sha256) == sha256

    def _sealed(self, sha256: str) -> str | None:
        path = self.workspace / "vault" / sha256[:2] / f"{sha256}.age"
        try:
            when = path.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        known = self._opened.get(path)
        if known is None or known[0] != when:
            try:
                plain = pyrage.decrypt(path.read_bytes(), [self.identity])
            except pyrage.DecryptError:
                return None
            known = self._opened[path] = (when, hashlib.sha256(plain).hexdigest())
        return known[1]

    def _tables(self) -> tuple[Mapping[str, dict[str, str]], set[tuple[str, str]]]:
        if not (self.workspace / "redact.db").exists():
            return {}, set()
        database = Database(sqlite_url(self.workspace / "redact.db"))
        try:
            with database.read() as connection:
                query = "select sha256, state, output, output_name from photos"
                rows = connection.exec_driver_sql(query).mappings().all()
                bodies = connection.exec_driver_sql("select body from log_entries where kind='deletion.opened'").all()
        finally:
            database.close()
        told = [json.loads(bytes(row[0])) for row in bodies]
        return {row["sha256"]: dict(row) for row in rows}, {(body["photo"], body["device"]) for body in told}

    def at_the_end(self, sources: Iterable[Source], for_a_person: Collection[str] = ()) -> list[str]:
        """Return what is not done, stored twice, or left over, after the last run.

        Args:
            sources: every file that was dropped.
            for_a_person: hashes of photos that no run may store: their files must still be there.
        """
        sources = list(sources)
        photos, _ = self._tables()
        faults = list[str]()
        for source in sources:
            is_kept = source.sha256 in for_a_person
            if source.path.exists() and not is_kept:
                faults.append(f"LEFT: {source.path.name} is still on the device")
            if is_kept and not source.path.exists():
                faults.append(f"GONE: {source.path.name} waits for a person, and is not on the device")
        wanted = {source.sha256 for source in sources}
        states = {sha: photos.get(sha, {}).get("state") for sha in sorted(wanted)}
        faults += [
            f"NOT DONE: {sha[:12]}: {state}"
            for sha, state in states.items()
            if (state == "stored") is (sha in for_a_person)
        ]
        names = [row["output_name"] for sha, row in photos.items() if sha not in for_a_person]
        on_disk = sorted(name for name in copies_in(self.workspace / "trust") if name.endswith(".jpg"))
        if sorted({name or "none" for name in names}) != on_disk:
            faults.append(f"STORED TWICE OR NOT: {len(names)} photos, {len(on_disk)} files in trust storage")
        faults += [f"LEFT OVER: {path.name}" for path in (self.workspace / "quarantine").iterdir()]
        faults += [f"LEFT OVER: {path}" for path in self.workspace.rglob("*.part")]
        return faults
