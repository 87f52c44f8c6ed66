"""What can go wrong, as values: a code, named arguments, a remedy. The words are in app/texts.py.

Every failure that a person can meet is a `Problem`. Its `Code` says, by the one table below, with which
exit code the command line ends, whether trying again by itself can help, and what kind of attention a
profile asks for. The codes are in codes.py, what they mean in traits.py.
"""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Self

from app.domain.codes import Code
from app.domain.remedy import NO_REMEDY, Remedy, Verb
from app.domain.trait import AttentionKind, Exit, Trait
from app.domain.traits import trait
from app.domain.values import dataclass

__all__ = [
    "NO_REMEDY",
    "AppError",
    "Argument",
    "AttentionKind",
    "Code",
    "Exit",
    "Problem",
    "Remedy",
    "Trait",
    "Verb",
    "trait",
]

Argument = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure as a value. `arguments` never hold a secret.

    Two that differ in AWS's `request_id` alone are equal: an attempt that is refused again failed no other way.
    """

    code: Code
    arguments: Mapping[str, Argument] = field(default_factory=lambda: MappingProxyType({}))
    remedy: Remedy = NO_REMEDY

    @classmethod
    def of(cls, code: Code, verb: Verb = Verb.NONE, subject: str = "", /, **arguments: Argument) -> Self:
        """Make a problem with the named arguments that its words need."""
        return cls(code, MappingProxyType(dict(arguments)), Remedy(verb, subject))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self._what() == other._what()

    def __hash__(self) -> int:
        return hash(self._what())

    def _what(self) -> tuple[Code, tuple[tuple[str, Argument], ...], Remedy]:
        arguments = ((name, value) for name, value in self.arguments.items() if name != "request_id")
        return self.code, tuple(sorted(arguments)), self.remedy

    @property
    def exit(self) -> Exit:
        """The exit code of a command that ends with this problem."""
        return trait(self.code).exit

    @property
    def transient(self) -> bool:
        """Whether it can pass by itself: the engine then tries again with back-off."""
        return trait(self.code).transient

    @property
    def attention(self) -> AttentionKind:
        """The kind of attention a profile asks for; meaningful where the problem is not transient."""
        return trait(self.code).attention or AttentionKind.REFUSED


class AppError(Exception):
    """A problem on its way up. The only exception that crosses a room's border on purpose."""

    def __init__(self, problem: Problem) -> None:
        """Carry the problem; the text of the exception is its code alone."""
        super().__init__(str(problem.code))
        self.problem = problem

    @classmethod
    def of(cls, code: Code, verb: Verb = Verb.NONE, subject: str = "", /, **arguments: Argument) -> Self:
        """Raise-ready shorthand for AppError(Problem.of(...))."""
        return cls(Problem.of(code, verb, subject, **arguments))
