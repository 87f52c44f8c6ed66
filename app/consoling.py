"""Signing in to the console with a session, for any front end: the link, and the browser that gets it."""

import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from app.choosing import source_named, source_of_profile
from app.core import Core
from app.deliveries.console import destination, federation, sign_in_link, token_link
from app.domain.calls import Issued
from app.domain.problem import AppError, Code, Verb
from app.domain.profile import Profile
from app.domain.secret import Secret
from app.domain.source import LongLivedBase
from app.domain.values import dataclass
from app.oidc.http import Below, Http, Reach
from app.onetimepage import OneTimePage
from app.ports import Pool
from app.process import relax
from app.sts.failures import network_problem
from app.sts.trust import tls_context
from app.sts.wire import environment_proxy

VISIT_SECONDS = 60.0
_LINK_SECONDS = 25.0
_FIREFOX = ("firefox", "librewolf", "waterfox", "floorp")


@dataclass(frozen=True, slots=True)
class Choice:
    """Where to go and with which browser; "" stands for the profile's own choice, then for the desktop's."""

    destination: str = ""
    browser: str = ""
    container: str = ""


async def console_link(
    core: Core, profile: Profile, issued: Issued, choice: Choice, endpoint: str = "", *, federated: bool = False
) -> Secret:
    """Return a link that signs a browser in. `endpoint` "": AWS's own; `federated`: the session is one that AWS takes.

    Raises CONSOLE_SESSION (one that cannot sign in), CONSOLE_PARTITION, CONSOLE_REFUSED, VALUE_PATTERN, NETWORK*.
    """
    if not federated:
        require_role(core, profile)
    partition = _partition(profile, issued)
    region = profile.region or core.catalog.settings.region
    place = destination(choice.destination or profile.console.destination, partition, region)
    to = endpoint or federation(partition, region)
    ask = token_link(to, issued.credentials)
    http = Http("console", _reach(core, profile), Below(tls_context, environment_proxy, network_problem))
    try:
        found = await core.offload.call(Pool.AWS, lambda: _token(http, ask), deadline=_LINK_SECONDS)
    except TimeoutError:
        host = to.split("/")[2]
        raise AppError.of(Code.NETWORK_TIMEOUT, Verb.CHECK_NETWORK, host=host, seconds=int(_LINK_SECONDS)) from None
    return sign_in_link(to, found, place)


def _partition(profile: Profile, issued: Issued) -> str:
    if profile.roles:
        return profile.roles[-1].role_arn.partition
    return (issued.arn or "arn:aws:").split(":")[1] or "aws"


def _token(http: Http, ask: Secret) -> Secret:
    """Ask for a sign-in token, on a worker thread."""
    try:
        token = http.get(ask.reveal()).table().get("SigninToken")
    except AppError as error:
        if error.problem.code in (Code.PROVIDER_ANSWER, Code.PROVIDER_BROKEN):
            reason = str(error.problem.arguments.get("reason") or f"status {error.problem.arguments.get('status', '')}")
            raise AppError.of(Code.CONSOLE_REFUSED, reason=reason) from None
        raise
    if not isinstance(token, str) or not token:
        raise AppError.of(Code.CONSOLE_REFUSED, reason="no-json-object")
    return Secret(token)


def require_role(core: Core, profile: Profile) -> None:
    """Sessions of GetSessionToken cannot sign in: AWS wants a role's, or a federated one."""
    one: Profile | None = profile
    while one is not None and not one.roles and one.base is not None:
        one = core.catalog.profiles.get(one.base)
    name = source_of_profile(core.catalog, profile)
    if one is None or one.roles or name is None:
        return
    if isinstance(source_named(core.catalog, name), LongLivedBase):
        raise AppError.of(Code.CONSOLE_SESSION, Verb.EDIT_PROFILE, profile.name, profile=profile.name)


def _reach(core: Core, profile: Profile) -> Reach:
    name = source_of_profile(core.catalog, profile)
    if name is None:
        return Reach()
    to = core.endpoint(source_named(core.catalog, name))
    environ = core.world.environ
    return Reach(to.proxy, to.ca_bundle or environ.get("AWS_CA_BUNDLE") or environ.get("REQUESTS_CA_BUNDLE"))


async def open_console(core: Core, profile: Profile, link: Secret, choice: Choice) -> None:
    """Open the link in the browser of choice, which is started with a page of one visit; CONSOLE_BROWSER."""
    environ = core.world.environ
    browser = browser_words(choice.browser, environ) if choice.browser else [profile.console.browser]
    container = choice.container or profile.console.container
    try:
        page = OneTimePage(link)
    except OSError as error:
        raise AppError.of(Code.CONSOLE_BROWSER, browser=browser[0], reason=error.strerror or "error") from None
    try:
        await _start(core, browser, container, page.address)
        visited = await core.offload.call(Pool.AWS, lambda: page.visited(VISIT_SECONDS), deadline=VISIT_SECONDS + 5)
        if not visited:
            raise AppError.of(Code.CONSOLE_BROWSER, browser=browser[0], reason="console-no-visit")
    finally:
        page.close()


def browser_words(text: str, environ: Mapping[str, str]) -> list[str]:
    """Return the words of a browser that a person typed: a program, or a command with arguments; VALUE_PATTERN.

    A catalog names a program alone: what stands in a file runs no command that nobody approved.
    """
    if shutil.which(text, path=environ.get("PATH")) is not None:
        return [text]
    try:
        words = shlex.split(text, posix=sys.platform != "win32")
    except ValueError:
        raise AppError.of(Code.VALUE_PATTERN, key="browser", rule="command-quotes") from None
    return [one.strip('"') if sys.platform == "win32" else one for one in words] or [text]


async def _start(core: Core, browser: Sequence[str], container: str, address: str) -> None:
    if not browser[0] and not container:
        opener = core.opener
        if opener is None or not await opener.open(address):
            raise AppError.of(Code.CONSOLE_BROWSER, browser="", reason="console-no-browser")
        return
    command = browser_command(browser if browser[0] else _FIREFOX[:1], container, address)
    program = shutil.which(command[0], path=core.world.environ.get("PATH"))
    if program is None:
        raise AppError.of(Code.CONSOLE_BROWSER, browser=command[0], reason="console-no-browser")
    await core.offload.call(Pool.AWS, lambda: _run([program, *command[1:]], core.world.environ))


def browser_command(browser: Sequence[str], container: str, address: str) -> list[str]:
    """Return how a browser is started. `container`: a container of Firefox's, or a profile of Chrome's kind.

    The address takes the place of `{url}` in the arguments, else it comes last; the container takes that of
    `{container}`. Firefox's containers are opened by the extension “Open external links in a container”.
    """
    program, *arguments = browser
    if container and not any("{container}" in one for one in arguments):
        if any(one in program.replace("\\", "/").rsplit("/", 1)[-1].lower() for one in _FIREFOX):
            address = f"ext+container:name={quote(container)}&url={quote(address, safe='')}"
        else:
            arguments = [f"--profile-directory={container}", *arguments]
    if not any("{url}" in one for one in arguments):
        arguments = [*arguments, "{url}"]
    return [program, *(one.replace("{container}", container).replace("{url}", address) for one in arguments)]


def _run(command: Sequence[str], environ: Mapping[str, str]) -> None:
    try:
        child = subprocess.Popen(
            command,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=None if sys.platform == "win32" else relax,  # noqa: PLW1509  it takes no lock
        )
    except OSError as error:
        raise AppError.of(Code.CONSOLE_BROWSER, browser=command[0], reason=error.strerror or "error") from None
    # a browser lives as long as it likes; whoever waits for it leaves no zombie behind
    threading.Thread(target=child.wait, name="rolecall-browser", daemon=True).start()
