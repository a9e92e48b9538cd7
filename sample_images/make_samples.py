"""Make the sample pictures, their truth and the invented roll: ``python sample_images/make_samples.py [FOLDER]``.

Without FOLDER everything is written beside this script.  Needs pillow, numpy, opencv, pillow-heif and zxing-cpp,
and the font packages named in page.py (Debian: fonts-dejavu-core fonts-ebgaramond fonts-dancingscript fonts-breip
fonts-sjfonts fonts-klee fonts-yusei-magic fonts-bwht).  The same library and font versions give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import people
import pictures
import pillow_heif
from container import Value, display_p3, exif, insert, iptc, place, thumbnail_of, xmp_faces
from page import HERE, Quad
from PIL import Image, ImageCms
from scene import Scene

JPEG_QUALITY = 80  # 0..100; keeps sixteen pictures under 6 MB
HEIC_QUALITY = 55  # 0..100 as libheif counts
CUT_PX = 2  # a face of which the border hides more than this counts as partly occluded

ROLL = (  # legal forename, legal surname, preferred forename, preferred surname, year, registration group: all invented
    ("Niamh", "O'Sullivan", "", "", 4, "4K"),
    ("Zoë", "Fairweather-Banks", "", "", 2, "2A"),
    ("Tobias", "Hargreave", "Toby", "", 3, "3K"),
    ("Idris", "Mahmood-Clarke", "", "", 5, "5M"),
    ("Kofi", "Boateng", "", "", 6, "6B"),
    ("Élodie", "Marchand", "", "", 1, "1P"),
    ("William", "Ashworth", "Will", "", 4, "4K"),
    ("Grace", "Okonkwo", "", "", 4, "4K"),
    ("Amara", "Nwosu-Reid", "", "Reid", 5, "5M"),
    ("Łukasz", "Wiśniewski", "Lukas", "", 1, "1P"),
    ("Mei-Ling", "Tang", "", "", 1, "1P"),
    ("Summer", "D'Costa", "", "", 1, "1P"),
    ("Jack", "Pemberton", "", "", 2, "2A"),
    ("Aoife", "Ní Bhriain", "", "", 1, "1P"),
    ("Reuben", "Levy-Stone", "Ben", "", 4, "4K"),
    ("Hope", "Treadwell", "", "", 3, "3K"),
)
DECISIONS = (  # row of the roll, channel, decision, given, expires, source: a mix, so that every rule has its pupil
    (0, "website", "yes", "2025-09-03", "2026-08-31", "form"),
    (0, "social media", "no", "2025-09-03", "", "form"),
    (1, "website", "yes", "2025-09-04", "2026-08-31", "MIS export row 2"),
    (1, "social media", "yes", "2025-09-04", "2026-08-31", "MIS export row 2"),
    (2, "social media", "yes", "2023-09-05", "2024-08-31", "form"),
    (3, "social media", "yes", "2025-09-08", "2026-08-31", "form"),
    (3, "press", "no", "2025-09-08", "", "form"),
    (4, "website", "yes", "2025-09-02", "2026-08-31", "form"),
    (4, "social media", "withdrawn", "2026-01-14", "", "e-mail"),
    (5, "social media", "pending", "", "", "form"),
    (6, "social media", "yes", "2025-09-03", "2026-08-31", "form, mother"),
    (6, "social media", "no", "2025-10-20", "", "form, father"),
    (7, "website", "yes", "2025-09-03", "2026-08-31", "form"),
    (7, "social media", "yes", "2025-09-03", "2026-08-31", "form"),
    (7, "prospectus", "yes", "2025-09-03", "2026-08-31", "form"),
    (8, "social media", "no", "2025-09-03", "", "form"),
    (9, "website", "yes", "2025-11-10", "2026-08-31", "form"),
    (10, "social media", "objected", "2026-02-02", "", "said by the pupil"),
    (11, "website", "", "", "", ""),
    (13, "social media", "yes", "2025-09-05", "2026-08-31", "form"),
    (14, "press", "yes", "2025-09-05", "2026-08-31", "form"),
    (15, "website", "no", "2025-09-09", "", "form"),
)

Picture = tuple[str, str, Callable[[np.random.Generator], Scene]]
PICTURES: tuple[Picture, ...] = (  # file, scene as the truth calls it, maker
    ("01-portrait.jpg", "portrait", people.astronaut),
    ("02-portrait-exif6.jpg", "portrait", people.admiral),
    ("03-group.jpg", "group", people.group),
    ("04-portrait-wall.jpg", "display", people.heroes_wall),
    ("05-certificate-printed.jpg", "certificate", pictures.printed_certificate),
    ("06-certificate-handwritten.jpg", "certificate", pictures.handwritten_certificate),
    ("07-worksheet.jpg", "worksheet", pictures.worksheet),
    ("08-coat-pegs.jpg", "labels", pictures.coat_pegs),
    ("09-whiteboard.jpg", "board", pictures.whiteboard),
    ("10-book-label.jpg", "booklabel", pictures.book_label),
    ("11-painting.jpg", "painting", pictures.painting),
    ("12-badge.jpg", "badge", pictures.badge),
    ("13-poster.jpg", "poster", pictures.poster),
    ("14-sideways.jpg", "worksheet", people.sideways),
    ("15-phone.heic", "labels", pictures.drawers),
    ("16-metadata.jpg", "worksheet", people.desk),
)


def upn(serial: int) -> str:
    """Return a unique pupil number with its check letter, for a local authority (999) that does not exist.

    DfE's rule: twelve digits (authority 3, school 4, year 2, serial 3), each times its place 2..13, summed,
    modulo 23, gives the letter from an alphabet without I, O and S.
    """
    digits = f"999123425{serial:03d}"
    return "ABCDEFGHJKLMNPQRTUVWXYZ"[sum(int(d) * k for k, d in enumerate(digits, start=2)) % 23] + digits


def jpeg(picture: Image.Image) -> bytes:
    """Encode as JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return out.getvalue()


def phone_exif(orientation: int, picture: Image.Image | None = None, extra: Mapping[int, Value] | None = None) -> bytes:
    """Return an invented phone's EXIF: make, time and the place (a point in the North Sea)."""
    main: dict[int, Value] = {
        0x010F: "Apple",
        0x0110: "iPhone 15",
        0x0112: orientation,
        0x0131: "17.4",
        0x0132: "2026:03:12 10:41:07",
    }
    details: dict[int, Value] = {
        0x9000: b"0232",
        0x9003: "2026:03:12 10:41:07",
        0x829A: ((1, 60),),
        0x8827: 320,
        **(extra or {}),
    }
    return exif(main, details, place(54.5, 1.5), thumbnail_of(picture) if picture else b"")


def rotated(picture: Image.Image) -> bytes:
    """Store the picture on its side and say so: EXIF orientation 6 (turn clockwise to see it upright)."""
    stored = picture.transpose(Image.Transpose.ROTATE_90)
    return insert(jpeg(stored), [(0xE1, b"Exif\0\0" + phone_exif(6, stored))])


def heic(picture: Image.Image) -> bytes:
    """Store as a phone does: HEIC, Display P3, EXIF with GPS."""
    profile = display_p3()
    wide = ImageCms.profileToProfile(
        picture, ImageCms.createProfile("sRGB"), ImageCms.ImageCmsProfile(io.BytesIO(profile))
    )
    assert wide is not None  # None comes back only for inPlace=True
    out, whole = io.BytesIO(), pillow_heif.from_pillow(wide)
    whole.save(
        out,
        quality=HEIC_QUALITY,
        exif=phone_exif(1),
        icc_profile=profile,
        enc_params={"x265:pools": "1", "x265:frame-threads": "1"},
    )
    return out.getvalue()


def talkative(picture: Image.Image, scene: Scene) -> bytes:
    """Store with everything a camera and a photo manager may say about a child, and a second picture behind the end."""
    name, (w, h) = "Amara Nwosu-Reid", picture.size
    x, y, fw, fh = box(scene.faces[0].quad, picture.size)
    owner: Mapping[int, Value] = {
        0xA430: "Hollybush Primary, Year 5",
        0xA431: "SN-0042-7781",
        0x9286: b"ASCII\0\0\0Amara with her project",
    }
    segments = [
        (0xE1, b"Exif\0\0" + phone_exif(1, picture, owner)),
        (
            0xE1,
            b"http://ns.adobe.com/xap/1.0/\0"
            + xmp_faces([(name, ((x + fw / 2) / w, (y + fh / 2) / h, fw / w, fh / h))], (w, h)),
        ),
        (
            0xED,
            iptc(
                [
                    (5, "Amara's project"),
                    (25, name),
                    (80, "Mrs Ashdown"),
                    (90, "Lincoln"),
                    (120, f"{name} with her project, class 5M"),
                ]
            ),
        ),
        (0xFE, f"photo of {name}".encode()),
    ]
    return insert(jpeg(picture), segments, trailer=b"MotionPhoto_Data" + thumbnail_of(picture))


def encode(file: str, scene: Scene) -> tuple[bytes, tuple[int, int]]:
    """Return the file's bytes and the upright size (of the sideways one: as it is stored)."""
    picture = scene.develop()
    match file[:2]:
        case "02":
            return rotated(picture), picture.size
        case "14":
            return jpeg(picture.transpose(Image.Transpose.ROTATE_90)), (picture.height, picture.width)
        case "15":
            return heic(picture), picture.size
        case "16":
            return talkative(picture, scene), picture.size
        case _:
            return jpeg(picture), picture.size


def box(quad: Quad, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return (x, y, width, height) of the part of `quad` that the picture shows."""
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    x0, y0, x1, y1 = (
        max(0, round(min(xs))),
        max(0, round(min(ys))),
        min(size[0], round(max(xs))),
        min(size[1], round(max(ys))),
    )
    return x0, y0, x1 - x0, y1 - y0


def on_its_side(quad: Quad, width: int) -> Quad:
    """Carry points of an upright picture into the same picture turned counter-clockwise."""
    return tuple((y, width - x) for x, y in quad)


def truth_of(file: str, kind: str, scene: Scene, size: tuple[int, int]) -> tuple[dict[str, object], dict[str, object]]:
    """Return the truth about one file's faces and words, as the bench writes it."""

    def carry(quad: Quad) -> Quad:
        return on_its_side(quad, scene.size[0]) if file.startswith("14") else quad

    faces = []
    for face in scene.faces:
        quad = carry(face.quad)
        shown, whole = box(quad, size), box(quad, (10**6, 10**6))
        cut = whole[2] - shown[2] > CUT_PX
        faces.append(
            {
                "box": list(shown),
                "blur": 0,
                "expression": 0,
                "illumination": 0,
                "occlusion": int(cut),
                "pose": face.pose,
                "invalid": 0,
                "level": "medium" if cut or face.pose else "easy",
            }
        )
    words = [
        {
            "text": m.text,
            "quad": [[round(x, 1), round(y, 1)] for x, y in carry(m.quad)],
            "name": m.is_name,
            "pupil": m.pupil,
        }
        for m in scene.words
    ]
    return {"size": list(size), "faces": faces}, {"size": list(size), "scene": kind, "words": words}


def write_tables(folder: Path) -> None:
    """Write roll.csv and consents.csv."""
    with (folder / "roll.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(
            ("UPN", "Legal Forename", "Legal Surname", "Preferred Forename", "Preferred Surname", "Year", "Reg")
        )
        rows.writerows((upn(i), *pupil) for i, pupil in enumerate(ROLL))
    with (folder / "consents.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("UPN", "Channel", "Decision", "Given", "Expires", "Source"))
        rows.writerows((upn(row), *decision) for row, *decision in DECISIONS)


def write_truth(path: Path, truth: Mapping[str, object]) -> None:
    """Write a truth file, one line a face or word; pictures that were not made this time keep what it says of them."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    text = (
        json.dumps(dict(sorted({**known, **truth}.items())), ensure_ascii=False)
        .replace('}, {"', '},\n  {"')
        .replace('}, "', '},\n "')
    )
    path.write_text(text + "\n", encoding="utf-8")


def main(folder: Path, only: tuple[str, ...] = ()) -> None:
    """Write every picture (or those whose file names start with one of `only`) and the tables."""
    folder.mkdir(parents=True, exist_ok=True)
    faces, names = {}, {}
    for file, kind, make in PICTURES:
        if only and not file.startswith(only):
            continue
        scene = make(np.random.default_rng(zlib.crc32(file.encode())))
        content, size = encode(file, scene)
        (folder / file).write_bytes(content)
        faces[file], names[file] = truth_of(file, kind, scene, size)
        print(f"{file}: {len(content) // 1024} kB, {len(scene.faces)} faces, {len(scene.words)} words", file=sys.stderr)
    write_truth(folder / "faces_truth.json", faces)
    write_truth(folder / "names_truth.json", names)
    write_tables(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE, tuple(sys.argv[2:]))
