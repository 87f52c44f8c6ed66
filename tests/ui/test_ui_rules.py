"""Rules that hold for all of ui/: read from the sources, and from the design's own files."""

import ast
import re
from pathlib import Path

import pytest

from ui.resources import resource
from ui.style.contrast import contrast
from ui.style.sheet import sheet
from ui.style.tokens import LABELS, Tokens, tokens

UI = Path(__file__).resolve().parents[2] / "ui"
SOURCES = sorted(UI.rglob("*.py"))


def calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return found | names


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(UI)))
def test_never_a_nested_loop(path: Path) -> None:
    forbidden = {"exec", "exec_", "asyncSlot", "asyncClose", "getOpenFileName", "getText", "processEvents"}
    allowed = {"processEvents"} if path == UI / "compose.py" else set[str]()  # once, before there is a loop
    assert not calls(path) & (forbidden - allowed)


def test_only_the_loop_knows_qasync() -> None:
    assert [path.name for path in SOURCES if any("qasync" in name for name in imports(path))] == ["loop.py"]


def test_present_is_pure() -> None:
    for path in (UI / "present").rglob("*.py"):
        assert not [
            name
            for name in imports(path)
            if name.startswith(("PySide6", "asyncio", "ui.")) and not name.startswith("ui.present")
        ], path
    assert not [name for name in imports(UI / "editor" / "draft.py") if name.startswith("PySide6")]


def test_files_can_be_read_in_one_sitting() -> None:
    long = {str(path.relative_to(UI)): count for path in SOURCES if (count := len(path.read_text().splitlines())) > 400}
    assert long == {}


def test_every_glyph_that_is_named_is_there() -> None:
    there = {path.stem for path in resource("icons", "phosphor").glob("*.svg")}
    named: set[str] = set()
    for path in SOURCES:
        named |= set(re.findall(r'"([a-z]+(?:-[a-z]+)*-fill)"', path.read_text(encoding="utf-8")))
        named |= set(re.findall(r'icon="([a-z-]+)"', path.read_text(encoding="utf-8")))
        named |= set(re.findall(r'Glyph\("([a-z-]+)"', path.read_text(encoding="utf-8")))
    assert named
    assert named <= there


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_sheet_has_no_name_left(theme: str) -> None:
    made = sheet(tokens(theme))
    assert "@" not in made
    assert f"caret-down-{theme}.svg" in made


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast(theme: str) -> None:
    of: Tokens = tokens(theme)
    surfaces = ("window", "surface", "raised", "hover", "selected")
    for name in ("text", "text-2", "text-3", "accent-text", "ok-text", "warn-text", "error-text", "prod-text"):
        for surface in surfaces:
            assert contrast(of.color(name), of.color(surface)) >= 4.5, (name, surface)
    for name in ("ok", "warn", "error", "idle", "focus", "border-control"):
        assert contrast(of.color(name), of.color("surface")) >= 3.0, name
    for name in LABELS:
        assert contrast(of.label(name), of.color("surface")) >= 3.0, name
        assert contrast(of.on_label, of.label(name)) >= 4.5, name
