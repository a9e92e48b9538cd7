"""`redact bench identity` and `attack`: who is recognised, and what a cover gives away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from models.faces.finder import open_face_finder
from models.identity.recogniser import open_recogniser
from models.sessions import open_session
from models.text.reader import RECOGNISER_FILE
from models.text.recognise import Recogniser
from models.text.tesseract import is_installed, read_line
from models.weights import default_folder, read_weight
from redact.cli.option import number, option
from redact.cli.options import AsJson
from redact.cli.pages.figures import print_figures
from redact.errors import ExitCode
from redact.trials.attack import Attempt, Read, attack_faces, attack_names, judge, ways
from redact.trials.attack_pictures import pages_in, people_in, sample_people
from redact.trials.by_package import PackageRecogniser
from redact.trials.measure import Share
from redact.trials.measure_identity import describe_pictures, describe_references, measure_identity
from redact.trials.samples import sample_folder


def bench_identity(
    enrol: Annotated[Path, typer.Argument(metavar="ENROL", help="References, one folder or name prefix per person.")],
    known: Annotated[Path, typer.Argument(metavar="KNOWN", help="Other pictures of the same people.")],
    stranger: Annotated[Path, typer.Argument(metavar="OTHERS", help="Pictures of other people.")],
    gallery: Annotated[int, number("--gallery", min=2, max=60, help="People that a face is compared with.")] = 60,
    by_package: Annotated[bool, option("--by-package", help="Ask face_recognition itself, apart.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say how many enrolled people are recognised, and how many strangers are taken for one."""
    finder = open_face_finder(default_folder())
    with PackageRecogniser() if by_package else nullcontext(open_recogniser()) as recogniser:
        figures = measure_identity(
            describe_references(enrol, finder, recogniser),
            describe_pictures(known, finder, recogniser),
            describe_pictures(stranger, finder, recogniser),
            gallery,
        )
    shares = {name: getattr(figures, name) for name in figures.__slots__}
    print_figures({name: _plain(value) for name, value in shares.items()}, as_json=as_json)


_ATTACK_FACES = "Folder with enrol (one folder per person) and known (PERSON.jpg)."


_ATTACK_NAMES = "Folder with truth.json, which spells the words, and images."


def bench_attack(
    faces: Annotated[Path | None, option("--faces", metavar="FOLDER", help=_ATTACK_FACES)] = None,
    names: Annotated[Path | None, option("--names", metavar="FOLDER", help=_ATTACK_NAMES)] = None,
    as_json: AsJson = False,
) -> None:
    """Try to recognise covered faces and to read covered names, in every style; without folders, on the samples.

    Exit status 1: a style gives away more than chance, or the attack fails where nothing is hidden.
    """
    finder, recogniser = open_face_finder(default_folder()), open_recogniser()
    people = people_in(faces, finder) if faces else sample_people(sample_folder(), finder)
    pages = (
        pages_in(names / "truth.json", names / "images")
        if names
        else pages_in(sample_folder() / "names_truth.json", sample_folder())
    )
    attempts = (
        *attack_faces(people.enrolled, people.probes, recogniser, ways("face")),
        *attack_names(pages, _attack_readers(), ways("name")),
    )
    _print_attempts(attempts, as_json=as_json)
    faults = judge(attempts)
    for fault in faults:
        typer.echo(fault, err=True)
    raise typer.Exit(ExitCode.FAILED if faults else ExitCode.OK)


def _attack_readers() -> dict[str, Read]:
    """Return the readers without the rules that leave out what is hardly legible."""
    paddle = Recogniser(open_session(read_weight(RECOGNISER_FILE), 1))
    readers: dict[str, Read] = {
        "PP-OCR": lambda pixels, quads: [line.text for line in paddle.read(pixels, quads, "PP-OCR")]
    }
    if is_installed():
        readers["Tesseract"] = lambda pixels, quads: [read_line(pixels, quad).text for quad in quads]
    else:
        typer.echo("Tesseract is not installed; names are attacked with PP-OCR alone.", err=True)
    return readers


def _print_attempts(attempts: Sequence[Attempt], *, as_json: bool) -> None:
    if as_json:
        rows = [asdict(attempt) | {"p": attempt.p, "interval95": attempt.hits.interval()} for attempt in attempts]
        typer.echo(json.dumps(rows, indent=1))
        return
    typer.echo(f"{'attack':28} {'hidden by':10} {'hits':>12}  {'95 % interval':15} {'chance':>8} {'p':>8}")
    for attempt in attempts:
        low, high = attempt.hits.interval()
        typer.echo(
            f"{attempt.attack:28} {attempt.hidden_by:10} {attempt.hits.hits:4} of {attempt.hits.total:4}"
            f"  {100 * low:4.1f} to {100 * high:5.1f} % {100 * attempt.chance:6.2f} % {attempt.p:8.2g}"
        )


def _plain(value: object) -> object:
    if not isinstance(value, Share):
        return value
    low, high = value.interval()
    return f"{value.hits} of {value.total}, {100 * value.value:.1f} % (95 %: {100 * low:.2f} to {100 * high:.2f})"
