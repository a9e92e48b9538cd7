"""The gate before every deletion: all of its 1024 cases, and which reason is given first."""

from __future__ import annotations

from dataclasses import fields
from itertools import product

from redact.devices.clearing.may_clear import ON_HOLD, Facts, Permit, Stay, may_clear

NAMES = tuple(field.name for field in fields(Facts))
GOOD = Facts(
    is_stored=True,
    is_stored_copy_whole=True,
    is_original_sealed=True,
    is_logged=True,
    is_proven=True,
    is_device_approved=True,
    is_approval_proven=True,
    is_held=False,
)


def test_only_where_every_condition_holds_the_devices_copy_may_go() -> None:
    for seen in product([False, True], repeat=len(NAMES)):
        facts = Facts(**dict(zip(NAMES, seen, strict=True)))
        assert isinstance(may_clear(facts), Permit) is (facts == GOOD), facts


def test_every_refusal_says_why_in_a_sentence_of_its_own() -> None:
    why = {
        "is_held": ON_HOLD,
        "is_doubted": "may know of a hold that it does not list",
        "is_device_approved": "not approved",
        "is_approval_proven": "does not prove that the device is approved",
        "is_output": "redacted copy that was made here",
        "is_stored": "not in trust storage yet",
        "is_logged": "not in trust storage yet",
        "is_proven": "does not prove that this copy",
        "is_stored_copy_whole": "cannot be read back",
        "is_original_sealed": "sealed original is not in the vault",
    }
    assert set(why) == set(NAMES)
    for name, part in why.items():
        answer = may_clear(
            Facts(
                **{**dict(zip(NAMES, _values(GOOD), strict=True)), name: name in {"is_held", "is_doubted", "is_output"}}
            )
        )
        assert isinstance(answer, Stay)
        assert part in answer.reason
        assert answer.reason.endswith(".")


def test_a_hold_is_named_before_all_else() -> None:
    nothing_holds = Facts(*(False,) * 7, is_held=True)
    assert may_clear(nothing_holds) == Stay(ON_HOLD)


def _values(facts: Facts) -> tuple[bool, ...]:
    return tuple(getattr(facts, name) for name in NAMES)
