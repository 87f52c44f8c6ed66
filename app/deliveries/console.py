"""Console sign-in: hosts by partition, the federation endpoint's two links, where a person wants to go.

Source: "Enabling custom identity broker access to the AWS console", AWS's IAM user guide. No SessionDuration is sent:
it is refused for chained roles, and without it the console's session lasts as long as the credentials.
"""

import json
import re
from urllib.parse import quote, urlencode

from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials, Secret
from app.domain.values import dataclass

ISSUER = "https://github.com/rolecall"  # shown by the console where the session has ended
_PLACE = re.compile(r"[A-Za-z0-9_./?=&%#:;@!,~+-]*")
# short names of services whose page is called otherwise
_NAMES = {"": "console/home", "home": "console/home", "logs": "cloudwatch/home#logsV2:", "sso": "singlesignon"}


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where a partition signs in, and its console; regional where `regional`."""

    sign_in: str
    console: str
    regional: bool = False


HOSTS = {
    "aws": Hosts("signin.aws.amazon.com", "console.aws.amazon.com", regional=True),
    "aws-cn": Hosts("signin.amazonaws.cn", "console.amazonaws.cn"),
    "aws-us-gov": Hosts("signin.amazonaws-us-gov.com", "console.amazonaws-us-gov.com"),
    "aws-eusc": Hosts("signin.amazonaws-eusc.eu", "console.amazonaws-eusc.eu"),
}


def hosts_of(partition: str) -> Hosts:
    """Return the hosts of a partition; CONSOLE_PARTITION for one whose sign-in is not public."""
    found = HOSTS.get(partition)
    if found is None:
        raise AppError.of(Code.CONSOLE_PARTITION, Verb.NONE, partition=partition)
    return found


def federation(partition: str, region: str) -> str:
    """Return the address of the federation endpoint; a region's own where the partition has such."""
    hosts = hosts_of(partition)
    return f"https://{region}.{hosts.sign_in}/federation" if hosts.regional else f"https://{hosts.sign_in}/federation"


def token_link(endpoint: str, credentials: Credentials) -> Secret:
    """Return the link that gives a sign-in token. It carries the session: never shown, never logged."""
    if credentials.session_token is None:
        raise AppError.of(Code.CONSOLE_SESSION)
    session = {
        "sessionId": credentials.access_key_id,
        "sessionKey": credentials.secret_access_key.reveal(),
        "sessionToken": credentials.session_token.reveal(),
    }
    query = {"Action": "getSigninToken", "Session": json.dumps(session, separators=(",", ":"))}
    return Secret(f"{endpoint}?{urlencode(query, quote_via=quote)}")


def sign_in_link(endpoint: str, token: Secret, destination: str) -> Secret:
    """Return the link that signs a browser in: good for 15 minutes, and as secret as the session."""
    query = {"Action": "login", "Issuer": ISSUER, "Destination": destination, "SigninToken": token.reveal()}
    return Secret(f"{endpoint}?{urlencode(query, quote_via=quote)}")


def destination(text: str, partition: str, region: str) -> str:
    """Return the console's address for "s3", "ec2/home#Instances:", "console/home" or a whole address of the console.

    VALUE_PATTERN for what is no place of this partition's console.
    """
    hosts, place = hosts_of(partition), text.strip()
    home = f"https://{region}.{hosts.console}/" if hosts.regional else f"https://{hosts.console}/"
    if place.startswith("https://"):
        host = place.removeprefix("https://").partition("/")[0]
        if host != hosts.console and not host.endswith(f".{hosts.console}"):
            raise AppError.of(Code.VALUE_PATTERN, key="destination", rule="console-place")
        return place
    if not _PLACE.fullmatch(place) or ":" in place.partition("#")[0] or place.startswith("//"):
        raise AppError.of(Code.VALUE_PATTERN, key="destination", rule="console-place")
    place = _NAMES.get(place.strip("/"), place).lstrip("/")
    path, hash_, rest = place.partition("#")
    if "/" not in path and "?" not in path:
        path = f"{path}/home"
    joint = "&" if "?" in path else "?"
    return f"{home}{path}{joint}region={region}{hash_}{rest}"
