"""kill -9 at random moments over many photos, with the real program and its workers.

    python -m tests.rigs.killing FOLDER_OF_PHOTOS [--photos 300] [--kills 50] [--seed 1] [--work DIR]

Drops the photos onto two devices while the watcher runs, kills all of its processes at random moments, lets an outside
checker (tests/rigs/witness.py) look after every kill, and at the end lets one run finish.  A photo that `redact photo`
holds or refuses by itself, killed by nobody, must be left where it is.  Exit status 0: nothing was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from redact.audit.kinds import Kind as Entry
from redact.audit.kinds import Role
from redact.store.devices import Clears, Kind, Owner, RegisteredDevice, insert_device
from redact.workspace.create import make_workspace
from redact.workspace.open import Workspace, open_workspace
from tests.rigs.witness import Source, Witness, sha256_of
from watcher.device import DeviceKind, DeviceRecord, write_marker

ROOT = Path(__file__).resolve().parents[2]
FROM, UNTIL = "2026-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z"


def register(workspace: Workspace, name: str, folder: Path, owner: Owner = Owner.TRUST) -> RegisteredDevice:
    """Put a drop folder on the register."""
    nonce = write_marker(folder, name)
    record = DeviceRecord(name, DeviceKind.FOLDER, nonce, folder, (), None, owner is Owner.TRUST)
    device = RegisteredDevice(
        record, Kind.DROP_FOLDER, "", "", "", None, owner, Role.COMMUNICATIONS, Role.HEADTEACHER,
        FROM, UNTIL, None, Clears.AT_ONCE, None, None,
    )  # fmt: skip
    with workspace.audit_log.writing() as entries:
        insert_device(entries.connection, device)
        facts = {"type": "drop-folder", "owner": owner.value, "holder": "communications", "approved_by": "headteacher"}
        entries.add(Entry.DEVICE_REGISTERED, device=name, until=UNTIL, **facts)
    return device


def start(workspace: Path, *options: str) -> subprocess.Popen[bytes]:
    temporary = temporary_of(workspace)
    temporary.mkdir(exist_ok=True)
    with (workspace.parent / "watch.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "redact", "watch", "--workspace", str(workspace), *options],
            cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, "HOME": str(workspace.parent), "TMPDIR": str(temporary)},
        )  # fmt: skip


def temporary_of(workspace: Path) -> Path:
    """Return the folder of temporary files; nothing of a photo may be left in it."""
    return workspace.parent / "temporary"


def kill(program: subprocess.Popen[bytes]) -> None:
    os.killpg(program.pid, signal.SIGKILL)
    program.wait()


def wait_for_a_person(sources: list[Source], out: Path) -> set[str]:
    """Return the hashes of those files still on their devices that the program holds or refuses, killed by nobody."""
    left = {source.path.name: source for source in sources if source.path.exists()}
    if not left:
        return set()
    files = [str(source.path) for source in left.values()]
    command = [sys.executable, "-m", "redact", "photo", *files, "--out", str(out), "--json"]
    answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    outcomes = {photo["source"]: photo["status"] for photo in json.loads(answer.stdout)["photos"]}
    return {source.sha256 for name, source in left.items() if outcomes[name] in {"held", "refused"}}


def drop(sources: list[Source], photos: list[Path], devices: list[Path], rng: random.Random) -> None:
    """Drop a few more photos, as staff do: one after the other, some twice."""
    for _ in range(min(len(photos), rng.randint(1, 12))):
        photo = photos.pop()
        for device in rng.sample(devices, 2 if rng.random() < 0.1 else 1):
            target = device / f"IMG_{len(sources):04}{photo.suffix}"
            shutil.copy(photo, target)
            sources.append(Source(target, sha256_of(target) or "", device.name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=300)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=14.0, help="seconds until a kill, at most")
    parser.add_argument("--work", type=Path)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    base = given.work or Path(tempfile.mkdtemp(prefix="killing-"))
    endings = {".jpg", ".jpeg", ".png", ".heic"}
    found = sorted(
        path for path in given.folder.rglob("*") if path.suffix.lower() in endings and path.stat().st_size > 1000
    )
    by_hash = {sha256_of(path): path for path in found}
    photos = list(by_hash.values())
    rng.shuffle(photos)
    photos = photos[: given.photos]
    print(f"{len(photos)} photos, {given.kills} kills, seed {given.seed}", flush=True)
    make_workspace(base / "workspace", "Oak School")
    devices = [base / name for name in ("camera", "phone")]
    with open_workspace(base / "workspace") as workspace:
        for device, owner in zip(devices, (Owner.TRUST, Owner.PERSONAL), strict=True):
            device.mkdir()
            register(workspace, device.name, device, owner)
    key = (base / "workspace/move-away/reviewer.key").read_text().splitlines()[-1]
    witness, sources, faults = Witness(base / "workspace", key), list[Source](), list[str]()
    began = time.monotonic()
    for number in range(1, given.kills + 1):
        program = start(base / "workspace")
        until = time.monotonic() + rng.uniform(0.3, given.longest)
        while time.monotonic() < until:
            if photos and rng.random() < 0.4:
                drop(sources, photos, devices, rng)
            time.sleep(rng.uniform(0.01, 0.5))
        kill(program)
        found_faults = witness.look(sources)
        faults += found_faults
        gone = sum(not source.path.exists() for source in sources)
        print(
            f"kill {number}: {len(sources)} dropped, {gone} gone from devices, {len(found_faults)} faults", flush=True
        )
        for fault in found_faults:
            print("  ", fault, flush=True)
    while photos:
        drop(sources, photos, devices, rng)
    ended = start(base / "workspace", "--once").wait(timeout=3600)
    held = wait_for_a_person(sources, base / "apart")
    last = witness.look(sources) + witness.at_the_end(sources, held)
    last += [f"LEFT OVER: {path.name}" for path in temporary_of(base / "workspace").rglob("*") if path.is_file()]
    for fault in last:
        print("  ", fault)
    seconds = time.monotonic() - began
    print(f"{len(sources)} files of {len({s.sha256 for s in sources})} photos, {len(held)} of them held or refused "
          f"alone too; last run ended with {ended}; "
          f"{len(faults)} faults after kills, {len(last)} at the end; {seconds:.0f} s", flush=True)  # fmt: skip
    return 1 if faults or last else 0


if __name__ == "__main__":
    sys.exit(main())
