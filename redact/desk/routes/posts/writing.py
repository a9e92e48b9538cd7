"""Write a post, part by part, each with a form of its own: choose photos, site, caption, texts, questions; send it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from starlette.responses import RedirectResponse, Response

from redact.desk import answers
from redact.desk.asked import FormFault, read_number
from redact.desk.pages.posts.writing import TITLES, show_writing
from redact.desk.pages.queue import Card, read_key, show_choice_cards
from redact.desk.routes.posts.reading import find_post, read_post_number
from redact.desk.visit import Form, Visit
from redact.errors import UsageError
from redact.posts import queue
from redact.posts.approving.details import read_details
from redact.posts.changes import Seen
from redact.posts.queue import Filter, Standing
from redact.posts.writing import discarding, drafting
from redact.posts.writing.discarding import Discard
from redact.posts.writing.drafting import EditedMeanwhile
from redact.posts.writing.questions import QUESTIONS
from redact.posts.writing.values import Part, Weight
from redact.store.people import EVERY_SCHOOL
from redact.store.posts.posts import Draft, read_post
from redact.store.posts.sites import list_sites
from redact.store.posts.values import Answer, Post, PostPhoto, PostState
from redact.system.clock import print_moment


def show_choice(visit: Visit) -> Response:
    """Draw the passed copies, to be ticked for a new post or for one that is being written."""
    workspace = visit.desk.workspace
    wanted = Filter(Standing.FIT, visit.schools, visit.query.get("school") or None)
    page = queue.read_page(workspace, wanted, read_key(visit.query.get("after", "")))
    into = visit.query.get("post", "")
    number = read_number(into) if into else 0
    cards: tuple[Card, ...] = show_choice_cards(page, workspace.settings.zone)
    more = "" if page.after is None else f"/posts/new?after={'~'.join(page.after)}{f'&post={number}' if number else ''}"
    schools = _schools(visit)
    return answers.page(visit, "posts_new.html", cards=cards, more=more, into=number, schools=schools)


def begin(visit: Visit) -> Response:
    """Begin a post with what was ticked, or without a photo."""
    schools, school = _schools(visit), visit.form.get("school")
    if school not in schools:
        school = schools[0]
    number = drafting.start(visit.desk.workspace, _ticked(visit), school, visit.actor)
    return RedirectResponse(f"/posts/{number}", 303)


def add_photos(visit: Visit) -> Response:
    """Put further copies at the end of a post."""
    post = _mine(visit)
    if post is None:
        return answers.not_found(visit)
    known = {photo.photo for photo in post.photos}
    fresh = tuple(PostPhoto(seen.photo, seen.output) for seen in _ticked(visit) if seen.photo not in known)
    return _edit(visit, post, post.edition, replace(_draft(post), photos=(*post.photos, *fresh)))


def send_passed(visit: Visit) -> Response:
    """Send a small picture of a copy that a reviewer passed."""
    workspace = visit.desk.workspace
    photo = queue.read_photo(workspace, visit.parts["photo"], visit.schools)
    if photo is None or not drafting.is_passed_by_row(photo) or photo.output != visit.parts["output"]:
        return answers.not_found(visit)
    small = visit.desk.thumbnails.make(workspace.trust, str(photo.output_name), str(photo.output))
    return Response(small, media_type="image/jpeg")


def show_part(visit: Visit) -> Response:
    """Draw the form of one part."""
    post, part = _mine(visit), visit.parts["part"]
    if post is None or part not in {each.value for each in TITLES}:
        return answers.not_found(visit)
    return _draw_part(visit, post, part)


def _draw_part(visit: Visit, post: Post, part: str, *, is_stale: bool = False) -> Response:
    """Draw a form; where it is stale, what was typed stands in it, over a post that another window has changed."""
    workspace = visit.desk.workspace
    details = read_details(workspace, post)
    with workspace.database.read() as connection:
        findings, sites = drafting.look(workspace, connection, post), list_sites(connection)
    settings, now = workspace.settings, print_moment(workspace.now())
    view = show_writing(details, findings, sites, settings.company_details, now, settings.zone)
    found = [each for each in findings if each.part.value == part and each.quote]
    drawn = {"view": view, "part": part, "title": TITLES[Part(part)], "found": found, "is_stale": is_stale}
    return answers.page(visit, "post_part.html", 409 if is_stale else 200, **drawn)


def write_part(visit: Visit) -> Response:
    """Write one part, and go back to the task list."""
    post, part = _mine(visit), visit.parts["part"]
    if post is None or part not in _READERS:
        return answers.not_found(visit)
    draft = _READERS[part](post, visit.form)
    try:
        return _edit(visit, post, read_number(visit.form.get("edition")), draft)
    except EditedMeanwhile:
        if part not in _TYPED:
            raise
        typed = replace(post, caption=draft.caption, questions=draft.questions, photos=draft.photos)
        return _draw_part(visit, typed, part, is_stale=True)


def confirm(visit: Visit) -> Response:
    """Write down that something that the check asks about is all right."""
    post, key = _mine(visit), visit.form.get("key")
    if post is None:
        return answers.not_found(visit)
    workspace = visit.desk.workspace
    with workspace.database.read() as connection:
        asked = {each.key for each in drafting.look(workspace, connection, post) if each.weight is Weight.ASKS}
    if key not in asked:
        raise UsageError("The check does not ask that any more. Nothing was changed.")
    given = dict(post.questions) | {key: Answer(is_yes=True)}
    draft = replace(_draft(post), questions=tuple(given.items()))
    return _edit(visit, post, read_number(visit.form.get("edition")), draft)


def propose(visit: Visit) -> Response:
    """Send a post to a headteacher."""
    post = _mine(visit)
    if post is None:
        return answers.not_found(visit)
    edition = read_number(visit.form.get("edition"))
    if post.state is not PostState.PROPOSED or post.edition != edition:  # a second press finds it sent, as it stands
        drafting.propose(visit.desk.workspace, post.id, edition, visit.actor)
    return RedirectResponse(f"/posts/{post.id}", 303)


def withdraw(visit: Visit) -> Response:
    """Take a post back."""
    post = _mine(visit)
    if post is None:
        return answers.not_found(visit)
    drafting.withdraw(visit.desk.workspace, post.id, read_number(visit.form.get("edition")), visit.actor)
    return RedirectResponse(f"/posts/{post.id}", 303)


def discard(visit: Visit) -> Response:
    """Discard a draft that nobody wants."""
    number, cause = read_post_number(visit), visit.form.get("cause")
    with visit.desk.workspace.database.read() as connection:
        is_known = number is not None and read_post(connection, number, visit.schools) is not None
    if number is None or not is_known:
        return answers.not_found(visit)
    if cause and cause not in {each.value for each in Discard}:
        return answers.refuse(visit, "form")
    discarding.discard(
        visit.desk.workspace,
        number,
        visit.actor,
        cause=Discard(cause) if cause else None,
        edition=read_number(visit.form.get("edition")),
        schools=visit.schools,
    )
    return RedirectResponse("/posts?state=draft", 303)


def _mine(visit: Visit) -> Post | None:
    """Return the post of the address where this person writes it; None for everybody else."""
    post = None if read_post_number(visit) is None else find_post(visit)
    is_open = post is not None and post.state not in {PostState.POSTED, PostState.DOWN}
    return post if post is not None and is_open and post.author.tag == visit.who.tag else None


def _edit(visit: Visit, post: Post, edition: int, draft: Draft) -> Response:
    drafting.edit(visit.desk.workspace, post.id, edition, draft, visit.actor)
    return RedirectResponse(f"/posts/{post.id}", 303)


def _draft(post: Post) -> Draft:
    return Draft(post.site, post.caption, post.questions, post.photos)


def _ticked(visit: Visit) -> tuple[Seen, ...]:
    """Return the copies that were ticked, each of this person's schools.

    Raises:
        FormFault: no page of ours sends that.
        UsageError: one is not there.
    """
    found = []
    for text in visit.form.fields.get("copy", ()):
        photo, _, output = text.partition("-")
        known = queue.read_photo(visit.desk.workspace, photo, visit.schools)
        if not output or len(text) > 200:
            raise FormFault
        if known is None:
            raise UsageError("One of these photos is not there any more. Nothing was changed.")
        found.append(Seen(photo, output))
    return tuple(found)


def _schools(visit: Visit) -> tuple[str, ...]:
    """Return the schools that this person may write for; "": the trust."""
    if visit.schools is not None:
        return tuple(sorted(visit.schools))
    return (EVERY_SCHOOL, *visit.desk.workspace.settings.schools)


# -- what the form of each part says --


def _read_photos(post: Post, form: Form) -> Draft:
    """Return the photos in the order that was given, without those that were taken out."""
    out = {*form.fields.get("out", ())}
    left = [photo for photo in post.photos if photo.photo not in out]
    places = {photo.photo: form.get(f"place-{photo.photo}") for photo in left}
    order = {each: int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 99
             for each, text in places.items()}  # fmt: skip
    return replace(_draft(post), photos=tuple(sorted(left, key=lambda photo: order[photo.photo])))


def _read_site(post: Post, form: Form) -> Draft:
    return replace(_draft(post), site=form.get("site") or None)


def _read_caption(post: Post, form: Form) -> Draft:
    return replace(_draft(post), caption=tidy(form.get("caption")))


def _read_alts(post: Post, form: Form) -> Draft:
    asked = {photo.photo: f"alt-{photo.photo}" for photo in post.photos}
    photos = (
        replace(photo, alt=" ".join(tidy(form.get(asked[photo.photo])).split()))
        if asked[photo.photo] in form.fields
        else photo  # put in by another window meanwhile
        for photo in post.photos
    )
    return replace(_draft(post), photos=tuple(photos))


def _read_questions(post: Post, form: Form) -> Draft:
    known = {question.id for question in QUESTIONS}
    given = {
        question.id: Answer(form.get(f"yes-{question.id}") == "yes", tidy(form.get(f"words-{question.id}")))
        for question in QUESTIONS
        if f"asked-{question.id}" in form.fields
    }
    kept = {key: answer for key, answer in post.questions if key not in known or key not in given}
    return replace(_draft(post), questions=tuple((kept | given).items()))


def tidy(text: str) -> str:
    """Return a text as it is kept: one kind of line end, plain spaces, nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\N{NO-BREAK SPACE}", " ").strip()


_TYPED: Final = frozenset({Part.CAPTION, Part.ALT, Part.QUESTIONS})  # words that would be lost with a refusal
_READERS: Final[Mapping[str, Callable[[Post, Form], Draft]]] = {
    Part.PHOTOS: _read_photos,
    Part.SITE: _read_site,
    Part.CAPTION: _read_caption,
    Part.ALT: _read_alts,
    Part.QUESTIONS: _read_questions,
}
