"""Describe faces with the package face_recognition itself, to see what our own use of its networks gains or loses.

Threat: importing face_recognition makes Pillow accept truncated files in the whole process (half a photo would pass for
a whole one), and opens four weight files unchecked; one of them, the 68 landmarks, was made from pictures whose licence
excludes commercial use.
Rule: it is imported in a process of its own, which gets pixels and a square and gives numbers; only when a person asked
for it, for a measurement, and never to redact a photo.
Accepted residue: that process reads its weights as the package does; nothing that it says reaches a photo or a consent.

    python -m redact.trials.by_package      the process: pixels in at standard input, descriptions out
"""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from types import TracebackType
from typing import IO, Any, Final, Self

import numpy as np

from models.findings import Box, Pixels
from models.identity.recogniser import square_in
from models.identity.templates import PROBE, Gate, Template, Unfit
from redact.errors import RedactError

_COMMAND: Final = (sys.executable, "-m", "redact.trials.by_package")


class PackageRecogniser:
    """A Recogniser that asks face_recognition, in a process that lives as long as this is open."""

    def __enter__(self) -> Self:
        """Start the process; it loads for two seconds and takes 0.3 GB."""
        self._process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  our own
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        """End the process: its input ends."""
        self._process.communicate()

    def describe(self, pixels: Pixels, box: Box, gate: Gate = PROBE) -> Template | Unfit:
        """Return the description of the face in `box` of `pixels` (RGB); the package has no gate but its own.

        Raises:
            RedactError: the process ended before it answered.
        """
        del gate
        left, top, right, bottom = square_in(box)
        height, width = pixels.shape[:2]
        asked = {"size": [height, width], "place": [top, right, bottom, left]}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            _send(self._process.stdin, asked, np.ascontiguousarray(pixels).tobytes())
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        if not answer:
            raise RedactError("face_recognition ended before it answered. Run the measurement without --by-package.")
        numbers = np.array(json.loads(answer), dtype=np.float64)
        return Template(tuple(map(float, numbers / np.linalg.norm(numbers))))


def _send(out: IO[bytes], asked: dict[str, Any], pixels: bytes) -> None:
    out.write(json.dumps(asked).encode() + b"\n" + pixels)
    out.flush()


def _answer(asking: IO[bytes], out: IO[bytes]) -> None:
    """Answer every frame with a line of 128 numbers, until there is no more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pkg_resources says that it is going to go
        import face_recognition
    while line := asking.readline():
        asked = json.loads(line)
        height, width = asked["size"]
        pixels = np.frombuffer(asking.read(height * width * 3), dtype=np.uint8).reshape(height, width, 3)
        found = face_recognition.face_encodings(pixels, [tuple(asked["place"])], num_jitters=1, model="small")
        out.write(json.dumps([float(number) for number in found[0]]).encode() + b"\n")
        out.flush()


if __name__ == "__main__":
    _answer(sys.stdin.buffer, sys.stdout.buffer)
