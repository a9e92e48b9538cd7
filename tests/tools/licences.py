"""What is installed with the program is under which licence: prints the tables of docs/licences.md.

    python -m tests.tools.licences [--write]

The packages are those of uv.lock that an installation on this machine needs; each licence is the one that the installed
package states. What a package states in free words, or only in its licence file, stands in SAID and IN_FILE with what
was read into it, so that other words stop the program until somebody has read them. Libraries that a wheel brings along
(in its *.libs folder, as Linux wheels do) stand in COPYLEFT and PERMISSIVE likewise; what is linked into a wheel's own
modules is told by the licence files of that wheel alone.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any, Final

from packaging.markers import Marker

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs/licences.md"
BEGIN, END = "<!-- written by tests/tools/licences.py -->", "<!-- end -->"

#: What a package states in words, and the SPDX identifier that these words mean.
WORDS: Final = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Boost Software License": "BSL-1.0",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "MIT license": "MIT",
}
#: Packages whose words leave open which licence: the words, and what the licence file says; read on 2026-11-28.
SAID: Final = {
    "jinja2": ("BSD License", "BSD-3-Clause"),
    "omegaconf": ("BSD License", "BSD-3-Clause"),
    "pebble": ("LGPL", "LGPL-3.0-or-later"),
    "pillow-heif": ("BSD-3-Clause", "BSD-3-Clause; its wheel GPL-2.0"),
}
#: Packages that state nothing: a sentence of the licence file, and which licence it is of.
IN_FILE: Final = {
    "pyrage": ("The MIT License (MIT)", "MIT"),
    "pysqlite3": ("This software is provided 'as-is', without any express or implied warranty.", "Zlib"),
}
#: Packages of the lock that are installed on other systems only.
ELSEWHERE: Final = {"colorama": "BSD-3-Clause"}

_GCC: Final = "GPL-3.0-or-later WITH GCC-exception-3.1"
#: Libraries in wheels that are under copyleft, by the beginning of their name; the longest that fits counts.
COPYLEFT: Final = {
    "libav": "LGPL-2.1-or-later",
    "libcrypt": "LGPL-2.1-or-later",
    "libde265": "LGPL-3.0-or-later",
    "libgeos": "LGPL-2.1-only",
    "libgfortran": _GCC,
    "libheif": "LGPL-3.0-or-later",
    "libkeyutils": "LGPL-2.1-or-later",
    "libquadmath": "LGPL-2.1-or-later",
    "libswresample": "LGPL-2.1-or-later",
    "libswscale": "LGPL-2.1-or-later",
    "libx265": "GPL-2.0-or-later",
}
#: The same, under licences without copyleft (BSD, MIT, Apache, libpng and the like).
_PERMISSIVE: Final = """
    libXau libaom libavif libbrotli libcom_err libcrypto libdrm libfreetype libgssapi_krb5 libharfbuzz libjpeg
    libk5crypto libkrb5 liblber liblcms2 libldap liblzma libopenblas libopenjp2 libpng16 libpq libsasl2
    libscipy_openblas libsharpyuv libssl libtiff libvpx libwebp libxcb libzstd
"""
PERMISSIVE: Final = frozenset(_PERMISSIVE.split())
_COPYLEFT: Final = re.compile(r"\b(?:A?GPL|LGPL|MPL|EPL|EUPL|CDDL)-")


@dataclass(frozen=True, slots=True)
class Package:
    """One package that is installed with the program."""

    name: str
    licence: str  # SPDX, or what stands in SAID
    carries: tuple[str, ...]  # copyleft libraries in its wheel, each with its licence

    @property
    def is_copyleft(self) -> bool:
        """Return whether the package, or something in its wheel, is."""
        return bool(self.carries or _COPYLEFT.search(self.licence))


class UnreadLicenceError(Exception):
    """A package or a library says something that nobody has read yet."""


def packages() -> tuple[Package, ...]:
    """Return every package that the program needs here, by name.

    Raises:
        UnreadLicenceError: a statement that is in none of the tables above.
    """
    return tuple(_describe(name, distribution(name)) for name in sorted(_needed()) if name not in ELSEWHERE)


def _needed() -> set[str]:
    """Return the names of what uv.lock installs with the program on this machine, and ELSEWHERE's."""
    entries: dict[str, list[Mapping[str, Any]]] = {}
    for entry in tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]:
        entries.setdefault(entry["name"], []).append(entry)
    seen: set[tuple[str, tuple[str, ...]]] = set()
    waiting = list(_links(entries["redact"], ()))
    while waiting:
        link = waiting.pop()
        if link not in seen:
            seen.add(link)
            waiting += _links(entries[link[0]], link[1])
    return {name for name, _ in seen}


def _links(entries: Sequence[Mapping[str, Any]], extras: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in entries:
        optional = entry.get("optional-dependencies", {})
        for link in (*entry.get("dependencies", ()), *(one for extra in extras for one in optional[extra])):
            if "marker" not in link or link["name"] in ELSEWHERE or Marker(link["marker"]).evaluate():
                yield link["name"], tuple(link.get("extra", ()))


def _describe(name: str, installed: Distribution) -> Package:
    carried = {copyleft_of(name, library) for library in _libraries(installed)} - {""}
    return Package(name, licence_of(name, installed), tuple(sorted(carried)))


def licence_of(name: str, installed: Distribution) -> str:
    """Return the licence that an installed package states.

    Raises:
        UnreadLicenceError: it states something that nobody has read yet.
    """
    said = installed.metadata
    classified = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier", []) if line.startswith("License")]
    stated = (*said.get_all("License-Expression", []), *said.get_all("License", []), *classified)
    words = next(iter(filter(None, stated)), "")
    if name in SAID and SAID[name][0] == words:
        return SAID[name][1]
    if name in IN_FILE and not words and IN_FILE[name][0] in _licence_text(installed):
        return IN_FILE[name][1]
    if name not in SAID and name not in IN_FILE and (spdx := WORDS.get(words, words)) and _is_spdx(spdx):
        return spdx
    raise UnreadLicenceError(f"{name} states {words[:60]!r}: read its licence, and say in licences.py what it is.")


def _is_spdx(words: str) -> bool:
    """Return whether these are identifiers joined by AND, OR and WITH, each with a version or of a known name."""
    return all(
        re.fullmatch(r"[A-Za-z0-9]+(-[\w.]+)+|0BSD|ISC|MIT|Zlib", part)
        for part in re.split(r" (?:AND|OR|WITH) ", words)
    )


def _licence_text(installed: Distribution) -> str:
    files = (file for file in installed.files or () if re.match(r"LICEN[CS]E", file.name))
    return " ".join(" ".join(file.read_text().split()) for file in files)


def _libraries(installed: Distribution) -> set[str]:
    files = (file for file in installed.files or () if file.parts[0].endswith(".libs") and ".so" in file.name)
    return {re.split(r"-[0-9a-f]{8}(?![0-9a-f])", file.name)[0] for file in files}


def copyleft_of(package: str, library: str) -> str:
    """Return a library's name and copyleft licence; empty: it is under none.

    Raises:
        UnreadLicenceError: it is in neither table.
    """
    known = max((name for name in (*COPYLEFT, *PERMISSIVE) if library.startswith(name)), key=len, default=None)
    if known is None:
        raise UnreadLicenceError(f"{package} brings {library}: read its licence, and say in licences.py what it is.")
    return f"{library.removesuffix('_c')} ({COPYLEFT[known]})" if known in COPYLEFT else ""


def tables() -> str:
    """Return the tables of the page, as Markdown."""
    weights = tomllib.loads((ROOT / "models/MANIFEST.toml").read_text("utf-8"))["weight"]
    places = {"package": "in the wheel", "user": "added by a person"}
    every = packages()
    rows = [f"| {one.name} | {one.licence} | {', '.join(one.carries)} |" for one in every]
    files = [
        f"| {one['file'].rpartition('/')[2]} | {one['licence']} | {places.get(one['place'], one['place'])} |"
        for one in weights
    ]
    return "\n".join(
        [
            "| package | licence | copyleft libraries in its wheel |",
            "|---|---|---|",
            *rows,
            "",
            "On other systems also: " + ", ".join(f"{name} ({spdx})" for name, spdx in ELSEWHERE.items()) + ".",
            "",
            "Copyleft, or with copyleft inside: " + ", ".join(one.name for one in every if one.is_copyleft) + ".",
            "",
            "| weights | licence | where they are |",
            "|---|---|---|",
            *files,
        ]
    )


def written() -> str:
    """Return the tables as they stand on the page."""
    return PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip()


def main() -> None:
    """Print the tables, or write them to the page."""
    if sys.argv[1:] != ["--write"]:
        print(tables())
        return
    head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n\n{tables()}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
