"""The figures say what happened: known intervals, and every way of hiding or missing a face or word."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.errors import UsageError
from redact.redaction.values import Action, Box, Kind, Outcome, Region, Status
from redact.trials.measure import NOT_IN_SILENCE, Share, read_labels, score
from redact.workers.report import Done

SIZE = [200, 100]


def photo(name: str, *boxes: Box, action: Action = Action.COVERED, status: Status = Status.REDACTED) -> Done:
    regions = tuple(Region(Kind.FACE, action, box.polygon, 0.9, "a reason") for box in boxes)
    return Done(f"folder/{name}", Outcome(status, regions=regions))


def face(box: list[float], **marks: Any) -> dict[str, Any]:
    return {"size": SIZE, "faces": [{"box": box, **marks}]}


def word(box: Box, name: bool, scene: str = "badge") -> dict[str, Any]:
    return {"size": SIZE, "scene": scene, "words": [{"quad": [list(point) for point in box.polygon], "name": name}]}


# 81 of 263 is the worked example of Newcombe 1998 (0.2553 to 0.3662); the others by hand from Wilson's formula.
@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_the_interval_is_wilsons(hits: int, total: int, low: float, high: float) -> None:
    assert Share(hits, total).interval() == pytest.approx((low, high), abs=1e-4)


def test_of_nothing_nothing_is_known() -> None:
    assert Share(0, 0).interval() == (0.0, 1.0)
    assert Share(0, 0).value == 1.0


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_share_lies_in_its_interval(hits: int, total: int) -> None:
    share = Share(min(hits, total), total)
    low, high = share.interval()
    assert 0 <= low <= share.value + 1e-12 and share.value - 1e-12 <= high <= 1


def test_a_covered_face_is_hidden() -> None:
    figures = score({"a.jpg": face([50, 20, 40, 50])}, [photo("a.jpg", Box(50, 20, 90, 70))])
    assert figures.faces["clear"] == figures.faces["all"] == figures.faces["40-80 px"] == Share(1, 1)
    assert figures.photos == Share(1, 1)
    assert (figures.missed, figures.stray) == ((), 0.0)


@pytest.mark.parametrize(
    "done",
    [
        photo("a.jpg"),
        photo("a.jpg", Box(50, 20, 70, 70)),  # half of it
        photo("a.jpg", Box(50, 20, 90, 70), action=Action.ASK),  # as the bench counts: what is only asked about
        photo("a.jpg", Box(50, 20, 90, 70), status=Status.HELD),
        photo("b.jpg", Box(50, 20, 90, 70)),
    ],
)
def test_a_face_that_is_not_covered_for_sure_is_missed(done: Done) -> None:
    figures = score({"a.jpg": face([50, 20, 40, 50])}, [done])
    assert figures.faces["clear"] == Share(0, 1)
    assert [(miss.source, miss.box) for miss in figures.missed] == [("a.jpg", (50, 20, 40, 50))]


@pytest.mark.parametrize(
    ("action", "told"), [(Action.COVERED, 1), (Action.ASK, 1), (Action.MAYBE, 1), (Action.SHOWN, 0)]
)
def test_what_a_person_is_asked_about_counts_where_that_is_asked_for(action: Action, told: int) -> None:
    labels = {"a.jpg": face([50, 20, 40, 50]), "b.jpg": word(Box(10, 10, 60, 30), True)}
    results = [photo("a.jpg", Box(50, 20, 90, 70), action=action), photo("b.jpg", Box(10, 10, 60, 30), action=action)]
    figures = score(labels, results, NOT_IN_SILENCE)
    assert (figures.faces["clear"], figures.scenes["badge"]) == (Share(told, 1), Share(told, 1))


@pytest.mark.parametrize(
    ("marks", "kinds"),
    [
        ({"invalid": True}, set()),
        ({"blur": 2}, {"all", "40-80 px"}),
        ({"occlusion": 2}, {"all", "40-80 px"}),
        ({"blur": 1, "occlusion": 1}, {"all", "40-80 px", "clear"}),
    ],
)
def test_what_nobody_could_recognise_is_not_a_clear_face(marks: dict[str, Any], kinds: set[str]) -> None:
    assert set(score({"a.jpg": face([50, 20, 40, 50], **marks)}, [photo("a.jpg")]).faces) == kinds


@pytest.mark.parametrize(
    ("height", "kind"), [(20, "20-40 px"), (39, "20-40 px"), (40, "40-80 px"), (80, "80 px and more")]
)
def test_faces_are_counted_by_height(height: int, kind: str) -> None:
    assert kind in score({"a.jpg": face([50, 5, 40, height])}, []).faces
    assert score({"a.jpg": face([50, 5, 40, 19])}, []).faces == {}


def test_a_cover_away_from_any_face_is_stray() -> None:
    figures = score({"a.jpg": face([0, 0, 20, 20])}, [photo("a.jpg", Box(100, 50, 149, 89))])
    assert figures.stray == pytest.approx(50 * 40 / (200 * 100))


def test_words_are_counted_by_scene_and_the_mean_is_over_scenes() -> None:
    labels = {
        "a.jpg": word(Box(10, 10, 60, 30), True),
        "b.jpg": word(Box(10, 10, 60, 30), True, "peg"),
        "c.jpg": word(Box(10, 10, 60, 30), True, "peg"),
        "d.jpg": word(Box(10, 10, 60, 30), False),
    }
    covered = Box(10, 10, 60, 30)
    figures = score(labels, [photo("a.jpg", covered), photo("b.jpg", covered), photo("c.jpg"), photo("d.jpg", covered)])
    assert figures.scenes == {"badge": Share(1, 1), "peg": Share(1, 2)}
    assert figures.mean_of_scenes == pytest.approx(0.75)
    assert figures.spoilt == Share(1, 1)
    assert [miss.source for miss in figures.missed] == ["c.jpg"]


def test_a_name_half_covered_can_still_be_read_and_another_word_cannot() -> None:
    half = Box(10, 10, 40, 30)
    assert score({"a.jpg": word(Box(10, 10, 60, 30), True)}, [photo("a.jpg", half)]).scenes["badge"] == Share(0, 1)
    assert score({"a.jpg": word(Box(10, 10, 60, 30), False)}, [photo("a.jpg", half)]).spoilt == Share(1, 1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b'{"a": 1}',
        b'{"a": {"size": [1]}}',
        b"\xff\xfe",
        b'{"a": {"size": [1, 2], "faces": [{"box": [1, 2, 3]}]}}',
        b'{"a": {"size": [1, 2], "words": [{"quad": [[1, 2]], "name": true}]}}',
    ],
)
def test_what_is_no_label_file_is_a_usage_error(content: bytes) -> None:
    with pytest.raises(UsageError, match="not a label file"):
        read_labels(content)


def test_a_label_file_is_read_as_it_is() -> None:
    labels = {"a.jpg": face([1, 2, 3, 4])}
    assert read_labels(json.dumps(labels).encode()) == labels
