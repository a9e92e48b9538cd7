"""docs/licences.md says what is installed, and a licence that nobody has read stops whoever changes a dependency."""

from __future__ import annotations

import sys
import tomllib
from email.message import Message
from importlib.metadata import Distribution, version
from pathlib import Path
from typing import Any

import pytest

from tests.tools import licences
from tests.tools.licences import ROOT, UnreadLicenceError, copyleft_of, licence_of, packages, tables, written


class Installed(Distribution):
    """A package that states what the test says."""

    def __init__(self, **stated: str) -> None:
        self._stated = Message()
        for name, words in stated.items():
            self._stated[name.replace("_", "-")] = words

    @property
    def metadata(self) -> Any:
        return self._stated

    def read_text(self, filename: str) -> str | None:  # noqa: ARG002
        return None

    def locate_file(self, path: Any) -> Any:
        return Path(path)


@pytest.mark.skipif(sys.platform != "linux" or sys.version_info >= (3, 12), reason="other wheels carry other libraries")
def test_the_page_says_what_is_installed() -> None:
    assert written() == tables(), "read what changed, then: python -m tests.tools.licences --write"


def test_the_packages_are_those_of_an_installation_without_tests() -> None:
    names = {package.name for package in packages()}
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    direct = {wish.split("=")[0].split(">")[0].split("<")[0].split("[")[0] for wish in wanted}
    assert direct <= names
    assert {"greenlet", "psycopg-binary", "urllib3"} <= names, "an extra of an extra, an extra, a dependency's own"
    assert not {"pytest", "dlib", "opencv-python", "redact"} & names


def test_what_is_copyleft_is_told() -> None:
    told = {package.name for package in packages() if package.is_copyleft}
    assert {"pillow-heif", "psycopg", "pebble", "certifi", "tqdm"} <= told
    assert not {"pillow", "rapidocr", "dbos", "dlib-bin"} & told


@pytest.mark.parametrize(
    ("name", "stated", "spdx"),
    [
        ("x", {"License_Expression": "MIT OR Apache-2.0"}, "MIT OR Apache-2.0"),
        ("x", {"License": "Apache 2.0"}, "Apache-2.0"),
        ("x", {"Classifier": "License :: OSI Approved :: MIT License"}, "MIT"),
        ("jinja2", {"Classifier": "License :: OSI Approved :: BSD License"}, "BSD-3-Clause"),
    ],
)
def test_a_statement_becomes_an_identifier(name: str, stated: dict[str, str], spdx: str) -> None:
    assert licence_of(name, Installed(**stated)) == spdx


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("x", {}),
        ("x", {"License": "see the file"}),
        ("x", {"License": "BSD License"}),
        ("jinja2", {"License_Expression": "AGPL-3.0-only"}),
        ("pyrage", {}),
        ("pyrage", {"License": "Proprietary"}),
    ],
)
def test_a_statement_that_nobody_has_read_stops(name: str, stated: dict[str, str]) -> None:
    with pytest.raises(UnreadLicenceError, match=f"{name} states"):
        licence_of(name, Installed(**stated))


def test_a_library_that_nobody_has_read_stops() -> None:
    assert copyleft_of("x", "libavcodec") == "libavcodec (LGPL-2.1-or-later)"
    assert copyleft_of("x", "libavif") == "", "the longest name counts, not libav"
    with pytest.raises(UnreadLicenceError, match="x brings libmystery"):
        copyleft_of("x", "libmystery")


def test_the_versions_on_the_page_are_those_installed() -> None:
    """The reason for pillow-heif rests on what it carries; a new version is a reason to read the reason again."""
    import pillow_heif

    text = " ".join(licences.PAGE.read_text("utf-8").split())
    carried = pillow_heif.libheif_info()
    assert f"pillow-heif {version('pillow-heif')} carries libheif {carried['libheif']} and libde265" in text
    assert f"libde265 {carried['decoders']['libde265'].rpartition(' ')[2]}. Both" in text


def test_the_project_says_its_own_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    assert all(list(ROOT.glob(pattern)) for pattern in project["license-files"])
    assert "Version 2.0, January 2004" in (ROOT / "LICENSE").read_text("utf-8")
    notice = (ROOT / "NOTICE").read_text("utf-8")
    shipped = list((ROOT / "models").rglob("*.onnx"))
    assert len(shipped) == 2
    assert all(file.relative_to(ROOT).as_posix() in notice for file in shipped)
