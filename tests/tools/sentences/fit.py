"""Fit the weights of the reader of sentences: logistic regression over its features, in numpy."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.findings import Line
from redact.redaction.names import reading
from redact.redaction.names.words import Token, fold, tokens_of
from tests.rigs.pages import line

TEXTS = Path(__file__).parent / "texts"
WEIGHTS = Path(reading.__file__).with_name("reading.json")
NAMES_EACH, WORDS_EACH = 5, 3  # names drawn for a template of names, words for one of a kind
USUAL = 12  # of the listed names, first: those that stand in most sentences as words are drawn thrice as often as names
KIND_WEIGHT = 0.7  # of a template of a kind, beside 1 for a sentence
RIDGE, STEPS, RATE = 0.5, 300, 0.1
SMALLEST = 0.06  # weights below it are left out: on held-out sentences they change nothing
#: How a sentence is written: capitals may say nothing where all words have them.
CASES: dict[str, tuple[Callable[[str], str], float]] = {
    "as it is": (str, 1.0),
    "Title Case": (lambda word: word[:1].upper() + word[1:], 0.5),
    "CAPITALS": (str.upper, 0.5),
    "small": (str.lower, 0.3),
}


@dataclass(frozen=True, slots=True)
class Example:
    """What the model sees of one word, and whether it is a name there."""

    seen: tuple[str, ...]
    is_name: bool
    weight: float


def texts(name: str) -> list[str]:
    """Return the lines of a text beside this file."""
    return [text for text in (TEXTS / f"{name}.txt").read_text(encoding="utf-8").splitlines() if text]


def listed() -> list[str]:
    """Return the names that are words too."""
    return [name for text in texts("listed") for name in text.split()]


def kinds() -> Iterator[tuple[str, list[str]]]:
    """Yield each template of a kind with the words of that kind."""
    words: list[str] = []
    for text in texts("kinds"):
        if text.startswith("#"):
            words = text.partition(":")[2].split()
        else:
            yield text, words


def examples() -> Iterator[Example]:
    """Yield every word of the texts that may be a name, in each way of writing."""
    draw = random.Random(20261130)
    names = listed()
    usual = names + 2 * names[:USUAL]
    keys = {fold(name) for name in (*names, *(word for _, words in kinds() for word in words))}
    for text in texts("names"):
        for _ in range(NAMES_EACH):
            a, b = draw.sample(usual, 2)
            yield from _seen(text.replace("{a}", f"*{a}").replace("{b}", f"*{b}"), keys, 1 / NAMES_EACH)
    for text in texts("words"):
        yield from _seen(text, keys, 1.0)
    for text, words in kinds():
        for _ in range(WORDS_EACH):
            word, other = draw.sample(words, 2)
            is_small = not text.startswith("{}") and draw.random() < 0.5
            filled = text.replace("{}", word.lower() if is_small else word).replace("{2}", other.lower())
            yield from _seen(filled, keys, KIND_WEIGHT / WORDS_EACH)


def _seen(text: str, keys: set[str], weight: float) -> Iterator[Example]:
    starred = [word.lstrip('"(').startswith("*") for word in text.split()]
    for write, share in CASES.values():
        here = line(" ".join(write(word.replace("*", "")) for word in text.split()))
        tokens = tokens_of(here, 0)
        for token in tokens:
            if token.key in keys:
                is_name = starred[place_of(token, here)]
                yield Example(tuple(reading.features(tokens, token)), is_name, weight * share)


def place_of(token: Token, whole: Line) -> int:
    """Return which word of a line, counted from 0, a token is part of."""
    middle = (token.quad[0][0] + token.quad[1][0]) / 2
    return next(i for i, word in enumerate(whole.words) if word.quad[0][0] <= middle <= word.quad[1][0])


def fit() -> dict[str, float]:
    """Return the weights of all features that say something."""
    learned = list(examples())
    features = sorted({feature for example in learned for feature in example.seen})
    at = {feature: i for i, feature in enumerate(features)}
    widest = max(len(example.seen) for example in learned)
    seen = np.full((len(learned), widest), len(features))
    for row, example in zip(seen, learned, strict=True):
        row[: len(example.seen)] = [at[feature] for feature in example.seen]
    is_name = np.array([example.is_name for example in learned], float)
    shares = np.array([example.weight for example in learned])
    weights, mean, square = np.zeros(len(features)), np.zeros(len(features)), np.zeros(len(features))
    for step in range(STEPS):  # Adam, with a rate that falls to nothing
        likely = 1 / (1 + np.exp(-np.append(weights, 0.0)[seen].sum(axis=1)))
        pull = np.bincount(seen.ravel(), np.repeat(shares * (likely - is_name), widest), len(features) + 1)[:-1]
        slope = pull + RIDGE * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        rate = RATE * (1 - step / STEPS)
        weights -= rate * (mean / (1 - 0.9 ** (step + 1))) / (np.sqrt(square / (1 - 0.99 ** (step + 1))) + 1e-8)
    return {f: round(float(w), 2) for f, w in zip(features, weights, strict=True) if abs(w) >= SMALLEST}


def write() -> int:
    """Write the weights beside the reader; return how many there are."""
    weights = fit()
    WEIGHTS.write_text(json.dumps(weights, separators=(",", ":"), sort_keys=True, indent=0) + "\n", encoding="utf-8")
    return len(weights)
