"""What the forms of a photo's page ask for, as values: what no page of ours sends is refused, and nothing is done."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

from redact.desk.visit import Form
from redact.errors import UsageError
from redact.posts.changes import Changes, HandCover, HandLift, Seen
from redact.redaction.answers.values import LiftCause
from redact.redaction.values import Kind, Polygon, Style

MOST_COVERS: Final = 30  # of one asking; a class has thirty
MOST_ANSWERED: Final = 100  # places of one asking: a form of the desk has 200 fields at most; the others are asked next
MOST_POINTS: Final = 60  # of one polygon
SHA256: Final = re.compile(r"[0-9a-f]{64}")  # of a photo, a copy or a post's content
NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")  # of a row, or of a place on a photo
_FILE_KEY: Final = re.compile(r"[0-9a-f]{32}")  # 16 bytes: age v1 specification, "File key"
#: As what a place is covered: the words of the form.
COVER_AS: Final[Mapping[str, Kind]] = {"head": Kind.FACE, "flat": Kind.OTHER}


class FormFault(UsageError):
    """A form says what no page of the desk says."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("The form could not be read. Open the page again and do it once more. Nothing was changed.")


def read_seen(photo: str, form: Form, field: str = "output") -> Seen:
    """Return which copy a form is about.

    Raises:
        FormFault: it says none.
    """
    output = form.get(field)
    if not SHA256.fullmatch(output):
        raise FormFault
    return Seen(photo, output)


def read_changes(form: Form) -> Changes:
    """Return the changes that a form asks for; the numbers are those of the copy's places.

    Raises:
        FormFault: it asks for nothing, or for nonsense.
    """
    answered = {name.removeprefix("place-"): form.get(name) for name in form.fields if name.startswith("place-")}
    if not {*answered.values()} <= {"cover", "nobody"} or any(len(form.fields[f"place-{one}"]) > 1 for one in answered):
        raise FormFault
    changes = Changes(
        covers=_read_covers(form),
        covered=tuple(read_number(number) for number, word in answered.items() if word == "cover"),
        dismissed=tuple(read_number(number) for number, word in answered.items() if word == "nobody"),
        style=_read_style(form.get("style")),
        crop=_read_crop(form.get("crop")),
        undone=tuple(read_number(number) for number in form.fields.get("undone", ())),
    )
    if changes.is_empty:
        raise FormFault
    return changes


def read_lift(number: int, form: Form) -> HandLift:
    """Return what lifts a cover.

    Raises:
        FormFault: no cause is chosen, or of a consent no pupil.
    """
    cause, pupil = form.get("cause"), form.get("pupil")
    if cause not in {each.value for each in LiftCause} or len(pupil) > 20:
        raise FormFault
    if (LiftCause(cause) is LiftCause.CONSENT) is not bool(pupil):
        raise UsageError("Choose the pupil who may be shown, or another reason. Nothing was changed.")
    return HandLift(number, LiftCause(cause), pupil)


def check_looked(form: Form) -> None:
    """Take that somebody looked before they say that a post is down: their word goes to the audit log.

    Raises:
        UsageError: the box is not ticked; a browser without its check of forms sends it so.
    """
    if form.get("looked") != "yes":
        raise UsageError("Look where it stood first, then tick that it stands there no more. Nothing was changed.")


def read_number(text: str) -> int:
    """Return a number from 1.

    Raises:
        FormFault: it is none.
    """
    if not NUMBER.fullmatch(text):
        raise FormFault
    return int(text)


def read_file_key(text: str) -> bytes:
    """Return the key of one sealed file, as a page's script sends it.

    Raises:
        FormFault: it is none.
    """
    if not _FILE_KEY.fullmatch(text):
        raise FormFault
    return bytes.fromhex(text)


def read_polygon(text: str) -> Polygon:
    """Return a polygon written as "x,y x,y x,y", pixels of the copy.

    Raises:
        FormFault: it is none.
    """
    points = text.split(" ")
    if not 3 <= len(points) <= MOST_POINTS:
        raise FormFault
    return tuple(read_point(point) for point in points)


def read_corner(x: str, y: str, k: float) -> tuple[float, float]:
    """Return where an image button was clicked, in pixels of the copy; `k` of them lie in one of the button's.

    Raises:
        FormFault: it was not.
    """
    found = read_point(f"{x},{y}")
    return found[0] * k, found[1] * k


def box_of(a: tuple[float, float], b: tuple[float, float]) -> Polygon:
    """Return the box between two corners."""
    (x0, x1), (y0, y1) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def _read_covers(form: Form) -> tuple[HandCover, ...]:
    drawn, kind = form.fields.get("cover", ()), COVER_AS.get(form.get("as") or "flat")
    if len(drawn) > MOST_COVERS or kind is None:
        raise FormFault
    return tuple(HandCover(read_polygon(text), kind) for text in drawn)


def _read_style(text: str) -> Style | None:
    if text and text not in {style.value for style in Style}:
        raise FormFault
    return Style(text) if text else None


def _read_crop(text: str) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    box = read_polygon(text)
    return min(x for x, _ in box), min(y for _, y in box), max(x for x, _ in box), max(y for _, y in box)


def read_point(text: str) -> tuple[float, float]:
    """Return a point written as "x,y".

    Raises:
        FormFault: it is none.
    """
    x, _, y = text.partition(",")
    try:
        point = float(x), float(y)
    except ValueError as error:
        raise FormFault from error
    if len(text) > 100 or not all(math.isfinite(value) and abs(value) < 1e6 for value in point):
        raise FormFault
    return point
