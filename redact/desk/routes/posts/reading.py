"""Read posts: the list, one post, and its pictures, proved before they are sent."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection
from starlette.responses import Response

from redact.audit.kinds import Role
from redact.desk import answers
from redact.desk.asked import NUMBER
from redact.desk.pages.frame import NAME_READERS, POST_APPROVING, TAKE_DOWN_READERS, WRITERS
from redact.desk.pages.home import NONE, Lot, Task
from redact.desk.pages.posts.listing import PAGE, Waiting, list_post_tasks, show_list
from redact.desk.pages.posts.out import OutPost, OutReader, OutView, show_out
from redact.desk.pages.posts.page import PostActs, is_written, show_post
from redact.desk.pages.posts.words import DISCARDS, REFUSALS, describe_cause
from redact.desk.pages.posts.writing import show_writing
from redact.desk.pages.registers.sites import name_sites
from redact.desk.visit import Visit
from redact.posts.approving.approve import Hindrance, find_hindrance, uphold
from redact.posts.approving.details import PostDetails, find_picture, read_details
from redact.posts.approving.rules import Approver
from redact.posts.releasing.leaving import read_leaving
from redact.posts.sites.details import why_incomplete
from redact.posts.take_downs.reports import REPORTS
from redact.posts.writing.drafting import look
from redact.store.people import names_of
from redact.store.posts import posts as rows
from redact.store.posts.posts import Wanted
from redact.store.posts.sites import list_sites
from redact.store.posts.take_down_list import find_open
from redact.store.posts.values import BOUND, Post, PostState
from redact.store.trust.copies import read_copy
from redact.system.clock import print_moment

#: What a list draws where a picture is not to be seen: a browser's own sign says that something is broken.
_NO_PICTURE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 54"><path fill="#25292b" d="M0 0h72v54H0z"/></svg>'
)
_FINISHED: Final = (PostState.POSTED, PostState.DOWN)


def show_posts(visit: Visit) -> Response:
    """Draw a page of the list."""
    order = states_for(visit)
    asked, before = visit.query.get("state", ""), visit.query.get("before", "")
    state = PostState(asked) if asked in {each.value for each in order} else order[0]
    wanted = Wanted([state], visit.schools)
    with visit.desk.workspace.database.read() as connection:
        found = rows.list_posts(connection, wanted, int(before) if NUMBER.fullmatch(before) else None, PAGE + 1)
        counts = rows.count_posts(connection, Wanted(order, visit.schools))
        authors = names_of(connection, {post.author.tag for post in found})
        sites = name_sites(list_sites(connection))
    view = show_list(state, order, found, counts, authors, sites, visit.desk.workspace.settings.zone)
    return answers.page(visit, "posts.html", view=view, may_write=visit.has(*WRITERS))


def show_one(visit: Visit) -> Response:
    """Draw one post: its author's task list while it is a draft, else as it will stand."""
    post = find_post(visit)
    if post is None:
        return _gone(visit)
    details = read_details(visit.desk.workspace, post)
    if is_written(details) and post.author.tag == visit.who.tag and visit.has(*WRITERS):
        return draw_writing(visit, details)
    return draw_post(visit, details)


def draw_post(
    visit: Visit, details: PostDetails, errors: dict[str, str] | None = None, status: int = 200, link: str = ""
) -> Response:
    """Draw a post as it will stand."""
    settings = visit.desk.workspace.settings
    view = show_post(details, settings.company_details, acts_of(visit, details.post), settings.zone)
    refusals = {refusal.value: words for refusal, words in REFUSALS.items()}
    out = _out(visit, details, link)
    drawn = {"view": view, "out": out, "errors": errors or {}, "incomplete": why_incomplete(settings)}
    lists = {"refusals": refusals, "reports": REPORTS, "discards": DISCARDS}
    return answers.page(visit, "post.html", status, **drawn, **lists)


def _out(visit: Visit, details: PostDetails, link: str) -> OutView:
    workspace, post = visit.desk.workspace, details.post
    with workspace.database.read() as connection:
        take_down = find_open(connection, post.id)
    reader = OutReader(visit.has_at(Role.POSTER, post.school), visit.has(*TAKE_DOWN_READERS))
    shown = OutPost(post, details.site, take_down, read_leaving(workspace, post), link)
    return show_out(shown, reader, workspace.settings.release_hours, workspace.settings.zone)


def draw_writing(visit: Visit, details: PostDetails) -> Response:
    """Draw a draft's task list."""
    workspace = visit.desk.workspace
    with workspace.database.read() as connection:
        findings, sites = look(workspace, connection, details.post), list_sites(connection)
    settings, now = workspace.settings, print_moment(workspace.now())
    leaving = read_leaving(workspace, details.post)
    view = show_writing(details, findings, sites, settings.company_details, now, settings.zone, leaving)
    incomplete = why_incomplete(settings)
    return answers.page(visit, "post_write.html", view=view, discards=DISCARDS, incomplete=incomplete)


def send_picture(visit: Visit) -> Response:
    """Send a picture of a post, the very bytes, proved to be the copy that was made."""
    found = _find_picture(visit)
    if found is None:
        return answers.not_found(visit)
    name, sha256 = found
    return Response(read_copy(visit.desk.workspace.trust, name, sha256), media_type="image/jpeg")


def send_small(visit: Visit) -> Response:
    """Send a small picture of one of a post."""
    found = _find_picture(visit)
    if found is None:
        return Response(_NO_PICTURE, 404, media_type="image/svg+xml")
    small = visit.desk.thumbnails.make(visit.desk.workspace.trust, *found)
    return Response(small, media_type="image/jpeg")


def find_post(visit: Visit) -> Post | None:
    """Return the post of the address as it stands by what holds now; None where this person may know of none.

    Raises:
        DatabaseFault: the database does not answer.
    """
    number = read_post_number(visit)
    post = None if number is None else uphold(visit.desk.workspace, number, visit.schools)
    return post if post is not None and post.state in states_for(visit) else None


def read_post_number(visit: Visit) -> int | None:
    """Return the number of the address; None where it is none."""
    text = visit.parts.get("post", "")
    return int(text) if NUMBER.fullmatch(text) else None


def approver_of(visit: Visit) -> Approver:
    """Return this person as one who approves, in the roles that hold now."""
    return Approver(visit.who.tag, visit.roles)


def acts_of(visit: Visit, post: Post) -> PostActs:
    """Return what this person may do with a post."""
    is_approver = any(visit.has_at(role, post.school) for role in POST_APPROVING)
    may_decide = is_approver and post.state is PostState.PROPOSED
    found = find_hindrance(visit.desk.workspace, post, approver_of(visit)) if may_decide else Hindrance()
    is_mine = post.author.tag == visit.who.tag and visit.has(*WRITERS)
    sees_names = any(visit.has_at(role, post.school) for role in NAME_READERS)
    may_tidy = post.state is PostState.DRAFT and visit.has_at(Role.COMMUNICATIONS, post.school)
    return PostActs(may_decide, found, is_mine and post.state in BOUND, sees_names, may_tidy)


def states_for(visit: Visit) -> tuple[PostState, ...]:
    """Return the states of posts that this person sees, what waits for them first; drafts are for who writes."""
    live = [PostState.PROPOSED, PostState.APPROVED, PostState.RELEASED]
    if visit.has(*POST_APPROVING):
        first = live
    elif visit.has(*WRITERS):
        first = [PostState.DRAFT, *live]
    elif visit.has(Role.POSTER):
        first = [PostState.APPROVED, PostState.RELEASED, PostState.PROPOSED]
    else:
        return (*_FINISHED, *live)
    drafts = [PostState.DRAFT] if visit.has(*WRITERS) and PostState.DRAFT not in first else []
    discarded = [PostState.DISCARDED] if visit.has(*WRITERS, *POST_APPROVING) else []
    return (*first, *_FINISHED, *drafts, *discarded)


def list_tasks(visit: Visit) -> tuple[Task, ...]:
    """Return the task list's lines about posts for this person."""
    with visit.desk.workspace.database.read() as connection:
        to_approve = sent_back = None
        drafts = NONE
        if visit.has(*POST_APPROVING):
            wanted = Wanted([PostState.PROPOSED], visit.schools_of(POST_APPROVING), not_author=visit.who.tag)
            to_approve = lot_of(connection, wanted)
        if visit.has(*WRITERS):
            mine = Wanted([PostState.DRAFT], author=visit.who.tag)
            sent_back = rows.count_sent_back(connection, mine)
            drafts = lot_of(connection, mine)
    return list_post_tasks(Waiting(to_approve, sent_back, drafts))


def lot_of(connection: Connection, wanted: Wanted) -> Lot:
    """Return how many posts wait, and the page of the one that waits alone."""
    number = sum(rows.count_posts(connection, wanted).values())
    only = rows.list_posts(connection, wanted, None, 1) if number == 1 else ()
    return Lot(number, f"/posts/{only[0].id}" if only else "")


def _gone(visit: Visit) -> Response:
    """Answer for a post that this person may not see; one that went back says so, for links are mailed."""
    number = read_post_number(visit)
    with visit.desk.workspace.database.read() as connection:
        post = None if number is None else rows.read_post(connection, number, visit.schools)
    if post is None or post.cause is None:
        return answers.not_found(visit)
    heading, advice = f"Post {post.id} is a draft again", f"{describe_cause(post.cause)} Its author works on it."
    return answers.refusal(visit, 404, heading, advice)


def _find_picture(visit: Visit) -> tuple[str, str] | None:
    number, place = read_post_number(visit), visit.parts.get("place", "")
    if number is None or not NUMBER.fullmatch(place):
        return None
    found = find_picture(visit.desk.workspace, number, int(place), visit.schools)
    if found is None or found[0].state not in states_for(visit):
        return None
    return found[1], found[2]
