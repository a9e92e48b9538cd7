"""The register of incidents: nothing is closed that nobody was told of, and 72 hours are 72 hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.audit.kinds import Kind, Role
from redact.audit.shapes import WORD
from redact.errors import UsageError
from redact.posts.incidents.kinds import CAUSES, MEASURES, NOTICES, NOTIFY_HOURS
from redact.posts.incidents.register import (
    IncidentChanged,
    Progress,
    change_incident,
    close_incident,
    known_incident,
    notification_due,
    open_incident,
    read_incidents,
    why_not_closed,
)
from redact.store.posts.incidents import Incident, IncidentState, NewIncident
from redact.system.clock import print_moment
from redact.workspace.ids import Actor
from tests.rigs.living import Living, open_living
from tests.rigs.reviewing import open_reviewing

HEAD = Actor(Role.HEADTEACHER.value, "ad" * 32)
STAFF = Actor(Role.HOLDER.value, "5a" * 32)
NEW = NewIncident("face-missed", "", "2026-09-06", "2026-09-06T08:00:00.000Z")


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


def opened(living: Living, **changes: Any) -> Incident:
    return known_incident(living.workspace, open_incident(living.workspace, replace(NEW, **changes), STAFF))


# -- values --


def test_every_word_of_the_lists_fits_into_the_log() -> None:
    for word in (*CAUSES, *MEASURES, *NOTICES):
        assert WORD.accepts(word), word


MOMENTS = st.datetimes(timezones=st.just(UTC), min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1))  # noqa: DTZ001


@given(MOMENTS, st.booleans(), st.sampled_from([None, "told", "not-needed"]))
def test_only_an_untold_breach_has_a_time_and_it_is_72_hours_on(at: datetime, breach: bool, notice: str | None) -> None:
    incident = Incident("another", "", "2026-09-06", print_moment(at), is_breach=breach, notice=notice)
    due = notification_due(incident)
    assert (due is not None) == (breach and notice is None)
    if due is not None:
        assert timedelta(0) <= at + timedelta(hours=NOTIFY_HOURS) - due < timedelta(milliseconds=1)


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_what_is_missing_before_it_may_be_closed(reported: bool, done: bool, breach: bool, told: bool) -> None:
    incident = Incident(
        "another", "", "2026-09-06", NEW.aware_at, is_breach=breach, notice="told" if told else None,
        reported_at=NEW.aware_at if reported else None, measure="deleted" if done else None,
    )  # fmt: skip
    assert (why_not_closed(incident) == "") == (reported and done and (told or not breach))


# -- acts --


def test_an_incident_goes_its_way_and_each_step_is_on_record(living: Living) -> None:
    incident = opened(living, is_breach=True, note=" A face \n at  the edge. ")
    assert incident.note == "A face\nat the edge." and incident.state is IncidentState.OPEN
    with pytest.raises(UsageError, match="reported"):
        close_incident(living.workspace, incident, HEAD)
    incident = change_incident(living.workspace, incident, Progress(reported_to=Role.CEO), HEAD)
    assert incident == known_incident(living.workspace, incident.id) and incident.state is IncidentState.REPORTED
    incident = change_incident(living.workspace, incident, Progress(measure="taken-down"), HEAD)
    with pytest.raises(UsageError, match="Commissioner"):
        close_incident(living.workspace, incident, HEAD)
    incident = change_incident(living.workspace, incident, Progress(notice="told"), HEAD)
    close_incident(living.workspace, incident, HEAD)
    assert read_incidents(living.workspace) == () and len(read_incidents(living.workspace, is_every=True)) == 1
    kinds = [(entry.kind, entry.fact("by")) for entry in living.events("incident.")]
    changed = (Kind.INCIDENT_CHANGED, "headteacher")
    assert kinds == [(Kind.INCIDENT_OPENED, "holder"), changed, changed, changed, (Kind.INCIDENT_CLOSED, "headteacher")]
    with pytest.raises(UsageError, match="closed"):
        change_incident(living.workspace, known_incident(living.workspace, 1), Progress(measure="deleted"), HEAD)


@pytest.mark.parametrize(
    "wrong",
    [
        {"cause": "weather"},
        {"school": "oak"},
        {"happened_on": "2026-09-08"},
        {"aware_at": "2026-09-08T00:00:00.000Z"},
        {"note": "x" * 2001},
        {"note": "a\x00b"},
        {"device": "no-such"},
        {"photo": "f" * 64},
        {"post": 99},
    ],
)
def test_what_is_no_incident_is_not_written_down(living: Living, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        open_incident(living.workspace, replace(NEW, **wrong), STAFF)
    assert read_incidents(living.workspace, is_every=True) == () and living.events("incident.") == []


def test_a_note_names_nobody_on_the_roll(tmp_path: Path) -> None:
    with open_reviewing(tmp_path) as living:
        living.add_pupil()
        with pytest.raises(UsageError, match="on the roll"):
            opened(living, note="Thaddeus was to be seen.")
        incident = opened(living)
        with pytest.raises(UsageError, match="on the roll"):
            change_incident(living.workspace, incident, Progress(note="It was Wrenfield."), HEAD)
        assert known_incident(living.workspace, incident.id) == incident


def test_nothing_is_written_over_what_somebody_else_wrote(living: Living) -> None:
    seen = opened(living)
    change_incident(living.workspace, seen, Progress(reported_to=Role.CEO, measure="deleted"), HEAD)
    before = living.events()
    for progress in (Progress(measure="corrected"), Progress(note="old page")):
        with pytest.raises(IncidentChanged):
            change_incident(living.workspace, seen, progress, HEAD)
    for empty in (Progress(), Progress(measure="weather"), Progress(notice="maybe"), Progress(reported_to=Role.HOLDER)):
        with pytest.raises(UsageError):
            change_incident(living.workspace, known_incident(living.workspace, seen.id), empty, HEAD)
    assert living.events() == before


def test_a_school_reads_its_own(living: Living) -> None:
    object.__setattr__(living.workspace.settings, "schools", ("oak", "elm"))
    for school in ("oak", "elm"):
        opened(living, school=school)
    assert {found.school for found in read_incidents(living.workspace, frozenset({"oak"}))} == {"oak"}
