"""What the documents promise is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.rigs.demoed import readme_blocks
from tests.rigs.program import run_program

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = readme_blocks()


def test_every_command_of_the_program_stands_in_the_readme_and_the_other_way_round(tmp_path: Path) -> None:
    shown = run_program("--help", home=tmp_path).stdout
    listed = set(re.findall(r"^  ([\w-]+)  ", shown.split("Commands:")[1], re.MULTILINE))
    assert listed == set(re.findall(r"^\| `redact ([\w-]+)", README, re.MULTILINE))


def test_ci_runs_the_readmes_test_command() -> None:
    test_command = next(block for block in BLOCKS if "pytest" in block).strip().splitlines()[-1]
    assert test_command.split("&& ")[1] in (ROOT / ".ci/run").read_text("utf-8")


@pytest.mark.parametrize(
    "document", sorted(path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")))
)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert [target for target in targets if not ((ROOT / document).parent / target).exists()] == []


def test_every_file_that_the_map_names_exists() -> None:
    text = (ROOT / "docs/map.md").read_text("utf-8")
    named = re.findall(r"`((?:redact|models|watcher|sample_images|docs)/[\w./]+)`", text)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_file_that_a_comment_or_docstring_names_exists() -> None:
    """By its own name alone: what moves or is renamed leaves no reader searching for it."""
    sources = [path for folder in ("redact", "watcher", "models") for path in (ROOT / folder).rglob("*.py")]
    names = {path.name for path in (*sources, *(ROOT / "tests").rglob("*.py"))}
    found = {path: {*re.findall(r"(?<![\w.])[a-z][a-z_]*\.py\b", path.read_text("utf-8"))} for path in sources}
    assert {(str(path), name) for path, named in found.items() for name in named - names} == set()


def test_the_walk_of_one_photo_names_functions_that_are_there_and_is_short() -> None:
    """Each function of the map's walk is defined in a file of its row; a method is named with its class or alone."""
    text = (ROOT / "docs/map.md").read_text("utf-8")
    rows = re.findall(r"^\| \d+ \| (.+) \| (.+) \|$", text.partition("## The walk of one photo")[2], re.MULTILINE)
    assert 15 < len(rows) <= 25
    for what, where in rows:
        paths = [ROOT / name for name in re.findall(r"`([\w./]+)`", where)]
        source = "\n".join(
            file.read_text("utf-8") for path in paths for file in (path.glob("*.py") if path.is_dir() else [path])
        )
        names = [name.rpartition(".")[2] for name in re.findall(r"`([\w.]+)`", what)]
        assert names, what
        assert [name for name in names if not re.search(rf"def {name}\b", source)] == [], what


def test_the_import_line_of_the_map_is_the_plan() -> None:
    import tomllib

    plan = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    line = " > ".join(layer for layer in plan["layers"] if layer != "__main__")
    assert f"`{line}`" in (ROOT / "docs/map.md").read_text("utf-8")


def test_the_readme_installs_what_is_locked_and_nothing_for_tests() -> None:
    (command,) = [line for block in BLOCKS for line in block.splitlines() if "/bin/redact" in line]
    install = command.split("&&")[0].split()
    assert install[:2] == [".uv/bin/uv", "sync"], "uv tool install checks no hash"
    assert {"--locked", "--no-dev", "--no-editable"} <= set(install)
    assert install[-2:] == ["--reinstall-package", "redact"], "without it an update of the source alone is not seen"


def test_every_locked_package_has_a_hash() -> None:
    import tomllib

    locked = list(tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"])
    files = {entry["name"]: [*entry.get("wheels", ()), *filter(None, [entry.get("sdist")])] for entry in locked}
    assert files.pop("redact") == []
    assert [name for name, given in files.items() if not given] == []
    assert [name for name, given in files.items() for one in given if not one["hash"].startswith("sha256:")] == []
