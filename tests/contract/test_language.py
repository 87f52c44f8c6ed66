"""The command line speaks the language of the settings, else the system's; what programs read stays English."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import texts
from tests.support.in_process import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        yield one
    texts.set_language("en")


@pytest.mark.parametrize(
    ("language", "said"), [("de", "Es gibt kein Profil"), ("es", "Ejecute"), ("en", "Run"), ("xx", "Run")]
)
def test_of_the_settings(office: Office, language: str, said: str) -> None:
    text = office.catalog.read_text()
    head, _, rest = text.partition("schema = 1\n")
    office.catalog.write_text(f'{head}schema = 1\n\n[settings]\nlanguage = "{language}"\n{rest}')
    ran = office.run("start", "nobody")
    assert ran.code == 3
    assert said in ran.err
    row = json.loads(office.run("status", "--json").out)
    assert row["version"] == 1
    ran = office.run("doctor", "dev", "--json")
    assert "Es gibt" not in ran.out
    assert "No hay" not in ran.out


def test_of_the_system(office: Office) -> None:
    office.environ["LANGUAGE"] = "es"
    assert "No hay" in office.run("start", "nobody").err
    office.environ["LANGUAGE"] = "C"
    assert "There is no" in office.run("start", "nobody").err
