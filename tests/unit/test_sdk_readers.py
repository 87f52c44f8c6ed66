"""The AWS files as the SDKs read them: their own suite case by case, and every line that botocore reads differently."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from botocore.configloader import build_profile_map
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.awsfiles.faults import faults
from app.awsfiles.readers import SdkUnreadableError, differences, sdk_view
from tests.support.awsfiles import EXAMPLES, AwsFolder, odd_files, read, sound_files
from tests.support.sdk_cases import CASES, REFUSED, SAME, Case, Reading


def botocore(config: bytes, credentials: bytes) -> tuple[Reading, Reading] | str:
    """Profiles and sso-sessions as botocore has them, nested blocks taken apart; REFUSED where it cannot read."""
    one, other = read(config), read(credentials)
    if one is None or other is None:
        return REFUSED
    built = build_profile_map({name: _apart(options) for name, options in one.items()})
    profiles: Reading = built["profiles"]
    for name, options in other.items():
        profiles.setdefault(name, {}).update(_apart(options))
    return profiles, built["sso_sessions"]


def _apart(options: Any) -> dict[str, Any]:
    return {key: _block(value) if value.startswith("\n") else value for key, value in options.items()}


def _block(text: str) -> dict[str, str]:
    parts = (line.partition("=") for line in filter(None, (one.strip() for one in text.splitlines())))
    return {key.strip(): value.strip() for key, _, value in parts}


def sdk(config: bytes, credentials: bytes) -> tuple[Reading, Reading] | str:
    try:
        view = sdk_view(config, credentials)
    except SdkUnreadableError:
        return REFUSED
    return dict(view.profiles), dict(view.sso_sessions)  # type: ignore[arg-type]


def told(config: bytes, credentials: bytes) -> bool:
    """Whether a person hears of a line: one that botocore cannot read, or one that is read in two ways."""
    return any(
        faults(data) or differences(data, is_config=is_config)
        for data, is_config in ((config, True), (credentials, False))
    )


def test_there_is_a_case_for_each_of_the_suite() -> None:
    assert len(CASES) == 65
    assert len({(one.config, one.credentials) for one in CASES}) == 65
    assert all(one.why for one in CASES if one.boto not in (SAME, REFUSED) or (one.boto == REFUSED != one.sdk))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_the_sdks_suite(case: Case) -> None:
    config, credentials = case.config.encode(), case.credentials.encode()
    expected = REFUSED if case.sdk == REFUSED else (case.sdk, case.sessions or {})
    assert sdk(config, credentials) == expected
    theirs = expected if case.boto == SAME else REFUSED if case.boto == REFUSED else (case.boto, case.sessions or {})
    assert botocore(config, credentials) == theirs
    is_same = case.boto == SAME or case.why == "the same, taken apart"
    assert told(config, credentials) is not is_same


def taken_apart(found: tuple[Reading, Reading] | str) -> object:
    """Blocks taken apart, as botocore does, so that both readings can be compared."""
    if isinstance(found, str):
        return found
    return tuple({name: _apart(options) for name, options in one.items()} for one in found)


@given(st.one_of(odd_files(), sound_files()), st.one_of(odd_files(), sound_files()))
@settings(max_examples=EXAMPLES)
@example(b"", b"[a]\ns3 =\n x = y # z\n")
@example(b"", b"[a]\nx = y\n  # z\n")
@example(b"", b"[a]\n  x = y\n")
@example(b"", b"[a]\nx = 1\n\n y\n")
@example(b"[profile a]\nx = 1\n[profile\ta]\ny = 1\n", b"")
@example(b'[profile "a"]\nx = 1\n', b"")
@example(b"", b"[a#b]\n")
@example(b"", b"[a] # ]\n")
@example(b"", b"[DEFAULT]\nx = 1\n[a]\n")
@example(b"", b"[a]\rx = 1")
@example(b"[sso-session 'a']\nx = 1\n", b"")
@example(b"[default]\nx = 1\n[profile default]\ny = 1\n", b"")
def test_what_is_read_in_two_ways_is_always_told(config: bytes, credentials: bytes) -> None:
    one, other = sdk(config, credentials), botocore(config, credentials)
    if not told(config, credentials):
        assert taken_apart(one) == other


@given(st.binary(max_size=80), st.booleans())
@settings(max_examples=EXAMPLES)
def test_any_bytes_are_compared(data: bytes, is_config: bool) -> None:
    lines = [one.line for one in differences(data, is_config=is_config)]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("rule", "data", "is_config"),
    [
        ("two-ways-comment-indent", b"[a]\nx = 1\n # c\n", False),
        ("two-ways-indent", b"[a]\n  x = 1\n", False),
        ("two-ways-indent", b"[a]\n  x = 1\n  y = 2\n", False),
        ("two-ways-blank", b"[a]\nx = 1\n\n  y\n", False),
        ("two-ways-name", b'[profile "a"]\n', True),
        ("two-ways-name-spaces", b"[ a ]\n", False),
        ("two-ways-name-prefix", b"[profile a]\n", False),
        ("two-ways-header", b"[a] x\n", False),
        ("two-ways-header", b"[a#b]\n", False),
        ("two-ways-defaults", b"[DEFAULT]\nx = 1\n", False),
        ("two-ways-space", b"[a]\rx = 1\n", False),
        ("two-ways-key", "[a]\nschlüssel = 1\n".encode(), False),
        ("two-ways-colon", b"[a]\nx:y = 1\n", False),
        ("two-ways-comment", b"[a]\nx = 1 # c\n", False),
        ("two-ways-twice", b"[profile a]\n[profile  a]\n", True),
        ("two-ways-default", b"[profile default]\n[default]\n", True),
        ("two-ways-nested", b"[a]\ns3 =\n = x\n", False),
    ],
)
def test_each_reason_is_told(rule: str, data: bytes, is_config: bool) -> None:
    assert not faults(data)
    assert rule in {one.rule for one in differences(data, is_config=is_config)}


@given(
    name=st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_./%@:+-]{0,12}", fullmatch=True),
    value=st.text(st.characters(codec="utf-8"), min_size=1, max_size=30),
)
@settings(max_examples=EXAMPLES, deadline=None)
@example(name="dev", value="/opt/a #b/rolecall credentials dev")
@example(name="dev", value="/opt/a ;b/rolecall credentials dev")
@example(name="dev", value="x\u2028y")
def test_what_we_write_is_read_the_same_by_all(name: str, value: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = AwsFolder(Path(place))
        folder.write(b"")
        folder.write_config(b"")
        folder.put(name, 1)
        folder.put_line(name, "credential_process", value)
        config, credentials = folder.config_path.read_bytes(), folder.content
    assert not told(config, credentials)
    assert taken_apart(sdk(config, credentials)) == botocore(config, credentials)
