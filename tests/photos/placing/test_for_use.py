"""For-use holds what a person has passed and nothing else, whatever is cut off, edited or taken away there."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from redact.audit.kinds import Role
from redact.cli.acting import leave_for_use
from redact.errors import short_id
from redact.photos.checks.passes import go_on
from redact.photos.checks.storage import STORAGE
from redact.photos.placing import for_use
from redact.photos.placing.events import name_event, read_events
from redact.photos.placing.for_use import mend_for_use, update_for_use
from redact.photos.take_down import check_may_go
from redact.posts import redraw, review
from redact.posts.changes import Changes, Seen
from redact.posts.consents_ended import open_ended
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.review import Decision
from redact.pupils.adults import AdultKind
from redact.pupils.consent import State as ConsentState
from redact.redaction.values import Style
from redact.registers import adults, consents
from redact.registers.consents import NewAnswer
from redact.reports.doctor.examine import examine
from redact.service.periodic import daily
from redact.store.photos import Shown, write_shown
from redact.store.placing.for_use import count_for_use
from redact.store.schema.tables import photos
from redact.store.trust.storage import LocalTrust, TrustFault
from redact.system.lock import hold_lock
from tests.rigs.living import PUPIL
from tests.rigs.reviewing import RAE, Reviewing, calm_jpeg, open_reviewing
from tests.rigs.waiting import LONGEST_S


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Reviewing]:
    with open_reviewing(tmp_path) as found:
        yield found


def in_for_use(living: Reviewing) -> dict[str, bytes]:
    trust = living.workspace.settings.trust_folder
    assert trust is not None
    files = [path for path in (trust / "for-use").rglob("*") if path.is_file()]
    return {path.relative_to(trust).as_posix(): path.read_bytes() for path in files}


def doctor(living: Reviewing) -> list[tuple[str, str]]:
    found = examine(living.workspace.settings.folder)
    return [(each.grade.value, each.sentence) for each in found if each.check == "for use"]


def passed(living: Reviewing, content: bytes | None = None, name: str = "a.jpg") -> Seen:
    seen = living.store_one(content, name)
    review.decide(living.workspace, seen, Decision.FIT, RAE)
    assert update_for_use(living.workspace) == 1
    return seen


def test_a_passed_copy_lies_there_beside_the_one_that_proves_it(living: Reviewing) -> None:
    seen = living.store_one()
    assert update_for_use(living.workspace) == 0 and not in_for_use(living)
    review.decide(living.workspace, seen, Decision.FIT, RAE)
    assert update_for_use(living.workspace) == 1 and update_for_use(living.workspace) == 0
    ((name, content),) = in_for_use(living).items()
    copy = living.copy(seen.photo)
    assert name == f"for-use/{copy.name}" and living.stored() == {copy.name: content}
    with living.workspace.database.read() as connection:
        assert count_for_use(connection) == (1, 0)
    assert doctor(living) == [("ok", "The copies of 1 photo lie in for-use, passed by a reviewer.")]
    review.reopen(living.workspace, seen, RAE)
    assert doctor(living) == [("warn", "1 photo must be put into for-use, or taken out of it.")]


@pytest.mark.parametrize("how", ["taken out", "mended"])
def test_a_row_that_names_a_stored_copy_as_one_in_for_use_has_nothing_removed(living: Reviewing, how: str) -> None:
    """By SQL alone, without a key: what stands in trust storage may be all that is left of a photo."""
    seen, other = passed(living), living.store_one(calm_jpeg(7), "b.jpg")
    before, name = living.stored(), living.copy(other.photo).name
    with living.workspace.database.write() as connection:
        connection.execute(update(photos).where(photos.c.sha256 == seen.photo).values(for_use=name))
    if how == "mended":
        assert mend_for_use(living.workspace, seen.photo, seen.output, name) == "changed"
    else:
        review.reopen(living.workspace, seen, RAE)
        update_for_use(living.workspace)
    assert living.stored() == before


@pytest.mark.parametrize("way", ["reopened", "unfit", "recalled", "redrawn", "withdrawn"])
def test_what_is_not_passed_any_more_leaves(living: Reviewing, way: str) -> None:
    seen = passed(living)
    match way:
        case "reopened":
            review.reopen(living.workspace, seen, RAE)
        case "unfit":
            review.reopen(living.workspace, seen, RAE)
            review.set_aside(living.workspace, seen, RAE, "not-for-use")
        case "recalled":
            recall_copy(living.workspace, seen, RAE, RecallCause.OBJECTION)
            check_may_go(living.workspace, living.photo(seen.photo))
        case "redrawn":
            with living.redrawer() as redrawer:
                done = redrawer.wait(redraw.ask(living.workspace, seen, Changes(style=Style.SOLID), RAE), LONGEST_S)
            assert done is not None and done.output
            review.decide(living.workspace, living.seen(seen.photo), Decision.FIT, RAE)  # before anybody took it out
        case _:
            living.add_pupil()
            with living.workspace.database.write() as connection:
                facts = "insert into shown (photo, pupil, register, by_hand) values (?, ?, 1, false)"
                connection.exec_driver_sql(facts, (seen.photo, PUPIL))
            consents.withdraw(living.workspace, Role.COMMUNICATIONS, PUPIL, None, "a form")
    assert update_for_use(living.workspace) == 1
    now = living.copy(seen.photo)
    assert in_for_use(living) == ({f"for-use/{now.name}": living.stored()[now.name]} if way == "redrawn" else {})
    assert update_for_use(living.workspace) == 0


@pytest.mark.parametrize("way", ["ran out", "no faces"])
def test_a_copy_leaves_where_a_consent_ended_by_itself_and_is_not_passed_again(living: Reviewing, way: str) -> None:
    """Nobody acts when a day ends or a setting changes; staff would go on taking the copy."""
    living.add_pupil()
    seen = passed(living)
    with living.workspace.database.write() as connection:
        write_shown(connection, seen.photo, [Shown(PUPIL, is_by_hand=True)], 1)
    assert open_ended(living.workspace) == 0
    settings = living.workspace.settings
    match way:
        case "ran out":
            answer = NewAnswer(settings.purposes[0], ConsentState.GIVEN, None, living.workspace.today())
            for purpose in settings.purposes:
                consents.set_answer(living.workspace, Role.COMMUNICATIONS, PUPIL, replace(answer, purpose=purpose))
            assert open_ended(living.workspace) == 0, "its last day is not over"
            living.clock.go(days=1)
        case _:
            object.__setattr__(settings, "shows_faces", False)
    (task,) = (task for task in daily(living.workspace) if task.name == "consents ended")
    task.act()
    assert update_for_use(living.workspace) == 1 and not in_for_use(living)
    (entry,) = living.events("review.decided")[1:]
    assert (entry.fact("decision"), entry.fact("cause"), entry.fact("by")) == ("reopened", "consent-ended", "system")
    with pytest.raises(review.NotShowable, match="a consent ended"):
        review.decide(living.workspace, seen, Decision.FIT, RAE)
    assert open_ended(living.workspace) == 0


def test_a_copy_that_may_name_somebody_leaves_with_the_permission_and_is_not_passed_before_it_is_read(
    living: Reviewing, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was made before anybody wrote down whom a copy names, so that no change of the register recalls it."""
    workspace, office = living.workspace, Role.COMMUNICATIONS
    adult = adults.add_adult(workspace, office, AdultKind.STAFF, "Greta", "Ashdown").number
    given, taken_back = (
        [NewAnswer(purpose, state, source="a letter") for purpose in workspace.settings.purposes]
        for state in (ConsentState.GIVEN, ConsentState.WITHDRAWN)
    )
    for answer in given:
        adults.permit(workspace, office, adult, answer)
    seen = passed(living)
    with workspace.database.write() as connection:
        connection.execute(photos.update().values(names_known=False, judged="[[[1,1],[9,1],[9,9]]]"))
    assert open_ended(workspace) == 0 and in_for_use(living)
    adults.permit(workspace, office, adult, taken_back[0])
    leave_for_use(workspace)
    assert not in_for_use(living)
    assert "1 passed photo must be looked at again and may not be used until then" in capsys.readouterr().err
    with pytest.raises(review.MayName, match=f"redact cover {short_id(seen.photo)} --again"):
        review.decide(workspace, seen, Decision.FIT, RAE)
    adults.permit(workspace, office, adult, given[0])
    review.decide(workspace, seen, Decision.FIT, RAE)
    assert open_ended(workspace) == 0


@pytest.mark.parametrize("call", ["put", "remove"])
def test_what_was_cut_off_anywhere_is_gone_on_with(
    living: Reviewing, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = living.store_one()
    review.decide(living.workspace, seen, Decision.FIT, RAE)
    if call == "remove":
        update_for_use(living.workspace)
        review.reopen(living.workspace, seen, RAE)
    for is_before in (True, False):
        real = getattr(LocalTrust, call)

        def cut(self: LocalTrust, *arguments: object, is_before: bool = is_before, real: object = real) -> None:
            if not is_before:
                real(self, *arguments)  # type: ignore[operator]
            raise KeyboardInterrupt

        with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt):
            patched.setattr(LocalTrust, call, cut)
            update_for_use(living.workspace)
        if call == "put":  # between the two, another person takes the decision back: what lies there must go
            review.reopen(living.workspace, seen, RAE)
            update_for_use(living.workspace)
            assert not in_for_use(living)
            review.decide(living.workspace, seen, Decision.FIT, RAE)
    update_for_use(living.workspace)
    assert len(in_for_use(living)) == (1 if call == "put" else 0) and update_for_use(living.workspace) == 0


def put_pipe(place: Path) -> None:
    place.unlink()
    os.mkfifo(place)


def test_what_cannot_be_mended_there_hides_no_other_copy(living: Reviewing) -> None:
    """A folder lies in its place; the newest is looked at first, and what is wrong with the oldest is still found."""
    oldest = living.store_one(calm_jpeg(7), "a.jpg")
    living.clock.go(minutes=1)
    passed(living, calm_jpeg(8), "b.jpg")
    trust = living.workspace.settings.trust_folder
    assert trust is not None
    (name,) = in_for_use(living)
    (trust / name).unlink()
    (trust / name).mkdir()
    (trust / (living.photo(oldest.photo).output_name or "")).unlink()
    for _ in range(3):
        living.clock.go(days=30)
        go_on(living.workspace, STORAGE)
    assert [event.fact("photo") for event in living.events("storage.differs")] == [oldest.photo]


def test_the_check_counts_and_mends_what_staff_did_there(living: Reviewing) -> None:
    seen = passed(living)
    trust = living.workspace.settings.trust_folder
    assert trust is not None
    (name,) = before = in_for_use(living)
    for act in (lambda: (trust / name).write_bytes(b"edited"), (trust / name).unlink, lambda: put_pipe(trust / name)):
        act()
        living.clock.go(days=30)
        go_on(living.workspace, STORAGE)
        assert in_for_use(living) == before
    living.clock.go(days=30)
    go_on(living.workspace, STORAGE)
    ends = [event for event in living.events("storage") if event.kind.value == "storage.checked"]
    assert [(end.fact("checked"), end.fact("differs"), end.fact("missing")) for end in ends] == [
        (1, 1, 0), (1, 0, 1), (1, 0, 1), (1, 0, 0),
    ]  # fmt: skip
    assert living.photo(seen.photo).output == seen.output and not living.events("storage.differs")


def test_a_new_name_of_its_event_moves_it_and_nothing_else(living: Reviewing) -> None:
    seen = passed(living)
    before = living.copy(seen.photo).name
    (event,) = read_events(living.workspace)
    assert f"/event-{event.id}/" in before
    name_event(living.workspace, event.id, "Sports day", RAE)
    assert update_for_use(living.workspace) == 1
    (name,) = in_for_use(living)
    assert "/sports-day/" in name and living.copy(seen.photo).name == before
    later = living.store_one(name="b.jpg", content=None)
    assert later == seen, "the same picture is the same photo"


def test_a_copy_that_is_not_what_was_stored_is_not_put_there(living: Reviewing) -> None:
    seen = living.store_one()
    review.decide(living.workspace, seen, Decision.FIT, RAE)
    trust = living.workspace.settings.trust_folder
    assert trust is not None
    (trust / living.copy(seen.photo).name).write_bytes(b"the photo, bare")
    with pytest.raises(Exception, match="is not the copy that was made"):
        update_for_use(living.workspace)
    assert not in_for_use(living)


def test_a_storage_that_is_out_is_tried_again(living: Reviewing) -> None:
    seen = living.store_one()
    review.decide(living.workspace, seen, Decision.FIT, RAE)
    trust = living.workspace.settings.trust_folder
    assert trust is not None
    trust.rename(trust.with_name("away"))
    with pytest.raises(TrustFault):
        update_for_use(living.workspace)
    trust.with_name("away").rename(trust)
    assert update_for_use(living.workspace) == 1 and len(in_for_use(living)) == 1


def test_without_the_folder_what_lies_there_goes(living: Reviewing, monkeypatch: pytest.MonkeyPatch) -> None:
    passed(living)
    settings = living.workspace.settings
    object.__setattr__(settings, "for_use", False)
    assert update_for_use(living.workspace) == 1 and not in_for_use(living)
    assert update_for_use(living.workspace) == 0
    object.__setattr__(settings, "for_use", True)
    assert update_for_use(living.workspace) == 1 and len(in_for_use(living)) == 1


def test_one_at_a_time(living: Reviewing, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = living.store_one()
    review.decide(living.workspace, seen, Decision.FIT, RAE)
    monkeypatch.setattr(for_use, "_WAIT_S", 0.0)
    with hold_lock(living.workspace.settings.folder / "for-use.lock"):
        assert update_for_use(living.workspace) == 0 and not in_for_use(living)
    assert update_for_use(living.workspace) == 1
