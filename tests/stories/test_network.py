"""Nothing leaves the machine: what the kernel saw of a whole run of `redact watch`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from redact.store.photos import State
from tests.rigs.needs import need
from tests.rigs.workspaces import Rig, environment, photo_bytes

CALLS = "trace=connect,sendto,sendmsg,sendmmsg,bind,listen"
_TO_THE_NET = re.compile(r"(?P<call>connect|sendto|sendmsg|sendmmsg|bind)\(.*\bsa_family=AF_(?!UNIX\b)(?P<family>\w+)")


def traced(log: Path, *command: str | Path, **settings: str) -> list[str]:
    """Run a program and all its children under strace; return its network calls that lead off this machine's files."""
    strace = [need("strace"), "-f", "-qq", "-s", "64", "-e", CALLS, "-o", str(log)]
    ended = subprocess.run(
        [*strace, *map(str, command)], capture_output=True, text=True, check=False, env={**environment(), **settings}
    )
    if not log.exists() or (ended.returncode and "ptrace" in ended.stderr):
        pytest.skip(f"strace may not trace here: {ended.stderr[:100]}")
    assert ended.returncode == 0, ended.stderr
    calls = log.read_text(errors="replace").splitlines()
    return [call for call in calls if _TO_THE_NET.search(call) or " listen(" in call]


@pytest.mark.slow
def test_the_whole_service_connects_to_nothing(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    (rig.add() / "a.jpg").write_bytes(photo_bytes(1))
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://198.51.100.1:9")
    command = (sys.executable, "-m", "redact", "watch", "--once", "--workspace", rig.workspace.settings.folder)
    assert traced(tmp_path / "strace", *command, **proxies) == []
    assert [photo.state for photo in rig.photos().values()] == [State.STORED], "the run did its work"
    assert not rig.on_devices()


@pytest.mark.parametrize("address", ["198.51.100.1", "127.0.0.1"])
def test_the_test_would_see_a_connection(tmp_path: Path, address: str) -> None:
    script = (
        "import socket, sys\nwith socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:\n"
        "    s.connect((sys.argv[1], 9))\n"
    )
    found = traced(tmp_path / "strace", sys.executable, "-c", script, address)
    assert len(found) == 1 and address in found[0]
