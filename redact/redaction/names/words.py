"""The words of a line for the name rules: one spelling per name, ordinary words told apart from forenames."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

from rapidfuzz.distance import OSA

from redact.redaction.values import Line, Point, Polygon, Word

# Digits and signs that readers put for letters inside a word; seen in the bench's handwriting ("NGO2I", "2ARA").
_LETTERS_FOR_DIGITS = str.maketrans("0123456789!|$@€", "olzeasgtbgllsae")
# Letters that Unicode does not take apart into base and accent.
_UNSPLIT = str.maketrans(
    {
        "ł": "l",
        "Ł": "l",
        "ø": "o",
        "Ø": "o",
        "đ": "d",
        "Đ": "d",
        "ß": "ss",
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ð": "d",
        "þ": "th",
    }
)
_PIECE = re.compile(r"[^\W_]+(?:['\u2019\u2018`\u00b4._-]?[^\W_]+)*|[^\W_]")
_POSSESSIVE = re.compile(r"(?<=\w\w)['\u2019\u2018`\u00b4][sS]$")
_APOSTROPHES = "'\u2019`\u00b4"
_CAPITAL_I = re.compile(
    r"^l(?=[b-df-hjkmnp-tv-xz](?:[a-z]|$))(?!lbs?$)"
)  # "lvy", "lp": no word begins so; l and y stay
_DOUBLE = re.compile(r"[A-Z][a-z]+-[A-Z][a-z]+")  # "Mei-Ling" is no misread "ceiling": no reader adds that sign
_SIGNS = frozenset("&+-\u2010\u2013\u2014/,:;.=")  # signs that stand as words of their own between two names
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})")  # "ByAmelia", "MACDONALDDate"
GLUED_LENGTH = 10  # letters from which two words in one are a reader's slip and not a surname; a choice
NEAR_LENGTH = 6  # letters from which one misread letter still leaves a word recognisable; a choice
_CLASS = re.compile(r"\d{1,2}[A-Z]{1,2}|(?:R|[Yy](?:r|ear)?)\d{1,2}")
_ADDRESS = re.compile(r"([\w.+-]+)@[\w.-]+")  # of a mailbox: the name is what stands before the sign
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_NUMBERED = re.compile(r"([^\W\d]{3,})(\d\w?)")  # "Group1", "Class4B"
_DIGITS_AROUND = re.compile(r"^\d+|\d+[A-Za-z]?$")  # "ayaan10", and "Clay4K" that was read without its space
_DIGITS_MISREAD = re.compile(r"^\d+|[ozliOZLI]{1,2}\d+$")  # "tenchzo16" for tench2016: readers stay with letters
#: A year or number of which readers made letters at either end: "barnabyzo1s", "201srobinhale", "Robins".
_DIGITS_LOST = re.compile(r"^\d[\dzoils]{0,3}|[\dzoilsOZLIS\N{LATIN SMALL LETTER DOTLESS I}]{1,4}$")
LEAST_OF_LOST = 5  # letters of a name before such an end, where no figure shows that there was one; a choice
#: Words that a number stands directly behind; "rose7" is a log-in name.
_COUNTED = frozenset(("age", "class", "form", "grade", "group", "level", "name", "room", "row", "set", "table", "team",
                      "term", "unit", "week", "year"))  # fmt: skip
_OPENING = re.compile(r"[(\u2013\u2014-]+(?=\w)")
_OWNED = re.compile(r"(\w{2,}['\u2019]s)([A-Z]?[a-z]{2,})")
_BY_NAME = re.compile(r"(By|Name|To|From|Dear)([A-Z]{2,})")
_PREFIXES = frozenset(
    ("mac", "mc", "o", "de", "la", "le", "di", "du", "da", "van", "von", "fitz", "ap", "al", "el", "st", "del")
)  # "MacDonald" is one word


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a line, or a part of it where the reader ran two words together."""

    raw: str
    key: str  # folded: lower case, no accent, no hyphen or apostrophe
    quad: Polygon
    score: float  # the reader's, 0..1
    line: int  # index of its line
    place: int  # index within its line
    has_colon: bool = False  # a colon follows
    after: str = ""  # signs between it and the next token: "," or "." or " -"
    is_possessive: bool = False  # "Amelia's"; the key is without the s

    @property
    def is_number(self) -> bool:
        """Say whether the token holds no letter at all, or those of "3rd"."""
        return not any(letter.isalpha() for letter in self.raw) or _ORDINAL.fullmatch(self.raw) is not None

    @property
    def is_capital(self) -> bool:
        """Say whether the token starts with a capital (a digit may be a misread one)."""
        return self.raw[:1].isupper() or self.raw[:1].isdigit()

    @property
    def is_title(self) -> bool:
        """Say whether the token is written with one capital in front, not in capitals."""
        return self.raw[:1].isupper() and self.raw[1:2].islower()

    @property
    def parts(self) -> tuple[str, ...]:
        """The folded parts at `.`, `_` and hyphens, each without the digits before and behind it; none if it is whole.

        Log-in names are written so (ayaan10, rafferty.tench2), and double names of which the roll knows one half.
        """
        bare = _POSSESSIVE.sub("", self.raw)
        pieces = re.split(r"[._\-\u2010\u2011\u2013]", bare)
        cut = [pattern.sub("", piece) for piece in pieces for pattern in (_DIGITS_AROUND, _DIGITS_MISREAD)]
        keys = dict.fromkeys(key for key in map(fold, cut) if len(key) > 1)
        return tuple(keys) if cut != [bare, bare] else ()

    def lost_parts(self, fewest: int = LEAST_OF_LOST) -> tuple[str, ...]:
        """Return the folded parts at `.` and `_` without what may be digits that were read as letters.

        Args:
            fewest: letters of a part, where no figure shows that there were digits.
        """
        least = 3 if any(sign.isdigit() for sign in self.raw) else fewest
        keys = (fold(_DIGITS_LOST.sub("", piece)) for piece in re.split(r"[._]", self.raw))
        return tuple(key for key in dict.fromkeys(keys) if len(key) >= least and key != self.key)

    @property
    def is_initial(self) -> bool:
        """Say whether the token is one capital letter, as in "Amelia R."."""
        return len(self.key) == 1 and self.raw[:1].isupper()

    @property
    def is_ordinary(self) -> bool:
        """Say whether the token is an ordinary English word, or two of them (it may be a name as well)."""
        if not self.raw.isascii():
            return False
        is_word = self.key in ordinary_words() or is_compound(self.key)
        return is_word or (self.raw.islower() and is_inflected(self.key))

    @property
    def is_class(self) -> bool:
        """Say whether the token is a class or year ("5K", "Y4")."""
        return _CLASS.fullmatch(self.raw) is not None

    @property
    def is_nearly_ordinary(self) -> bool:
        """Say whether the token is an ordinary word with one reader's error, no forename and no double one."""
        is_other = not self.raw.isascii() or self.is_forename or self.is_double
        return not is_other and is_near_word(self.key)

    @property
    def is_double(self) -> bool:
        """Say whether the token is written as a double name: "Okafor-Danso"."""
        return _DOUBLE.fullmatch(self.raw) is not None

    @property
    def is_forename(self) -> bool:
        """Say whether the token is a forename seen in UK schools (it may be an ordinary word as well)."""
        parts = key_parts(self.raw)
        return self.key in forenames() or (len(parts) > 1 and all(part in forenames() for part in parts))


def word_set(text: str) -> frozenset[str]:
    """Return the words of `text`, a list for people to read."""
    return frozenset(text.split())


#: Ordinary words by which no misread name is meant, but of whoever is listed with one, the name: "Noble", "Tan".
NAMES_FIRST = word_set(
    "abbey bless bridge bridges buddy candy cedar dove earl gardener harsh homes ivory jacks jolly lavender merry moss"
    " noble ping starling tan teal thyme viola victor rocky bonnie lance piers pip"
)


def fold(text: str) -> str:
    """Return the one spelling under which a name is compared: letters only, lower case, no accents."""
    if text.isascii() and text.isalpha():  # most words: nothing of what follows changes more of them
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(_UNSPLIT))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    if any(c.isalpha() for c in letters):
        letters = letters.translate(_LETTERS_FOR_DIGITS)
    return "".join(c for c in letters if c.isalnum())


def key_parts(text: str) -> tuple[str, ...]:
    """Return the folded parts of a name of several: at spaces and hyphens, and of several names: "Beth/Bex"."""
    return tuple(part for part in (fold(p) for p in re.split(r"[\s\-/,;&+\u2010\u2011\u2013]+", text)) if part)


def tokens_of(line: Line, index: int) -> tuple[Token, ...]:
    """Return the tokens of line number `index`, in reading order."""
    tokens: list[Token] = []
    for word in line.words:
        pieces = _pieces(word.text)
        if not pieces and tokens and set(word.text) <= _SIGNS:
            last = tokens[-1]
            tokens[-1] = replace(
                last, after=f"{last.after} {word.text}", has_colon=last.has_colon or _labels(word.text)
            )
        if tokens and (opening := _OPENING.match(word.text)) is not None:  # "Grace (5K)", "Grace -5K"
            tokens[-1] = replace(tokens[-1], after=f"{tokens[-1].after} {opening[0]}")
        starts = [start for _, start, _ in pieces[1:]]
        for (raw, start, end), next_start in zip(pieces, [*starts, len(word.text)], strict=False):
            quad = word.quad if (start, end) == (0, len(word.text)) else _slice(word, start, end)
            is_possessive = _POSSESSIVE.search(raw) is not None or _is_owned_by(word.text, raw)
            written = _CAPITAL_I.sub("I", raw)
            if key := fold(_POSSESSIVE.sub("", written)):
                after = word.text[end:next_start] if end < len(word.text) else _tail(raw, word.text)
                at = index, len(tokens)
                tokens.append(Token(written, key, quad, word.score, *at, _labels(after[:2]), after, is_possessive))
    return tuple(tokens)


def _is_owned_by(text: str, raw: str) -> bool:
    """Say whether a word ends in s and an apostrophe alone: "Iris' tray"; what stands between two is quoted."""
    return raw[-1] in "sS" and text[:-1] == raw and text[-1] in _APOSTROPHES


def _labels(signs: str) -> bool:
    """Say whether signs end a label: "Milk: Hope", "Milk = Hope"."""
    return ":" in signs or "=" in signs


def _tail(raw: str, text: str) -> str:
    """Return the signs behind `raw`, where it is the only piece of a word and stands for all of it."""
    return text[text.rfind(raw) + len(raw) :]


def _pieces(text: str) -> list[tuple[str, int, int]]:
    """Return the parts of a word with the share of it each one stands for; a lone part stands for all of it."""
    if (address := _ADDRESS.fullmatch(text)) is not None:
        return [(address[1], 0, len(text))]
    found = [(m.group(), m.start(), m.end()) for m in _PIECE.finditer(text)]
    pieces = [piece for part in found for piece in _unglue(*part)]
    if pieces:  # signs at the ends belong to what stands beside them: a space may be lost before them ("LexiF.")
        pieces[0] = pieces[0][0], 0, pieces[0][2]
        pieces[-1] = pieces[-1][0], pieces[-1][1], len(text)
    return pieces


def _unglue(raw: str, start: int, end: int) -> list[tuple[str, int, int]]:
    match = _NUMBERED.fullmatch(raw)
    if match and fold(match[1]) in _COUNTED:  # before the words: "YEAR5" folds to "years"
        cut = match.end(1)
        return [(raw[:cut], start, start + cut), (raw[cut:], start + cut, end)]
    if fold(raw) in ordinary_words() or fold(raw) in forenames():
        return [(raw, start, end)]
    for match in _GLUED.finditer(raw):
        cut = match.start()
        head, tail = raw[:cut], raw[cut:]
        looks_whole = re.fullmatch(r"[A-Z][a-z-]+(?:-[A-Z]?[a-z]+)?|[A-Z]{2,}|[a-z]{2,}", head) is not None
        if looks_whole and head.casefold() not in _PREFIXES and re.fullmatch(r"[A-Z](?:[a-z'-]+|\.)?", tail):
            return [(head, start, start + cut), (tail, start + cut, end)]
    if (match := _OWNED.fullmatch(raw)) is not None and fold(match[2]) in ordinary_words():  # "Lexi'stray"
        return [(match[1], start, start + match.end(1)), (match[2], start + match.start(2), end)]
    if (match := _BY_NAME.fullmatch(raw)) is not None:  # "ByISLA"
        return [(match[1], start, start + match.end(1)), (match[2], start + match.end(1), end)]
    return [(raw, start, end)]


def _slice(word: Word, start: int, end: int) -> Polygon:
    a, b, c, d = word.quad
    s, e = start / len(word.text), end / len(word.text)
    return _between(a, b, s), _between(a, b, e), _between(d, c, e), _between(d, c, s)


def _between(p: Point, q: Point, share: float) -> Point:
    return p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share


def is_inflected(key: str) -> bool:
    """Say whether `key` is an ordinary word with an ending ("gives", "planted", "growing"); surnames end so too."""
    words = ordinary_words()
    stems = (
        key[: -len(end)] + more for end in ("s", "es", "ed", "d", "ing") if key.endswith(end) for more in ("", "e")
    )
    return any(len(stem) >= 3 and stem in words for stem in stems)


@lru_cache(maxsize=4096)
def is_compound(key: str) -> bool:
    """Say whether `key` is two ordinary words run together ("tablepoints"); short ones are surnames ("ashdown")."""
    words = ordinary_words()
    return len(key) >= GLUED_LENGTH and any(key[:cut] in words and key[cut:] in words for cut in range(4, len(key) - 3))


@lru_cache(maxsize=4096)
def is_near_word(key: str) -> bool:
    """Say whether `key`, of five letters or more, is one letter away from an ordinary word."""
    longer = (word for word in ordinary_words() if len(word) >= NEAR_LENGTH and abs(len(word) - len(key)) <= 1)
    return len(key) >= NEAR_LENGTH and any(OSA.distance(key, word, score_cutoff=1) <= 1 for word in longer)


@cache
def forenames() -> frozenset[str]:
    """Return the built-in forenames, folded."""
    return _listed("forenames.txt")


@cache
def ordinary_words() -> frozenset[str]:
    """Return the built-in ordinary English words, folded."""
    return _listed("words.txt")


def may_be_other_word(key: str) -> bool:
    """Say whether a listed name is an ordinary word that needs something around it that speaks for the name."""
    return key in ordinary_words() and key not in NAMES_FIRST


def _listed(name: str) -> frozenset[str]:
    lines = files(__package__ or "").joinpath(name).read_text(encoding="utf-8").splitlines()
    return frozenset(fold(word) for line in lines if not line.startswith("#") for word in line.split())
