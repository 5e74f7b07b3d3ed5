"""Bundles of scripts and style sheets behave like the separate files."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from components.bundles import ASSETS, MODULES, bundles, joined, joined_modules, joined_scripts

MODULE = {
    "numbers": "export const one = 1;\nexport class Two {\n  value = 2;\n}\n",
    "add": 'import { one, Two } from "./numbers.mjs";\nexport default (n) => n + one + new Two().value;\n',
    "entry": 'import add, { name } from "./named.mjs";\nexport const sum = add(3);\nexport const said = name;\n',
    "named": 'import plus from "./add.mjs";\nexport const name = "plus";\nexport default (n) => plus(n);\n',
}


def write(folder: Path, modules: dict[str, str]) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.mjs").write_text(text, encoding="utf-8")
    return folder


def test_modules_see_only_their_imports(browser: Browser, tmp_path: Path) -> None:
    text = joined_modules(write(tmp_path, MODULE), "entry")
    page = browser.new_page()
    state = page.evaluate(
        """async (text) => { const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
            return { ...(await import(url)) }; }""",
        text,
    )
    page.close()
    assert state == {"sum": 6, "said": "plus"}


def test_a_module_is_there_once_after_those_it_imports(tmp_path: Path) -> None:
    text = joined_modules(write(tmp_path, MODULE), "entry")
    places = [text.index(f"const module_{name} =") for name in ("numbers", "add", "named", "entry")]
    assert places == sorted(places)
    assert text.count("const module_numbers =") == 1


def test_parts_are_the_default_exports_of_modules_in_their_order(browser: Browser, tmp_path: Path) -> None:
    made = {name: f'export default "{name}";\n' for name in ("one", "two")}
    entry = {"entry": 'import parts from "./parts.mjs";\nexport const names = parts.join();\n'}
    text = joined_modules(write(tmp_path, made | entry), "entry", ("two", "one"))
    page = browser.new_page()
    state = page.evaluate(
        "async (text) => ({ ...(await import(`data:text/javascript,${encodeURIComponent(text)}`)) })", text
    )
    page.close()
    assert state == {"names": "two,one"}


@pytest.mark.parametrize(
    "line",
    ['import * as all from "./numbers.mjs";', 'export { one } from "./numbers.mjs";', "export let x = 1;"],
)
def test_another_form_of_import_or_export_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match="odd.mjs has an import or export of a form"):
        joined_modules(write(tmp_path, {**MODULE, "odd": f"{line}\n"}), "odd")


def test_scripts_share_only_what_they_register_with_dash(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("const own = 1;\nclientside.a = { own };\n", encoding="utf-8")
    (tmp_path / "b.js").write_text("const own = 2;\nclientside.b = { own };\n", encoding="utf-8")
    page = browser.new_page()
    page.evaluate(
        "text => document.head.append(Object.assign(document.createElement('script'), { text }))",
        joined_scripts(tmp_path),
    )
    assert page.evaluate("[window.dash_clientside, typeof own]") == [
        {"a": {"own": 1}, "b": {"own": 2}},
        "undefined",
    ]
    page.close()


def test_every_module_of_the_plot_is_in_its_bundle() -> None:
    text = bundles()["plot"].text
    assert [path.name for path in MODULES.glob("*.mjs") if f"const module_{path.stem} =" not in text] == []


def test_styles_of_ours_come_after_those_they_change() -> None:
    text = joined(ASSETS, "css")
    assert 0 <= text.index("Bootstrap") < text.index(".tm-")
    assert 'url("../assets/vendor/fonts/' in bundles()["styles"].text


def test_the_name_of_a_bundle_changes_with_its_content() -> None:
    names = [one.name for one in bundles().values()]
    assert len(set(names)) == len(names)
    assert all(name.split(".")[1].isalnum() and len(name.split(".")[1]) == 16 for name in names)
