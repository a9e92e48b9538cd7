"""The rig that fills a workspace with rows: what it writes is read as photos, files and held ones."""

from __future__ import annotations

from pathlib import Path

from redact.reports.status import read_status
from redact.trials.status_speed import fill
from redact.workspace.create import make_workspace
from redact.workspace.open import open_workspace


def test_what_is_filled_in_is_listed(tmp_path: Path) -> None:
    make_workspace(tmp_path / "workspace", "Speed")
    with open_workspace(tmp_path / "workspace") as workspace:
        fill(workspace, 300)
        status = read_status(workspace)
    assert dict(status.photos)["stored"] == 300 and len(status.devices) == 20
    assert {(line.taken, line.cleared, line.verdict) for line in status.devices} == {(15, 15, "re-checked")}
