"""What the desk sends to browsers as it is: no other site, no eval, the pinned script, licences beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.rigs.workspaces import sha

STATIC = Path(__file__).parents[2] / "redact/desk/static"
OWN = sorted(STATIC.glob("*.js"))


def test_the_vendored_script_is_the_one_that_docs_licences_names() -> None:
    script = (STATIC / "vendored/age-encryption.min.js").read_bytes()
    named = (STATIC.parents[2] / "docs/licences.md").read_text()
    assert sha(script) in named
    licences = (STATIC / "vendored/age-encryption.LICENSE").read_text()
    assert "The age Authors" in licences and licences.count("Paul Miller") >= 5


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_our_scripts_build_no_page_from_text_and_reach_no_other_site(path: Path) -> None:
    text = path.read_text()
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?:",
        text.replace("http://www.w3.org/2000/svg", ""),
    )
    kept = r"localStorage|sessionStorage|indexedDB|caches\.|document\.cookie"
    uses = re.findall(rf"(?:{kept})\S*", text)
    only = ["sessionStorage.setItem(UNSENT,", "sessionStorage.removeItem(UNSENT);", "sessionStorage.getItem(UNSENT));"]
    assert uses == (only if path.name == "unsent.js" else []), (
        "a browser keeps places that were drawn, and nothing else"
    )
    assert len(text.splitlines()) <= 300
