"""The comparison scores another tool by what it covers, and says so in a sentence when it cannot be made."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from redact.errors import ExitCode, RedactError
from redact.pupils.roll import Pupil, Roll
from redact.trials.measure import Score, Share, score
from redact.workers.intake import gather
from tests.rigs.made import noisy_jpeg
from tests.tools.peers import compare as peers
from tests.tools.peers.__main__ import main
from tests.tools.peers.page import Row, keep_apart, print_page

VERSIONS = {"deface": "1.5.0", "onnxruntime": "1.0"}


def quiet(_text: str) -> None:
    """Say nothing."""


def test_without_uv_the_command_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RedactError, match="Install uv"):
        peers.make_environment(tmp_path / "environment", quiet)


def test_an_install_that_fails_is_a_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\nexit 1\n")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RedactError, match="offline"):
        peers.make_environment(tmp_path / "environment", quiet)
    assert not (tmp_path / "environment").exists()


def test_an_environment_that_is_there_is_used_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("")
    assert peers.make_environment(tmp_path, quiet) == python


def fake_python(folder: Path, lines: list[object]) -> Path:
    """Return a program that prints `lines` whatever it is asked."""
    python = folder / "python"
    words = "\n".join(["Running on CPU.", *(json.dumps(line) for line in lines)])
    python.write_text(f"#!{sys.executable}\nprint({words!r})\n")
    python.chmod(0o755)
    return python


def test_what_deface_covers_is_scored_as_our_own_is(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(noisy_jpeg())
    items = gather([tmp_path / "photos"])
    boxes = [[0, 0, 100, 140], [5, 5, 5, 9]]
    run, versions = peers._run_deface(
        fake_python(tmp_path, [VERSIONS, {"copy": "0000.jpg", "boxes": boxes}]), items, tmp_path
    )
    assert versions == VERSIONS
    faces = [{"box": [30, 40, 40, 60]}, {"box": [0, 0, 40, 60]}]
    figures = score({"a.jpg": {"size": [200, 200], "faces": faces}}, run.results)
    assert figures.faces["clear"] == Share(1, 2), "an ellipse leaves the corners of its box"
    with pytest.raises(RedactError, match="deface failed"):
        peers._run_deface(fake_python(tmp_path, [VERSIONS]), items, tmp_path)


@pytest.mark.parametrize(
    ("text", "is_sought"),
    [("Amara", True), ("AMARA,", True), ("Amare", True), ("Nwosu-Reid", True), ("Reid", True), ("Summit", False)],
)
def test_a_word_is_a_name_when_it_is_like_one_of_the_roll(text: str, is_sought: bool) -> None:  # noqa: FBT001
    sought = peers._words_of(Roll((Pupil("", "Amara", "Nwosu-Reid"), Pupil("", "Mo", "Li"))))
    assert peers._is_sought(text, sought) is is_sought


def test_the_page_holds_what_each_tool_does_and_a_dash_for_what_it_does_not() -> None:
    figures = Score(Share(1, 1), {"clear": Share(9, 10)}, 0.012, {"badge": Share(1, 2)}, Share(0, 7), ())
    rows = [Row("ours", figures, 0, 5, figures, 1.0, 2.0, 3.0), Row("theirs", figures, 3, 4, faces_s=0.5)]
    page = print_page(rows, VERSIONS, 0.4, (10, 4, 2))
    assert "| theirs | 9 of 10, 90.0 % (59.6 to 98.2) | - | 1.20 % | 3 of 4 |" in page
    assert "| ours | 0.500 | badge, 0.50 | 0 of 7, 0.0 % (0.0 to 35.4) |" in page
    assert "| theirs | 0.50 | - | - |" in page
    assert max(map(len, page.splitlines())) <= 120


def test_a_folder_that_is_not_there_is_a_sentence_and_installs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    kept = tmp_path / "kept"
    status = main([str(tmp_path / "none"), str(tmp_path), str(tmp_path), "--keep", str(kept)])
    assert status == ExitCode.USAGE
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.strip().splitlines()) == 1
    assert not kept.exists()


def test_what_other_commands_measured_stays_on_the_page() -> None:
    page, apart = "# Benchmarks\n\nNew.\n", "## A large workspace\n\nMeasured.\n"
    assert keep_apart(page, "") == page
    assert keep_apart(page, f"# Benchmarks\n\nOld.\n\n{apart}") == f"# Benchmarks\n\nNew.\n\n{apart}"
