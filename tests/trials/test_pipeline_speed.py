from __future__ import annotations

from pathlib import Path

import pytest

from redact.trials.pipeline_speed import check, pipeline_speed, print_figures
from tests.rigs.workspaces import DEVICE, Rig, photo_bytes


@pytest.mark.slow
def test_a_few_photos_walk_through_and_are_timed_by_step() -> None:
    figures = pipeline_speed(3)
    assert figures.photos == 3 and figures.wall_s > 0 and figures.idle_cpu_percent == 0
    steps = ["take in", "seal", "redact", "store", "open", "erase", "confirm"]
    assert set(figures.step_ms) == set(steps) and min(figures.step_ms.values()) > 0
    text = print_figures(figures)
    assert text.startswith("3 photos") and all(step in text for step in steps)


def test_a_photo_that_is_lost_doubled_or_left_is_an_error(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    (rig.add() / "a.jpg").write_bytes(photo_bytes(1))
    rig.run()
    check(rig.workspace, rig.drop(), 1)
    (rig.drop(DEVICE) / "left.jpg").write_bytes(b"x")
    with pytest.raises(RuntimeError):
        check(rig.workspace, rig.drop(), 1)
    (rig.drop(DEVICE) / "left.jpg").unlink()
    with pytest.raises(RuntimeError):
        check(rig.workspace, rig.drop(), 2)
    next(path for path in Path(rig.workspace.settings.trust).rglob("*.jpg")).unlink()
    with pytest.raises(RuntimeError):
        check(rig.workspace, rig.drop(), 1)
