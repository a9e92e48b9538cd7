"""The only SQL on the register of sites: where the trust posts, what was checked there, until when it is approved.

A change is compared with the state that was seen, and swapped; each is made in a transaction of the caller's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from redact.store.schema.tables.of_posts import sites

Schools = frozenset[str] | None  # None: every one


class SiteState(StrEnum):
    """How a site stands on the register."""

    ASKED = "asked"  # written down; nobody approved it, or it changed since
    APPROVED = "approved"  # until its day
    RETIRED = "retired"  # for good


#: Points of the checklist that have a column of their own; the others stand in `safeguards`.
_COLUMNS: Final = {"terms": "terms_read_on", "details": "details_checked_on", "logo": "logo_checked_on"}


@dataclass(frozen=True, slots=True)
class Account:
    """What a site is: all that the one who keeps the register writes; a change of it asks for another approval."""

    platform: str  # a word of the program's
    handle: str  # as the platform spells it
    address: str  # https://...
    owner: str  # the role that answers for it
    school: str  # "": the trust's own
    purpose: str  # of consents
    words_max: int | None  # of a caption; None: the platform sets no limit
    characters_max: int | None

    def serves(self, school: str) -> bool:
        """Return whether posts of a school may go there."""
        return self.school in {"", school}


@dataclass(frozen=True, slots=True)
class Checker:
    """Who saw a point of the checklist to be so."""

    role: str
    tag: str


@dataclass(frozen=True, slots=True)
class Site(Account):
    """One site of the register."""

    id: str
    checked: Mapping[str, str]  # point of the checklist -> day on which it was seen to be so
    checked_by: Mapping[str, Checker]  # point -> who saw it, as far as that was written down
    state: SiteState
    added_at: str
    approved_at: str | None
    approved_by: str | None  # role
    until: str | None  # moment: the approval's end
    retired_at: str | None

    @property
    def account(self) -> Account:
        """What the site is, without how it stands."""
        return Account(**_columns(self))

    def is_open_at(self, at: str) -> bool:
        """Return whether the trust may post there at a moment: approved, and the approval has not ended."""
        return self.state is SiteState.APPROVED and self.until is not None and at < self.until

    def is_overdue_at(self, at: str) -> bool:
        """Return whether due diligence is due again: the approval has ended, and nobody retired the site."""
        return self.state is SiteState.APPROVED and not self.is_open_at(at)


def read_site(connection: Connection, site: str, schools: Schools = None) -> Site | None:
    """Return one site; None where there is none, or none of these schools' nor the trust's."""
    row = connection.execute(select(sites).where(sites.c.id == site, _of(schools))).first()
    return None if row is None else _site(row)


def list_sites(connection: Connection, schools: Schools = None) -> tuple[Site, ...]:
    """Return the sites of these schools and the trust's own, by school and id; retired ones last."""
    rows = connection.execute(select(sites).where(_of(schools)).order_by(sites.c.school, sites.c.id))
    found = tuple(map(_site, rows))
    return tuple(sorted(found, key=lambda site: site.state is SiteState.RETIRED))


def add_site(connection: Connection, site: str, account: Account, at: str) -> None:
    """Write a site down; nobody has approved it."""
    row = {"id": site, "safeguards": "{}", "state": SiteState.ASKED.value, "added_at": at}
    connection.execute(insert(sites), row | _columns(account))


def change_account(connection: Connection, site: Site, account: Account) -> bool:
    """Write what a site is; its approval ends with that.  False where it stands otherwise than it was seen."""
    back = {"state": SiteState.ASKED.value, "approved_at": None, "approved_by": None, "approver": None, "until": None}
    return _swap(connection, site, **_columns(account), **back)


def write_checked(
    connection: Connection, site: Site, checked: Mapping[str, str], checked_by: Mapping[str, Checker]
) -> bool:
    """Write on which day each point was seen to be so, and by whom; False where it stands otherwise than seen."""
    return _swap(connection, site, **_checks(checked), checked_by=_print_checkers(checked_by))


def approve_site(connection: Connection, site: Site, by: str, approver: str, at: str, until: str) -> bool:
    """Write that a site is approved until then; False where it stands otherwise than it was seen."""
    given = {"approved_at": at, "approved_by": by, "approver": approver, "until": until}
    return _swap(connection, site, state=SiteState.APPROVED.value, **given)


def retire_site(connection: Connection, site: Site, at: str) -> bool:
    """Write that a site is retired for good; False where it stands otherwise than it was seen."""
    return _swap(connection, site, state=SiteState.RETIRED.value, retired_at=at)


def _swap(connection: Connection, site: Site, **columns: object) -> bool:
    """Change a site that stands as it was seen, its approval and its checks included, and is not retired."""
    same = sites.c.id == site.id, sites.c.state == site.state.value, sites.c.until.is_not_distinct_from(site.until)
    seen = _columns(site) | _checks(site.checked) | {"checked_by": _print_checkers(site.checked_by)}
    unchanged = (sites.c[name].is_not_distinct_from(value) for name, value in seen.items())
    is_there = sites.c.state != SiteState.RETIRED.value
    return bool(connection.execute(update(sites).where(is_there, *same, *unchanged).values(**columns)).rowcount)


def _of(schools: Schools) -> ColumnElement[bool]:
    return (
        sites.c.id.is_not(None) if schools is None else or_(sites.c.school.in_(sorted(schools)), sites.c.school == "")
    )


def _columns(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in Account.__slots__}


def _checks(checked: Mapping[str, str]) -> dict[str, str | None]:
    own = {column: checked.get(point) for point, column in _COLUMNS.items()}
    rest = {point: day for point, day in sorted(checked.items()) if point not in _COLUMNS}
    return {"safeguards": json.dumps(rest), **own}


def _print_checkers(checked_by: Mapping[str, Checker]) -> str:
    return json.dumps({point: [who.role, who.tag] for point, who in sorted(checked_by.items())})


def _site(row: Row[Any]) -> Site:
    own = {point: getattr(row, column) for point, column in _COLUMNS.items() if getattr(row, column)}
    same = (*Account.__slots__, "id", "added_at", "approved_at", "approved_by", "until", "retired_at")
    checked = {**json.loads(row.safeguards), **own}
    checked_by = {point: Checker(role, tag) for point, (role, tag) in json.loads(row.checked_by).items()}
    kept = {name: getattr(row, name) for name in same}
    return Site(**kept, checked=checked, checked_by=checked_by, state=SiteState(row.state))
