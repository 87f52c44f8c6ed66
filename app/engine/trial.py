"""The editor's Test: a profile's calls made for real, one by one, with nothing kept."""

from dataclasses import dataclass

from app.domain.calls import Call, Identity
from app.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class TestStep:
    """One step of a test, told when it begins (`done` False) and when it ends.

    `call` None: the last step, GetCallerIdentity with the session that came out; then `identity` is set.
    """

    __test__ = False  # not a test case of pytest

    number: int  # from 1
    steps: int
    call: Call | None
    done: bool
    seconds: float = 0.0
    identity: Identity | None = None
    problem: Problem | None = None
