"""Run the tools that people use today, and this program, over the same photos on this machine, and compare.

It installs deface into an environment of its own, made for the purpose by uv; the program itself never downloads.
Every tool is scored by what it covers, as `redact measure` does (redact/trials/measure.py), and given all processors.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rapidfuzz.distance import OSA

from models.findings import Box, Polygon
from models.text.tesseract import is_installed
from models.weights import default_folder
from redact import __version__
from redact.errors import RedactError, UsageError
from redact.pupils.roll import Roll, read_roll
from redact.redaction.covers.paint import Look
from redact.redaction.names.words import fold, key_parts
from redact.redaction.picture.decode import decode
from redact.redaction.values import Action, Kind, Outcome, Policy, Region, Status
from redact.trials.attack import SAME_WORD
from redact.trials.leaks import find_traces
from redact.trials.measure import read_labels, score
from redact.workers.batch import redact_items
from redact.workers.intake import Item, gather, read_file, read_photo
from redact.workers.job import WorkerSetup
from redact.workers.pool import share_cores
from redact.workers.report import Done
from tests.tools.peers.page import Row, print_page

DEFACE: Final = "deface==1.5.0"  # the newest on the day of the comparison
#: What deface needs for photos; OpenCV without its windows, which want a display's libraries.
_BESIDE: Final = (
    "imageio", "imageio-ffmpeg", "numpy", "tqdm", "scikit-image", "opencv-python-headless", "onnx", "onnxruntime",
)  # fmt: skip
_ELLIPSE_CORNERS: Final = 72  # of the outline that an ellipse is scored by; 0.1 % of its area; a choice
_LEAST_LETTERS: Final = 3  # of a word of the roll that is looked for with Tesseract: "Mo" is in every line; a choice


#: Words wherever they are: its best mode here (mean of scenes 0.18 on 16 photos; as shipped 0.12, with `12` 0.14).
_SPARSE: Final = "-l eng --psm 11"


@dataclass(frozen=True, slots=True)
class Photos:
    """The photos of the comparison."""

    faces: Path  # folder: truth.json, images
    names: Path  # folder: truth.json, images, roll.csv
    phone: Path  # folder of photos as a phone takes them
    first: int | None = None  # of the photos with faces; None: all


@dataclass(frozen=True, slots=True)
class Run:
    """What one tool made of one folder."""

    results: tuple[Done, ...]
    wall_s: float  # start and models included

    @property
    def photo_s(self) -> float:
        """Seconds per photo."""
        return self.wall_s / max(1, len(self.results))


def compare(photos: Photos, folder: Path, say: Callable[[str], None]) -> str:
    """Return the comparison as Markdown; takes minutes.

    Args:
        photos: what is compared on.
        folder: where the environment and the copies go; an environment that is there is used again.
        say: told what is going on.

    Raises:
        RedactError: an environment cannot be made, or a tool fails.
        UsageError: a folder is not what it should be.
    """
    load = os.getloadavg()[0]
    items = tuple(gather([photos.faces / "images"]))[: photos.first]
    faces_truth = _labels(photos.faces, items)
    python = make_environment(folder / "environment", say)
    deface, versions = _deface_row(python, items, faces_truth, photos.phone, folder, say)
    tesseract = _tesseract_row(photos, say)
    ours = _own_row(items, faces_truth, photos, folder, say)
    counts = (len(items), len(gather([photos.names / "images"])), len(gather([photos.phone])))
    return print_page([ours, deface, *tesseract], versions, load, counts)


def make_environment(folder: Path, say: Callable[[str], None]) -> Path:
    """Return the Python of an environment with deface in it, made in `folder` unless it is there.

    Raises:
        RedactError: uv is not installed, or the packages cannot be fetched.
    """
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists():
        return python
    uv = shutil.which("uv")
    if uv is None:
        raise RedactError("The comparison needs the program uv, to install deface apart from this program. Install uv.")
    say("installing deface into an environment of its own")
    steps = ([uv, "venv", "-q", str(folder)], _install(uv, python, "--no-deps", DEFACE), _install(uv, python, *_BESIDE))
    for step in steps:
        if subprocess.run(step, capture_output=True, check=False).returncode != 0:  # noqa: S603  fixed words
            shutil.rmtree(folder, ignore_errors=True)
            raise RedactError(
                "deface could not be installed: this machine is offline, or the packages are not to be had. "
                "Connect it, or give the folder of an environment that was made before with --keep."
            )
    return python


def _install(uv: str, python: Path, *packages: str) -> list[str]:
    return [uv, "pip", "install", "-q", "--python", str(python), *packages]


# -- deface --


def _deface_row(
    python: Path, items: Sequence[Item], truth: Mapping[str, Any], phone: Path, folder: Path, say: Callable[[str], None]
) -> tuple[Row, dict[str, str]]:
    out = folder / "deface"
    out.mkdir(parents=True, exist_ok=True)
    say(f"deface: {len(items)} photos with faces")
    run, versions = _run_deface(python, items, out)
    figures, leaks = score(truth, run.results), find_traces(items, run.results, out, None).leaks
    say("deface: phone photos")
    phone_run, _ = _run_deface(python, gather([phone]), out)
    name = f"deface {versions['deface']}, as shipped"
    covers = _count_covers(run)
    return Row(name, figures, leaks, covers, faces_s=run.photo_s, phone_s=phone_run.photo_s), versions


def _run_deface(python: Path, items: Sequence[Item], out: Path) -> tuple[Run, dict[str, str]]:
    script = Path(__file__).with_name("run_deface.py")
    began_s = time.perf_counter()
    ended = subprocess.run(  # noqa: S603  our script, and the photos that the caller named
        [str(python), "-I", str(script), str(out), *(str(item.path) for item in items)],
        capture_output=True,
        text=True,
        check=False,
    )
    wall_s = time.perf_counter() - began_s
    lines = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    if ended.returncode != 0 or len(lines) != len(items) + 1:
        last = ended.stderr.strip().rpartition("\n")[2]
        raise RedactError(f"deface failed ({last}). Delete the folder of its environment and try again.")
    versions, *photos = lines
    results = (_done_by_deface(item, photo) for item, photo in zip(items, photos, strict=True))
    return Run(tuple(results), wall_s), versions


def _done_by_deface(item: Item, photo: Mapping[str, Any]) -> Done:
    whole = (box for box in photo["boxes"] if box[0] < box[2] and box[1] < box[3])
    regions = (_region(Kind.FACE, _ellipse_in(Box(*map(float, box)))) for box in whole)
    return Done(item.source, Outcome(Status.REDACTED, regions=tuple(regions)), photo["copy"])


def _ellipse_in(box: Box) -> Polygon:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    angles = [2 * math.pi * i / _ELLIPSE_CORNERS for i in range(_ELLIPSE_CORNERS)]
    return tuple((x + box.width / 2 * math.cos(a), y + box.height / 2 * math.sin(a)) for a in angles)


def _region(kind: Kind, polygon: Polygon) -> Region:
    return Region(kind, Action.COVERED, polygon, 1.0, "covered by another tool")


# -- Tesseract --


def _tesseract_row(photos: Photos, say: Callable[[str], None]) -> list[Row]:
    if not is_installed():
        say("Tesseract is not installed and is left out")
        return []
    import pytesseract

    say("Tesseract: photos with names")
    sought = _words_of(_roll(photos.names))
    run = _run_tesseract(gather([photos.names / "images"]), sought)
    say("Tesseract: phone photos")
    phone = _run_tesseract(gather([photos.phone]), sought)
    name = f"Tesseract {pytesseract.get_tesseract_version()}, words like one of the roll"
    return [Row(name, names=score(_labels(photos.names), run.results), names_s=run.photo_s, phone_s=phone.photo_s)]


def _run_tesseract(items: Sequence[Item], sought: frozenset[str]) -> Run:
    began_s = time.perf_counter()
    results = tuple(_read_by_tesseract(item, sought) for item in items)
    return Run(results, time.perf_counter() - began_s)


def _read_by_tesseract(item: Item, sought: frozenset[str]) -> Done:
    import pytesseract

    table = pytesseract.image_to_data(
        decode(read_photo(item.path)).pixels, config=_SPARSE, output_type=pytesseract.Output.DICT
    )
    columns = zip(*(table[name] for name in ("text", "left", "top", "width", "height")), strict=True)
    boxes = (Box(x, y, x + w, y + h) for text, x, y, w, h in columns if w > 0 and h > 0 and _is_sought(text, sought))
    return Done(item.source, Outcome(Status.REDACTED, regions=tuple(_region(Kind.NAME, box.polygon) for box in boxes)))


def _words_of(roll: Roll) -> frozenset[str]:
    names = (name for pupil in roll.pupils for name in (*pupil.forenames, *pupil.surnames))
    parts = {part for name in names for part in (*key_parts(name), fold(name))}
    return frozenset(part for part in parts if len(part) >= _LEAST_LETTERS)


def _is_sought(text: str, sought: frozenset[str]) -> bool:
    words = {fold(text), *key_parts(text)}
    return any(
        OSA.normalized_similarity(word, name) >= SAME_WORD
        for word in words
        if len(word) >= _LEAST_LETTERS
        for name in sought
    )


# -- this program --


def _own_row(
    items: Sequence[Item], truth: Mapping[str, Any], photos: Photos, folder: Path, say: Callable[[str], None]
) -> Row:
    say(f"redact: {len(items)} photos with faces")
    faces = _run_own(items, None, folder / "faces")
    leaks = find_traces(items, faces.results, folder / "faces", Look()).leaks
    say("redact: photos with names")
    roll = _roll(photos.names)
    names = _run_own(gather([photos.names / "images"]), roll, folder / "names")
    say("redact: phone photos")
    phone = _run_own(gather([photos.phone]), roll, folder / "phone")
    found = score(_labels(photos.names), names.results)
    return Row(
        f"redact {__version__}, faces, names, codes, verified",
        score(truth, faces.results),
        leaks,
        _count_covers(faces),
        found,
        faces.photo_s,
        names.photo_s,
        phone.photo_s,
    )


def _run_own(items: Sequence[Item], roll: Roll | None, out: Path) -> Run:
    workers, threads = share_cores(len(items), None)
    bench = WorkerSetup(default_folder(), threads, roll, Policy())
    began_s = time.perf_counter()
    results = redact_items(items, out, bench, workers, lambda _count, _done: None)
    return Run(results, time.perf_counter() - began_s)


def _count_covers(run: Run) -> int:
    return sum(region.is_covered for done in run.results for region in done.outcome.regions)


def _labels(folder: Path, items: Sequence[Item] | None = None) -> dict[str, Any]:
    labels = read_labels(read_file(folder / "truth.json"))
    if items is None:
        return labels
    names = {item.path.name for item in items}
    if not names & labels.keys():
        raise UsageError("None of the photos is labelled. The labels are found by the photos' file names.")
    return {name: label for name, label in labels.items() if name in names}


def _roll(folder: Path) -> Roll:
    return read_roll(read_file(folder / "roll.csv"))
