"""The deletion record counts every file once, leaves nothing out that went wrong, and prints safely."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.audit.deletions.former import read_former
from redact.audit.deletions.leftovers import OF_DEVICE, OF_PHOTO
from redact.audit.deletions.page import Made, print_html, print_json
from redact.audit.deletions.record import deletion_record
from redact.audit.deletions.values import STATEMENT, DeletionRecord, RegisterRow, School
from redact.audit.events import Event, make_event
from redact.audit.kinds import Kind
from redact.audit.level import LADDER, Level, lowest
from redact.devices.clearing.leftovers import FACT as COUNTED
from tests.rigs.records import at, sha
from watcher.erasing.residue import ResidueKind

REGISTER = (
    RegisterRow(
        "cam-1",
        "card",
        "Canon",
        "EOS <2000D>",
        "0412",
        "label",
        "trust",
        "communications",
        "headteacher",
        at(0),
        "2027-08-31T23:59:59.999Z",
        None,
    ),
)
MADE = Made(at(59), "0.1.0", "school.example/redact-log", "key", "note", "intact, 0 notices", True, 3, "c" * 64)


class Story:
    """Entries in order, a second apart."""

    def __init__(self) -> None:
        self.events: list[tuple[int, Event]] = []

    def add(self, kind: Kind, **facts: Any) -> int:
        number = len(self.events)
        self.events.append((number, make_event(kind, at(number), **facts)))
        return number

    def found(self, photo: str, device: str = "cam-1", name: str = "a") -> int:
        return self.add(Kind.PHOTO_ARRIVED, photo=sha(photo), device=device, name=sha(name), bytes=1)

    def opened(self, photo: str, device: str = "cam-1", name: str = "a", by: str = "system") -> int:
        facts = {"photo": sha(photo), "device": device, "name": sha(name), "stored": sha("out"), "by": by}
        return self.add(Kind.DELETION_OPENED, **facts)

    def closed(self, begun: int, photo: str, device: str = "cam-1", **end: Any) -> int:
        facts = {"verdict": "gone", "level": "re-checked", "left": 0} | end
        return self.add(Kind.DELETION_CLOSED, opened=begun, photo=sha(photo), device=device, **facts)

    def deleted(self, photo: str, device: str = "cam-1", name: str = "a", **end: Any) -> None:
        self.found(photo, device, name)
        self.closed(self.opened(photo, device, name), photo, device, **end)

    def unseen(self, photo: str, device: str = "cam-1", level: str = "re-checked") -> int:
        facts = {"photo": sha(photo), "device": device, "name": sha("a"), "left": 0}
        return self.add(Kind.FILE_GONE, level=level, **facts)

    def held(self, photo: str) -> int:
        return self.add(Kind.PHOTO_HELD, photo=sha(photo), reason="a face could not be covered")

    def registered(self, device: str, kind: str = "attest-only") -> int:
        facts = {"owner": "personal", "holder": "holder", "approved_by": "ceo", "until": "2027-08-31T23:59:59.999Z"}
        return self.add(Kind.DEVICE_REGISTERED, device=device, type=kind, **facts)

    def word(self, device: str, **reason: str) -> int:
        return self.add(Kind.DEVICE_ATTESTED, device=device, by="holder", person=sha("staff"), **reason)

    def kept(self, begun: int, photo: str, device: str = "cam-1") -> int:
        return self.closed(begun, photo, device, verdict="kept", level="unknown", reason="the card is write-protected")

    def record(self, **asked: Any) -> DeletionRecord:
        return deletion_record(self.events, REGISTER, **asked)


def test_a_deletion_that_went_well() -> None:
    story = Story()
    story.found("p")
    story.add(Kind.PHOTO_SEALED, photo=sha("p"), sealed=sha("s"), recipients=2)
    story.add(Kind.PHOTO_REDACTED, photo=sha("p"), output=sha("o"), tool="0.1.0", models=sha("m"), register=7)
    story.add(Kind.PHOTO_VERIFIED, photo=sha("p"), output=sha("o"), verdict="passed", checks=5)
    story.add(Kind.PHOTO_STORED, photo=sha("p"), output=sha("o"), bytes=1)
    story.closed(story.opened("p", by="communications"), "p")
    record = story.record()
    counts = record.counts
    assert (counts.found, counts.copied, counts.verified, counts.stored, counts.deleted) == (1, 1, 1, 1, 1)
    assert (counts.left, counts.unknown, counts.waiting, counts.attested, counts.residues) == (0, 0, 0, 0, 0)
    assert record.exceptions == () and record.never_closed == () and record.statement == STATEMENT
    assert (record.start, record.end, record.operators) == (at(5), at(6), (("communications", 1),))
    assert (record.tools, record.models, record.registers) == (("0.1.0",), (sha("m"),), (7,))
    assert [(line.id, line.verdict, line.register) for line in record.devices] == [("cam-1", "re-checked", REGISTER[0])]


def test_a_device_is_as_low_as_its_lowest_file() -> None:
    story = Story()
    story.deleted("a", level="cleared")
    story.deleted("b", level="not-listed")
    story.deleted("c", "cam-2", level="erased")
    assert [(line.id, line.verdict) for line in story.record().devices] == [
        ("cam-1", "not-listed"),
        ("cam-2", "erased"),
    ]
    story.found("d")  # nobody deleted it yet
    assert [line.verdict for line in story.record().devices] == ["unknown", "erased"]


@given(st.lists(st.sampled_from(LADDER)))
def test_the_lowest_level_is_on_the_ladder_and_below_all(levels: list[Level]) -> None:
    found = lowest(levels)
    assert found == "" if not levels else all(LADDER.index(found) <= LADDER.index(level) for level in levels)


def test_one_photo_under_two_names_is_two_files_and_one_kept_is_not_set_aside_by_the_other() -> None:
    story = Story()
    story.found("p", name="a")
    story.add(Kind.FILE_SEEN, photo=sha("p"), device="cam-1", name=sha("b"))
    trouble = story.kept(story.opened("p", name="a"), "p")
    story.closed(story.opened("p", name="b"), "p")
    record = story.record()
    assert (record.counts.found, record.counts.deleted, record.counts.left) == (2, 1, 1)
    assert [(told.entry, told.is_resolved, told.reason) for told in record.exceptions] == [
        (trouble, False, "the card is write-protected")
    ]
    story.closed(story.opened("p", name="a"), "p")
    assert [told.is_resolved for told in story.record().exceptions] == [True]
    assert story.record().counts.deleted == 2


def test_what_was_never_closed_is_unknown_and_told() -> None:
    story = Story()
    story.found("p")
    begun = story.opened("p")
    record = story.record()
    assert (record.never_closed, record.counts.unknown, record.counts.deleted) == ((begun,), 1, 0)


def test_residues_are_counted_and_told_until_a_later_look_finds_none() -> None:
    story = Story()
    story.found("p")
    begun = story.opened("p")
    story.closed(begun, "p", left=2)
    record = story.record()
    assert record.counts.residues == 2 and record.counts.deleted == 1
    assert record.exceptions[0].describe().startswith("2 left on the device") and not record.exceptions[0].is_resolved
    story.add(Kind.DELETION_RECHECKED, opened=begun, photo=sha("p"), device="cam-1", level="cleared", left=0)
    record = story.record()
    assert record.counts.residues == 0 and record.exceptions[0].is_resolved and record.devices[0].verdict == "cleared"


OLD = "It was deleted. On the device as a whole: links and special files {}, thumbnails and thumbnail caches 1."
NEW: dict[str, Any] = {"device_thumbnails": 1, "reason": "It was deleted."}


@pytest.mark.parametrize("is_former", [True, False])  # 0.1.0 wrote sentences, and they are read for ever
def test_what_is_of_the_device_is_reported_once_as_it_was_at_the_newest_look(is_former: bool) -> None:
    story = Story()
    for number in range(3):
        sibling = number == 1
        facts = {**NEW, "device_links": number + 1, "left_siblings": int(sibling), "by_name": int(sibling)}
        told = OLD.format(number + 1) + " 1 left: a file that belongs to it (RAW, film, edit, side file)." * sibling
        story.deleted(str(number), level="not-listed", left=int(sibling), **({"reason": told} if is_former else facts))
    begun = story.opened("4")
    story.closed(begun, "4", verdict="kept", level="unknown", reason="It was kept.")  # says nothing of the device
    record = story.record()
    (line,) = record.devices
    assert line.leftovers is not None
    assert line.leftovers.counts == (("device_links", 3), ("device_thumbnails", 1))
    assert record.counts.residues == 1
    assert [trouble.reason for trouble in record.exceptions] == [
        f"It was deleted. 1 left: {OF_PHOTO['left_siblings']}. 1 left: found by its name when it was deleted.",
        "It was kept.",
    ]
    text = " ".join(Page(print_html(record, MADE)).text.split())
    assert text.count("links and special files 3, thumbnails and thumbnail caches 1") == 1
    assert "special files 2" not in text
    (earlier,) = story.record(until=at(line.leftovers.entry)).devices
    assert earlier.leftovers is not None and ("device_links", 2) in earlier.leftovers.counts
    again = {"opened": begun, "photo": sha("4"), "device": "cam-1"}
    story.add(Kind.DELETION_RECHECKED, level="re-checked", left=0, **again)
    assert [line.leftovers for line in story.record().devices] == [None]


def test_every_kind_of_residue_has_a_fact_and_the_words_of_the_former_version() -> None:
    assert {*OF_PHOTO, *OF_DEVICE} == {*COUNTED.values()} and COUNTED.keys() == set(ResidueKind)
    for kind, fact in COUNTED.items():
        if fact in OF_PHOTO:
            by_name = {"by_name": 2} if kind is ResidueKind.SIBLING else {}
            assert read_former(f"It went. 2 left: {OF_PHOTO[fact]}.") == ({fact: 2, **by_name}, "It went.")
            named = read_former(f"2 left: {OF_PHOTO[fact]}, by its name.")
            assert named == ({fact: 2, "by_name": 2}, "")


@given(st.dictionaries(st.sampled_from([*OF_DEVICE]), st.integers(1, 10**6), min_size=1), st.integers(0, 9))
def test_what_a_former_reason_said_is_read_as_facts(counts: dict[str, int], by_name: int) -> None:
    whole = ", ".join(f"{OF_DEVICE[name]} {count}" for name, count in sorted(counts.items()))
    kept = f" {by_name} left: found by its name when it was deleted." if by_name else ""
    facts, rest = read_former(f"It was deleted. On the device as a whole: {whole}.{kept}")
    assert facts == counts | ({"by_name": by_name} if by_name else {}) and rest == "It was deleted."


@pytest.mark.parametrize("reason", ["", "It was deleted.", "On the device as a whole: something 1.", "3 left: x."])
def test_a_reason_that_counts_nothing_known_stays_as_it_is(reason: str) -> None:
    assert read_former(reason) == ({}, reason)


def test_an_attested_deletion_is_not_counted_as_deleted() -> None:
    story = Story()
    story.found("p")
    begun = story.opened("p")
    who = {"by": "holder", "person": sha("staff")}
    story.add(Kind.DELETION_ATTESTED, opened=begun, photo=sha("p"), device="cam-1", **who)
    record = story.record()
    assert (record.counts.attested, record.counts.deleted, record.devices[0].verdict) == (1, 0, "attested")
    assert record.operators == (("holder", 1), ("system", 1)) and record.never_closed == ()


def test_a_file_that_came_back_is_waiting_again() -> None:
    story = Story()
    story.deleted("p")
    story.found("p")
    assert (story.record().counts.found, story.record().counts.waiting, story.record().counts.deleted) == (1, 1, 0)


def test_a_period_holds_what_was_said_in_it_and_what_was_still_there_and_nothing_later() -> None:
    story = Story()
    story.deleted("before")
    overdue = story.found("overdue")
    failed = story.kept(story.opened("failed"), "failed")
    since = at(len(story.events))
    story.deleted("within")
    until = at(len(story.events))
    story.closed(story.opened("overdue"), "overdue")
    record = story.record(since=since, until=until)
    assert overdue == 3 and (record.counts.found, record.counts.deleted) == (3, 1)
    assert (record.counts.waiting, record.counts.left) == (1, 1)
    assert [told.entry for told in record.exceptions] == [failed]
    assert (record.start, record.operators) == (at(7), (("system", 1),))


def test_held_and_refused_photos_are_reported_until_they_are_stored() -> None:
    story = Story()
    story.found("p")
    story.add(Kind.PHOTO_HELD, photo=sha("p"), reason="a face could not be judged")
    story.add(Kind.PHOTO_VERIFIED, photo=sha("p"), output=sha("o"), verdict="failed", checks=5, reason="a name shows")
    assert [told.what for told in story.record().exceptions] == ["held", "the copy failed its check"]
    assert not any(told.is_resolved for told in story.record().exceptions) and story.record().counts.verified == 0
    story.add(Kind.PHOTO_STORED, photo=sha("p"), output=sha("o"), bytes=1)
    assert all(told.is_resolved for told in story.record().exceptions)
    assert story.record(device="cam-2").exceptions == ()


def test_holds_that_were_on_in_the_period() -> None:
    story = Story()
    who = {"by": "data-protection-officer", "person": sha("staff")}
    story.add(Kind.HOLD_ADDED, hold="old", scope="workspace", reason="a request", **who)
    story.add(Kind.HOLD_LIFTED, hold="old", reason="answered", **who)
    story.add(Kind.HOLD_ADDED, hold="on", scope="device", device="cam-1", reason="the police asked", **who)
    story.add(Kind.HOLD_ADDED, hold="elsewhere", scope="device", device="cam-2", reason="another", **who)
    story.add(Kind.HOLD_ADDED, hold="ended", scope="photo", photo=sha("p"), reason="safeguarding", **who)
    story.add(Kind.HOLD_LIFTED, hold="ended", reason="over", **who)
    record = story.record(device="cam-1", since=at(2))
    assert [(hold.id, hold.lifted) for hold in record.holds] == [("on", None), ("ended", 5)]
    assert len(story.record().holds) == 4


def test_another_device_leaves_no_trace_in_the_log_of_one() -> None:
    story = Story()
    story.deleted("a")
    story.kept(story.opened("b", "cam-2"), "b", "cam-2")
    record = story.record(device="cam-1")
    assert record.counts.found == 1 and record.exceptions == () and "cam-2" not in json.dumps(asdict(record))


def test_the_record_of_a_school_holds_its_devices_alone() -> None:
    story = Story()
    story.deleted("a")
    story.kept(story.opened("b", "cam-2"), "b", "cam-2")
    story.registered("tablet")  # attest-only, and of another school
    record = story.record(school=School("oak", frozenset({"cam-1", "cam-9"})))
    assert [line.id for line in record.devices] == ["cam-1", "cam-9"] and record.school == "oak"
    assert record.counts.found == record.counts.deleted == 1 and record.exceptions == ()
    assert "cam-2" not in json.dumps(asdict(record)) and "the devices of oak" in print_html(record, MADE)
    both = story.record(school=School("oak", frozenset({"cam-1"})), device="cam-2")
    assert both.devices == () and both.counts.found == 0


@given(
    st.lists(st.sampled_from(["found", "opened", "gone", "kept", "unknown", "left", "unseen"]), max_size=25), st.data()
)
def test_every_file_is_in_exactly_one_count(steps: list[str], data: st.DataObject) -> None:
    story, begun = Story(), dict[str, int]()
    for step in steps:
        photo = data.draw(st.sampled_from("ab"))
        if step == "found":
            story.found(photo)
        elif step == "unseen":
            story.unseen(photo, level=data.draw(st.sampled_from(["not-listed", "attested"])))
        elif step == "opened":
            begun[photo] = story.opened(photo)
        elif photo in begun and step in {"gone", "left"}:
            story.closed(begun[photo], photo, left=int(step == "left"))
        elif photo in begun:
            story.closed(begun[photo], photo, verdict=step, level="unknown", reason="a reason")
    counts = story.record().counts
    ends = (counts.deleted, counts.removed, counts.attested, counts.left, counts.unknown, counts.waiting)
    assert counts.found == sum(ends)
    assert counts.found == len({event.fact("photo") for _, event in story.events})
    assert sum(line.counts.found for line in story.record().devices) == counts.found


# --- words, and what this program did not delete ---


def test_a_device_that_nobody_can_look_at_is_as_good_as_its_holders_word() -> None:
    story = Story()
    story.registered("ipad-3")
    assert [(line.id, line.verdict, line.attestation) for line in story.record().devices] == [
        ("ipad-3", "unknown", None)
    ]
    entry = story.word("ipad-3", reason="The photos were deleted, and from the bin too.")
    (line,) = story.record(device="ipad-3").devices
    assert (line.verdict, line.registered) == ("attested", 0)
    assert line.attestation is not None and (line.attestation.entry, line.attestation.by) == (entry, "holder")
    assert story.record().operators == (("holder", 1),)
    assert [line.verdict for line in story.record(until=at(1)).devices] == ["unknown"]  # as it stood then
    text = " ".join(Page(print_html(story.record(), MADE)).text.split())
    assert (
        f"ipad-3: holder said on 2026-09-07 13:00:01 (entry {entry})" in text
        and 'from the bin too."). Nobody looked.' in text
    )
    assert "ipad-3" not in json.dumps(asdict(story.record(device="cam-1")))


def test_a_words_files_are_attested_until_somebody_looks() -> None:
    story = Story()
    story.registered("cam-1", "card")
    story.found("p")
    begun = story.opened("p", by="holder")
    story.word("cam-1")
    facts = {"opened": begun, "photo": sha("p"), "device": "cam-1"}
    story.add(Kind.DELETION_ATTESTED, by="holder", person=sha("staff"), **facts)
    record = story.record()
    assert (record.counts.attested, record.counts.deleted, record.devices[0].verdict) == (1, 0, "attested")
    assert record.operators == (("holder", 2),) and record.never_closed == ()
    story.add(Kind.DELETION_RECHECKED, level="re-checked", left=0, **facts)
    record = story.record()
    assert (record.counts.attested, record.counts.removed, record.devices[0].verdict) == (0, 1, "re-checked")


def test_what_somebody_else_took_away_is_counted_apart() -> None:
    story = Story()
    story.found("p")
    story.held("p")
    assert story.record().devices[0].verdict == "unknown"
    story.unseen("p")
    record = story.record()
    assert (record.counts.removed, record.counts.deleted, record.counts.waiting) == (1, 0, 0)
    assert record.devices[0].verdict == "re-checked" and record.never_closed == ()
    story.add(Kind.FILE_SEEN, photo=sha("p"), device="cam-1", name=sha("a"))
    assert (story.record().counts.waiting, story.record().devices[0].verdict) == (1, "unknown")


def story_of_one_gone_before() -> Story:
    story = Story()
    story.found("p")
    story.closed(story.opened("p"), "p", verdict="unknown", level="unknown", reason="It was gone before.")
    story.unseen("p", level="not-listed")
    return story


def test_what_was_gone_before_it_was_deleted_is_removed_at_the_lowest_level_and_an_exception() -> None:
    story = story_of_one_gone_before()
    record = story.record()
    assert (record.counts.removed, record.counts.deleted, record.counts.unknown) == (1, 0, 0)
    assert (record.devices[0].verdict, record.never_closed) == ("unknown", ())
    assert [(each.what, each.is_resolved) for each in record.exceptions] == [("gone before it was deleted", False)]
    page = Page(print_html(record, MADE)).text
    assert "gone before it was deleted" in page and "1 removed by others" in " ".join(page.split())


def test_a_file_of_the_same_name_in_another_folder_makes_up_for_nothing() -> None:
    story = story_of_one_gone_before()
    story.closed(story.opened("p"), "p")  # the log has no folders
    assert (story.record().counts.removed, story.record().counts.deleted) == (1, 0)
    assert story.record().devices[0].verdict == "unknown" and not story.record().exceptions[0].is_resolved


def test_what_was_gone_before_and_came_back_is_over_when_it_is_deleted() -> None:
    story = story_of_one_gone_before()
    story.add(Kind.FILE_SEEN, photo=sha("p"), device="cam-1", name=sha("a"))
    story.closed(story.opened("p"), "p")
    assert (story.record().counts.deleted, story.record().devices[0].verdict) == (1, "re-checked")
    assert all(each.is_resolved for each in story.record().exceptions)


def test_a_trouble_that_a_person_set_aside_is_resolved_until_it_comes_again() -> None:
    story = Story()
    story.found("p")
    story.held("p")
    person = {"by": "reviewer", "person": sha("staff")}
    story.add(Kind.PHOTO_SET_ASIDE, photo=sha("p"), reason="Nothing is to be published.", **person)
    assert [told.is_resolved for told in story.record().exceptions] == [True]
    story.held("p")
    assert [told.is_resolved for told in story.record().exceptions] == [True, False]


# --- print ----------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Collects tags, their attributes, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def full() -> DeletionRecord:
    story = Story()
    story.deleted("a")
    story.kept(story.opened("b"), "b")
    story.opened("c", "cam-9")
    who = {"by": "data-protection-officer", "person": sha("staff")}
    story.add(Kind.HOLD_ADDED, hold="on", scope="device", device="cam-1", reason="the police asked", **who)
    return story.record()


def test_the_page_says_everything_and_needs_nothing_from_outside() -> None:
    text = print_html(full(), MADE)
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    assert not any(name in {"src", "href"} or name.startswith("on") for _, given in page.tags for name in given)
    assert not re.search(r"url\(|@import|https?:", text)
    for said in (STATEMENT, "the card is write-protected", "never closed", "EOS <2000D>", "not in the register"):
        assert said in " ".join(page.text.split())
    for said in ("headteacher", sha("b"), "the police asked", "school.example/redact-log", "c" * 64, "intact"):
        assert said in page.text
    assert text == print_html(full(), MADE)


def test_values_cannot_become_markup() -> None:
    evil = replace(REGISTER[0], make="<script>alert(1)</script>", serial='"><img src=x>')
    story = Story()
    story.deleted("a")
    text = print_html(deletion_record(story.events, [evil]), MADE)
    assert "<script" not in text and "<img" not in text


def test_the_line_on_top_of_every_page_cannot_leave_its_string() -> None:
    evil = replace(MADE, origin='x"; } body { display: none } </style><script>')
    style = print_html(replace(full(), device="cam-1"), evil).partition("</style>")[0]
    assert "Deletion record of cam-1, made 2026-09-07 13:00:59 UTC, x   " in style
    assert "display: none" in style and "{ display: none" not in style and "<script" not in style


def test_what_is_open_stands_before_what_was_put_right_and_before_the_counts() -> None:
    story = Story()
    story.found("p")
    story.kept(story.opened("p"), "p")
    story.closed(story.opened("p"), "p")
    story.kept(story.opened("q"), "q")
    text = " ".join(Page(print_html(story.record(), MADE)).text.split())
    told = [text.index(part) for part in ("Open: 1", sha("q"), "Put right by a later entry: 1", sha("p"), "Counts")]
    assert told == sorted(told)


def test_a_record_on_a_log_with_faults_says_so() -> None:
    bad = replace(MADE, is_intact=False, verdict="NOT INTACT, 1 fault")
    assert "Do not rely on this record" in print_html(full(), bad)
    assert "Do not rely on this record" not in print_html(full(), MADE)


def test_an_empty_record_prints() -> None:
    page = Page(print_html(Story().record(), replace(MADE, note=None, last=None)))
    assert "nothing found" in page.text


def test_the_json_is_the_log() -> None:
    told = json.loads(print_json(full(), MADE))
    assert told["counts"]["found"] == 3 and told["level"] == "unknown" and told["made"]["key"] == "key"
    assert told["statement"] == STATEMENT and len(told["exceptions"]) == 1


@pytest.mark.parametrize("field", ["found", "copied", "verified", "stored", "deleted", "removed", "left", "unknown"])
def test_every_count_has_a_column(field: str) -> None:
    assert f"<th>{field}</th>" in print_html(full(), MADE)
