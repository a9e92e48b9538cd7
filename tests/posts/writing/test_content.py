"""Whatever changes in a post changes the hash that its approval is bound to."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from redact.posts.writing.content import hash_content, new_nonce
from redact.store.posts.values import PostPhoto

TEXT = st.text(st.sampled_from('ab",:[]\n\\ é'), max_size=6)
PHOTOS = st.lists(st.builds(PostPhoto, st.just("p" * 64), st.sampled_from(["1" * 64, "2" * 64]), TEXT), max_size=3)
CONTENT = st.tuples(TEXT, TEXT, TEXT, PHOTOS.map(tuple), TEXT, TEXT)
SAMPLE = ("facebook-oak", "social-media", "Day", (PostPhoto("p" * 64, "1" * 64, "A hall"),), "Trust", "0" * 32)


@given(st.lists(CONTENT, min_size=2, max_size=6, unique=True))
def test_no_two_contents_have_one_hash(contents: list[tuple[str, str, str, tuple[PostPhoto, ...], str, str]]) -> None:
    hashes = [hash_content(*content) for content in contents]
    assert all(one != other for one, other in pairwise(sorted(hashes)))


def test_the_spelling_stands() -> None:
    """An approval that was given by one version must hold in the next."""
    spelled = (
        '{"caption":"Day","company_details":"Trust","format":"post-content-1","nonce":"' + "0" * 32 + '",'
        '"photos":[["' + "1" * 64 + '","A hall"]],"purpose":"social-media","site":"facebook-oak"}'
    )
    assert json.loads(spelled)
    assert hash_content(*SAMPLE) == hashlib.sha256(spelled.encode()).hexdigest()


def test_a_nonce_is_never_had_twice() -> None:
    assert len({new_nonce() for _ in range(100)}) == 100
