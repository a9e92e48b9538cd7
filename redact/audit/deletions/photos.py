"""Fold the entries on photos: how far each came, what stopped it, and with what it was redacted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from redact.audit.deletions.values import Trouble, TroubleKind
from redact.audit.events import Event
from redact.audit.kinds import Kind


@dataclass(frozen=True, slots=True)
class PhotoState:
    """One photo, as it stands after an entry."""

    is_sealed: bool = False
    is_verified: bool = False
    is_stored: bool = False
    set_aside: int = -1  # the last entry that says so
    troubles: tuple[Trouble, ...] = ()  # of no one device; what kept it from being stored
    tools: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    registers: frozenset[int] = frozenset()

    def troubles_on(self, device: str) -> tuple[Trouble, ...]:
        """Return its troubles as those of a device; a trouble is over once it was stored, or set aside after it."""
        return tuple(
            replace(trouble, device=device, is_resolved=self.is_stored or trouble.entry < self.set_aside)
            for trouble in self.troubles
        )


@dataclass(slots=True)
class Photos:
    """All photos; `take` adds an entry, and every state in it is a frozen value."""

    states: dict[str, PhotoState] = field(default_factory=dict)

    def take(self, number: int, event: Event) -> None:
        """Add an entry; one on no photo changes nothing."""
        photo = event.fact("photo")
        if isinstance(photo, str):
            self.states[photo] = advance(self.states.get(photo, PhotoState()), number, event)


def advance(photo: PhotoState, number: int, event: Event) -> PhotoState:  # noqa: PLR0911  # one case per kind
    """Return the state of a photo after one more entry on it."""
    match event.kind:
        case Kind.PHOTO_SEALED:
            return replace(photo, is_sealed=True)
        case Kind.PHOTO_STORED:
            return replace(photo, is_stored=True)
        case Kind.PHOTO_SET_ASIDE | Kind.PHOTO_SUPERSEDED:
            return replace(photo, set_aside=number)
        case Kind.PHOTO_VERIFIED if event.fact("verdict") == "passed":
            return replace(photo, is_verified=True)
        case Kind.PHOTO_VERIFIED:
            return _add(photo, number, event, TroubleKind.FAILED_CHECK)
        case Kind.PHOTO_HELD:
            return _add(photo, number, event, TroubleKind.HELD)
        case Kind.PHOTO_REFUSED:
            return _add(photo, number, event, TroubleKind.REFUSED)
        case Kind.PHOTO_REDACTED:
            register = event.fact("register")
            return replace(
                photo,
                tools=photo.tools | {str(event.fact("tool"))},
                models=photo.models | {str(event.fact("models"))},
                registers=photo.registers | ({register} if isinstance(register, int) else set()),
            )
        case _:
            return photo


def _add(photo: PhotoState, number: int, event: Event, what: TroubleKind) -> PhotoState:
    trouble = Trouble(number, event.at, "", str(event.fact("photo")), what, str(event.fact("reason") or ""))
    return replace(photo, troubles=(*photo.troubles, trouble))
