"""Which characters the bytes of an export are, where its name does not say so.

Threat: a file written on a Mac or by an old program is read as if Windows had written it; an umlaut becomes a quotation
mark, and that name is looked for in no picture.
Rule: UTF-8 where it is UTF-8; else Windows-1252, unless that puts signs where no name has them, and exactly one other
encoding of the machines schools have had takes all of these away.  What was chosen so is said; where none or two would
do, the text stays as Windows-1252 reads it, and `garbled` finds the names that are broken, or may be.
Accepted residue: capitals that look right in either encoding (a grave accent on E read as a circumflex on O).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

#: Encodings that British schools' files come in beside UTF-8 and Windows-1252, and what people call them.
_OTHERS: Final = {"mac_roman": "Mac Roman", "cp850": "DOS (code page 850)", "cp437": "DOS (code page 437)"}
#: Only where Windows-1252 reads wrongly: all but letters of Polish, Czech, Hungarian and the like are the same.
_CENTRAL: Final = {"cp1250": "Windows for Central Europe (code page 1250)"}
#: Letters of names on British rolls; of two readings without an odd sign, the one that needs no others counts.
_USUAL: Final = frozenset("éèëêáàâäãåçíïîñóòôöøúüÿłšžśćěřőűąęğışńźżčďťňůăâțșţľĺŕŽĄĘŻŹŃČŘÉÈËÁÀÂÄÅÇÍÏÎÑÓÔÖØÚÜŁŠŽŚĆ")
_WORD: Final = re.compile(r"[^\W\d_]*[^\x00-\x7f][^\s,;\"\t|]*")  # a stretch with a sign beyond ASCII in it
#: What Windows-1252 has where the older encodings have accents that are common here: few British names need them.
_DOUBTFUL: Final = frozenset("ŠŒŽšœžŸ\u2018\u2019\u201c\u201d")
_APOSTROPHES: Final = "\u2019\u02bc\u02bb"
_DASHES: Final = "\u2010\u2011\u2013\u2014"


@dataclass(frozen=True, slots=True)
class Text:
    """The characters of a file."""

    text: str
    read_as: str = ""  # what people call the encoding, where it was only found out; empty where it is as expected
    doubtful: frozenset[str] = frozenset()  # signs in it that would be usual letters in another encoding


def decode(content: bytes) -> Text:
    """Return the text of a file that a school's system or a spreadsheet wrote."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # Excel's "Unicode text"
        return Text(content.decode("utf-16", errors="replace"))
    try:
        return Text(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        windows = content.decode("cp1252", errors="replace")
    names = _OTHERS if not count_odd(windows) else _OTHERS | _CENTRAL
    read = {name: content.decode(name, errors="replace") for name in names}
    clean = {text: name for name, text in reversed(read.items()) if not count_odd(text)}
    if not count_odd(windows):
        return Text(windows, doubtful=frozenset(_DOUBTFUL & {*windows}) if clean else frozenset())
    fewest = min((count_unusual(text) for text in clean), default=0)
    best = [(text, name) for text, name in clean.items() if count_unusual(text) == fewest]
    return Text(best[0][0], names[best[0][1]]) if len(best) == 1 else Text(windows)


def count_odd(text: str) -> int:
    """Return how many signs beyond ASCII stand where no name has them; 0 where all look right."""
    count = len(re.findall("[\u0080-\u009f\ufffd]", text)) + len(re.findall(r"(?<=[^\W\d_])\u00a0(?=[^\W\d_])", text))
    around = ((match[0], match.start()) for match in _WORD.finditer(text))
    return count + sum(
        _is_odd(word, place, text[start - 1] if start else " ")
        for word, start in around
        for place, sign in enumerate(word)
        if sign > "\x7f"
    )


def _is_odd(word: str, place: int, outside: str) -> bool:
    """Say whether the sign beyond ASCII at `place` of a word cannot stand there in a name."""
    sign = word[place]
    before = word[place - 1] if place else outside
    after = word[place + 1] if place + 1 < len(word) else " "
    match unicodedata.category(sign):
        case "Lu" | "Lt":
            later = word[place + 2 : place + 3]
            is_odd = before.islower() or (before.isupper() and after.isupper() and later.islower())  # JosÄ, OÕNeil
        case "Ll":
            starts_word = not before.isalpha() and before not in "'\u2019-" and after.islower()
            is_odd = sign == "ƒ" or starts_word or (before.isupper() and after.isupper())  # šnal, LEFéVRE
        case "Lo" | "Mn" | "Mc":
            is_odd = sign in "ªº"
        case _ if sign in _APOSTROPHES:
            is_odd = False
        case _ if sign in _DASHES:
            is_odd = before.islower() and after.islower()
        case _:
            is_odd = before.isalpha() or after.isalpha()
    return is_odd


def count_unusual(text: str) -> int:
    """Return how many letters beyond ASCII there are that few British names have."""
    return sum(letter > "\x7f" and letter.isalpha() and letter not in _USUAL for letter in text)
