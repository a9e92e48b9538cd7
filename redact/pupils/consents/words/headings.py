"""What the heading of a column, or a type of consent, asks: for which purposes, and does a yes below it mean no?

Threat: "No photo on website: Yes" is read as a yes; "Media Studies: Y" is read as consent for the press; a general
"Photo consent: No" is passed over without a word.
Rule: a purpose is certain only where every other word of the heading is a usual one (photos, on, the, school, consent);
with any further word it is a guess that a person must confirm.  A heading that says no once turns its answers over; one
that says no twice, or no with an exception, is not understood; one of the day of a no ends a yes of its row.  What
names a purpose beside another matter (a subject, names, work, access) is not about showing a face.  What speaks of
photos or consent and is taken for nothing is reported.
Accepted residue: a heading in words of nobody else's, mapped wrongly by a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from redact.pupils.consent import BIOMETRIC
from redact.pupils.consents.words.answers import certain_purpose
from redact.pupils.tables.table import fold, plain

#: Words of headings that name a purpose; of two that overlap the longer counts.
_PURPOSES: Final[tuple[tuple[str, str], ...]] = (
    ("website", r"web ?sites?|web ?pages?|web|internet|on ?line|home ?page"),
    ("social-media", r"social ?media|social ?network(?:s|ing)?|face ?book|insta(?:gram)?|(?:x )?twitter(?: x)?"),
    ("social-media", r"socials?|fb|tik ?tok|you ?tube|linked ?in|snap ?chat|threads|blue ?sky"),
    ("prospectus", r"prospectus(?:es)?|brochures?"),
    ("newsletter", r"news ?letters?"),
    ("press", r"press|news ?papers?|papers?|news|media|television|tv|broadcast(?:s|ing)?|journalists?"),
    ("display", r"displays?(?: boards?)?|notice ?boards?"),
    ("video", r"videos?|films?|filming|filmed|video ?(?:recordings?|ing)"),
    ("school-photo", r"school photo(?:s|graphs?|graphers?)?"),
)  # fmt: skip
#: Words that may mean another channel too: a purpose that only they name is a guess.
_VAGUE: Final = frozenset(
    {
        "web",
        "internet",
        "online",
        "on line",
        "news",
        "media",
        "threads",
        "x",
        "film",
        "films",
        "social",
        "fb",
        "paper",
        "papers",
    }
)
_MEDIA_CONSENT: Final = re.compile(r"(?<!social )\bmedia (?=(?:consents?|permissions?|release)\b)")
#: The medium where a channel is named too ("video on the website"), and a purpose only where none is.
#: What may stay within the school: an "internal website" is not the one that all can see.
_WITHIN: Final = frozenset({"display", "newsletter", "video", "school-photo"})
_MEDIA: Final = frozenset({"video", "school-photo"})
_PHOTO: Final = r"photos?|photographs?|photography|photographic|photographed|pictures?|images?|imagery|pics?|headshots?"
_NAMES_PHOTOS: Final = re.compile(rf"\b(?:{_PHOTO})\b")
#: Words that change nothing of what is asked.
_USUAL: Final = re.compile(
    rf"(?:{_PHOTO}|\d{{1,4}}|q\d{{1,2}}|on|in|the|a|an|and|or|of|for|from|to|at|as|our|your|my|we|i|it|its|is|are|you|do|does|did|have|has|been|that|this|them|s|t|be|being|may|can|will"
    r"|schools?|trust|academy|academies|college|nursery|childs?|children|childrens|pupils?|students?|learners?"
    r"|son|daughter|parents?|parental|parent|carers?|guardians?|family|families|consents?|consented|consenting"
    r"|permissions?|permit(?:s|ted)?|gives?|given|grants?|granted|allow(?:s|ed)?|accept(?:s|ed)?|confirm(?:s|ed)?|obtained|agree(?:s|d)?|agreement"
    r"|approv(?:e|es|ed|al)|authori[sz](?:e|es|ed|ation)|opt(?:s|ed|ing)?"
    r"|happy|wants?|wish|wishes|like|would|willing|yes|use|used|using|usage|publish"
    r"|published|publishing|publication|publications|share|shared|sharing|show|shown|appear|appears|appearing"
    r"|appearance|include|included|inclusion|featured?|features|take|taken|taking|posts?|posted|posting|release|gdpr"
    r"|local|national|official|printed|print|external|public|page|pages|sites?|accounts?|channels?|platforms?|feeds?"
    r"|outlets?|materials?|marketing|promotion|promotional|publicity|status|response|answer|decision|wall|corridor"
    r"|within|inside|around|throughout|etc|eg|e|g|facebook|all|any)"
)  # fmt: skip
NEGATIONS: Final = re.compile(
    r"\b(?:do(?:es)? ?n(?:o)?t|do(?:es)? ?n t|don t|doesn t|wo ?n t|ca ?n ?(?:no)?t|should ?n ?t|must ?n ?t"
    r"|no|not|non|never|none|nor|neither|nobody|without|against|unwilling|unable|unless|minus"
    r"|opt(?:s|ed|ing)? ?outs?|withh[eo]ld\w*|withdr[ae]w\w*|exclu[ds]\w*|exempt\w*|declin\w*|refus\w*|object(?!ive)\w*"
    r"|den(?:y|ied|ies|ial|ying)|reject\w*|revo[ck]\w*|rescind\w*|cancel\w*|dis ?allow\w*|dis ?agree\w*|dis ?approv\w*"
    r"|dissent\w*|forbid\w*|forbad\w*|prohibit\w*|bann?(?:ed|s|ing)?|prevent\w*|restrict\w*|block\w*|stop\w*|omit\w*"
    r"|remov\w*|hid(?:e|es|den|ing)|avoid\w*|un ?(?:authori[sz]ed|permitted|approved|consented|happy)|veto\w*|barred"
    r"|suppress\w*|(?:keep|kept|left|leave)(?: \w+){0,3} (?:off|out)(?: of)?|cover(?:ed)?|blur(?:red)?|mask(?:ed)?"
    r"|anonymis\w*|prefers? not|unsubscri\w*|w o|(?<!opt )(?<!opts )(?<!opted )(?<!opting )out of|take ?(?:n )?down"
    r"|refrain\w*|abstain\w*|ceas\w*|nope|negative|embargo\w*|absent|missing|lack\w*|halt\w*|suspend\w*|zero|nil"
    r"|oppos(?:e|es|ed|ing|ition)|ended|lapsed|terminated|black ?list\w*)\b"
)
#: Whose channel it may be instead of the school's.
_OF_OTHERS: Final = re.compile(r"\bphotographers?\b")
#: Signs of a no in a heading: "Website \N{BALLOT X}".
_CROSSES: Final = re.compile(
    "[\N{BALLOT X}\N{HEAVY BALLOT X}\N{CROSS MARK}\N{BALLOT BOX WITH X}\N{NO ENTRY}\N{NO ENTRY SIGN}]"
)
#: What a legend says of a mark that elsewhere is a yes: "Tick = no", "Y means do not use".
_LEGEND: Final = re.compile(
    r"(?:\btick(?:s|ed)?|\by(?:es)?|\b1(?!.*\b[2-9]\s*[=:-])|\btrue|\bgreen"
    r"|[\N{CHECK MARK}\N{HEAVY CHECK MARK}\N{WHITE HEAVY CHECK MARK}])"
    r"[\"'\u2019)]*\s*(?:=+>?|:|-+>?|\u2013|\u2192|\bmeans?\b|\bis\b|\bfor\b)\s*[\"'\u2018(]*"
    r"(?:(?:a|the|consent|permission|photos?) )*(?:no(?! (?:restrict|limit|objection|problem|condition))(?:t|ne)?"
    r"|do not|don'?t|never|refus\w*|withdr\w*|declin\w*|opt\w*[ -]?out|object\w*|den(?:y|ied))\b",
    re.IGNORECASE,
)
#: What troubles somebody about photos: what stands below it is no yes: "Concerns about photos on: Website".
TROUBLES: Final = re.compile(
    r"\b(?:concern(?:s|ed)?|worr(?:y|ies|ied)|issues?|problems?|(?:at )?risks?|sensitiv\w*|protected|safeguard\w*"
    r"|(?:red|stop) ?lists?|limit\w*|caveats?)\b"
)  # fmt: skip
#: What is left out of a yes: "Photos except website" is no consent for the website.
_LEFT_OUT: Final = re.compile(r"\b(?:except\w*|apart from|other than|but not|aside from|bar|save for)\b")
_EXCEPTIONS: Final = re.compile(r"\b(?:but|except\w*|only|apart from|other than|unless|however|although)\b")
#: Both answers in one heading say how to answer, not what: "(Y/N)", "Opt in / opt out".
_BOTH_WAYS: Final = re.compile(
    r"\bopt(?:ed)?[- ]?in\s*(?:/|or)\s*(?:opt(?:ed)?[- ]?)?out\b"
    r"|\b(?:given|granted|agreed?|accept(?:ed)?|approved?|allow(?:ed)?|consent(?:ed)?)\s*(?:/|or)\s*"
    r"(?:not (?:given|granted|agreed)|refused?|declined?|den(?:y|ied)|disagreed?|rejected?|withheld|withdrawn)\b",
    re.IGNORECASE,
)
CHOICES: Final = re.compile(
    r"\(?\b(?:y(?:es)?\s*(?:/|or|\||,|-|\s)\s*n(?:o)?|true\s*(?:/|or)\s*false)\b\)?|" + _BOTH_WAYS.pattern,
    re.IGNORECASE,
)
#: With one of these words a heading asks for something else than a face that is shown.
OTHER: Final = re.compile(
    r"\b(?:biometrics?|finger ?prints?|finger|access|acceptable|log ?ins?|pass ?words?|address|url|profile|devices?"
    r"|wi ?fi|studies|study|gcse|btec|a level|as level|lessons?|subjects?|curriculum|option|clubs?|homework|course"
    r"|coursework|trips?|visits?|residential|swim\w*|walk(?:s|ing)?|home alone|paracetamol|calpol|ibuprofen|medic\w*"
    r"|first aid|plasters?|sun ?(?:cream|screen)|allerg\w*|dental|vision|hearing|vaccin\w*|immuni[sz]\w*|nurse"
    r"|dinner|meals?|milk|food|snacks?|animals?|pets?|face ?paint\w*|nits?|transport|minibus|cars?|religious|worship"
    r"|sex|rse|e ?mails?|sms|texts?|receives?|receiving|mailing|subscri\w*|read|surveys?|research|data sharing"
    r"|school fund|gift aid|home ?work|social (?:work\w*|services?|care|skills?|emotional|stor(?:y|ies)|needs?)"
    r"|ethnic\w*|nationality|languages?|country|religion|service child\w*|free school)\b"
)
#: Whether a form went its way, and not what it says: "Website consent requested", "Photo form returned";
#: not what is done with photos, or what a parent asked for: "Pictures may be viewed on", "Requested no photos".
_OF_FORM: Final = re.compile(
    r"^(?=.*\b(?:forms?|slips?|letters?|consents?|permissions?|reply|replies)\b)"
    r".*(?<!\bbe )(?<!\bbeing )\b(?:issued|sent|returned|notified|viewed|opened)\b"
    r"|\b(?:requested(?! (?:no|not|that)\b)|chased|remind\w*)\b"
)
#: Not a face either, unless a photo is named beside it: names, work, voices.
_NOT_FACES: Final = re.compile(r"\b(?:names?|named|surnames?|forenames?|work|art ?works?|voices?|quotes?|writing)\b")
#: The consent to be recognised is taken only where a person maps it, so that it must not be passed over in silence.
_RECOGNITION: Final = re.compile(r"\b(?:face|facial) ?recognition\b")
SPEAKS_OF_PHOTOS: Final = re.compile(
    rf"\b(?:{_PHOTO}|consents?|consented|permissions?|filming|publicity|marketing|caniat[aâ]d\w*|(?:ff|ph)otograff\w*"
    r"|lluniau|llun|gwefan|cyfryngau)\b"  # Welsh: permission, photograph, pictures, website, media
)
#: Other ways by which pictures reach people than the known purposes: nobody may pass over a no to one in silence.
_CHANNELS: Final = re.compile(
    r"\b(?:apps?|(?:class ?)?dojo|tapestry|see ?saw|weduc|year ?books?|learning journals?|external(?:ly)?|public use"
    r"|third part(?:y|ies)|(?:live ?)?stream(?:s|ed|ing)?|live ?stream\w*|podcasts?|recordings?|cameras?|likeness"
    r"|identifiable|publish\w*|publishable|blogs?|vlogs?|reels?|whats ?app|screens|flyers?|leaflets?|posters?"
    r"|advert\w*|dvds?|photographable|promo\w*)\b"
)
_REFUSES: Final = re.compile(r"\b(?:refus\w*|declin\w*|opt\w* ?outs?|withh\w*|denied|object(?!ive)\w*)\b")
#: Not of photos by its words, and often the one column that says how far a pupil may be shown: "GDPR: Amber".
_OF_PRIVACY: Final = re.compile(r"\b(?:gdpr|privacy|data protection|traffic ?lights?)\b")
_DAYS: Final = re.compile(
    r"\b(?:dates?|dated|days?|when|time|timestamp|signed|updated|recorded|modified|reviewed|renewed|checked)\b"
)
ENDS: Final = re.compile(
    r"\b(?:withdr[ae]w\w*|revo[ck]\w*|rescind\w*|cancel\w*|refus\w*|declin\w*|den(?:y|ied|ial)|reject\w*|ceas\w*|stopped"
    r"|withh[eo]ld\w*|suspend\w*|remov\w*|object(?!ive)\w*|opt\w* ?outs?)\b"
)
_LAST_DAYS: Final = re.compile(
    r"\b(?:expir\w*|valid (?:until|to|till)|until|till|ends?|ending|end date|renew(?!ed)\w*|review(?!ed)\w*"
    r"|lapses?|lapsing|terminat(?:es?|ion)|finish(?:es)?|runs? out|(?:void|invalid|expires) after|last (?:day|date)"
    r"|date to|to date)\b"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading or a type asks."""

    purposes: tuple[str, ...] = ()  # a yes is one for each of them, a no too
    says_no: bool = False  # a bare yes below it is a no
    is_certain: bool = False  # every word is a usual one; otherwise a person must confirm the purposes
    is_unclear: bool = False  # says no twice, or no with an exception
    is_day: bool = False  # of the answer
    is_last_day: bool = False
    is_end: bool = False  # of the day on which a yes was taken back: "Date withdrawn"
    is_of_photos: bool = False  # in general: "Photo consent", "No photos", "GDPR"
    is_answer: bool = False  # asks whether there is consent, and not for what: "Consent given?", "Opted out"
    is_last_day_of_all: bool = False  # of every answer of a row, in usual words: "Expiration date"
    must_be_reported: bool = False  # speaks of photos or consent, or names a purpose in doubt

    @property
    def is_of_days(self) -> bool:
        """Whether days stand below it, and no answers."""
        return self.is_day or self.is_last_day


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading taken apart, and one rule per line of what follows from its words."""

    words: str  # folded, without what says how to answer: "(Y/N)"
    rest: str  # of them, those that name no purpose, no day and say no no
    purposes: tuple[str, ...]
    negations: int
    is_exact: bool  # it is a usual name of its one purpose as it stands
    is_vague: bool  # a purpose is named by a word that may mean another channel too
    offers_both: bool  # both answers: "Opt in / opt out"
    names_day: bool
    names_last_day: bool

    def has(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(self.words) is not None

    @property
    def is_of_another_matter(self) -> bool:
        """Whether it asks for something else than a face that is shown: a subject, names, work, access."""
        is_of_no_face = self.has(_NOT_FACES) and not self.has(_NAMES_PHOTOS)
        return not self.is_exact and (self.has(OTHER) or self.has(_OF_FORM) or is_of_no_face)

    @property
    def is_unclear(self) -> bool:
        """Whether it says no twice, or no with an exception, or yes without something."""
        is_no_with_exception = self.negations > 0 and self.has(_EXCEPTIONS)
        return self.negations > 1 or is_no_with_exception or self.has(_LEFT_OUT)

    @property
    def is_usual(self) -> bool:
        """Whether every word beside the purposes changes nothing of what is asked."""
        words = {*self.rest.split()} - (
            {"x"} if "social-media" in self.purposes else set()
        )  # alone it may be any channel
        if self.purposes and {*self.purposes} <= _WITHIN:
            words -= {"internal"}
        return all(map(_USUAL.fullmatch, words))

    @property
    def is_certain(self) -> bool:
        is_clear = not (self.is_unclear or self.is_vague or self.offers_both)
        return bool(self.purposes) and self.is_usual and is_clear

    @property
    def is_day(self) -> bool:
        """Whether days stand below it: of the answer, or of a no ("Refused on")."""
        return self.names_day or (self.has(ENDS) and self.words.endswith(" on"))

    @property
    def asks_in_general(self) -> bool:
        """Whether it names no purpose, and no days stand below it."""
        return not (self.purposes or self.names_last_day or self.is_day)

    @property
    def is_answer(self) -> bool:
        """Whether it asks for consent, in usual words, and not for what."""
        is_about_consent = self.negations > 0 or (bool(self.rest) and self.has(SPEAKS_OF_PHOTOS))
        return self.asks_in_general and self.is_usual and is_about_consent

    @property
    def must_be_reported(self) -> bool:
        """Whether nobody may pass over it in silence."""
        is_about = any(map(self.has, (SPEAKS_OF_PHOTOS, _RECOGNITION, _OF_PRIVACY, _CHANNELS, _REFUSES)))
        return is_about or bool(self.purposes) or (self.is_answer and self.negations > 0)


def read_heading(text: str, further: Iterable[str] = ()) -> Meaning:
    """Return what a heading or a type of consent asks.

    Args:
        text: as it stands in the file.
        further: purposes of the workspace beside the usual ones.
    """
    heading = _take_apart(text, further)
    says_no = heading.negations > 0
    if heading.is_of_another_matter:
        is_told = heading.has(_RECOGNITION) or (heading.has(_OF_FORM) and heading.must_be_reported)
        return Meaning(says_no=says_no, must_be_reported=is_told)
    is_day = heading.is_day and not heading.names_last_day
    return Meaning(
        heading.purposes,
        says_no=says_no,
        is_certain=heading.is_certain,
        is_unclear=heading.is_unclear and (bool(heading.purposes) or heading.has(SPEAKS_OF_PHOTOS)),
        is_day=is_day,
        is_last_day=heading.names_last_day,
        is_end=is_day and heading.has(ENDS),
        is_of_photos=heading.asks_in_general and (heading.has(_NAMES_PHOTOS) or heading.has(_OF_PRIVACY)),
        is_answer=heading.is_answer,
        is_last_day_of_all=heading.names_last_day and heading.is_usual and not heading.purposes and not says_no,
        must_be_reported=heading.must_be_reported,
    )


def _take_apart(text: str, further: Iterable[str]) -> _Heading:
    apart = fold_apart(text)
    words = plain(CHOICES.sub(" ", apart))
    without_media = _MEDIA_CONSENT.sub("", words)
    if take_purposes(without_media, ())[0]:  # "Media consent: website" asks for the website
        words = without_media
    purposes, rest, is_vague = take_purposes(NEGATIONS.sub(" ", words), further)
    exact = certain_purpose(text, further)
    if exact is not None:
        purposes, rest, is_vague = (exact,), "", False
    return _Heading(
        words,
        " ".join(_DAYS.sub(" ", _LAST_DAYS.sub(" ", rest)).split()),
        purposes,
        len(NEGATIONS.findall(words)) + bool(_CROSSES.search(text)) + bool(purposes and TROUBLES.search(words)),
        is_exact=exact is not None,
        is_vague=is_vague or (_OF_OTHERS.search(words) is not None and not {*purposes} <= _MEDIA),
        offers_both=_BOTH_WAYS.search(apart) is not None,
        names_day=_DAYS.search(rest) is not None,
        names_last_day=_LAST_DAYS.search(rest) is not None,
    )


def says_no(text: str) -> bool:
    """Say whether a title, or what stands over columns, says no about photos or consents."""
    words = plain(CHOICES.sub(" ", text))
    purposes, rest, _ = take_purposes(NEGATIONS.sub(" ", words), ())
    is_about = bool(purposes) or SPEAKS_OF_PHOTOS.search(words) is not None or not rest
    return (bool(NEGATIONS.search(words)) and is_about) or _LEGEND.search(text) is not None


def is_of_other_matter(text: str) -> bool:
    """Say whether a heading asks for something else than a face that is shown: a lesson, a meal, a nationality."""
    return _take_apart(text, ()).is_of_another_matter


def names_photos_and_video(text: str) -> bool:
    """Say whether video is named beside photos, and no other purpose: "Photo and video consents 2026"."""
    heading = _take_apart(text, ())
    return heading.purposes == ("video",) and heading.has(_NAMES_PHOTOS)


def fold_apart(text: str) -> str:
    """Return `text` with words in capitals and words run together apart, and its signs kept."""
    return fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).replace("_", " ").replace("\u2019", "'"))


def take_purposes(words: str, further: Iterable[str]) -> tuple[tuple[str, ...], str, bool]:
    """Return the purposes that words name, in their order, the rest, and whether one is named vaguely."""
    own = ((purpose, re.escape(plain(purpose))) for purpose in further if purpose != BIOMETRIC)
    found = [
        (match.start(), -match.end(), purpose)
        for purpose, pattern in (*_PURPOSES, *own)
        for match in re.finditer(rf"\b(?:{pattern})\b", words)
    ]
    kept = tuple(_without_overlap(sorted(found)))
    rest = list(words)
    for start, end, _ in kept:
        rest[start:end] = " " * (end - start)
    purposes = tuple(dict.fromkeys(purpose for _, _, purpose in kept))
    channels = tuple(purpose for purpose in purposes if purpose not in _MEDIA) or purposes
    named = {purpose for start, end, purpose in kept if words[start:end] not in _VAGUE}
    return channels, " ".join("".join(rest).split()), not named.issuperset(channels)


def _without_overlap(found: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    reached = 0
    for start, negative_end, purpose in found:
        if start >= reached:
            reached = -negative_end
            yield start, reached, purpose
