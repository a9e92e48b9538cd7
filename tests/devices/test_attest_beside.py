"""No word is taken where files lie that anybody can look at: in further folders, or around another device."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from redact.audit.kinds import Role
from redact.devices.attest import attest
from redact.devices.register import retire
from redact.errors import UsageError
from redact.store.devices import Owner
from tests.rigs.living import Living, open_living
from watcher import MARKER_NAME


def around_another(living: Living) -> Path:
    """A retired device's folder holds the folder of another one by now."""
    file = living.register("cam-1", [living.folder / "cam-1"], Owner.TRUST, None) / "a.jpg"
    living.store(file, b"a photo", "cam-1")
    retire(living.workspace, "cam-1", Role.HEADTEACHER, "It went to another school.")
    living.register("cam-2", [living.folder / "cam-1/new"], Owner.TRUST, None)
    return file


def in_a_further_folder(living: Living) -> Path:
    """The photo lies where copies of the device's photos may lie."""
    living.add_device("cam-1", further=1)
    file = living.folder / "cam-1/1/a.jpg"
    living.store(file, b"a photo", "cam-1", 1)
    return file


def of_a_retired_one(living: Living) -> Path:
    file = in_a_further_folder(living)
    retire(living.workspace, "cam-1", Role.HEADTEACHER, "It went to another school.")
    return file


def of_an_expired_one(living: Living) -> Path:
    file = in_a_further_folder(living)
    living.clock.go(days=800)
    return file


def of_one_that_is_away(living: Living) -> Path:
    file = in_a_further_folder(living)
    (living.folder / "cam-1/0" / MARKER_NAME).unlink()
    return file


@pytest.mark.parametrize("lies", [around_another, of_a_retired_one, of_an_expired_one, of_one_that_is_away])
def test_what_can_be_looked_at_is_not_attested(tmp_path: Path, lies: Callable[[Living], Path]) -> None:
    with open_living(tmp_path) as living:
        file = lies(living)
        with pytest.raises(UsageError, match="1 file still lies"):
            attest(living.workspace, "cam-1", Role.HOLDER, "staff-7")
        assert not living.events("device.attested")
        file.unlink()
        assert attest(living.workspace, "cam-1", Role.HOLDER, "staff-7").files == 1
