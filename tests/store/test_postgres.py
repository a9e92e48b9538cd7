"""The workspace on PostgreSQL: the same tables, one writer, reads of one moment, the whole walk, two machines.

What the other tests show on SQLite is shown here once more where the databases differ.  The tests of single tables run
on PostgreSQL as they are: `pytest -p tests.rigs.on_postgres tests/store/pupils/test_register.py`.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import String, func, insert, select, text

from redact.audit.kinds import Kind as Entry
from redact.audit.kinds import Role
from redact.audit.level import Level
from redact.photos.quarantine import sweep_quarantine
from redact.pupils.consent import State as Answer
from redact.reports.doctor.examine import examine
from redact.reports.doctor.values import Grade
from redact.service.periodic import beat
from redact.service.run import alone_in
from redact.service.workflows import Engine
from redact.store import photos as photo_rows
from redact.store.database import Database, DatabaseFault, sqlite_url
from redact.store.devices import Clears
from redact.store.machines import SILENT_AFTER_S
from redact.store.photos import FileState, State
from redact.store.schema.migrate import upgrade
from redact.store.schema.tables import (
    add_partial_indexes,
    counter_runs,
    device_files,
    executors,
    log_edge,
    log_entries,
    metadata,
    photos,
    shown,
)
from redact.store.vault import VaultFault
from redact.trials.status_speed import fill, spell
from redact.workspace.create import make_workspace
from redact.workspace.keys import KeyFault
from redact.workspace.open import Workspace, open_workspace
from tests.rigs.dying import main
from tests.rigs.forks import FORKS
from tests.rigs.living import Clock
from tests.rigs.postgres import Cluster, cluster
from tests.rigs.s3_double import serve
from tests.rigs.waiting import LONGEST_S
from tests.rigs.workspaces import Rig, photo_bytes, real_engine, run_until_idle, sha
from watcher.guard import Place
from watcher.quarantine import Arrival
from watcher.stability import FileStat

__all__ = ["cluster"]
PHOTO, ROOT = photo_bytes(1), Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ready:
    """A workspace and its database, made once; tests get copies of both."""

    cluster: Cluster
    workspace: Path
    database: str

    def furnish(self, folder: Path, database: str | None = None, **settings: str) -> str:
        """Copy the workspace into `folder`; return the name of its database, a copy too unless one is given."""
        name = database or self.cluster.make(self.database)
        shutil.copytree(self.workspace, folder / "workspace", symlinks=True)
        file = folder / "workspace/redact.toml"
        lines = "".join(f'{key} = "{value}"\n' for key, value in settings.items())
        file.write_text(file.read_text().replace(f"/{self.database}?", f"/{name}?") + lines)
        return name

    @contextlib.contextmanager
    def opened(self, folder: Path) -> Iterator[tuple[Workspace, Clock]]:
        """Copy the workspace into `folder` and open it, with the clock that it goes by."""
        self.furnish(folder)
        clock = Clock()
        with open_workspace(folder / "workspace", clock) as workspace:
            assert not workspace.database.is_sqlite
            yield workspace, clock


@pytest.fixture(scope="session")
def ready(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Ready:
    folder, database = tmp_path_factory.mktemp("postgres"), cluster.make()
    address = cluster.url(database)
    made = make_workspace(folder / "workspace", "Oak School", {"database_url": address, "engine_url": address})
    with running(folder), Engine(made.settings.engine_url, "nobody", {}):
        pass  # makes the engine's tables
    return Ready(cluster, folder / "workspace", database)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Rig]:
    """Open the workspace that was furnished in `folder`, with a scheduler."""
    rig = Rig(folder)
    with rig.workspace:
        assert not rig.workspace.database.is_sqlite
        yield rig


@pytest.fixture
def rig(ready: Ready, tmp_path: Path) -> Iterator[Rig]:
    ready.furnish(tmp_path)
    with running(tmp_path) as found:
        yield found


@contextlib.contextmanager
def opened(url: str) -> Iterator[Database]:
    with contextlib.closing(Database(url)) as database:
        yield database


@pytest.fixture
def database(ready: Ready) -> Iterator[Database]:
    with opened(ready.cluster.driver_url(ready.cluster.make(ready.database))) as found:
        yield found


# -- tables --


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_revisions_make_the_tables_that_are_declared(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if kind == "sqlite":
        url = sqlite_url(tmp_path / "new.db")
    else:
        server: Cluster = request.getfixturevalue("cluster")
        url = server.driver_url(server.make())
    with opened(url) as new:
        upgrade(new)
        upgrade(new)
        with new.read() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            add_partial_indexes()
            assert compare_metadata(context, metadata) == []
        with pytest.raises(Exception, match="(?i)check constraint"), new.write() as connection:
            connection.execute(insert(log_edge), {"id": 2, "size": 0, "edge": b""})


def test_two_machines_that_make_the_tables_at_once_both_succeed(cluster: Cluster) -> None:
    url = cluster.driver_url(cluster.make())

    def make(_: int) -> None:
        with opened(url) as new:
            upgrade(new)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make, range(2)))


LONGEST = {
    "devices.kind": "attest-only",
    "devices.owner": "personal",
    "devices.serial_source": "inventory",
    "devices.clears": max(Clears, key=len),
    "devices.holder": max(Role, key=len),
    "devices.approved_by": max(Role, key=len),
    "holds.by": max(Role, key=len),
    "register_versions.by": max(Role, key=len),
    "holds.scope": "workspace",
    "photos.state": max(State, key=len),
    "photos.extension": ".jpeg",
    "photos.output_name": "0" * 24 + ".jpeg",
    "photos.executor": "x" * 40 + "-" + "0" * 12,  # Workspace.executor
    "executors.id": "x" * 40 + "-" + "0" * 12,
    "device_files.state": max(FileState, key=len),
    "device_files.level": max(Level, key=len),
    "device_files.series": "_IMG_123",
    "consents.state": max(Answer, key=len),
    "log_entries.kind": max(Entry, key=len),
}


def test_the_longest_word_of_each_column_fits() -> None:
    """SQLite takes any length, PostgreSQL does not."""
    for name, word in LONGEST.items():
        table, column = name.split(".")
        kind = metadata.tables[table].c[column].type
        assert isinstance(kind, String) and kind.length is not None and len(word) <= kind.length, name


def test_numbers_beyond_32_bits_fit(database: Database) -> None:
    arrival = Arrival(
        "0" * 64, 3 << 30, "x", Place("cam", ("a",)), FileStat(3 << 30, 1 << 62, 1 << 62, 1 << 63, 1 << 63)
    )
    with database.write() as connection:
        assert photo_rows.add_photo(connection, arrival, "here", "2026-09-07T12:00:00.000Z")
    with database.read() as connection:
        assert [photo.size for photo in photo_rows.list_photos(connection, tuple(State))] == [3 << 30]


# -- one writer, reads of one moment --


def append_many(workspace: str, count: int) -> None:
    """Add entries one at a time; run in a process of its own."""
    with open_workspace(Path(workspace)) as here:
        for _ in range(count):
            with here.audit_log.writing() as entries:
                entries.add(Entry.PHOTO_REFUSED, photo=sha(b"x"), reason="It is not a picture.")


def test_two_processes_that_append_at_once_give_no_number_twice_and_every_check_meanwhile_passes(rig: Rig) -> None:
    workers = [FORKS.Process(target=append_many, args=(str(rig.workspace.settings.folder), 30)) for _ in range(2)]
    for worker in workers:
        worker.start()
    looks = 0
    while any(worker.is_alive() for worker in workers):
        rig.check_record()  # reads entries, checkpoints and edge by several statements
        looks += 1
    assert [worker.exitcode for worker in workers] == [0, 0] and looks > 1
    with rig.workspace.database.read() as connection:
        assert connection.execute(select(func.count(), func.max(log_entries.c.n))).one() == (60, 59)
    rig.check_record()


def test_only_one_of_many_moves_a_photo_or_adds_it(database: Database) -> None:
    def race(act: Callable[[], bool]) -> list[bool]:
        line = threading.Barrier(8)

        def run(_: int) -> bool:
            line.wait()
            return act()

        with ThreadPoolExecutor(8) as pool:
            return sorted(pool.map(run, range(8)))

    arrival = Arrival("0" * 64, 1, "x", Place("cam", ("a",)), FileStat(1, 1, 1, 1, 1))

    def add() -> bool:
        with database.write() as connection:
            return photo_rows.add_photo(connection, arrival, "here", "2026-09-07T12:00:00.000Z")

    def move() -> bool:
        with database.write() as connection:
            return photo_rows.move_photo(connection, "0" * 64, [State.ARRIVED], State.SEALED)

    assert race(add) == race(move) == [False] * 7 + [True]


def test_what_one_connection_reads_is_of_one_moment_and_it_cannot_write(database: Database) -> None:
    row = {"id": "one", "host": "here", "beat_at": "2026-09-07T12:00:00.000Z"}
    count = select(func.count()).select_from(executors)
    with database.read() as reader:
        assert reader.execute(count).scalar() == 0
        with database.write() as writer:
            writer.execute(insert(executors), row)
        assert reader.execute(count).scalar() == 0
    with database.read() as reader:
        assert reader.execute(count).scalar() == 1
    with pytest.raises(DatabaseFault, match="may not be written"), database.read() as reader:
        reader.execute(insert(executors), row | {"id": "two"})
    with database.write() as writer:
        writer.execute(insert(executors), row | {"id": "two"})


def test_a_connection_that_is_cut_or_a_writer_that_waits_too_long_is_a_sentence(
    ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redact.store.database.BUSY_S", 0.2)
    name = ready.cluster.make(ready.database)
    with opened(ready.cluster.driver_url(name)) as database:
        with database.write(), pytest.raises(DatabaseFault, match="another program holds it"), database.write():
            raise AssertionError("two writers")
        with pytest.raises(DatabaseFault, match="the connection was lost"), database.read() as connection:  # noqa: PT012
            ready.cluster.kill_connections(name)
            connection.execute(select(photos))
        with database.read() as connection:
            assert connection.execute(select(photos)).all() == []


def test_an_entry_that_was_edited_is_found(rig: Rig) -> None:
    append_many(str(rig.workspace.settings.folder), 3)
    rig.check_record()
    with rig.workspace.database.write() as connection:
        connection.exec_driver_sql("update log_entries set photo = %s where n = 1", (sha(b"y"),))
    with pytest.raises(AssertionError):
        rig.check_record()


# -- an administrator --


def test_init_twice_and_doctor_find_nothing_wrong(rig: Rig) -> None:
    assert not make_workspace(rig.workspace.settings.folder, "Oak School").is_new
    found = examine(rig.workspace.settings.folder, rig.clock)
    assert [finding.sentence for finding in found if finding.grade is Grade.FAIL] == []
    assert any("PostgreSQL" in finding.sentence for finding in found if finding.check == "postgresql")
    assert not list(rig.workspace.settings.folder.glob("*.db*"))


def address_of(trouble: str, server: Cluster) -> str:
    """Return an address at which something is wrong."""
    if trouble == "no database":
        return server.url("nowhere")
    if trouble == "no user":
        return server.url("postgres", "nobody")
    if trouble == "no password":
        server.run("create role locked login password 'secret'")
        return server.url("postgres", "locked")
    if trouble == "no right":
        server.run("create role guest login")
        return server.url(server.make(), "guest")
    return f"postgresql://redact@/redact?host={server.socket}/nowhere"


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    {
        "no database": "no database of that name; make it there",
        "no user": "does not know the user; make it there",
        "no password": r"give the password in the environment \(PGPASSWORD\)",
        "no right": "make the user the owner of the database",
        "no server": "no server answers at that address",
    }.items(),
)
def test_init_and_doctor_say_what_is_wrong_with_the_server(
    cluster: Cluster, tmp_path: Path, trouble: str, sentence: str
) -> None:
    address = address_of(trouble, cluster)
    with pytest.raises(DatabaseFault, match=sentence):
        make_workspace(tmp_path / "workspace", "Oak School", {"database_url": address})
    assert not (tmp_path / "workspace/keys").exists()
    if trouble != "no right":
        (found,) = [finding for finding in examine(tmp_path / "workspace") if finding.check == "database"]
        assert found.grade is Grade.FAIL and "docs/running.md" in found.hint


def test_the_password_comes_from_the_environment(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.run("create role locked_2 login password 'secret'")
    cluster.run("create database of_locked owner locked_2 template template0")
    monkeypatch.setenv("PGPASSWORD", "secret")
    made = make_workspace(tmp_path / "workspace", "Oak", {"database_url": cluster.url("of_locked", "locked_2")})
    assert "secret" not in (made.settings.folder / "redact.toml").read_text()
    open_workspace(made.settings.folder).close()


def test_a_database_that_cannot_hold_every_name_is_reported(cluster: Cluster, tmp_path: Path) -> None:
    cluster.run("create database ascii template template0 encoding 'SQL_ASCII' locale 'C'")
    make_workspace(tmp_path / "workspace", "Oak", {"database_url": cluster.url("ascii")})
    found = [finding for finding in examine(tmp_path / "workspace") if finding.check == "postgresql"]
    assert [(finding.grade, "SQL_ASCII" in finding.sentence) for finding in found] == [(Grade.FAIL, True)]


# -- the whole walk --


def test_the_whole_walk_with_the_engine_on_postgresql_and_connections_cut_between(rig: Rig, ready: Ready) -> None:
    folder = rig.add()
    with real_engine(rig):
        (folder / "IMG_0001.JPG").write_bytes(PHOTO)
        rig.look()
        run_until_idle(rig)
        ready.cluster.run("select pg_terminate_backend(pid) from pg_stat_activity where datname like 'workspace%'")
        (folder / "IMG_0002.JPG").write_bytes(photo_bytes(2))
        (folder / "again.jpg").write_bytes(PHOTO)
        rig.look()
        run_until_idle(rig)
    rig.check_done(PHOTO, photo_bytes(2))


def test_copies_in_a_bucket(ready: Ready, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve() as (bucket, endpoint):
        for name, value in {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "ENDPOINT_URL": endpoint}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        ready.furnish(tmp_path, trust="s3://copies/oak")
        make_workspace(tmp_path / "workspace", "Oak School")
        with running(tmp_path) as rig:
            (rig.add() / "IMG_0001.JPG").write_bytes(PHOTO)
            with real_engine(rig):
                rig.look()
                run_until_idle(rig)
            (photo,) = rig.photos().values()
            assert photo.state is State.STORED and photo.output is not None
            assert photo.output in map(sha, bucket.objects.values())
            assert not rig.on_devices() and not rig.quarantined()
            rig.check_record()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "when"), [("redact.photos.steps:store", "before"), ("redact.devices.clearing.clear:erase_opened", "after")]
)
def test_a_kill_midway_loses_nothing_and_the_next_run_ends_it(rig: Rig, step: str, when: str) -> None:
    def run(*arguments: str) -> int | None:
        process = FORKS.Process(target=main, args=(str(rig.workspace.settings.folder), *arguments))
        process.start()
        process.join(LONGEST_S)
        return process.exitcode

    folder, photo = rig.add(), (ROOT / "sample_images/01-portrait.jpg").read_bytes()
    for name in ("IMG_0001.JPG", "copy.jpg"):
        (folder / name).write_bytes(photo)
    assert run(step, when) == -signal.SIGKILL
    assert run() == 0
    (known,) = rig.photos().values()
    assert known.state is State.STORED and known.output_name is not None and known.sealed is not None
    assert sha(rig.stored()[known.output_name]) == known.output
    assert rig.workspace.vault.holds(known.sha256, known.sealed)
    assert not rig.on_devices() and not rig.quarantined()
    kinds = [kind for kind, _ in rig.entries()]
    assert kinds.count("photo.stored") == 1 and kinds.count("deletion.opened") == kinds.count("deletion.closed") == 2
    rig.check_record()


# -- several machines --


def test_a_bench_fills_both_databases_with_the_same_rows(rig: Rig, tmp_path: Path) -> None:
    make_workspace(tmp_path / "sqlite", "Speed")
    tables = (photos, device_files, shown, counter_runs)
    numbered = select(photos.c.sha256).where(text(spell("NUMBER % 3 = 0", "postgresql")))
    with open_workspace(tmp_path / "sqlite") as workspace:
        fill(workspace, 30)
        fill(rig.workspace, 30)
        with workspace.database.read() as lite, rig.workspace.database.read() as post:
            for table in tables:
                both = [sorted(map(str, each.execute(select(table)))) for each in (lite, post)]
                assert both[0] == both[1] and both[0]
            assert len(post.execute(numbered).all()) == 10


@pytest.fixture
def pair(ready: Ready, tmp_path: Path) -> Iterator[tuple[Rig, Rig]]:
    """Give two machines with one database, vault, trust storage and checkpoint mirror, and a quarantine each."""
    first = tmp_path / "first"
    name = ready.furnish(first)
    shared = {key: str(first / "workspace" / key) for key in ("vault", "trust")}
    ready.furnish(tmp_path / "second", name, **shared)
    with running(first) as one, running(tmp_path / "second") as two:
        assert one.workspace.executor != two.workspace.executor
        yield one, two


def test_one_photo_on_the_devices_of_two_machines_is_stored_once_and_cleared_from_both(pair: tuple[Rig, Rig]) -> None:
    one, two = pair
    (one.add("cam-1") / "IMG_0001.JPG").write_bytes(PHOTO)
    (two.add("cam-2") / "other.jpg").write_bytes(PHOTO)
    one.look()
    two.look()
    for _ in range(4):
        one.turn()
        two.turn()
    for machine in pair:
        machine.mend()
    assert [photo.state for photo in one.photos().values()] == [State.STORED]
    assert len(one.stored()) == 1
    assert [device_file.state for device_file in one.device_files()] == [FileState.GONE, FileState.GONE]
    for machine in pair:
        assert not machine.on_devices() and not machine.quarantined()
        machine.check_record()
    kinds = [kind for kind, _ in one.entries()]
    assert kinds.count("photo.arrived") == kinds.count("file.seen") == kinds.count("photo.stored") == 1


def test_the_photos_of_a_machine_that_went_silent_are_taken_in_again_by_another(pair: tuple[Rig, Rig]) -> None:
    one, two = pair
    folder = one.add("share")
    two.folder.joinpath("share").symlink_to(folder)  # a share that both machines see
    two.scheduler.set_devices(two.approved())
    (folder / "IMG_0001.JPG").write_bytes(PHOTO)
    beat(one.workspace)
    one.scheduler.attach(None)  # takes in, and dies before anything else
    one.run()
    assert one.quarantined() == {f"{sha(PHOTO)}.photo"}
    beat(two.workspace)
    two.run()
    assert two.photos()[sha(PHOTO)].state is State.ARRIVED, "not yet: the first machine may only be slow"
    two.clock.moment += timedelta(seconds=SILENT_AFTER_S + 1)
    beat(two.workspace)
    wanted = two.photos()[sha(PHOTO)]
    assert wanted.state is State.WANTED and wanted.reason is not None and "silent" in wanted.reason
    two.turn(8, 31.0)
    assert two.photos()[sha(PHOTO)].state is State.STORED and not folder.joinpath("IMG_0001.JPG").exists()
    with alone_in(one.workspace):  # it comes back
        sweep_quarantine(one.workspace)
        one.restart()
        one.run()
    assert not one.quarantined() and not two.quarantined() and len(one.stored()) == 1
    one.check_record()


def test_a_machine_with_other_keys_is_refused_before_it_writes(ready: Ready, tmp_path: Path) -> None:
    name = ready.furnish(tmp_path)
    strange = {"database_url": ready.cluster.url(name)}
    with pytest.raises(KeyFault, match="Bring them back"):  # joined without the keys
        make_workspace(tmp_path / "joining", "Oak School", strange)
    make_workspace(tmp_path / "other", "Oak School")
    shutil.copytree(tmp_path / "other/keys", tmp_path / "joining/keys")
    for attempt in (
        lambda: make_workspace(tmp_path / "joining", "X"),
        lambda: open_workspace(tmp_path / "joining").close(),
    ):
        with pytest.raises(KeyFault, match="signing.key is not the one that this database is worked with"):
            attempt()
    shutil.rmtree(tmp_path / "joining/keys")
    shutil.copytree(tmp_path / "workspace/keys", tmp_path / "joining/keys")
    make_workspace(tmp_path / "joining", "X")
    with open_workspace(tmp_path / "joining") as joined, pytest.raises(VaultFault):
        joined.vault.has("0" * 64)  # its own empty vault is not taken for the shared one


# -- the tests of single tables, on PostgreSQL --


@pytest.mark.slow
def test_the_tests_of_the_register_pass_on_postgresql() -> None:
    files = [f"tests/store/pupils/test_{name}.py" for name in ("register", "templates")]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",  # one server, and one process that imports all
        "-p",
        "tests.rigs.on_postgres",
        "-p",
        "no:unraisableexception",
        *files,
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stdout[-2000:]
