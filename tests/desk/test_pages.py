"""Pages as values: no kind, action, role or standing without its words, and nothing left out of a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from redact.audit.roles import PERSON_ROLES
from redact.desk.pages import words
from redact.desk.pages.home import Lot, list_tasks
from redact.desk.pages.posts.listing import Waiting, list_post_tasks
from redact.desk.pages.queue import address, describe_places, read_key
from redact.desk.pages.registers.tasks import Waiting as Register
from redact.desk.pages.registers.tasks import list_lines
from redact.posts.plans import PlannedPlace, read_places
from redact.posts.queue import Filter, Standing
from redact.redaction.plans import print_plan
from redact.redaction.values import Action, Kind, Region
from redact.workspace.schools import place_name


def place(kind: Kind, action: Action) -> PlannedPlace:
    return PlannedPlace(1, kind, action, "reason", ())


def test_everything_has_its_words() -> None:
    assert set(words.KINDS) == set(Kind) and set(words.ACTIONS) == set(Action)
    assert set(words.STANDINGS) == set(words.MEANINGS) == set(Standing)
    assert set(words.ROLES) == set(PERSON_ROLES)


def test_a_bare_place_in_doubt_is_told_and_not_counted_as_covered() -> None:
    face, name, bare = (
        place(Kind.FACE, Action.COVERED),
        place(Kind.NAME, Action.ASK),
        place(Kind.FACE, Action.MAYBE),
    )
    assert describe_places((face, name)) == "1 face and 1 name covered"
    assert describe_places((face, face, bare)) == "2 faces covered, 1 place in doubt and left bare"
    assert describe_places((bare,)) == "1 place in doubt and left bare"
    assert describe_places((face, place(Kind.FACE, Action.SHOWN))) == "1 face covered, 1 face shown"
    shown = (place(Kind.FACE, Action.SHOWN), place(Kind.NAME, Action.SHOWN))  # lifted: no task to read it
    assert describe_places(shown) == "1 face and 1 name shown"
    nobody = replace(place(Kind.FACE, Action.SHOWN), is_nobody=True)  # a person said so: no face is shown there
    assert describe_places((face, nobody, nobody)) == "1 face covered, 2 places with nobody"
    assert describe_places(()) == "Nothing found"


@pytest.mark.parametrize(("pupil", "said"), [("", "1 place with nobody"), ("N999123425000", "1 face shown")])
def test_a_cover_that_was_lifted_because_it_is_no_person_shows_no_face(pupil: str, said: str) -> None:
    lifted = Region(Kind.FACE, Action.SHOWN, ((0, 0), (9, 0), (9, 9)), 0.9, "said so", pupil=pupil, is_by_hand=True)
    assert describe_places(read_places(print_plan((lifted,)), (20, 20), (20, 20))) == said


def test_what_waits_stands_first_and_leads_to_its_photos() -> None:
    tasks = list_tasks({Standing.TO_REVIEW: 1200, Standing.RECALLED: 1}, may_decide=True)
    assert [task.title for task in tasks[:2]] == ["See to recalled copies", "Review photos"]
    assert [task.status for task in tasks[:3]] == ["1 photo", "1,200 photos", "Nothing to do"]
    assert tasks[0].is_urgent and tasks[1].href == "/photos/next?standing=to-review"


def test_the_office_is_not_asked_to_do_what_a_reviewer_does() -> None:
    waiting = list_tasks({Standing.TO_REVIEW: 3, Standing.HELD: 1}, may_decide=False)
    assert [task.title for task in waiting if task.is_waiting] == ["See to held photos"]
    there = next(task for task in waiting if task.title == "Photos for a reviewer")
    assert there.href == "/photos?standing=to-review" and there.status == "3 photos"


def test_a_draft_that_was_begun_is_a_task_that_leads_to_it_and_not_to_a_new_post() -> None:
    def task_of(waiting: Waiting) -> tuple[str, ...]:
        return tuple(f"{task.title}: {task.status}" for task in list_post_tasks(waiting) if task.is_waiting)

    assert task_of(Waiting(None, sent_back=0, drafts=Lot(2))) == ("Go on with your drafts: 2 posts",)
    assert task_of(Waiting(None, sent_back=1, drafts=Lot(1, "/posts/7"))) == (
        "1 post came back to you: 1 post",
    )  # told once
    (begun,) = [task for task in list_post_tasks(Waiting(None, 0, Lot(1, "/posts/7"))) if task.is_waiting]
    assert begun.href == "/posts/7"
    (begun, *_) = list_post_tasks(Waiting(None, 0, Lot(2)))[1:]
    assert begun.href == "/posts?state=draft"
    assert task_of(Waiting(None, sent_back=None)) == task_of(Waiting(to_approve=Lot(0))) == ()


def test_the_one_that_waits_alone_is_opened_and_several_are_listed() -> None:
    def there(lot: Lot) -> str:
        lines = list_lines(Register(take_downs=lot))
        return next(line.href for line in lines if line.title == "Take posts down")

    assert there(Lot.of(["/take-downs/7"])) == "/take-downs/7"
    assert there(Lot.of(["/take-downs/7", "/take-downs/8"])) == there(Lot.of([])) == "/take-downs"
    approving = (list_post_tasks(Waiting(lot))[0].href for lot in (Lot(1, "/posts/7"), Lot(2), Lot(0)))
    assert tuple(approving) == ("/posts/7", "/posts?state=proposed", "/posts?state=proposed")
    held = (list_tasks({Standing.HELD: number}, may_decide=False) for number in (1, 2))
    assert [tasks[0].href for tasks in held] == ["/photos/next?standing=held", "/photos?standing=held"]


def test_a_consent_is_called_as_people_call_it() -> None:
    assert words.call_purpose("social-media") == "Social media"
    assert words.call_purpose("parents-evening") == "Parents evening"  # one of the school's own


@pytest.mark.parametrize("text", ["", "~", "x", "2026~zz", "~" + "g" * 64, "a" * 30 + "~" + "0" * 64])
def test_nonsense_is_no_place_in_the_queue(text: str) -> None:
    assert read_key(text) is None


def test_an_address_keeps_what_is_looked_at() -> None:
    key = ("2026-09-07T12:00:00.000Z", "0" * 64)
    there = address("/photos", Filter(Standing.ASKS, None, device="cam-1"), key)
    assert there.startswith("/photos?standing=asks&device=cam-1&after=2026-09-07") and "school" not in there
    assert read_key("~".join(key)) == key


def test_times_and_places_are_told_as_people_read_them() -> None:
    assert words.when("2026-09-07T13:45:12.345Z", UTC) == "07/09/2026 13:45"
    assert place_name("redact/st-marys-primary") == "St Marys Primary"
    assert place_name("redact/the-school-of-the-oak") == "The School of the Oak"
