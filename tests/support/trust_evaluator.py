"""Who a trust policy lets in: IAM's evaluation of what the recipes make, written apart from them.

Operators and rules are those of "IAM JSON policy elements: Condition operators" and "Policy evaluation logic" in
AWS's IAM user guide. A statement counts where principal, action and every condition fit; a key that is absent fits no
positive operator; a deny wins.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_ACTIONS = {"AWS": "sts:AssumeRole", "Service": "sts:AssumeRole", "Federated": "sts:AssumeRoleWithWebIdentity"}


@dataclass(frozen=True)
class Caller:
    """Who asks: `kind` as in a policy's Principal, `name` its ARN or host; `context` the request's condition keys."""

    kind: str
    name: str
    context: Mapping[str, str] = field(default_factory=dict)

    @property
    def account(self) -> str:
        return self.name.split(":")[4] if self.name.count(":") >= 5 else ""


def lets_in(policy: Mapping[str, Any], caller: Caller) -> bool:
    """Whether the trust policy itself lets the caller in."""
    found = policy["Statement"]
    statements = [found] if isinstance(found, Mapping) else found
    fitting = [one["Effect"] for one in statements if _fits(one, caller)]
    return "Allow" in fitting and "Deny" not in fitting


def _fits(one: Mapping[str, Any], caller: Caller) -> bool:
    assert "NotPrincipal" not in one
    assert "NotAction" not in one
    wanted = _ACTIONS[caller.kind].lower()
    if not any(_like(action.lower(), wanted) for action in _list(one["Action"])):
        return False
    if not _principal(one["Principal"], caller):
        return False
    conditions = one.get("Condition", {})
    return all(
        _holds(op, key, _list(values), caller) for op, keys in conditions.items() for key, values in keys.items()
    )


def _principal(principal: Any, caller: Caller) -> bool:
    if principal == "*":
        return True
    for value in _list(principal.get(caller.kind, [])):
        if value in ("*", caller.name):
            return True
        root = re.fullmatch(r"(?:arn:[a-z-]+:iam::)?(\d{12})(?::root)?", value)
        if caller.kind == "AWS" and root and root[1] == caller.account:
            return True
    return False


def _holds(operator: str, key: str, values: Sequence[str], caller: Caller) -> bool:
    given = {name.lower(): value for name, value in caller.context.items()}.get(key.lower())
    if given is None:
        return False
    match operator:
        case "StringEquals":
            return given in values
        case "StringLike" | "ArnLike":
            return any(_like(one, given) for one in values)
        case "Bool":
            return given.lower() in [one.lower() for one in values]
        case "NumericLessThan":
            return any(float(given) < float(one) for one in values)
        case _:
            raise AssertionError(f"an operator that no recipe should use: {operator}")


def _like(pattern: str, text: str) -> bool:
    parts = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(parts, text, re.DOTALL) is not None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
