"""Read an output file independently, byte by byte: does it hold the picture and nothing else?

Threat: something of the source file (a place, a name, a thumbnail, a second picture) rides along in the output.
Rule: the file has exactly one spelling: these segments, in this order, of these lengths, nothing between, before or
behind them.  Every other file is a problem, also a harmless one that any viewer would open.
Residue: values inside the tables and the coded picture are not judged (the tables come from libjpeg; the picture is
what is published).  Whether the picture shows a face or a name is for redact/redaction/verify.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"  # 1.1, no density, no thumbnail
_QUANTISATION_TABLES = (0x00, 0x01)  # 8-bit tables 0 (brightness) and 1 (colour), one per segment
_HUFFMAN_TABLES = (0x00, 0x10, 0x01, 0x11)  # DC 0, AC 0, DC 1, AC 1, one per segment
_COMPONENTS = b"\x03\x01\x11\x00\x02\x11\x01\x03\x11\x01"  # Y, Cb, Cr at full resolution, tables 0 1 1
_SCAN = b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"  # all three components, whole spectrum
_FRAME_BYTES = 19  # marker to the end of a three-component baseline frame header
_BITS_A_BLOCK = 4  # shortest coded block with the standard tables: 2 bits DC and 2 bits AC (colour)
_BLOCK_PX = 8
_MARK = re.compile(rb"\xff[^\x00]")  # in coded data, FF is followed by 00 and nothing else


@dataclass(slots=True)
class _Reading:
    """A place in the bytes that moves forward, and what was wrong on the way."""

    data: bytes
    at: int = 0
    size: tuple[int, int] = (0, 0)
    problems: list[str] = field(default_factory=list)

    def expect(self, piece: bytes, problem: str) -> None:
        """Step over `piece`, or note the problem."""
        if self.data.startswith(piece, self.at):
            self.at += len(piece)
        else:
            self.problems.append(problem)


def read_output(data: bytes, size: tuple[int, int] | None = None) -> tuple[str, ...]:
    """Return what is wrong with an output file, one sentence per problem; empty when it holds nothing but the picture.

    Args:
        data: The bytes of the written file.
        size: The (width, height) in pixels that it should state; None: any.
    """
    # 1. It begins as a JPEG file.              5. Four Huffman tables of the length they state.
    # 2. The JFIF header, to the byte.          6. One scan of all three components.
    # 3. Two quantisation tables.               7. Coded data without any marker, and enough of it for the size.
    # 4. A baseline frame of the size asked.    8. The end mark, and nothing behind it.
    reading = _Reading(data)
    steps = (_read_start, _read_jfif, _read_quantisation, _read_frame, _read_huffman, _read_scan_header)
    for step in steps:
        step(reading)
        if reading.problems:
            return tuple(reading.problems)
    if size is not None and reading.size != size:
        reading.problems.append(f"4. The file states {reading.size} pixels and not {size}.")
    _read_coded(reading)
    return tuple(reading.problems)


def _read_start(reading: _Reading) -> None:
    reading.expect(_SOI, "1. The file does not begin as a JPEG file.")


def _read_jfif(reading: _Reading) -> None:
    reading.expect(_JFIF, "2. The file does not go on with the plain JFIF header that we write.")


def _read_quantisation(reading: _Reading) -> None:
    for table in _QUANTISATION_TABLES:
        reading.expect(b"\xff\xdb\x00\x43" + bytes([table]), "3. A quantisation table is missing, or not the next.")
        reading.at += 64


def _read_frame(reading: _Reading) -> None:
    reading.expect(b"\xff\xc0\x00\x11\x08", "4. The frame header is not baseline with 8 bits, or not the next.")
    frame = reading.data[reading.at : reading.at + _FRAME_BYTES - 5]
    height, width = int.from_bytes(frame[:2], "big"), int.from_bytes(frame[2:4], "big")
    if frame[4:] != _COMPONENTS or not width or not height:
        reading.problems.append("4. The frame header does not describe three full components of a picture.")
    reading.size, reading.at = (width, height), reading.at + len(frame)


def _read_huffman(reading: _Reading) -> None:
    for table in _HUFFMAN_TABLES:
        counts = reading.data[reading.at + 5 : reading.at + 21]
        length = (19 + sum(counts)).to_bytes(2, "big")
        reading.expect(b"\xff\xc4" + length + bytes([table]), "5. A Huffman table is missing, or not the next.")
        reading.at += 16 + sum(counts)


def _read_scan_header(reading: _Reading) -> None:
    reading.expect(_SCAN, "6. The scan header is not that of one scan of all components, or not the next.")


def _read_coded(reading: _Reading) -> None:
    width, height = reading.size
    mark = _MARK.search(reading.data, reading.at)
    end = mark.start() if mark else len(reading.data)
    blocks = 3 * -(-width // _BLOCK_PX) * -(-height // _BLOCK_PX)
    if (end - reading.at) * 8 < blocks * _BITS_A_BLOCK:
        reading.problems.append("7. The coded picture is shorter than any picture of the stated size can be.")
    if reading.data[end:] == _EOI:
        return
    if not reading.data.startswith(_EOI, end):
        reading.problems.append("7. Something other than the coded picture stands before the end mark.")
    else:
        reading.problems.append("8. There are bytes behind the end mark.")
