"""The names, fonts and sentences of both halves; all names are invented, `*` before a word says that it is a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_DEJAVU = "truetype/dejavu/DejaVu"


@dataclass(frozen=True, slots=True)
class Half:
    """What one half draws from."""

    word_names: Sequence[str]  # forename and surname; the forename is an ordinary word as well
    plain_names: Sequence[str]
    short_names: Sequence[str]
    particles: Sequence[str]
    chosen: tuple[str, str, str, str, str]  # legal, chosen forename, chosen surname, middle, former surname
    foreign: Sequence[str]  # scripts that DejaVu draws
    printed: Sequence[str]
    written: Sequence[str]
    headings: Sequence[str]
    initials: Sequence[str]  # forms: a, b, c forenames, i, j initials of the first two
    numbers: Sequence[str]
    sentences: Sequence[str]
    lists: Sequence[str]
    labelled: Sequence[str]  # behind a colon or dash
    controls: Sequence[Sequence[str]]


FIRST = Half(
    word_names=(
        "Pearl Hobday", "Violet Amadi", "Olive Crisp", "Heather Moyo", "Iris Denholm", "Rowan Tully", "Penny Varga",
        "Harmony Sykes", "Angel Brightwell", "Miles Okoro", "Guy Larkin", "Drew Pascoe", "Amber Finch", "Star Gwynne",
        "Mercy Boakye", "Clay Norris", "Dale Winter", "Chase Field", "Hunter Long", "Mason Bell", "Hazel Green",
        "Art Young", "Sky Rivers", "Bonny King",
    ),
    plain_names=(
        "Cressida Wetherby", "Emeka Nwosu", "Llinos Bevan", "Aisha Siddiqui", "Pawel Zawadzki", "Gideon Thistlewood",
        "Manpreet Dhillon", "Angharad Pugh", "Kwame Asante", "Morwenna Trevithick", "Emre Kaya", "Philippa Snodgrass",
        "Cormac Geraghty", "Diya Mukherjee", "Persephone Wainwright", "Zuzanna Nowak",
    ),
    short_names=("Bo Ng", "Cy Udo", "Mo Ali", "Jo Fu"),
    particles=("Marie de Klerk", "Jan van Dyke", "Ruth St Aubyn", "Luca di Marco", "Sofia dos Reis"),
    chosen=("Margaret Holloway", "Robbie", "Sefton", "Wren", "Applegarth"),
    foreign=("Анна Смирнова", "Γιώργος Παππάς", "שרה לוי", "علي حسين"),
    printed=(
        _DEJAVU + "Sans.ttf", _DEJAVU + "Serif-Bold.ttf", _DEJAVU + "SansMono-Bold.ttf",
        "opentype/ebgaramond/EBGaramond12-Regular.otf", _DEJAVU + "SansCondensed-Oblique.ttf",
        "truetype/klee/KleeOne-SemiBold.ttf", "opentype/bwht/BecauseWeLearn-Regular.otf",
    ),
    written=(
        "truetype/sjfonts/SteveHand.ttf", "truetype/klee/KleeOne-Regular.ttf",
        "opentype/dancingscript/DancingScript-Bold.otf", "opentype/bwht/BecauseWeOrganize-Regular.otf",
    ),
    headings=("Jobs today", "Lunch helpers", "Our monitors", "Reading groups", "Line order"),
    initials=(
        "*{a} *{i}", "*{a} *{i}.", "Door: *{a} *{i}", "*{a} *{i} and *{b} *{j}", "*{a} *{i}, *{b} *{j}",
        "Fish tank - *{a} *{i}", "Library helpers: *{a} *{i}, *{b} *{j}", "1. *{a} *{i}",
    ),
    numbers=("*{a} 2", "*{a} 4K", "*{a} 1", "Plants: *{a} 3", "*{a} 6B"),
    sentences=(
        "Good luck *{a}", "Thank you *{a} for helping", "*{a}'s reading book", "Well done *{a}!", "*{a} scored a goal",
        "This peg is *{a}'s", "Happy birthday *{a}", "we are so proud of *{a} today", "To *{a} with love",
        "*{a} read a whole book", "Please welcome *{a} to our class", "Love from *{a}", "We will miss you *{a}",
        "Get well soon *{a}", "*{a} is our star today", "Ask *{a} for help",
    ),
    lists=(
        "*{a} and *{b}", "*{a}, *{b} and *{c}", "*{a} & *{b}", "*{p}, *{a} and *{b}", "*{a} + *{b}", "*{a} / *{b}",
        "Made by *{a} and *{b}", "*{p} and *{a}",
    ),
    labelled=(
        "Star of the day: *{a}", "Line leader: *{a}", "Captain: *{a}", "Milk: *{a}", "Register - *{a}", "Name: *{a}",
        "Reader of the week: *{a}", "Bell: *{a} and *{b}", "Winner: *{a}",
    ),
    controls=(
        ("Will you help us?", "We hope to see you", "Bring a friend"),
        ("Vitamin C", "Grade 5", "Plan B"),
        ("Summer Fair", "Saturday 4 July", "Rose garden open"),
        ("Olive oil", "Amber light means wait", "Hazel nuts"),
        ("River walk", "Sky blue", "Pearl white", "Violet"),
        ("Art Club", "Chess Club", "Film Night"),
        ("Angel Delight", "Star jumps", "Chase the ball"),
        ("Mason jars", "Clay models", "Hunter and prey"),
        ("Run 2 miles", "Save a penny", "Draw a line"),
        ("Live in harmony", "Show mercy", "Guy Fawkes night"),
        ("HOPE AND GLORY", "PEACE ON EARTH"),
        ("Heather moor", "Iris bulbs", "Rowan tree"),
    ),
)  # fmt: skip

SECOND = Half(
    word_names=(
        "Jasmine Boyle", "Brook Adair", "River Esposito", "Ash Mandeville", "Melody Iqbal", "Sunny Devlin",
        "Prince Owusu", "Chance Rudd", "Sandy Kirkup", "Scarlet Vine", "Coral Lyle", "Crystal Ngata", "Honor Beale",
        "Patience Quist", "Felicity Dunmore", "Cliff Hayes", "Reed Salter", "Ray Bishop", "Dean Wood", "Archer Stone",
        "Cooper Small", "Fern Hill", "Kit Fox", "Sage Marsh",
    ),
    plain_names=(
        "Araminta Foulkes", "Chidi Ekwueme", "Gwenllian Rees", "Fatima Hashmi", "Bartosz Kaminski", "Leopold Hargreave",
        "Gurpreet Sandhu", "Eluned Maddocks", "Kojo Amoah", "Demelza Polglase", "Burak Yildiz", "Henrietta Clutterbuck",
        "Fionnuala Keaveney", "Rohan Banerjee", "Clementine Ashworth", "Kasia Lewandowska",
    ),
    short_names=("Wu Li", "Al Oz", "Ty Bui", "Vi Ho"),
    particles=("Elise de Wit", "Pieter van Rooyen", "Simon St Leger", "Paolo da Silva", "Ines del Rio"),
    chosen=("Patricia Underhill", "Alex", "Merrick", "Linnet", "Greaves"),
    foreign=("Дмитрий Волков", "Ελένη Δημητρίου", "יעל כהן", "خالد محمود"),
    printed=(
        _DEJAVU + "Sans-Bold.ttf", _DEJAVU + "Serif-Italic.ttf", _DEJAVU + "SansMono.ttf",
        _DEJAVU + "SansCondensed.ttf", "opentype/ebgaramond/EBGaramond12-Italic.otf", _DEJAVU + "SerifCondensed.ttf",
        "opentype/bwht/BecauseWeConnect-Regular.otf", _DEJAVU + "Sans-ExtraLight.ttf",
    ),
    written=(
        "truetype/breip/Breip.ttf", "truetype/yusei-magic/YuseiMagic-Regular.ttf",
        "opentype/dancingscript/DancingScript-Regular.otf", "truetype/sjfonts/Delphine.ttf",
        "opentype/bwht/BecauseWeMentor-Regular.otf",
    ),
    headings=("Helpers this week", "Table monitors", "Spelling groups", "Who is here?", "Our teams"),
    initials=(
        "*{a} *{i}", "*{a} *{i}.", "Carrots: *{a} *{i}", "*{a} *{i} and *{b} *{j}", "*{a} *{i} / *{b} *{j}",
        "Lights - *{a} *{i}", "Hall monitors: *{a} *{i}, *{b} *{j}", "2) *{a} *{i}", "*{a} *{i} is away",
    ),
    numbers=("*{a} 3", "*{a} 5T", "*{a} 2", "Compost: *{a} 1", "*{a} Y4"),
    sentences=(
        "Good luck *{a}", "Thanks *{a} for your card", "*{a}'s spelling book", "Brilliant work *{a}",
        "*{a} won two medals", "This drawer is *{a}'s", "Happy 8th birthday *{a}", "we all cheered for *{a} today",
        "Dear *{a}", "*{a} played the piano", "Welcome back *{a}", "Lots of love *{a}", "Goodbye *{a}",
        "*{a} has a new brother", "Congratulations *{a}", "Sit next to *{a} please",
    ),
    lists=(
        "*{a} and *{b}", "*{a}, *{b} and *{c}", "*{a} & *{b}", "*{a}, *{p} and *{b}", "*{a}, *{b}, *{c}",
        "*{a} with *{b}", "By *{a} and *{b}", "*{a} and *{p}",
    ),
    labelled=(
        "Reader of the month: *{a}", "Leader: *{a}", "Goalkeeper: *{a}", "Weeds: *{a}", "Chairs - *{a}",
        "Pupil: *{a}", "Star writer: *{a}", "Fruit: *{a} and *{b}", "Absent: *{a}",
    ),
    controls=(
        ("Will it rain?", "I hope so", "Take a coat"),
        ("Hepatitis B", "Level 3", "Exit A", "Group 2"),
        ("Spring Concert", "Friday 2 May", "Daisy chains"),
        ("Scarlet fever", "Crystal clear", "Coral reef"),
        ("Cooper Street", "Archer Lane", "Marsh Road"),
        ("A ray of light", "Cliff path", "Sandy beach"),
        ("Fern and moss", "Sage and onion", "Reed beds"),
        ("First aid kit", "Sunny spells", "Prince of Wales"),
        ("Take a chance", "Have patience", "Sing the melody"),
        ("Fox and hen", "Brook trout", "Wood and stone"),
        ("JOY TO THE WORLD", "GRACE AND PEACE"),
        ("Ash Wednesday", "Scouts of honor", "River bank"),
    ),
)  # fmt: skip


def half_of(seed: int) -> Half:
    """Return the half that a seed draws from: even ones were developed on."""
    return SECOND if seed % 2 else FIRST


def roll_csv(half: Half) -> str:
    """Return the roll that serves all pictures of a half."""
    rows = ["UPN,Legal Forename,Legal Surname,Chosen Forename,Chosen Surname,Middle Names,Former Surname,Year,Reg"]
    for i, name in enumerate((*half.word_names, *half.plain_names, *half.short_names, *half.particles)):
        forename, surname = name.split(" ", 1)
        rows.append(f"A{i:012},{forename},{surname},,,,,5,5K")
    legal, *rest = half.chosen
    rows.append(",".join(("B000000000001", *legal.split(), *rest, "5", "5K")))
    return "\n".join(rows) + "\n"
