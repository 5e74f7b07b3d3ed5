"""House rules of the code that linters do not check."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from enum import StrEnum
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from components import ids
from components.bundles import ASSETS
from docs.screenshots import PICTURES
from services.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("services", "background", "components", "callbacks", "pages", "routes")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
PROGRAM = [ROOT / "app.py", *SOURCES]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TARGETS = ("run", "test", "check", "bench", "bench-train", "soak", "screenshots", "clean", "help")
ENUMS = [
    kind
    for kind in vars(ids).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path: Path) -> Iterator[str]:
    """The full name of every module that ``path`` imports anywhere, in functions too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute here"
            yield node.module or ""


def places(found: dict[Path, set[str]]) -> str:
    return "\n".join(f"{path.relative_to(ROOT)}: {', '.join(sorted(names))}" for path, names in found.items())


def importing(paths: list[Path], *forbidden: str) -> str:
    """Which of ``paths`` import one of the packages ``forbidden``, as text; empty when none does."""
    found = {path: {name for name in imported(path) if name.split(".")[0] in forbidden} for path in paths}
    return places({path: names for path, names in found.items() if names})


def test_no_module_imports_app() -> None:
    assert importing(SOURCES, "app") == ""


def test_services_do_not_know_the_web() -> None:
    services = [path for path in SOURCES if path.is_relative_to(ROOT / "services")]
    web = ("dash", "flask", "plotly", "dash_ag_grid", "dash_bootstrap_components")
    assert importing(services, *web, "components", "callbacks", "pages", "routes") == ""


def test_components_do_not_know_who_uses_them() -> None:
    components = [path for path in SOURCES if path.is_relative_to(ROOT / "components")]
    assert importing(components, "callbacks", "pages", "routes", "flask") == ""


def test_only_the_models_import_torch() -> None:
    rooms = (ROOT / "services" / "torch_models", ROOT / "services" / "learning")
    others = [path for path in PROGRAM if not any(path.is_relative_to(room) for room in rooms)]
    assert importing(others, "torch", "torchvision", "torchaudio") == ""


def test_a_package_holds_a_map_and_exports_and_no_logic() -> None:
    logic = {
        path: {type(node).__name__}
        for path in PROGRAM
        if path.name == "__init__.py" and path.is_relative_to(ROOT / "services")
        for node in tree(path).body
        if not isinstance(node, ast.Import | ast.ImportFrom)
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        if not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
    }
    assert places(logic) == ""


def test_a_map_names_modules_that_are_there() -> None:
    missing = {
        path: {name}
        for path in PROGRAM
        if path.name == "__init__.py" and path.is_relative_to(ROOT / "services")
        for name in re.findall(r":mod:`\.(\w+)`", ast.get_docstring(tree(path)) or "")
        if not (path.parent / f"{name}.py").is_file() and not (path.parent / name).is_dir()
    }
    assert places(missing) == ""


def test_building_the_application_imports_nothing_heavy(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
import app
from services.settings import Settings
app.create_app(Settings(data_dir=Path({str(tmp_path)!r}) / "data"))
loaded = {{"torch", "pandas", "scipy", "sklearn"}} & sys.modules.keys()
assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_importing_any_module_does_no_work(tmp_path: Path) -> None:
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in SOURCES
    ]
    names = [name for name in names if ".migrations" not in name]  # run by Alembic, not imported
    code = f"""
import importlib, os, sqlite3, sys, threading
def refuse(event, arguments):
    if event == "open" and arguments[0] == os.devnull:  # dill, if it is installed, looks what kind of file it gives
        return
    if event in ("sqlite3.connect", "socket.bind", "subprocess.Popen") or event == "open" and arguments[2] & os.O_CREAT:
        raise RuntimeError(f"{{event}} {{arguments}} while importing")
sys.dont_write_bytecode = True
sys.modules["dill"] = None  # torch imports it where it is installed, and it opens files
sys.addaudithook(refuse)
for name in {names!r}:
    importlib.import_module(name)
assert threading.active_count() == 1, threading.enumerate()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_in_the_program_prints() -> None:
    printing = {
        path: {f"line {node.lineno}"}
        for path in PROGRAM
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert places(printing) == ""


def test_only_app_reads_the_environment() -> None:
    reading = {
        path: {"os.environ"}
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
        if ast.unparse(node.value) == "os"
    }
    assert places(reading) == ""


def test_no_module_keeps_state_in_a_global() -> None:
    using = {
        path: set(node.names)
        for path in PROGRAM
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Global)
    }
    assert places(using) == ""


def test_callbacks_are_never_registered_when_a_module_is_imported() -> None:
    loose = {
        path: {ast.unparse(node)}
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "dash"
        if {"callback", "clientside_callback"} & {name.name for name in node.names}
    }
    assert places(loose) == ""


def test_a_callback_fits_in_fifteen_lines() -> None:
    long = {
        path: {f"{node.name}: {node.body[-1].end_lineno - node.body[0].lineno + 1} lines"}
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        if any(ast.unparse(decorator).startswith("app.callback(") for decorator in node.decorator_list)
        if (node.body[-1].end_lineno or 0) - node.body[0].lineno >= 15
    }
    assert places(long) == ""


@pytest.mark.parametrize("package", ["callbacks", "routes", "pages"])
def test_every_module_of_the_surface_has_register_and_is_listed(package: str) -> None:
    listed = (ROOT / package / "__init__.py").read_text()
    imports = {name for path in (ROOT / package).glob("*.py") for name in imported(path)}
    for path in (ROOT / package).glob("[!_]*.py"):
        registers = hasattr(importlib.import_module(f"{package}.{path.stem}"), "register")
        used = f"{package}.{path.stem}" in imports
        assert (registers and re.search(rf"\b{path.stem}\b", listed)) or used, path.name


def test_every_module_has_a_docstring() -> None:
    assert [
        str(path.relative_to(ROOT))
        for path in [*PROGRAM, *TESTS]
        if tree(path).body and not ast.get_docstring(tree(path))
    ] == []


def test_the_name_of_every_test_is_a_sentence() -> None:
    short = [
        f"{path.name}: {node.name}"
        for path in TESTS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name.count("_") < 3
    ]
    assert short == []


def test_no_test_sleeps_or_is_skipped() -> None:
    text = re.compile(r"\btime\.sleep\(|wait_for_timeout\(|pytest\.skip\(|mark\.skip|importorskip")
    assert [path.name for path in TESTS if path != Path(__file__) and text.search(path.read_text())] == []


def test_ids_are_unique_and_begin_with_the_name_of_their_page() -> None:
    values = [str(value) for kind in ENUMS for value in kind]
    assert len(values) == len(set(values))
    for kind in ENUMS:
        page = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__.removesuffix("Ids")).lower()
        assert [value for value in kind if not value.startswith(f"{page}-")] == []


def test_the_readme_names_only_settings_that_there_are() -> None:
    content = (ROOT / "README.md").read_text(encoding="utf-8")
    names = {f"TIDEMARK_{field.name.upper()}" for field in fields(Settings)}
    assert set(re.findall(r"TIDEMARK_[A-Z_]+", content)) <= names


def test_every_setting_can_be_set() -> None:
    numbers = {
        field.name: "7"
        for field in fields(Settings)
        if "int" in str(field.type) or "float" in str(field.type)
    }
    given = {**numbers, "broker_url": "redis://x"}
    state = {f"TIDEMARK_{field.name.upper()}": given.get(field.name, "/x") for field in fields(Settings)}
    settings, plain = Settings.from_environment(state), Settings()
    assert [
        field.name
        for field in fields(Settings)
        if getattr(settings, field.name) == getattr(plain, field.name)
    ] == []


def test_make_targets_exist_and_help_lists_them() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [target for target in TARGETS if f"make {target} " not in done.stdout] == []


def test_our_assets_ask_no_other_server_for_anything() -> None:
    scheme = re.compile(r"""(?:https?:)?//[a-z0-9-]+\.[a-z]""", re.IGNORECASE)
    allowed = ("http://www.w3.org/",)  # the name of a namespace, never fetched
    vendor = ROOT / "components" / "time_series_plot" / "vendor"  # plotly.js is configured to ask no server
    ours = [path for path in ASSETS.rglob("*") if path.suffix in {".js", ".css", ".svg", ".html"}]
    ours += [path for path in (ROOT / "components").glob("*/**/*.*js") if not path.is_relative_to(ASSETS)]
    ours = [path for path in ours if not path.is_relative_to(vendor)]
    for path in [*ours, *(ROOT / "components").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        if path.is_relative_to(ASSETS / "vendor"):
            text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)  # its comments give the source
        for name in allowed:
            text = text.replace(name, "")
        assert not scheme.search(text), f"{path.relative_to(ROOT)}: {scheme.search(text)}"


def test_vendored_files_come_with_their_licences() -> None:
    assert len(list((ASSETS / "vendor").glob("LICENSE-*"))) == 2
    assert len(list((ROOT / "components" / "time_series_plot" / "vendor").glob("LICENSE-*"))) == 3


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(name: str) -> dict[str, str]:
    """The versions in a requirements file, by canonical name."""
    lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    pairs = [line.split("==") for line in lines if line and line[0] != "-"]
    assert [pair for pair in pairs if len(pair) != 2] == [], f"{name}: a requirement without an exact version"
    return {canonical(package): version for package, version in pairs}


def needed(packages: Iterable[str]) -> set[str]:
    """``packages`` and everything they need, as it is installed here."""
    found: set[str] = set()
    left = list(packages)
    while left:
        package = canonical(left.pop())
        if package not in found:
            found.add(package)
            expected = [Requirement(text) for text in distribution(package).requires or []]
            left += [
                entry.name
                for entry in expected
                if entry.marker is None or entry.marker.evaluate({"extra": ""})
            ]
    return found


@pytest.mark.parametrize(
    "name",
    ["requirements.txt", "requirements-dev.txt", "requirements-peer.txt", "requirements-data.txt"],
)
def test_every_requirement_has_an_exact_version(name: str) -> None:
    assert all(re.fullmatch(r"[\d.]+(post\d+)?", version) for version in pins(name).values())


@pytest.mark.parametrize("names", [["requirements.txt"], ["requirements.txt", "requirements-dev.txt"]])
def test_indirect_requirements_are_pinned_too(names: list[str]) -> None:
    pinned = {package for name in names for package in pins(name)}
    assert sorted(needed(pinned) - pinned) == []


def test_installed_packages_equal_the_requirements() -> None:
    expected = pins("requirements.txt") | pins("requirements-dev.txt")
    # Builds for a kind of processor have a suffix after a plus sign.
    installed = {package: distribution(package).version.partition("+")[0] for package in expected}
    assert {package: version for package, version in installed.items() if version != expected[package]} == {}


def test_everything_the_program_imports_is_required_by_name() -> None:
    owners = packages_distributions()
    used = {name.split(".")[0] for path in PROGRAM for name in imported(path)}
    ours = {*sys.stdlib_module_names, *PACKAGES, "app"}
    assert (
        sorted({canonical(owners[package][0]) for package in used - ours} - pins("requirements.txt").keys())
        == []
    )


def test_the_screenshots_are_those_that_the_documentation_shows() -> None:
    texts = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {
        name
        for text in texts
        for name in re.findall(r"\]\((?:docs/)?images/([^)]+)\.png\)", text.read_text(encoding="utf-8"))
    }
    assert shown == PICTURES.keys()
    assert shown == {path.stem for path in (ROOT / "docs" / "images").iterdir()}


def test_a_button_reads_what_was_typed_just_before() -> None:
    """A field with a debounce in milliseconds does not report its text when it loses the focus."""
    late = [path.name for path in SOURCES if re.search(r"\bdebounce=\d", path.read_text(encoding="utf-8"))]
    assert late == ["class_mapping.py", "model_list.py"], "a colour and a filter, which no button reads"


def test_the_functions_that_jobs_name_exist() -> None:
    named = {
        tuple(text.split(":"))
        for path in SOURCES
        for text in re.findall(r'"(services(?:\.\w+)+:\w+)"', path.read_text(encoding="utf-8"))
    }
    missing = {
        f"{module}:{function}"
        for module, function in named
        if not any(
            isinstance(node, ast.FunctionDef) and node.name == function
            for node in tree(ROOT / f"{module.replace('.', '/')}.py").body
        )
    }
    assert len(named) > 5 and not missing


def test_links_of_the_documentation_lead_to_files_and_headings() -> None:
    broken = {}
    for text in (ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")):
        links = re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([\w-]+))?\)", text.read_text(encoding="utf-8"))
        wrong = {f"{name}#{anchor}" for name, anchor in links if not leads_somewhere(text, name, anchor)}
        broken |= {text: wrong} if wrong else {}
    assert places(broken) == ""


def leads_somewhere(text: Path, name: str, anchor: str) -> bool:
    """Whether a link of ``text`` has an existing file, and a heading of it as anchor if it has one."""
    target = (text.parent / name) if name else text
    if not target.exists() or not anchor:
        return target.exists()
    headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
    return anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
