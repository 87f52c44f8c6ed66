"""A trust policy in words: who may assume the role, and under which conditions.

What is said comes out of the policy alone; what the caller's own policies and organization allow is not in it.
"""

from collections.abc import Mapping

from app.assistant.answers import at, texts
from app.assistant.policies import conditions, principals, statements_of
from app.assistant.trust import ASSUME, WEB_IDENTITY
from app.assistant.values import Document
from app.domain.values import dataclass

_WAYS = {ASSUME.lower(): "assume", WEB_IDENTITY.lower(): "web-identity", "sts:assumerolewithsaml": "saml"}


@dataclass(frozen=True, slots=True)
class Who:
    """One principal. `kind`: "anybody", "account", "identity", "service", "provider", "other"; `name` for people."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class When:
    """One condition, read. `kind`: "external-id", "mfa", "mfa-age", "audience", "subject", "source", "tag", "other"."""

    kind: str
    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trusted:
    """One statement. `way`: "assume", "web-identity", "saml", "other"."""

    allows: bool
    way: str
    who: tuple[Who, ...]
    when: tuple[When, ...]

    @property
    def wide(self) -> bool:
        """Whether anybody, or every token of a provider, is let in."""
        anybody = any(one.kind == "anybody" for one in self.who)
        pinned = any(one.kind == "subject" and set(one.values) != {"*"} for one in self.when)
        return self.allows and ((anybody and not self.when) or (self.way == "web-identity" and not pinned))


def explained(policy: Document) -> tuple[Trusted, ...]:
    """Return the statements that are about assuming the role."""
    return tuple(one for found in statements_of(policy) if (one := _trusted(found)) is not None)


def _trusted(one: Mapping[str, object]) -> Trusted | None:
    actions = [value.lower() for value in texts(one, "Action")]
    ways = [_WAYS[value] for value in actions if value in _WAYS]
    if not ways and not any("*" in value for value in actions):
        return None
    who = tuple(_who(kind, value) for kind, values in principals(one).items() for value in values)
    if at(one, "NotPrincipal") is not None:
        who = (*who, Who("other", "NotPrincipal"))
    way = ways[0] if ways else "other"
    return Trusted(at(one, "Effect") == "Allow", way, who, tuple(_when(*each) for each in conditions(one)))


def _who(kind: str, value: str) -> Who:
    if value == "*":
        return Who("anybody", "*")
    if kind == "Service":
        return Who("service", value)
    if kind == "Federated":
        return Who("provider", value.partition(":oidc-provider/")[2] or value.partition(":saml-provider/")[2] or value)
    if value.isdigit() or value.endswith(":root"):
        return Who("account", value if value.isdigit() else value.split(":")[4])
    return Who("identity" if kind == "AWS" else "other", value)


def _when(operator: str, key: str, values: tuple[str, ...]) -> When:
    return When(_kind(operator, key.lower(), values), operator, key, values)


def _kind(operator: str, key: str, values: tuple[str, ...]) -> str:
    if operator.startswith(("StringNot", "ArnNot", "Null")):
        return "other"
    if key == "sts:externalid":
        return "external-id"
    if key == "aws:multifactorauthpresent" and set(values) == {"true"}:
        return "mfa"
    if key == "aws:multifactorauthage" and operator.startswith("NumericLessThan"):
        return "mfa-age"
    if key in ("aws:sourceaccount", "aws:sourcearn"):
        return "source"
    if key.startswith(("aws:requesttag/", "aws:principaltag/")):
        return "tag"
    if key.endswith((":aud", ":app_id", ":azp")):
        return "audience"
    return "subject" if key.endswith((":sub", ":user_id", ":id")) else "other"
