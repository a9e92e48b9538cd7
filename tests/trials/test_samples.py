"""The sample pictures: each with source and licence, readable, the truth about them true, all made again alike."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageOps

from tests.rigs.waiting import LONGEST_S

FOLDER = Path(__file__).resolve().parents[2] / "sample_images"
SIZE_LIMIT = 6_000_000  # bytes: what a checkout and the wheel may carry for show
PICTURES = sorted(p.relative_to(FOLDER).as_posix() for p in FOLDER.rglob("*") if p.suffix in {".jpg", ".png", ".heic"})
SAMPLES = [name for name in PICTURES if "/" not in name]
REMADE = ("05", "12", "14", "15", "16")  # one of each kind of file; all sixteen would take half a minute
# The letters of a UPN (DfE): position 2..13 times digit, modulo 23; I, O and S are left out.
CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"

pillow_heif.register_heif_opener()


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def truth(kind: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / f"{kind}_truth.json").read_text(encoding="utf-8")))


def listed() -> dict[str, list[str]]:
    rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in (FOLDER / "README.md").read_text("utf-8").splitlines()]
    return {row[0].strip("`"): row[1:] for row in rows if len(row) > 3 and row[0].startswith("`")}


def letters(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.replace("Ł", "L").replace("ł", "l")) if c.isalpha())
    return plain.casefold()


def test_there_is_something_to_show() -> None:
    assert len(SAMPLES) >= 12


def test_readme_lists_every_picture_and_no_other() -> None:
    assert sorted(listed()) == PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_each_picture_names_its_source_and_licence(name: str) -> None:
    source, licence, *shows = listed()[name]
    assert source
    assert re.search(r"public domain|CC0", licence)
    assert all(shows)


def test_nothing_else_lies_in_the_folder() -> None:
    known = {*PICTURES, "README.md", "roll.csv", "consents.csv", "faces_truth.json", "names_truth.json", ".keep"}
    files = [p for p in FOLDER.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    found = {p.relative_to(FOLDER).as_posix() for p in files}
    assert {name for name in found if not name.endswith(".py")} - known == set()


def test_all_together_stay_small() -> None:
    assert sum((FOLDER / name).stat().st_size for name in PICTURES) < SIZE_LIMIT


@pytest.mark.parametrize("name", SAMPLES)
def test_truth_fits_the_upright_picture(name: str) -> None:
    with Image.open(FOLDER / name) as opened:
        upright = ImageOps.exif_transpose(opened)
        upright.load()
        width, height = upright.size
    for kind in ("faces", "names"):
        assert truth(kind)[name]["size"] == [width, height]
    for face in truth("faces")[name]["faces"]:
        x, y, w, h = face["box"]
        assert min(w, h) >= 20
        assert x >= 0
        assert y >= 0
        assert x + w <= width
        assert y + h <= height
    for word in truth("names")[name]["words"]:
        assert all(0 <= x <= width and 0 <= y <= height for x, y in word["quad"]), word["text"]


def test_truth_is_about_these_pictures() -> None:
    assert sorted(truth("faces")) == sorted(truth("names")) == SAMPLES


def test_every_name_is_on_the_roll() -> None:
    roll = table("roll.csv")
    for picture in truth("names").values():
        for word in picture["words"]:
            if not word["name"] or word["pupil"] is None:
                continue
            pupil = roll[word["pupil"]]
            parts = [part for key in pupil if key.endswith(("Forename", "Surname")) for part in pupil[key].split()]
            said = letters(word["text"])
            is_part = said in {letters(part) for part in parts}
            initials = {letters(re.sub(r"(?<=\w)\w+", "", part)) for part in parts}
            assert is_part or said in initials | {i[:1] for i in initials}, word["text"]


def test_the_poster_has_no_name_and_most_others_have() -> None:
    named = {name for name, picture in truth("names").items() if any(w["name"] for w in picture["words"])}
    assert "13-poster.jpg" not in named
    assert len(named) >= 10


def test_pupil_numbers_carry_their_check_letter() -> None:
    for pupil in table("roll.csv"):
        digits = pupil["UPN"][1:]
        total = sum(int(d) * k for k, d in enumerate(digits, start=2))
        assert re.fullmatch(r"\d{12}", digits)
        assert pupil["UPN"][0] == CHECK_LETTERS[total % 23]


def test_consents_are_for_pupils_of_the_roll_and_of_every_sort() -> None:
    consents = table("consents.csv")
    assert {row["UPN"] for row in consents} <= {pupil["UPN"] for pupil in table("roll.csv")}
    assert {row["Decision"] for row in consents} == {"yes", "no", "withdrawn", "objected", "pending", ""}


def test_the_talkative_picture_says_what_must_not_get_through() -> None:
    content = (FOLDER / "16-metadata.jpg").read_bytes()
    end = content.rfind(b"MotionPhoto_Data")
    assert content[end - 2 : end] == b"\xff\xd9"
    for trace in (b"mwg-rs:Name", b"8BIM", b"SN-0042-7781", b"photo of", b"Photoshop 3.0"):
        assert trace in content[:end]


def test_orientation_and_profile_are_as_the_readme_says() -> None:
    with Image.open(FOLDER / "02-portrait-exif6.jpg") as turned, Image.open(FOLDER / "14-sideways.jpg") as sideways:
        assert turned.getexif()[0x0112] == 6
        assert not sideways.getexif()
        assert sideways.height > sideways.width
    with Image.open(FOLDER / "15-phone.heic") as phone:
        assert "Display P3".encode("utf-16-be") in phone.info["icc_profile"]
        assert phone.getexif()[0x010F] == "Apple"


def remake(folder: Path, *only: str) -> None:
    run = subprocess.run(
        [sys.executable, "-B", str(FOLDER / "make_samples.py"), str(folder), *only],
        check=False,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
    )
    if "FontMissingError" in run.stderr:
        pytest.skip(run.stderr.strip().splitlines()[-1])
    assert run.returncode == 0, run.stderr


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    remake(folder, *REMADE)
    return folder


@pytest.mark.slow
def test_the_script_makes_them_again(remade: Path) -> None:
    for name in (name for name in SAMPLES if name.startswith(REMADE)):
        with Image.open(FOLDER / name) as kept, Image.open(remade / name) as made:
            assert kept.size == made.size
            # not byte by byte: another processor may round a pixel's last bit otherwise
            apart = np.abs(np.asarray(kept.convert("RGB"), np.int16) - np.asarray(made.convert("RGB"), np.int16))
        assert apart.mean() < 1.0
    for table_ in ("roll.csv", "consents.csv"):
        assert (remade / table_).read_bytes() == (FOLDER / table_).read_bytes()
    for kind in ("faces", "names"):
        made_truth = json.loads((remade / f"{kind}_truth.json").read_text(encoding="utf-8"))
        assert made_truth == {name: truth(kind)[name] for name in made_truth}


@pytest.mark.slow
def test_the_script_gives_the_same_bytes_twice(remade: Path, tmp_path: Path) -> None:
    remake(tmp_path, "15", "16")
    for name in ("15-phone.heic", "16-metadata.jpg"):
        assert (tmp_path / name).read_bytes() == (remade / name).read_bytes()
