"""Which entries somebody asked for; judged by what a body says, never by a column beside it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from redact.audit.events import Event, UnknownEvent
from redact.audit.faults import AuditLogError
from redact.audit.kinds import FORMER, ID, SHA256, TIME, Kind, spellings

#: The part of a kind before its full stop.
FAMILIES = frozenset(word.split(".")[0] for word in (*Kind, *FORMER))
_WORDS = frozenset({"passed", "failed", "gone", "kept", "unknown"})  # kinds.CHECKED and kinds.OUTCOME


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for; everything that is given must fit."""

    device: str | None = None  # id
    photo: str | None = None  # SHA-256, 64 hex digits
    since: str | None = None  # a moment; at or after
    until: str | None = None  # a moment; before
    kind: str | None = None  # "deletion.closed", or "deletion" for all of them
    verdict: str | None = None

    def __post_init__(self) -> None:
        """Raise AuditLogError on a value that no entry could have."""
        _require(self.device is None or ID.accepts(self.device), f"a device is {ID.rule}")
        _require(self.photo is None or SHA256.accepts(self.photo), f"a photo is {SHA256.rule}")
        for moment in (self.since, self.until):
            _require(moment is None or TIME.accepts(moment), f"a moment is {TIME.rule}")
        kinds = ", ".join(sorted({kind.value for kind in Kind} | FAMILIES))
        _require(self.kind is None or is_asked_kind(self.kind), f"a kind is one of {kinds}")
        _require(self.verdict is None or self.verdict in _WORDS, f"a verdict is one of {', '.join(sorted(_WORDS))}")

    @property
    def spellings(self) -> frozenset[str]:
        """How the kinds that are asked for are spelled in a log; none where kinds are not asked for."""
        former = FORMER.get(self.kind or "")
        asked = self.kind if former is None else former.kind.value
        meant = {kind for kind in Kind if asked in {kind.value, kind.value.split(".")[0]}}
        written = {word for word in FORMER if asked == word.split(".")[0]}  # by the family they had
        return frozenset({*spellings(*meant), *written})

    def fit(self, event: Event | UnknownEvent) -> bool:
        """Return whether the entry with this event was asked for."""
        return (
            (self.device is None or event.fact("device") == self.device)
            and (self.photo is None or event.fact("photo") == self.photo)
            and (self.since is None or event.at >= self.since)
            and (self.until is None or event.at < self.until)
            and (self.kind is None or event.spelling in self.spellings)
            and (self.verdict is None or event.fact("verdict") == self.verdict)
        )

    def asked(self) -> dict[str, str]:
        """Return what is given, by name."""
        given = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in given if value is not None}


def is_asked_kind(word: str) -> bool:
    """Return whether this version knows such a kind or family of kinds, by its name of today or an earlier one."""
    return word in FAMILIES or word in FORMER or word in set(Kind)


def _require(holds: bool, rule: str) -> None:  # noqa: FBT001  # a condition, not a switch
    if not holds:
        raise AuditLogError(f"Nothing can be looked up: {rule}.")
