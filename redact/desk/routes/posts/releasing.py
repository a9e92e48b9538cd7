"""Put a post out, hand out its files, take the link back, say that it is down, report it."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from starlette.responses import RedirectResponse, Response

from redact.desk import answers
from redact.desk.asked import check_looked
from redact.desk.pages.frame import TAKE_DOWN_READERS
from redact.desk.routes.posts.reading import draw_post, find_post, read_post_number
from redact.desk.visit import Visit
from redact.errors import UsageError
from redact.posts.approving.details import read_details
from redact.posts.releasing import posted
from redact.posts.releasing.files import picture_name
from redact.posts.releasing.release import Poster, release, released_files
from redact.posts.take_downs.report import report_post
from redact.posts.take_downs.reports import REPORTS
from redact.store.posts.values import Post, PostState

_DAY: Final = (2000, 1, 1, 0, 0, 0)  # of every file in the archive: when it was made says nothing


def put_out(visit: Visit) -> Response:
    """Release a post exactly as the form says it was seen."""
    post = find_post(visit)
    if post is None:
        return answers.not_found(visit)
    release(visit.desk.workspace, post.id, visit.form.get("content"), poster_of(visit))
    return _here(post)


def send_archive(visit: Visit) -> Response:
    """Send all files of a released post as one, under neutral names, proved to be the approved ones."""
    post = find_post(visit)
    if post is None or post.state is not PostState.RELEASED:
        return answers.not_found(visit)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:  # pictures are compressed already
        for name, file in released_files(visit.desk.workspace, post).items():
            archive.writestr(zipfile.ZipInfo(f"{post.ref}/{name}", _DAY), file)
    return _download(content.getvalue(), "application/zip", f"{post.ref}.zip")


def send_file(visit: Visit) -> Response:
    """Send one picture of a released post, proved to be the approved one."""
    post, place = find_post(visit), visit.parts["place"]
    if post is None or post.state is not PostState.RELEASED or not place.isascii() or not place.isdecimal():
        return answers.not_found(visit)
    name = picture_name(int(place[:4]))
    found = released_files(visit.desk.workspace, post).get(name)
    return answers.not_found(visit) if found is None else _download(found, "image/jpeg", name)


def take_link(visit: Visit) -> Response:
    """Write down where a released post stands."""
    number, link = read_post_number(visit), visit.form.get("link")
    if number is None:
        return answers.not_found(visit)
    is_sure, content = visit.form.get("sure") == "yes", visit.form.get("content")
    try:
        posted.mark_posted(visit.desk.workspace, number, content, link, poster_of(visit), is_sure=is_sure)
    except UsageError as error:
        post = find_post(visit)
        if post is not None and _stands_there(post, content, link):
            return _here(post)  # a second press
        if post is None or post.state is not PostState.RELEASED:
            raise
        details = read_details(visit.desk.workspace, post)
        return draw_post(visit, details, {"link": str(error)}, 422, link[:500])
    return RedirectResponse(f"/posts/{number}", 303)


def end(visit: Visit) -> Response:
    """Write down the poster's word that a post stands nowhere any more."""
    post = find_post(visit)
    if post is None:
        return answers.not_found(visit)
    check_looked(visit.form)
    posted.attest_down(visit.desk.workspace, post.id, poster_of(visit))
    return _here(post)


def report(visit: Visit) -> Response:
    """Put a post on the take-down list."""
    post, reason = find_post(visit), visit.form.get("reason")
    if post is None:
        return answers.not_found(visit)
    errors = {} if reason in REPORTS else {"reason": "Choose what is wrong with it"}
    number = 0
    if not errors:
        try:
            note = visit.form.get("report-note")
            number = report_post(visit.desk.workspace, post.id, reason, visit.actor, note=note, schools=visit.schools)
        except UsageError as error:
            errors = {"report-note": str(error)}
    if errors:
        return draw_post(visit, read_details(visit.desk.workspace, post), errors, 422)
    return answers.written_down(f"/take-downs/{number}" if visit.has(*TAKE_DOWN_READERS) else "/posts")


def poster_of(visit: Visit) -> Poster:
    """Return this person as one who puts posts out, on a route that is open to posters alone."""
    return Poster(visit.actor, visit.schools)


def _stands_there(post: Post, content: str, link: str) -> bool:
    return post.state is PostState.POSTED and post.content == content and post.link == link.strip()


def _here(post: Post) -> Response:
    return RedirectResponse(f"/posts/{post.id}", 303)


def _download(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
