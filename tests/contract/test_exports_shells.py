"""Exports read back by the real shells and languages: each gets exactly the values, whatever they are."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.deliveries.exports import Format, export
from app.deliveries.literals import dotenv
from app.deliveries.variables import CONFLICTING
from tests.support.hostile import HOSTILE, named, temporary_credentials

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
SHELLISH = st.text("'\"\\`$(){}!%^&|;<>#~*?[]= \t\n\rané🦀\u2018\u2019", max_size=30)
VALUES = st.lists(TEXT | SHELLISH, min_size=1, max_size=15)
Reader = Callable[[str, Path], dict[str, str]]

SHELLS: dict[Format, list[str]] = {
    Format.BASH: ["bash", "--norc", "--noprofile"],
    Format.ZSH: ["zsh", "-f"],
    Format.SH: ["dash"],
    Format.FISH: ["fish", "--no-config"],
}


def need(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def environ(folder: Path) -> dict[str, str]:
    before = dict.fromkeys(CONFLICTING, "in-the-way")
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", **before}


def split(output: bytes) -> dict[str, str]:
    pairs = (one.split("=", 1) for one in output.decode().split("\0") if "=" in one)
    return {one[0]: one[1] for one in pairs}


def run(command: list[str], folder: Path, text: str = "") -> bytes:
    done = subprocess.run(
        command, cwd=folder, env=environ(folder), input=text.encode(), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[:500]
    return done.stdout


def shell_reader(form: Format) -> Reader:
    command = [need(SHELLS[form][0]), *SHELLS[form][1:]]

    def read(text: str, folder: Path) -> dict[str, str]:
        script = folder / "exports"
        script.write_bytes(text.encode() + b"\nenv -0\n")
        return split(run([*command, str(script)], folder))

    return read


def python_reader(text: str, folder: Path) -> dict[str, str]:
    script = folder / "exports.py"
    script.write_text(f"{text}\nimport json\nprint(json.dumps(dict(os.environ)))\n", encoding="utf-8")
    found: dict[str, str] = json.loads(run([sys.executable, "-I", str(script)], folder))
    return found


def node_reader(text: str, folder: Path) -> dict[str, str]:
    script = folder / "exports.js"
    script.write_text(f"{text}\nconsole.log(JSON.stringify(process.env));\n", encoding="utf-8")
    found: dict[str, str] = json.loads(run([need("node"), str(script)], folder))
    return found


def reader(form: Format) -> Reader:
    if form in SHELLS:
        return shell_reader(form)
    return python_reader if form is Format.PYTHON else node_reader


READ_BACK = [*SHELLS, Format.PYTHON, Format.NODE]


def read_back(form: Format, env: Mapping[str, str], folder: Path) -> dict[str, str]:
    text = export(form, temporary_credentials(), profile="p", region="eu-central-1", env=env)
    return reader(form)(text, folder)


@pytest.mark.parametrize("form", READ_BACK)
def test_the_session_arrives_and_what_conflicts_is_gone(form: Format, tmp_path: Path) -> None:
    found = read_back(form, {"TEAM": "data"}, tmp_path)
    session = temporary_credentials()
    assert found["AWS_ACCESS_KEY_ID"] == session.access_key_id
    assert found["AWS_SECRET_ACCESS_KEY"] == session.secret_access_key.reveal()
    assert session.session_token is not None
    assert found["AWS_SESSION_TOKEN"] == session.session_token.reveal()
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "eu-central-1"
    assert found["AWS_CREDENTIAL_EXPIRATION"] == "2026-11-25T13:52:09Z"
    assert found["TEAM"] == "data"
    assert not {name for name in CONFLICTING if name in found} - {"AWS_CREDENTIAL_EXPIRATION"}


@pytest.mark.parametrize("form", READ_BACK)
def test_hostile_values_arrive_whole(form: Format, tmp_path: Path) -> None:
    env = named(HOSTILE)
    found = read_back(form, env, tmp_path)
    assert {name: found[name] for name in env} == env
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("form", READ_BACK)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=VALUES)
def test_any_value_arrives_whole(form: Format, tmp_path: Path, values: list[str]) -> None:
    env = named(values)
    found = read_back(form, env, tmp_path)
    assert {name: found[name] for name in env} == env


@pytest.mark.parametrize("form", [Format.BASH, Format.ZSH, Format.SH])
def test_eval_as_people_type_it(form: Format, tmp_path: Path) -> None:
    env = named(HOSTILE)
    text = export(form, temporary_credentials(), profile="p", env=env)
    (tmp_path / "exports").write_bytes(text.encode())
    command = [need(SHELLS[form][0]), *SHELLS[form][1:], "-euc", 'eval "$(cat exports)"; env -0']
    found = split(run(command, tmp_path))
    assert {name: found[name] for name in env} == env


@pytest.mark.parametrize(
    ("form", "options"), [(Format.BASH, "set -o history -o histexpand"), (Format.ZSH, "setopt rcquotes banghist")]
)
def test_pasted_into_an_interactive_shell(form: Format, options: str, tmp_path: Path) -> None:
    # control characters are keys there; a paste of them is the terminal's affair
    env = named([one for one in HOSTILE if one.isprintable() and len(one) < 1000])
    text = export(form, temporary_credentials(), profile="p", env=env)
    command = [need(SHELLS[form][0]), *SHELLS[form][1:], "-i"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**environ(tmp_path), "PS1": "", "TERM": "dumb"},
        input=f"{options}\n{text}\nenv -0 > out\nexit 0\n".encode(),
        capture_output=True,
        timeout=60,
        check=False,
        start_new_session=True,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-500:]
    found = split((tmp_path / "out").read_bytes())
    assert {name: found[name] for name in env} == env


def test_dotenv_is_read_by_a_shell_too(tmp_path: Path) -> None:
    env = {name: value for name, value in named(HOSTILE).items() if dotenv(value) is not None}
    assert len(env) > 25
    text = export(Format.DOTENV, temporary_credentials(), profile="p", env=env)
    (tmp_path / ".env").write_bytes(text.encode())
    found = split(run([need("bash"), "--norc", "-c", "set -a; . ./.env; env -0"], tmp_path))
    assert {name: found[name] for name in env} == env
    assert not (tmp_path / "pwned").exists()


def test_java_literals_by_the_compiler(tmp_path: Path) -> None:
    if shutil.which("javac") is None or shutil.which("java") is None:
        pytest.skip("no Java compiler on this machine")
    from app.deliveries.literals import java

    rows = "\n".join(f"show({java(value)});" for value in HOSTILE)
    (tmp_path / "Show.java").write_text(
        "import java.nio.charset.StandardCharsets;\nclass Show {\n"
        "static void show(String s) {\n"
        "byte[] b = s.getBytes(StandardCharsets.UTF_8);\n"
        'for (byte one : b) System.out.printf("%02x", one);\nSystem.out.println();\n}\n'
        f"public static void main(String[] a) {{\n{rows}\n}}\n}}\n",
        encoding="ascii",
    )
    output = run([need("java"), "Show.java"], tmp_path).decode().splitlines()
    assert [bytes.fromhex(line).decode() for line in output] == list(HOSTILE)


def test_go_literals_by_the_compiler(tmp_path: Path) -> None:
    if shutil.which("go") is None:
        pytest.skip("no Go compiler on this machine")
    from app.deliveries.literals import go

    rows = "\n".join(f'println({go(value)}); print("\\x00")' for value in HOSTILE)
    (tmp_path / "main.go").write_text(f"package main\nfunc main() {{\n{rows}\n}}\n", encoding="ascii")
    done = subprocess.run(
        [need("go"), "run", "main.go"],
        cwd=tmp_path,
        env={**environ(tmp_path), "GOCACHE": str(tmp_path / "cache"), "GOFLAGS": "-mod=mod", "GO111MODULE": "off"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[:500]
    assert done.stderr.decode().split("\n\0")[:-1] == list(HOSTILE)
