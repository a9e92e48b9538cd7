"""What kind of file is this, by its first bytes; what its name says is not even known here.

Threat: a file that is something else than it pretends, given to a decoder that was not meant to see it.
Rule: a short list of picture formats is let in, each to its own decoder only; everything else is refused, and
where we know what it is, the sentence says what to do about it.
Residue: a file that is two things at once (a picture with a ZIP behind it) is taken for the picture; the rest of
it reaches neither the decoder nor the output.  Where the rest is another picture the file is held (behind.py).
"""

from __future__ import annotations

from enum import StrEnum

from redact.errors import PictureRefused


class Format(StrEnum):
    """The picture formats we open; the value is the decoder's name for it."""

    JPEG = "JPEG"  # also Ultra HDR, and MPO with previews: their first picture
    PNG = "PNG"
    HEIF = "HEIF"
    AVIF = "AVIF"
    WEBP = "WEBP"
    TIFF = "TIFF"
    BMP = "BMP"
    GIF = "GIF"


_OPENED: dict[Format, tuple[bytes, ...]] = {
    Format.JPEG: (b"\xff\xd8\xff",),
    Format.PNG: (b"\x89PNG\r\n\x1a\n",),
    Format.GIF: (b"GIF87a", b"GIF89a"),
    Format.TIFF: (b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0"),
    Format.BMP: (b"BM",),
}
_RAW = "It is a camera raw file ({name}). Export it as JPEG, or take the JPEG that the camera wrote beside it."
_VIDEO = "It is a video or sound recording ({name}), and this tool redacts still pictures only. Take a photo instead."
_PICTURE = "It is a {name} picture, which this tool does not open. Save it as JPEG or PNG and try again."
_DOCUMENT = "It is a {name}, not a picture. Save the photos in it as JPEG and take those."
_OTHER = "It is a {name}, not a picture. Take it out of the photo folder."

# Offset, bytes, sentence, name.  First match wins, so the longer signature stands before the shorter one.
_REFUSED: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"FUJIFILMCCD-RAW", _RAW, "Fujifilm RAF"),
    (0, b"IIRO", _RAW, "Olympus ORF"),
    (0, b"IIRS", _RAW, "Olympus ORF"),
    (0, b"MMOR", _RAW, "Olympus ORF"),
    (0, b"IIU\0", _RAW, "Panasonic RW2"),
    (0, b"IIII", _RAW, "Phase One"),
    (0, b"\0MRM", _RAW, "Minolta MRW"),
    (0, b"FOVb", _RAW, "Sigma X3F"),
    (0, b"II\x1a\0\0\0HEAP", _RAW, "Canon CRW"),
    (4, b"ftypcrx ", _RAW, "Canon CR3"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", _PICTURE, "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", _PICTURE, "JPEG 2000"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", _PICTURE, "JPEG XL"),
    (0, b"\xff\x0a", _PICTURE, "JPEG XL"),
    (0, b"8BPS", _PICTURE, "Photoshop"),
    (0, b"gimp xcf", _PICTURE, "GIMP"),
    (0, b"\0\0\1\0", _PICTURE, "Windows icon"),
    (0, b"qoif", _PICTURE, "QOI"),
    (0, b"II\xbc", _PICTURE, "JPEG XR"),
    (0, b"v/1\1", _PICTURE, "OpenEXR"),
    (0, b"%!PS", _DOCUMENT, "PostScript document"),
    (0, b"\xc5\xd0\xd3\xc6", _DOCUMENT, "PostScript document"),
    (0, b"%PDF", _DOCUMENT, "PDF document"),
    (0, b"{\\rtf", _DOCUMENT, "text document"),
    (0, b"PK\3\4", _DOCUMENT, "ZIP archive or Office document"),
    (0, b"PK\5\6", _DOCUMENT, "ZIP archive"),
    (0, b"\xd0\xcf\x11\xe0", _DOCUMENT, "Windows document or thumbnail cache"),
    (0, b"\x1a\x45\xdf\xa3", _VIDEO, "Matroska"),
    (0, b"0&\xb2\x75", _VIDEO, "Windows Media"),
    (0, b"FLV\1", _VIDEO, "Flash"),
    (0, b"OggS", _VIDEO, "Ogg"),
    (0, b"\0\0\1\xba", _VIDEO, "MPEG"),
    (0, b"\0\0\1\xb3", _VIDEO, "MPEG"),
    (0, b"ID3", _VIDEO, "MP3"),
    (0, b"fLaC", _VIDEO, "FLAC"),
    (8, b"AVI ", _VIDEO, "AVI"),
    (8, b"WAVE", _VIDEO, "WAVE"),
    (0, b"\x1f\x8b", _OTHER, "compressed file"),
    (0, b"7z\xbc\xaf", _OTHER, "compressed file"),
    (0, b"Rar!", _OTHER, "compressed file"),
    (0, b"BZh", _OTHER, "compressed file"),
    (0, b"\xfd7zXZ", _OTHER, "compressed file"),
    (0, b"MZ", _OTHER, "program"),
    (0, b"\x7fELF", _OTHER, "program"),
    (0, b"\xcf\xfa\xed\xfe", _OTHER, "program"),
    (0, b"\xca\xfe\xba\xbe", _OTHER, "program"),
    (0, b"#!", _OTHER, "program"),
    (0, b"\0\5\x16\7", _OTHER, "companion file of macOS (its name begins with '._')"),
    (0, b"SQLite format 3", _OTHER, "database"),
    (0, b"bplist00", _OTHER, "settings file"),
)

_GENERAL_BRANDS = frozenset({b"mif1", b"msf1", b"mif2"})  # "some picture": the other brands say which coding
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}) | _GENERAL_BRANDS
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_MOVIE_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})  # a .mov may lack ftyp
_TEXT_PROBE_BYTES = 512  # this much of a file is looked at to call it text
_MPEG_TS_PACKET_BYTES = 188  # ISO/IEC 13818-1: every packet begins with 0x47


def sniff(data: bytes) -> Format:
    """Return the picture format of `data`, whatever the file is called.

    Raises:
        PictureRefused: It is not a picture, or of a kind that is not opened; the sentence says which and what to do.
    """
    if not data:
        raise PictureRefused("The file is empty. Copy it from the device again.")
    if data.count(0) == len(data):
        raise PictureRefused("The file holds nothing but zeros: its copy never arrived. Copy it from the device again.")
    found = _picture_format(data)
    if found is not None:
        return found
    for offset, signature, sentence, name in _REFUSED:
        if data.startswith(signature, offset):
            raise PictureRefused(sentence.format(name=name))
    if data[4:8] in _MOVIE_BOXES:
        raise PictureRefused(_VIDEO.format(name="MP4 or QuickTime"))
    if data[0] == 0x47 and data[_MPEG_TS_PACKET_BYTES : _MPEG_TS_PACKET_BYTES + 1] == b"\x47":
        raise PictureRefused(_VIDEO.format(name="MPEG transport stream"))
    raise PictureRefused(_describe_unknown(data))


def _picture_format(data: bytes) -> Format | None:
    """Return the format whose signature `data` carries, if we open it."""
    for kind, signatures in _OPENED.items():
        if data.startswith(signatures):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Format.WEBP
    return _bmff_format(data)


def _bmff_format(data: bytes) -> Format | None:
    """Return HEIF or AVIF by the file type box's brands: the first counts, a general one defers to the others."""
    if data[4:8] != b"ftyp":
        return None
    length = min(int.from_bytes(data[:4], "big"), 256)  # bytes; a real file type box is 20 to 60
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, length - 3, 4))]
    if brands[0] not in _HEIF_BRANDS | _AVIF_BRANDS:
        return None
    if brands[0] in _AVIF_BRANDS or (brands[0] in _GENERAL_BRANDS and _AVIF_BRANDS & set(brands)):
        return Format.AVIF
    return Format.HEIF


def _describe_unknown(data: bytes) -> str:
    """Say what a file of unknown signature looks like: text, or nothing that we know."""
    probe = data[:_TEXT_PROBE_BYTES]
    stripped = probe.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if stripped.startswith((b"<!doctype html", b"<html", b"<head")):
        return _OTHER.format(name="web page")
    if stripped.startswith((b"<?xml", b"<svg", b"<!doctype svg")):
        return _OTHER.format(name="drawing or settings file in XML")
    if probe.startswith((b"\xff\xfe", b"\xfe\xff")) or not set(probe) & set(range(9)):
        return _OTHER.format(name="text file")
    return "Its first bytes belong to no kind of picture that this tool opens. Copy the photo from the device again."
