"""The guide is true: its catalogs can be read, its commands exist, its links lead somewhere."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli.root import root
from app.domain.reading import read_catalog
from tests.support.tool import load_tool

ROOT = Path(__file__).resolve().parents[2]
GUIDE = sorted((ROOT / "docs" / "guide").glob("*.md"))
PAGES = [*GUIDE, *sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def blocks(path: Path, language: str) -> Iterator[str]:
    """Yield the blocks of code of a language."""
    for found in re.finditer(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        yield found[1]


def catalogs() -> list[str]:
    return [text for page in GUIDE for text in blocks(page, "toml")]


def commands() -> list[str]:
    """Every command line of Rolecall in the guide and the README, in blocks and in the text."""
    found = set[str]()
    for page in [*GUIDE, ROOT / "README.md"]:
        text = page.read_text(encoding="utf-8")
        lines = [line.partition("#")[0].strip() for block in blocks(page, "sh") for line in block.splitlines()]
        if page.name != "troubleshooting.md":
            lines += re.findall(r"`(rolecall [^`]+)`", text.replace("\n", " "))
        found |= {line for line in lines if line.startswith("rolecall ")}
    return sorted(found)


@pytest.mark.parametrize("text", catalogs(), ids=lambda text: re.findall(r"^\[(\S+)\]", text)[0])
def test_each_example_of_a_catalog_is_read_without_a_remark(text: str) -> None:
    reading = read_catalog(tomllib.loads(text))
    assert not reading.catalog.broken
    assert not reading.catalog.findings
    assert reading.catalog.profiles


def test_every_kind_of_source_has_an_example() -> None:
    from app.domain.reading.sources import SOURCE_KEYS

    shown = {str(source["kind"]) for text in catalogs() for source in tomllib.loads(text)["sources"].values()}
    assert shown == set(SOURCE_KEYS)


@pytest.mark.parametrize("line", commands())
def test_each_command_can_be_called_so(line: str) -> None:
    words = shlex.split(line.replace("…", "X"))[1:]
    context = click.Context(root, info_name="rolecall")
    command: click.Command = root
    while isinstance(command, click.Group) and words:
        named = command.get_command(context, words[0])
        assert named is not None, f"there is no {words[0]}"
        command, words = named, words[1:]
    if isinstance(command, click.Group) or not words:
        return
    with command.make_context(command.name, list(words), parent=context, resilient_parsing=False) as made:
        assert made is not None


@pytest.mark.parametrize("page", sorted(set(PAGES)), ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_leads_to_a_file(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:|#", target) or "screenshots/" in target:
            continue
        assert (page.parent / target.partition("#")[0]).exists(), target


def test_each_screenshot_is_made() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tools").glob("*screens.py"))
    made = set(re.findall(r'^    "(\d\d-[\w-]+)": ', sources, re.MULTILINE))
    shown = {name for page in GUIDE for name in re.findall(r"screenshots/([\w-]+)\.png", page.read_text())}
    assert shown
    assert shown <= {f"{name}-{scheme}" for name in made for scheme in ("light", "dark")}


def test_troubleshooting_has_the_words_of_now() -> None:
    tool = load_tool("troubleshooting")
    page = tool.TARGET.read_text(encoding="utf-8")
    assert page == tool.page(), "run tools/troubleshooting"
