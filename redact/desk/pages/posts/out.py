"""What stands below an approved post: putting it out, the link back, reporting it, and its take-down; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from redact.desk.pages.words import when
from redact.posts.releasing.files import picture_name
from redact.posts.releasing.leaving import Leaving
from redact.store.posts.sites import Site
from redact.store.posts.take_down_list import TakeDown
from redact.store.posts.take_downs import is_out
from redact.store.posts.values import Post, PostState
from redact.system.clock import parse_moment, print_moment


@dataclass(frozen=True, slots=True)
class OutFile:
    """One picture of a released post."""

    name: str
    href: str
    alt: str


@dataclass(frozen=True, slots=True)
class OutView:
    """What post_out.html draws; what this person may not do is empty or False."""

    may_release: bool
    is_again: bool  # it was released before, and lapsed
    may_post: bool
    files: tuple[OutFile, ...]
    archive: str
    lapses: str  # when the files leave
    account: str  # the site's address, to be opened
    may_end: bool
    may_report: bool
    take_down: str  # address of the open one
    due: str
    leaving: str  # its files are being taken out of an outbox, a sentence
    link: str  # as it was pasted, where it was refused


@dataclass(frozen=True, slots=True)
class PhotoReader:
    """What somebody may open who looks at a photo."""

    may_read: bool  # posts
    may_read_take_downs: bool


@dataclass(frozen=True, slots=True)
class OutWithPhoto:
    """One post that is out with a photo's copy."""

    post: int
    take_down: int | None  # the open one


@dataclass(frozen=True, slots=True)
class PhotoOut:
    """What photo_out.html draws."""

    posts: tuple[OutWithPhoto, ...]
    reader: PhotoReader
    is_recalled: bool  # nothing more is covered on the copy; what stands there comes down


@dataclass(frozen=True, slots=True)
class OutReader:
    """What the person may do who looks at a post."""

    is_poster: bool  # of its school
    may_read_take_downs: bool


@dataclass(frozen=True, slots=True)
class OutPost:
    """A post that is approved or out, and what stands about it."""

    post: Post
    site: Site | None
    take_down: TakeDown | None  # the open one
    leaving: Leaving | None
    link: str = ""  # as it was pasted, where it was refused


def show_photo_out(
    take_downs: Mapping[int, TakeDown | None], reader: PhotoReader, *, is_recalled: bool
) -> PhotoOut | None:
    """Return the note on a photo whose copy is out; None where it is not.

    Args:
        take_downs: the open one of each post that is out with it, by the post's number.
        reader: looks at the photo.
        is_recalled: the copy must not be used any more.
    """
    posts = tuple(OutWithPhoto(post, None if asked is None else asked.id) for post, asked in take_downs.items())
    return PhotoOut(posts, reader, is_recalled) if posts else None


def show_out(shown: OutPost, reader: OutReader, release_hours: float, zone: tzinfo) -> OutView:
    """Return what this person may do with a post that is approved or out."""
    post, take_down, leaving, is_poster = shown.post, shown.take_down, shown.leaving, reader.is_poster
    is_released = post.state is PostState.RELEASED and post.released_at is not None and leaving is None
    lapses = ""
    if is_released and post.released_at is not None:
        lapses = when(print_moment(parse_moment(post.released_at) + timedelta(hours=release_hours)), zone)
    files = tuple(
        OutFile(picture_name(place), f"/posts/{post.id}/files/{place}.jpg", photo.alt)
        for place, photo in enumerate(post.photos, 1)
    )
    return OutView(
        may_release=is_poster
        and not is_released
        and take_down is None  # what was put out before comes down first
        and post.state in {PostState.APPROVED, PostState.RELEASED},
        is_again=post.released_at is not None,
        may_post=is_poster and is_released,
        files=files,
        archive=f"/posts/{post.id}/files.zip" if files else "",
        lapses=lapses,
        account="" if shown.site is None else shown.site.address,
        may_end=is_poster and post.state is PostState.POSTED and take_down is None,
        may_report=is_out(post) and take_down is None,
        take_down=f"/take-downs/{take_down.id}" if take_down is not None and reader.may_read_take_downs else "",
        due="" if take_down is None else when(take_down.due_at, zone),
        leaving="" if leaving is None else leaving.sentence(zone),
        link=shown.link,
    )
