"""Exports: what goes along, what is unset, what a format refuses, and quoting by the rules of each reader."""

import io
import json
import re
from configparser import RawConfigParser
from pathlib import Path

import pytest
from botocore.configloader import raw_config_parse
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from app.deliveries import literals
from app.deliveries.exports import Format, export
from app.deliveries.process import credential_process
from app.deliveries.variables import CONFLICTING, environment
from app.domain.problem import AppError, Code
from app.domain.secret import Credentials, Secret
from tests.support.hostile import EXPIRY, HOSTILE, named, temporary_credentials

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
QUOTES = st.text("'\"\\`${}%!^\n\r\t aé#=;\u2018\u2019\u201a\u201b\u0085\u2028", max_size=20)
CREDENTIALS = temporary_credentials()
TOKEN = CREDENTIALS.session_token.reveal() if CREDENTIALS.session_token else ""


def refused(form: Format, value: str) -> str:
    with pytest.raises(AppError) as caught:
        export(form, CREDENTIALS, profile="p", env={"NAME": value})
    assert caught.value.problem.code is Code.FORMAT_IMPOSSIBLE
    return str(caught.value.problem.arguments["name"])


@pytest.mark.parametrize("form", list(Format))
def test_every_format_carries_the_session(form: Format) -> None:
    text = export(form, CREDENTIALS, profile="prod-admin", region="eu-central-1")
    for value in (CREDENTIALS.access_key_id, CREDENTIALS.secret_access_key.reveal(), TOKEN, "eu-central-1"):
        assert value in text
    assert text.endswith("\n")
    if form is not Format.JAVA:
        assert "2026-11-25T13:52:09Z" in text


UNSETTING = [
    form for form in Format if form not in (Format.DOTENV, Format.DOCKER, Format.JSON, Format.INI, Format.JAVA)
]


@pytest.mark.parametrize("form", UNSETTING)
def test_conflicting_variables_are_unset_first(form: Format) -> None:
    text = export(form, CREDENTIALS, profile="p")
    for name in CONFLICTING:
        if name != "AWS_CREDENTIAL_EXPIRATION":
            assert name in text
            assert text.index(name) < text.index("AWS_ACCESS_KEY_ID")


def test_expiry_without_one_is_unset() -> None:
    bare = Credentials("ASIAEXAMPLE000000001", Secret("s"), Secret("t"))
    assert re.search(r"unset .*AWS_CREDENTIAL_EXPIRATION", export("bash", bare, profile="p"))
    assert "AWS_CREDENTIAL_EXPIRATION='2026" in export("bash", bare, profile="p", expires_at=EXPIRY)


@pytest.mark.parametrize("form", list(Format))
def test_a_long_lived_key_is_never_exported(form: Format) -> None:
    with pytest.raises(AppError) as caught:
        export(form, Credentials("AKIAEXAMPLE000000001", Secret("s")), profile="p")
    assert caught.value.problem.code is Code.UNEXPECTED


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize("value", ["nul\0inside", "\ud800"])
def test_nul_and_broken_unicode_are_refused(form: Format, value: str) -> None:
    assert refused(form, value) == "NAME"


@pytest.mark.parametrize("name", ["", "1A", "A-B", "A B", "A=B", "A\nB", "Ä", "A;touch x", "A}"])
@pytest.mark.parametrize("form", list(Format))
def test_a_name_that_is_none_is_refused_and_not_told(form: Format, name: str) -> None:
    with pytest.raises(AppError) as caught:
        export(form, CREDENTIALS, profile="p", env={name: "v"})
    assert caught.value.problem.arguments["name"] == "?"


def test_env_never_replaces_the_session() -> None:
    env = {"AWS_ACCESS_KEY_ID": "x", "AWS_PROFILE": "y", "AWS_REGION": "ap-south-1"}
    found = json.loads(export("json", CREDENTIALS, profile="p", region="eu-central-1", env=env))
    assert found["AWS_ACCESS_KEY_ID"] == CREDENTIALS.access_key_id
    assert "AWS_PROFILE" not in found
    assert (found["AWS_REGION"], found["AWS_DEFAULT_REGION"]) == ("ap-south-1", "eu-central-1")


def test_unknown_format_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="tcsh"):
        export("tcsh", CREDENTIALS, profile="p")


@given(st.lists(TEXT | QUOTES, max_size=8))
def test_json_reads_back(values: list[str]) -> None:
    env = named(values)
    found = json.loads(export("json", CREDENTIALS, profile="p", env=env))
    assert {name: found[name] for name in env} == env


def read_dotenv(env: dict[str, str]) -> dict[str, str | None]:
    text = export("dotenv", CREDENTIALS, profile="p", region="r", env=env)
    return dotenv_values(stream=io.StringIO(text))


@given(TEXT | QUOTES)
def test_dotenv_reads_back_or_refuses(value: str) -> None:
    if literals.dotenv(value) is None:
        assert refused(Format.DOTENV, value) == "NAME"
    else:
        found = read_dotenv({"NAME": value, "AFTER": "x"})
        assert (found["NAME"], found["AFTER"]) == (value, "x")


def test_dotenv_carries_what_people_have() -> None:
    for value in ("", "plain", "two words", "it's", 'say "x"', "a\nb", "# no comment", "a # b", "C:\\dir\\x", "$HOME"):
        assert read_dotenv({"NAME": value})["NAME"] == value


@pytest.mark.parametrize("value", ["${HOME}", "'\"", "it's $x", "ends \\", "a\\'b", "a\\\\b", "a\rb", "\x07"])
def test_dotenv_refuses_what_its_readers_disagree_on(value: str) -> None:
    assert refused(Format.DOTENV, value) == "NAME"


def read_docker(text: str) -> dict[str, str]:
    """Read a file of --env-file as docker's command line does."""
    found: dict[str, str] = {}
    for raw in text.split("\n"):
        line = raw.removesuffix("\r").lstrip(" \t")
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found[name] = value
    return found


@given(TEXT | QUOTES)
def test_docker_reads_back_or_refuses(value: str) -> None:
    if "\n" in value or "\r" in value:
        assert refused(Format.DOCKER, value) == "NAME"
    else:
        found = read_docker(export("docker", CREDENTIALS, profile="p", env={"NAME": value, "AFTER": "x"}))
        assert (found["NAME"], found["AFTER"]) == (value, "x")


def test_docker_refuses_lines_that_its_reader_cuts() -> None:
    assert refused(Format.DOCKER, "x" * 60_001) == "NAME"


def test_ini_reads_back_with_configparser_and_botocore(tmp_path: Path) -> None:
    text = export("ini", CREDENTIALS, profile="Acme/prod@1", region="eu-central-1", env={"TEAM": "x"})
    path = tmp_path / "credentials"
    path.write_text(text, encoding="utf-8")
    section = raw_config_parse(str(path))["Acme/prod@1"]
    assert section == {
        "aws_access_key_id": CREDENTIALS.access_key_id,
        "aws_secret_access_key": CREDENTIALS.secret_access_key.reveal(),
        "aws_session_token": TOKEN,
        "region": "eu-central-1",
    }
    parser = RawConfigParser()
    parser.read_string(text)
    assert dict(parser["Acme/prod@1"]) == section
    assert "# not carried: TEAM" in text


@pytest.mark.parametrize("token", ["a\nb", "a\r[x]", " a", "a ", "a # b", "a ;b", "", "a\x00b", "a\x85b"])
def test_ini_refuses_what_would_end_the_line(token: str) -> None:
    with pytest.raises(AppError) as caught:
        export("ini", temporary_credentials(token), profile="p")
    assert caught.value.problem.arguments["name"] == "AWS_SESSION_TOKEN"


@pytest.mark.parametrize("profile", ["a]b", "a\nb", "", "a b", "DEFAULT", "-x"])
def test_ini_refuses_a_name_that_is_no_section(profile: str) -> None:
    with pytest.raises(AppError) as caught:
        export("ini", CREDENTIALS, profile=profile)
    assert caught.value.problem.code is Code.FORMAT_IMPOSSIBLE


def read_powershell(text: str) -> str:
    """Read a single-quoted string by PowerShell's rule: any of five quotes ends it, unless a quote follows."""
    quotes = "'\u2018\u2019\u201a\u201b"
    assert text[0] in quotes
    value, at = "", 1
    while True:
        if text[at] in quotes:
            if at + 1 == len(text):
                return value
            at += 1
            assert text[at] in quotes, "the string ended inside"
        value += text[at]
        at += 1


@given(TEXT | QUOTES)
def test_powershell_by_its_rule(value: str) -> None:
    written = literals.powershell(value)
    assert written is not None
    assert read_powershell(written) == value


def read_nushell(text: str) -> str:
    r"""Read a double-quoted string by nushell's rule: escapes \" \\ \n \r \t \u{…}, nothing else."""
    assert text[0] == text[-1] == '"'
    known = {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}

    def one(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else known[match[2]]

    inner = text[1:-1]
    bare = re.sub(r"\\u\{[0-9a-f]+\}|\\.", "", inner)
    assert '"' not in bare
    assert "\\" not in bare
    return re.sub(r"\\u\{([0-9a-f]+)\}|\\(.)", one, inner)


@given(TEXT | QUOTES)
def test_nushell_by_its_rule(value: str) -> None:
    written = literals.nushell(value)
    assert written is not None
    assert read_nushell(written) == value


@pytest.mark.parametrize("value", ["%PATH%", "100%", 'a"b', 'x" & calc & "', "a!b", "a\nb", "a\rb", "a\tb", "\x1a"])
def test_cmd_refuses_what_it_would_change(value: str) -> None:
    assert refused(Format.CMD, value) == "NAME"


def test_cmd_carries_operators_inside_quotes() -> None:
    value = "a&b|c<d>e^f(g) h;i,j=k'l`m~n"
    assert f'set "NAME={value}"\n' in export("cmd", CREDENTIALS, profile="p", env={"NAME": value})
    assert refused(Format.CMD, "x" * 8001) == "NAME"


@given(TEXT | QUOTES)
def test_go_java_and_javascript_are_ascii_on_one_line(value: str) -> None:
    for literal in (literals.go, literals.java, literals.javascript, literals.python):
        written = literal(value)
        assert written is not None
        assert written.isascii()
        assert written.isprintable()


@given(TEXT | QUOTES)
def test_java_never_escapes_what_could_end_the_string(value: str) -> None:
    written = literals.java(value)
    assert written is not None
    # Java replaces \uXXXX (behind an even number of backslashes) before it looks for the end of the string
    for match in re.finditer(r"(?<!\\)(?:\\\\)*\\u([0-9a-f]{4})", written):
        assert int(match[1], 16) >= 0x80


def test_java_sets_properties_and_says_what_it_leaves_out() -> None:
    text = export("java", CREDENTIALS, profile="p", region="eu-central-1", env={"TEAM": "x"})
    assert 'System.setProperty("aws.accessKeyId", "ASIAEXAMPLE000000001");' in text
    assert 'System.setProperty("aws.region", "eu-central-1");' in text
    assert text.startswith("// not carried: TEAM\n")


def test_pasted_lines_stay_out_of_the_history() -> None:
    for form in ("bash", "zsh", "sh", "fish"):
        assert all(line.startswith(" ") for line in export(form, CREDENTIALS, profile="p").splitlines())


def test_no_hostile_value_reaches_a_line_of_its_own() -> None:
    for value in HOSTILE:
        for form in (Format.CMD, Format.DOCKER, Format.NUSHELL, Format.GO, Format.JAVA, Format.NODE, Format.PYTHON):
            try:
                text = export(form, CREDENTIALS, profile="p", env={"NAME": value})
            except AppError:
                continue
            plain = export(form, CREDENTIALS, profile="p", env={"NAME": "x"})
            assert text.count("\n") == plain.count("\n")


def test_child_environment() -> None:
    before = {"PATH": "/bin", "AWS_PROFILE": "x", "AWS_ROLE_ARN": "y", "AWS_REGION": "z", "AWS_CA_BUNDLE": "/ca"}
    found = environment(before, CREDENTIALS, region="eu-central-1", env={"TEAM": "data"})
    assert found["PATH"] == "/bin"
    assert found["AWS_CA_BUNDLE"] == "/ca"
    assert found["AWS_REGION"] == "eu-central-1"
    assert found["TEAM"] == "data"
    assert found["AWS_SESSION_TOKEN"] == TOKEN
    assert "AWS_PROFILE" not in found
    assert "AWS_ROLE_ARN" not in found
    assert before["AWS_PROFILE"] == "x"


def test_child_environment_on_windows_knows_no_case() -> None:
    before = {"Aws_Profile": "x", "aws_session_token": "old", "Path": "C:"}
    found = environment(before, CREDENTIALS, windows=True)
    assert "Aws_Profile" not in found
    assert "aws_session_token" not in found
    assert found["Path"] == "C:"
    assert "Aws_Profile" in environment(before, CREDENTIALS, windows=False)


def test_child_environment_takes_no_nul() -> None:
    with pytest.raises(AppError) as caught:
        environment({}, CREDENTIALS, env={"NAME": "a\0b"})
    assert caught.value.problem.code is Code.FORMAT_IMPOSSIBLE


def test_credential_process() -> None:
    text = credential_process(CREDENTIALS, account="123456789012")
    assert text.count("\n") == 1
    assert json.loads(text) == {
        "Version": 1,
        "AccessKeyId": CREDENTIALS.access_key_id,
        "SecretAccessKey": CREDENTIALS.secret_access_key.reveal(),
        "SessionToken": TOKEN,
        "Expiration": "2026-11-25T13:52:09Z",
        "AccountId": "123456789012",
    }
    with pytest.raises(AppError):
        credential_process(Credentials("AKIAEXAMPLE000000001", Secret("s")))
