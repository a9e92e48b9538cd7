"""The desk and the watcher as a school has them: two programs over one workspace, on SQLite or PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from redact.audit.kinds import Role
from redact.desk.sign_in.signin import SignedIn, use_code
from redact.posts.people import NewPerson, add_person
from redact.store.people import HeldRole
from redact.store.photos import Photo, State, list_photos, read_photo
from redact.workspace.create import make_workspace
from redact.workspace.ids import acting
from redact.workspace.keys import AWAY_FOLDER
from redact.workspace.open import Workspace, open_workspace
from tests.rigs.browser import free_port
from tests.rigs.desk import PASSWORD, cheap_hashing
from tests.rigs.killing import ROOT, kill, register
from tests.rigs.reviewing import calm_jpeg
from tests.rigs.waiting import LONGEST_S, wait_until

SAMPLES = ROOT / "sample_images"


@dataclass
class Programs:
    """A workspace, its drop folder, and the programs that run over it."""

    folder: Path
    port: int
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def drop(self) -> Path:
        return self.folder / "cam-office"

    @property
    def temporary(self) -> Path:
        return self.folder / "temporary"

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def key_file(self) -> Path:
        return self.folder / "stick" / "reviewer.key"

    def start(self, command: str, before: Sequence[str] = ()) -> None:
        """Start `redact desk` or `redact watch`, and wait until the desk is open."""
        log = self.folder / f"{command}.log"
        log.unlink(missing_ok=True)
        with log.open("ab") as output:
            self.running[command] = subprocess.Popen(
                [*before, sys.executable, "-m", "redact", command, "--workspace", str(self.workspace)],
                cwd=ROOT, stdout=output, stderr=output, start_new_session=True, env=self.environment,
            )  # fmt: skip
        if command == "desk":
            wait_until(lambda: "The desk is open" in log.read_text())

    def kill(self, command: str) -> None:
        """End a program and its workers as a power cut does."""
        kill(self.running.pop(command))

    def stop(self, command: str) -> None:
        """End a program as its service does."""
        program = self.running.pop(command)
        os.killpg(program.pid, signal.SIGTERM)  # a tracer passes none on
        program.wait(LONGEST_S)

    @contextlib.contextmanager
    def opened(self) -> Iterator[Workspace]:
        with _environment(self.environment), open_workspace(self.workspace) as workspace:
            yield workspace

    def put(self, sample: str, name: str) -> None:
        """Drop a photo as staff do."""
        shutil.copy(SAMPLES / sample, self.drop / name)

    def put_plain(self, name: str) -> None:
        """Drop a small photo without anybody in it."""
        (self.drop / name).write_bytes(calm_jpeg())

    def stored(self, count: int) -> tuple[Photo, ...]:
        """Wait until so many photos are stored, and return them."""
        found: tuple[Photo, ...] = ()

        def is_done() -> bool:
            nonlocal found
            with workspace.database.read() as connection:
                found = list_photos(connection, [State.STORED])
            return len(found) >= count

        with self.opened() as workspace:
            wait_until(is_done)
        return found

    def photo(self, sha256: str) -> Photo:
        with self.opened() as workspace, workspace.database.read() as connection:
            found = read_photo(connection, sha256)
        assert found is not None
        return found


@contextlib.contextmanager
def open_programs(folder: Path, database_url: str | None = None) -> Iterator[Programs]:
    """Make a workspace with a drop folder and two reviewers; whatever is started in it is ended."""
    port = free_port()
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder / "temporary")}
    environment |= {"REDACT_DATABASE_URL": database_url} if database_url else {}
    programs = Programs(folder, port, environment)
    for each in (programs.drop, programs.temporary, programs.key_file.parent):
        each.mkdir()
    with _environment(environment):
        chosen: dict[str, object] = {"desk_port": port, "workers": 1, "rescan_s": 5, "allow_synced": True}
        made = make_workspace(programs.workspace, "Oak School", chosen, allow_synced=True)
    shutil.move(made.settings.folder / AWAY_FOLDER / "reviewer.key", programs.key_file)
    with programs.opened() as workspace:
        register(workspace, "cam-office", programs.drop)
        _add_people(workspace)
    try:
        yield programs
    finally:
        for program in programs.running.values():
            kill(program)


def _add_people(workspace: Workspace) -> None:
    first = Role.IT_SERVICES_MANAGER
    add_person(workspace, NewPerson("ivy", "Ivy", (HeldRole(first),)), None, at_terminal=True)
    for login in ("rae", "rob"):
        new = NewPerson(login, login.title(), (HeldRole(Role.REVIEWER),))
        code = add_person(workspace, new, acting(workspace, first, "ivy"), at_terminal=True)
        signed = use_code(workspace, cheap_hashing(), login, code, (PASSWORD, PASSWORD), "here", "")
        assert isinstance(signed, SignedIn)


@contextlib.contextmanager
def _environment(wanted: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
