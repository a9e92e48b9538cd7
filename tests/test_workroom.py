"""The inner corridor with exact, blind, wild and babbling senses: nothing comes out unproven."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.findings import Box, Face
from models.senses import Senses
from redact.cover import margin_px, mask_of
from redact.decode import decode
from redact.encode import encode
from redact.roll import Pupil, Roll
from redact.values import Action, Kind, Outcome, Picture, Policy, Status, Style
from redact.workroom import Workroom, examine_photo, redact_photo
from tests.fakes import BabblingReader, FixedFinder, FixedReader, WildFinder, line_of, senses
from tests.made import noisy_jpeg, noisy_picture

FACE = Face(Box(100, 80, 140, 130), 0.9, "fixed")
ROLL = Roll((Pupil("TEST1", "Thaddeus", "Wrenfield"),))


def room(with_senses: Senses, policy: Policy = Policy(), roll: Roll | None = ROLL) -> Workroom:
    ticks = itertools.count()
    return Workroom(with_senses, roll, policy, lambda: float(next(ticks)))


def test_a_face_is_covered_and_the_outcome_says_so() -> None:
    data = noisy_jpeg()
    outcome = redact_photo(data, room(senses(FixedFinder((FACE,)))))
    assert outcome.status is Status.REDACTED
    assert outcome.sha256 == hashlib.sha256(data).hexdigest()
    [region] = outcome.regions
    assert (region.kind, region.action) == (Kind.FACE, Action.COVERED)
    assert outcome.output is not None and outcome.verdict is not None and outcome.verdict.passed
    inside = decode(outcome.output).pixels[90:120, 110:130].astype(float)
    assert inside.std(axis=(0, 1)).max() < 30  # the source has a deviation of about 70 there
    assert set(outcome.seconds) == {"decode", "find", "decide", "cover", "encode", "verify"}


def test_a_name_is_covered_and_the_words_beside_it_are_not() -> None:
    line = line_of("Well done Thaddeus Wrenfield", Box(10, 100, 310, 125))
    outcome = redact_photo(noisy_jpeg(), room(senses(text=FixedReader((line,)))))
    assert outcome.status is Status.REDACTED
    mask = mask_of((320, 240), [region.polygon for region in outcome.regions], 0)
    assert mask[105:120, 130:300].mean() > 0.9
    assert mask[105:120, 15:90].mean() < 0.1
    assert all("haddeus" not in region.reason and "renfield" not in region.reason for region in outcome.regions)


def test_a_face_found_again_is_covered_in_one_more_pass() -> None:
    other = Face(Box(200, 150, 230, 190), 0.8, "fixed")
    finder = FixedFinder((FACE,), later=(other,))
    outcome = redact_photo(noisy_jpeg(), room(senses(finder)))
    assert outcome.status is Status.REDACTED
    assert finder.looks == 3
    assert "found again" in outcome.regions[-1].reason


def test_what_is_found_again_and_again_is_held_without_an_output() -> None:
    class Restless:
        looks = 0

        def find(self, pixels: object) -> tuple[Face, ...]:
            self.looks += 1
            return (Face(Box(60 * self.looks, 10, 60 * self.looks + 30, 50), 0.9, "restless"),)

        find_sure = find

    outcome = redact_photo(noisy_jpeg(), room(senses(Restless())))
    assert (outcome.status, outcome.output) == (Status.HELD, None)
    assert "did not pass its own check" in (outcome.reason or "")


def test_a_name_that_only_the_second_look_reads_is_covered() -> None:
    line = line_of("Thaddeus Wrenfield", Box(10, 100, 310, 125))
    outcome = redact_photo(noisy_jpeg(), room(senses(text=FixedReader((), (line,)))))
    assert outcome.status is Status.REDACTED
    assert outcome.regions


@pytest.mark.parametrize(
    "with_senses", [senses(WildFinder()), senses(text=BabblingReader()), senses(WildFinder(), BabblingReader())]
)
@pytest.mark.parametrize("style", Style)
def test_senses_gone_mad_neither_crash_nor_bare(with_senses: Senses, style: Style) -> None:
    outcome = redact_photo(noisy_jpeg(), room(with_senses, Policy(style)))
    assert outcome.status in {Status.REDACTED, Status.HELD}
    assert all(0 <= x <= 320 and 0 <= y <= 240 for region in outcome.regions for x, y in region.polygon)


def test_a_blind_finder_lets_the_picture_through_unchanged_but_small_and_clean() -> None:
    outcome = redact_photo(noisy_jpeg(640, 480), room(senses(), Policy(max_side_px=100)))
    assert (outcome.status, outcome.output_size, outcome.source_size) == (Status.REDACTED, (100, 75), (640, 480))


@pytest.mark.parametrize(
    ("data", "status"), [(b"", Status.REFUSED), (b"hello", Status.REFUSED), (noisy_jpeg()[:4000], Status.HELD)]
)
def test_what_is_not_a_whole_picture_has_a_reason_and_no_output(data: bytes, status: Status) -> None:
    outcome = redact_photo(data, room(senses()))
    assert (outcome.status, outcome.output) == (status, None)
    assert outcome.reason and outcome.sha256 == hashlib.sha256(data).hexdigest()


def test_the_same_bytes_give_the_same_bytes() -> None:
    first, second = (redact_photo(noisy_jpeg(), room(senses(FixedFinder((FACE,))))) for _ in range(2))
    assert first.output == second.output


def test_examine_covers_nothing_and_says_what_would_be() -> None:
    outcome = examine_photo(noisy_jpeg(), room(senses(FixedFinder((FACE,)))))
    assert (outcome.status, outcome.output, len(outcome.regions)) == (Status.CHECKED, None, 1)


def png_of(picture: Picture) -> bytes:
    """Return a file that holds exactly these pixels (a JPEG would smear noise over a cover's border)."""
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture.pixels).save(buffer, "PNG")
    return buffer.getvalue()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 2**31),
    st.floats(20, 250),
    st.floats(20, 180),
    st.floats(8, 90),
    st.sampled_from(Style),
    st.sampled_from([2048, 320, 300, 160, 77]),
)
def test_noise_in_the_source_under_the_reported_polygons_changes_no_byte(
    seed: int,
    x: float,
    y: float,
    side: float,
    style: Style,
    max_side_px: int,
) -> None:
    """The whole walk, shrinking included: nothing of what lay under a reported polygon reaches the output."""
    picture = noisy_picture(seed=seed % 1000)
    face = Face(Box(x, y, x + side, y + side * 1.2), 0.9, "fixed")

    def run(source: Picture) -> Outcome:
        return redact_photo(png_of(source), room(senses(FixedFinder((face,))), Policy(style, max_side_px)))

    plain = run(picture)
    mask = mask_of(picture.size, [region.polygon for region in plain.regions], 0)
    noisy = picture.pixels.copy()
    noisy[mask] = np.random.default_rng(seed).integers(0, 256, (int(mask.sum()), 3))
    assert run(Picture(noisy)).output == plain.output
    assert plain.output is not None and margin_px(1.0) > 0 and encode(picture) != plain.output
