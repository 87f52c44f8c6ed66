"""Console sign-in: the links, the page of one visit, and the command against a sign-in server that looks closely."""

import asyncio
import http.client
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app import compose
from app.compose import World
from app.consoling import browser_command
from app.deliveries.console import destination, federation
from app.domain.calls import Issued
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code
from app.domain.secret import Credentials, Secret
from app.onetimepage import OneTimePage
from tests.support.in_process import Office
from ui.tools import make_tools

VISITOR = """
import http.client, sys, urllib.parse
word = next(one for one in sys.argv[1:] if "http://" in one)
parts = urllib.parse.urlsplit(word[word.index("http://"):])
connection = http.client.HTTPConnection(parts.netloc, timeout=5)
connection.request("GET", parts.path)
status = connection.getresponse().status
open("SEEN", "w").write(f"{word} {status}")
"""


class SignIn:
    """AWS's federation endpoint: takes a session's JSON in a GET, gives a token once for it."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.answer: tuple[int, bytes] = (200, b'{"SigninToken": "token-of-the-console"}')
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                outer.asked.append({key: values[0] for key, values in query.items()})
                self.send_response(outer.answer[0])
                self.end_headers()
                self.wfile.write(outer.answer[1])

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/federation"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def sign_in() -> Iterator[SignIn]:
    made = SignIn()
    yield made
    made.server.shutdown()
    made.server.server_close()


class Browser:
    """Opens the page as a browser does, and keeps where it was sent."""

    def __init__(self) -> None:
        self.started_with: list[str] = []
        self.sent_to: str | None = None

    async def open(self, link: str) -> bool:
        self.started_with.append(link)
        threading.Thread(target=self._visit, args=(link,), daemon=True).start()
        return True

    def _visit(self, link: str) -> None:
        parts = urlsplit(link)
        connection = http.client.HTTPConnection(parts.netloc, timeout=5)
        connection.request("GET", parts.path)
        self.sent_to = connection.getresponse().getheader("Location")
        connection.close()


@pytest.fixture
def office(tmp_path: Path, sign_in: SignIn) -> Iterator[Office]:
    with Office(tmp_path) as made:
        made.more = {"sign_in_endpoint": sign_in.url}
        made.opener = Browser()
        made.set_up()
        yield made


def browser_of(office: Office) -> Browser:
    found: Any = office.opener
    assert isinstance(found, Browser)
    return found


def test_the_browser_gets_the_link_and_nothing_else_does(office: Office, sign_in: SignIn) -> None:
    ran = office.must("console", "prod", "--destination", "s3")
    browser = browser_of(office)
    assert browser.sent_to is not None
    query = parse_qs(urlsplit(browser.sent_to).query)
    assert query["SigninToken"] == ["token-of-the-console"]
    assert query["Destination"] == ["https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1"]
    assert "token-of-the-console" not in ran.out + ran.err + "".join(browser.started_with)
    session = json.loads(sign_in.asked[0]["Session"])
    assert sorted(session) == ["sessionId", "sessionKey", "sessionToken"]
    assert session["sessionId"].startswith("ASIA")
    assert "SessionDuration" not in sign_in.asked[0]


def test_the_link_is_printed_only_when_asked(office: Office) -> None:
    ran = office.must("console", "prod", "--print")
    assert "SigninToken=token-of-the-console" in ran.out
    assert browser_of(office).started_with == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((400, b"<html>"), 5),
        ((200, b"<html>"), 5),
        ((200, b"{}"), 5),
        ((503, b""), 5),
    ],
)
def test_what_the_sign_in_refuses_is_said(
    office: Office, sign_in: SignIn, answer: tuple[int, bytes], code: int
) -> None:
    sign_in.answer = answer
    ran = office.run("console", "prod")
    assert ran.code == code, ran
    assert "refused the session" in ran.err
    assert "sessionKey" not in ran.err


def test_a_session_without_a_role_cannot_sign_in(office: Office, sign_in: SignIn) -> None:
    office.edit("[profiles.dev]\n", '[profiles.bare]\nsource = "acme"\n\n[profiles.dev]\n')
    ran = office.run("console", "bare")
    assert ran.code == 5
    assert "cannot sign in" in ran.err
    assert sign_in.asked == []


def test_a_read_only_console_also_of_a_user_without_a_role(office: Office, sign_in: SignIn) -> None:
    office.edit("[profiles.dev]\n", '[profiles.bare]\nsource = "acme"\n\n[profiles.dev]\n')
    office.must("console", "prod", "--read-only")
    assert office.sts.calls[-1].policy_arns == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)
    office.must("console", "bare", "--read-only")
    assert office.sts.calls[-1].operation == "GetFederationToken"
    assert len(sign_in.asked) == 2
    assert office.run("console", "bare", "--duration", "1h").code == 5
    assert len(sign_in.asked) == 2


def test_no_network_and_no_browser(office: Office, sign_in: SignIn) -> None:
    sign_in.server.shutdown()
    sign_in.server.server_close()
    assert office.run("console", "prod").code == 6
    assert office.run("console", "prod", "--destination", "https://evil.example/").code == 9


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("console/home", "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1"),
        ("", "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1"),
        ("ec2/home#Instances:", "https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#Instances:"),
        (
            "s3/buckets/x?tab=objects",
            "https://eu-west-1.console.aws.amazon.com/s3/buckets/x?tab=objects&region=eu-west-1",
        ),
        ("https://console.aws.amazon.com/iam", "https://console.aws.amazon.com/iam"),
    ],
)
def test_places(text: str, place: str) -> None:
    assert destination(text, "aws", "eu-west-1") == place


@pytest.mark.parametrize(
    "text", ["https://evil.example", "https://console.aws.amazon.com.evil.example/", "javascript:x", "//x", "a b"]
)
def test_places_that_are_none(text: str) -> None:
    with pytest.raises(AppError) as caught:
        destination(text, "aws", "eu-west-1")
    assert caught.value.problem.code is Code.VALUE_PATTERN


@pytest.mark.parametrize(
    ("partition", "host"),
    [
        ("aws", "eu-west-1.signin.aws.amazon.com"),
        ("aws-cn", "signin.amazonaws.cn"),
        ("aws-us-gov", "signin.amazonaws-us-gov.com"),
        ("aws-eusc", "signin.amazonaws-eusc.eu"),
    ],
)
def test_each_partition_signs_in_at_its_own(partition: str, host: str) -> None:
    assert federation(partition, "eu-west-1") == f"https://{host}/federation"


def test_a_partition_without_a_public_sign_in() -> None:
    with pytest.raises(AppError) as caught:
        federation("aws-iso", "us-iso-east-1")
    assert caught.value.problem.code is Code.CONSOLE_PARTITION


def ask(page: OneTimePage, path: str = "", host: str = "", method: str = "GET") -> int:
    parts = urlsplit(page.address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    connection.request(method, path or parts.path, headers={"Host": host} if host else {})
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_page_is_for_one_visit() -> None:
    page = OneTimePage(Secret("https://example.com/secret"))
    try:
        assert ask(page, "/other") == 404
        assert ask(page, host="rebound.example") == 404
        assert ask(page, method="POST") == 501
        assert not page.visited(0)
        assert ask(page) == 302
        assert page.visited(1)
        assert ask(page) == 404
    finally:
        page.close()


def test_browsers_and_their_containers() -> None:
    page = "http://127.0.0.1:1/x"
    inside = "ext+container:name=Prod%20%26%20Co&url=http%3A%2F%2F127.0.0.1%3A1%2Fx"
    made = {
        ("chromium",): ["chromium", page],
        ("open", "-a", "Safari"): ["open", "-a", "Safari", page],
        ("kiosk", "--app={url}", "-q"): ["kiosk", f"--app={page}", "-q"],
    }
    for words, command in made.items():
        assert browser_command(words, "", page) == command
    contained = {
        ("google-chrome", "--new-window"): ["google-chrome", "--profile-directory=Prod & Co", "--new-window", page],
        ("/usr/bin/firefox",): ["/usr/bin/firefox", inside],
        ("firefox", "-P", "work", "{url}", "-x"): ["firefox", "-P", "work", inside, "-x"],
        ("mine", "{container}", "{url}"): ["mine", "Prod & Co", page],
    }
    for words, command in contained.items():
        assert browser_command(words, "Prod & Co", page) == command


def test_a_command_is_taken_from_the_person_alone(office: Office, tmp_path: Path) -> None:
    visitor, seen = tmp_path / "my browser", tmp_path / "seen"
    visitor.write_text(f"#!{sys.executable}\n" + VISITOR.replace("SEEN", str(seen)))
    visitor.chmod(0o700)
    office.must("console", "prod", "--browser", f"'{visitor}' --to={{url}} --quiet")
    first, status = seen.read_text().split()
    assert first.startswith("--to=http://127.0.0.1:")
    assert status == "302"
    office.must("console", "prod", "--browser", str(visitor))  # a program whose name has a space
    ran = office.run("console", "prod", "--browser", "'unclosed")
    assert (ran.code, "quotation mark" in ran.err) == (9, True)
    office.edit("[profiles.prod]\n", f"[profiles.prod]\nconsole = {{ browser = \"'{visitor}' --quiet\" }}\n")
    seen.unlink()
    assert office.run("console", "prod").code == 4
    assert not seen.exists()


def test_as_the_windows_open_it(office: Office, sign_in: SignIn) -> None:
    async def scenario() -> None:
        world = World(
            office.environ, office.folder, "ana", "host", **office.more, vault=office.vault, opener=office.opener
        )
        async with compose.core(world) as core:
            await core.reload()
            console = make_tools(core).console
            assert console is not None
            issued = Issued(Credentials("ASIAX", Secret("s"), Secret("t")), core.world.clock.now())
            await console(core.catalog.profiles[ProfileName("dev")], issued)

    asyncio.run(scenario())
    browser = browser_of(office)
    assert browser.sent_to is not None
    assert "token-of-the-console" in browser.sent_to
    assert json.loads(sign_in.asked[0]["Session"])["sessionId"] == "ASIAX"
