"""The task list's lines about sites, posting, take-downs and incidents; pure."""

from __future__ import annotations

from dataclasses import dataclass

from redact.desk.pages.home import Lot, Task
from redact.desk.pages.words import count


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for this person; None: it is not theirs."""

    to_release: Lot | None = None
    to_link: Lot | None = None  # released, and no link yet
    take_downs: Lot | None = None
    overdue: int = 0
    sites_to_check: Lot | None = None
    sites_to_approve: Lot | None = None
    incidents: Lot | None = None
    breaches: int = 0  # of them, of which the Information Commissioner is to be told


def list_lines(waiting: Waiting) -> tuple[Task, ...]:
    """Return the lines; what waits stands first, what is late before that."""
    lines = [
        _line("Take posts down", "Take each down where it stands, then say so.", "/take-downs", waiting.take_downs,
              "post", is_urgent=waiting.overdue > 0),
        _line("Tell the Information Commissioner" if waiting.breaches else "See to incidents",
              "Who was told, and what was done.", "/incidents", waiting.incidents, "incident",
              is_urgent=waiting.breaches > 0),
        _line("Put posts out", "Approved by a headteacher.", "/posts?state=approved", waiting.to_release, "post"),
        _line("Paste the links of posts", "Put out, and not yet said where they stand.", "/posts?state=released",
              waiting.to_link, "post"),
        _line("Approve sites", "Checked, and waiting for your yes.", "/sites", waiting.sites_to_approve, "site"),
        _line("Check sites", "A point of the checklist is open, or an approval has ended.", "/sites",
              waiting.sites_to_check, "site"),
    ]  # fmt: skip
    found = [line for line in lines if line is not None]
    return tuple(sorted(found, key=lambda line: (not line.is_urgent, not line.is_waiting)))


def _line(title: str, hint: str, href: str, lot: Lot | None, what: str, *, is_urgent: bool = False) -> Task | None:
    if lot is None:
        return None
    is_waiting = lot.number > 0
    status = count(lot.number, what) if is_waiting else "Nothing to do"
    return Task(title, hint, lot.only or href, status, is_waiting=is_waiting, is_urgent=is_waiting and is_urgent)
