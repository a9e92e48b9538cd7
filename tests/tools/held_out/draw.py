"""Draw one picture of a kind: names as schools write them, or a control whose words are none."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.rigs.field_pictures import ACROSTIC, Sheet, any_font, any_ink, ground, new_sheet, save
from tests.tools.held_out.words import Half, half_of, roll_csv

_GROUNDS = ((253, 253, 250), (245, 238, 214), (40, 60, 140), (190, 158, 120), (250, 220, 120), (30, 90, 60))


@dataclass(frozen=True, slots=True)
class Hand:
    """One half and the chance that draws from it."""

    half: Half
    rng: np.random.Generator

    def some(self, of: Sequence[str], count: int) -> list[str]:
        """Return `count` different ones."""
        return [of[i] for i in self.rng.permutation(len(of))[:count]]

    def font(self, px: int, *, written: float = 0.25) -> ImageFont.FreeTypeFont:
        """Return a font of `px`; handwriting with the chance `written`."""
        return any_font(self.rng, px, self.half.written if self.rng.random() < written else self.half.printed)

    def filled(self, form: str) -> str:
        """Return a form with names in it."""
        a, b, c = (name.split() for name in self.some(self.half.word_names, 3))
        plain = self.some(self.half.plain_names, 1)[0].split()[0]
        return form.format(a=a[0], b=b[0], c=c[0], i=a[1][0], j=b[1][0], p=plain)

    def lines(self, texts: Sequence[str], *, written: float = 0.25) -> Sheet:
        """Return a sheet with `texts` one below the other, or in two columns."""
        sheet = new_sheet(self.rng)
        px = int(self.rng.integers(36, 76))
        font, ink, x = self.font(px, written=written), any_ink(self.rng), float(self.rng.integers(50, 160))
        widest = max(font.getlength(text.replace("*", "")) for text in texts)
        columns = 2 if len(texts) > 2 and widest * 2 + 220 < sheet.image.width and self.rng.random() < 0.5 else 1
        rows = -(-len(texts) // columns)
        step = min(px * self.rng.uniform(1.7, 2.8), (sheet.image.height - 120) / max(1, rows))
        for i, text in enumerate(texts):
            left = x + (i % columns) * (widest + 90)
            sheet.write(text, (left, 80 + step * (i // columns + 0.3)), font, ink)
        return sheet


def _initials(hand: Hand) -> Sheet:
    return hand.lines([hand.some(hand.half.headings, 1)[0], *map(hand.filled, hand.some(hand.half.initials, 4))])


def _numbers(hand: Hand) -> Sheet:
    return hand.lines([hand.some(hand.half.headings, 1)[0], *map(hand.filled, hand.some(hand.half.numbers, 3))])


def _labels(hand: Hand) -> Sheet:
    """One label, or a few on a board; capitals or not, on paper or dark card."""
    count = int(hand.rng.choice([1, 1, 2, 6]))
    sheet = Sheet(Image.new("RGB", (1200, 800), _GROUNDS[hand.rng.integers(len(_GROUNDS))]), hand.rng)
    is_upper, px = hand.rng.random() < 0.5, int(hand.rng.integers(50, 90 if count > 1 else 140))
    font = hand.font(px)
    pool = (*hand.half.word_names, *hand.half.word_names, *hand.half.plain_names)
    for i, name in enumerate(hand.some(pool, count)):
        text = name.split()[0]
        text = text.upper() if is_upper else text
        x, y = 80 + (i % 2) * 560, 130 + (i // 2) * 230
        width = font.getlength(text)
        is_card = hand.rng.random() < 0.7
        if is_card:
            ImageDraw.Draw(sheet.image).rectangle((x - 25, y - px, x + width + 25, y + px), fill=(255, 255, 255))
        ink = any_ink(hand.rng) if is_card or np.asarray(sheet.image)[2, 2].sum() > 420 else (250, 250, 250)
        sheet.write("*" + text, (x, y), font, ink)
    return sheet


def _sentences(hand: Hand) -> Sheet:
    return hand.lines([hand.filled(form) for form in hand.some(hand.half.sentences, int(hand.rng.integers(1, 4)))])


def _lists(hand: Hand) -> Sheet:
    if hand.rng.random() < 0.35:  # one name a line
        names = hand.some((*hand.half.word_names, *hand.half.plain_names), int(hand.rng.integers(3, 8)))
        bullet = hand.some(("", "- ", "• ", "{n} "), 1)[0]
        return hand.lines([f"{bullet.format(n=n)}*{name.split()[0]}" for n, name in enumerate(names, 1)])
    return hand.lines([hand.filled(form) for form in hand.some(hand.half.lists, int(hand.rng.integers(1, 4)))])


def _labelled(hand: Hand) -> Sheet:
    return hand.lines([hand.filled(form) for form in hand.some(hand.half.labelled, int(hand.rng.integers(1, 5)))])


def _full_names(hand: Hand) -> Sheet:
    names = hand.some((*hand.half.word_names, *hand.half.plain_names), 4)
    return hand.lines([" ".join(f"*{word}" for word in name.split()) for name in names])


def _handwriting(hand: Hand) -> Sheet:
    names = hand.some(hand.half.plain_names, 3)
    forms = ("By *{}", "*{}", "My name is *{}", "*{} aged 7", "Name: *{}")
    texts = [form.format(name.replace(" ", " *")) for form, name in zip(hand.some(forms, 3), names, strict=True)]
    return hand.lines(texts, written=1.0)


def _chosen(hand: Hand) -> Sheet:
    _, first, last, middle, former = hand.half.chosen
    texts = [f"*{first} *{last}", f"*{middle} *{last}", f"*{first} *{last[0]}.", f"*{former.upper()}",
             f"*{first} *{former}", f"*{first}'s tray", f"Milk: *{first}"]  # fmt: skip
    return hand.lines(hand.some(texts, 3))


def _mirrored(hand: Hand) -> Sheet:
    a, b, c = hand.some(hand.half.plain_names, 3)
    word = hand.some(hand.half.word_names, 1)[0]
    texts = [" ".join(f"*{part}" for part in name.split()) for name in (a, word)]
    way = int(hand.rng.integers(4))
    if way == 0:
        texts = ["Oak Lane School", texts[0], "Reading Champion"]
    elif way == 1:
        texts = [f"*{b.split()[0].upper()}"]
    elif way == 2:
        texts = [f"*{c.split()[0]}", f"*{b.split()[0]}"]
    sheet = hand.lines(texts, written=0.3)
    width = sheet.image.width
    sheet.image = sheet.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for label in sheet.words:
        (x0, y0), (x1, _), (_, y1), _ = label["quad"]
        label["quad"] = [[width - x1, y0], [width - x0, y0], [width - x0, y1], [width - x1, y1]]
    return sheet


def _apart(hand: Hand) -> Sheet:
    """Letters on flags, blocks or balloons, or only set apart; one box a name."""
    rng = hand.rng
    sheet = new_sheet(rng, (1900, 1050))
    kind, px = int(rng.integers(4)), int(rng.integers(44, 96))
    font, ink, y = any_font(rng, px, hand.half.printed), any_ink(rng), 170.0
    names = [name.split()[0] for name in hand.some((*hand.half.plain_names, *hand.half.word_names), 2)]
    for text in (*(["WELCOME"] if rng.random() < 0.3 else []), *names):
        letters = text.upper() if kind or rng.random() < 0.6 else text
        _row_of_letters(sheet, letters, (130.0, y), kind, font, ink)
        sheet.words[-1]["name"] = text != "WELCOME"
        y += px * rng.uniform(2.8, 3.6)
    return sheet


def _row_of_letters(
    sheet: Sheet, letters: str, at: tuple[float, float], kind: int, font: ImageFont.FreeTypeFont, ink: tuple[int, ...]
) -> None:
    px, rng, (x, y) = int(font.size), sheet.rng, at
    step, sag = px * rng.uniform(1.55, 2.2), rng.uniform(0, 0.25) * px if kind == 1 else 0.0
    for i, letter in enumerate(letters):
        here = (x + i * step, y + sag * float(np.sin(np.pi * i / max(1, len(letters) - 1))))
        ground(ImageDraw.Draw(sheet.image), kind, here, px, tuple(int(v) for v in rng.integers(60, 190, 3)))
        fill = (255, 255, 255) if kind else ink
        ImageDraw.Draw(sheet.image).text(here, letter, font=font, fill=fill, anchor="mm")
    end = x + (len(letters) - 1) * step
    box = (x - px * 0.4, y - px * 0.45, end + px * 0.4, y + sag + px * 0.45)
    sheet.label(box, letters, is_name=True)


def _stacked(hand: Hand) -> Sheet:
    rng, sheet = hand.rng, new_sheet(hand.rng, (1500, 1350))
    px, ink = int(rng.integers(46, 84)), any_ink(rng)
    font = any_font(rng, px, hand.half.printed)
    names = [name.split()[0].upper() for name in hand.some((*hand.half.plain_names, *hand.half.word_names), 4)]
    names = [name for name in names if len(name) <= 10] or ["JANE"]
    step = min(px * rng.uniform(1.15, 1.5), 1200 / max(map(len, names)))
    if rng.random() < 0.35:
        body = hand.font(int(px * 0.8))
        for i, letter in enumerate(names[0]):
            y = 100 + i * min(step * 1.25, 1200 / len(names[0]))
            sheet.write(f"*{letter}", (100, y), font, (170, 30, 30))
            sheet.write(ACROSTIC[letter], (100 + px * 0.95, y), body, ink)
        return sheet
    sheet.stack(names[: int(rng.integers(1, 5))], font, ink, step)
    return sheet


def _scripts(hand: Hand) -> Sheet:
    sheet = new_sheet(hand.rng, (1300, 700))
    font = any_font(hand.rng, int(hand.rng.integers(54, 110)), [n for n in hand.half.printed if n.endswith("Sans.ttf")]
                    or ["truetype/dejavu/DejaVuSans-Bold.ttf"])  # fmt: skip
    for y, text in zip((200, 450), hand.some(hand.half.foreign, 2), strict=True):
        is_rtl = any("\u0590" < c < "\u0700" for c in text)
        words = text.split()[::-1] if is_rtl else text.split()
        sheet.write(" ".join(f"*{word}" for word in words), (150, y), font, any_ink(hand.rng))
    return sheet


def _digits(hand: Hand) -> Sheet:
    rng, texts = hand.rng, ["Maths log-in cards"]
    for name in hand.some((*hand.half.plain_names, *hand.half.word_names), 4):
        first, last = name.split()
        number = int(rng.choice([1, 5, 12, 48, 77, 2015, 2023]))
        low, sur = first.lower(), last.lower()
        forms = [f"{low}{number}", f"{first}{number}", f"{low}.{sur}{number}", f"{low}_{sur}", f"{number}{low}{sur}",
                 f"{low[0]}{sur}{number}", f"{low}-{number}", f"{low}.{sur}@oaklane.sch.uk"]  # fmt: skip
        password = hand.some(("lamp", "train", "apple", "table"), 1)[0]
        texts.append(f"*{forms[int(rng.integers(len(forms)))]} pass: {password}")
    return hand.lines(texts, written=0.0)


def _parts(hand: Hand) -> Sheet:
    """Double names of which the roll knows a half, particles, names of two letters."""
    known = [name.split()[-1] for name in hand.some(hand.half.plain_names, 2)]
    forms = ("Drawn by the *{}-Fenwick twins", "*Carrow-{} won the race", "The *{}-Ogden family", "Made with *Ansah-{}")
    texts = [form.format(k) for form, k in zip(hand.some(forms, 2), known, strict=True)]
    particle = " ".join(f"*{word}" for word in hand.some(hand.half.particles, 1)[0].split())
    short = hand.some(hand.half.short_names, 1)[0].split()
    return hand.lines([*texts, particle, f"*{short[0]} *{short[1]}", f"*{short[0]} and *{known[0]}"])


def _scribbled(hand: Hand) -> Sheet:
    sheet = hand.lines([" ".join(f"*{w}" for w in name.split()) for name in hand.some(hand.half.plain_names, 4)],
                       written=0.1)  # fmt: skip
    draw, way = ImageDraw.Draw(sheet.image), int(hand.rng.integers(3))
    for word in sheet.words:
        (x0, y0), (x1, _), (_, y1), _ = word["quad"]
        xs = np.arange(x0, x1, (y1 - y0) * (0.33 if way else 2.0))
        low, high = ((0.35, 0.85), (0.3, 0.9), (0.5, 0.62))[way]
        points = [(float(x), y0 + (y1 - y0) * (low if i % 2 else high)) for i, x in enumerate(xs)]
        draw.line([*points, (x1, y0 + (y1 - y0) * 0.6)], fill=any_ink(hand.rng), width=3)
    return sheet


def _name_lines(hand: Hand) -> list[str]:
    a, b, c = (name.split() for name in hand.some(hand.half.plain_names, 3))
    word = hand.some(hand.half.word_names, 1)[0].split()
    return [f"Name: *{a[0]} *{a[1]}", f"*{b[0]}", f"*{c[1].upper()} *{c[0][0]}.", f"*{word[0]} *{word[1][0]}"]


def _dark(hand: Hand) -> Sheet:
    """The whole picture at 3 to 6 % of its light, or of its contrast in fog or glare."""
    sheet = hand.lines(_name_lines(hand), written=0.1)
    way, share = hand.rng.integers(3), hand.rng.uniform(0.03, 0.06)
    pixels = np.asarray(sheet.image, np.float32) * share + (0, 128 * (1 - share), 250 * (1 - share))[way]
    sheet.image = Image.fromarray(np.clip(np.round(pixels), 0, 255).astype(np.uint8))
    return sheet


def _shadow(hand: Hand) -> Sheet:
    """A part of the picture at 3 to 8 % of its light, the rest lit: a name in a dark corner or under a table."""
    sheet, rng = hand.lines(_name_lines(hand), written=0.1), hand.rng
    width, height = sheet.image.size
    mask = np.zeros((height, width), np.float32)
    x0, y0, x1, y1 = _around(sheet)
    if rng.random() < 0.5:  # all writing lies in it, with room
        mask[max(0, y0 - 40) : y1 + 40, max(0, x0 - 60) : x1 + 60] = 1
    else:  # a half of the picture
        mask[:, : (x0 + x1) // 2] = 1
    soft = cv2.GaussianBlur(mask, (0, 0), float(rng.choice([2, 15, 40])))[..., None]
    share = rng.uniform(0.03, 0.08)
    pixels = np.asarray(sheet.image, np.float32) * (1 - soft * (1 - share))
    sheet.image = Image.fromarray(np.clip(np.round(pixels), 0, 255).astype(np.uint8))
    return sheet


def _around(sheet: Sheet) -> tuple[int, int, int, int]:
    points = np.array([point for word in sheet.words for point in word["quad"]])
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return int(x0), int(y0), int(x1), int(y1)


def _control(hand: Hand) -> Sheet:
    return hand.lines(hand.half.controls[int(hand.rng.integers(len(hand.half.controls)))], written=0.15)


KINDS: dict[str, Callable[[Hand], Sheet]] = {
    "initials": _initials,
    "numbers": _numbers,
    "labels": _labels,
    "sentences": _sentences,
    "lists": _lists,
    "labelled": _labelled,
    "full": _full_names,
    "handwriting": _handwriting,
    "chosen": _chosen,
    "mirrored": _mirrored,
    "apart": _apart,
    "stacked": _stacked,
    "scripts": _scripts,
    "digits": _digits,
    "parts": _parts,
    "scribbled": _scribbled,
    "dark": _dark,
    "shadow": _shadow,
    "control": _control,
}

#: Times EACH of the kinds that one picture says little of: a control has few words, the other two two names each.
TIMES = {"control": 3, "apart": 3, "scripts": 3}


def draw_all(folder: Path, seed: int, each: int) -> None:
    """Write `each` pictures of every kind to `folder`, more of those in TIMES."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    truth = {}
    for kind, draw in KINDS.items():
        for i in range(each * TIMES.get(kind, 1)):
            sheet = draw(Hand(half_of(seed), np.random.default_rng((seed, i, *kind.encode()))))
            name = f"{kind}-{seed}-{i}.jpg"
            save(sheet.image, folder / "images" / name)
            truth[name] = {"size": sheet.image.size, "scene": kind, "words": sheet.words}
    (folder / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    (folder / "roll.csv").write_text(roll_csv(half_of(seed)), encoding="utf-8")
