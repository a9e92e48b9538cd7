"""Find and read text: which lines there are, what they say word by word, how sure the reader is.

A line that was located but not legible is returned too, with few or no words and a low score: what cannot be read
may still be a name, and dropping it here would be the unsafe way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import onnxruntime as ort

from models.findings import Line, Pixels, Polygon
from models.text_locate import CLOSE, QUICK, Locator
from models.text_recognise import Recogniser
from models.weights import read_weight

DETECTOR_FILE = "PP-OCRv6_det_small.onnx"
RECOGNISER_FILE = "PP-OCRv6_rec_small.onnx"


class TextReader(Protocol):
    """Reads the text in a picture."""

    def read(self, pixels: Pixels) -> tuple[Line, ...]:
        """Return every line located in `pixels`, in its pixels; illegible ones too, with a low score."""

    def locate(self, pixels: Pixels) -> tuple[Polygon, ...]:
        """Return where lines of text lie, without reading them; quicker than `read`, and misses a little more."""

    def read_at(self, pixels: Pixels, quads: Sequence[Polygon]) -> tuple[Line, ...]:
        """Return one line for each of `quads`, places in the same pixels."""


class PaddleReader:
    """PP-OCR's small models, run by onnxruntime (the weights lie in the rapidocr wheel)."""

    def __init__(self, locator: Locator, recogniser: Recogniser) -> None:
        """Take the two opened networks."""
        self._locator, self._recogniser = locator, recogniser

    def read(self, pixels: Pixels) -> tuple[Line, ...]:
        """Return every line located in `pixels`, in its pixels; illegible ones too, with a low score."""
        return self.read_at(pixels, tuple(place.quad for place in self._locator.locate(pixels, CLOSE)))

    def locate(self, pixels: Pixels) -> tuple[Polygon, ...]:
        """Return where lines of text lie, without reading them; quicker than `read`, and misses a little more."""
        return tuple(place.quad for place in self._locator.locate(pixels, QUICK))

    def read_at(self, pixels: Pixels, quads: Sequence[Polygon]) -> tuple[Line, ...]:
        """Return one line for each of `quads`, places in the same pixels."""
        return self._recogniser.read(pixels, quads, "rapidocr")


def open_text_reader(threads: int = 1) -> TextReader:
    """Open the reader with `threads` threads for each network.

    Raises:
        WeightAbsent, WeightDamaged: the weights in the rapidocr package are not there, or not those of the manifest.
    """
    return PaddleReader(Locator(_session(DETECTOR_FILE, threads)), Recogniser(_session(RECOGNISER_FILE, threads)))


def _session(weight: str, threads: int) -> ort.InferenceSession:
    # rapidocr itself is never imported: it sets up logging and a downloader, and shrinks what it is given.
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the largest strip ever seen: memory would only grow
    options.log_severity_level = 3  # errors only
    return ort.InferenceSession(read_weight(weight), options, providers=["CPUExecutionProvider"])
