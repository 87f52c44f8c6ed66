"""Policy documents: made, read, compared as IAM takes them, measured.

Sizes as IAM counts them, without white space (IAM and STS quotas, AWS's IAM user guide).
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast

from app.assistant.answers import at, items, table, texts
from app.assistant.values import Document
from app.domain.parsing import json_fault
from app.domain.problem import AppError, Code

VERSION = "2012-10-17"
TRUST_MAXIMUM = 4096  # the quota's highest value; 2,048 unless it was raised
TRUST_DEFAULT = 2048
MANAGED_MAXIMUM = 6144
ROLE_INLINE_MAXIMUM = 10240  # all inline policies of a role together
USER_INLINE_MAXIMUM = 2048
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


def statement(effect: str, actions: Sequence[str], **parts: object) -> dict[str, object]:
    """Return one statement; `Principal`, `Resource` and `Condition` as given, an empty condition is left out."""
    kept = {key: value for key, value in parts.items() if value not in ({}, None)}
    return {"Effect": effect, **kept, "Action": actions[0] if len(actions) == 1 else list(actions)}


def document(*statements: Mapping[str, object]) -> Document:
    """Return a document of these statements."""
    return {"Version": VERSION, "Statement": [dict(one) for one in statements]}


def parse(key: str, source: str) -> Document:
    """Return a document that a person gave; POLICY_JSON names the line."""
    try:
        found: object = json.loads(source)
    except json.JSONDecodeError as error:
        raise AppError.of(Code.POLICY_JSON, key=key, **json_fault(error).arguments()) from None
    except ValueError:  # a number of more digits than Python reads
        raise AppError.of(Code.POLICY_JSON, key=key, line=1, reason="json-value") from None
    except RecursionError:
        raise AppError.of(Code.POLICY_JSON, key=key, line=1, reason="policy-deep") from None
    if not isinstance(found, dict) or not statements_of(cast(Document, found)):
        raise AppError.of(Code.POLICY_JSON, key=key, line=1, reason="policy-statement")
    return cast(Document, found)


def written(value: Document) -> str:
    """Return the document as it is sent."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def shown(value: Document) -> str:
    """Return the document as people read it."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def size(value: Document) -> int:
    """Return how many characters IAM counts."""
    return len(re.sub(r"\s", "", written(value)))


def fit(key: str, value: Document, maximum: int) -> None:
    """Check the size; VALUE_LENGTH."""
    if (length := size(value)) > maximum:
        raise AppError.of(Code.VALUE_LENGTH, key=key, length=length, minimum=1, maximum=maximum)


def statements_of(value: Document) -> tuple[Mapping[str, object], ...]:
    """Return the statements, also of a document with a single one."""
    found = at(value, "Statement")
    if isinstance(found, Mapping):
        return (cast(Mapping[str, object], found),)
    return tuple(one for each in items(found) if (one := table(each)))


def same(one: Document, other: Document) -> bool:
    """Whether IAM treats two documents alike: order, spelling of lists, account principals and Sid do not count."""
    return _canonical(one) == _canonical(other)


def principals(one: Mapping[str, object]) -> Mapping[str, tuple[str, ...]]:
    """Return a statement's principals by kind ("AWS", "Service", "Federated"); "*" is {"AWS": ("*",)}."""
    found = at(one, "Principal")
    if isinstance(found, str):
        return {"AWS": (found,)}
    return {kind: texts(value) for kind, value in table(found).items()}


def conditions(one: Mapping[str, object]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return (operator, key, values) of a statement's conditions."""
    return tuple(
        (operator, key, _values(value))
        for operator, keys in table(one, "Condition").items()
        for key, value in table(keys).items()
    )


def _values(value: object) -> tuple[str, ...]:
    plain = [value] if isinstance(value, str | bool | int | float) else list(items(value))
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in plain)


def _canonical(value: Document) -> list[str]:
    return sorted(json.dumps(_statement(one), sort_keys=True) for one in statements_of(value))


def _statement(one: Mapping[str, object]) -> dict[str, object]:
    rest = {key: sorted(texts(value)) for key, value in one.items() if key not in _TREATED}
    who = {kind: sorted(_principal(value) for value in values) for kind, values in principals(one).items()}
    when = sorted([operator.lower(), key.lower(), sorted(values)] for operator, key, values in conditions(one))
    actions = sorted(value.lower() for value in texts(one, "Action"))
    return {**rest, "Effect": at(one, "Effect"), "Action": actions, "Principal": who, "Condition": when}


_TREATED = frozenset({"Sid", "Effect", "Action", "Principal", "Condition"})


def _principal(value: str) -> str:
    """An account's root is its number: IAM takes both and gives back the first."""
    match = re.fullmatch(r"arn:[a-z0-9-]+:iam::(\d{12}):root", value)
    return match[1] if match else value
