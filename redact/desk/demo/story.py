"""What lies ready at the desk of a demo, and the walk that is printed: each role's task list has something in it.

Nothing here is played: the acts are those of every day, done by the made-up people, and each stands in the audit log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from redact.audit.events import person_tag
from redact.audit.kinds import Role
from redact.desk.file_key import file_key_of
from redact.desk.visit import Desk
from redact.errors import RedactError
from redact.posts import duties, review
from redact.posts.changes import Changes, HandLift, RedrawState, Seen
from redact.posts.originals import sealed_header
from redact.posts.plans import PlannedPlace, places_of
from redact.posts.queue import read_photo
from redact.posts.review import Decision
from redact.posts.sites.register import Approval, add_site, approve_site, check_site, known_site
from redact.posts.sites.safeguards import SAFEGUARDS
from redact.posts.writing import drafting
from redact.posts.writing.questions import QUESTIONS
from redact.pupils.consent import State
from redact.redaction.answers.values import LiftCause
from redact.redaction.values import Action, Kind
from redact.registers.consents import NewAnswer, set_answer
from redact.store.posts.posts import Draft
from redact.store.posts.sites import Account
from redact.store.posts.values import Answer, PostPhoto
from redact.store.queue import QueuedPhoto
from redact.system.clock import local_day
from redact.workspace.ids import Actor
from redact.workspace.keys import AWAY_FOLDER
from redact.workspace.open import Workspace

SITE: Final = "facebook-demo"
LINK: Final = "https://www.facebook.com/demo-school/posts/1"  # what the walk has pasted: nothing is sent anywhere
PUPIL: Final = "C999123425001"  # of sample_images/roll.csv: made up, as everybody there
_PURPOSE: Final = "social-media"
_CAPTION: Final = "Space week has begun: every class builds a rocket of its own."
_ALT: Final = "Dressed as an astronaut, smiling at the camera, with a model of a space shuttle behind"
_ANSWERS: Final = {"copyright": "The picture is in the public domain"}
_APPROVED_FOR: Final = timedelta(days=200)
_REDRAW_S: Final = 300.0  # seconds; a redraw takes two on a quiet machine, and this one may still load its models


@dataclass(frozen=True, slots=True)
class Story:
    """What lies ready."""

    post: int  # the draft
    photo: str  # on it


def prepare_story(desk: Desk, photo: str) -> Story:
    """Put a policy in force, approve a site, show one pupil with consent on a photo, pass it, and write a draft.

    Args:
        desk: open, with the made-up people.
        photo: the id of a stored photo with a covered face.

    Raises:
        RedactError: one of these acts was refused.
    """
    workspace = desk.workspace
    today = workspace.today()
    head, office = made_up(workspace, Role.HEADTEACHER), made_up(workspace, Role.COMMUNICATIONS)
    duties.adopt_policy(workspace, f"{today:%Y-%m}", duties.review_day(today), made_up(workspace, Role.CEO))
    _approve_site(workspace, head)
    seen = _show_pupil(desk, photo)
    review.decide(workspace, seen, Decision.FIT, made_up(workspace, Role.REVIEWER))
    return Story(_write_draft(workspace, seen, office), photo)


def walk(url: str, workspace: str) -> tuple[str, ...]:
    """Return the walk, one line per step.

    Args:
        url: of the desk.
        workspace: as a command's option takes it.
    """
    return (
        f"1. Open {url} and sign in as reviewer. Under Review photos look at the first one, then press Looks right.",
        "2. As communications (the office): say that you read the policy. Under Posts open the draft, and send it.",
        "3. As headteacher: open the post that waits. Say that you read the policy, look at the post, and approve it.",
        "4. As poster: say that you read the policy. Open the approved post, put it out, and save its picture.",
        f"   Nothing is sent anywhere: paste this as the place where it stands: {LINK}",
        f"5. A parent takes the consent back, in another terminal: {withdrawal(workspace)}",
        "6. As poster: under Take-downs open the post that must come down, and say that it is down.",
        f"7. Everything that happened is on record: redact audit verify --workspace {workspace}",
    )


def withdrawal(workspace: str) -> str:
    """Return the command that a parent's no is entered with."""
    return f"redact consent withdraw {PUPIL} --all --by communications --workspace {workspace}"


def made_up(workspace: Workspace, role: Role) -> Actor:
    """Return the made-up person of a role, as acts take them: their login is the role's name."""
    return Actor(role.value, person_tag(workspace.keys.tags, role.value))


def _approve_site(workspace: Workspace, head: Actor) -> None:
    until = local_day(workspace.now() + _APPROVED_FOR, workspace.settings.zone)
    account = Account(
        "facebook", "@demo-school", "https://www.facebook.com/demo-school", Role.POSTER.value, "", _PURPOSE, None, None
    )
    add_site(workspace, SITE, account)
    it = made_up(workspace, Role.IT_SERVICES_MANAGER)
    checked = check_site(workspace, known_site(workspace, SITE), dict.fromkeys(SAFEGUARDS, True), it)
    approve_site(workspace, checked, until, Approval(head, None))


def _show_pupil(desk: Desk, photo: str) -> Seen:
    """Enter a made-up parent's yes, and lift the cover of one face with the reviewer's key, as a reviewer would."""
    workspace, reviewer = desk.workspace, made_up(desk.workspace, Role.REVIEWER)
    ends = local_day(workspace.now() + _APPROVED_FOR, workspace.settings.zone)
    for purpose in sorted({*workspace.settings.purposes, _PURPOSE}):
        answer = NewAnswer(purpose, State.GIVEN, expires_on=ends, source="made up for the demo")
        set_answer(workspace, Role.COMMUNICATIONS, PUPIL, answer)
    key = (workspace.settings.folder / AWAY_FOLDER / "reviewer.key").read_bytes()
    number = _first_face(places_of(_queued(workspace, photo)))
    changes = Changes(lifts=(HandLift(number, LiftCause.CONSENT, PUPIL),))
    file_key = file_key_of(sealed_header(workspace, photo), key)
    asked = desk.redrawer.ask_with_original(_seen(workspace, photo), changes, file_key, reviewer)
    done = desk.redrawer.wait(asked, _REDRAW_S)
    if done is None or done.state is not RedrawState.DONE:
        why = "It took too long." if done is None else done.reason or "It took too long."
        raise RedactError(f"The copy for the demo's post was not drawn. {why} See: redact demo")
    return _seen(workspace, photo)


def _write_draft(workspace: Workspace, seen: Seen, office: Actor) -> int:
    number = drafting.start(workspace, [seen], "", office)
    answers = tuple((each.id, Answer(is_yes=True, words=_ANSWERS.get(each.id, ""))) for each in QUESTIONS)
    draft = Draft(SITE, _CAPTION, answers, (PostPhoto(seen.photo, seen.output, _ALT),))
    drafting.edit(workspace, number, 1, draft, office)
    return number


def _first_face(places: Sequence[PlannedPlace]) -> int:
    found = (n for n, place in enumerate(places, 1) if place.kind is Kind.FACE and place.action is Action.COVERED)
    number = next(found, 0)
    if not number:
        raise RedactError("On the demo's photo no face was covered. Please report this.")
    return number


def _queued(workspace: Workspace, photo: str) -> QueuedPhoto:
    found = read_photo(workspace, photo, None)
    if found is None:
        raise RedactError("The demo's photo is not in the workspace. See: redact status")
    return found


def _seen(workspace: Workspace, photo: str) -> Seen:
    return Seen(photo, str(_queued(workspace, photo).output))
