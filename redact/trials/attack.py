"""Attack our own covers: is anybody recognised, or any name read, where a style has covered them?

Threat: a cover that looks strong and still tells who is under it.  The attack that undoes blurs covers the pictures
of the people it looks for in the same way, and compares like with like ("parrot": Newton, Sweeney and Malin 2005).
Rule: each style is attacked with more than anybody outside has: the exact place of every face and name, the people
looked for covered likewise, no gate of quality.  What is recognised must be no more than chance; the same attack on a
blur and on the bare picture shows that it works where something is left.
Accepted residue: a cover tells nothing, its outline and surroundings may; `alien` takes the surroundings away where
they would be counted.  Who aligns a covered face by the landmarks of the *uncovered* picture knows something that no
cover can take from him: with one photo of a person on both sides, where eyes and nose lie in the outline (23 of 36
known again under the solid cover, 9 by chance); with different photos of 60 people it gave 1 (solid) and 2 (blur).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import cv2
import numpy as np
from rapidfuzz.distance import OSA

from models.findings import Box, Face, Pixels, Polygon, bounds
from models.identity.templates import Template, distance_to_person
from redact.redaction.covers.masks import mask_of
from redact.redaction.covers.outline import head_of
from redact.redaction.covers.paint import Look, cover
from redact.redaction.covers.places import Head, Places
from redact.redaction.encode import encode
from redact.redaction.names.words import fold
from redact.redaction.picture.decode import decode
from redact.redaction.picture.resize import shrink
from redact.redaction.plans import whole_of
from redact.redaction.values import Picture, Style
from redact.trials.measure import Share

#: Similarity of two words, 0..1, from which one is the other misread ("Amelia" and "Amella": 0.83); a choice.
SAME_WORD: Final = 0.78
#: Probability that a style is accused though none leaks: shared by the comparisons of styles; a choice.
SIGNIFICANT: Final = 0.01
#: Sigma of the Gaussian blur that is attacked as a control, in smaller sides of the place.  Of 60 people (250 px) the
#: attack finds 19 at 1/24 of a head, a sixteenth of the face, in the gallery blurred alike (chance 1).
_BLUR_SHARE: Final = {"face": 1 / 24, "name": 1 / 8}

NOTHING: Final = "nothing"  # what the bare picture is hidden by
GAUSSIAN: Final = "gaussian"  # the control that the attack must see through

#: Hides the places of a picture, writes it as published, reads it again.
Hide: TypeAlias = Callable[[Picture, Places], Picture]
#: Returns what is read at each place.
Read: TypeAlias = Callable[[Pixels, Sequence[Polygon]], Sequence[str]]


class Describer(Protocol):
    """A recogniser that describes whatever it is given."""

    def describe_anyway(self, pixels: Pixels, box: Box) -> Template:
        """Return the description of whatever is in `box` of `pixels`, fit to be described or not."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A picture of a known person: `faces` are all that are covered on it, the first is the person's."""

    person: str
    picture: Picture
    faces: tuple[Face, ...]
    scale: float = 1.0  # of the picture to its source

    @property
    def places(self) -> Places:
        """What is covered on it."""
        heads = tuple(Head(head_of(face), face.box, face.score) for face in self.faces)
        return Places(self.picture.size, heads, (), self.picture.coding, _coded(self.picture, self.scale))


@dataclass(frozen=True, slots=True)
class Written:
    """A picture with words whose places and letters are known; all of them are covered."""

    picture: Picture
    words: tuple[tuple[str, Polygon], ...]
    scale: float = 1.0  # of the picture to its source

    @property
    def quads(self) -> tuple[Polygon, ...]:
        """Where the words stand."""
        return tuple(quad for _, quad in self.words)

    @property
    def places(self) -> Places:
        """What is covered on it."""
        return Places(self.picture.size, (), self.quads, self.picture.coding, _coded(self.picture, self.scale))


@dataclass(frozen=True, slots=True)
class Attempt:
    """How often an attack on one way of hiding succeeded."""

    attack: str
    hidden_by: str  # a style, or a control
    hits: Share
    chance: float  # share of hits to be expected of somebody who guesses

    @property
    def p(self) -> float:
        """The probability that guessing hits as often or more often: the upper tail of the binomial distribution."""
        n, chance = self.hits.total, self.chance
        tail = (math.comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(self.hits.hits, n + 1))
        return min(1.0, math.fsum(tail))

    @property
    def is_style(self) -> bool:
        """Say whether this is about a style that is offered; else it is a control."""
        return self.hidden_by in set(Style)


def _coded(picture: Picture, scale: float) -> Box:
    """Return the whole of the source of which `picture` is `scale` times the size."""
    return whole_of(picture.size).scaled(1 / scale)


def ways(place: str, styles: Sequence[Style] = tuple(Style)) -> dict[str, Hide]:
    """Return the ways of hiding that are compared: two controls, and every style.

    Args:
        place: "face" or "name"; what is hidden.
        styles: those to attack.
    """
    controls: dict[str, Hide] = {
        NOTHING: lambda picture, _places: picture,
        GAUSSIAN: blur_with(_BLUR_SHARE[place]),
    }
    return controls | {style.value: cover_with(style) for style in styles}


def cover_with(style: Style) -> Hide:
    """Return the real cover, with its margin, as it is written."""
    look = Look(style, _badge() if style is Style.PICTURE else b"")

    def hide(picture: Picture, places: Places) -> Picture:
        return decode(encode(cover(picture, places, look)))

    return hide


def _badge() -> bytes:
    """Return a picture such as a school might put on heads; what it shows is the same for everybody."""
    return encode(Picture(np.full((64, 64, 3), (30, 60, 140), np.uint8)))


def blur_with(share: float) -> Hide:
    """Return a Gaussian blur of the places, its sigma `share` of the smaller side of each; the attack must catch it."""

    def hide(picture: Picture, places: Places) -> Picture:
        pixels = picture.pixels.copy()
        for polygon in (*(head.outline for head in places.heads), *places.flats):
            box = bounds(polygon)
            sigma_px = max(0.5, share * min(box.width, box.height))
            inside = mask_of(picture.size, [polygon], 0)
            pixels[inside] = cv2.GaussianBlur(picture.pixels, (0, 0), sigma_px)[inside]
        return decode(encode(Picture(pixels)))

    return hide


def judge(attempts: Sequence[Attempt]) -> tuple[str, ...]:
    """Return what is wrong, a sentence each; nothing is if no style is above chance and the attack works at all."""
    limit = SIGNIFICANT / max(1, sum(attempt.is_style for attempt in attempts))  # Bonferroni
    leaks = (
        f"The style {each.hidden_by} gives away more than chance ({each.attack}: {each.hits.hits} of "
        f"{each.hits.total}). Do not use it until it is mended or removed."
        for each in attempts
        if each.is_style and each.p < limit
    )
    blind = (
        f"The attack fails where nothing is hidden ({each.attack}), so it proves nothing. "
        "Take more or clearer pictures."
        for each in attempts
        if each.hidden_by == NOTHING and each.p >= limit
    )
    return *leaks, *blind


# -- faces --


def attack_faces(
    enrolled: Sequence[Portrait], probes: Sequence[Portrait], describer: Describer, hiders: Mapping[str, Hide]
) -> tuple[Attempt, ...]:
    """Return how often the nearest person of the gallery is the one on the probe, for each way of hiding.

    Each way is tried with the gallery hidden in the same way and with the bare gallery; chance is one of the gallery.
    """
    bare = _gallery(enrolled, describer, hiders[NOTHING])
    attempts = []
    for name, hide in hiders.items():
        described = [(portrait.person, _describe(portrait, describer, hide)) for portrait in probes]
        galleries = {"bare gallery": bare} | (
            {} if name == NOTHING else {"gallery hidden alike": _gallery(enrolled, describer, hide)}
        )
        for against, gallery in galleries.items():
            hits = sum(_nearest(template, gallery) == person for person, template in described)
            attempts.append(Attempt(f"faces, {against}", name, Share(hits, len(described)), 1 / len(gallery)))
    return tuple(attempts)


def _gallery(enrolled: Sequence[Portrait], describer: Describer, hide: Hide) -> dict[str, list[Template]]:
    gallery: dict[str, list[Template]] = {}
    for portrait in enrolled:
        gallery.setdefault(portrait.person, []).append(_describe(portrait, describer, hide))
    return gallery


def _describe(portrait: Portrait, describer: Describer, hide: Hide) -> Template:
    hidden = hide(portrait.picture, portrait.places)
    return describer.describe_anyway(hidden.pixels, portrait.faces[0].box)


def _nearest(template: Template, gallery: Mapping[str, Sequence[Template]]) -> str:
    return min(sorted(gallery), key=lambda person: distance_to_person(template, gallery[person]))


def alien(portrait: Portrait, surroundings: Picture, head_px: int) -> Portrait:
    """Return the head of `portrait`, `head_px` high, alone in the middle of `surroundings` that say nothing of it.

    With a few pictures of a person the attacker would recognise the wall behind and call it a face.

    Raises:
        ValueError: the surroundings have no room for it.
    """
    head = bounds(head_of(portrait.faces[0]))
    k = head_px / head.height
    small = shrink(portrait.picture, max(1, round(k * max(portrait.picture.size)))) if k < 1 else portrait.picture
    k = small.width_px / portrait.picture.width_px
    left, top = _middle(surroundings, head.scaled(k))
    box = portrait.faces[0].box.scaled(k)
    face = Face(Box(box.x0 + left, box.y0 + top, box.x1 + left, box.y1 + top), 1.0, "known")
    grown = mask_of(surroundings.size, [head_of(face)], 0)
    pixels = surroundings.pixels.copy()
    rows, columns = np.nonzero(grown)
    inside = (rows >= top) & (columns >= left) & (rows < top + small.height_px) & (columns < left + small.width_px)
    pixels[rows[inside], columns[inside]] = small.pixels[rows[inside] - top, columns[inside] - left]
    return Portrait(portrait.person, Picture(pixels), (face,))


def _middle(surroundings: Picture, head: Box) -> tuple[int, int]:
    """Return where the head's picture begins so that the head lies in the middle of the surroundings."""
    if head.width > surroundings.width_px or head.height > surroundings.height_px:
        raise ValueError(f"no room for a head in a picture of {surroundings.size}")
    left = (surroundings.width_px - head.x0 - head.x1) / 2
    top = (surroundings.height_px - head.y0 - head.y1) / 2
    return round(left), round(top)


# -- names --


def attack_names(
    pages: Sequence[Written], readers: Mapping[str, Read], hiders: Mapping[str, Hide]
) -> tuple[Attempt, ...]:
    """Return how often each reader reads the true word at a hidden place, for each way of hiding.

    Chance is how often it reads a word that stands somewhere else.
    """
    attempts = []
    true = [word for page in pages for word, _ in page.words]
    for name, hide in hiders.items():
        hidden = [hide(page.picture, page.places).pixels for page in pages]
        for reader, read in readers.items():
            texts = [text for pixels, page in zip(hidden, pages, strict=True) for text in read(pixels, page.quads)]
            hits = sum(_is_same(text, word) for text, word in zip(texts, true, strict=True))
            attempts.append(Attempt(f"names, {reader}", name, Share(hits, len(true)), _chance(texts, true)))
    return tuple(attempts)


def _is_same(text: str, word: str) -> bool:
    """Say whether `word`, or something very like it, is among what was read."""
    sought = fold(word)
    read = {fold(text), *(fold(part) for part in text.split())} - {""}
    return any(OSA.normalized_similarity(sought, part) >= SAME_WORD for part in read)


def _chance(texts: Sequence[str], true: Sequence[str]) -> float:
    """Return how often what was read at one place is the word of another; one more pair and hit, so never 0."""
    pairs = [(text, word) for i, text in enumerate(texts) for k, word in enumerate(true) if k != i]
    hits = sum(bool(text) and _is_same(text, word) for text, word in pairs)
    return (hits + 1) / (len(pairs) + 1)
