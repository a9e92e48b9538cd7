"""One event, one spelling; no room for a path, a name or a story; nothing to guess once the salt is gone."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.audit import kinds
from redact.audit.events import (
    Event,
    UnknownEvent,
    commitment,
    leaf_of,
    make_event,
    name_tag,
    parse_body,
    person_tag,
    print_body,
    reading_of,
)
from redact.audit.faults import AuditLogError
from redact.audit.kinds import ERASABLE, FACTS, FORMER, Fact, Kind, Shape
from redact.audit.spelling import MAX_LINE_CHARS, MAX_NUMBER
from tests.rigs.records import arrived, at, closed, erased, opened, sha

KEY = bytes(range(32))
TIMES = st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("9999-12-31")).map(
    lambda t: t.isoformat(timespec="milliseconds") + "Z"
)
HEX = st.binary(min_size=32, max_size=32).map(bytes.hex)
WORDS: dict[str, st.SearchStrategy[Fact]] = {
    "count": st.integers(0, MAX_NUMBER),
    "entry": st.integers(0, 999),
    "time": TIMES,
    "sha256": HEX,
    "tag": HEX,
    "id": st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,2}", fullmatch=True),
    "word": st.from_regex(r"[a-z]{1,9}(-[a-z]{1,9})?", fullmatch=True),
    "version": st.from_regex(r"[0-9]\.[0-9]{1,3}\.[0-9](\+g[0-9a-f]{7})?", fullmatch=True),
    "reason": st.from_regex(r"[A-Z][a-z]{1,8}( [a-z0-9%]{1,9}){0,8}(: 0\.[0-9]{2})?\.?", fullmatch=True),
    "erasable-kind": st.sampled_from(sorted(ERASABLE)),
}


def facts_of(shape: Shape) -> st.SearchStrategy[Fact]:
    if shape.name in WORDS:
        return WORDS[shape.name]
    return st.sampled_from(re.findall(r"`([a-z-]+)`", shape.rule))


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(Kind))
    facts = {
        name.removesuffix("?"): draw(facts_of(shape))
        for name, shape in FACTS[kind].items()
        if not name.endswith("?") or draw(st.booleans())
    }
    if kind is Kind.DELETION_CLOSED:
        is_gone = facts["verdict"] == "gone"
        facts["level"] = "cleared" if is_gone else "unknown"
        facts |= {} if is_gone else {"reason": "the card was gone"}
    if kind is Kind.FILE_GONE and facts["level"] == "unknown":
        facts["level"] = "attested"
    if "left" in facts and kind is not Kind.ROLL_IMPORTED:
        facts = {name: fact for name, fact in facts.items() if not name.startswith(("left_", "by_"))}
        facts |= {"left": 5, "left_siblings": 2, "left_trash": 3, "by_name": 4} if draw(st.booleans()) else {}
    if kind is Kind.COVER_LIFTED:
        facts |= {"pupil": sha("pupil"), "register": 7}
        if facts["cause"] != "consent":
            del facts["pupil"], facts["register"]
    if kind is Kind.HOLD_ADDED:
        facts = {name: fact for name, fact in facts.items() if name not in {"device", "photo"}}
        facts |= {"device": {"device": "cam-1"}, "photo": {"photo": sha("p")}, "workspace": {}}[str(facts["scope"])]
    return make_event(kind, draw(TIMES), **facts)


@settings(max_examples=120)
@given(st.integers(1000, MAX_NUMBER), events())
def test_what_is_printed_is_read_and_printed_the_same(number: int, event: Event) -> None:
    body = print_body(number, event)
    assert parse_body(body) == (number, event)
    assert print_body(*parse_body(body)) == body
    assert body.isascii() and b"\\" not in body and b"\n" not in body
    assert b"/" not in body and b"@" not in body


@settings(max_examples=150)
@given(st.integers(1000, MAX_NUMBER), events(), st.data())
def test_no_other_spelling_is_read(number: int, event: Event, data: st.DataObject) -> None:
    body = print_body(number, event)
    members = json.loads(body)
    backwards = dict(sorted(members.items(), reverse=True))
    text, first, mark = body.decode(), next(iter(members)), f'"n":{number}'
    others = [
        json.dumps(members),
        json.dumps(members, indent=1),
        json.dumps(backwards, separators=(",", ":")),
        text + "\n",
        " " + text,
        text + "{}",
        f"[{text}]",
        "{" + f'"{first}":{json.dumps(members[first])},' + text[1:],
        *(text.replace(mark, other) for other in (f'"n":{number}.0', f'"n":0{number}', f'"n":"{number}"', '"n":true')),
        text.replace('"n":', r'"\u006e":'),
    ]
    for other in others:
        with pytest.raises(AuditLogError):
            parse_body(other.encode())
    # And whatever else a byte can do: what is read at all is printed as it was.
    place, byte = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(0, 255))
    mutated = body[:place] + bytes([byte]) + body[place + 1 :]
    with suppress(AuditLogError):
        assert print_body(*parse_body(mutated)) == mutated


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_noise_is_refused_with_our_error(noise: bytes) -> None:
    with pytest.raises(AuditLogError):
        parse_body(noise)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"n":NaN}',
        b'{"n":1e400}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"9" * 5000,
        b'{"kind":[]}',
        b'{"at":1,"kind":"photo.held","n":0}',
        b'{"at":"x","kind":{},"n":0}',
        b"{" + b" " * MAX_LINE_CHARS + b"}",
        '{"at":"é"}'.encode(),
    ],
)
def test_hostile_bodies_are_refused_with_our_error(body: bytes) -> None:
    with pytest.raises(AuditLogError):
        parse_body(body)


REASONS = [
    "no consent on record",
    "A face was found after covering (score 0.93).",
    "the copy differs: its hash is another one",
    "the parent's consent was withdrawn; the photo is held",
    "3 copies are left in the trash",
    "a",
    "x" * kinds.MAX_REASON_CHARS,
]
NOT_REASONS = [
    "",
    " a",
    "a ",
    "a  b",
    "in /home/office/IMG_0412.JPG",
    "C:\\Users",
    "C:Users",
    "see certs/IMG",
    "IMG_0412",
    "photo.jpg was kept",
    "amelia@example",
    "a\nb",
    "a\n",
    "a\tb",
    "caf\u00e9",
    'a "quote"',
    "~/photos",
    "..",
    "a..",
    "x" * (kinds.MAX_REASON_CHARS + 1),
    ".hidden",
    "1.jpg",
    "a.1",
    "file:x",
    "\x00",
    "a\u2028b",
    "a:",
    "<b>",
    "$HOME",
    7,
]


@pytest.mark.parametrize("reason", REASONS)
def test_a_sentence_is_a_reason(reason: str) -> None:
    assert make_event(Kind.PHOTO_HELD, at(0), photo=sha("p"), reason=reason).fact("reason") == reason


@pytest.mark.parametrize("reason", NOT_REASONS)
def test_paths_names_of_files_and_stories_are_not_and_are_never_quoted(reason: Fact) -> None:
    with pytest.raises(AuditLogError) as refused:
        make_event(Kind.PHOTO_HELD, at(0), photo=sha("p"), reason=reason)
    assert len(str(reason)) < 3 or str(reason) not in str(refused.value)


@pytest.mark.parametrize(
    "time",
    [
        "2026-02-29T00:00:00.000Z",
        "2026-09-07T24:00:00.000Z",
        "2026-09-07T13:60:00.000Z",
        "2026-09-07T13:45:60.000Z",
        "2026-09-07T13:45:12Z",
        "2026-09-07T13:45:12.3Z",
        "2026-09-07T13:45:12.345678Z",
        "2026-09-07T13:45:12.345+00:00",
        "2026-09-07 13:45:12.345Z",
        "2026-9-7T13:45:12.345Z",
        "1999-12-31T23:59:59.999Z",
        "2026-09-07T13:45:12.345z",
        "2026-09-07T13:45:12.345Z\n",
        "\u0662026-09-07T13:45:12.345Z",
        "",
        "now",
    ],
)
def test_a_time_has_one_spelling(time: str) -> None:
    with pytest.raises(AuditLogError):
        make_event(Kind.PHOTO_HELD, time, photo=sha("p"), reason="a")


def test_times_sort_as_they_follow_each_other() -> None:
    moments = [datetime(2026, 9, 7, 13, 45, 12, ms * 1000, UTC) for ms in (0, 7, 45, 345)]
    spelled = [moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") for moment in moments]
    assert sorted(spelled) == spelled


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_needs_its_facts_and_takes_no_others(kind: Kind) -> None:
    with pytest.raises(AuditLogError):
        make_event(kind, at(0))
    with pytest.raises(AuditLogError, match="may not have"):
        make_event(kind, at(0), pupil_name="anything")
    for name in FACTS[kind]:
        assert name.removesuffix("?") not in {"n", "at", "kind", "body", "salt"}


@settings(max_examples=100)
@given(events(), st.data())
def test_a_fact_of_another_shape_is_refused(event: Event, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name, _ in event.facts]))
    wrong = data.draw(st.sampled_from(["", "a/b", -1, MAX_NUMBER + 1, True, "_" * 64, "\u0660", None, 0.5, ["a"]]))
    facts = {**dict(event.facts), name: wrong}
    with pytest.raises(AuditLogError):
        Event(event.kind, event.at, tuple(sorted(facts.items())))  # type: ignore[arg-type]


def test_facts_in_another_order_are_refused() -> None:
    facts = arrived(0).facts
    with pytest.raises(AuditLogError, match="sorted"):
        Event(Kind.PHOTO_ARRIVED, at(0), facts[::-1])
    with pytest.raises(AuditLogError, match="sorted"):
        Event(Kind.PHOTO_ARRIVED, at(0), (*facts, facts[-1]))


def as_written_by_a_newer_version(kind: str, **facts: Fact) -> bytes:
    members = {"at": at(0), "kind": kind, "n": 7, **facts}
    return json.dumps(members, sort_keys=True, separators=(",", ":")).encode()


def test_a_kind_of_a_newer_version_is_named_and_not_judged() -> None:
    newer = (
        as_written_by_a_newer_version("drone.launched", photo=sha("p"), rotors=4),
        as_written_by_a_newer_version("site.approved", colour="blue"),  # a known kind with a fact that is not
    )
    for body in newer:
        said = reading_of(body)
        assert isinstance(said, UnknownEvent) and said.number == 7 and said.spelling in said.sentence
        with pytest.raises(AuditLogError, match="update the program"):
            parse_body(body)
    assert isinstance(said := reading_of(newer[0]), UnknownEvent) and said.fact("photo") == sha("p")


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("deletion.forgotten", {"opened": 3}),
        ("body.hidden", {"entry": 3}),
        ("deletion.closed", {"opened": 3, "colour": "blue"}),
        ("Drone.launched", {}),
        ("drone", {}),
        ("drone.launched.twice", {}),
        ("a-very-long-family.and-kind", {}),
        ("drone.launched", {"Rotors": 4}),
        ("drone.launched", {"story": "x" * (kinds.MAX_REASON_CHARS + 1)}),
        ("drone.launched", {"entry": 7}),
    ],
)
def test_what_could_end_or_erase_something_or_is_not_spelled_as_a_kind_is_refused(
    kind: str, facts: dict[str, Fact]
) -> None:
    assert isinstance(reading_of(as_written_by_a_newer_version(kind, **facts)), str)


FORMER_FACTS: dict[str, dict[str, Fact]] = {
    "photo.sighted": {"photo": sha("p"), "device": "cam-1", "name": sha("n")},
    "photo.unsighted": {"photo": sha("p"), "device": "cam-1", "name": sha("n"), "level": "attested", "left": 0},
    "photo.settled": {"photo": sha("p"), "by": "reviewer", "person": sha("staff"), "reason": "Nothing of it."},
    "checkpoint.copied": {"size": 3, "root": sha("root"), "place": "copy-1"},
    "checkpoint.accepted": {"place": "copy-1", "by": "trustee", "person": sha("staff"), "reason": "It burned."},
    "hold.added": {"hold": "hold-1", "scope": "house", "by": "ceo", "person": sha("staff"), "reason": "The police."},
}


@pytest.mark.parametrize("word", list(FORMER))
def test_what_an_earlier_version_wrote_is_read_as_todays_kind_and_printed_as_it_was_written(word: str) -> None:
    body = as_written_by_a_newer_version(word, **FORMER_FACTS[word])
    number, event = parse_body(body)
    assert (number, event.kind, event.spelling) == (7, FORMER[word].kind, word)
    assert print_body(number, event) == body
    assert event.fact("mirror") == FORMER_FACTS[word].get("place")
    assert event.fact("scope") == ("workspace" if word == "hold.added" else None)


def test_no_former_spelling_is_written() -> None:
    assert {*FORMER} & {*Kind} == {"hold.added"} and all(kinds.is_kind(word) for word in (*Kind, *FORMER))
    with pytest.raises(AuditLogError):
        make_event(Kind.HOLD_ADDED, at(0), **FORMER_FACTS["hold.added"])
    written = make_event(FORMER["photo.sighted"].kind, at(0), **FORMER_FACTS["photo.sighted"])
    assert b"file.seen" in print_body(7, written)


def test_what_is_left_by_kind_or_name_is_part_of_what_is_left() -> None:
    facts: dict[str, Fact] = {"photo": sha("p"), "device": "cam-1", "name": sha("n"), "level": "re-checked", "left": 2}
    assert make_event(Kind.FILE_GONE, at(0), left_trash=1, left_siblings=1, by_name=2, **facts).fact("by_name") == 2
    too_much: list[dict[str, Fact]] = [{"left_trash": 3}, {"left_trash": 1, "left_same": 2}, {"by_name": 3}]
    for more in too_much:
        with pytest.raises(AuditLogError, match="than is left"):
            make_event(Kind.FILE_GONE, at(0), **more, **facts)


@pytest.mark.parametrize(
    "named", [{"cause": "consent"}, {"cause": "not-a-person", "pupil": sha("x")}, {"cause": "consent", "register": 3}]
)
def test_a_cover_is_lifted_for_a_pupil_or_for_a_cause(named: dict[str, Fact]) -> None:
    actor: dict[str, Fact] = {"by": "reviewer", "person": sha("staff"), "region": 1}
    with pytest.raises(AuditLogError, match="cover lifted"):
        make_event(Kind.COVER_LIFTED, at(0), photo=sha("p"), output=sha("o"), **actor, **named)


def test_an_entry_refers_only_to_earlier_ones() -> None:
    for event in (closed(0, 5), erased(0, 5)):
        assert parse_body(print_body(6, event)) == (6, event)
        for number in (0, 5):
            with pytest.raises(AuditLogError, match="not earlier"):
                print_body(number, event)
    for number in (-1, MAX_NUMBER + 1):
        with pytest.raises(AuditLogError):
            print_body(number, opened(0))


@pytest.mark.parametrize(
    "facts",
    [
        {"verdict": "gone", "level": "unknown"},
        {"verdict": "gone", "level": "attested"},
        {"verdict": "kept", "level": "cleared", "reason": "a"},
        {"verdict": "kept", "level": "unknown"},
        {"verdict": "unknown", "level": "attested", "reason": "a"},
        {"verdict": "kept", "level": "not-listed", "reason": "a"},
    ],
)
def test_a_deletion_claims_no_more_than_was_proved(facts: dict[str, str]) -> None:
    with pytest.raises(AuditLogError, match="proven level"):
        make_event(Kind.DELETION_CLOSED, at(0), opened=0, photo=sha("p"), device="cam-1", left=0, **facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"scope": "device"},
        {"scope": "photo", "device": "cam-1"},
        {"scope": "workspace", "device": "cam-1"},
        {"scope": "device", "device": "cam-1", "photo": sha("p")},
    ],
)
def test_a_hold_names_what_it_holds(facts: dict[str, str]) -> None:
    with pytest.raises(AuditLogError, match="hold"):
        make_event(Kind.HOLD_ADDED, at(0), hold="h-1", by="trustee", person=sha("x"), reason="police", **facts)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind.value not in ERASABLE])
def test_the_proof_of_deletions_cannot_be_erased(kind: Kind) -> None:
    with pytest.raises(AuditLogError):
        make_event(Kind.BODY_ERASED, at(0), entry=0, erased=kind.value, by="trustee", reason="a")


def test_tags_are_keyed_kept_apart_and_not_normalised() -> None:
    composed, decomposed = "Ame\u0301lie.jpg", "Am\u00e9lie.jpg"
    names = (composed, decomposed, "amelie.jpg", "bad\udcff.jpg", "\ud800")
    tags = {*(name_tag(KEY, name) for name in names), person_tag(KEY, "amelie.jpg"), name_tag(KEY[::-1], "amelie.jpg")}
    assert len(tags) == 7 and all(re.fullmatch("[0-9a-f]{64}", tag) for tag in tags)
    assert name_tag(KEY, "a") == name_tag(KEY, "a")
    for key, name in ((KEY[:31], "a"), (b"", "a"), (KEY, "")):
        with pytest.raises(AuditLogError):
            name_tag(key, name)


def test_a_commitment_hides_the_body_and_binds_it() -> None:
    body, salt = print_body(0, arrived(0)), bytes(32)
    assert commitment(salt, body) != commitment(bytes([1]) + bytes(31), body)
    assert commitment(salt, body) != commitment(salt, print_body(0, arrived(1)))
    assert len(leaf_of(commitment(salt, body))) == 45
    for short in (b"", bytes(31), bytes(33)):
        with pytest.raises(AuditLogError):
            commitment(short, body)


def test_a_file_that_is_no_longer_there_has_a_level() -> None:
    facts: dict[str, Fact] = {"photo": sha("p"), "device": "cam-1", "name": sha("n"), "left": 0}
    assert make_event(Kind.FILE_GONE, at(0), level="attested", **facts).fact("left") == 0
    with pytest.raises(AuditLogError, match="has a level"):
        make_event(Kind.FILE_GONE, at(0), level="unknown", **facts)
