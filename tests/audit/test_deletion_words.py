"""The first page of a deletion record: every count is said, and nothing is called sure that is not."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Literal

import pytest

from redact.audit.deletions.page import Made, print_html
from redact.audit.deletions.values import Counts, DeletionRecord, DeviceLeftovers, DeviceLine
from redact.audit.deletions.words import NOTHING, SURE, plain_lines, summarise
from redact.audit.level import LADDER, Level

NONE = Counts(*[0] * len(fields(Counts)))
ALL_GONE = replace(NONE, found=12, copied=12, verified=12, stored=12, deleted=12)
AT = "2026-09-07T12:00:00.000Z"


def record(*devices: DeviceLine) -> DeletionRecord:
    totals = [sum(getattr(device.counts, field.name) for device in devices) for field in fields(Counts)]
    return DeletionRecord(None, None, None, None, None, None, devices, Counts(*totals), (), (), (), (), (), (), (), ())


def device(
    verdict: Level | Literal[""] = Level.RE_CHECKED, counts: Counts = ALL_GONE, leftovers: DeviceLeftovers | None = None
) -> DeviceLine:
    return DeviceLine("cam-1", None, 1, counts, verdict, None, leftovers)


def test_each_level_has_its_words() -> None:
    assert {*SURE} == {*LADDER, ""}


def test_a_device_that_is_done_leaves_nothing_open() -> None:
    (line,) = plain_lines(record(device()))
    assert (line.deleted, line.left, line.unseen, line.is_open) == (
        "12 of 12 deleted by the program.",
        NOTHING,
        NOTHING,
        False,
    )
    assert list(summarise(record(device())))[1].startswith("Every one of them is known to be gone")


@pytest.mark.parametrize("name", ["left", "waiting", "unknown", "removed", "attested", "residues"])
def test_every_count_that_is_not_a_deletion_is_said_with_its_number(name: str) -> None:
    counts = replace(ALL_GONE, deleted=5, **{name: 7})
    (line,) = plain_lines(record(device(counts=counts)))
    said = f"{line.deleted} {line.left} {line.unseen}"
    assert "7" in said and "5 of 12" in said
    assert line.is_open is (name not in {"removed", "attested"})
    in_short = " ".join(summarise(record(device(counts=counts))))
    assert "7" in in_short
    assert ("Every one" in in_short) is (name not in {"left", "waiting", "unknown"})


@pytest.mark.parametrize("verdict", [Level.UNKNOWN, Level.ATTESTED])
def test_what_nobody_saw_is_open_or_said_to_be_a_word(verdict: Level) -> None:
    (line,) = plain_lines(record(device(verdict)))
    assert line.is_open and line.sure == SURE[verdict]


def test_what_nobody_could_look_into_is_on_the_first_page() -> None:
    found = DeviceLeftovers(3, AT, (("device_closed", 2),))
    page = print_html(record(device(leftovers=found)), Made(AT, "0.1.0", "redact/oak", "key", None, "intact", True))
    first = page.split('class="auditor"')[0]
    assert "Folders that could not be looked into 2." in first and "12 of 12 deleted by the program." in first
    assert "flash memory may keep it until reused" in first


def test_a_record_of_nothing_says_so() -> None:
    assert list(summarise(record())) == ["No photo was found on a device in this period."]
    (line,) = plain_lines(record(device("", NONE)))
    assert line.deleted == "No file was found."
