"""What the desk sends to browsers as it is: no other site, no eval, the pinned script, licences beside it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.rigs.workspaces import sha

TEMPLATES = Path(__file__).parents[2] / "redact/desk/templates"
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


class _NeedsScripts(HTMLParser):
    """Lists what a person without scripts sees and cannot use."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: list[str] = []  # open elements from the first one on that is hidden
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self.hidden or "hidden" in given or "scripted" in (given.get("class") or "").split():
            if tag not in {"input", "img", "br", "image", "meta", "link"}:
                self.hidden.append(tag)
        elif given.get("type") == "button" or ({"a": "href", "form": "action"}.get(tag, "") not in {"", *given}):
            self.found.append(str(self.get_starttag_text()))

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and self.hidden[-1] == tag:
            self.hidden.pop()


def test_without_scripts_nothing_is_seen_that_does_nothing() -> None:
    for path in sorted(TEMPLATES.glob("*.html")):
        reader = _NeedsScripts()
        reader.feed(re.sub(r"{%.*?%}|{#.*?#}", "", path.read_text(), flags=re.DOTALL))
        assert reader.found == [], path.name
    reader = _NeedsScripts()
    reader.feed('<p hidden><button type="button">a</button></p><button type="button">b</button>')
    assert reader.found == ['<button type="button">']
