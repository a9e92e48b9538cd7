"""What lies in the outbox for one post: copies by number, and a text with all that is to be typed or copied; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from redact.posts.writing.check import list_links
from redact.store.posts.outbox import TEXT_NAME
from redact.store.posts.values import Post


def picture_name(place: int) -> str:
    """Return the name of a picture by its place in the post, from 1: nothing of a child or an event."""
    return f"{place}.jpg"


def print_text(post: Post, details: Sequence[str]) -> str:
    """Return the text that goes out with a post.

    Args:
        post: as it was approved.
        details: company details, a line each.
    """
    parts = ["CAPTION", "", post.caption.strip() or "(none)", ""]
    if post.photos:
        parts += ["WORDS FOR WHO CANNOT SEE THE PICTURES (alternative texts)", ""]
        for place, photo in enumerate(post.photos, 1):
            parts += [f"{picture_name(place)}: {photo.alt}", ""]
    if details:
        parts += ["MUST STAND ON THE ACCOUNT, under the name of the school or trust", "", *details, ""]
    links = list_links((post.caption,))
    if links:
        parts += ["LINKS: where one leads to other people's pages, the caption must say so", "", *links, ""]
    return "\n".join(parts)


def expected_files(post: Post, details: Sequence[str]) -> Mapping[str, str]:
    """Return the SHA-256 of each file that lies in the outbox of a released post, by name."""
    text = print_text(post, details).encode("utf-8")
    pictures = {picture_name(place): photo.output for place, photo in enumerate(post.photos, 1)}
    return pictures | {TEXT_NAME: hashlib.sha256(text).hexdigest()}


def is_whole(found: Mapping[str, bytes], expected: Mapping[str, str]) -> bool:
    """Return whether these are the files that were released, every one and no other."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in found.items()} == dict(expected)
