"""The only SQL on the register of sites: where the trust posts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from redact.store.schema.post_tables import sites

APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Site:
    """A site of the register."""

    id: str
    platform: str
    handle: str
    address: str
    owner: str  # the role that answers for the account
    school: str  # "": the trust's own
    purpose: str  # of consents: a shown pupil needs a yes to it
    words_max: int | None
    characters_max: int | None
    safeguards: Mapping[str, str]  # point of the checklist -> day it was checked
    terms_read_on: str | None
    details_checked_on: str | None
    logo_checked_on: str | None
    state: str  # asked | approved | retired
    added_at: str
    approved_at: str | None
    approved_by: str | None
    approver: str | None  # tag
    until: str | None
    retired_at: str | None

    def is_open_at(self, at: str) -> bool:
        """Say whether posts may go there at a moment: it is approved, and its due diligence is not overdue."""
        return self.state == APPROVED and self.until is not None and at <= self.until

    def serves(self, school: str) -> bool:
        """Say whether posts of a school may go there."""
        return self.school in {"", school}


def read_site(connection: Connection, site: str) -> Site | None:
    """Return one site of the register."""
    row = connection.execute(select(sites).where(sites.c.id == site)).first()
    return None if row is None else _site(row)


def list_sites(connection: Connection) -> tuple[Site, ...]:
    """Return every site, retired ones too, by id."""
    return tuple(_site(row) for row in connection.execute(select(sites).order_by(sites.c.id)))


def _site(row: Row[Any]) -> Site:
    columns = {name: getattr(row, name) for name in Site.__slots__ if name != "safeguards"}
    return Site(**columns, safeguards=json.loads(row.safeguards))
