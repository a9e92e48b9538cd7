"""The list of awkward files: our own decoder and encoder pass it, and saboteurs do not."""

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from redact.errors import PictureHeld, PictureRefused
from redact.redaction.encode import encode
from redact.redaction.picture.decode import decode
from redact.redaction.values import Outcome, Picture, Status
from redact.trials.selftest import Case, build_cases, check_case
from redact.trials.selftest import specimens as s

NOBODY = "0" * 64


def honest(data: bytes) -> Outcome:
    """Decode and encode, as the redaction does, with nothing covered."""
    try:
        return Outcome(Status.REDACTED, NOBODY, output=encode(decode(data)))
    except PictureHeld as error:
        return Outcome(Status.HELD, NOBODY, str(error))
    except PictureRefused as error:
        return Outcome(Status.REFUSED, NOBODY, str(error))


def copier(data: bytes) -> Outcome:
    """Hand the source file on as it is."""
    return Outcome(Status.REDACTED, NOBODY, output=data)


def lax(data: bytes) -> Outcome:
    """Open whatever Pillow opens; ignore profile, orientation and damage."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return Outcome(Status.REDACTED, NOBODY, output=encode(Picture(np.array(image.convert("RGB")))))
    except Exception:  # noqa: BLE001 - whatever Pillow throws, this saboteur shrugs
        return Outcome(Status.REFUSED, NOBODY, "no")


def mirror(data: bytes) -> Outcome:
    outcome = honest(data)
    if outcome.output is None:
        return outcome
    return replace(outcome, output=encode(Picture(decode(outcome.output).pixels[:, ::-1].copy())))


def failures(redact: Callable[[bytes], Outcome]) -> set[str]:
    return {case.name for case in build_cases() if check_case(case, redact)}


@pytest.mark.parametrize("case", build_cases(), ids=lambda case: case.name)
def test_every_case_passes(case: Case) -> None:
    assert check_case(case, honest) is None


def test_names_are_unique() -> None:
    names = [case.name for case in build_cases()]
    assert len(names) == len(set(names)) > 60


def test_copier_fails_every_case() -> None:
    # One source file happens to be spelt exactly as our own output is.
    assert failures(copier) == {case.name for case in build_cases()} - {"JPEG under the name of a video"}


@pytest.mark.filterwarnings("ignore")
def test_lax_program_fails_where_it_should() -> None:
    assert {
        "EXIF orientation 6",
        "Display P3 JPEG",
        "transparent PNG",
        "16-bit grey PNG",
        "WebP with EXIF orientation 6",
        "animated GIF",
        "TIFF of two pages",
        "JPEG with a hole",
        "camera raw file",
    } <= failures(lax)


def test_mirrored_output_fails_wherever_there_is_one() -> None:
    assert {case.name for case in build_cases() if case.status is Status.REDACTED} <= failures(mirror)


def test_marker_in_output_is_found() -> None:
    case = build_cases()[0]
    assert check_case(case, lambda _: Outcome(Status.REDACTED, NOBODY, output=s.jpeg(comment=s.MARKER)))


def test_output_beside_a_refusal_is_found() -> None:
    case = next(case for case in build_cases() if case.status is Status.REFUSED)
    assert check_case(case, lambda _: Outcome(Status.REFUSED, NOBODY, "Because.", output=b"x"))
    assert check_case(case, lambda _: Outcome(Status.REFUSED, NOBODY, None))


def test_ycck_specimen_is_ycck() -> None:
    data = s.ycck()
    assert data[data.index(b"Adobe") + 11] == 2
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "CMYK"
        assert image.info["adobe_transform"] == 2
