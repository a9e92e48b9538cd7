"""What a reader of the audit log found: numbered checks, faults with a name, notices; and its print for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from redact.errors import counted

MAX_SHOWN = 20  # findings printed per check: a replaced log has one for every entry, and nobody reads the rest


class Fault(StrEnum):
    """What is wrong with an audit log."""

    MALFORMED = "malformed"
    REORDERED = "reordered"
    MISSING_ENTRY = "missing entry"
    EDITED_ENTRY = "edited entry"
    UNKNOWN_EVENT = "unknown event"
    MISSING_BODY = "missing body"
    FORGED_CHECKPOINT = "forged checkpoint"
    CUT_TAIL = "cut tail"
    REPLACED_LOG = "replaced log"
    UNSIGNED_LOG = "unsigned log"
    CLOSE_WITHOUT_OPEN = "close without open"
    NOT_IN_THE_LOG = "not in the log"  # of an excerpt
    FALSE_INDEX = "false index"  # of a workspace
    FALSE_EDGE = "false edge"  # of a workspace


#: What each fault means to somebody who answers for the audit log and is no engineer.
MEANING: Mapping[Fault, str] = {
    Fault.MALFORMED: "something here is not written as this program writes it; it was damaged or changed by hand",
    Fault.REORDERED: "entries stand in another order than the one they were written in",
    Fault.MISSING_ENTRY: "an entry was taken out",
    Fault.EDITED_ENTRY: "what an entry says was changed after it was written and signed",
    Fault.UNKNOWN_EVENT: "an entry says something that this program never writes",
    Fault.MISSING_BODY: "what an entry said was removed, and nobody put on record who asked for it",
    Fault.FORGED_CHECKPOINT: "a seal on the audit log was not made with the key of this school",
    Fault.CUT_TAIL: "the newest entries were removed",
    Fault.REPLACED_LOG: "this is not the audit log that was copied to the checkpoint mirror: history was rewritten",
    Fault.UNSIGNED_LOG: "nothing with a good seal vouches for these entries",
    Fault.CLOSE_WITHOUT_OPEN: "a deletion is said to have ended that never began",
    Fault.NOT_IN_THE_LOG: "an entry of this excerpt does not stand in the audit log that was signed",
    Fault.FALSE_INDEX: "what lists are searched by was changed by hand, so that entries may be missing from lists; "
    "the entries themselves are judged by the other checks",
    Fault.FALSE_EDGE: "what the next entry will be added to was changed by hand; stop the watcher before it signs it",
}


class State(StrEnum):
    """How a check ended."""

    PASSED = "yes"
    LOOK = "yes, but look"  # notices only
    FAILED = "NO"
    NOT_DONE = "not done"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found: a fault, or (without one) a notice for a person."""

    fault: Fault | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Check:
    """One numbered check and what it found."""

    number: int
    question: str
    state: State
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All checks, in order; `remarks` are what the reader must know besides."""

    checks: tuple[Check, ...]
    remarks: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[Finding, ...]:
        """Everything that shows the audit log is not what was written."""
        return tuple(found for check in self.checks for found in check.findings if found.fault)

    @property
    def notices(self) -> tuple[Finding, ...]:
        """Everything a person should look at in an audit log that is what was written."""
        return tuple(found for check in self.checks for found in check.findings if not found.fault)

    @property
    def is_intact(self) -> bool:
        """Whether every check was done and none found a fault."""
        return not self.faults and all(check.state is not State.NOT_DONE for check in self.checks)

    @property
    def verdict(self) -> str:
        """The last word, in one line."""
        if self.faults:
            return f"NOT INTACT, {counted(len(self.faults), 'fault')}"
        return f"intact, {counted(len(self.notices), 'notice')}" if self.is_intact else "NOT SHOWN to be intact"


def check_of(number: int, question: str, findings: Iterable[Finding]) -> Check:
    """Return the check that was done and found this."""
    listed = tuple(findings)
    if any(found.fault for found in listed):
        return Check(number, question, State.FAILED, listed)
    return Check(number, question, State.LOOK if listed else State.PASSED, listed)


def print_report(report: Report) -> Iterator[str]:
    """Yield the report for a person, line by line, without newlines; the verdict is the last."""
    for check in report.checks:
        yield f"{check.number:2}. {check.question}  {check.state}"
        for found in check.findings[:MAX_SHOWN]:
            yield f"      {'fault (' + found.fault + ')' if found.fault else 'notice'}: {found.sentence}"
        if len(check.findings) > MAX_SHOWN:
            yield f"      and {len(check.findings) - MAX_SHOWN} more"
    yield from (f"note: {remark}" for remark in report.remarks)
    for fault in sorted({found.fault for found in report.faults if found.fault}):
        yield f"{fault}: {MEANING[fault]}."
    yield f"verdict: {report.verdict}"
