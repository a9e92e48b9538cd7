"""A redraw ends in a verified copy or changes nothing; what was covered by hand is never bare again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from models.findings import Box, Face, Polygon
from redact.audit.kinds import Kind as Entry
from redact.audit.kinds import Role
from redact.errors import UsageError
from redact.photos.superseded import remove_superseded
from redact.posts import redraw, review
from redact.posts.changes import ChangedMeanwhile, Changes, HandCover, HandLift, NeedsOriginal, RedrawState, Seen
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.redraws.redrawing import Redrawer
from redact.posts.review import Decision
from redact.pupils.consent import BIOMETRIC
from redact.redaction.answers.values import LiftCause
from redact.redaction.covers.masks import mask_of
from redact.redaction.covers.paint import Look, extent_of
from redact.redaction.covers.places import places_of
from redact.redaction.picture.decode import decode
from redact.redaction.plans import moved
from redact.redaction.values import WITHOUT_BLOCKS, Action, Kind, Style
from redact.registers.act import act_of
from redact.store.originals import note_kept
from redact.store.photos.recalls import is_recalled, list_recalls, list_shown_on
from redact.store.pupils import register
from redact.store.schema.tables import photos, versions
from redact.store.trust.storage import TrustFault
from redact.store.vault import VaultFault
from redact.system.machine import usable_cores
from redact.workers.job import Redaction, Showing, WorkerSetup
from tests.rigs.fakes import FixedFinder, finders
from tests.rigs.reviewing import (
    HEAD,
    OTHER_HEAD,
    PUPIL,
    RAE,
    TWIN,
    HerePool,
    Reviewing,
    calm_jpeg,
    open_reviewing,
)
from tests.rigs.waiting import LONGEST_S
from tests.rigs.workspaces import environment

CORNER = ((10.0, 10.0), (70.0, 10.0), (70.0, 60.0), (10.0, 60.0))


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Reviewing]:
    with open_reviewing(tmp_path) as found:
        yield found


def draw(living: Reviewing, seen: Seen, changes: Changes) -> Seen:
    """Ask for changes, have them drawn, and return the new copy."""
    with living.redrawer() as redrawer:
        done = redrawer.wait(redraw.ask(living.workspace, seen, changes, RAE), LONGEST_S)
    assert done is not None and done.state is RedrawState.DONE, done
    return living.seen(seen.photo)


def lift(living: Reviewing, seen: Seen, *lifts: HandLift, key: bytes | None = None) -> Seen:
    with living.redrawer() as redrawer:
        file_key = key or living.file_key(seen.photo)
        number = redrawer.ask_with_original(seen, Changes(lifts=lifts), file_key, RAE)
        done = redrawer.wait(number, LONGEST_S)
    assert done is not None and done.state is RedrawState.DONE, done
    return living.seen(seen.photo)


def is_hidden(living: Reviewing, photo: str, place: Polygon) -> bool:
    """Say whether a place, in pixels of the source, is covered on the copy that stands: by plan, and in its bytes."""
    copy = living.copy(photo)
    assert copy.size is not None and copy.shows is not None
    regions = [region for region in copy.plan if region.is_covered]
    mask = mask_of(copy.size, [moved(place, copy.size, copy.shows)], 0)
    extent = extent_of(places_of(regions, copy.size, copy.shows, WITHOUT_BLOCKS), Look(copy.style or Style.BLUR))
    there = decode(living.stored()[copy.name]).pixels
    before = decode(calm_jpeg()).pixels
    is_changed = there.shape != before.shape or abs(there.astype(int) - before)[mask].mean() > 2
    return bool(extent.must_hide[mask].all()) and is_changed


def test_a_cover_by_hand_is_drawn_logged_and_undone_to_the_very_copy_before(living: Reviewing) -> None:
    first = living.store_one()
    before = living.stored()
    drawn = draw(living, first, Changes((HandCover(CORNER, Kind.FACE),)))
    assert drawn.output != first.output and is_hidden(living, first.photo, CORNER)
    assert is_hidden(living, first.photo, HEAD.polygon)
    assert [event.kind for event in living.events()][-4:] == [
        Entry.COVER_ADDED,
        Entry.COPY_REDRAWN,
        Entry.PHOTO_VERIFIED,
        Entry.PHOTO_STORED,
    ]
    entry = living.events("copy.redrawn")[-1]
    assert (entry.fact("former"), entry.fact("covers"), entry.fact("lifts")) == (first.output, 1, 0)
    assert len(living.stored()) == 2, "the former copy is kept for undoing"
    [answer] = redraw.list_answers(living.workspace, first.photo)
    assert not answer.needs_original
    undone = draw(living, drawn, Changes(undone=(answer.id,)))
    assert undone == first
    remove_superseded(living.workspace)
    living.clock.go(hours=25)
    assert remove_superseded(living.workspace) == 1
    assert living.stored() == before
    living.check_record()


def test_the_one_picture_that_a_person_waits_for_has_all_cores(living: Reviewing) -> None:
    shares = []

    def open_pool(setup: WorkerSetup, workers: int) -> HerePool:
        shares.append((setup.threads, workers))
        return living.pool

    first = living.store_one()
    with Redrawer(living.workspace, WorkerSetup(Path()), open_pool) as redrawer:
        number = redraw.ask(living.workspace, first, Changes((HandCover(CORNER, Kind.FACE),)), RAE)
        redrawer.wait(number, LONGEST_S)
    assert shares == [(usable_cores(), 1)]


def test_one_former_copy_that_cannot_be_read_keeps_no_other_in_storage(living: Reviewing) -> None:
    first, other = living.store_one(), living.store_one(calm_jpeg(7), "b.jpg")
    former = [living.copy(each.photo).name for each in (first, other)]
    for each in (first, other):
        draw(living, each, Changes((HandCover(CORNER),)))
    living.clock.go(hours=25)
    path = next((living.workspace.settings.folder / "trust").rglob(former[0]))
    path.unlink()
    path.mkdir()
    with pytest.raises(TrustFault):
        remove_superseded(living.workspace)
    assert former[1] not in living.stored()


@pytest.mark.parametrize(
    "names_what", ["the standing copy, as another's bytes", "the standing copy", "another photo's"]
)
def test_a_row_that_calls_a_copy_a_former_one_has_nothing_removed(living: Reviewing, names_what: str) -> None:
    """By SQL alone, without a key: what stands in trust storage may be all that is left of a photo."""
    first, other = living.store_one(), living.store_one(calm_jpeg(7), "b.jpg")
    drawn = draw(living, first, Changes((HandCover(CORNER),)))
    copy, own = living.copy(first.photo), living.copy(other.photo)
    name, output = {
        "the standing copy, as another's bytes": (copy.name, "0" * 64),
        "the standing copy": (copy.name, drawn.output),
        "another photo's": (own.name, first.output),
    }[names_what]
    with living.workspace.database.write() as connection:
        connection.execute(update(versions).values(name=name, output=output))
        connection.execute(update(photos).values(output_name="0" * 24 + ".jpg"))
    before = living.stored()
    living.clock.go(hours=25)
    assert remove_superseded(living.workspace) == 0
    assert living.stored() == before and not living.events("copy.removed")


def test_a_second_cover_is_drawn_on_the_first_copy_and_each_can_be_undone(living: Reviewing) -> None:
    first = living.store_one()
    second = draw(living, first, Changes((HandCover(CORNER),)))
    far = ((250.0, 180.0), (300.0, 180.0), (300.0, 230.0), (250.0, 230.0))
    third = draw(living, second, Changes((HandCover(far),)))
    assert living.copy(first.photo).made_from == first.output
    one, _ = redraw.list_answers(living.workspace, first.photo)
    fourth = draw(living, third, Changes(undone=(one.id,)))
    assert is_hidden(living, first.photo, far) and not is_hidden(living, first.photo, CORNER)
    review.decide(living.workspace, fourth, Decision.FIT, RAE)
    assert remove_superseded(living.workspace, first.photo) == 3
    assert [*living.stored()] == [living.copy(first.photo).name]
    [left] = redraw.list_answers(living.workspace, first.photo)
    assert left.needs_original
    with pytest.raises(NeedsOriginal):
        redraw.ask(living.workspace, fourth, Changes(undone=(left.id,)), RAE)


boxes = st.builds(
    lambda x, y, w, h: (x, y, x + w, y + h), st.floats(0, 250), st.floats(0, 180), st.floats(8, 69), st.floats(8, 59)
)
WAYS = ("recall", "lost", "withdrawn", "style", "crop")


@pytest.mark.parametrize("way", WAYS)
def test_a_hand_cover_stays_whatever_happens_to_the_photo(living: Reviewing, way: str) -> None:
    living.add_pupil()
    seen = lift(living, living.store_one(), HandLift(1, LiftCause.CONSENT, PUPIL))
    draw(living, seen, Changes((HandCover(CORNER),)))
    go(living, seen.photo, way)
    assert is_hidden(living, seen.photo, CORNER)


@pytest.mark.slow
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(covers=st.lists(boxes, min_size=1, max_size=2), ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=3))
def test_what_was_covered_by_hand_is_never_bare_again(
    covers: list[tuple[float, float, float, float]], ways: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with open_reviewing(tmp_path_factory.mktemp("ways")) as living:
        living.add_pupil()
        seen = living.store_one()
        seen = lift(living, seen, HandLift(1, LiftCause.CONSENT, PUPIL))
        polygons = [Box(*cover).polygon for cover in covers]
        draw(living, seen, Changes(tuple(HandCover(polygon) for polygon in polygons)))
        for way in ways:
            go(living, seen.photo, way)
            for polygon in polygons:
                assert is_hidden(living, seen.photo, polygon), way


def go(living: Reviewing, photo: str, way: str) -> None:
    """Let something happen to a photo, and have its copy made again."""
    copy = living.copy(photo)
    if way == "style":
        draw(living, living.seen(photo), Changes(style=Style.SOLID))
    elif way == "crop" and copy.size is not None:
        width, height = copy.size
        if min(width, height) > 200:
            draw(living, living.seen(photo), Changes(crop=(0, 0, width - 4.0, height - 4.0)))
    elif way == "recall":
        recall_copy(living.workspace, living.seen(photo), RAE, RecallCause.OBJECTION)
        living.retry_with_key(photo)
    elif way == "withdrawn":
        act = act_of(living.workspace, Role.COMMUNICATIONS)
        with living.workspace.audit_log.writing() as entries:
            register.withdraw(entries, act, PUPIL, None, "letter")
        with living.workspace.database.read() as connection:
            is_back = is_recalled(connection, photo)
        if is_back:
            living.retry_with_key(photo)
            assert is_hidden(living, photo, HEAD.polygon)
    else:
        living.workspace.trust.remove(copy.name)
        with living.workspace.database.write() as connection:
            note_kept(connection, [photo])
        living.retry_with_key(photo)


def test_a_face_is_lifted_for_a_pupil_who_may_be_shown_and_listed_as_named_by_hand(living: Reviewing) -> None:
    living.add_pupil()  # no biometric consent: whom a person names nobody has to recognise
    first = living.store_one()
    lifted = lift(living, first, HandLift(1, LiftCause.CONSENT, PUPIL))
    [region] = living.copy(first.photo).plan
    assert (region.action, region.pupil, region.is_by_hand) == (Action.SHOWN, PUPIL, True)
    with living.workspace.database.read() as connection:
        assert [(each.upn, each.is_by_hand) for each in list_shown_on(connection, first.photo)] == [(PUPIL, True)]
    kinds = [event.kind for event in living.events()]
    assert kinds.index(Entry.ORIGINAL_OPENED) < kinds.index(Entry.COPY_REDRAWN) < kinds.index(Entry.COVER_LIFTED)
    entry = living.events("cover.lifted")[-1]
    assert (entry.fact("region"), entry.fact("cause")) == (1, "consent")
    assert PUPIL not in str(living.events())
    recall_copy(living.workspace, lifted, RAE, RecallCause.OBJECTION)
    living.retry_with_key(first.photo)
    assert [region.action for region in living.copy(first.photo).plan] == [Action.SHOWN], "a lift feeds a retry too"
    living.check_record()


def test_losing_the_consent_to_be_recognised_recalls_no_copy_on_which_a_person_named_the_pupil(
    living: Reviewing,
) -> None:
    living.add_pupil(PUPIL, BIOMETRIC)
    seen = lift(living, living.store_one(), HandLift(1, LiftCause.CONSENT, PUPIL))
    act = act_of(living.workspace, Role.COMMUNICATIONS)
    for purposes, number in (((BIOMETRIC,), 0), (living.workspace.settings.purposes, 1)):
        with living.workspace.audit_log.writing() as entries:
            register.withdraw(entries, act, PUPIL, purposes, "letter")
        with living.workspace.database.read() as connection:
            assert len(list_recalls(connection)) == number
    with pytest.raises(ChangedMeanwhile):
        review.decide(living.workspace, seen, Decision.FIT, RAE)


def test_a_lift_is_taken_back_without_the_original(living: Reviewing) -> None:
    first = living.store_one()
    bare = lift(living, first, HandLift(1, LiftCause.NOT_A_PERSON))
    [answer] = redraw.list_answers(living.workspace, first.photo)
    draw(living, bare, Changes(undone=(answer.id,)))
    assert is_hidden(living, first.photo, HEAD.polygon)
    assert not redraw.list_answers(living.workspace, first.photo)


def test_who_may_not_be_shown_is_not_lifted_and_no_original_is_opened(living: Reviewing) -> None:
    living.add_pupil()
    seen, key = living.store_one(), b""
    key = living.file_key(seen.photo)
    act = act_of(living.workspace, Role.COMMUNICATIONS)
    with living.workspace.audit_log.writing() as entries:
        register.set_never_show(entries, act, PUPIL, is_never_shown=True)
    with living.redrawer() as redrawer:
        for lifted in (
            HandLift(1, LiftCause.CONSENT, PUPIL),
            HandLift(1, LiftCause.CONSENT, TWIN),
            HandLift(1, LiftCause.CONSENT),
            HandLift(1, LiftCause.NOT_A_PERSON, PUPIL),
            HandLift(1, LiftCause.NOT_A_NAME),
            HandLift(2, LiftCause.NOT_A_PERSON),
        ):
            with pytest.raises(UsageError):
                redrawer.ask_with_original(seen, Changes(lifts=(lifted,)), key, RAE)
    assert not living.events("original.opened") and living.seen(seen.photo) == seen


def test_a_consent_that_goes_while_the_worker_draws_keeps_the_old_copy(living: Reviewing) -> None:
    living.add_pupil()
    seen = living.store_one()
    act = act_of(living.workspace, Role.COMMUNICATIONS)

    def withdraw(job: object) -> None:
        with living.workspace.audit_log.writing() as entries:
            register.withdraw(entries, act, PUPIL, None, "letter")

    living.pool.before = withdraw
    with living.redrawer() as redrawer:
        changes = Changes(lifts=(HandLift(1, LiftCause.CONSENT, PUPIL),))
        done = redrawer.wait(redrawer.ask_with_original(seen, changes, living.file_key(seen.photo), RAE), LONGEST_S)
    assert done is not None and done.state is RedrawState.FAILED and "may not be shown" in str(done.reason)
    assert living.seen(seen.photo) == seen and len(living.stored()) == 1
    assert not redraw.list_answers(living.workspace, seen.photo), "a lift counts only when its copy stands"


def test_a_wrong_key_opens_nothing_and_the_opening_is_on_record(living: Reviewing) -> None:
    seen = living.store_one()
    with living.redrawer() as redrawer:
        for key in (bytes(16), b"short"):
            with pytest.raises(VaultFault):
                redrawer.show_original(seen.photo, key, RAE)
        assert len(living.events("original.opened")) == 2
        for name in ("reviewer.key", "recovery.key"):
            picture = redrawer.show_original(seen.photo, living.file_key(seen.photo, name), RAE)
            assert decode(picture).size == (320, 240)
    assert isinstance(living.pool.jobs[-1], Showing)


def test_a_copy_that_does_not_pass_its_check_changes_nothing_but_the_cover_counts(tmp_path: Path) -> None:
    seen_again = Face(OTHER_HEAD, 0.9, "fixed")
    with open_reviewing(tmp_path) as living:
        seen = living.store_one()
        living.seeing.on_copies = lambda: finders(_Relentless((seen_again,)))
        with living.redrawer() as redrawer:
            number = redraw.ask(living.workspace, seen, Changes((HandCover(CORNER),)), RAE)
            done = redrawer.wait(number, LONGEST_S)
        assert done is not None and done.state is RedrawState.FAILED and "did not pass" in str(done.reason)
        assert living.seen(seen.photo) == seen and len(living.stored()) == 1
        assert redraw.under_way(living.workspace, seen.photo) == done
        living.retry_after_recall(seen)
        assert is_hidden(living, seen.photo, CORNER)


class _Relentless(FixedFinder):
    """Sees another face beside the last one each time it looks."""

    def find_sure(self, pixels: object) -> tuple[Face, ...]:
        self.looks += 1
        x0 = 270.0 - 48 * self.looks
        return tuple(replace(face, box=Box(x0, 150, x0 + 36, 190)) for face in self.faces)

    find = find_sure


def test_two_people_at_once_and_the_second_sees_that_it_changed(living: Reviewing) -> None:
    seen = living.store_one()
    number = redraw.ask(living.workspace, seen, Changes((HandCover(CORNER),)), RAE)
    with pytest.raises(ChangedMeanwhile):
        redraw.ask(living.workspace, seen, Changes((HandCover(HEAD.polygon),)), RAE)
    with living.redrawer() as redrawer:
        redrawer.wait(number, LONGEST_S)
    with pytest.raises(ChangedMeanwhile):
        redraw.ask(living.workspace, seen, Changes((HandCover(HEAD.polygon),)), RAE)


def test_a_copy_that_is_recalled_while_another_is_drawn_stays_recalled(living: Reviewing) -> None:
    seen = living.store_one()
    living.pool.before = lambda job: recall_copy(living.workspace, seen, RAE, RecallCause.OBJECTION)
    with living.redrawer() as redrawer:
        done = redrawer.wait(redraw.ask(living.workspace, seen, Changes((HandCover(CORNER),)), RAE), LONGEST_S)
    assert done is not None and done.state is RedrawState.FAILED
    assert living.seen(seen.photo) == seen and [*living.stored()] == [living.copy(seen.photo).name]


@pytest.mark.parametrize(
    "changes",
    [
        Changes((HandCover(((0, 0), (1, 1))),)),
        Changes((HandCover(((400, 300), (500, 300), (500, 400))),)),
        Changes((HandCover(((float("nan"), 0), (50, 0), (50, 50))),)),
        Changes((HandCover(CORNER, Kind.PLATE),)),
        Changes(covered=(1,)),
        Changes(dismissed=(9,)),
        Changes(style=Style.PICTURE),
        Changes(crop=(0, 0, 20, 20)),
    ],
)
def test_what_is_no_place_is_refused_and_nothing_is_written(living: Reviewing, changes: Changes) -> None:
    seen = living.store_one()
    with pytest.raises(UsageError):
        redraw.ask(living.workspace, seen, changes, RAE)
    assert redraw.under_way(living.workspace, seen.photo) is None
    assert not redraw.list_answers(living.workspace, seen.photo)


def test_another_schools_redraw_is_not_there(living: Reviewing) -> None:
    seen = living.store_one()
    number = redraw.ask(living.workspace, seen, Changes((HandCover(CORNER),)), RAE)
    assert redraw.read(living.workspace, number, frozenset({"elm"})) is None
    assert redraw.read(living.workspace, number, None) is not None


def test_no_original_is_ever_in_a_file(living: Reviewing) -> None:
    living.seeing.faces = (*living.seeing.faces, Face(OTHER_HEAD, 0.8, "fixed"))  # one stays covered
    content = calm_jpeg()
    middle = content[len(content) // 2 :][:200]
    seen = living.store_one(content)
    (living.devices["cam-office"] / "a.jpg").unlink()

    def look(job: object) -> None:
        files = [path for path in living.folder.rglob("*") if path.is_file()]
        assert files and not [path for path in files if middle in path.read_bytes()]

    living.pool.before = look
    lift(living, seen, HandLift(2, LiftCause.NOT_A_PERSON))
    job = living.pool.jobs[-1]
    assert isinstance(job, Redaction) and [each.cause for each in job.answers.lifts] == [LiftCause.NOT_A_PERSON]
    look(job)
    assert not [*living.workspace.settings.quarantine.glob("*.photo")]


CHILD = """
import sys, time
from pathlib import Path
from redact.posts.redraws.redrawing import Redrawer
from tests.rigs.reviewing import Reviewing, Seeing, HerePool
from tests.rigs.living import Clock
from redact.workers.job import WorkerSetup
from redact.workspace.open import open_workspace

where = sys.argv[2]
clock = Clock()
workspace = open_workspace(Path(sys.argv[1]), clock)
living = Reviewing(workspace, clock, Path(sys.argv[1]).parent)

def stop(*_):
    print("here", flush=True)
    time.sleep(300)

if where == "drawing":
    living.pool.before = stop
else:
    put = type(workspace.trust).put
    def put_and_stop(self, *args):
        put(self, *args)
        stop()
    type(workspace.trust).put = put_and_stop
with Redrawer(workspace, WorkerSetup(Path()), lambda setup, workers: living.pool):
    time.sleep(300)
"""


@pytest.mark.slow
@pytest.mark.parametrize("where", ["drawing", "put"])
def test_a_killed_redraw_is_taken_up_again_and_leaves_no_second_copy(living: Reviewing, where: str) -> None:
    seen = living.store_one()
    number = redraw.ask(living.workspace, seen, Changes((HandCover(CORNER),)), RAE)
    command = [sys.executable, "-c", CHILD, str(living.workspace.settings.folder), where]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment())  # noqa: S603
    assert child.stdout is not None and child.stdout.readline() == b"here\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert living.seen(seen.photo) == seen, "the old copy stands"
    with living.redrawer() as redrawer:
        done = redrawer.wait(number, LONGEST_S)
    assert done is not None and done.state is RedrawState.DONE
    assert is_hidden(living, seen.photo, CORNER)
    assert len(living.events("copy.redrawn")) == 1 and len(living.stored()) == 2
    living.check_record()
