"""One address of the desk: its method, its endpoint, and who may open it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from starlette.responses import Response

from redact.audit.kinds import Role
from redact.desk.visit import Visit


class Open(Enum):
    """To whom a route is open that asks for no role."""

    TO_ANYBODY = auto()  # signed in or not
    TO_SIGNED_IN = auto()


@dataclass(frozen=True, slots=True)
class Way:
    """One method of one address."""

    method: str  # GET | POST
    path: str
    endpoint: Callable[[Visit], Response]
    roles: frozenset[Role] | Open
    is_fresh: bool = False  # the password must have been given within the last quarter of an hour
