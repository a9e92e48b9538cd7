"""What stands for all of a row in a form: an act is about what its page showed, or it is refused."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from redact.store.posts.incidents import Incident
from redact.store.posts.sites import Site
from redact.store.posts.take_down_list import TakeDown


def digest_of(row: Site | Incident | TakeDown) -> str:
    """Return a hash of all of a row: 64 hex digits."""
    return hashlib.sha256(json.dumps(asdict(row), sort_keys=True).encode()).hexdigest()
