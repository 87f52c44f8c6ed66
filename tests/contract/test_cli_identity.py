"""Web identities and the machine's own roles on the command line: from `source add` to a delivered session."""

import configparser
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import web_tokens
from tests.support.command_line import DEV, PROD, Ran
from tests.support.in_process import Office
from tests.support.metadata_server import TASK, MetadataServer
from tests.support.strict_sts import Role
from tests.support.web_tokens import Maker

ISSUER = "https://id.example.com"
WEB = "arn:aws:iam::123456789012:role/web"
BEHIND = "arn:aws:iam::210987654321:role/behind"
MAKER = web_tokens.provider(ISSUER, "rolecall")
STRANGER = web_tokens.provider("https://elsewhere.example.com", "rolecall")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        one.sts.world.providers.append(MAKER.known)
        one.sts.world.roles += [Role(WEB, [ISSUER]), Role(BEHIND, [WEB])]
        yield one


@pytest.fixture
def machine() -> Iterator[MetadataServer]:
    with MetadataServer(authorization="Bearer abc") as server:
        yield server


def token(minutes: float = 60, maker: Maker = MAKER, audience: str | None = None) -> str:
    return web_tokens.token(maker, time.time() + minutes * 60, audience)


def add(office: Office, *options: str, hops: tuple[str, ...] = (WEB, BEHIND)) -> None:
    """A source and a profile over it, both named ci."""
    office.must("source", "add", "ci", *options)
    roles = [f'{{ role_arn = "{arn}" }}' for arn in hops]
    office.must("profile", "add", "ci", "--source", "ci", "--section", "ci", *(
        ("--set", f"roles=[{', '.join(roles)}]") if roles else ()
    ))  # fmt: skip


def section(office: Office, name: str = "ci") -> dict[str, str]:
    parser = configparser.RawConfigParser()
    parser.read_string(office.credentials.read_text())
    return dict(parser[name]) if parser.has_section(name) else {}


def failed(ran: Ran, code: int, *words: str) -> None:
    assert ran.code == code, ran
    for word in words:
        assert word in ran.err, ran
    assert "Traceback" not in ran.err


def test_a_token_file_and_a_hop_behind(office: Office) -> None:
    file = office.folder / "token"
    file.write_text(token() + "\n")
    add(office, "--kind", "web-identity-token", "--token-file", str(file))
    ran = office.must("start", "ci")
    assert ":assumed-role/behind/" in ran.out
    assert section(office)["aws_access_key_id"].startswith("ASIA")
    assert [(one.operation, one.access_key_id != "") for one in office.sts.calls] == [
        ("AssumeRoleWithWebIdentity", False),
        ("AssumeRole", True),
    ]
    assert token().split(".", maxsplit=1)[0] + "." not in office.credentials.read_text() + ran.out + ran.err


def test_the_environment_s_file(office: Office) -> None:
    file = office.folder / "token"
    file.write_text(token())
    add(office, "--kind", "web-identity-token")
    assert office.run("start", "ci", environ={"AWS_WEB_IDENTITY_TOKEN_FILE": str(file)}).code == 0
    assert section(office)


def test_a_command_that_was_typed_is_approved(office: Office) -> None:
    file = office.folder / "token"
    file.write_text(token())
    add(office, "--kind", "web-identity-token", "--command", "/bin/cat", "--command", str(file))
    assert 'token_command = ["/bin/cat"' in office.catalog.read_text()
    office.must("start", "ci")
    assert section(office)
    office.edit('"/bin/cat"', '"/usr/bin/cat"')
    failed(office.run("start", "ci"), 4, "rolecall approve ci")


def test_pasted_at_the_terminal(office: Office) -> None:
    add(office, "--kind", "web-identity-token")
    failed(office.run("start", "ci"), 4, "ci needs an identity token")
    office.person.there = True
    office.person.codes = ["no token", token(audience="other"), token()]
    office.must("start", "ci")
    assert office.person.asked == ["token ci", "token ci token-format", "token ci token-audience"]
    assert section(office)


def test_nothing_pasted_is_canceled(office: Office) -> None:
    add(office, "--kind", "web-identity-token")
    office.person.there = True
    failed(office.run("start", "ci"), 11)
    assert section(office) == {}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("opaque", ("no ID token", "Most likely: an access token")),
        ("x" * 20_001, ("too long", "20,001")),
        (token(-5), ("has expired", f"{ISSUER} let it end at")),
        (token(audience="other"), ("audience", "Most likely:", "other")),
        (token(maker=STRANGER), ("Account 123456789012 does not know", "https://elsewhere.example.com")),
    ],
    ids=["opaque", "long", "expired", "audience", "stranger"],
)
def test_bad_tokens(office: Office, content: str, words: tuple[str, ...]) -> None:
    file = office.folder / "token"
    file.write_text(content)
    before = office.credentials.read_bytes()
    add(office, "--kind", "web-identity-token", "--token-file", str(file))
    failed(office.run("start", "ci"), 5, *words)
    assert office.credentials.read_bytes() == before


def test_a_role_that_does_not_trust_the_token(office: Office) -> None:
    file = office.folder / "token"
    file.write_text(token())
    add(office, "--kind", "web-identity-token", "--token-file", str(file), hops=(DEV,))
    failed(office.run("start", "ci"), 5, f"dev does not trust {ISSUER} with subject ana and audience rolecall")


def test_an_unknown_oauth_provider_and_no_hop_are_refused(office: Office) -> None:
    ran = office.run("source", "add", "x", "--kind", "web-identity-token", "--provider-id", "accounts.google.com")
    failed(ran, 9, "provider_id", "www.amazon.com, graph.facebook.com")
    office.must("source", "add", "ci", "--kind", "web-identity-token")
    failed(office.run("profile", "add", "ci", "--source", "ci"), 9, "needs a role")


def test_the_instance_s_role_alone_and_with_a_hop(office: Office, machine: MetadataServer) -> None:
    office.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = machine.url
    add(office, "--kind", "instance-metadata", hops=())
    office.must("start", "ci")
    assert section(office)["aws_access_key_id"] == machine.given[-1]["AccessKeyId"]
    asked = len(machine.asked)
    office.must("start", "ci")
    assert len(machine.asked) == asked, "not asked on each use"
    assert office.sts.calls == ()


def test_the_container_s_role(office: Office, machine: MetadataServer) -> None:
    file = office.folder / "bearer"
    file.write_text("Bearer abc")
    add(office, "--kind", "container", "--full-uri", machine.url + TASK, "--token-file", str(file), hops=())
    office.must("start", "ci")
    assert section(office)["aws_session_token"] == machine.given[-1]["Token"]
    file.write_text("Bearer wrong")
    office.must("stop", "ci")
    failed(office.run("start", "ci"), 5, "refused to give the machine's role", "403")


def test_a_longer_hop_behind_a_machine_s_role_is_refused_as_it_is_typed(office: Office) -> None:
    office.must("source", "add", "ec2", "--kind", "instance-metadata")
    hop = f'roles=[{{ role_arn = "{PROD}", duration = "2h" }}]'
    failed(office.run("profile", "add", "far", "--source", "ec2", "--set", hop), 9, "duration")


def test_doctor_knows_expired_tokens_and_absent_services(office: Office) -> None:
    file = office.folder / "token"
    file.write_text(token(-5))
    add(office, "--kind", "web-identity-token", "--token-file", str(file))
    office.must("source", "add", "ec2", "--kind", "instance-metadata")
    office.must("profile", "add", "ec2", "--source", "ec2")
    office.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    rows = office.run("doctor", "--json").json["findings"]
    found = {row["subject"]: row["code"] for row in rows}
    assert found["sources.ci"] == "token-expired"
    assert found["sources.ec2"] == "metadata-off"
    rows = office.run("doctor", "--offline", "--json").json["findings"]
    assert "sources.ec2" not in {row["subject"] for row in rows}


def test_a_stored_seed_comes_with_its_note(office: Office) -> None:
    link = "otpauth://totp/AWS:ana?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    assert "one factor less" in office.must("keys", "set", "acme", "--totp", stdin=link).err


def test_a_narrower_session_of_a_web_identity_and_none_of_a_machine_as_it_is(
    office: Office, machine: MetadataServer
) -> None:
    file = office.folder / "token"
    file.write_text(token() + "\n")
    add(office, "--kind", "web-identity-token", "--token-file", str(file), hops=(WEB,))
    office.must("env", "ci", "--read-only")
    call = office.sts.calls[-1]
    assert (call.operation, call.role) == ("AssumeRoleWithWebIdentity", WEB)
    assert call.policy_arns == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)
    office.must("source", "add", "ec2", "--kind", "instance-metadata")
    office.must("profile", "add", "box", "--source", "ec2")
    office.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = machine.url
    office.must("env", "box")
    ran = office.run("env", "box", "--read-only")
    failed(ran, 9, "The session of box cannot be narrowed", "instance-metadata", "Give box a role")
    assert ran.out == ""
