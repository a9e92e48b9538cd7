"""The whole walk on sample pictures: what comes out is read again by finders that know nothing of the plan."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from models.finders import Finders, open_finders
from redact.pupils.roll import Roll, read_roll
from redact.redaction.covers.control import MOST_DIFFERENCE
from redact.redaction.covers.masks import Mask, mask_of
from redact.redaction.covers.paint import Look
from redact.redaction.decide import decide
from redact.redaction.picture.decode import decode
from redact.redaction.shapes.geometry import core_of, covered_share
from redact.redaction.values import Action, Box, Findings, Kind, NameReason, Picture, Policy, Status
from redact.trials.leaks import find_traces
from redact.trials.measure import Score, score
from redact.workers.batch import redact_items
from redact.workers.intake import Item
from redact.workers.job import WorkerSetup
from redact.workers.pool import share_cores
from redact.workers.report import Done
from tests.rigs.needs import need
from tests.rigs.program import files_under, run_program

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
#: Four faces with one cut by the border; print and handwriting; words that are names elsewhere; a photo on its side;
#: a phone's container; a file that says everything.
CHOSEN = ("03-group.jpg", "08-coat-pegs.jpg", "13-poster.jpg", "14-sideways.jpg", "15-phone.heic", "16-metadata.jpg")
MAX_SIDE_PX = 1400  # the finders look again at the output: smaller is quicker, and print stays legible
#: What 16-metadata.jpg says of its pupil, place and camera, in every block a camera writes.
MARKERS = (
    b"Nwosu",
    b"Amara",
    b"SN-0042",
    b"iPhone",
    b"Hollybush",
    b"Lincoln",
    b"Ashdown",
    b"mwg-rs",
    b"8BIM",
    b"Exif",
    b"http://ns.adobe.com",
    b"MotionPhoto",
    b"photo of",
    b"ICC_PROFILE",
    b"MPF",
)
#: What any JPEG says of itself; everything else that exiftool finds came from the source.
OWN_GROUPS = {"ExifTool", "System", "File", "Composite", "JFIF"}


@dataclass(frozen=True)
class Walk:
    """One run over the chosen samples."""

    items: tuple[Item, ...]
    results: tuple[Done, ...]
    out: Path
    figures: Score

    def done(self, name: str) -> Done:
        return next(done for done in self.results if done.source == name)

    def output(self, name: str) -> bytes:
        return (self.out / str(self.done(name).output)).read_bytes()


def labels() -> dict[str, Any]:
    """Return the truth about faces and names of the chosen samples, as one."""
    faces, names = (json.loads((SAMPLES / f"{kind}_truth.json").read_text("utf-8")) for kind in ("faces", "names"))
    return {name: faces[name] | names[name] for name in CHOSEN}


@pytest.fixture(scope="module")
def roll() -> Roll:
    return read_roll((SAMPLES / "roll.csv").read_bytes())


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, roll: Roll) -> Walk:
    root = tmp_path_factory.mktemp("walk")
    items = tuple(Item(SAMPLES / name, name) for name in CHOSEN)
    workers, threads = share_cores(len(items), None)
    bench = WorkerSetup(root / "no optional weights", threads, roll, Policy(max_side_px=MAX_SIDE_PX))
    told: list[int] = []
    results = redact_items(items, root / "out", bench, workers, lambda count, done: told.append(count))
    assert told == list(range(1, len(items) + 1))
    return Walk(items, results, root / "out", score(labels(), results))


@pytest.fixture(scope="module")
def open_eyes(tmp_path_factory: pytest.TempPathFactory) -> Finders:
    return open_finders(tmp_path_factory.mktemp("none"), 2)


def mask_on(picture: Picture, done: Done) -> Mask:
    """Return what the report says is covered, in pixels of the output."""
    assert done.outcome.source_size
    k = picture.width_px / done.outcome.source_size[0]
    polygons = [tuple((x * k, y * k) for x, y in region.polygon) for region in done.outcome.regions]
    return mask_of(picture.size, polygons, 2)


@pytest.mark.parametrize("name", CHOSEN)
def test_every_sample_is_redacted_and_passes_its_check(walk: Walk, name: str) -> None:
    outcome = walk.done(name).outcome
    assert outcome.status is Status.REDACTED, outcome.reason
    assert outcome.verdict is not None and outcome.verdict.passed
    assert outcome.output_size is not None and max(outcome.output_size) == MAX_SIDE_PX
    assert decode(walk.output(name)).size == outcome.output_size


def test_every_face_is_hidden(walk: Walk) -> None:
    assert walk.figures.faces["all"].total >= 7
    assert walk.figures.faces["all"].value == 1.0, walk.figures.missed


def test_nine_names_in_ten_are_hidden_and_few_other_words(walk: Walk) -> None:
    hits, total = (sum(getattr(share, part) for share in walk.figures.scenes.values()) for part in ("hits", "total"))
    assert total >= 20
    assert hits >= 0.9 * total, walk.figures.missed
    assert walk.figures.spoilt.value <= 0.15


def test_the_poster_stays_readable(walk: Walk) -> None:
    assert walk.done("13-poster.jpg").outcome.regions == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["03-group.jpg", "08-coat-pegs.jpg", "14-sideways.jpg"])
def test_a_stranger_finds_no_face_and_no_name_in_the_output(
    walk: Walk,
    open_eyes: Finders,
    roll: Roll,
    name: str,
) -> None:
    picture = decode(walk.output(name))
    done = walk.done(name)
    mask = mask_on(picture, done)
    assert done.outcome.source_size
    k = picture.width_px / done.outcome.source_size[0]
    true = [
        Box(x * k, y * k, (x + width) * k, (y + height) * k)
        for x, y, width, height in (face["box"] for face in labels()[name]["faces"])
    ]
    bare = [
        face
        for face in open_eyes.faces.find(picture.pixels)
        if face.score > 0.5
        and covered_share(mask, core_of(face.box)) < 0.5
        # A suit beside a covered head was taken for a face (score 0.51): only what lies on a true face is one.
        and any(face.box.iou(one) > 0.25 for one in true)
    ]
    assert bare == []
    plan = decide(Findings(lines=open_eyes.text.read(picture.pixels)), roll, picture.size)
    legible = [
        region
        for region in plan.regions
        if region.kind is Kind.NAME
        and region.action is Action.COVERED
        # A guess about an unknown word with no other text: here it is texture of cloth.
        and region.reason != NameReason.ALONE
        and covered_share(mask, region.polygon) < 0.5
    ]
    assert legible == []


@pytest.mark.slow
def test_no_cover_follows_its_source(walk: Walk) -> None:
    traces = find_traces(walk.items, walk.results, walk.out, Look())
    assert traces.leaks == 0
    assert traces.largest <= MOST_DIFFERENCE


def test_nothing_of_the_talkative_file_gets_through(walk: Walk) -> None:
    source, output = (SAMPLES / "16-metadata.jpg").read_bytes(), walk.output("16-metadata.jpg")
    assert [marker for marker in MARKERS[:5] if marker not in source] == [], "the sample says what it should"
    assert [marker for marker in MARKERS if marker in output] == []


def test_exiftool_finds_nothing_but_the_container(walk: Walk) -> None:
    listed = subprocess.run([need("exiftool"), "-j", "-a", "-u", "-G1", str(walk.out)], capture_output=True, check=True)
    photos = json.loads(listed.stdout)
    assert len(photos) == len(CHOSEN)
    for photo in photos:
        groups = {key.partition(":")[0] for key in photo if ":" in key}
        assert groups <= OWN_GROUPS
        assert "File:Comment" not in photo


def test_the_same_photo_twice_is_one_output(walk: Walk) -> None:
    assert len(files_under(walk.out)) == len(CHOSEN)
    assert len({done.output_sha256 for done in walk.results}) == len(CHOSEN)


@pytest.mark.slow
def test_a_disk_that_fills_up_fails_the_program_and_nothing_is_claimed(tmp_path: Path) -> None:
    """The system refuses to write on within a file (a real failing write, by a limit): as a full disk does."""
    for number in range(3):
        shutil.copy(SAMPLES / "portraits/hopper.jpg", tmp_path / f"{number}.jpg")
    photos = [tmp_path / f"{number}.jpg" for number in range(3)]
    ended = run_program(
        "photo",
        *photos,
        "--out",
        tmp_path / "out",
        "--report",
        tmp_path / "report.json",
        "--json",
        home=tmp_path / "home",
        file_limit=20_000,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: Cannot write")
    assert ended.stdout == ""
    assert files_under(tmp_path / "out") == set()
    assert not (tmp_path / "report.json").exists()
