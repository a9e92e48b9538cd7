"""The report of `redact photo`; docs/report.md specifies it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redact import __version__
from redact.redaction.values import Outcome, Region, is_little_left, what_of_little_left


@dataclass(frozen=True, slots=True)
class Done:
    """One photo that is through: its bytes are written and no longer kept."""

    source: str  # as found under INPUT, "/" between parts
    outcome: Outcome  # without the output's bytes
    output: str | None = None  # file name; None: there is none
    output_sha256: str | None = None


def report_of(results: Sequence[Done], models: Mapping[str, str]) -> dict[str, Any]:
    """Return the report of a batch.

    Args:
        results: every photo of the batch.
        models: the SHA-256 of each weight file that was used.
    """
    return {
        "version": 1,
        "tool": f"redact {__version__}",
        "models": dict(models),
        "photos": [_photo(done) for done in results],
    }


def print_report(results: Sequence[Done], models: Mapping[str, str]) -> str:
    """Return the report of a batch as JSON text; see `report_of`.  ASCII, so that any file name can be written."""
    return json.dumps(report_of(results, models), indent=1) + "\n"


def _photo(done: Done) -> dict[str, Any]:
    outcome, verdict = done.outcome, done.outcome.verdict
    return {
        "source": done.source,
        "sha256": outcome.sha256 or None,
        "status": outcome.status.value,
        "reason": outcome.reason,
        "output": done.output,
        "output_sha256": done.output_sha256,
        "source_size": outcome.source_size,
        "output_size": outcome.output_size,
        "covered_share": None if outcome.covered_share is None else round(outcome.covered_share, 4),
        "crop": outcome.crop,
        "cropped": outcome.is_cropped,
        "advice": advice_on(outcome),
        "regions": [_region(region) for region in outcome.regions],
        "verify": None if verdict is None else {"passed": verdict.passed, "checks": list(verdict.checks)},
        "seconds": {stage: round(seconds, 4) for stage, seconds in outcome.seconds.items()},
    }


def advice_on(outcome: Outcome) -> str | None:
    """Return what to consider before a redacted photo is posted, a sentence; None for most."""
    if outcome.covered_share is None or outcome.is_cropped or not is_little_left(outcome.covered_share):
        return None
    what = what_of_little_left("crop it (--crop)" if outcome.crop else "")
    return f"Little is left of this photo, covers take {100 * outcome.covered_share:.0f} % of it: {what}."


def _region(region: Region) -> dict[str, Any]:
    return {
        "kind": region.kind.value,
        "action": region.action.value,
        "polygon": [[round(x, 1), round(y, 1)] for x, y in region.polygon],
        "score": round(min(1.0, max(0.0, region.score)), 4),
        "reason": region.reason,
    }
