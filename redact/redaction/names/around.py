"""The words around a name that is a word too, by which it is told: what children do and own, what no season does."""

from __future__ import annotations

from redact.redaction.names.words import word_set

#: What a list of words that are names too may be of, by the last word of its heading.
LISTED_THINGS = word_set(
    "values value virtues virtue colours colors seasons months flowers plants trees birds houses gifts fruits rules"
)
WEEKDAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
#: What stands behind a name whose apostrophe is not written: "Robins coat".
OWNED = word_set(
    "coat peg tray drawer book bag work story picture chair bottle hat lunch birthday table desk folder shoes cup"
)
CALENDAR = word_set(
    "spring summer autumn winter january february march april may june july august september october november december"
    " monday tuesday wednesday thursday friday saturday sunday easter christmas"
)
#: Labels before a colon behind which a word is a word.
THINGS = word_set(
    "theme topic value values virtue term month months season seasons colour color colours date day days subject title"
    " week word words unit lesson house flower plant tree bird focus text chapter book song hymn play film"
)
#: What a person did, of verbs whose past is not formed with -ed.
DEEDS = word_set(
    "won ran made drew wrote read said sang swam got had did gave found built threw caught led came went took grew ate"
    " lost broke fell kept met sat slept taught told wore chose spoke stood sent hid hurt hit knows"
    " loves likes plays helps draws writes reads sings swims runs wins made thinks wants scored has needs wants"
)
#: Of these a season or month does none.
DEEDS_OF_CHILDREN = word_set(
    "lost won scored drew wrote read said sang swam ate caught threw thinks loves likes plays draws writes reads sings"
    " swims wants helped played painted learned learnt a two new"
)
AGES = word_set("three four five six seven eight nine ten eleven twelve")
AGES_IN_FIGURES = frozenset(map(str, range(3, 19)))  # of a school
SKILLS = word_set("swim read count ride tie write spell skate dance sing play run jump cook draw juggle hop climb")
OF_A_PERSON = word_set("brave our my away absent here late ill poorly back off five six seven eight nine ten eleven")
SAME_SHAPE = frozenset("ckopsuvwxz")  # small letters that are read for capitals, and these for them
JOINERS = frozenset(("and", "n", "or", "v", "vs"))
LIKE_FIGURES = frozenset("SsIlOZB")  # letters that readers make of 5, 1, 0, 2 and 8
