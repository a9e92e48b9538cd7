"""What an older program remembered of headings, in a workspace that goes on."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import update

from redact.store.schema.tables import mappings
from redact.workspace.open import open_workspace
from tests.cli.test_consent import BY, ROLL, Office
from tests.rigs.living import copy_workspace


def test_a_heading_that_was_remembered_with_its_signs_is_known_and_forgotten(tmp_path: Path) -> None:
    """Such a row stayed for good, and the next meaning of its heading stood beside it."""
    copy_workspace(tmp_path / "workspace")
    office = Office(tmp_path / "workspace")
    office.run("roll", "import", ROLL, "--yes", *BY)
    table = office.written("consents.csv", "UPN,Website", "M999123425007,Yes")
    assert office.run("consent", "import", table, "--map", "Website=not website", "--yes", *BY).code == 0
    with open_workspace(office.folder) as workspace, workspace.audit_log.writing() as entries:
        entries.connection.execute(update(mappings).values(heading="web\u200bsite", spelled="Web\u200bsite"))
    assert "website        refused" in office.run("consent", "show", "M999123425007").out
    assert "a yes below it is a no" in office.run("consent", "import", table).out
    assert (
        office.run("consent", "import", table, "--map", "Website=ignore", "--yes", *BY).code == 2
    )  # no purpose is left
    press = office.written("press.csv", "UPN,Website,Press", "M999123425007,Yes,Yes")
    assert office.run("consent", "import", press, "--map", "Website=press", "--yes", *BY).code == 0
    assert office.run("consent", "mappings").out.count("site ->") == 1
    assert office.run("consent", "mappings", "--forget", "Website", *BY).code == 0
    assert office.run("consent", "mappings").out.count("site ->") == 0
