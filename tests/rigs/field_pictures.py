"""Draw names as British schools write them, and controls whose words are no names, with labels for `redact measure`.

    python -m tests.rigs.field_pictures FOLDER [SEED] [EACH]

Writes FOLDER/images, FOLDER/truth.json and FOLDER/roll.csv: EACH pictures of every kind, other names, fonts and
layouts for every seed.  `*` before a word in a text says that it is a name; all names are invented.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

_FONTS = "/usr/share/fonts"
PRINTED = (
    "truetype/dejavu/DejaVuSans.ttf",
    "truetype/dejavu/DejaVuSans-Bold.ttf",
    "truetype/dejavu/DejaVuSerif.ttf",
    "truetype/dejavu/DejaVuSansMono.ttf",
    "truetype/dejavu/DejaVuSansCondensed-Bold.ttf",
    "truetype/klee/KleeOne-SemiBold.ttf",
    "opentype/ebgaramond/EBGaramond12-Bold.otf",
)
WRITTEN = ("truetype/yusei-magic/YuseiMagic-Regular.ttf", "truetype/klee/KleeOne-Regular.ttf")
WORD_NAMES = (  # forename and surname; the forename is an ordinary word as well
    "Rose Barker", "Faith Osei", "Jack Dunn", "Mark Ellery", "Ruby Yates", "Joy Lister", "Will Carver", "Ivy Quaye",
    "Grace Holt", "Summer Vance", "Hope Nair", "Poppy Ashe", "Daisy Fenn", "Frank Uddin", "Dawn Keane", "Bill Ives",
    "Rich Kemp", "Max Penn", "Holly Stroud", "April Gower", "Robin Udall", "Lily Tanner",
)  # fmt: skip
PLAIN_NAMES = (
    "Bartholomew Crickmay", "Oluwaseun Adebayo", "Ffion Prosser", "Zainab Qureshi", "Mateusz Wrona", "Tabitha Nkemelu",
    "Harpreet Sidhu", "Rhiannon Treharne", "Kwabena Boateng", "Isolde Penhaligon", "Yusuf Demir", "Ottilie Marchbanks",
    "Declan Moriarty", "Aarav Chatterjee", "Beatrix Loxley", "Leon St Clair", "Ana de Souza", "Jo Li", "Xi Feng",
)  # fmt: skip
CHOSEN = ("Elizabeth Warboys", "Bex", "Tarrant", "Juniper", "Blackett")  # legal, chosen, chosen, middle, former
FOREIGN = (
    "Мария Соколова", "Олена Шевченко", "Νίκος Γεωργίου", "דוד כהן", "فاطمة حسن", "यश शर्मा", "王小红", "さくら 田中",
)  # fmt: skip
CONTROLS = (
    ("Will you help us?", "We hope to see you", "Bring a friend"),
    ("Vitamin C", "Grade 5", "Class 2", "Table B"),
    ("Summer Fair", "Saturday 4 July", "Rose garden open"),
    ("Grace before meals", "Mark your answers", "Hope and joy"),
    ("Joy to the world", "Faith, hope and love", "Peace be with you"),
    ("Jack in the box", "Daisy chains", "Poppy Day"),
    ("April", "May", "June", "July"),
    ("HAPPY CHRISTMAS", "MERRY AND BRIGHT"),
    ("Good luck everyone", "We will miss you"),
    ("Ruby red", "Ivy green", "Sunny yellow"),
    ("Plan B", "Exit A", "Year 6", "Room 2"),
    ("Reader of the month", "Worker of the week", "Maths and English"),
    ("THE WILL TO WIN", "MARK OF RESPECT"),
    ("A frank talk", "Dawn chorus", "Robin on a branch"),
    ("Wash your hands", "Be kind to others", "Tidy up please"),
    ("Healthy eating", "Plums: 2", "Pears: 4", "Beans and peas"),
)
_SENTENCES = (
    "Good luck *{a}", "Thank you *{a} for the card", "*{a}'s reading book", "Star of the day: *{a}", "Well done *{a}",
    "*{a} scored two goals", "This tray is *{a}'s", "Line leader: *{a}", "Happy birthday *{a}", "*{a} and *{b}",
    "*{a}, *{b} and *{c}", "we are proud of *{a} today", "Captain: *{a}", "To *{a} with love",
)  # fmt: skip
_INITIALS = (
    "*{a} *{i}", "*{a} *{i}.", "Water: *{a} *{i}", "*{a} 2", "*{a} 5K", "*{a} *{i} and *{b} *{j}", "Seeds: *{a} 3",
    "Milk: *{a} and *{b}", "*{a} *{i}, *{b} *{j}", "Doors - *{a} *{i}",
)  # fmt: skip
_HEADINGS = ("Jobs this week", "Our helpers", "Monitors", "Register table", "Reading groups", "Lunch helpers")


@dataclass(slots=True)
class Sheet:
    """A picture in the making, and its labelled words."""

    image: Image.Image
    rng: np.random.Generator
    words: list[dict[str, Any]] = field(default_factory=list)

    def write(self, text: str, at: tuple[float, float], font: ImageFont.FreeTypeFont, ink: tuple[int, ...]) -> float:
        """Write `text` (its names behind `*`) from the left middle `at`; return where it ends, in pixels."""
        draw, x = ImageDraw.Draw(self.image), at[0]
        for part in text.split():
            is_name, word = "*" in part, part.replace("*", "")
            draw.text((x, at[1]), word, font=font, fill=ink, anchor="lm")
            self.label(draw.textbbox((x, at[1]), word, font=font, anchor="lm"), word, is_name=is_name)
            x += draw.textlength(word + " ", font=font)
        return x

    def stack(self, names: Sequence[str], font: ImageFont.FreeTypeFont, ink: tuple[int, ...], step: float) -> None:
        """Write names downwards, a letter below the other `step` pixels apart, in columns side by side."""
        px = int(font.size)
        for column, name in enumerate(names):
            x = 180 + column * 320
            for i, letter in enumerate(name):
                ImageDraw.Draw(self.image).text((x, 100 + i * step), letter, font=font, fill=ink, anchor="mm")
            end = 100 + (len(name) - 1) * step
            self.label((x - px * 0.4, 100 - px * 0.4, x + px * 0.4, end + px * 0.4), name, is_name=True)

    def label(self, box: Sequence[float], text: str, *, is_name: bool) -> None:
        """Remember that `text` lies in `box` (left, top, right, bottom)."""
        x0, y0, x1, y1 = map(float, box)
        self.words.append({"quad": [[x0, y0], [x1, y0], [x1, y1], [x0, y1]], "name": is_name, "text": text})


def new_sheet(rng: np.random.Generator, size: tuple[int, int] | None = None) -> Sheet:
    """Return an empty sheet of pale paper, card or wall, lit from a side."""
    width, height = size or (int(rng.integers(1100, 2000)), int(rng.integers(800, 1300)))
    paper = np.array([(252, 252, 246), (245, 238, 214), (226, 236, 246), (238, 226, 236)][rng.integers(4)], np.float32)
    light = (
        np.linspace(rng.uniform(0.82, 1.0), 1.0, width)[None, :, None] * np.linspace(1.0, 0.92, height)[:, None, None]
    )
    grain = rng.normal(0.0, 1.5, (height, width, 1))
    return Sheet(Image.fromarray(np.clip(paper * light + grain, 0, 255).astype(np.uint8)), rng)


def any_font(rng: np.random.Generator, px: int, names: Sequence[str] = (*PRINTED, *WRITTEN)) -> ImageFont.FreeTypeFont:
    """Return one of the fonts."""
    return ImageFont.truetype(f"{_FONTS}/{names[int(rng.integers(len(names)))]}", px)


def any_ink(rng: np.random.Generator) -> tuple[int, ...]:
    """Return a dark colour."""
    return ((20, 20, 46), (30, 50, 140), (120, 20, 30), (16, 70, 40), (60, 60, 66))[rng.integers(5)]


def lines_of(rng: np.random.Generator, texts: Sequence[str], sheet: Sheet | None = None) -> Sheet:
    """Return a sheet with `texts` one below the other."""
    sheet = sheet or new_sheet(rng)
    px = int(rng.integers(40, 78))
    font, ink, x = any_font(rng, px), any_ink(rng), float(rng.integers(60, 200))
    step = min(px * rng.uniform(1.8, 3.0), (sheet.image.height - 120) / max(1, len(texts)))
    for i, text in enumerate(texts):
        sheet.write(text, (x, 80 + step * (i + 0.3)), font, ink)
    return sheet


def _some(rng: np.random.Generator, names: Sequence[str], count: int) -> list[str]:
    return [names[i] for i in rng.permutation(len(names))[:count]]


def _filled(rng: np.random.Generator, form: str) -> str:
    a, b, c = (name.split() for name in _some(rng, WORD_NAMES, 3))
    return form.format(a=a[0], b=b[0], c=c[0], i=a[1][0], j=b[1][0])


def _initials(rng: np.random.Generator) -> Sheet:
    return lines_of(rng, [_some(rng, _HEADINGS, 1)[0], *(_filled(rng, f) for f in _some(rng, _INITIALS, 4))])


def _sentence(rng: np.random.Generator) -> Sheet:
    if rng.random() < 0.3:
        sheet = new_sheet(rng, (1000, 700))
        name = _some(rng, WORD_NAMES, 1)[0].split()[0]
        font = any_font(rng, int(rng.integers(70, 150)))
        ImageDraw.Draw(sheet.image).rectangle((200, 180, 800, 460), fill=(255, 255, 255), outline=(90, 90, 90))
        sheet.write("*" + (name.upper() if rng.random() < 0.5 else name), (260, 320), font, any_ink(rng))
        return sheet
    return lines_of(rng, [_filled(rng, form) for form in _some(rng, _SENTENCES, int(rng.integers(1, 3)))])


def _chosen(rng: np.random.Generator) -> Sheet:
    _, first, last, middle, former = CHOSEN
    texts = [
        f"*{first} *{last}",
        f"*{middle} *{last}",
        f"*{first} *{last[0]}.",
        f"*{former.upper()}",
        f"*{first} *{former}",
    ]
    return lines_of(rng, _some(rng, texts, 3))


def _mirrored(rng: np.random.Generator) -> Sheet:
    a, b = _some(rng, PLAIN_NAMES[:15], 2)
    texts = [" ".join(f"*{word}" for word in a.split())]
    if rng.random() < 0.5:
        texts = ["Elm Park School", *texts, "Maths Champion"]
    if rng.random() < 0.3:
        texts = [f"*{b.split()[0].upper()}"]
    sheet = lines_of(rng, texts)
    width = sheet.image.width
    sheet.image = sheet.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for word in sheet.words:
        (x0, y0), (x1, _), (_, y1), _ = word["quad"]
        word["quad"] = [[width - x1, y0], [width - x0, y0], [width - x0, y1], [width - x1, y1]]
    return sheet


def _apart(rng: np.random.Generator) -> Sheet:
    """Letters on flags, blocks or balloons, or only set apart; one box a name."""
    sheet = new_sheet(rng, (1800, 1000))
    draw, kind, px = ImageDraw.Draw(sheet.image), int(rng.integers(4)), int(rng.integers(46, 90))
    font, ink, y = any_font(rng, px, PRINTED), any_ink(rng), 160.0
    names = [name.split()[0] for name in _some(rng, (*PLAIN_NAMES[:15], *WORD_NAMES), 2)]
    for text in (*(["HAPPY"] if rng.random() < 0.3 else []), *names):
        letters = text.upper() if kind or rng.random() < 0.6 else text
        x, step = 110.0, px * rng.uniform(1.5, 2.1)
        for letter in letters:
            ground(draw, kind, (x, y), px, tuple(int(v) for v in rng.integers(60, 200, 3)))
            draw.text((x, y), letter, font=font, fill=(255, 255, 255) if kind else ink, anchor="mm")
            x += step
        sheet.label((110 - px * 0.4, y - px * 0.45, x - step + px * 0.4, y + px * 0.45), text, is_name=text != "HAPPY")
        y += px * rng.uniform(2.6, 3.4)
    return sheet


def ground(draw: ImageDraw.ImageDraw, kind: int, at: tuple[float, float], px: int, fill: tuple[int, ...]) -> None:
    x, y = at
    r = px * 0.72
    if kind == 1:
        draw.polygon([(x - r, y - r), (x + r, y - r), (x, y + 1.6 * r)], fill=fill)
    if kind == 2:
        draw.rounded_rectangle((x - r, y - r, x + r, y + r), 12, fill=fill)
    if kind == 3:
        draw.ellipse((x - r, y - r, x + r, y + 1.1 * r), fill=fill)


ACROSTIC = {
    "A": "lways has a smile", "B": "rings us laughter", "C": "ares about others", "D": "raws well", "E": "njoys sports",
    "F": "ull of ideas", "G": "ood at sharing", "H": "elps at lunch", "I": "s very brave", "J": "oins in every game",
    "K": "ind to us all", "L": "istens well", "M": "akes us laugh", "N": "ever gives up", "O": "pen and honest",
    "P": "lays fair", "Q": "uick to learn", "R": "eads a lot", "S": "ings in the choir", "T": "ries again",
    "U": "nder the tree", "V": "ery tidy", "W": "orks hard", "X": "tra helpful", "Y": "oung, fast", "Z": "ooms along",
}  # fmt: skip


def _stacked(rng: np.random.Generator) -> Sheet:
    sheet = new_sheet(rng, (1500, 1300))
    px, ink = int(rng.integers(50, 84)), any_ink(rng)
    font = any_font(rng, px, PRINTED)
    step = px * rng.uniform(1.15, 1.5)
    names = [name.split()[0].upper() for name in _some(rng, (*PLAIN_NAMES[1:15], *WORD_NAMES), 4)]
    if rng.random() < 0.4:
        body = any_font(rng, int(px * 0.8))
        name = next(name for name in (*names, "ROSE") if len(name) * step * 1.2 < 1200)
        for i, letter in enumerate(name):
            y = 120 + i * step * 1.2
            sheet.write(f"*{letter}", (100, y), font, (170, 30, 30))
            sheet.write(ACROSTIC[letter], (100 + px * 0.95, y), body, ink)
        return sheet
    sheet.stack(names[: int(rng.integers(2, 5))], font, ink, step)
    return sheet


def _scripts(rng: np.random.Generator) -> Sheet:
    sheet = new_sheet(rng, (1300, 700))
    text = FOREIGN[rng.integers(5)]  # the fonts that are installed draw these
    font = any_font(rng, int(rng.integers(60, 110)), PRINTED[:2])
    rtl = any("\u0590" < c < "\u0700" for c in text)
    words = text.split()[::-1] if rtl else text.split()
    sheet.write(" ".join(f"*{word}" for word in words), (150, 260), font, any_ink(rng))
    return sheet


def _digits(rng: np.random.Generator) -> Sheet:
    texts = ["Spelling log-in cards"]
    for name in _some(rng, (*PLAIN_NAMES[:15], *WORD_NAMES), 4):
        first, last = name.split()[0], name.split()[-1]
        number = int(rng.choice([1, 7, 10, 23, 99, 2016, 2024]))
        low, sur = first.lower(), last.lower()
        forms = [f"{low}{number}", f"{first}{number}", f"{low}.{sur}{number}", f"{low}_{sur}"]
        forms += [f"{low[0]}{sur}{number}", f"{number}{low}{sur}"]
        word = _some(rng, ("lamp", "river", "chair", "stone"), 1)[0]
        texts.append(f"*{forms[int(rng.integers(len(forms)))]} pass: {word}")
    return lines_of(rng, texts)


def _hyphens(rng: np.random.Generator) -> Sheet:
    known = [name.split()[-1] for name in _some(rng, PLAIN_NAMES[:15], 2)]
    forms = (
        "Drawn by the *{}-Fenwick twins",
        "*Carrow-{} won the race",
        "The *{}-Ogden family",
        "Model made with *Ansah-{}",
    )
    return lines_of(
        rng, ["Our garden is growing well", *(f.format(k) for f, k in zip(_some(rng, forms, 2), known, strict=True))]
    )


def _scribble(rng: np.random.Generator) -> Sheet:
    sheet = lines_of(rng, [" ".join(f"*{w}" for w in name.split()) for name in _some(rng, PLAIN_NAMES[:15], 4)])
    draw = ImageDraw.Draw(sheet.image)
    for word in sheet.words:
        (x0, y0), (x1, _), (_, y1), _ = word["quad"]
        xs = np.arange(x0, x1, (y1 - y0) * 0.33)
        draw.line(
            [(x, y0 + (y1 - y0) * (0.35 if i % 2 else 0.85)) for i, x in enumerate(xs)], fill=any_ink(rng), width=3
        )
    return sheet


def _dark(rng: np.random.Generator) -> Sheet:
    a, b = (name.split() for name in _some(rng, PLAIN_NAMES[:15], 2))
    sheet = lines_of(rng, [f"Name: *{a[0]} *{a[1]}", f"*{b[0]}", f"*{b[1].upper()} *{b[0][0]}."])
    way, share = rng.integers(3), rng.uniform(0.03, 0.055)
    pixels = np.asarray(sheet.image, np.float32) * share + (0, 128 * (1 - share), 250 * (1 - share))[way]
    sheet.image = Image.fromarray(np.clip(np.round(pixels), 0, 255).astype(np.uint8))
    return sheet


def _particles(rng: np.random.Generator) -> Sheet:
    forms = (
        "*Leon *St *Clair",
        "*Ana *de *Souza",
        "*Jo *Li",
        "*Xi *Feng",
        "*St *Clair *L",
        "*Xi and *Zainab",
        "Table 4: *Xi *Feng",
    )
    return lines_of(rng, _some(rng, forms, 3))


def _control(rng: np.random.Generator) -> Sheet:
    return lines_of(rng, CONTROLS[int(rng.integers(len(CONTROLS)))])


KINDS: dict[str, Callable[[np.random.Generator], Sheet]] = {
    "initials": _initials,
    "sentences": _sentence,
    "chosen": _chosen,
    "mirrored": _mirrored,
    "apart": _apart,
    "stacked": _stacked,
    "scripts": _scripts,
    "digits": _digits,
    "hyphens": _hyphens,
    "scribble": _scribble,
    "dark": _dark,
    "particles": _particles,
    "control": _control,
}


def roll_csv() -> str:
    """Return the roll that serves all pictures."""
    rows = ["UPN,Legal Forename,Legal Surname,Chosen Forename,Chosen Surname,Middle Names,Former Surname,Year,Reg"]
    for i, name in enumerate((*WORD_NAMES, *PLAIN_NAMES)):
        forename, surname = name.split(" ", 1)
        rows.append(f"A{i:012},{forename},{surname},,,,,5,5K")
    forename, surname = CHOSEN[0].split()
    rows.append(",".join(("B000000000001", forename, surname, *CHOSEN[1:], "5", "5K")))
    return "\n".join(rows) + "\n"


def draw_all(folder: Path, seed: int, each: int, kinds: Sequence[str] = tuple(KINDS)) -> None:
    """Write `each` pictures of every kind to `folder`."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    truth = {}
    for kind in kinds:
        for i in range(each):
            sheet = KINDS[kind](np.random.default_rng((seed, i, *kind.encode())))
            name = f"{kind}-{seed}-{i}.jpg"
            save(sheet.image, folder / "images" / name)
            truth[name] = {"size": sheet.image.size, "scene": kind, "words": sheet.words}
    (folder / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    (folder / "roll.csv").write_text(roll_csv(), encoding="utf-8")


def save(image: Image.Image, path: Path) -> None:
    pixels: npt.NDArray[np.uint8] = np.asarray(image)[:, :, ::-1]
    cv2.imwrite(str(path), pixels, [cv2.IMWRITE_JPEG_QUALITY, 92])


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]), int((sys.argv[2:] or ["1"])[0]), int((sys.argv[3:] or ["4"])[0]))
