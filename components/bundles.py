"""Bundles of scripts and style sheets: three files instead of ninety requests per page.

Built from the sources at start. The name of each has a hash of its content, so browsers cache it until it changes.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from components.time_series_plot.parts import PARTS
from components.urls import BUNDLE

HERE = Path(__file__).resolve().parent
ASSETS = HERE / "assets"
MODULES = HERE / "time_series_plot" / "modules"
VENDOR = HERE / "time_series_plot" / "vendor"
LOADING = ASSETS / "inline" / "loading.js"
LIBRARIES = {"autocomplete": VENDOR / "autocomplete.es.min.js"}
_IMPORT = re.compile(r'^import (\w*)(?:, )?(\{ [\w, ]+ \})? from "\./(\w+)\.mjs";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class) (\w+))", re.MULTILINE)
_ICON = re.compile(r'content:("\\f\w+")')
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_LAST_DEFAULT = re.compile(r"export default \w+;\s*\Z")


@dataclass(frozen=True)
class Bundle:
    """Concatenated source files: file ``name``, ``text`` and media type."""

    name: str
    text: str
    mimetype: str

    @property
    def url(self) -> str:
        """URL of the bundle."""
        return BUNDLE + self.name


@cache
def first_script() -> str:
    """The inline script of every page: it runs before anything is requested."""
    return f"(() => {{\n{LOADING.read_text(encoding='utf-8')}}})();"


def first_script_hash() -> str:
    """Source expression of :func:`first_script` for the Content-Security-Policy."""
    return f"'sha256-{b64encode(sha256(first_script().encode()).digest()).decode()}'"


@cache
def bundles() -> dict[str, Bundle]:
    """``styles`` and ``scripts`` of every page, and ``plot``, the ES module of the plot."""
    styles = joined(ASSETS, "css").replace('url("fonts/', 'url("../assets/vendor/fonts/')
    styles = _ICON.sub(r'content:\1;content:\1/""', styles)  # hide icons from screen readers
    return {
        "styles": _bundle("styles", "css", styles, "text/css"),
        "scripts": _bundle("scripts", "js", joined_scripts(ASSETS), "text/javascript"),
        "plot": _bundle("plot", "mjs", joined_modules(MODULES, "plot", PARTS, LIBRARIES), "text/javascript"),
    }


def joined(folder: Path, ending: str) -> str:
    """Concatenation of all files with a suffix: files of a folder before those of sub-folders."""
    files = sorted(folder.rglob(f"*.{ending}"), key=lambda path: (path.parent, path.name))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def joined_scripts(folder: Path) -> str:
    """Join the scripts of a folder, each in its own scope; they share Dash's ``clientside``."""
    closed = [
        f"((clientside) => {{\n{path.read_text(encoding='utf-8')}}})((window.dash_clientside ||= {{}}));\n"
        for path in sorted(folder.glob("*.js"))
    ]
    return '"use strict";\n' + "".join(closed)


def joined_modules(
    folder: Path, entry: str, parts: Sequence[str] = (), libraries: Mapping[str, Path] = MappingProxyType({})
) -> str:
    """The ES modules ``*.mjs`` of a folder as one module, with the exports of ``entry``.

    A module ``parts`` is made: its default export is a list of the default exports of ``parts``. ``libraries`` are
    further modules by name: small files whose last statement is a default export. They are in the bundle, since a
    request for them would fail while the server is away.

    Supported imports: ``import name from "./other.mjs"``, ``import { a, b } from …`` or both combined; exports:
    ``export default``, ``export const`` or ``export class``.

    Raises:
        ValueError: a module uses another form.
    """
    closed: dict[str, str] = {}
    listed = "".join(f'import {name} from "./{name}.mjs";\n' for name in parts)
    listed += f"export default [{', '.join(parts)}];\n"

    def add(name: str) -> None:
        if name == "parts":
            source = listed
        elif name in libraries:
            source = _LAST_DEFAULT.sub(r"\n\g<0>", libraries[name].read_text(encoding="utf-8"))
        else:
            source = (folder / f"{name}.mjs").read_text(encoding="utf-8")
        for *_, other in _IMPORT.findall(source):
            if other not in closed:
                add(other)
        closed[name] = _closed(name, source)

    add(entry)
    exported = ", ".join(_EXPORT.findall((folder / f"{entry}.mjs").read_text(encoding="utf-8")))
    return "\n".join([*closed.values(), f"export const {{ {exported} }} = module_{entry};\n"])


def _closed(name: str, source: str) -> str:
    """A module as an immediately invoked function that returns its exports."""
    names = _EXPORT.findall(source)
    body = _IMPORT.sub(_import_statement, source)
    body, defaults = _DEFAULT.subn("const exported_default = ", _EXPORT.sub("", body))
    if re.search(r"^(?:import|export)\b", body, re.MULTILINE):
        raise ValueError(
            f"{name}.mjs has an import or export of a form that components/bundles.py does not support."
        )
    given = ", ".join([*names, *["default: exported_default"] * defaults])
    return f"const module_{name} = (() => {{\n{body}\nreturn {{ {given} }};\n}})();"


def _import_statement(match: re.Match[str]) -> str:
    whole, parts, other = match.groups()
    statements = [f"const {whole} = module_{other}.default;"] if whole else []
    return " ".join([*statements, *([f"const {parts} = module_{other};"] if parts else [])])


def _bundle(name: str, ending: str, text: str, mimetype: str) -> Bundle:
    digest = sha256(text.encode()).hexdigest()[:16]
    return Bundle(f"{name}.{digest}.{ending}", text, mimetype)
