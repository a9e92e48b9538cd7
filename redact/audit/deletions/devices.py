"""Fold the entries on devices and holds: registered, attested, on hold; and which entries erased another's text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from redact.audit.deletions.leftovers import BINNED
from redact.audit.deletions.values import Attestation, DeviceLeftovers, HoldLine
from redact.audit.events import Event
from redact.audit.kinds import Kind


@dataclass(slots=True)
class Devices:
    """Some devices or all, in a period; `take` adds an entry, and every value in it is frozen."""

    only: frozenset[str] | None = None  # devices; None: all
    since: str | None = None
    registered: dict[str, int] = field(default_factory=dict)  # the first entry of each
    attest_only: set[str] = field(default_factory=set)
    attestations: dict[str, Attestation] = field(default_factory=dict)  # the last of each
    # Roles that attested in the period, of devices that nobody can look at.
    operators: Counter[str] = field(default_factory=Counter)
    holds: dict[str, HoldLine] = field(default_factory=dict)
    erased: list[int] = field(default_factory=list)
    binned: dict[str, DeviceLeftovers] = field(default_factory=dict)  # the last count of each; none is 0

    def take(self, number: int, event: Event) -> None:
        """Add an entry; one on neither a device nor a hold changes nothing."""
        match event.kind:
            case Kind.DEVICE_REGISTERED:
                device = str(event.fact("device"))
                self.registered.setdefault(device, number)
                self.attest_only |= {device} if event.fact("type") == "attest-only" else set()
            case Kind.DEVICE_ATTESTED:
                self._attest(number, event)
            case Kind.BINS_COUNTED:
                self._count_bins(number, event)
            case Kind.HOLD_ADDED:
                if event.fact("device") is None or self.is_asked(str(event.fact("device"))):
                    self.holds[str(event.fact("hold"))] = _hold_line(number, event)
            case Kind.HOLD_LIFTED:
                self._lift(number, event)
            case Kind.BODY_ERASED if self._is_in(event):
                self.erased.append(number)
            case _:
                pass

    def is_asked(self, device: str) -> bool:
        """Return whether the report is on this device."""
        return self.only is None or device in self.only

    def _count_bins(self, number: int, event: Event) -> None:
        device, count = str(event.fact("device")), int(event.fact("photos") or 0)
        if count:
            self.binned[device] = DeviceLeftovers(number, event.at, ((BINNED, count),))
        else:
            self.binned.pop(device, None)

    def _is_in(self, event: Event) -> bool:
        return self.since is None or event.at >= self.since

    def _attest(self, number: int, event: Event) -> None:
        device, by = str(event.fact("device")), str(event.fact("by"))
        if not self.is_asked(device):
            return
        self.attestations[device] = Attestation(number, event.at, by, str(event.fact("reason") or ""))
        if device in self.attest_only and self._is_in(event):
            self.operators[by] += 1  # of other devices each file has its own entry

    def _lift(self, number: int, event: Event) -> None:
        line = self.holds.get(str(event.fact("hold")))
        if line is not None and self._is_in(event):
            self.holds[line.id] = replace(line, lifted=number, lifted_at=event.at)
        elif line is not None:
            del self.holds[line.id]  # it was lifted before the period


def _hold_line(number: int, event: Event) -> HoldLine:
    on = (event.fact(name) for name in ("scope", "device", "photo"))
    scope = " ".join(str(fact) for fact in on if fact is not None)
    by, reason = str(event.fact("by")), str(event.fact("reason"))
    return HoldLine(str(event.fact("hold")), scope, number, event.at, by, reason, None, None)
