"""The real program: what it promises on the command line, in the report and on the disk."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from redact import __version__
from redact.redaction.picture.output_bytes import read_output
from tests.rigs.made import noisy_jpeg
from tests.rigs.program import files_under, run_here, run_program

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
ROLL = SAMPLES / "roll.csv"
NAMED = "Amara Nwosu-Reid.jpg"  # a portrait, in a file called after a child of the roll
BADGE = "class 5M/badge.jpg"
ODD = {
    "zero.jpg": "refused",
    "link.jpg": "refused",
    "pipe.jpg": "refused",
    "notes.jpg": "refused",
    "cut.jpg": "held",
    "moving.gif": "held",
}
COMMANDS = (
    "photo",
    "check",
    "measure",
    "speed",
    "selftest",
    "demo",
    "models",
    "models list",
    "models verify",
    "models add",
)
PHOTO_FIELDS = {
    "source",
    "sha256",
    "status",
    "reason",
    "output",
    "output_sha256",
    "source_size",
    "output_size",
    "covered_share",
    "crop",
    "cropped",
    "advice",
    "regions",
    "verify",
    "seconds",
}
KINDS = {"face", "name", "text", "code", "plate", "screen", "badge", "other"}


def make_inputs(folder: Path) -> None:
    """Put two photos and every odd thing into `folder`."""
    (folder / "class 5M").mkdir(parents=True)
    shutil.copy(SAMPLES / "portraits/hopper.jpg", folder / NAMED)
    with Image.open(SAMPLES / "12-badge.jpg") as badge:
        badge.resize((badge.width * 2 // 3, badge.height * 2 // 3), Image.Resampling.LANCZOS).save(folder / BADGE)
    (folder / "zero.jpg").touch()
    (folder / "link.jpg").symlink_to(folder / NAMED)
    os.mkfifo(folder / "pipe.jpg")
    (folder / "notes.jpg").write_text("Amara Nwosu-Reid was here\n")
    (folder / "cut.jpg").write_bytes(noisy_jpeg()[:4000])
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])


@dataclass(frozen=True)
class Run:
    """One run of `redact photo` over everything, and what lay where before and after."""

    ended: subprocess.CompletedProcess[str]
    inputs: Path
    out: Path
    home: Path
    before: set[str]
    after: set[str]
    report: dict[str, Any]

    @property
    def photos(self) -> dict[str, dict[str, Any]]:
        return {photo["source"]: photo for photo in self.report["photos"]}


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Two workers, the report in a file and on stdout, the output folder inside the input folder and not empty."""
    root = tmp_path_factory.mktemp("batch")
    inputs, out, home = root / "in", root / "in/out", root / "home"
    make_inputs(inputs)
    out.mkdir()
    shutil.copy(inputs / NAMED, out / "of an earlier run.jpg")
    for folder in ("tmp", "cwd"):
        (home / folder).mkdir(parents=True)
    before = files_under(root)
    ended = run_program(
        "photo",
        inputs,
        "--out",
        out,
        "--roll",
        ROLL,
        "--report",
        root / "report.json",
        "--json",
        "--jobs",
        "2",
        "--max-side",
        "500",
        "--style",
        "solid",
        home=home,
    )
    report = json.loads((root / "report.json").read_text(encoding="utf-8"))
    return Run(ended, inputs, out, home, before, files_under(root), report)


def test_held_and_refused_photos_are_told_by_the_exit_code(batch: Run) -> None:
    assert batch.ended.returncode == 3


def test_every_input_is_listed_once_in_order_and_the_output_folder_is_not(batch: Run) -> None:
    assert [photo["source"] for photo in batch.report["photos"]] == sorted([NAMED, BADGE, *ODD])


def test_json_on_stdout_is_the_report(batch: Run) -> None:
    assert json.loads(batch.ended.stdout) == batch.report


def test_the_report_keeps_its_contract(batch: Run) -> None:
    assert batch.report["version"] == 1
    assert batch.report["tool"] == f"redact {__version__}"
    assert "centerface.onnx" in batch.report["models"]
    assert not any(name.endswith(".dat") for name in batch.report["models"]), "nobody asked to tell faces apart"
    assert all(re.fullmatch("[0-9a-f]{64}", sha256) for sha256 in batch.report["models"].values())
    for photo in batch.report["photos"]:
        assert set(photo) == PHOTO_FIELDS
        assert photo["sha256"] is None or re.fullmatch("[0-9a-f]{64}", photo["sha256"])
        assert all(isinstance(seconds, float) and seconds >= 0 for seconds in photo["seconds"].values())


@pytest.mark.parametrize("source", [NAMED, BADGE])
def test_a_redacted_photo_is_what_the_report_says(batch: Run, source: str) -> None:
    photo = batch.photos[source]
    assert (photo["status"], photo["reason"]) == ("redacted", None)
    assert photo["sha256"] == hashlib.sha256((batch.inputs / source).read_bytes()).hexdigest()
    output = (batch.out / photo["output"]).read_bytes()
    assert photo["output_sha256"] == hashlib.sha256(output).hexdigest()
    assert read_output(output) == ()
    with Image.open(batch.out / photo["output"]) as opened, Image.open(batch.inputs / source) as given:
        assert list(opened.size) == photo["output_size"] and list(given.size) == photo["source_size"]
        assert max(opened.size) == 500
    assert photo["verify"]["passed"] is True and len(photo["verify"]["checks"]) == 6
    assert set(photo["seconds"]) == {"decode", "find", "decide", "cover", "encode", "verify"}


@pytest.mark.parametrize("source", [NAMED, BADGE])
def test_every_region_is_whole(batch: Run, source: str) -> None:
    photo = batch.photos[source]
    width, height = photo["source_size"]
    for region in photo["regions"]:
        assert set(region) == {"kind", "action", "polygon", "score", "reason"}
        assert region["kind"] in KINDS and region["action"] in {"covered", "ask"}
        assert len(region["polygon"]) >= 3 and 0 <= region["score"] <= 1
        assert all(0 <= x <= width and 0 <= y <= height for x, y in region["polygon"])
        assert len(region["reason"].split()) >= 3


def test_the_face_the_name_and_the_code_are_among_them(batch: Run) -> None:
    assert "face" in {region["kind"] for region in batch.photos[NAMED]["regions"]}
    assert {"name", "code"} <= {region["kind"] for region in batch.photos[BADGE]["regions"]}


def test_the_solid_style_is_solid(batch: Run) -> None:
    photo = batch.photos[NAMED]
    face = next(region for region in photo["regions"] if region["kind"] == "face")
    k = photo["output_size"][0] / photo["source_size"][0]
    x, y = (k * sum(values) / len(values) for values in zip(*face["polygon"], strict=True))
    with Image.open(batch.out / photo["output"]) as opened:
        inside = opened.crop((int(x) - 20, int(y) - 20, int(x) + 20, int(y) + 20)).convert("L").getextrema()
    assert inside[1] - inside[0] <= 4  # type: ignore[operator]


@pytest.mark.parametrize(("source", "status"), ODD.items())
def test_an_odd_file_has_its_own_sentence_and_no_output(batch: Run, source: str, status: str) -> None:
    photo = batch.photos[source]
    assert photo["status"] == status
    assert re.fullmatch(r"[A-Z].{20,}\.", photo["reason"])
    assert photo["output"] is photo["output_sha256"] is photo["verify"] is None and photo["regions"] == []
    others = [batch.photos[other]["reason"] for other in ODD if other != source]
    assert photo["reason"] not in others


def test_output_names_say_nothing(batch: Run) -> None:
    for source in (NAMED, BADGE):
        assert re.fullmatch(r"[0-9a-f]{24}\.jpg", batch.photos[source]["output"])


def test_nothing_else_is_written_anywhere(batch: Run) -> None:
    outputs = {f"in/out/{batch.photos[source]['output']}" for source in (NAMED, BADGE)}
    assert batch.after - batch.before == outputs | {"report.json"}
    assert batch.before <= batch.after


def test_no_source_name_and_no_pupil_reaches_the_log(batch: Run) -> None:
    """Standard error is no terminal here: its words may end in a log."""
    for word in ("Amara", "Nwosu", "badge.jpg", "5M", "zero.jpg", "cut.jpg"):
        assert word not in batch.ended.stderr
    assert "8 photos" in batch.ended.stderr


def test_names_read_from_a_picture_are_nowhere_in_the_report(batch: Run) -> None:
    words = json.loads((SAMPLES / "names_truth.json").read_text(encoding="utf-8"))["12-badge.jpg"]["words"]
    names = {word["text"] for word in words if word["name"]}
    said = json.dumps([photo | {"source": ""} for photo in batch.report["photos"]], ensure_ascii=False)
    assert names
    assert not [name for name in names if name in said]
    assert "Amara" not in said


@pytest.mark.slow
def test_a_second_run_gives_the_same_bytes_and_nothing_held_is_exit_0(batch: Run, tmp_path: Path) -> None:
    ended = run_program(
        "photo",
        batch.inputs / NAMED,
        batch.inputs / BADGE,
        "--out",
        tmp_path / "deep/er",
        "--roll",
        ROLL,
        "--jobs",
        "1",
        "--max-side",
        "500",
        home=tmp_path / "home",
        REDACT_PHOTO_STYLE="solid",
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == ""
    names = {batch.photos[source]["output"] for source in (NAMED, BADGE)}
    assert files_under(tmp_path / "deep/er") == names
    for name in names:
        assert (tmp_path / "deep/er" / name).read_bytes() == (batch.out / name).read_bytes()


def test_a_column_of_names_that_was_not_taken_is_told_and_is_exit_3(tmp_path: Path) -> None:
    roll = tmp_path / "roll.csv"
    roll.write_text("UPN,Forename,Surname,Name on cake\nA123456789012,Amara,Nwosu,Ammy\n", encoding="utf-8")
    (tmp_path / "photo.jpg").write_bytes(noisy_jpeg(64, 48))
    ended = run_program(
        "photo", tmp_path / "photo.jpg", "--out", tmp_path / "out", "--roll", roll, home=tmp_path / "home"
    )
    assert ended.returncode == 3
    assert 'the column "Name on cake" was not taken' in ended.stderr
    assert "Ammy" not in ended.stderr
    assert len(files_under(tmp_path / "out")) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere.jpg", "--out", "out"),
        ("{photo}",),
        ("--out", "out"),
        ("{photo}", "--out", "out", "--style", "gauss"),
        ("{photo}", "--out", "out", "--style", "picture"),
        ("{photo}", "--out", "out", "--picture", "{photo}"),
        ("{photo}", "--out", "out", "--style", "picture", "--picture", "missing.png"),
        ("{photo}", "--out", "out", "--max-side", "0"),
        ("{photo}", "--out", "out", "--jobs", "0"),
        ("{photo}", "--out", "out", "--roll", "{photo}"),
        ("{photo}", "--out", "out", "--roll", "nowhere.csv"),
        ("{photo}", "--out", "out", "--nonsense"),
    ],
)
def test_wrong_arguments_are_exit_2_and_nothing_is_done(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    photo = str(SAMPLES / "portraits/hopper.jpg")
    ended = run_here("photo", *(argument.format(photo=photo) for argument in arguments), home=tmp_path)
    assert ended.returncode == 2
    assert len(ended.stderr.strip()) > 20
    assert files_under(tmp_path) == set()


def test_an_output_folder_that_is_a_file_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    ended = run_here("photo", SAMPLES / "portraits/hopper.jpg", "--out", tmp_path / "out", home=tmp_path / "home")
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: Cannot write")
    assert (tmp_path / "out").read_text() == "mine"


def test_an_empty_folder_is_done_at_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    ended = run_here("photo", tmp_path / "in", "--out", tmp_path / "out", home=tmp_path / "home")
    assert ended.returncode == 0
    assert "nothing found" in ended.stderr


def test_a_report_that_has_nowhere_to_go_is_reported_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "file").write_text("mine")
    photo = SAMPLES / "portraits/hopper.jpg"
    ended = run_here(
        "photo", photo, "--out", tmp_path / "out", "--report", tmp_path / "file/r.json", home=tmp_path / "home"
    )
    assert ended.returncode == 1 and ended.stderr.startswith("error: Cannot write")
    assert not (tmp_path / "out").exists()
    ended = run_here(
        "photo",
        tmp_path / "in",
        "--out",
        tmp_path / "out",
        "--report",
        tmp_path / "deep/er/r.json",
        home=tmp_path / "home",
    )
    assert ended.returncode == 0
    assert json.loads((tmp_path / "deep/er/r.json").read_text())["photos"] == []


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    root = tmp_path_factory.mktemp("check")
    shutil.copy(SAMPLES / "portraits/hopper.jpg", root / "portrait.jpg")
    (root / "zero.jpg").touch()
    return run_program(
        "check", root / "portrait.jpg", root / "zero.jpg", "--out", root / "out", "--json", home=root / "home"
    ), root / "out"


def test_check_draws_what_would_be_covered_and_redacts_nothing(
    checked: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    ended, out = checked
    assert ended.returncode == 3, ended.stderr
    portrait, zero = json.loads(ended.stdout)["photos"]
    assert (portrait["status"], portrait["verify"], zero["status"]) == ("checked", None, "refused")
    assert "face" in {region["kind"] for region in portrait["regions"]}
    assert files_under(out) == {portrait["output"]}
    with Image.open(out / portrait["output"]) as drawn:
        assert drawn.height > portrait["source_size"][1], "the reasons stand below"


@pytest.mark.slow
def test_check_without_out_says_it_in_words_and_writes_nothing(tmp_path: Path) -> None:
    ended = run_program("check", SAMPLES / "portraits/hopper.jpg", home=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"^ +1 +face +covered +\d\.\d\d +\w+", ended.stdout, re.MULTILINE)
    assert files_under(tmp_path) == set()


def test_models_are_listed_and_verified(tmp_path: Path) -> None:
    listed = run_here("models", "list", home=tmp_path, REDACT_MODELS=str(tmp_path / "none"))
    assert re.search(r"centerface\.onnx +present +required", listed.stdout)
    assert re.search(r"yunet_n_dynamic\.onnx +absent +optional", listed.stdout)
    rows = json.loads(run_here("models", "list", "--json", home=tmp_path).stdout)
    assert {"name", "purpose", "required", "state", "sha256", "licence"} == set(rows[0])
    verified = run_here("models", "verify", home=tmp_path)
    assert verified.returncode == 0
    assert all(line.startswith("ok ") for line in verified.stdout.splitlines())


def test_a_damaged_model_stops_everything_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/yunet_n_dynamic.onnx").write_bytes(b"not a network")
    for arguments in (
        ("models", "verify"),
        ("photo", str(SAMPLES / "13-poster.jpg"), "--out", str(tmp_path / "out")),
        ("selftest",),
    ):
        ended = run_here(*arguments, home=tmp_path / "home", REDACT_MODELS=str(tmp_path / "models"))
        assert ended.returncode == 1
        assert "error: " in ended.stderr and "REDACT_DEBUG" not in ended.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("source", ["{file}", "nowhere.onnx", "http://localhost/a.onnx"])
def test_a_wrong_model_is_refused(tmp_path: Path, source: str) -> None:
    (tmp_path / "wrong.onnx").write_bytes(b"not a network")
    ended = run_here(
        "models",
        "add",
        source.format(file=tmp_path / "wrong.onnx"),
        home=tmp_path / "home",
        REDACT_MODELS=str(tmp_path / "models"),
    )
    assert ended.returncode == 1
    assert "was not added" in ended.stderr
    assert not (tmp_path / "models").exists()


@pytest.mark.slow
def test_the_selftest_passes(tmp_path: Path) -> None:
    ended = run_program("selftest", home=tmp_path)
    assert ended.returncode == 0, ended.stdout
    assert len(ended.stdout.splitlines()) > 20
    assert all(line.startswith("pass") for line in ended.stdout.splitlines())
    assert "0 failed" in ended.stderr


def test_the_version_is_printed(tmp_path: Path) -> None:
    assert run_program("--version", home=tmp_path).stdout == f"redact {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(tmp_path: Path, command: str) -> None:
    ended = run_here(*command.split(), "--help", home=tmp_path)
    assert ended.returncode == 0
    assert "Usage:" in ended.stdout and "--help" in ended.stdout
