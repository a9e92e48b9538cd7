"""What cameras put around the pixels: EXIF, XMP, IPTC, a comment, a colour profile, a trailer.

Written by hand with `struct`, because Pillow will not write an EXIF thumbnail, IPTC or XMP face regions, and
LittleCMS makes no Display P3 profile.  Formats: TIFF 6.0 and EXIF 2.32 (tags), IPTC-IIM 4.2 (datasets),
MWG Guidelines 2.0 (regions), ICC.1:2010 (profile).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image


Value = str | bytes | int | Sequence[tuple[int, int]]
Directory = Mapping[int, Value]
THUMBNAIL_PX = 320  # long side; phones write 160 to 512

EXIF_POINTER, GPS_POINTER, THUMBNAIL_OFFSET, THUMBNAIL_LENGTH = 0x8769, 0x8825, 0x0201, 0x0202  # EXIF 2.32, tags
LONG_TAGS = {EXIF_POINTER, GPS_POINTER, THUMBNAIL_OFFSET, THUMBNAIL_LENGTH}


def encode_value(tag: int, value: Value) -> tuple[int, int, bytes]:
    """Return (TIFF type, count, bytes) of a value."""
    if isinstance(value, str):
        raw = value.encode("utf-8") + b"\0"
        return 2, len(raw), raw
    if isinstance(value, bytes):
        return (1 if len(value) == 1 else 7), len(value), value
    if isinstance(value, int):
        return (4, 1, struct.pack("<I", value)) if tag in LONG_TAGS else (3, 1, struct.pack("<HH", value, 0))
    return 5, len(value), b"".join(struct.pack("<II", *pair) for pair in value)


def directory(entries: Directory, offset: int, following: int = 0) -> bytes:
    """Write one TIFF directory that will lie at `offset`, its long values right behind it."""
    table, behind = b"", b""
    start = offset + 2 + 12 * len(entries) + 4
    for tag in sorted(entries):
        kind, count, raw = encode_value(tag, entries[tag])
        if len(raw) > 4:
            table += struct.pack("<HHII", tag, kind, count, start + len(behind))
            behind += raw + b"\0" * (len(raw) % 2)
        else:
            table += struct.pack("<HHI", tag, kind, count) + raw.ljust(4, b"\0")
    return struct.pack("<H", len(entries)) + table + struct.pack("<I", following) + behind


def exif(main: Directory, details: Directory, gps: Directory, thumbnail: bytes = b"") -> bytes:
    """Return an EXIF block, from its byte-order mark on."""
    sizes = (
        len(directory({**main, EXIF_POINTER: 0, GPS_POINTER: 0}, 8)),
        len(directory(details, 0)),
        len(directory(gps, 0)),
    )
    at_details = 8 + sizes[0]
    at_gps = at_details + sizes[1]
    at_small = at_gps + sizes[2] if thumbnail else 0
    first = directory({**main, EXIF_POINTER: at_details, GPS_POINTER: at_gps}, 8, at_small)
    block = b"II*\0" + struct.pack("<I", 8) + first + directory(details, at_details) + directory(gps, at_gps)
    if thumbnail:
        small: dict[int, Value] = {0x0103: 6, THUMBNAIL_OFFSET: 0, THUMBNAIL_LENGTH: len(thumbnail)}
        small[THUMBNAIL_OFFSET] = at_small + len(directory(small, at_small))
        block += directory(small, at_small) + thumbnail
    return block


def place(north: float, east: float) -> Directory:
    """Return the GPS directory of a place (degrees)."""

    def sexagesimal(degrees: float) -> Sequence[tuple[int, int]]:
        minutes = abs(degrees) % 1 * 60
        return ((int(abs(degrees)), 1), (int(minutes), 1), (round(minutes % 1 * 60 * 100), 100))

    return {
        0x0000: b"\2\3\0\0",
        0x0001: "N" if north >= 0 else "S",
        0x0002: sexagesimal(north),
        0x0003: "E" if east >= 0 else "W",
        0x0004: sexagesimal(east),
        0x001D: "2026:03:12",
    }


def thumbnail_of(picture: Image.Image) -> bytes:
    """Return a small JPEG of the picture: what a stranger finds when only the main picture was redacted."""
    small = picture.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return out.getvalue()


def xmp_faces(regions: Sequence[tuple[str, tuple[float, float, float, float]]], size: tuple[int, int]) -> bytes:
    """Return an XMP packet with face regions: name and (centre x, centre y, width, height) as shares of the picture."""
    items = "".join(
        f'<rdf:li><rdf:Description mwg-rs:Name="{name}" mwg-rs:Type="Face"><mwg-rs:Area stArea:x="{x:.4f}" '
        f'stArea:y="{y:.4f}" stArea:w="{w:.4f}" stArea:h="{h:.4f}" '
        'stArea:unit="normalized"/></rdf:Description></rdf:li>'
        for name, (x, y, w, h) in regions
    )
    people = "".join(f"<rdf:li>{name}</rdf:li>" for name, _ in regions)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        'xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" '
        'xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#">'
        f"<dc:subject><rdf:Bag>{people}</rdf:Bag></dc:subject>"
        f"<Iptc4xmpExt:PersonInImage><rdf:Bag>{people}</rdf:Bag></Iptc4xmpExt:PersonInImage>"
        f'<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions stDim:w="{size[0]}" stDim:h="{size[1]}" '
        f'stDim:unit="pixel"/><mwg-rs:RegionList><rdf:Bag>{items}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def iptc(fields: Sequence[tuple[int, str]]) -> bytes:
    """Return a Photoshop block with IPTC application datasets (record 2)."""
    sets = b"\x1c\x01\x5a\x00\x03\x1b%G"  # coded character set: UTF-8
    for number, text in fields:
        raw = text.encode("utf-8")
        sets += struct.pack(">BBBH", 0x1C, 2, number, len(raw)) + raw
    return b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(sets)) + sets + b"\0" * (len(sets) % 2)


def insert(jpeg: bytes, segments: Sequence[tuple[int, bytes]], trailer: bytes = b"") -> bytes:
    """Put marker segments right behind the start of a JPEG, and a trailer behind its end."""
    blocks = b"".join(b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body for marker, body in segments)
    return jpeg[:2] + blocks + jpeg[2:] + trailer


def display_p3() -> bytes:
    """Return a Display P3 profile (ICC version 4): the primaries adapted to D50, sRGB's curve."""

    def fixed(*numbers: float) -> bytes:
        return b"".join(struct.pack(">i", round(n * 65536)) for n in numbers)

    def words(text: str) -> bytes:
        raw = text.encode("utf-16-be")
        return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"GB", len(raw), 28) + raw

    curve = b"para\0\0\0\0\0\3\0\0" + fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # IEC 61966-2-1
    colours = {
        b"wtpt": (0.9642, 1.0, 0.8249),
        b"rXYZ": (0.51512, 0.2412, -0.00105),  # SMPTE EG 432-1 primaries,
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.1571, 0.06657, 0.78407),
    }  # Bradford D65 to D50
    tags = {
        b"desc": words("Display P3"),
        b"cprt": words("CC0, made for the sample pictures"),
        **{name: b"XYZ \0\0\0\0" + fixed(*xyz) for name, xyz in colours.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, raw in tags.items():
        table += name + struct.pack(">II", offset + len(body), len(raw))
        body += raw + b"\0" * (-len(raw) % 4)
    header = struct.pack(">I4xI", 128 + len(table) + len(body), 0x04000000) + b"mntrRGB XYZ "
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + fixed(0.9642, 1.0, 0.8249)
    return header.ljust(128, b"\0") + table + body
