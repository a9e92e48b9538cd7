"""Face templates at rest: sealed, bound to their pupil, gone when deleted."""

from __future__ import annotations

from pathlib import Path

import pyrage  # type: ignore[import-untyped,import-not-found,unused-ignore]  # ships no stubs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from models.identity.templates import Template
from redact.store.database import Database, sqlite_url
from redact.store.pupils import templates as kept
from redact.store.schema.tables import metadata, pupils, templates

AT = "2026-03-02T10:00:00.000Z"
KEY = str(pyrage.x25519.Identity.generate())
OTHER = str(pyrage.x25519.Identity.generate())


def face(seed: float) -> Template:
    return Template(tuple(seed + n / 1000 for n in range(128)))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(sqlite_url(tmp_path / "workspace.db"))
    metadata.create_all(database.engine)
    with database.write() as connection:
        connection.execute(insert(pupils), [{"upn": upn, "is_never_shown": False} for upn in ("P1", "P2")])
        kept.add_template(connection, KEY, "P1", face(1), AT)
        kept.add_template(connection, KEY, "P1", face(2), AT)
        kept.add_template(connection, KEY, "P2", face(3), AT)
    return database


def test_read_back(database: Database) -> None:
    with database.read() as connection:
        assert kept.read_templates(connection, KEY, {"P1", "P2"}) == {"P1": (face(1), face(2)), "P2": (face(3),)}
        assert kept.read_templates(connection, KEY, {"P2"}) == {"P2": (face(3),)}
        assert kept.count_templates(connection) == {"P1": 2, "P2": 1}
        assert kept.count_damaged(connection, KEY) == 0


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=128, max_size=128))
def test_numbers_are_kept_exactly(numbers: list[float]) -> None:
    described = Template(tuple(numbers))
    assert kept._open(KEY, "P1", kept._seal(KEY, "P1", described)) == described


def test_the_database_alone_shows_nothing(database: Database, tmp_path: Path) -> None:
    """No number lies in the file, and another key opens nothing."""
    database.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert kept._PACKED.pack(*face(1).numbers)[:16] not in content and b"redact template" not in content
    with database.read() as connection:
        assert kept.read_templates(connection, OTHER, {"P1", "P2"}) == {}
        assert kept.count_damaged(connection, OTHER) == 3


def test_swapped_between_pupils(database: Database) -> None:
    """A description that was moved to another pupil is not used."""
    with database.write() as connection:
        connection.execute(update(templates).where(templates.c.upn == "P2").values(upn="P1"))
        assert kept.read_templates(connection, KEY, {"P1"}) == {"P1": (face(1), face(2))}
        assert kept.count_damaged(connection, KEY) == 1


@pytest.mark.parametrize("damage", [b"", b"age-encryption.org/v1\n", b"\xff" * 1500])
def test_damaged(database: Database, damage: bytes) -> None:
    with database.write() as connection:
        connection.execute(update(templates).where(templates.c.upn == "P2").values(sealed=damage))
        assert kept.read_templates(connection, KEY, {"P1", "P2"}).keys() == {"P1"}


def test_deleted_is_gone_from_the_file(database: Database, tmp_path: Path) -> None:
    with database.read() as connection:
        sealed = [bytes(row.sealed) for row in connection.execute(select(templates).where(templates.c.upn == "P1"))]
    with database.write() as connection:
        assert kept.delete_templates(connection, "P1") == 2
    database.close()  # the last connection brings the write-ahead log into the file
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert all(each[100:200] not in content for each in sealed)
