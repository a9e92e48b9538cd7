"""Who acts: one rule for every act, so that no door lets a blank person through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert

from redact.audit.events import person_tag
from redact.audit.kinds import Role
from redact.devices.attest import attest
from redact.devices.clear_by_hand import clear_by_hand
from redact.devices.holds import add_hold, lift_hold
from redact.devices.new_device import NewDevice
from redact.devices.register import add_device, retire
from redact.errors import UsageError
from redact.photos.set_aside import set_aside
from redact.posts.people import NewPerson, add_person, change_roles
from redact.registers.act import act_of
from redact.reports.accept_loss import accept_loss
from redact.store.devices import Kind, Owner
from redact.store.log.reader import read_every
from redact.store.people import HeldRole
from redact.store.photos import Photo
from redact.store.schema.tables import pupils
from redact.workspace.ids import Actor, acting, acting_role
from redact.workspace.open import Workspace, open_workspace
from tests.rigs.living import copy_workspace

WHY = "Asked for."
BLANK = ("", " ", "\t\n", "\N{NO-BREAK SPACE}", None)
ACTS: dict[str, Callable[[Workspace, Role, str], object]] = {
    "add a hold": lambda ws, by, who: add_hold(ws, by, who, WHY),
    "lift a hold": lambda ws, by, who: lift_hold(ws, "hold-1", by, who, WHY),
    "attest": lambda ws, by, who: attest(ws, "ipad-1", by, who),
    "accept a loss": lambda ws, by, who: accept_loss(ws, "copy-1", by, who, WHY),
    "set a photo aside": lambda ws, by, who: set_aside(ws, Photo.__new__(Photo), by, who, WHY),
}
ACTS_BY_ROLE: dict[str, Callable[[Workspace, Role], object]] = {
    "clear": lambda ws, by: clear_by_hand(ws, "ipad-1", by),
    "retire": lambda ws, by: retire(ws, "ipad-1", by, WHY),
    "change a register": act_of,
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    copy_workspace(tmp_path / "workspace")
    return open_workspace(tmp_path / "workspace")


@pytest.mark.parametrize("person", BLANK)
def test_a_blank_person_is_nobody(workspace: Workspace, person: str | None) -> None:
    with pytest.raises(UsageError, match="with --person ID"):
        acting(workspace, Role.TRUSTEE, person)


def test_a_person_is_kept_as_role_and_keyed_tag(workspace: Workspace) -> None:
    tag = person_tag(workspace.keys.tags, "t-7")
    assert acting(workspace, Role.TRUSTEE, "t-7") == Actor("trustee", tag) and "t-7" not in tag


def test_a_person_is_the_same_at_the_terminal_and_the_desk(workspace: Workspace) -> None:
    """Else who reviewed a photo here approves a post with it there, or changes their own roles."""
    it = acting(workspace, Role.IT_SERVICES_MANAGER, "ivy")
    rae = NewPerson("rae@oak.sch.uk", "Rae", (HeldRole(Role.REVIEWER),))
    add_person(workspace, NewPerson("ivy", "Ivy", (HeldRole(Role.IT_SERVICES_MANAGER),)), None, at_terminal=True)
    add_person(workspace, rae, it, at_terminal=True)
    for typed in ("Rae@oak.sch.uk", " rae@OAK.sch.uk "):
        own = acting(workspace, Role.REVIEWER, typed)
        assert own.tag == person_tag(workspace.keys.tags, "rae@oak.sch.uk")
        with pytest.raises(UsageError, match="their own roles"):
            change_roles(workspace, rae.login, own, give=[HeldRole(Role.POSTER)], at_terminal=True)


def test_no_role_is_refused_and_so_is_the_programs_own() -> None:
    with pytest.raises(UsageError, match="with --by ROLE"):
        acting_role(None)
    with pytest.raises(UsageError, match="the program's own"):
        acting_role(Role.SYSTEM)
    assert {acting_role(role) for role in Role if role is not Role.SYSTEM} == {r.value for r in Role} - {"system"}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("person", ["", " "])
def test_every_act_refuses_a_blank_person_in_the_same_words(workspace: Workspace, act: str, person: str) -> None:
    with pytest.raises(UsageError, match="Say who does this: an account or a staff number, with --person ID"):
        ACTS[act](workspace, Role.TRUSTEE, person)
    with workspace.database.read() as connection:
        assert not list(read_every(connection)), "and nothing is written"


@pytest.mark.parametrize("act", ACTS_BY_ROLE)
def test_every_act_by_role_alone_refuses_the_programs_own(workspace: Workspace, act: str) -> None:
    with pytest.raises(UsageError, match="the program's own"):
        ACTS_BY_ROLE[act](workspace, Role.SYSTEM)


def count(workspace: Workspace) -> int:
    with workspace.database.read() as connection:
        return len(list(read_every(connection)))


def test_a_reason_or_a_device_that_names_a_pupil_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    copy_workspace(tmp_path / "ws")
    (tmp_path / "cam").mkdir()
    with open_workspace(tmp_path / "ws") as workspace:
        with workspace.database.write() as connection:
            connection.execute(
                insert(pupils), {"upn": "A1", "legal_forename": "Jacob", "legal_surname": "Smith", "left_at": None}
            )
        before = count(workspace)
        device = NewDevice("cam-jacob", Kind.DROP_FOLDER, Owner.TRUST, Role.CEO, Role.CEO, folder=tmp_path / "cam")
        for act in (
            lambda: add_hold(workspace, Role.CEO, "p1", "Jacob Smith asked."),
            lambda: add_device(workspace, device),
        ):
            with pytest.raises(UsageError, match=r"(?i)jacob.* is on the roll; say it without the name"):
                act()
        assert count(workspace) == before
        assert add_hold(workspace, Role.CEO, "p1", "The police asked.").id == "hold-1"
