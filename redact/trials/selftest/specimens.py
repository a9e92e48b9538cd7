"""Awkward photos, made in memory: each function returns the bytes of one file.

Every one shows the same four flat quarters, so that a program that turns, mirrors, mixes up or drops something is
caught by looking at four corners.  What must not survive carries MARKER.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pillow_heif
from PIL import Image, PngImagePlugin

if TYPE_CHECKING:
    from models.findings import Pixels

pillow_heif.register_heif_opener()

SIZE = (160, 96)  # px; wider than high, so that a turn shows; whole JPEG blocks of 16, so that corners stay flat
CORNERS = ((200, 40, 40), (40, 150, 60), (50, 70, 190), (225, 205, 70))  # sRGB: top left, top right, bottom ...
WHITE = (255, 255, 255)
MARKER = b"Planted-7F3A-Marker"
_STRAY = (255, 0, 255)  # the colour of pictures that must not be taken for the photo: thumbnails, second pictures
_TO_STORED = {  # EXIF orientation -> how an upright picture is turned before it is stored under it
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
_SRGB_TO_P3 = ((0.8225, 0.1774, 0.0), (0.0332, 0.9669, 0.0), (0.0171, 0.0724, 0.9108))  # linear, CSS Color 4
# Display P3 primaries brought to D50, as Apple's own profile states them (ICC s15Fixed16 numbers).
_P3_COLUMNS = {
    b"rXYZ": (0.51512, 0.2412, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.1571, 0.06657, 0.78407),
}
_D50 = (0.9642, 1.0, 0.8249)  # ICC.1:2022 7.2.16


def corner_pixels() -> Pixels:
    """Return the upright picture, (96, 160, 3)."""
    width, height = SIZE
    quarters = np.array(CORNERS, dtype=np.uint8).reshape(2, 2, 3)
    return np.ascontiguousarray(quarters.repeat(height // 2, axis=0).repeat(width // 2, axis=1))


def photo() -> Image.Image:
    """Return the upright picture as an image."""
    return Image.fromarray(corner_pixels())


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return `image` as a file of this kind."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(**options: object) -> bytes:
    """Return the picture as a JPEG file at full colour resolution."""
    return written(photo(), "JPEG", **{"quality": 95, "subsampling": 0, **options})


def turned(kind: str, orientation: int) -> bytes:
    """Return the picture stored turned, with the EXIF orientation that sets it upright."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = photo().transpose(_TO_STORED[orientation]) if orientation in _TO_STORED else photo()
    return written(stored, kind, exif=exif.tobytes(), quality=95)


def heic_turned(orientation: int) -> bytes:
    """Return a HEIC file stored turned: the encoder writes the turn as `irot` and `imir`."""
    return turned("HEIF", orientation)


def with_segment(marker: int, body: bytes) -> bytes:
    """Return a JPEG file with one more segment after its JFIF header."""
    plain = jpeg()
    return plain[:20] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + plain[20:]


def with_exif() -> bytes:
    """Return a JPEG file with owner, place, and a thumbnail that shows something else."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = MARKER.decode(), MARKER.decode()  # ImageDescription, Artist
    exif.get_ifd(0x8769).update({0xA430: MARKER.decode(), 0xA431: MARKER.decode()})  # owner, body serial number
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 1.0), 3: "W", 4: (0.0, 7.0, 30.0), 28: MARKER})  # GPS
    block = exif.tobytes() + written(Image.new("RGB", (64, 48), _STRAY), "JPEG") + MARKER
    return with_segment(0xE1, block)


def with_face_names() -> bytes:
    """Return a JPEG file whose XMP names the people in it."""
    packet = (
        b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF><mwg-rs:Regions><rdf:li "
        b"mwg-rs:Name='" + MARKER + b"' mwg-rs:Type='Face'/></mwg-rs:Regions></rdf:RDF></x:xmpmeta>"
    )
    return with_segment(0xE1, packet)


def with_iptc() -> bytes:
    """Return a JPEG file with an IPTC caption in a Photoshop block."""
    caption = b"\x1c\x02\x78" + struct.pack(">H", len(MARKER)) + MARKER
    block = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(caption)) + caption.ljust(24, b"\0")
    return with_segment(0xED, block)


def with_motion() -> bytes:
    """Return a JPEG file with a short video behind its end, as phones write motion photos."""
    return jpeg() + mp4() + MARKER


def with_further(
    size: tuple[int, int] = SIZE, mp_type: int = 0, segment: bytes = b"", mode: str = "RGB", marker: int = 0xE1
) -> bytes:
    """Return an MPO file: the photo, and a further picture of another colour.

    Args:
        size: of the further picture, (width, height) in px.
        mp_type: what the MP index calls it (CIPA DC-007); 0: nothing.
        segment: body of a segment of it, as a gain map or a depth map has.
        mode: Pillow's, of its pixels.
        marker: of the segment.
    """
    further = Image.new("RGB", size, _STRAY).convert(mode)
    file = bytearray(written(photo(), "MPO", save_all=True, append_images=[further], quality=95))
    plain = written(further, "JPEG", quality=95)
    app = bytes([0xFF, marker]) + struct.pack(">H", len(segment) + 2) + segment if segment else b""
    entry = file.index(b"MPF\0") + 4 + 50 + 16  # TIFF header 8, directory 2 + 3 * 12 + 4, then 16 bytes per entry
    file[entry : entry + 4] = struct.pack("<I", mp_type)
    start = file.index(b"MPF\0") + 4 + int.from_bytes(file[entry + 8 : entry + 12], "little")
    return bytes(file[:start]) + plain[:2] + app + plain[2:]


def heic_of(further: Image.Image, *, is_thumbnail: bool = False) -> bytes:
    """Return a HEIC file of the photo and a further picture, of its rank or as its thumbnail."""
    data = written(photo(), "HEIF", save_all=True, append_images=[further], quality=90)
    return _as_thumbnail(data) if is_thumbnail else data


def _as_thumbnail(data: bytes) -> bytes:
    """Return a HEIC file in which item 2 is the thumbnail of item 1: with a table of references in its meta box."""
    reference = struct.pack(">I4sHHH", 14, b"thmb", 2, 1, 1)
    table = struct.pack(">I4sI", 12 + len(reference), b"iref", 0) + reference
    meta = data.index(b"meta") - 4
    length = int.from_bytes(data[meta : meta + 4], "big")
    moved = bytearray(data[meta : meta + length] + table)
    moved[:4] = struct.pack(">I", length + len(table))
    at = moved.index(b"iloc") + 4
    assert moved[at] == 0, "iloc of another version"
    assert moved[at + 4] == 0x44, "iloc with other widths"
    base_bytes = moved[at + 5] >> 4
    place = at + 8
    for _ in range(int.from_bytes(moved[at + 6 : at + 8], "big")):
        place += 4 + base_bytes
        extents = int.from_bytes(moved[place : place + 2], "big")
        for extent in range(place + 2, place + 2 + 8 * extents, 8):
            offset = int.from_bytes(moved[extent : extent + 4], "big") + len(table)
            moved[extent : extent + 4] = struct.pack(">I", offset)
        place += 2 + 8 * extents
    return data[:meta] + bytes(moved) + data[meta + length :]


def ycck() -> bytes:
    """Return a JPEG file in YCCK, as printing programs write it: the inks as brightness and colour, all inverted."""
    *inks, black = photo().convert("CMYK").split()
    bands = Image.merge("RGB", inks).convert("YCbCr").split()
    stored = Image.merge("CMYK", [*(band.point([255 - level for level in range(256)]) for band in bands), black])
    plain = written(stored, "JPEG", quality=95)
    at = plain.index(b"Adobe") + 11
    return plain[:at] + b"\x02" + plain[at + 1 :]


def png16(colour_type: int) -> bytes:
    """Return a PNG file of 16 bits per sample: colour type 0 (grey) or 2 (RGB)."""
    pixels = corner_pixels() if colour_type == 2 else np.asarray(photo().convert("L"))[..., None]
    rows = (pixels.astype(">u2") * 257).reshape(SIZE[1], -1)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    return png_file(*SIZE, 16, colour_type, zlib.compress(raw))


def png_file(width: int, height: int, depth: int, colour_type: int, coded: bytes) -> bytes:
    """Return a PNG file of these three chunks: header, coded picture, end."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", coded), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def png_with_text() -> bytes:
    """Return a PNG file with text chunks, plain and compressed."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", MARKER.decode())
    text.add_itxt("XML:com.adobe.xmp", MARKER.decode())
    return written(photo(), "PNG", pnginfo=text)


def transparent(kind: str, **options: object) -> bytes:
    """Return a file whose bottom right quarter is transparent; the colour hidden in it must not show."""
    image = photo().convert("RGBA")
    image.paste((*_STRAY, 0), (SIZE[0] // 2, SIZE[1] // 2, *SIZE))
    return written(image, kind, **options)


def display_p3() -> bytes:
    """Return a JPEG file in Display P3, with its profile."""
    linear = corner_pixels() / 255.0
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4) @ np.array(_SRGB_TO_P3).T
    coded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    image = Image.fromarray((coded * 255).round().clip(0, 255).astype(np.uint8))
    return written(image, "JPEG", quality=95, subsampling=0, icc_profile=p3_profile())


def p3_profile() -> bytes:
    """Return an ICC profile (version 4) of Display P3."""
    curve = b"para\0\0\0\0\0\3\0\0" + _fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    text = b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"GB", 2, 28) + b"\0P"
    tags = {b"desc": text, b"cprt": text, b"wtpt": b"XYZ \0\0\0\0" + _fixed(*_D50)}
    tags |= {name: b"XYZ \0\0\0\0" + _fixed(*column) for name, column in _P3_COLUMNS.items()}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, bodies, at = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, body in tags.items():
        table += struct.pack(">4sII", name, at, len(body))
        bodies += body + b"\0" * (-len(body) % 4)
        at += len(body) + -len(body) % 4
    head = struct.pack(
        ">I4sI4s4s4s12s4s",
        128 + len(table) + len(bodies),
        b"\0" * 4,
        0x04000000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        b"\x07\xe6\0\1\0\1\0\0\0\0\0\0",
        b"acsp",
    )
    return (head + b"\0" * 28 + _fixed(*_D50)).ljust(128, b"\0") + table + bodies


def _fixed(*values: float) -> bytes:
    """Return numbers as ICC s15Fixed16."""
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def animation(kind: str) -> bytes:
    """Return an animation of two pictures (GIF, PNG, WEBP, AVIF) or a document of two pages (TIFF)."""
    return written(photo(), kind, save_all=True, append_images=[Image.new("RGB", SIZE, _STRAY)])


def noise_jpeg() -> bytes:
    """Return a JPEG file with much detail (so that its coded data is long), always the same."""
    levels = np.random.default_rng(7).integers(0, 256, (96, 160, 3), dtype=np.uint8)  # any fixed seed
    return written(Image.fromarray(levels), "JPEG", quality=90)


def with_zeros(whole: bytes, missing: int) -> bytes:
    """Return a file of the same length whose last bytes never arrived: zeros, as on a card pulled too early."""
    return whole[: len(whole) - missing].ljust(len(whole), b"\0")


def half_zeros(whole: bytes) -> bytes:
    """Return a file of the same length whose second half never arrived."""
    return with_zeros(whole, len(whole) - len(whole) // 2)


def hole(whole: bytes) -> bytes:
    """Return a file with zeros in its last third, except the last 64 bytes: one lost piece of a transfer."""
    start, stop = len(whole) * 2 // 3, len(whole) - 64
    return whole[:start] + bytes(stop - start) + whole[stop:]


def mp4() -> bytes:
    """Return the beginning of an MP4 video."""
    return b"\0\0\0\x18ftypisom\0\0\2\0isommp42" + b"\0\0\0\x10mdat" + b"\0" * 8


def tiff_with_sub(*, is_reduced: bool) -> bytes:
    """Return a TIFF file whose directory has another below it: of a smaller copy, or of a picture of its own."""
    plain = written(photo(), "TIFF")
    at = struct.unpack("<I", plain[4:8])[0]
    count = struct.unpack("<H", plain[at : at + 2])[0]
    entries = [plain[first : first + 12] for first in range(at + 2, at + 2 + 12 * count, 12)]
    entries = [entry for entry in entries if entry[:2] != struct.pack("<H", 254)]

    def directory(*further: bytes) -> bytes:
        every = sorted([*entries, *further], key=lambda entry: struct.unpack("<H", entry[:2]))
        return struct.pack("<H", len(every)) + b"".join(every) + bytes(4)

    below = directory(struct.pack("<HHII", 254, 4, 1, is_reduced))
    head = directory(struct.pack("<HHII", 330, 4, 1, len(plain)))
    return plain[:4] + struct.pack("<I", len(plain) + len(below)) + plain[8:] + below + head


def raw_tiff() -> bytes:
    """Return a TIFF file as cameras write raw data: a small preview first, a DNG version, the sensor's data apart."""
    preview = written(Image.new("RGB", (32, 24), _STRAY), "TIFF")
    at = struct.unpack("<I", preview[4:8])[0]
    count = struct.unpack("<H", preview[at : at + 2])[0]
    entries = preview[at + 2 : at + 2 + 12 * count] + struct.pack("<HHI4s", 50706, 1, 4, b"\1\4\0\0")
    directory = struct.pack("<H", count + 1) + entries + b"\0" * 4
    return preview[:4] + struct.pack("<I", len(preview)) + preview[8:] + directory
