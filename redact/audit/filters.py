"""Which entries somebody asked for; judged by what a body says, never by a column beside it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from redact.audit.events import Event
from redact.audit.faults import RecordError
from redact.audit.kinds import ID, SHA256, TIME, Kind

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
        """Raise RecordError on a value that no entry could have."""
        _require(self.device is None or ID.accepts(self.device), f"a device is {ID.rule}")
        _require(self.photo is None or SHA256.accepts(self.photo), f"a photo is {SHA256.rule}")
        for moment in (self.since, self.until):
            _require(moment is None or TIME.accepts(moment), f"a moment is {TIME.rule}")
        words = {kind.value for kind in Kind} | {kind.value.split(".")[0] for kind in Kind}
        _require(self.kind is None or self.kind in words, f"a kind is one of {', '.join(sorted(words))}")
        _require(self.verdict is None or self.verdict in _WORDS, f"a verdict is one of {', '.join(sorted(_WORDS))}")

    def fit(self, event: Event) -> bool:
        """Return whether the entry with this event was asked for."""
        return (
            (self.device is None or event.fact("device") == self.device)
            and (self.photo is None or event.fact("photo") == self.photo)
            and (self.since is None or event.at >= self.since)
            and (self.until is None or event.at < self.until)
            and (self.kind is None or self.kind in {event.kind.value, event.kind.value.split(".")[0]})
            and (self.verdict is None or event.fact("verdict") == self.verdict)
        )

    def asked(self) -> dict[str, str]:
        """Return what is given, by name."""
        given = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in given if value is not None}


def _require(holds: bool, rule: str) -> None:  # noqa: FBT001  # a condition, not a switch
    if not holds:
        raise RecordError(f"Nothing can be looked up: {rule}.")
