"""What an approval is bound to: the SHA-256 of all that a post shows, in one spelling.

Threat: a headteacher says yes to one post and another one goes out; or somebody who reads the audit log finds out a
caption by guessing it until the hash fits.
Rule: site, purpose, caption, copies with their alternative texts in order, company details and a random nonce are
hashed as canonical JSON (sorted keys, no spaces, UTF-8).  The hash is compared in every step that moves the post.
Accepted residue: who reads the database reads caption and nonce; the audit log has neither.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import Final

from redact.store.posts.values import PostPhoto

_FORMAT: Final = "post-content-1"  # names the list of parts below: another list is another hash
_NONCE_BYTES: Final = 16  # 128 bits: no list of captions can be tried


def new_nonce() -> str:
    """Return a fresh nonce: 32 hex digits."""
    return secrets.token_hex(_NONCE_BYTES)


def hash_content(
    site: str, purpose: str, caption: str, photos: Sequence[PostPhoto], company_details: str, nonce: str
) -> str:
    """Return the hash that a proposal and its approval are bound to.

    Args:
        site: its id in the register of sites.
        purpose: that shown pupils consented to, for this site.
        caption: exactly as it will stand.
        photos: in their order.
        company_details: exactly as they will stand.
        nonce: of this proposal.

    Returns:
        64 hex digits.
    """
    parts = {
        "format": _FORMAT,
        "site": site,
        "purpose": purpose,
        "caption": caption,
        "photos": [[photo.output, photo.alt] for photo in photos],
        "company_details": company_details,
        "nonce": nonce,
    }
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
