"""Posts whose words name an adult of the register, who took that permission back.

Threat: a teacher says that the name is not to be used any more, and captions with it stand on.
Rule: a name in words is in no row of its own (`post_shown` knows faces, and names on the pictures), so the words of
posts are read again in the transaction that writes the no. What the check of words lets pass by a permission counts:
forename or title, and surname, side by side (redact/redaction/names/rules/adults.py). Only a no to a purpose that
the workspace or the site asks for takes back: of a name for which the author answered, no permission was on record
that could end.
Accepted residue: a name alone, without title; an adult who is erased, whose name is not known any more.  A permission
that ends by its day is asked again at approval and release, and takes back nothing that stands.

What reads names is imported where a name is read: `redact status` imports this module by way of the take-downs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from redact.pupils.adults import is_adult
from redact.pupils.consent import NOES, PupilRecord
from redact.store.posts.posts import list_in
from redact.store.posts.sites import list_sites
from redact.store.posts.values import Post, PostState

if TYPE_CHECKING:
    from redact.pupils.roll import Pupil

_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_POSSESSIVE: Final = re.compile(r"['\u2019]s?$")


def list_naming(
    connection: Connection, record: PupilRecord, purposes: Iterable[str], states: Collection[PostState]
) -> tuple[Post, ...]:
    """Return the posts in these states whose words name an adult who said no to that; of a pupil none.

    Args:
        connection: of the transaction that changed what the register says.
        record: of the adult, as the register has it now.
        purposes: of the workspace; those of each post's site are asked for too.
        states: of the posts.
    """
    noes = {answer.purpose for answer in record.consents if answer.state in NOES}
    if not is_adult(record.upn) or not (noes or record.is_never_shown):
        return ()
    from redact.store.pupils.reading import read_people

    adult = read_people(connection, {record.upn})[record.upn]
    sites, asked = {site.id: site.purpose for site in list_sites(connection)}, {*purposes}
    return tuple(
        post
        for post in list_in(connection, states)
        if (record.is_never_shown or noes & {*asked, sites.get(str(post.site), "")}) and is_naming(post, adult)
    )


def is_naming(post: Post, adult: Pupil) -> bool:
    """Return whether the words of a post name an adult in full, or by title and surname."""
    from redact.redaction.names.roll_index import spellings_of
    from redact.redaction.names.words import fold

    pairs = frozenset(spellings_of(adult))
    texts = (post.caption, *(photo.alt for photo in post.photos))
    words = ([fold(_POSSESSIVE.sub("", found[0])) for found in _WORD.finditer(text)] for text in texts)
    return any(not pairs.isdisjoint(pairwise(each)) for each in words)
